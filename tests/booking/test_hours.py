"""Wall clock to instants (AVAILABILITY §1, §2, §11)."""

from datetime import date, datetime, timedelta, timezone
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

import pytest

from booking.hours import (
    Break,
    Override,
    WeeklyHours,
    Window,
    day_start,
    day_starts,
    end_instant,
    local_date,
    local_minute,
    open_dates,
    planned_windows,
    start_instant,
    subtract,
)

TORONTO = "America/Toronto"
SPRING, AUTUMN = date(2026, 3, 8), date(2026, 11, 1)
MONDAY = date(2026, 6, 1)
HOUR = 3600

# Whole hours, half hours, two hours, quarter hours, transitions at midnight and at the end of a day.
ZONES = [
    "America/Toronto", "America/Moncton", "America/St_Johns", "America/Havana", "America/Asuncion", "America/Santiago", "America/Nuuk",
    "America/Scoresbysund", "Europe/London", "Europe/Dublin", "Europe/Berlin", "Atlantic/Azores", "Africa/Cairo", "Africa/Casablanca",
    "Asia/Beirut", "Asia/Jerusalem", "Asia/Gaza", "Asia/Kathmandu", "Asia/Kolkata", "Asia/Tehran", "Asia/Amman", "Asia/Almaty",
    "Antarctica/Troll", "Antarctica/Casey", "Australia/Lord_Howe", "Australia/Adelaide", "Pacific/Chatham", "Pacific/Auckland", "Pacific/Apia",
    "Pacific/Easter", "Pacific/Norfolk", "UTC",
]  # fmt: skip


def wall(zone: str, instant: int) -> str:
    return datetime.fromtimestamp(instant, ZoneInfo(zone)).strftime("%a %H:%M %z")


def shown(windows, zone: str = TORONTO) -> list[tuple[str, str]]:
    return [(wall(zone, window.start)[:9], wall(zone, window.end)[:9]) for window in windows]


def on(day: date, *windows, breaks=(), zone: str = TORONTO, last: date | None = None):
    return planned_windows([], [Override(day, windows)], breaks, zone, day, last or day)


# --- the clock changes ---


@pytest.mark.parametrize(
    ("day", "opens", "closes", "hours"),
    [
        (SPRING, 30, 390, 5),  # 00:30–06:30 loses an hour in spring
        (AUTUMN, 30, 390, 7),  # and gains one in autumn
        (MONDAY, 30, 390, 6),
        (SPRING, 120, 150, None),  # 02:00–02:30 does not exist
        (SPRING, 120, 210, 0.5),  # 02:00–03:30: begins at the transition
        (SPRING, 60, 150, 1),  # 01:00–02:30: ends at the transition
        (AUTUMN, 60, 120, 2),  # 01:00–02:00: the first 01:00 to the only 02:00
        (AUTUMN, 60, 90, 1.5),  # 01:00–01:30: first reading to second reading
        (SPRING, 0, 1440, 23),
        (AUTUMN, 0, 1440, 25),
    ],
)
def test_hours_on_the_day_the_clock_changes_last_as_long_as_they_really_do(day, opens, closes, hours):
    lengths = [(window.end - window.start) / HOUR for window in on(day, (opens, closes))]
    assert lengths == ([] if hours is None else [hours])


def test_a_time_in_the_gap_is_the_transition_and_in_the_fold_the_first_or_the_second_reading():
    transition = int(datetime(2026, 3, 8, 7, tzinfo=timezone.utc).timestamp())
    assert start_instant(TORONTO, SPRING, 150) == end_instant(TORONTO, SPRING, 150) == transition
    assert wall(TORONTO, start_instant(TORONTO, AUTUMN, 90)) == "Sun 01:30 -0400"
    assert wall(TORONTO, end_instant(TORONTO, AUTUMN, 90)) == "Sun 01:30 -0500"


def test_closing_at_a_midnight_that_comes_twice_is_its_second_reading():
    """§11 as for any other closing time: 24:00 is the next midnight (§2), and of two readings an end is the second."""
    saturday = date(2024, 11, 2)  # in Havana the clock went from 01:00 on Sunday back to 00:00
    for closes in (1440, 0):
        [window] = on(saturday, (1320, closes), zone="America/Havana")
        assert window.end == day_start("America/Havana", saturday, 1) + HOUR == window.start + 3 * HOUR


def test_a_date_that_never_was_has_no_hours():
    """Samoa went from 29 to 31 December 2011."""
    missing = date(2011, 12, 30)
    assert on(missing, (540, 1020), zone="Pacific/Apia") == ()
    assert day_start("Pacific/Apia", missing) == day_start("Pacific/Apia", missing, 1)
    [window] = on(date(2011, 12, 29), (1320, 120), zone="Pacific/Apia")
    assert window.end - window.start == 2 * HOUR  # 22:00 to the transition, since 02:00 on the 30th is not there


