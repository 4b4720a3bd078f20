"""Random plans: the change that is proposed opens the day, and touches nobody else unless it says so (MISSION F2)."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from booking.facts import Busy, Code
from booking.hours import day_start
from booking.judgement import answer
from booking.occupancy import Occupancy
from booking.opening import opening, reach
from booking.opening_steps import Asked
from booking.timetable import timetable_of
from booking.wishes import Wish
from portal.models import Practice
from tests.booking.clinic import at

ZONE, MOUNTAIN = "America/Toronto", "America/Edmonton"
TODAY, NOW = date(2026, 12, 10), at("2026-12-10 10:00")
MOST = settings(
    max_examples=60, deadline=None, suppress_health_check=list(HealthCheck), phases=[p for p in Phase if p is not Phase.explain]
)

days = st.integers(0, 70).map(lambda n: TODAY + timedelta(days=n))
iso = days.map(date.isoformat)
minute = st.integers(24, 88).map(lambda n: n * 15)
maybe = st.none() | iso
who = st.integers(1, 3)
instants = st.integers(0, 70 * 24).map(lambda n: NOW + n * 3600)


def _times(number):
    return st.sampled_from([0, 4, 30, 60, 400, 540, 720, 960]).map(lambda n: n + number)


horizons = st.one_of(
    st.none(),
    st.none(),
    st.builds(
        lambda n, count, at: {"kind": "rolling", "days": n, "count": count, "at": at},
        st.integers(0, 60),
        st.sampled_from(["calendar", "calendar", "open_days"]),
        st.sampled_from([0, 540]),
    ),
    iso.map(lambda on: {"kind": "until", "on": on}),
    st.builds(lambda day, n: {"kind": "release", "weekday": day, "at": 540, "through_days": n}, st.integers(0, 6), st.integers(0, 40)),
    st.builds(
        lambda day, n: {"kind": "release_monthly", "day": day, "at": 480, "through_months": n}, st.integers(1, 31), st.integers(0, 2)
    ),
    st.lists(st.tuples(iso, st.just(540), iso).map(list), max_size=2).map(lambda rows: {"kind": "release_list", "releases": rows}),
)


def rows_of(strategy, most, start=1):
    """Rows that end with their id."""
    return st.lists(strategy, max_size=most).map(lambda rows: [[*row, start + n] for n, row in enumerate(rows)])


@st.composite
def plans(draw, shared=True):
    """The parts of a practice with three practitioners, two services and two places. `shared`: with what is everybody's, closures and caps."""
    hours = st.tuples(
        who, st.sampled_from([1, 1, 1, 2]), st.integers(0, 6), minute, minute, maybe, maybe, st.sampled_from([None, None, [1], [2]])
    ).map(lambda row: [*row[:3], *sorted(row[3:5]), *row[5:]])
    windows = st.lists(st.tuples(minute, minute).map(sorted).filter(lambda pair: pair[0] < pair[1]), max_size=2)
    overrides = draw(rows_of(st.tuples(who, st.just(1), iso, windows), 4))
    closures = st.builds(
        lambda on, n, place: [place, "Closed", on.isoformat(), (on + timedelta(days=n)).isoformat(), None, None],
        days,
        st.integers(0, 9),
        st.sampled_from([None, 1]),
    )
    spans = st.builds(lambda at, n: [None, "Training", None, None, at, at + n * 3600], instants, st.integers(1, 30))
    caps = st.builds(
        lambda period, count, length, one, service: [one, service, None, period, count, length if count is None else None],
        st.sampled_from(["day", "week", "month"]), st.sampled_from([None, 0, 1, 2]), st.sampled_from([30, 60, 120]), who if not shared else st.none() | who,
        st.none() if not shared else st.sampled_from([None, 1, 2]),
    )  # fmt: skip
    columns = (
        horizons,
        st.sampled_from([None, 0, 120, 2880]),
        st.sampled_from([None, None, None, 960]),
        st.none(),
        st.sampled_from([None, None, 0, 1]),
        st.sampled_from([None, None, True]),
        st.sampled_from([None, True]),
    )
    levels = [[None, None], [1, None], [2, None], *([[None, 1]] if shared else [])]
    return {
        "locations": [[1, "Main", "", "", ZONE, None, None], [2, "West", "", "", MOUNTAIN, None, None]],
        "rooms": [],
        "practitioners": [[n, n, f"p{n}", f"P{n}", "", [], "", "", None, None, None, None] for n in (1, 2, 3)],
        "services": [
            [
                n,
                n,
                f"s{n}",
                f"S{n}",
                "",
                "",
                "",
                draw(st.sampled_from([20, 60, 100])),
                None,
                0,
                draw(st.sampled_from([0, 10])),
                draw(st.booleans()),
                None,
                "everyone",
                "",
                0,
                0,
                None,
            ]
            for n in (1, 2)
        ],
        "offers": [[service, one, 10 * service + one] for service in (1, 2) for one in ((1, 2, 3) if service == 1 else (1, 2))],
        "hours": draw(rows_of(hours.filter(lambda row: row[3] < row[4]), 12)),
        "overrides": list({tuple(row[:3]): row for row in overrides}.values()),
        "breaks": draw(
            rows_of(st.tuples(who, minute, minute, st.integers(0, 6), st.none()).map(lambda row: [row[0], *sorted(row[1:3]), *row[3:]]), 2)
        ),
        "times_off": draw(rows_of(st.builds(lambda one, at, n: [one, at, at + n * 3600], who, instants, st.integers(1, 100)), 3)),
        "closures": draw(rows_of(st.one_of(closures, spans), 3)) if shared else [],
        "holidays_worked": [],
        "rules": [[*level, *draw(st.tuples(*columns)), n] for n, level in enumerate(levels, 1) if draw(st.booleans())],
        "caps": draw(rows_of(caps, 2)),
    }


