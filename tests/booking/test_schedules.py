"""What is saved is what was supposed: every kind of change, who set it, who may, and two at one time."""

from datetime import date

import pytest
from sqlalchemy import select

from booking import schedules, snapshot, whatif
from booking.changes import (
    Closed,
    Gone,
    HereAfterAll,
    HolidayWorked,
    HoursGoOn,
    NewBreak,
    NewCap,
    NewRules,
    NewWeek,
    OpenOn,
    OtherHours,
    Several,
    TimeOffTaken,
    UsualHours,
)
from booking.errors import NotYours
from booking.models import Closure, OpeningHours, SettingChange, TimeOff
from booking.timetable import timetable
from portal.database import db, transact
from tests.booking.clinic import at

START = date(2026, 12, 14)


def _without_ids(parts):
    return {table: sorted(([*row[:-1]] for row in parts[table]), key=str) for table in schedules.TABLES}


@pytest.fixture
def house(cast, context, clock):
    """Dana's practice, and its rows."""

    class House:
        dana, maya, tom = cast.staff("dana"), cast.staff("maya"), cast.staff("tom")
        chen, dubois = cast.maya_chen, cast.olivier_dubois
        practice = dana.practice
        place = timetable(practice).locations[0].id

        def parts(self):
            return snapshot.read(self.practice.id)

        def row(self, table, which=lambda row: True):
            return next(row for row in self.parts()[table] if which(row))

        def apply(self, change, staff=None, seen=None):
            return transact(schedules.apply, staff or self.dana, change, clock(), seen)

    return House()


def _changes(house):
    chen, dubois, place = house.chen.id, house.dubois.id, house.place
    away = house.row("times_off", lambda row: row[0] == dubois)
    closed = house.row("closures", lambda row: row[2] is not None)
    return [
        NewWeek(chen, place, ((0, ((540, 720, None), (780, 1020, None))), (5, ())), START),
        NewWeek(chen, place, ((1, ((540, 720, (1, 2)),)),), START, date(2026, 12, 31)),
        NewWeek(dubois, place, ((0, ((600, 960, None),)),), START),
        Several(
            (
                NewWeek(dubois, place, ((5, ((540, 720, None),)),), START, START.replace(day=31)),
                HoursGoOn(dubois, place, START.replace(day=31)),
            )
        ),
        OtherHours(chen, place, START, ((600, 700),)),
        OtherHours(dubois, place, date.fromisoformat(house.row("overrides")[2]), ()),
        UsualHours(dubois, place, date.fromisoformat(house.row("overrides")[2])),
        NewBreak(chen, 600, 615, weekday=3),
        NewBreak(chen, 600, 615, on_date=START),
        TimeOffTaken(chen, at("2026-12-14 00:00"), at("2026-12-16 00:00"), "Teeth"),
        HereAfterAll(dubois, away[1] + 86400, away[1] + 2 * 86400),
        HereAfterAll(dubois, away[1], away[2]),
        Closed("Burst pipe", None, START, START),
        Closed("Fire drill", place, None, None, at("2026-12-14 10:00"), at("2026-12-14 11:00")),
        OpenOn(closed[-1], date.fromisoformat(closed[2])),
        OpenOn(closed[-1], date.fromisoformat(closed[2]).replace(day=26)),
        HolidayWorked(date(2026, 12, 25)),
        HolidayWorked(date.fromisoformat(house.row("holidays_worked")[0]), False),
        NewRules("practice", None, {"horizon": {"kind": "rolling", "days": 7}, "notice_minutes": 30}),
        NewRules("practitioner", chen, {"one_per_day": True}),
        NewRules("service", house.row("services")[0], {"cutoff_minute": 960}),
        NewCap("day", max_count=3, practitioner=chen),
        NewCap("week", max_minutes=600, number=house.row("caps")[-1]),
        Gone("caps", house.row("caps")[-1]),
        Gone("breaks", house.row("breaks")[-1]),
        Gone("times_off", away[-1]),
        Gone("closures", closed[-1]),
    ]


@pytest.mark.parametrize("which", range(27))
def test_what_is_saved_is_what_the_preview_supposed(house, which):
    change, before = _changes(house)[which], house.parts()
    supposed = change.on(before)
    assert _without_ids(supposed) != _without_ids(before), "the change changes something"
    assert house.apply(change, seen=schedules.fingerprint(change, before))
    assert _without_ids(house.parts()) == _without_ids(supposed)


def test_supposing_changes_nothing(house):
    before = house.parts()
    for change in _changes(house):
        change.on(before)
    assert before == house.parts()


def test_the_past_is_never_edited(house):
    """Hours that held before the first day stay, with their own end."""
    change = NewWeek(house.chen.id, house.place, ((0, ((600, 660, None),)),), START)
    house.apply(change)
    mondays = [row for row in house.parts()["hours"] if row[:3] == [house.chen.id, house.place, 0]]
    assert [(row[3], row[4], row[5], row[6]) for row in sorted(mondays, key=str)] == [
        (480, 990, None, "2026-12-13"),
        (600, 660, "2026-12-14", None),
    ]