@pytest.mark.parametrize("zone", ZONES)
def test_around_every_transition_hours_keep_to_the_wall_clock_and_days_to_their_length(zone):
    for day in transitions(zone):
        before, after = day - timedelta(days=1), day + timedelta(days=1)
        edges = day_starts(zone, before, after)
        assert list(edges) == sorted(set(edges))
        assert all(local_date(zone, edge) == before + timedelta(days=n) for n, edge in enumerate(edges))
        assert all(local_date(zone, edge - 1) < local_date(zone, edge) for edge in edges)
        whole = [Override(before + timedelta(days=n), ((0, 1440),)) for n in range(3)]
        [window] = planned_windows([], whole, (), zone, before, after)
        assert (window.start, window.end) == (edges[0], edges[-1])
        for each, (begins, ends) in zip(whole, pairwise(edges)):  # each date its elapsed length
            [alone] = on(each.on, (0, 1440), zone=zone)
            assert (alone.start, min(alone.end, ends)) == (begins, ends)
            assert all(shown_twice(zone, start) for start in range(ends, alone.end, 300))
        offset = {datetime.fromtimestamp(edge, timezone.utc).astimezone(ZoneInfo(zone)).utcoffset() for edge in (edges[0], edges[-1])}
        change = max(offset) - min(offset)
        assert abs(window.end - window.start - 72 * HOUR) == change.total_seconds()
        for opens in range(0, 1440, 15):
            for window in on(day, (opens, min(opens + 45, 1440)), zone=zone):
                for start in range(window.start, window.end, 300):
                    assert opens <= local_minute(zone, start) < opens + 45 or shown_twice(zone, start)
                    assert local_date(zone, start) == day or shown_twice(zone, start)


def shown_twice(zone: str, instant: int) -> bool:
    """In a repeated hour a window ends at the second reading, so the clock may pass its closing time once before."""
    here = datetime.fromtimestamp(instant, ZoneInfo(zone))
    return here.replace(fold=0).utcoffset() != here.replace(fold=1).utcoffset()


def transitions(zone: str) -> list[date]:
    """The local dates from 2024 to 2030 on which the offset differs from the day before's."""
    tz, found, noon = ZoneInfo(zone), [], datetime(2024, 1, 1, 12)
    for _ in range(7 * 366):
        following = noon + timedelta(days=1)
        if noon.replace(tzinfo=tz).utcoffset() != following.replace(tzinfo=tz).utcoffset():
            found += [noon.date(), following.date()]
        noon = following
    return found


def test_the_zones_tried_have_every_kind_of_transition():
    assert set(ZONES) <= available_timezones()
    changes = {
        abs((datetime(2026, 1, 1, tzinfo=ZoneInfo(z)).utcoffset() - datetime(2026, 7, 1, tzinfo=ZoneInfo(z)).utcoffset()).total_seconds())
        for z in ZONES
    }
    assert changes == {0, 1800, 3600, 7200}


# --- planned windows ---


def weekly(*rows) -> list[WeeklyHours]:
    return [WeeklyHours(0, opens, closes) for opens, closes in rows]


def test_an_override_replaces_every_row_that_starts_on_its_date_and_no_other():
    rows = [WeeklyHours(6, 1320, 360), *weekly((540, 720), (780, 1020))]  # Sunday night shift, Monday
    assert shown(planned_windows(rows, [Override(MONDAY, ((600, 660),))], (), TORONTO, MONDAY, MONDAY)) == [
        ("Sun 22:00", "Mon 06:00"),
        ("Mon 10:00", "Mon 11:00"),
    ]
    assert shown(planned_windows(weekly((540, 720)), [Override(MONDAY)], (), TORONTO, MONDAY, MONDAY)) == []


def test_a_break_splits_a_window_and_the_rest_has_its_own_anchor():
    pauses = [Break(725, 765, weekday=0), Break(900, 915, on=MONDAY), Break(600, 660, weekday=1)]
    assert shown(planned_windows(weekly((540, 1020)), [], pauses, TORONTO, MONDAY, MONDAY)) == [
        ("Mon 09:00", "Mon 12:05"),
        ("Mon 12:45", "Mon 15:00"),
        ("Mon 15:15", "Mon 17:00"),
    ]


def test_a_break_without_length_pauses_nothing():
    [window] = planned_windows(weekly((540, 1020)), [], [Break(720, 720, weekday=0)], TORONTO, MONDAY, MONDAY)
    assert window.end - window.start == 8 * HOUR


