"""A family in one visit (AVAILABILITY §9)."""

import random
from dataclasses import replace
from datetime import date
from itertools import combinations, product

import pytest

from booking.availability import check
from booking.facts import Busy, Cap, Facts, Limits, Offer, Policy, Practitioner, Query, Room, Service
from booking.hours import WeeklyHours, day_start, planned_windows
from booking.visits import Guest, visits

ZONE, DAY = "America/Toronto", date(2026, 6, 3)
MINUTE, HOUR = 60, 3600
NINE = day_start(ZONE, DAY) + 9 * HOUR
WINDOWS = planned_windows([WeeklyHours(2, 9 * 60, 11 * 60)], [], [], ZONE, DAY, DAY)
HALF = Service(1, 30 * MINUTE)


def people(*numbers: int, **busy: tuple[Busy, ...]) -> Facts:
    return Facts(ZONE, tuple(Practitioner(number, WINDOWS, busy=busy.get(f"busy{number}", ())) for number in numbers))


def guest(*practitioners: int, service: Service = HALF, **more) -> Guest:
    return Guest(Query(service, practitioners, "any", DAY, DAY), **more)


def minutes(visit) -> list[tuple[int, int, tuple[int, ...]]]:
    return [(place.guest, (place.start - NINE) // MINUTE, place.practitioners) for place in visit]


def test_in_a_row_one_follows_the_other_whoever_can_go_first():
    facts = people(1, 2, busy1=(Busy(NINE, NINE + 30 * MINUTE),))
    first, *_ = visits(facts, (guest(1), guest(2)), DAY, HOUR, 0)
    assert minutes(first) == [(1, 0, (2,)), (0, 30, (1,))]


def test_the_same_practitioner_keeps_the_gap_between_two_of_a_family():
    buffered = replace(HALF, after=10 * MINUTE)
    found = visits(people(1), (guest(1, service=buffered), guest(1, service=buffered)), DAY, 75 * MINUTE, 0)
    assert minutes(found[0]) == [(0, 0, (1,)), (1, 45, (1,))]
    assert visits(people(1), (guest(1, service=buffered), guest(1, service=buffered)), DAY, HOUR, 0) == []


def test_side_by_side_needs_two_practitioners_and_two_rooms():
    both = (guest(1, 2), guest(1, 2))
    assert minutes(visits(people(1, 2), both, DAY, 30 * MINUTE, 0, side_by_side=True)[0]) == [(0, 0, (1,)), (1, 0, (2,))]
    assert visits(people(1), (guest(1), guest(1)), DAY, 30 * MINUTE, 0, side_by_side=True) == []
    gym = replace(HALF, room="gym")
    in_rooms = (guest(1, 2, service=gym), guest(1, 2, service=gym))
    one_room = replace(people(1, 2), rooms=(Room(1, "gym"),))
    assert visits(one_room, in_rooms, DAY, 30 * MINUTE, 0, side_by_side=True) == []
    two_rooms = replace(one_room, rooms=(Room(1, "gym"), Room(2, "gym")))
    assert {place.room for place in visits(two_rooms, in_rooms, DAY, 30 * MINUTE, 0, side_by_side=True)[0]} == {1, 2}


def test_a_cap_counts_the_whole_family_and_a_persons_limit_only_their_own():
    capped = replace(people(1), caps=(Cap("day", 1),))
    assert visits(capped, (guest(1),), DAY, HOUR, 0) and visits(capped, (guest(1), guest(1)), DAY, HOUR, 0) == []
    once = Policy(limits=Limits(per_day=1))
    assert visits(people(1), (guest(1, policy=once), guest(1, policy=once)), DAY, HOUR, 0)
    already = (Busy(NINE + 5 * HOUR, NINE + 6 * HOUR, id=7),)
    assert visits(people(1), (guest(1, policy=once), guest(1, policy=once, mine=already)), DAY, HOUR, 0) == []


@pytest.mark.parametrize("side_by_side", [False, True])
def test_every_visit_begins_when_it_says_and_keeps_to_its_length(side_by_side):
    facts, guests = people(1, 2, 3, busy2=(Busy(NINE + 20 * MINUTE, NINE + 50 * MINUTE),)), (guest(1, 2), guest(2, 3), guest(1))
    found = visits(facts, guests, DAY, 90 * MINUTE, 0, side_by_side)
    assert found and len({visit[0].start for visit in found}) == len(found)
    for visit in found:
        assert {place.guest for place in visit} == {0, 1, 2}
        assert max(place.end for place in visit) - visit[0].start <= 90 * MINUTE
        assert side_by_side or all(earlier.end <= later.start for earlier, later in zip(visit, visit[1:]))
        for place in visit:
            assert isinstance(check(facts, guests[place.guest].query, place.start, Policy(), 0), Offer)


@pytest.mark.parametrize(("side_by_side", "within", "expected"), [(True, 90, range(480, 571, 15)), (False, 120, range(450, 511, 15))])
def test_a_guest_who_can_only_come_late_does_not_hide_the_visit(side_by_side, within, expected):
    """Practitioners 1 and 2 are free from nine, 3 only from six to seven: what was tried in the morning is not taken from the evening."""
    late = planned_windows([WeeklyHours(2, 18 * 60, 19 * 60)], [], [], ZONE, DAY, DAY)
    whole = planned_windows([WeeklyHours(2, 9 * 60, 19 * 60)], [], [], ZONE, DAY, DAY)
    facts = Facts(ZONE, (Practitioner(1, whole), Practitioner(2, whole), Practitioner(3, late)))
    found = visits(facts, (guest(1, 2), guest(1, 2), guest(3)), DAY, within * MINUTE, 0, side_by_side)
    assert [(visit[0].start - NINE) // MINUTE for visit in found] == list(expected)


def test_a_visit_is_listed_only_where_somebody_begins_it():
    second = planned_windows([WeeklyHours(2, 9 * 60 + 15, 9 * 60 + 45)], [], [], ZONE, DAY, DAY)
    facts = Facts(ZONE, (Practitioner(1, WINDOWS), Practitioner(2, second)))
    found = visits(facts, (guest(1, service=replace(HALF, duration=HOUR)), guest(2)), DAY, 105 * MINUTE, 0)
    assert [minutes(visit) for visit in found] == [[(1, 15, (2,)), (0, 45, (1,))]]  # at nine the hour would overlap the half


def test_two_appointments_of_one_person_are_judged_together():
    def asked(*guests, **rules):
        policy = Policy(limits=Limits(**rules))
        return visits(people(1, 2), tuple(one._replace(policy=policy) for one in guests), DAY, HOUR, 0, side_by_side=True)

    leo = guest(1, person=7), guest(2, person=7)
    assert {place.start for place in asked(guest(1), guest(2), no_overlap=True)[0]} == {NINE}
    assert {place.start for place in asked(*leo, no_overlap=True)[0]} == {NINE, NINE + 30 * MINUTE}
    assert asked(*leo, per_day=1) == [] and asked(*leo, most_upcoming=1) == []
    assert asked(*leo, per_day=2, most_upcoming=2) and asked(guest(1, person=7), guest(2, person=8), per_day=1)


def test_the_visit_is_on_the_day_asked_for_whatever_dates_the_guests_question_has():
    elsewhere = guest(1)._replace(query=replace(guest(1).query, first=date(2030, 1, 1), last=date(2030, 1, 1)))
    assert visits(people(1), (elsewhere,), DAY, HOUR, 0)
    night = planned_windows([WeeklyHours(2, 23 * 60, 60)], [], [], ZONE, DAY, DAY)
    found = visits(Facts(ZONE, (Practitioner(1, night),)), (guest(1), guest(1)), DAY, HOUR, 0)
    assert [(visit[0].start - NINE) // MINUTE - 14 * 60 for visit in found] == [0, 15, 30, 45]  # the last two end after midnight


def every_visit(facts, guests, within: int, side_by_side: bool) -> list[int]:
    """When a visit can begin, tried out way by way; for services without buffers, rooms and rules."""
    own = [
        [(start, start + HALF.duration, one) for one in each.query.practitioners for start in range(NINE, NINE + 90 * MINUTE + 1, 15 * MINUTE)
         if isinstance(check(facts, replace(each.query, practitioners=(one,)), start, Policy(), 0), Offer)]
        for each in guests
    ]  # fmt: skip

    def apart(one, other) -> bool:
        return one[1] <= other[0] or other[1] <= one[0] or (side_by_side and one[2] != other[2])

    begins = set()
    for places in product(*own):
        first = min(place[0] for place in places)
        if max(place[1] for place in places) - first <= within and all(apart(*pair) for pair in combinations(places, 2)):
            begins.add(first)
    return sorted(begins)


@pytest.mark.parametrize("side_by_side", [False, True])
@pytest.mark.parametrize("seed", range(8))
def test_every_beginning_there_is_is_found(seed, side_by_side):
    chance = random.Random(seed)
    rows = {f"busy{n}": tuple(Busy(t, t + 900) for t in chance.sample(range(NINE, NINE + 2 * HOUR, 900), 3)) for n in (1, 2, 3)}
    facts, within = people(1, 2, 3, **rows), chance.choice([60, 75, 90, 120]) * MINUTE
    guests = tuple(guest(*chance.sample((1, 2, 3), chance.randint(1, 2))) for _ in range(3))
    assert [visit[0].start for visit in visits(facts, guests, DAY, within, 0, side_by_side)] == every_visit(
        facts, guests, within, side_by_side
    )
