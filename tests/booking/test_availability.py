"""The named edges of AVAILABILITY §2–§12, one sentence each. Wednesday 3 June 2026, Toronto, 09:00–12:00, half an hour on a 15-minute grid."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from booking.availability import availability, booked_minutes, check, preference
from booking.facts import (
    Busy, Cap, Closure, Code, Counted, Facts, Hold, Limits, Moving, Notice, Offer, Policy, Practitioner, Query, Refusal, Room, Service, Span, closed_dates,
)  # fmt: skip
from booking.horizon import Release, ReleaseList, Rolling, Until
from booking.hours import Break, Override, WeeklyHours, Window, day_start, planned_windows

ZONE, WEDNESDAY = "America/Toronto", date(2026, 6, 3)
MIDNIGHT = day_start(ZONE, WEDNESDAY)
MINUTE, HOUR = 60, 3600
HALF_AN_HOUR, NO_RULES = Service(1, 30 * MINUTE), Policy()


def at(clock: str, day: int = 0) -> int:
    hours, minutes = clock.split(":")
    return day_start(ZONE, WEDNESDAY, day) + int(hours) * HOUR + int(minutes) * MINUTE


def clocks(starts) -> str:
    return " ".join(f"{(start - MIDNIGHT) // HOUR % 24:02}:{(start - MIDNIGHT) % HOUR // MINUTE:02}" for start in starts)


def day(n: int) -> date:
    return WEDNESDAY + timedelta(days=n)


def open_(*hours: tuple[str, str], breaks=(), days: int = 1) -> tuple[Window, ...]:
    minutes = tuple(tuple(int(clock[:2]) * 60 + int(clock[3:]) for clock in pair) for pair in hours)
    return planned_windows([], [Override(day(n), minutes) for n in range(days)], breaks, ZONE, WEDNESDAY, day(days - 1))


def busy(begins: str, ends: str, before: int = 0, after: int = 0, id: int | None = 1, on: int = 0) -> Busy:
    return Busy(at(begins, on), at(ends, on), before * MINUTE, after * MINUTE, id)


MORNING = open_(("09:00", "12:00"))


def someone(*rows: Busy, windows=MORNING, number: int = 1, **more) -> Practitioner:
    return Practitioner(number, windows, busy=rows, **more)


def facts(*people: Practitioner, **more) -> Facts:
    return Facts(ZONE, people or (someone(),), **more)


def ask(
    known: Facts, service: Service = HALF_AN_HOUR, policy: Policy = NO_RULES, now: str = "00:00", days: int = 1, mode: str = "any", **more
):
    everyone = tuple(one.id for one in known.practitioners)
    return availability(known, Query(service, everyone, mode, WEDNESDAY, day(days - 1), **more), policy, at(now))


def starts(*args, **kwargs) -> str:
    [answer] = ask(*args, **kwargs)
    return clocks(answer.starts)


def code(*args, **kwargs) -> Code:
    [answer] = ask(*args, **kwargs)
    assert not answer.starts
    return answer.code


def checked(
    known: Facts, start: str, service: Service = HALF_AN_HOUR, policy: Policy = NO_RULES, now: str = "00:00", mode: str = "any", **more
):
    everyone = tuple(one.id for one in known.practitioners)
    return check(known, Query(service, everyone, mode, day(400), day(400), **more), at(start), policy, at(now))


# --- the grid (§3, D1, D2) ---


@pytest.mark.parametrize(
    ("hours", "service", "expected"),
    [
        ([("09:10", "10:10")], HALF_AN_HOUR, "09:10 09:25 09:40"),  # anchored at the window, never at the full hour
        ([("09:00", "09:30")], HALF_AN_HOUR, "09:00"),  # it may end exactly at closing
        ([("09:00", "09:29")], HALF_AN_HOUR, ""),
        ([("23:00", "24:00")], HALF_AN_HOUR, "23:00 23:15 23:30"),  # 24:00 is the midnight,
        ([("23:00", "23:59")], HALF_AN_HOUR, "23:00 23:15"),  # 23:59 is not
        ([("09:00", "10:00"), ("10:00", "11:00")], Service(1, 90 * MINUTE), "09:00 09:15 09:30"),  # touching hours are one window
        ([("09:00", "10:00")], Service(1, 30 * MINUTE, 20 * MINUTE), "09:00 09:20"),
        ([("09:00", "10:00"), ("09:20", "10:20")], Service(1, 30 * MINUTE, 20 * MINUTE), "09:00 09:20 09:40"),
    ],
)
def test_possible_starts(hours, service, expected):
    assert starts(facts(someone(windows=open_(*hours))), service) == expected


def test_a_booking_of_a_quarter_does_not_shift_the_rest_of_the_day():
    free = starts(facts()).split()
    taken = starts(facts(someone(busy("10:05", "10:20")))).split()
    assert set(taken) < set(free) and taken == [clock for clock in free if not "09:35" < clock < "10:20"]


def test_the_grid_may_be_anchored_at_midnight():
    windows = open_(("09:10", "10:10"))
    assert starts(facts(someone(windows=windows)), policy=Policy(grid=0)) == "09:15 09:30"
    assert starts(facts(someone(windows=windows)), policy=Policy(grid=5 * MINUTE)) == "09:20 09:35"


def test_after_a_break_the_grid_begins_anew():
    windows = open_(("09:00", "11:00"), breaks=[Break(9 * 60 + 50, 10 * 60 + 5, on=WEDNESDAY)])
    assert starts(facts(someone(windows=windows))) == "09:00 09:15 10:05 10:20"


def test_overlapping_hours_with_different_services_each_keep_their_grid():
    windows = (*open_(("09:00", "10:00")), open_(("09:10", "09:40"))[0]._replace(services=frozenset({1})))
    assert starts(facts(someone(windows=windows))) == "09:00 09:10 09:15 09:30"
    assert starts(facts(someone(windows=windows)), replace(HALF_AN_HOUR, id=2)) == "09:00 09:15 09:30"


def test_a_night_shift_gives_each_date_its_own_starts():
    windows = open_(("22:00", "01:00"), days=1)
    tonight, tomorrow = ask(facts(someone(windows=windows)), Service(1, HOUR, 30 * MINUTE), days=2)
    assert clocks(tonight.starts) == "22:00 22:30 23:00 23:30" and clocks(tomorrow.starts) == "00:00"
    assert checked(facts(someone(windows=windows)), "23:30", Service(1, HOUR, 30 * MINUTE)).end == at("00:30", 1)


def test_round_the_clock_the_grid_does_not_depend_on_the_range_that_is_asked_for():
    hours = [WeeklyHours(weekday, 0, 1440) for weekday in range(7)]
    service = Service(1, 30 * MINUTE, 50 * MINUTE)  # does not divide a day

    def listed(first: int, last: int):
        known = facts(someone(windows=planned_windows(hours, [], [], ZONE, day(first), day(last))))
        return availability(known, Query(service, (1,), "one", day(first), day(last)), Policy(), at("00:00"))

    assert listed(0, 9)[9].starts == listed(9, 9)[0].starts == listed(5, 30)[4].starts


def test_hours_that_begin_and_never_end_keep_their_anchor_for_a_week():
    hours = [WeeklyHours(weekday, 0, 1440, valid_from=day(0)) for weekday in range(7)]
    service = Service(1, 30 * MINUTE, 50 * MINUTE)

    def listed(first: int, last: int):
        known = facts(someone(windows=planned_windows(hours, [], [], ZONE, day(first), day(last))))
        return availability(known, Query(service, (1,), "one", day(first), day(last)), Policy(), at("00:00"))

    answer = listed(0, 9)
    assert all((start - at("00:00")) % (50 * MINUTE) == 0 for one in answer[:8] for start in one.starts)
    assert [one.starts[0] for one in answer[8:]] == [at("00:00", 8), at("00:00", 9)]
    assert [one.starts for one in listed(7, 8)] == [one.starts for one in answer[7:9]]


def test_in_the_repeated_hour_both_readings_are_offered():
    sunday = date(2026, 11, 1)
    windows = planned_windows([WeeklyHours(6, 60, 120)], [], [], ZONE, sunday, sunday)
    known = Facts(ZONE, (Practitioner(1, windows),))
    [answer] = availability(known, Query(Service(1, HOUR, HOUR), (1,), "one", sunday, sunday), Policy(), 0)
    assert len(answer.starts) == 2 and answer.starts[1] - answer.starts[0] == HOUR


# --- conflicts (§4, D3, D4, D5) ---

BUFFERED = Service(1, 30 * MINUTE, before=10 * MINUTE, after=15 * MINUTE)


@pytest.mark.parametrize(
    ("service", "row", "expected"),
    [
        (HALF_AN_HOUR, busy("09:30", "10:00"), "09:00 10:00 10:15 10:30"),  # touching is free
        (HALF_AN_HOUR, busy("09:30", "10:00", after=15), "09:00 10:15 10:30"),
        (BUFFERED, busy("09:45", "10:00", before=15, after=10), "09:00 10:15 10:30"),  # max(15, 15) before, max(10, 10) after: not the sums
        (BUFFERED, busy("09:45", "10:00", before=15, after=20), "09:00 10:30"),  # max(20, 10): 10:20 is free, 10:15 is not
        (BUFFERED, busy("09:45", "10:00", before=20, after=0), "10:15 10:30"),
        (BUFFERED, busy("09:45", "10:00", id=None), "09:00 10:15 10:30"),  # foreign busy time: the new appointment's own buffers
        (HALF_AN_HOUR, busy("09:45", "09:45", before=20, after=20), "09:00 09:15 09:30 09:45 10:00 10:15 10:30"),  # [t, t) is nothing
    ],
)
def test_the_gap_is_the_larger_buffer(service, row, expected):
    assert starts(facts(someone(row, windows=open_(("09:00", "11:00")))), service) == expected


def test_what_takes_no_time_is_in_nobodys_way():
    now, mine = at("09:45"), Policy(limits=Limits(most_upcoming=1, per_day=1, no_overlap=True))
    nothing = facts(
        someone(Busy(now, now, 900, 900), absences=(Span(now, now),)),
        closures=(Closure(now, now, "", WEDNESDAY),), holds=(hold("09:45", "09:45", after=30),), caps=(Cap("day", 1),), mine=(Busy(now, now),),
    )  # fmt: skip
    assert starts(nothing, policy=mine) == starts(facts())
    assert isinstance(checked(nothing, "09:30", policy=mine), Offer)
    buffer = facts(someone(busy("09:00", "09:30", after=30), Busy(now, now)))
    assert checked(buffer, "09:30", policy=Policy(staff=True)).code is Code.BUFFER
    missing = closed_dates("The day Samoa left out", "Pacific/Apia", date(2011, 12, 30), date(2011, 12, 30))
    assert missing.start == missing.end


def test_buffers_may_leave_the_hours_unless_the_service_says_inside():
    windows = open_(("09:00", "10:00"))
    assert starts(facts(someone(windows=windows)), BUFFERED) == "09:00 09:15 09:30"
    assert starts(facts(someone(windows=windows)), replace(BUFFERED, buffers_inside=True)) == "09:15"


def test_buffers_do_not_reach_into_absences_and_closures():
    away = facts(someone(windows=open_(("09:00", "11:00")), absences=(Span(at("09:30"), at("10:00")),)))
    assert starts(away, BUFFERED) == "09:00 10:00 10:15 10:30"
    assert starts(away, replace(BUFFERED, buffers_inside=True)) == "10:15"  # 10 before, 15 after: 09:00 and 10:30 touch the hours' ends


def test_rows_that_overlap_or_reach_over_many_days_block_all_they_cover():
    rows = [busy("09:00", "09:30"), busy("09:15", "11:30"), busy("09:20", "09:40"), Busy(at("12:00", -30), at("09:15"), 0, 0, 7)]
    assert starts(facts(someone(*rows))) == "11:30"
    assert code(facts(someone(Busy(at("12:00", -30), at("12:00", 30), 0, 0, None)))) is Code.FULLY_BOOKED


def test_the_appointment_being_moved_is_left_out_and_its_own_start_is_not_offered():
    known = facts(someone(busy("10:00", "10:30", id=5)), someone(number=2))
    assert "10:00" not in starts(known, moving=Moving(5, at("10:00")))
    assert {"09:45", "10:15"} <= set(starts(known, moving=Moving(5, at("10:00"))).split())
    [answer] = ask(known, moving=Moving(5, at("10:00"), 1))
    assert answer.starts.practitioners(at("10:00")) == (2,) and answer.starts.practitioners(at("10:15")) == (1, 2)
    assert checked(facts(someone(busy("10:00", "10:30", id=5))), "10:00", moving=Moving(5, at("10:00"))).code is Code.SLOT_TAKEN


def test_when_moving_another_practitioners_buffer_is_still_called_a_buffer():
    known = facts(someone(busy("09:30", "10:00", after=15)), someone(number=3))
    query = Query(HALF_AN_HOUR, (1,), "one", WEDNESDAY, WEDNESDAY, moving=Moving(7, at("10:00"), 3))
    assert check(known, query, at("10:00"), Policy(staff=True), 0).code is Code.BUFFER
    theirs = replace(query, moving=Moving(7, at("10:00"), 1))
    assert check(known, theirs, at("10:00"), Policy(staff=True), 0).code is Code.SLOT_TAKEN


# --- notice and horizon (§5, §6, D6–D8) ---


@pytest.mark.parametrize(
    ("now", "lead", "first"),
    [("09:00", 0, "09:00"), ("09:01", 0, "09:15"), ("08:00", 60, "09:00"), ("08:01", 60, "09:15"), ("07:59", 60, "09:00")],
)
def test_a_start_exactly_at_the_notice_is_offered(now, lead, first):
    assert starts(facts(), policy=Policy(notice=Notice(lead * MINUTE)), now=now).split()[0] == first


WEEK = facts(someone(windows=open_(("09:00", "12:00"), days=8)))


def weekdays(one: date) -> bool:
    return one.weekday() < 5


@pytest.mark.parametrize(
    ("now", "on", "earliest"),
    [
        ("16:00", 0, 1),  # until 16:00 of the previous open day, inclusive
        ("16:01", 0, 2),
        ("15:00", 2, 3),  # Friday before four: Saturday, were it open
        ("16:01", 2, 6),  # Friday after four: the next open day is Monday, whose evening is the cut-off of Tuesday
        ("12:00", 4, 6),  # on Sunday Friday's cut-off has passed
    ],
)
def test_the_cut_off_of_the_previous_open_day(now, on, earliest):
    policy = Policy(notice=Notice(until=16 * 60), is_open=weekdays)
    answer = availability(WEEK, Query(HALF_AN_HOUR, (1,), "one", day(on), day(7)), policy, at(now, on))
    assert answer.next_open_date == day(earliest)
    too_soon = [one for one in answer if one.code is Code.TOO_SOON]
    assert all(one.params == {"earliest": at("00:00", earliest)} for one in too_soon)
    assert [one.date for one in too_soon] == [day(n) for n in range(on + 1, earliest)]  # today's hours are over


def test_the_latest_of_lead_and_cut_off_counts_and_a_first_day_ever_has_no_cut_off():
    policy = Policy(notice=Notice(48 * HOUR, 16 * 60), is_open=weekdays)
    assert ask(WEEK, policy=policy, now="10:00", days=8).next_open_date == day(2)
    opening_day = Policy(notice=Notice(until=16 * 60), is_open=lambda one: one >= day(3))
    assert ask(WEEK, policy=opening_day, now="17:00", days=8).next_open_date == day(1)


@pytest.mark.parametrize(
    ("horizon", "last_open", "opens_at"),
    [
        (Rolling(2, zone=ZONE), 2, at("00:00", 1)),  # today and the next two dates
        (Until(day(3)), 3, None),
        (Release(2, 9 * 60, 1, ZONE), -6, at("09:00")),
        (ReleaseList(((day(2), 600, day(9)),), ZONE), None, at("10:00", 2)),
    ],
)
def test_the_last_day_is_bookable_and_the_next_says_when_it_opens(horizon, last_open, opens_at):
    answer = ask(WEEK, policy=Policy(horizon), now="08:00", days=8)
    closed = [one for one in answer if one.code is Code.BEYOND_HORIZON]
    assert [one.date for one in answer if one.starts] == [day(n) for n in range(8) if last_open is not None and n <= last_open]
    assert closed[0].opens_at == opens_at and len(closed) == 8 - len([one for one in answer if one.starts])
    if opens_at is not None:
        query = Query(HALF_AN_HOUR, (1,), "one", closed[0].date, closed[0].date)
        assert not availability(WEEK, query, Policy(horizon), opens_at - 1)[0].starts
        assert availability(WEEK, query, Policy(horizon), opens_at)[0].code is not Code.BEYOND_HORIZON


def test_the_horizon_of_the_service_wins_over_the_practitioners_over_the_practices():
    person = replace(WEEK.practitioners[0], horizon=Rolling(1, zone=ZONE))
    policy = Policy(Rolling(0, zone=ZONE))
    opened = [len([one for one in ask(known, service, policy, "08:00", 8) if one.starts]) for known, service in [
        (WEEK, HALF_AN_HOUR), (replace(WEEK, practitioners=(person,)), HALF_AN_HOUR),
        (replace(WEEK, practitioners=(person,)), replace(HALF_AN_HOUR, horizon=Rolling(2, zone=ZONE))),
    ]]  # fmt: skip
    assert opened == [1, 2, 3]


def test_a_start_after_midnight_belongs_to_its_own_date_for_the_horizon_and_the_cap():
    night = facts(someone(windows=open_(("22:00", "02:00"))), caps=(Cap("day", 1),), counted=(Counted(at("23:00"), 1800, 1),))
    tonight, tomorrow = ask(night, days=2)
    assert tonight.code is Code.CAP and tomorrow.starts
    assert ask(night, policy=Policy(Until(day(0))), days=2)[1].code is Code.BEYOND_HORIZON


def test_staff_skip_horizon_notice_and_caps_but_never_conflicts():
    known = facts(someone(busy("09:00", "10:00")), caps=(Cap("day", 0),))
    closed = Policy(Until(day(-1)), Notice(99 * HOUR))
    assert code(known, policy=closed) is Code.BEYOND_HORIZON
    assert starts(known, policy=replace(closed, staff=True)).split()[0] == "10:00"
    assert checked(known, "09:00", policy=replace(closed, staff=True)).code is Code.SLOT_TAKEN


# --- caps and limits (§7) ---


def counted(*days_: int, minutes: int = 30, practitioner: int = 1, service: int = 1) -> tuple[Counted, ...]:
    return tuple(Counted(at("09:00", n), minutes * MINUTE, practitioner, service, 40 + n) for n in days_)


@pytest.mark.parametrize(
    ("cap", "rows", "closed"),
    [
        (Cap("day", 2), counted(0), []),
        (Cap("day", 1), counted(0), [0]),  # reached at >=
        (Cap("day", max_minutes=60), counted(0), []),  # 30 + 30 is not more than 60
        (Cap("day", max_minutes=59), counted(0), [0]),
        (Cap("week", 2), counted(-1, -2), [0, 1, 2, 3, 4]),  # Monday and Tuesday count until Sunday
        (Cap("week", 2), counted(-3, -1), []),  # the Sunday before is another week
        (Cap("month", 1), counted(27), [0, 1, 2, 3, 4, 5, 6, 7]),  # 30 June
        (Cap("month", 1), counted(28), []),
        (Cap("day", 1, practitioner=2), counted(0), []),
        (Cap("day", 1, practitioner=1), counted(0, practitioner=2), []),
        (Cap("day", 1, practitioner=1), counted(0), [0]),
        (Cap("day", 1, service=2), counted(0, service=2), []),  # not the service asked for
        (Cap("day", 1, service=1), counted(0, service=2), []),
        (Cap("day", 1, service=1), counted(0, practitioner=2), [0]),  # a service's cap counts every practitioner
    ],
)
def test_a_cap_counts_the_starts_of_its_period(cap, rows, closed):
    answer = ask(replace(WEEK, caps=(cap,), counted=rows), days=8)
    assert [n for n in range(8) if answer[n].code is Code.CAP] == closed
    assert all(answer[n].starts for n in range(8) if n not in closed)


def test_a_cap_says_when_its_period_ends_and_leaves_out_own_holds_and_the_moved_appointment():
    known = replace(WEEK, caps=(Cap("week", 1),), counted=counted(1))
    assert ask(known)[0].params == {"period": "week", "ends": day(4)}
    assert ask(known, moving=Moving(41, at("09:00", 1)))[0].starts
    held = replace(WEEK, caps=(Cap("day", 1),), holds=(hold("09:00", "09:30"),))
    assert code(held) is Code.CAP and starts(held, owner="anna")


def test_per_person_limits_name_the_appointment_in_the_way():
    mine = (busy("15:00", "15:30", id=8), busy("15:00", "15:30", id=9, on=1), busy("08:00", "08:30", id=7, on=-1))
    known = replace(WEEK, mine=mine)
    assert ask(known, policy=Policy(limits=Limits(per_day=1)), days=3)[1].params == {"limit": "per_day", "appointment": 9}
    assert [one.code for one in ask(known, policy=Policy(limits=Limits(per_day=1)), days=3)] == [
        Code.PATIENT_LIMIT,
        Code.PATIENT_LIMIT,
        None,
    ]
    assert all(one.code is Code.PATIENT_LIMIT for one in ask(known, policy=Policy(limits=Limits(most_upcoming=2)), days=3))
    assert ask(known, policy=Policy(limits=Limits(most_upcoming=2)))[0].params["appointment"] == 8
    assert ask(known, policy=Policy(limits=Limits(most_upcoming=3)))[0].starts  # yesterday's does not count
    assert ask(known, policy=Policy(limits=Limits(most_upcoming=2)), moving=Moving(8, at("15:00")))[0].starts
    overlapping = facts(mine=(busy("09:00", "11:45", id=6, after=60),))
    assert starts(overlapping) and code(overlapping, policy=Policy(limits=Limits(no_overlap=True))) is Code.PATIENT_LIMIT
    refusal = checked(overlapping, "11:30", policy=Policy(limits=Limits(no_overlap=True)))
    assert refusal.params == {"limit": "no_overlap", "appointment": 6}


# --- rooms (§8) ---

GYM = Service(1, HOUR, room="gym", room_before=10 * MINUTE, room_after=15 * MINUTE)


def test_one_room_must_be_free_the_whole_time():
    halves = facts(rooms=(Room(1, "gym", (busy("09:00", "10:30"),)), Room(2, "gym", (busy("10:30", "12:00"),))))
    assert "10:00" not in starts(halves, GYM).split()  # free for one half each
    assert starts(halves, GYM) == "09:00 09:15 10:45 11:00"  # 15 minutes clean-up before 10:30, 10 set-up after it
    assert checked(halves, "10:45", GYM).rooms == (1,) and checked(halves, "09:00", GYM).rooms == (2,)


def test_a_room_of_another_kind_does_not_help_and_a_service_without_room_does_not_ask():
    pool = facts(rooms=(Room(1, "pool"),))
    assert code(pool, GYM) is Code.NO_ROOM and code(facts(), GYM) is Code.NO_ROOM
    assert starts(pool) and checked(pool, "09:00").rooms == ()


def test_the_room_of_the_moved_appointment_is_free_for_it():
    known = facts(someone(busy("09:00", "10:00", id=5)), rooms=(Room(1, "gym", (busy("09:00", "12:00", id=5),)),))
    assert code(known, GYM) is Code.NO_ROOM
    assert starts(known, GYM, moving=Moving(5, at("09:00"))).split()[0] == "09:15"


# --- any, all (§9) ---


def test_any_is_the_union_and_each_start_knows_who_can():
    known = facts(someone(busy("09:00", "11:00")), someone(busy("10:00", "12:00"), number=2))
    [answer] = ask(known)
    assert clocks(answer.starts) == "09:00 09:15 09:30 11:00 11:15 11:30"
    assert answer.starts.practitioners(at("09:00")) == (2,) and answer.starts.practitioners(at("11:00")) == (1,)
    with pytest.raises(ValueError):
        answer.starts.practitioners(at("10:00"))
    assert checked(known, "09:00") == Offer(at("09:00"), at("09:30"), (2,))


def test_all_must_be_free_at_once():
    known = facts(someone(busy("09:00", "10:00")), someone(busy("11:00", "12:00"), number=2))
    assert starts(known, mode="all") == "10:00 10:15 10:30"
    assert checked(known, "10:00", mode="all").practitioners == (1, 2)
    assert checked(known, "09:00", mode="all").code is Code.SLOT_TAKEN
    away = facts(someone(), someone(number=2, absences=(Span(at("00:00"), at("23:00")),)))
    assert code(away, mode="all") is Code.PRACTITIONER_AWAY and starts(away, mode="any")
    apart = facts(someone(busy("09:00", "10:30")), someone(busy("10:30", "12:00"), number=2))
    assert code(apart, mode="all") is Code.FULLY_BOOKED


def test_the_order_in_which_practitioners_are_tried():
    assert preference((1, 2, 3), wish=3) == (3, 1, 2)
    assert preference((1, 2, 3), wish=9, last_seen=2) == (2, 1, 3)
    assert preference((3, 2, 1), booked={1: 60, 2: 30, 3: 30}) == (2, 3, 1)
    assert preference((1, 2, 3), wish=1, last_seen=2, booked={1: 99, 2: 98}) == (1, 2, 3)
    known = facts(someone(busy("09:00", "10:00"), busy("10:00", "10:30", id=None), busy("09:00", "09:20", id=2, on=1)), someone(number=2))
    assert booked_minutes(known, WEDNESDAY) == {1: 60, 2: 0}


# --- holds (§10) ---


def hold(
    begins: str, ends: str, owner: str = "anna", expires: str = "00:10", number: int = 1, room: int | None = None, after: int = 0
) -> Hold:
    return Hold(at(begins), at(ends), 0, after * MINUTE, owner, at(expires), number, 1, room)


def test_a_live_hold_blocks_others_with_its_buffers_and_never_its_owner():
    held = facts(holds=(hold("09:00", "11:15", after=15),))
    assert starts(held) == "11:30"
    assert starts(held, owner="anna") == starts(facts())
    assert starts(held, now="00:10") == starts(facts())  # live iff expires_at > now


def test_a_day_that_only_holds_fill_says_when_to_try_again():
    held = facts(
        holds=(hold("09:00", "10:00", expires="00:10"), hold("10:00", "12:00", expires="00:07"), hold("13:00", "14:00", expires="00:01"))
    )
    [answer] = ask(held)
    assert answer.code is Code.HELD and answer.params == {"retry_at": at("00:07")}
    assert checked(held, "09:00").params == {"retry_at": at("00:10")}
    nobody = facts(holds=(hold("09:00", "12:00", owner=None),))
    assert code(nobody) is Code.HELD  # a visitor without a key owns no hold


def test_a_held_room_is_held_not_missing():
    known = facts(rooms=(Room(1, "gym"),), holds=(hold("09:00", "12:00", number=2, room=1),))
    assert code(known, GYM) is Code.HELD and starts(known, GYM, owner="anna")
    assert ask(known, GYM)[0].params == {"retry_at": at("00:10")}


def test_a_start_is_free_again_when_the_last_hold_in_its_way_is_gone():
    person, room = hold("09:00", "12:00", expires="00:02"), hold("09:00", "12:00", number=2, room=1, expires="00:08")
    known = facts(rooms=(Room(1, "gym"),), holds=(person, room))
    assert ask(known, GYM)[0].params == checked(known, "09:00", GYM).params == {"retry_at": at("00:08")}
    two_rooms = replace(known, rooms=(Room(1, "gym"), Room(2, "gym")))
    assert ask(two_rooms, GYM)[0].params == {"retry_at": at("00:02")}  # the other room is free all along
    booked = facts(
        someone(busy("10:00", "12:00")), holds=(hold("09:00", "10:00", expires="00:09"), hold("10:00", "12:00", expires="00:03"))
    )
    assert ask(booked)[0].params == {"retry_at": at("00:09")}  # what is booked anyhow does not come back with a hold
    both = facts(
        someone(), someone(number=2), holds=(hold("09:00", "12:00", expires="00:02"), hold("09:00", "12:00", number=2, expires="00:05"))
    )
    assert (ask(both)[0].params, ask(both, mode="all")[0].params) == ({"retry_at": at("00:02")}, {"retry_at": at("00:05")})


# --- explanation (§12) ---

FULL = someone(busy("09:00", "12:00"))
HOLIDAY = closed_dates("Canada Day", ZONE, day(0), day(2))
AWAY = Span(at("00:00"), at("00:00", 2))
FOUR_DAYS = open_(("09:00", "12:00"), days=4)


@pytest.mark.parametrize(
    ("known", "policy", "expected", "params"),
    [
        (facts(someone(windows=open_(("09:00", "10:00"), days=2)[1:])), Policy(), Code.NO_WORKING_HOURS, {"next": day(1)}),
        (facts(someone(windows=())), Policy(), Code.NO_WORKING_HOURS, {"next": None}),
        (facts(closures=(HOLIDAY,)), Policy(), Code.CLOSED_HOLIDAY, {"name": "Canada Day", "last": day(2)}),
        (facts(someone(windows=FOUR_DAYS, absences=(AWAY,))), Policy(), Code.PRACTITIONER_AWAY, {"back": day(2)}),
        (facts(someone(windows=FOUR_DAYS, absences=(AWAY,)), closures=(HOLIDAY,)), Policy(), Code.CLOSED_HOLIDAY, {"name": "Canada Day", "last": day(2)}),
        (facts(someone(windows=open_(("09:00", "09:20")))), Policy(), Code.DOES_NOT_FIT, {}),
        (facts(someone(windows=open_(("09:00", "09:20"), ("10:00", "10:25")))), Policy(staff=True), Code.DOES_NOT_FIT, {"longest": 1500}),
        (facts(someone(windows=open_(("09:00", "12:00")), absences=(Span(at("09:20"), at("11:40")),))), Policy(), Code.DOES_NOT_FIT, {}),
        (facts(FULL), Policy(), Code.FULLY_BOOKED, {}),
        (facts(FULL), Policy(Until(day(-1))), Code.BEYOND_HORIZON, {}),  # what stays true comes first
        (facts(someone(windows=())), Policy(Until(day(-1))), Code.NO_WORKING_HOURS, {"next": None}),
        (facts(FULL), Policy(Until(day(-1)), Notice(99 * HOUR)), Code.BEYOND_HORIZON, {}),
        (facts(FULL), Policy(notice=Notice(12 * HOUR)), Code.TOO_SOON, {"earliest": at("12:00")}),
        (facts(FULL, caps=(Cap("day", 0),)), Policy(), Code.CAP, {"period": "day", "ends": day(0)}),
        (facts(FULL, caps=(Cap("day", 0),)), Policy(notice=Notice(12 * HOUR)), Code.TOO_SOON, {"earliest": at("12:00")}),
        (facts(FULL, holds=(hold("09:00", "12:00"),)), Policy(), Code.FULLY_BOOKED, {}),
        (facts(), Policy(), None, {}),
    ],
)  # fmt: skip
def test_the_gate_that_leaves_nothing_gives_the_reason(known, policy, expected, params):
    [answer] = ask(known, policy=policy)
    assert (answer.code, dict(answer.params)) == (expected, params)


def test_days_gone_by_and_hours_gone_by_are_past():
    assert code(facts(), now="11:31") is Code.PAST  # the last start of today was half past eleven
    answer = availability(WEEK, Query(HALF_AN_HOUR, (1,), "one", day(-1), day(0)), Policy(), at("00:00"))
    assert [one.code for one in answer] == [Code.PAST, None]
    assert starts(facts(), now="11:30") == "11:30"
    assert code(facts(closures=(HOLIDAY,)), now="13:00") is Code.CLOSED_HOLIDAY  # what stays true comes first
    assert code(facts(someone(absences=(Span(at("10:00"), at("23:00")),))), now="10:30") is Code.PAST


def test_of_several_practitioners_the_one_closest_to_bookable_speaks():
    away = someone(number=2, absences=(AWAY,))
    nowhere = someone(number=3, windows=())
    assert code(facts(FULL, away, nowhere)) is Code.FULLY_BOOKED
    assert code(facts(away, nowhere)) is Code.PRACTITIONER_AWAY
    later, sooner = (someone(windows=FOUR_DAYS, number=n, absences=(Span(at("00:00"), at("00:00", 4 - n)),)) for n in (1, 2))
    assert ask(facts(later, sooner))[0].params == {"back": day(2)}


def test_a_date_opens_when_it_opens_for_the_first_of_them():
    people = tuple(someone(number=n, windows=FOUR_DAYS, horizon=Rolling(0, at=540 + n, zone=ZONE)) for n in (2, 1))
    assert ask(facts(*people), days=2)[1].opens_at == at("09:01", 1)
    assert ask(facts(*people), days=2, mode="all")[1].opens_at == at("09:02", 1)
    mixed = facts(people[0], someone(busy("09:00", "12:00", on=1), number=3, windows=FOUR_DAYS))
    assert (ask(mixed, days=2)[1].code, ask(mixed, days=2)[1].opens_at) == (Code.FULLY_BOOKED, at("09:02", 1))


@pytest.mark.parametrize(
    ("start", "policy", "expected", "gate"),
    [
        ("09:07", Policy(), Code.OFF_GRID, None),
        ("14:00", Policy(), Code.OFF_GRID, None),
        ("11:45", Policy(), Code.DOES_NOT_FIT, Code.DOES_NOT_FIT),
        ("10:00", Policy(), Code.SLOT_TAKEN, Code.FULLY_BOOKED),
        ("10:30", Policy(), Code.SLOT_TAKEN, Code.FULLY_BOOKED),
        ("10:30", Policy(staff=True), Code.BUFFER, Code.FULLY_BOOKED),  # only the buffer after 10:30 collides
        ("10:15", Policy(staff=True), Code.SLOT_TAKEN, Code.FULLY_BOOKED),
        ("09:00", Policy(notice=Notice(10 * HOUR)), Code.TOO_SOON, Code.TOO_SOON),
        ("11:00", Policy(Until(day(-1))), Code.BEYOND_HORIZON, Code.BEYOND_HORIZON),
    ],
)
def test_a_refused_start_gets_the_first_gate_that_refuses_it(start, policy, expected, gate):
    refusal = checked(facts(someone(busy("10:00", "10:30", after=15))), start, policy=policy)
    assert isinstance(refusal, Refusal) and (refusal.code, refusal.gate) == (expected, gate)


def test_a_start_in_a_closure_or_absence_or_on_a_free_day_is_told_so():
    holiday = facts(closures=(closed_dates("Holiday", ZONE, day(0), day(0)),))
    assert checked(holiday, "10:00").params == {"name": "Holiday", "last": day(0)}
    morning = facts(someone(absences=(Span(at("09:00"), at("10:00")),)))
    assert checked(morning, "09:30").code is Code.PRACTITIONER_AWAY and isinstance(checked(morning, "10:00"), Offer)
    assert (
        check(facts(), Query(HALF_AN_HOUR, (1,), "one", day(0), day(0)), at("10:00", 1), Policy(), at("00:00")).code
        is Code.NO_WORKING_HOURS
    )
    assert check(facts(), Query(HALF_AN_HOUR, (1,), "one", day(0), day(0)), at("10:00", -1), Policy(), at("00:00")).code is Code.PAST


def test_an_appointment_that_would_run_past_midnight_into_a_closure_is_told_which():
    night = someone(windows=open_(("23:00", "02:00")))
    known = facts(night, closures=(closed_dates("Canada Day", ZONE, day(1), day(1)), closed_dates("Later", ZONE, day(2), day(2))))
    refusal = checked(known, "23:30", Service(1, HOUR))
    assert (refusal.code, refusal.params) == (Code.CLOSED_HOLIDAY, {"name": "Canada Day", "last": day(1)})
    tidy = Service(1, 30 * MINUTE, after=15 * MINUTE, buffers_inside=True)
    assert checked(known, "23:30", tidy).params["name"] == "Canada Day"  # only its buffer runs into the day
    assert isinstance(checked(known, "23:30", replace(tidy, buffers_inside=False)), Offer)


def test_the_closure_that_is_named_is_one_that_takes_the_hours():
    eve, works = closed_dates("Christmas Eve", ZONE, day(0), day(0)), Closure(at("20:00"), at("10:00", 2), "Water works", day(2))
    assert ask(facts(closures=(works, eve)))[0].params == {"name": "Christmas Eve", "last": day(0)}
    assert checked(facts(closures=(works, eve)), "10:00").params["name"] == "Christmas Eve"
    early, late = Closure(at("09:00"), at("10:00"), "Z", day(0)), Closure(at("10:00"), at("12:00"), "A", day(0))
    assert checked(facts(closures=(early, late)), "09:00").params["name"] == "Z"
    assert ask(facts(closures=(early, late)))[0].params == ask(facts(closures=(late, early)))[0].params


def test_taken_for_one_and_held_for_the_other_is_held():
    known = facts(FULL, someone(number=2), holds=(hold("09:00", "12:00", number=2),))
    assert checked(known, "10:00").code is Code.HELD and code(known) is Code.HELD


def test_off_the_grid_of_one_and_taken_for_the_other_is_taken():
    known = facts(FULL, someone(number=2, windows=open_(("09:10", "12:10"))))
    assert checked(known, "10:00").code is Code.SLOT_TAKEN
    assert checked(known, "10:05").code is Code.OFF_GRID


def test_counts_by_code_are_for_staff_only():
    known = facts(
        someone(busy("09:00", "10:00"), absences=(Span(at("11:00"), at("12:00")),)), holds=(hold("10:00", "10:30", expires="09:30"),)
    )
    assert ask(known)[0].counts_by_code is None
    [answer] = ask(known, policy=Policy(staff=True), now="09:01")
    assert answer.counts_by_code == {Code.PRACTITIONER_AWAY: 4, Code.PAST: 1, Code.FULLY_BOOKED: 3, Code.HELD: 2}
    assert clocks(answer.starts) == "10:30"


def test_next_open_date_is_the_first_with_a_start():
    assert ask(WEEK, policy=Policy(notice=Notice(60 * HOUR)), days=8).next_open_date == day(3)
    assert ask(facts(FULL), days=2).next_open_date is None


def test_a_question_about_nobody_is_a_closed_day():
    [answer] = availability(facts(), Query(HALF_AN_HOUR, (), "any", WEDNESDAY, WEDNESDAY), Policy(), at("00:00"))
    assert answer.code is Code.NO_WORKING_HOURS
    assert (
        check(facts(), Query(HALF_AN_HOUR, (), "any", WEDNESDAY, WEDNESDAY), at("10:00"), Policy(), at("00:00")).code
        is Code.NO_WORKING_HOURS
    )
    with pytest.raises(KeyError):
        availability(facts(), Query(HALF_AN_HOUR, (99,), "any", WEDNESDAY, WEDNESDAY), Policy(), at("00:00"))


# --- packing (§3) ---


def test_packing_offers_only_what_touches_an_appointment_and_never_closes_a_day():
    packed = Policy(packing=True)
    assert starts(facts(someone(busy("10:00", "10:30"))), policy=packed) == "09:30 10:30"
    assert starts(facts(someone(busy("10:05", "10:35"))), policy=packed) == "09:30 10:45"  # the nearest the grid has
    assert starts(facts(), policy=packed) == starts(facts())
    assert checked(facts(someone(busy("10:00", "10:30"))), "09:00", policy=packed).code is Code.OFF_GRID
    assert starts(facts(someone(busy("10:00", "10:30")), someone(number=2)), policy=packed, mode="all") == "09:30 10:30"


# --- what callers hand in ---


def test_rows_may_come_in_any_kind_of_list():
    windows = [MORNING[0]._replace(services={1})]
    person = Practitioner(1, windows, [AWAY], [busy("09:00", "10:00")])
    room = Room(1, "gym", [busy("10:00", "11:00")])
    known = Facts(ZONE, [person], [HOLIDAY], [room], [hold("09:00", "09:30")], [Cap("day", 9)], list(counted(0)), [busy("08:00", "08:30")])
    assert code(known) is Code.CLOSED_HOLIDAY and isinstance(hash(known), int)
    free = Facts(ZONE, [Practitioner(1, windows, [], [busy("09:00", "11:30")])])
    assert clocks(availability(free, Query(HALF_AN_HOUR, [1], "any", WEDNESDAY, WEDNESDAY), Policy(), 0)[0].starts) == "11:30"


@pytest.mark.parametrize(
    "nonsense",
    [
        lambda: Query(HALF_AN_HOUR, (1,), "every", WEDNESDAY, WEDNESDAY),
        lambda: Query(HALF_AN_HOUR, (1, 2), "one", WEDNESDAY, WEDNESDAY),
        lambda: Query(HALF_AN_HOUR, (), "one", WEDNESDAY, WEDNESDAY),
        lambda: Service(1, 1800, 0),
        lambda: Service(1, 1800, -900),
        lambda: Service(1, 0),
        lambda: Cap("year", 1),
    ],
)
def test_a_question_that_means_nothing_is_refused_at_once(nonsense):
    with pytest.raises(ValueError):
        nonsense()
