"""The effect of a change is exactly the difference of two availability answers, and the appointments it leaves outside."""

import random
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from booking import bookings, effects, schedules
from booking.changes import (
    Closed,
    Gone,
    HereAfterAll,
    HolidayWorked,
    NewBreak,
    NewCap,
    NewRules,
    NewWeek,
    OtherHours,
    Several,
    TimeOffTaken,
)
from booking.errors import NotOffered, TakesNoNew
from booking.judgement import taken_by_all
from booking.models import Cap, Closure, Location, Rules, TimeOff
from booking.previews import appointments_outside, preview
from booking.queries import open_times
from booking.timetable import timetable
from booking.wishes import Wish
from portal.database import db, transact
from portal.models import Account, StaffMember
from tests.booking.clinic import Clinic, at, instant

TODAY, FAR = date(2026, 12, 10), date(2027, 4, 30)


@pytest.fixture
def clinic(context, clock):
    made = Clinic(clock())
    made.change(made.rules, horizon={"kind": "rolling", "days": 21})
    made.place_b = made.add(Location(practice_id=made.practice.id, name="West", zone="America/Vancouver"))
    made.visit, made.long = made.service("Visit", 60, after_minutes=10), made.service("Long", 90, room_kind="treatment")
    made.room("Room 1")
    made.ana = made.practitioner("Ana", made.visit, made.long)
    made.bo = made.practitioner("Bo", made.visit, opens=600, closes=960, days=range(5))
    made.hours(made.bo, (5,), 540, 720, made.place_b)
    made.cy = made.practitioner("Cy", made.long, days=(1, 3))
    account = made.add(
        Account(
            email="d@x.example",
            email_key="d@x.example",
            password_hash="-",
            given_name="Dee",
            family_name="Desk",
            verified_at=made.now,
            created_at=made.now,
        )
    )
    made.staff = made.add(StaffMember(practice_id=made.practice.id, account_id=account.id, role="admin", created_at=made.now))
    return made


def _answers(clinic) -> dict[tuple[date, int], set[int]]:
    """(date, practitioner) → every start at which one of their services can be booked online, as patients are told."""
    table, found = timetable(clinic.practice), {}
    for service in table.services():
        for who in table.offered_by(service):
            for day in open_times(clinic.practice, Wish(service, who), TODAY, FAR, clinic.now):
                found.setdefault((day.date, who.id), set()).update(day.starts)
    return found


def _flat(times: effects.Times) -> set[tuple[date, int, int]]:
    return {(day, who, start) for day, people in times.items() for who, starts in people.items() for start in starts}


def _minus(one, other):
    return {(day, who, start) for (day, who), starts in one.items() for start in starts - other.get((day, who), set())}


def _check(clinic, change):
    """Look, save, and look again."""
    seen, before = preview(clinic.staff, change, clinic.now), _answers(clinic)
    transact(schedules.apply, clinic.staff, change, clinic.now, seen.seen)
    after = _answers(clinic)
    assert _flat(seen.effect.opened) == _minus(after, before)
    assert _flat(seen.effect.closed) == _minus(before, after)
    return seen.effect


def _some_change(pick: random.Random, clinic):
    who, day = pick.choice((clinic.ana, clinic.bo, clinic.cy)).id, TODAY + timedelta(days=pick.randrange(30))
    opens = pick.randrange(0, 20) * 60
    window = (opens, opens + pick.choice((120, 200, 300)))
    midnight = at(f"{day} 00:00")
    horizons = (
        {"kind": "rolling", "days": pick.randrange(60)},
        {"kind": "rolling", "days": pick.randrange(30), "count": "open_days", "at": 540},
        {"kind": "until", "on": str(day)},
        {"kind": "release", "weekday": pick.randrange(7), "at": 540, "through_days": pick.randrange(5, 50)},
        {"kind": "release_monthly", "day": 1, "at": 540, "through_months": 1},
    )
    level, number = pick.choice((("practice", None), ("practitioner", who), ("service", pick.choice((clinic.visit, clinic.long)).id)))
    place = pick.choice((clinic.location, clinic.place_b)).id
    return pick.choice((
        NewWeek(who, place, tuple((n, (window + (None,),)) for n in pick.sample(range(7), 3)), day),
        NewWeek(who, place, ((day.weekday(), ((*window, (clinic.visit.id,)),)),), TODAY, day),
        OtherHours(who, place, day, pick.choice(((), (window,)))),
        NewBreak(who, *window, weekday=pick.randrange(7)),
        TimeOffTaken(who, midnight, midnight + pick.randrange(1, 90) * 3600),
        HereAfterAll(clinic.ana.id, midnight, midnight + 86400),
        Closed("Ice", pick.choice((None, place)), day, day + timedelta(days=pick.randrange(3))),
        Closed("Drill", None, None, None, midnight + 36000, midnight + 46800),
        HolidayWorked(date(2026, 12, 25)),
        HolidayWorked(date(2027, 1, 1)),
        NewRules(level, number, {"horizon": pick.choice(horizons)}),
        NewRules(level, number, {"notice_minutes": pick.randrange(5000), "cutoff_minute": pick.choice((None, 960))}),
        NewRules(level, number, {"anchor_midnight": True}),
        NewCap(pick.choice(("day", "week", "month")), max_count=pick.randrange(4), practitioner=pick.choice((None, who))),
        Gone("caps", clinic.cap.id),
    ))  # fmt: skip