@st.composite
def takings(draw):
    """Up to a dozen appointments; some of the person's own."""
    rows = draw(st.lists(st.tuples(who, st.integers(0, 70 * 24), st.sampled_from([30, 60, 300]), st.sampled_from([1, 2])), max_size=12))
    busy, where = {}, []
    for number, (one, hour, length, service) in enumerate(sorted(rows), 1):
        busy[one] = (*busy.get(one, ()), Busy(NOW + hour * 3600, NOW + hour * 3600 + length * 60, 0, 0, number))
        where.append((service, 1))
    everybody = [row for rows in busy.values() for row in rows]
    mine = tuple(draw(st.lists(st.sampled_from(everybody), max_size=2, unique=True))) if everybody else ()
    return Occupancy(busy, {}, mine, (), tuple(where))


NOBODY = Occupancy({}, {}, (), (), ())


def asked_of(parts, service, one, on, taken=NOBODY) -> Asked:
    practice = Practice(id=1, zone=ZONE, country="CA", region="ON", language="en", phone="+14165550134", name="Clinic")
    table = timetable_of(practice, parts)
    wish = Wish(table.service(f"s{service}"), table.practitioner(f"p{one}") if one else None)
    return Asked(practice, table, wish, on, NOW, taken)


def people(asked: Asked):
    return (asked.wish.practitioner,) if asked.wish.practitioner else asked.table.offered_by(asked.wish.service)


# Nothing here asks a database; on both of them the plans are rows in test_phone_sentences.
pytestmark = pytest.mark.parametrize("stage", ["sqlite"], indirect=True)


@MOST
@given(parts=plans(), service=st.sampled_from([1, 1, 2]), one=st.sampled_from([None, 1, 2]), on=days, taken=takings())
def test_the_change_that_is_proposed_opens_the_day_and_says_whom_else_it_touches(stage, parts, service, one, on, taken):
    with stage.app_context():
        asked = asked_of(parts, service, one, on, taken)
        everything = taken._replace(mine=())
        found = None if asked.day.starts else opening(asked, people(asked), lambda *_: everything)
        if found is None:
            return
        after = replace(asked, table=timetable_of(asked.practice, found.change.on(parts)))
        assert after.day.starts and set(found.day.starts) <= set(after.day.starts)
        first, last = reach(asked, after)
        for other in asked.table.practitioners():
            if other.id in (found.practitioner.id, *found.others):
                continue
            for offered in asked.table.services():
                if other.id in offered.practitioners:
                    before, then = (
                        answer(table, Wish(offered, other), first, last, NOW, everything) for table in (asked.table, after.table)
                    )
                    assert [day.starts for day in before] == [day.starts for day in then]
                    if all(one.who() == found.practitioner.id for one in found.change.changes) and not asked.table.counts_open_days:
                        assert list(before) == list(then)  # not one sentence either


@MOST
@given(parts=plans(), service=st.sampled_from([1, 2]), one=st.sampled_from([None, 1, 2]), on=days)
def test_whatever_settings_close_a_coming_day_some_change_opens_it_while_nobody_is_booked(stage, parts, service, one, on):
    with stage.app_context():
        asked = asked_of(parts, service, one, on + timedelta(days=1))
        if not asked.day.starts:
            assert opening(asked, people(asked), lambda *_: NOBODY)


def test_a_day_without_hours_whose_usual_ones_a_break_swallows_is_opened_after_it(stage):
    parts = {name: [] for name in ("rooms", "hours", "overrides", "times_off", "closures", "holidays_worked", "rules", "caps")}
    parts |= {
        "locations": [[1, "Main", "", "", ZONE, None, None]],
        "practitioners": [[1, 1, "p1", "P1", "", [], "", "", None, None, None, None]],
        "services": [[1, 1, "s1", "S1", "", "", "", 20, None, 0, 0, False, None, "everyone", "", 0, 0, None]],
        "offers": [[1, 1, 1]],
        "breaks": [[1, 6 * 60, 17 * 60, 6, None, 1]],
    }
    with stage.app_context():
        asked = asked_of(parts, 1, 1, date(2026, 12, 13))
        assert asked.day.code is Code.NO_WORKING_HOURS
        found = opening(asked, people(asked), lambda *_: NOBODY)
        assert found.day.starts == (day_start(ZONE, date(2026, 12, 13)) + 17 * 3600,)