def test_new_hours_end_where_planned_ones_begin(house):
    """Olivier's Mondays change in January: what is set for December lasts until then, on Mondays only."""
    begins = date.fromisoformat(house.row("hours", lambda row: row[5] is not None)[5])
    house.apply(NewWeek(house.dubois.id, house.place, ((0, ((600, 660, None),)), (1, ((600, 660, None),))), START))
    table = house.parts()["hours"]
    of = lambda weekday: sorted((row[3], row[5], row[6]) for row in table if row[:3] == [house.dubois.id, house.place, weekday] and row[5])  # noqa: E731
    assert of(0) == [(600, "2026-12-14", date.fromordinal(begins.toordinal() - 1).isoformat()), (960, begins.isoformat(), None)]
    assert of(1) == [(600, "2026-12-14", None)]


def test_hours_said_again_as_they_are_leave_no_trace(house):
    same = ((0, whatif.hours_on(house.parts(), house.chen.id, house.place, 0, START)),)
    assert not house.apply(NewWeek(house.chen.id, house.place, same, START))
    assert not db.session.scalars(select(SettingChange)).all()


def test_who_set_it_and_when_can_be_read(house, clock):
    house.apply(NewRules("practice", None, {"notice_minutes": 45}))
    rules = db.session.get(snapshot.COLUMNS["rules"][0], house.row("rules", lambda row: row[:2] == [None, None])[-1])
    line = db.session.scalars(select(SettingChange).where(SettingChange.table_name == "rules", SettingChange.row_id == rules.id)).one()
    assert (line.staff.account.name, line.at, line.old, line.new) == ("Dana Wright", clock(), 120, 45)


def test_a_time_off_cut_in_two_keeps_its_reason_on_both_sides(house):
    away = house.row("times_off", lambda row: row[0] == house.dubois.id)
    house.apply(HereAfterAll(house.dubois.id, away[1] + 86400, away[1] + 2 * 86400))
    left = db.session.scalars(select(TimeOff).where(TimeOff.practitioner_id == house.dubois.id)).all()
    assert [row.private_reason for row in left] == ["Parental leave"] * 2
    assert len({row.public_id for row in left}) == 2


def test_the_private_reason_of_a_time_off_is_stored_and_is_no_part_of_the_plan(house):
    house.apply(TimeOffTaken(house.chen.id, at("2026-12-14 00:00"), at("2026-12-15 00:00"), "Root canal"))
    assert db.session.scalars(select(TimeOff.practitioner_id).where(TimeOff.private_reason == "Root canal")).all() == [house.chen.id]
    assert "Root canal" not in str(house.parts())


def test_the_second_of_two_who_edit_one_week_is_told(house):
    first = NewWeek(house.chen.id, house.place, ((0, ((600, 660, None),)),), START)
    second = NewWeek(house.chen.id, house.place, ((1, ((600, 660, None),)),), START)
    shown = schedules.fingerprint(second, house.parts())
    house.apply(first)
    with pytest.raises(schedules.ChangedMeanwhile):
        house.apply(second, seen=shown)
    assert house.apply(second, seen=schedules.fingerprint(second, house.parts()))


def test_somebody_elses_week_is_nobodys_conflict(house):
    change = NewWeek(house.dubois.id, house.place, ((1, ((600, 660, None),)),), START)
    shown = schedules.fingerprint(change, house.parts())
    house.apply(NewWeek(house.chen.id, house.place, ((0, ((600, 660, None),)),), START))
    assert house.apply(change, seen=shown)


def _may(house, staff, change) -> bool:
    try:
        house.apply(change, staff)
    except NotYours:
        return False
    return True


def test_each_role_changes_what_is_its_own_to_change(house):
    chen, dubois, place = house.chen.id, house.dubois.id, house.place
    day, later = (at("2026-12-14 00:00"), at("2026-12-15 00:00")), date(2026, 12, 20)
    kinds = {
        "own hours": NewWeek(chen, place, ((0, ()),), START),
        "own time off": TimeOffTaken(chen, *day),
        "another's hours": NewWeek(dubois, place, ((0, ()),), START),
        "another's time off": TimeOffTaken(dubois, *day),
        "a closed day": Closed("Ice", None, START, START),
        "a closed week": Closed("Ice", None, START, later),
        "a holiday": HolidayWorked(date(2027, 1, 1)),
        "rules": NewRules("practitioner", chen, {"notice_minutes": 5}),
        "both": Several((TimeOffTaken(chen, *day), NewRules("practitioner", chen, {"notice_minutes": 6}))),
    }
    allowed = {name: [who for who in ("dana", "maya", "tom") if _may(house, getattr(house, who), change)] for name, change in kinds.items()}
    assert allowed == {
        "own hours": ["dana", "maya"],
        "own time off": ["dana", "maya", "tom"],
        "another's hours": ["dana"],
        "another's time off": ["dana", "tom"],
        "a closed day": ["dana", "tom"],
        "a closed week": ["dana"],
        "a holiday": ["dana"],
        "rules": ["dana"],
        "both": ["dana"],
    }


def test_somebody_of_another_practice_is_not_changed(house, cast):
    with pytest.raises(NotYours):
        house.apply(TimeOffTaken(cast.camille_landry.id, at("2026-12-14 00:00"), at("2026-12-15 00:00")))


def test_a_row_of_another_practice_is_not_taken_away(house, cast):
    other = db.session.scalar(select(Closure.id).where(Closure.practice_id != house.practice.id))
    assert not house.apply(Gone("closures", other))
    assert db.session.get(Closure, other) is not None
    assert db.session.scalar(select(OpeningHours.id).where(OpeningHours.practice_id != house.practice.id))