@pytest.mark.parametrize("seed", range(12))
def test_the_effect_is_the_difference_of_two_answers(clinic, seed):
    pick = random.Random(seed)
    clinic.cap = clinic.add(Cap(practice_id=clinic.practice.id, service_id=clinic.visit.id, period="week", max_count=6))
    clinic.add(
        TimeOff(
            practice_id=clinic.practice.id,
            practitioner_id=clinic.ana.id,
            starts_at=instant("2026-12-14 00:00"),
            ends_at=instant("2026-12-18 00:00"),
        )
    )
    clinic.change(clinic.practice, country="CA", region="ON")
    if seed % 2:  # where it is tomorrow already
        clinic.change(clinic.place_b, zone="Pacific/Auckland")
        clinic.hours(clinic.bo, range(7), 540, 720, clinic.place_b)
    if seed % 3 == 0:
        clinic.add(
            Rules(
                practice_id=clinic.practice.id, practitioner_id=clinic.bo.id, horizon={"kind": "rolling", "days": 5, "count": "open_days"}
            )
        )
    link = clinic.person("Pat")
    for hour in (9, 11, 14):
        clinic.booked(link, clinic.visit, clinic.ana, f"2026-12-{pick.randrange(11, 28)} {hour:02}:00")
    for _ in range(4):
        _check(clinic, _some_change(pick, clinic))


def test_a_day_that_is_bookable_only_where_it_is_tomorrow_already_is_in_the_effect(clinic):
    """It is the tenth at the practice and the eleventh in Auckland, where the horizon ends a day later."""
    far = clinic.add(Location(practice_id=clinic.practice.id, name="Far", zone="Pacific/Auckland"))
    clinic.hours(clinic.bo, range(7), 540, 720, far)
    clinic.change(clinic.practice, zone="America/Los_Angeles")
    clinic.change(clinic.location, zone="America/Los_Angeles")
    clinic.now = instant("2026-12-10 18:00")
    found = _check(clinic, NewRules("service", clinic.visit.id, {"horizon": {"kind": "until", "on": "2026-12-31"}}))
    assert max(found.closed, default=None) == TODAY + timedelta(days=22)


def test_two_lengths_of_visit_at_one_hour_are_one_time(clinic):
    found = _check(clinic, NewRules("practice", None, {"horizon": {"kind": "rolling", "days": 20}}))
    ((day, people),) = found.closed.items()
    assert day == TODAY + timedelta(days=21) and people[clinic.ana.id] == [at(f"{day} 09:00") + 900 * n for n in range(29)]


def test_a_shorter_horizon_leaves_the_booked_where_they_are(clinic):
    link = clinic.person("Pat")
    clinic.booked(link, clinic.visit, clinic.ana, "2026-12-29 10:00")
    clinic.booked(link, clinic.visit, clinic.ana, "2026-12-12 10:00")
    found = _check(clinic, NewRules("practice", None, {"horizon": {"kind": "rolling", "days": 7}}))
    assert found.outside == () and found.staying == 1 and not found.opened
    assert found.shut[clinic.ana.id] == ((date(2026, 12, 18), date(2026, 12, 31)),)