def test_a_day_at_a_place_where_it_is_earlier_is_released_there_too(stage):
    parts = {name: [] for name in ("rooms", "overrides", "breaks", "times_off", "closures", "holidays_worked", "caps")}
    parts |= {
        "locations": [[1, "Main", "", "", ZONE, None, None], [2, "West", "", "", MOUNTAIN, None, None]],
        "practitioners": [[1, 1, "p1", "P1", "", [], "", "", None, None, None, None]],
        "services": [[1, 1, "s1", "S1", "", "", "", 20, None, 0, 0, False, None, "everyone", "", 0, 0, None]],
        "offers": [[1, 1, 1]],
        "hours": [[1, 1, 1, 540, 600, None, None, None, 1], [1, 2, 0, 540, 600, None, None, None, 2]],
        "rules": [[None, 1, {"kind": "release_list", "releases": []}, None, None, None, None, None, None, 1]],
    }
    with stage.app_context():
        asked = asked_of(parts, 1, 1, date(2026, 12, 14))
        assert asked.day.code is Code.BEYOND_HORIZON
        assert len(opening(asked, people(asked), lambda *_: NOBODY).day.starts) == 3


def test_a_cut_off_that_two_levels_set_is_taken_away_from_both(stage):
    """Nobody has worked since Monday, so the cut-off of the day that opens has passed."""
    parts = {name: [] for name in ("rooms", "overrides", "breaks", "times_off", "closures", "holidays_worked", "caps")}
    parts |= {
        "locations": [[1, "Main", "", "", ZONE, None, None]],
        "practitioners": [[1, 1, "p1", "P1", "", [], "", "", None, None, None, None]],
        "services": [[1, 1, "s1", "S1", "", "", "", 20, None, 0, 0, False, None, "everyone", "", 0, 0, None]],
        "offers": [[1, 1, 1]],
        "hours": [[1, 1, 0, 540, 600, None, None, None, 1]],
        "rules": [[None, None, None, None, 960, None, None, None, None, 1], [None, 1, None, None, 960, None, None, None, None, 2]],
    }
    with stage.app_context():
        asked = asked_of(parts, 1, 1, date(2026, 12, 11))
        assert len(opening(asked, people(asked), lambda *_: NOBODY).day.starts) == 3


def test_a_day_too_short_at_another_place_than_the_usual_goes_on_there(stage):
    parts = {name: [] for name in ("rooms", "overrides", "breaks", "times_off", "closures", "holidays_worked", "rules", "caps")}
    parts |= {
        "locations": [[1, "Main", "", "", ZONE, None, None], [2, "West", "", "", MOUNTAIN, None, None]],
        "practitioners": [[1, 1, "p1", "P1", "", [], "", "", None, None, None, None]],
        "services": [[1, 1, "s1", "S1", "", "", "", 20, None, 0, 0, False, None, "everyone", "", 0, 0, None]],
        "offers": [[1, 1, 1]],
        "hours": [[1, 1, 1, 360, 375, None, None, None, 1], [1, 2, 0, 360, 375, None, None, None, 2]],
    }
    with stage.app_context():
        asked = asked_of(parts, 1, 1, date(2026, 12, 14))
        assert asked.day.code is Code.DOES_NOT_FIT
        found = opening(asked, people(asked), lambda *_: NOBODY)
        assert found.day.starts == (day_start(MOUNTAIN, date(2026, 12, 14)) + 6 * 3600,)


@MOST
@given(parts=plans(shared=False), on=days, taken=takings())
def test_where_no_rule_is_shared_nobody_else_is_touched(stage, parts, on, taken):
    with stage.app_context():
        asked = asked_of(parts, 1, 1, on, taken)
        found = None if asked.day.starts else opening(asked, people(asked), lambda *_: taken._replace(mine=()))
        if found and not asked.table.counts_open_days:
            assert found.others == ()


def test_a_day_that_is_taken_is_opened_by_no_setting(stage):
    parts = {name: [] for name in ("rooms", "overrides", "breaks", "times_off", "closures", "holidays_worked", "rules", "caps")}
    parts |= {
        "locations": [[1, "Main", "", "", ZONE, None, None]],
        "practitioners": [[1, 1, "p1", "P1", "", [], "", "", None, None, None, None]],
        "services": [[1, 1, "s1", "S1", "", "", "", 60, None, 0, 0, False, None, "everyone", "", 0, 0, None]],
        "offers": [[1, 1, 1]],
        "hours": [[1, 1, day, 540, 600, None, None, None, day + 1] for day in range(7)],
    }
    on = date(2026, 12, 14)
    taken = NOBODY._replace(busy={1: (Busy(day_start(ZONE, on) + 9 * 3600, day_start(ZONE, on) + 10 * 3600),)})
    with stage.app_context():
        asked = asked_of(parts, 1, 1, on, taken)
        assert asked.day.code is Code.FULLY_BOOKED
        assert opening(asked, people(asked), lambda *_: taken) is None
