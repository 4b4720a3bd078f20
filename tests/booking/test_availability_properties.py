"""Random schedules: the engine against the brute force, and laws that hold whatever the facts are (AVAILABILITY §16)."""

import time
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from booking.availability import availability, check
from booking.facts import (
    Busy,
    Cap,
    Closure,
    Code,
    Counted,
    Facts,
    Hold,
    Limits,
    Moving,
    Notice,
    Offer,
    Policy,
    Practitioner,
    Query,
    Room,
    Service,
    Span,
)
from booking.hours import Break, Override, WeeklyHours, Window, day_start, local_date, planned_windows
from booking.horizon import Until
from tests.booking import bruteforce

MINUTE, HOUR = 60, 3600
PLACES = [  # a quiet week, and weeks in which the clock changes
    ("America/Toronto", date(2026, 6, 3)),
    ("America/Toronto", date(2026, 3, 7)),
    ("America/Toronto", date(2026, 10, 31)),
    ("Australia/Lord_Howe", date(2026, 4, 4)),
    ("Asia/Kathmandu", date(2026, 1, 1)),
    ("Africa/Cairo", date(2026, 4, 23)),
]
minutes = st.integers(0, 96).map(lambda n: n * 15)


@st.composite
def cases(draw):
    """(facts, query, policy, now): up to three practitioners over up to three dates, everything that can be in the way included."""
    zone, first = draw(st.sampled_from(PLACES))
    last = first + timedelta(days=draw(st.integers(0, 2)))
    origin, span = day_start(zone, first), (last - first).days + 1
    at = st.integers(-24, span * 96 + 24).map(lambda n: origin + n * 15 * MINUTE)
    odd = st.integers(-12 * 60, span * 1440).map(lambda n: origin + n * MINUTE + 7)
    length = st.sampled_from([0, 10, 20, 30, 45, 60, 90, 240, 900]).map(lambda n: n * MINUTE)
    buffers = st.sampled_from([0, 0, 5 * MINUTE, 15 * MINUTE])
    ids = st.sampled_from([None, 1, 2, 3])
    people = tuple(range(1, draw(st.integers(1, 3)) + 1))

    def busy(when=at, most=5):
        made = st.builds(lambda t, n, b, a, i: Busy(t, t + n, b, a, i), when, length, buffers, buffers, ids)
        return tuple(draw(st.lists(made, max_size=most)))

    def spans(most):
        return draw(st.lists(st.builds(lambda t, n: (t, t + n * HOUR), at, st.integers(0, 30)), max_size=most))

    def practitioner(number):
        services = st.sampled_from([None, None, frozenset({1}), frozenset({2})])
        row = st.builds(WeeklyHours, st.integers(0, 6), minutes.filter(lambda m: m < 1440), minutes.filter(bool), services=services)
        open_days = [(first + timedelta(days=n)).weekday() for n in range(-1, span)]
        hours = [WeeklyHours(day, draw(minutes) % 1440, draw(minutes) or 1440) for day in open_days if draw(st.integers(0, 4))]
        override = st.builds(
            Override, st.just(first), st.lists(st.tuples(st.integers(0, 1439), st.integers(1, 1440)), max_size=2).map(tuple)
        )
        breaks = draw(st.lists(st.builds(Break, minutes, minutes, st.integers(0, 6)), max_size=2))
        rows = [*hours, *draw(st.lists(row, max_size=2))]
        planned = planned_windows(rows, draw(st.lists(override, max_size=1)), breaks, zone, first, last)
        return Practitioner(number, planned, tuple(Span(*each) for each in spans(1)), busy(draw(st.sampled_from([at, odd])), 8))

    held = st.builds(
        lambda t, n, owner, left, who, room: Hold(t, t + n, 0, 300, owner, NOW[0] + left, who, 1, room, 0, 300, who),
        at,
        length,
        st.sampled_from("ab"),
        st.sampled_from([0, 1, 60]),
        st.sampled_from(people),
        st.sampled_from([None, 1, 2]),
    )
    now = draw(st.one_of(at, st.just(origin - 40 * HOUR))) + draw(st.integers(-1, 1))
    NOW = [now]
    service = Service(
        1,
        draw(length.filter(lambda n: 0 < n < 4 * HOUR)),
        draw(st.sampled_from([5, 10, 15, 20, 50])) * MINUTE,
        draw(buffers),
        draw(buffers),
        buffers_inside=draw(st.booleans()),
        room=draw(st.sampled_from([None, None, "gym"])),
        room_before=300,
        room_after=draw(buffers),
    )
    cap = st.builds(
        Cap,
        st.sampled_from(["day", "week", "month"]),
        st.sampled_from([None, 1, 2]),
        st.sampled_from([None, 30, 60]),
        st.sampled_from([None, *people]),
        st.sampled_from([None, 1, 2]),
        st.sampled_from([None, 1]),
    )
    counted = st.builds(Counted, at, length, st.sampled_from(people), st.sampled_from([1, 2]), ids, st.sampled_from([None, 1, 2]))
    facts = Facts(
        zone,
        tuple(practitioner(number) for number in people),
        tuple(Closure(start, end, name, local_date(zone, max(end - 1, start))) for name, (start, end) in zip("AB", spans(2))),
        tuple(Room(number, "gym", busy()) for number in range(1, draw(st.integers(0, 2)) + 1)),
        tuple(draw(st.lists(held, max_size=3))),
        tuple(draw(st.lists(cap, max_size=2))),
        tuple(draw(st.lists(counted, max_size=4))),
        tuple(row._replace(id=9) for row in busy(most=1)),
    )
    moving = draw(st.sampled_from([None, None, Moving(1, draw(at)), Moving(1, draw(at), 1)]))
    query = Query(service, people, "any", first, last, draw(st.sampled_from([None, "a"])), moving)
    policy = Policy(
        Until(first + timedelta(days=draw(st.sampled_from([-1, 0, 1, 9, 9])))),
        Notice(draw(st.sampled_from([0, 1, HOUR, 9 * HOUR, 50 * HOUR]))),
        Limits(draw(st.sampled_from([None, None, 1])), draw(st.sampled_from([None, None, 1])), draw(st.booleans())),
        staff=draw(st.sampled_from([False, False, True])),
    )
    return facts, query, policy, now