def test_planning_sees_a_whole_week_back_even_where_a_date_is_missing():
    """Whatever dates are asked for, a window that began more than a week ago is known to have."""
    every_day, new_year = [WeeklyHours(weekday, 0, 1440) for weekday in range(7)], date(2012, 1, 5)
    [window] = planned_windows(every_day, [Override(date(2011, 12, 27), ((600, 1440),))], [], "Pacific/Apia", new_year, new_year)
    assert window.start < day_start("Pacific/Apia", new_year) - 7 * 24 * HOUR


def test_touching_and_overlapping_windows_merge_only_for_equal_services():
    everyone = weekly((540, 600), (600, 660), (630, 720))
    some = [WeeklyHours(0, 720, 780, services=frozenset({1}))]
    windows = planned_windows([*everyone, *some], [], [], TORONTO, MONDAY, MONDAY)
    assert [(window.services, *pair) for window, pair in zip(windows, shown(windows))] == [
        (None, "Mon 09:00", "Mon 12:00"),
        (frozenset({1}), "Mon 12:00", "Mon 13:00"),
    ]


@pytest.mark.parametrize(
    ("opens", "closes", "minutes"),
    [(0, 1440, 1440), (0, 1439, 1439), (1320, 1440, 120), (1320, 0, 120), (1320, 360, 480), (540, 540, 1440)],
)
def test_closing_at_or_before_opening_is_the_next_day_and_24_00_is_not_23_59(opens, closes, minutes):
    [window] = on(MONDAY, (opens, closes))
    assert window.end - window.start == minutes * 60


def test_days_open_round_the_clock_touch_at_midnight_and_23_59_leaves_a_gap():
    tuesday = MONDAY + timedelta(days=1)
    assert len(planned_windows([WeeklyHours(d, 0, 1440) for d in (0, 1)], [], [], TORONTO, MONDAY, tuesday)) == 1
    assert len(planned_windows([WeeklyHours(d, 0, 1439) for d in (0, 1)], [], [], TORONTO, MONDAY, tuesday)) == 2


def test_a_window_is_whole_even_when_the_range_asked_for_cuts_it():
    rows = [WeeklyHours(6, 1320, 1440), WeeklyHours(0, 0, 360), WeeklyHours(0, 1320, 120)]
    assert shown(planned_windows(rows, [], [], TORONTO, MONDAY, MONDAY)) == [("Sun 22:00", "Mon 06:00"), ("Mon 22:00", "Tue 02:00")]


def test_validity_is_inclusive_on_both_ends():
    row = WeeklyHours(0, 540, 600, valid_from=MONDAY, valid_until=MONDAY + timedelta(days=7))
    windows = planned_windows([row], [], [], TORONTO, MONDAY - timedelta(days=14), MONDAY + timedelta(days=28))
    assert [local_date(TORONTO, window.start) for window in windows] == [MONDAY, MONDAY + timedelta(days=7)]


def test_subtracting_spans_in_any_order_leaves_what_none_of_them_covers():
    left = subtract([Window(0, 100), Window(200, 300)], [(250, 400), (90, 210), (20, 30), (25, 28), (60, 60)])
    assert left == [Window(0, 20), Window(30, 90), Window(210, 250)]


def test_an_open_date_has_something_left_after_the_closures():
    rows = [WeeklyHours(day, 540, 1020) for day in range(5)] + [WeeklyHours(5, 1320, 120)]  # Saturday night runs into Sunday
    windows = planned_windows(rows, [], [], TORONTO, MONDAY, MONDAY + timedelta(days=6))
    tuesday = day_start(TORONTO, MONDAY, 1)
    closures = [(tuesday, tuesday + 24 * HOUR, "holiday"), (tuesday + 24 * HOUR, tuesday + 36 * HOUR, "morning")]
    found = open_dates(windows, closures, TORONTO, MONDAY, MONDAY + timedelta(days=6))
    assert sorted(day.strftime("%a") for day in found) == sorted(["Mon", "Wed", "Thu", "Fri", "Sat", "Sun"])


def test_planning_is_remembered_by_its_arguments():
    rows = weekly((540, 1020))
    assert planned_windows(rows, [], [], TORONTO, MONDAY, MONDAY) is planned_windows(list(rows), [], [], TORONTO, MONDAY, MONDAY)


def test_hours_may_come_in_any_kind_of_list():
    listed = [WeeklyHours(0, 540, 600, services={1}), WeeklyHours(1, 540, 600, services=[1])], [Override(MONDAY, [[600, 660]], {2})]
    [window] = planned_windows(*listed, [], TORONTO, MONDAY, MONDAY)
    assert window.services == {2} and window.end - window.start == HOUR