def test_days_that_close_are_joined_over_days_without_hours_and_not_over_open_ones(clinic):
    """Bo works Monday to Friday, and loses two Thursdays and the days between two weekends."""

    def shut(first: str, last: str):
        return preview(clinic.staff, TimeOffTaken(clinic.bo.id, at(f"{first} 00:00"), at(f"{last} 00:00")), clinic.now).effect.shut[
            clinic.bo.id
        ]

    assert shut("2026-12-17", "2026-12-18") == ((date(2026, 12, 17), date(2026, 12, 17)),)
    clinic.change(clinic.rules, horizon={"kind": "until", "on": "2027-03-01"})
    assert shut("2026-12-17", "2026-12-30") == ((date(2026, 12, 17), date(2026, 12, 29)),)


def _outside(clinic, change) -> list[str]:
    found = preview(clinic.staff, change, clinic.now).effect
    return [
        f"{one.starts_at.astimezone(ZoneInfo(one.zone)):%d %H:%M} {one.profile.given_name}"
        for one in appointments_outside(clinic.staff, found)
    ]


def test_appointments_outside_new_hours_are_named_and_those_outside_before_are_not(clinic):
    pat, quinn = clinic.person("Pat"), clinic.person("Quinn")
    clinic.booked(pat, clinic.visit, clinic.ana, "2026-12-14 09:00")  # a Monday, at the edge
    clinic.booked(pat, clinic.visit, clinic.ana, "2026-12-14 12:30")
    clinic.booked(quinn, clinic.visit, clinic.ana, "2026-12-14 19:00")  # was outside before
    clinic.booked(quinn, clinic.visit, clinic.ana, "2026-12-15 12:30")  # a Tuesday
    clinic.booked(quinn, clinic.visit, clinic.bo, "2026-12-14 12:30")  # somebody else's
    clinic.booked(quinn, clinic.visit, clinic.ana, "2027-06-07 12:30")  # far beyond every horizon
    clinic.booked(pat, clinic.visit, clinic.ana, "2026-12-14 14:00", status="cancelled")
    mornings = NewWeek(clinic.ana.id, clinic.location.id, ((0, ((540, 780, None),)),), date(2026, 12, 14))
    assert _outside(clinic, mornings) == ["14 12:30 Pat", "07 12:30 Quinn"]
    assert _outside(clinic, NewBreak(clinic.ana.id, 600, 630, weekday=0)) == []  # touching is free
    assert _outside(clinic, NewBreak(clinic.ana.id, 570, 600, weekday=0)) == ["14 09:00 Pat"]
    assert _outside(clinic, Closed("Ice", None, date(2026, 12, 14), date(2026, 12, 14))) == [
        "14 09:00 Pat",
        "14 12:30 Pat",
        "14 12:30 Quinn",
    ]


def test_hours_for_another_service_only_leave_the_visit_outside(clinic):
    clinic.booked(clinic.person("Pat"), clinic.visit, clinic.ana, "2026-12-14 09:00")
    only = NewWeek(clinic.ana.id, clinic.location.id, ((0, ((540, 1020, (clinic.long.id,)),)),), date(2026, 12, 14))
    assert _outside(clinic, only) == ["14 09:00 Pat"]


def test_a_time_off_that_ends_when_the_visit_begins_is_in_nobodys_way(clinic):
    clinic.booked(clinic.person("Pat"), clinic.visit, clinic.ana, "2026-12-14 09:00")
    away = lambda begins, ends: TimeOffTaken(clinic.ana.id, at(f"2026-12-14 {begins}"), at(f"2026-12-14 {ends}"))  # noqa: E731
    assert _outside(clinic, away("08:00", "09:00")) == [] and _outside(clinic, away("10:00", "11:00")) == []
    assert _outside(clinic, away("09:45", "09:50")) == ["14 09:00 Pat"]


def test_what_says_nothing_new_has_no_effect(clinic):
    seen = preview(clinic.staff, NewRules("practice", None, {"horizon": {"kind": "rolling", "days": 21}}), clinic.now)
    assert seen.says_nothing and seen.effect.is_nothing


def test_looking_saves_nothing(clinic):
    version = clinic.practice.timetable_version
    preview(clinic.staff, Several((Closed("Ice", None, TODAY, FAR), NewRules("practice", None, {"notice_minutes": 9}))), clinic.now)
    assert clinic.practice.timetable_version == version and not db.session.scalars(select(Closure)).all()


def test_who_is_not_touched_is_not_asked(clinic):
    """A day off of one is worked out for that one alone, and finds the same."""
    table, day = timetable(clinic.practice), at("2026-12-14 00:00")
    change = TimeOffTaken(clinic.ana.id, day, day + 86400)
    narrow = preview(clinic.staff, change, clinic.now)
    known = taken_by_all(table, narrow.first, narrow.last, int(clinic.now.timestamp()))
    wide = effects.effect(narrow.before, narrow.after, narrow.first, narrow.last, int(clinic.now.timestamp()), known)
    assert (wide.opened, wide.closed) == (narrow.effect.opened, narrow.effect.closed) and effects.practitioners_in(wide.closed) == {
        clinic.ana.id
    }