def lawful(examples):
    return settings(max_examples=examples, deadline=None, suppress_health_check=list(HealthCheck))


def starts_of(answer):
    return {start: day.starts.practitioners(start) for day in answer for start in day.starts}


@lawful(75)
@given(cases())
def test_the_engine_agrees_with_the_brute_force(case):
    facts, query, policy, now = case
    until, earliest, people = policy.horizon.on, now + policy.notice.lead, facts.practitioners
    expected = list(bruteforce.answer(facts, query, policy, now, until, earliest))
    answer = availability(*case)
    assert [(day.date, starts_of([day]), day.code) for day in answer] == expected
    for day in answer:
        if day.code is Code.HELD:
            each = [(one, set(bruteforce.possible(facts, query.service, one, day.date))) for one in people]
            moments = [bruteforce.retry_at(facts, query, policy, now, one, starts, until, earliest) for one, starts in each]
            assert day.params["retry_at"] == min(moment for moment in moments if moment is not None)
        if day.code is Code.CLOSED_HOLIDAY:
            closed = [one for one in people if bruteforce.left(facts, query.service, one, day.date)[1] is Code.CLOSED_HOLIDAY]
            assert day.params["name"] in {bruteforce.closure_meant(facts, query, one, day.date).name for one in closed}


@lawful(30)
@given(cases(), st.randoms(use_true_random=False))
def test_the_check_agrees_with_the_brute_force_on_the_grid_and_off_it(case, chance):
    facts, query, policy, now = case
    until, earliest, people = policy.horizon.on, now + policy.notice.lead, facts.practitioners
    span = range(day_start(facts.zone, query.first), day_start(facts.zone, query.last, 1), MINUTE)
    grid = {
        start
        for one in people
        for n in range(len(span) // 1380 + 1)
        for start in bruteforce.possible(facts, query.service, one, query.first + timedelta(n))
    }
    tried = [start for start in grid if start in span]
    for start in [*chance.sample(sorted(tried), min(len(tried), 25)), *chance.sample(span, 8)]:
        found, day = check(facts, query, start, policy, now), bruteforce.local(facts, start)
        codes = {one.id: bruteforce.judged(facts, query, policy, now, one, start, until, earliest) for one in people}
        takers = tuple(number for number, code in codes.items() if code is None)
        if takers:
            assert isinstance(found, Offer) and found.practitioners == takers
            continue
        gate = max((code for code in codes.values() if code is not Code.OFF_GRID), default=None)
        assert (found.gate, found.code is Code.OFF_GRID) == (gate, gate is None)
        refusing = [one for one in people if codes[one.id] is gate]
        if gate is Code.HELD:
            assert found.params["retry_at"] == min(
                bruteforce.retry_at(facts, query, policy, now, one, [start], until, earliest) for one in refusing
            )
        if gate is Code.CLOSED_HOLIDAY:
            assert found.params["name"] in {bruteforce.closure_meant(facts, query, one, day, start).name for one in refusing}


@lawful(20)
@given(cases(), st.sampled_from(["any", "all"]), st.booleans())
def test_a_day_has_starts_or_else_exactly_one_code(case, mode, packing):
    facts, query, policy, now = case
    for day in availability(facts, replace(query, mode=mode), replace(policy, packing=packing), now):
        assert bool(day.starts) == (day.code is None)
        assert day.code is None or day.code <= Code.PATIENT_LIMIT


@lawful(20)
@given(cases(), st.sampled_from(["any", "all"]), st.booleans())
def test_an_offered_start_passes_the_check_and_every_other_one_gets_a_code(case, mode, packing):
    facts, query, policy, now = case
    query, policy = replace(query, mode=mode), replace(policy, packing=packing)
    answer = availability(facts, query, policy, now)
    offered = starts_of(answer)
    for start in range(day_start(facts.zone, query.first), day_start(facts.zone, query.last, 1), 15 * MINUTE):
        result = check(facts, query, start, policy, now)
        if start in offered:
            assert isinstance(result, Offer) and result.practitioners == offered[start]
            assert bool(result.rooms) == (query.service.room is not None)
        else:
            assert isinstance(result.code, Code)
    for start in offered:
        assert isinstance(check(facts, query, start, policy, now), Offer)


@lawful(20)
@given(cases())
def test_any_practitioner_is_the_union_and_all_of_them_the_intersection(case):
    facts, query, policy, now = case
    single = [
        set(starts_of(availability(facts, replace(query, mode="one", practitioners=(one,)), policy, now))) for one in query.practitioners
    ]
    assert set(starts_of(availability(facts, query, policy, now))) == set.union(*single)
    assert set(starts_of(availability(facts, replace(query, mode="all"), policy, now))) == set.intersection(*single)


@lawful(20)
@given(cases())
def test_what_is_in_the_way_only_removes_starts_and_the_grid_stays(case):
    facts, query, policy, now = case
    empty = replace(
        facts,
        closures=(),
        holds=(),
        caps=(),
        mine=(),
        practitioners=tuple(Practitioner(one.id, one.windows) for one in facts.practitioners),
        rooms=tuple(Room(one.id, one.kind) for one in facts.rooms) or (Room(1, "gym"),),
    )
    query = replace(query, moving=None)
    free = starts_of(availability(empty, query, Policy(), 0))
    kinds = {"closures": (), "holds": (), "caps": (), "mine": (), "counted": ()}
    before = starts_of(availability(facts, query, policy, now))
    assert set(before) <= set(free)
    for kind, nothing in kinds.items():
        without = starts_of(availability(replace(facts, **{kind: nothing}), query, policy, now))
        assert all(set(takers) <= set(without.get(start, ())) for start, takers in before.items()), kind


@lawful(20)
@given(cases(), st.randoms(use_true_random=False))
def test_the_order_of_rows_and_the_length_of_the_range_do_not_matter(case, chance):
    facts, query, policy, now = case

    def mixed(rows):
        return tuple(chance.sample(rows, len(rows)))

    shuffled = replace(
        facts,
        closures=mixed(facts.closures),
        rooms=mixed(facts.rooms),
        holds=mixed(facts.holds),
        counted=mixed(facts.counted),
        practitioners=mixed(tuple(replace(one, busy=mixed(one.busy), windows=mixed(one.windows)) for one in facts.practitioners)),
    )
    answer = availability(facts, query, policy, now)
    assert availability(shuffled, query, policy, now) == answer
    for day in answer:
        alone = availability(facts, replace(query, first=day.date, last=day.date), policy, now)
        assert [(one.starts, one.code) for one in alone] == [(day.starts, day.code)]


@lawful(20)
@given(st.integers(0, 95), st.integers(1, 96), st.lists(st.integers(1, 95), max_size=3), st.sampled_from([10, 15, 25, 50]))
def test_splitting_a_window_changes_nothing(opens, ticks, cuts, step):
    first = date(2026, 6, 3)
    closes = min(opens + ticks, 96)
    edges = sorted({opens, closes, *(cut for cut in cuts if opens < cut < closes)})
    whole = [WeeklyHours(2, opens * 15, closes * 15)]
    split = [WeeklyHours(2, a * 15, b * 15) for a, b in zip(edges, edges[1:])]
    query = Query(Service(1, 20 * MINUTE, step * MINUTE), (1,), "one", first, first)

    def listed(windows):
        return availability(Facts("America/Toronto", (Practitioner(1, tuple(windows)),)), query, Policy(), 0)

    planned = planned_windows(whole, (), (), "America/Toronto", first, first)
    assert planned_windows(split, (), (), "America/Toronto", first, first) == planned
    midnight = day_start("America/Toronto", first)
    raw = [Window(midnight + a * 900, midnight + b * 900) for a, b in zip(edges, edges[1:])]
    assert listed(raw) == listed(planned)


@pytest.mark.parametrize("zone", ["UTC", "Pacific/Apia"])
def test_the_readers_and_the_machines_time_zone_change_nothing(zone, monkeypatch):
    """§1: there is no argument for the reader's zone, and the machine's is not asked."""
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    first = date(2026, 3, 7)
    windows = planned_windows([WeeklyHours(5, 540, 1020)], (), (), "America/Toronto", first, first)
    facts = Facts("America/Toronto", (Practitioner(1, windows),))
    answer = availability(facts, Query(Service(1, HOUR), (1,), "one", first, first), Policy(), 0)
    monkeypatch.undo()
    time.tzset()
    assert answer[0].starts[0] == 1772892000  # 09:00 in Toronto
