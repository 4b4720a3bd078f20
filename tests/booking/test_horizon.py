"""How far ahead one may book (AVAILABILITY §6)."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from booking.horizon import (
    Outlook,
    Release,
    ReleaseList,
    ReleaseMonthly,
    Rolling,
    Until,
    every_day,
    from_dict,
    most_specific,
    outlook,
    to_dict,
)

TORONTO = "America/Toronto"


def at(text: str, zone: str = TORONTO) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).timestamp())


def weekdays(day: date) -> bool:
    return day.weekday() < 5


JUNE = ReleaseList(
    ((date(2026, 6, 1), 540, date(2026, 8, 31)), (date(2026, 5, 1), 540, date(2026, 6, 30)), (date(2026, 7, 1), 0, date(2026, 7, 31))),
    TORONTO,
)

# (horizon, now, last open date): the first Monday of June 2026 is the 1st
TABLE = [
    (Rolling(0, zone=TORONTO), "2026-06-03T00:00:00", date(2026, 6, 3)),
    (Rolling(2, zone=TORONTO), "2026-06-03T23:59:59", date(2026, 6, 5)),  # today and the next two dates
    (Rolling(2, zone=TORONTO, at=540), "2026-06-03T08:59:59", date(2026, 6, 4)),
    (Rolling(2, zone=TORONTO, at=540), "2026-06-03T09:00:00", date(2026, 6, 5)),
    (Rolling(3, "open_days", 0, TORONTO, weekdays), "2026-06-04T12:00:00", date(2026, 6, 9)),  # Fri, Mon, Tue
    (Rolling(3, "open_days", 0, TORONTO, weekdays), "2026-06-06T12:00:00", date(2026, 6, 10)),
    (Rolling(0, "open_days", 0, TORONTO, weekdays), "2026-06-06T12:00:00", date(2026, 6, 6)),
    (Until(date(2026, 6, 30)), "2026-06-30T23:59:59", date(2026, 6, 30)),
    (Release(0, 540, 27, TORONTO), "2026-06-01T08:59:59", date(2026, 6, 21)),
    (Release(0, 540, 27, TORONTO), "2026-06-01T09:00:00", date(2026, 6, 28)),
    (Release(0, 540, 27, TORONTO), "2026-06-07T12:00:00", date(2026, 6, 28)),
    (ReleaseMonthly(15, 540, 1, TORONTO), "2026-06-15T08:59:59", date(2026, 6, 30)),
    (ReleaseMonthly(15, 540, 1, TORONTO), "2026-06-15T09:00:00", date(2026, 7, 31)),
    (ReleaseMonthly(31, 0, 0, TORONTO), "2026-02-28T00:00:00", date(2026, 2, 28)),  # the last day of a shorter month
    (JUNE, "2026-05-01T08:59:59", None),
    (JUNE, "2026-05-01T09:00:00", date(2026, 6, 30)),
    (JUNE, "2026-07-02T09:00:00", date(2026, 8, 31)),  # a later release that reaches less far takes nothing back
]


@pytest.mark.parametrize(("horizon", "now", "until"), TABLE)
def test_the_last_open_date(horizon, now, until):
    assert horizon.bookable_until(at(now)) == until


def horizons(zone: str):
    minute, count = st.integers(0, 1439), st.integers(0, 40)
    opened = st.sets(st.integers(0, 6), max_size=4).map(lambda closed: lambda day: day.weekday() not in closed)
    dates = st.dates(date(2026, 1, 1), date(2026, 12, 31))
    return st.one_of(
        st.builds(Rolling, count, st.just("calendar"), minute, st.just(zone)),
        st.builds(Rolling, count, st.just("open_days"), minute, st.just(zone), opened),
        st.builds(Until, dates),
        st.builds(Release, st.integers(0, 6), minute, count, st.just(zone)),
        st.builds(ReleaseMonthly, st.integers(1, 31), minute, st.integers(0, 4), st.just(zone)),
        st.builds(ReleaseList, st.lists(st.tuples(dates, minute, dates), max_size=4).map(tuple), st.just(zone)),
    )


def inverse(horizon, day: date, now: int) -> bool:
    until, opens_at = horizon.bookable_until(now), horizon.opens_at(day)
    return (until is not None and day <= until) == (opens_at is not None and opens_at <= now)


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from([TORONTO, "Australia/Lord_Howe", "Africa/Cairo", "Antarctica/Troll"]).flatmap(horizons),
    st.dates(date(2026, 1, 1), date(2026, 12, 31)),
    st.integers(-90 * 24, 90 * 24),
)
def test_the_two_questions_are_exact_inverses_to_the_second(horizon, day, hours):
    opens_at = horizon.opens_at(day)
    moments = [at(f"{day}T00:00:00") + hours * 3600]
    if opens_at:
        moments += [opens_at - 1, opens_at, opens_at + 1]
    assert all(inverse(horizon, day, now) for now in moments)


@pytest.mark.parametrize("minute", [90, 119, 120, 150, 179, 180])  # the gap is 02:00–03:00, the fold 01:00–02:00
@pytest.mark.parametrize("sunday", [date(2026, 3, 8), date(2026, 11, 1)])
def test_a_release_in_a_gap_or_a_fold_happens_once(sunday, minute):
    for horizon in [
        Rolling(5, "calendar", minute, TORONTO), Release(6, minute, 5, TORONTO), ReleaseMonthly(sunday.day, minute, 0, TORONTO),
        ReleaseList(((sunday, minute, sunday + timedelta(days=5)),), TORONTO),
    ]:  # fmt: skip
        opens_at = horizon.opens_at(sunday + timedelta(days=5))
        for now in (opens_at - 1, opens_at, opens_at + 1, opens_at + 3600, opens_at - 3600):
            assert inverse(horizon, sunday + timedelta(days=5), now)
    shown = datetime.fromtimestamp(opens_at, ZoneInfo(TORONTO))
    expected = "03:00" if sunday.month == 3 and 120 <= minute < 180 else f"{minute // 60:02}:{minute % 60:02}"
    assert shown.strftime("%H:%M") == expected and shown.fold == 0


def test_a_date_that_is_not_published_has_no_opening():
    assert Until(date(2026, 6, 30)).opens_at(date(2026, 7, 1)) is None
    assert Until(date(2026, 6, 30)).opens_at(date(2026, 6, 30)) <= 0
    assert JUNE.opens_at(date(2026, 9, 1)) is None


def test_a_practice_without_any_open_date_does_not_hang():
    horizon = Rolling(3, "open_days", 0, TORONTO, lambda day: False)
    assert inverse(horizon, date(2026, 6, 1), at("2026-06-01T00:00:00"))


def test_the_most_specific_horizon_wins():
    practice, practitioner, service = Rolling(1), Rolling(2), Rolling(3)
    assert most_specific(practice, practitioner, service) is service
    assert most_specific(practice, practitioner) is practitioner
    assert most_specific(practice) is practice
    assert most_specific(None) is None


@pytest.mark.parametrize(
    ("horizon", "now", "expected"),
    [
        (Release(0, 540, 27, TORONTO), "2026-02-25T12:00:00", Outlook(date(2026, 3, 22), at("2026-03-02T09:00:00"), date(2026, 3, 29))),
        (Rolling(3, "open_days", 540, TORONTO, weekdays), "2026-06-05T12:00:00", Outlook(date(2026, 6, 10), at("2026-06-08T09:00:00"), date(2026, 6, 11))),
        (Until(date(2026, 6, 30)), "2026-06-05T12:00:00", Outlook(date(2026, 6, 30), None, None)),
        (JUNE, "2026-04-01T12:00:00", Outlook(None, at("2026-05-01T09:00:00"), date(2026, 6, 30))),
        (JUNE, "2026-06-30T12:00:00", Outlook(date(2026, 8, 31), None, None)),
    ],
)  # fmt: skip
def test_the_outlook_has_the_dates_of_the_sentence(horizon, now, expected):
    """On Monday 2 March at 09:00 the days up to Sunday 29 March open."""
    assert outlook(horizon, at(now)) == expected


@pytest.mark.parametrize("horizon", [row[0] for row in TABLE] + [None])
def test_a_stored_horizon_comes_back_as_it_was(horizon):
    assert from_dict(to_dict(horizon), TORONTO, getattr(horizon, "is_open", every_day)) == horizon


@pytest.mark.parametrize(
    "stored",
    [
        {},
        {"kind": "someday"},
        {"kind": "rolling", "weeks": 2},
        {"kind": "rolling", "days": 2, "count": "open"},
        {"kind": "until"},
        {"kind": "until", "on": "soon"},
        {"kind": "release_list", "releases": [[1]]},
    ],
)
def test_what_is_not_a_horizon_is_refused(stored):
    with pytest.raises(ValueError):
        from_dict(stored, TORONTO)