def test_a_practitioner_who_stops_online_closes_for_patients_only(clinic):
    clinic.change(clinic.bo, offline_at=clinic.now)
    table = timetable(clinic.practice)
    visit = table.service(clinic.visit.public_id)
    bo = table.practitioner(clinic.bo.public_id)
    assert [one.name for one in table.offered_by(visit)] == ["Ana"] and [one.name for one in table.offered_by(visit, staff=True)] == [
        "Ana",
        "Bo",
    ]
    days = [TODAY + timedelta(days=1)] * 2
    assert not any(day.starts for day in open_times(clinic.practice, Wish(visit, bo), *days, clinic.now))
    assert any(day.starts for day in open_times(clinic.practice, Wish(visit, bo, staff=True), *days, clinic.now))


def test_a_service_offline_is_none_of_the_services_and_staff_still_find_it(clinic):
    clinic.change(clinic.long, offline_at=clinic.now)
    table = timetable(clinic.practice)
    assert [one.name for one in table.services()] == ["Visit"] and [one.name for one in table.all_services()] == ["Visit", "Long"]
    assert table.service(clinic.long.public_id) is not None


def test_a_service_only_somebody_offline_offers_is_not_listed_online(clinic):
    clinic.change(clinic.cy, offline_at=clinic.now)
    clinic.change(clinic.ana, offline_at=clinic.now)
    assert [one.name for one in timetable(clinic.practice).services()] == ["Visit"]


def test_somebody_who_takes_no_new_people_is_not_anyone_and_their_times_still_count(clinic):
    clinic.change(clinic.bo, closed_to_new_at=clinic.now)
    table = timetable(clinic.practice)
    visit, bo, soon = table.service(clinic.visit.public_id), table.practitioner(clinic.bo.public_id), [TODAY + timedelta(days=1)] * 2
    (anyone,) = open_times(clinic.practice, Wish(visit), *soon, clinic.now)
    assert {who for start in anyone.starts for who in anyone.starts.practitioners(start)} == {clinic.ana.id}
    assert open_times(clinic.practice, Wish(visit, bo), *soon, clinic.now)[0].starts
    _check(clinic, NewRules("practice", None, {"horizon": {"kind": "rolling", "days": 7}}))


def test_a_practitioner_who_takes_no_new_people_is_booked_online_by_those_they_have_seen(clinic):
    clinic.change(clinic.bo, closed_to_new_at=clinic.now)
    known, new = clinic.person("Known"), clinic.person("New")
    clinic.booked(known, clinic.visit, clinic.bo, "2026-12-01 10:00")
    clinic.booked(new, clinic.visit, clinic.ana, "2026-12-01 10:00")
    wish, start = clinic.wish(clinic.visit, clinic.bo), at("2026-12-14 10:00")
    with pytest.raises(TakesNoNew):
        transact(bookings.book, new.account, new, wish, start, clinic.now, "k" * 20)
    assert transact(bookings.book, known.account, known, wish, start, clinic.now, "l" * 20).practitioner_id == clinic.bo.id


@pytest.mark.parametrize("what", ["long", "cy"])
def test_what_is_offline_cannot_be_booked_online(clinic, what):
    link, wish = clinic.person("Pat"), clinic.wish(clinic.long, clinic.cy)
    clinic.change(getattr(clinic, what), offline_at=clinic.now)
    with pytest.raises(NotOffered):
        transact(bookings.book, link.account, link, wish, at("2026-12-15 09:00"), clinic.now, "k" * 20)


def test_where_open_days_are_counted_the_hours_of_one_open_days_of_another(clinic):
    """Sundays are open because Ana works on them; without hers, Bo's ten open days reach further."""
    clinic.add(
        Rules(practice_id=clinic.practice.id, practitioner_id=clinic.bo.id, horizon={"kind": "rolling", "days": 10, "count": "open_days"})
    )
    found = _check(clinic, NewWeek(clinic.ana.id, clinic.location.id, ((6, ()),), date(2026, 12, 11)))
    assert clinic.bo.id in effects.practitioners_in(found.opened) and clinic.bo.id not in effects.practitioners_in(found.closed)
