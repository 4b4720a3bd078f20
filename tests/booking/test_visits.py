"""A family in one visit (AVAILABILITY §9)."""

from dataclasses import replace
from datetime import date

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
