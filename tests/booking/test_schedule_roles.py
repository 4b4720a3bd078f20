"""Who may change which part of a plan: by what a member may do, not by their role."""

from datetime import date

import pytest

from booking.changes import Closed, HolidayWorked, NewRules, NewWeek, OtherHours, Several, TimeOffTaken
from booking.schedule_roles import may_apply
from portal.database import transact
from portal.permissions import DAYS, EVERYBODY, OWN_HOURS, SCHEDULES, SETTINGS

DAY, NEXT = date(2026, 12, 14), date(2026, 12, 15)
HOUR = 3600


def changes(cast) -> dict:
    own, other = cast.maya_chen.id, cast.olivier_dubois.id
    return {
        "own week": NewWeek(own, 1, (), DAY),
        "own day off": TimeOffTaken(own, 0, HOUR),
        "own other hours": OtherHours(own, 1, DAY, ()),
        "colleague's week": NewWeek(other, 1, (), DAY),
        "colleague's day off": TimeOffTaken(other, 0, HOUR),
        "colleague's other hours": OtherHours(other, 1, DAY, ()),
        "one day closed": Closed("Storm", None, DAY, DAY),
        "one morning closed": Closed("Storm", None, None, None, 0, 4 * HOUR),
        "two days closed": Closed("Storm", None, DAY, NEXT),
        "holiday": HolidayWorked(DAY),
        "rules": NewRules("practice", None, {}),
    }


OWN = {"own week", "own day off", "own other hours"}
SHORT = {"own day off", "own other hours", "colleague's day off", "colleague's other hours", "one day closed", "one morning closed"}


@pytest.mark.parametrize(
    "name, other, may",
    [
        ("maya", {}, OWN),
        ("maya", {OWN_HOURS: False}, set()),
        ("maya", {EVERYBODY: True, SETTINGS: True}, OWN),
        ("maya", {EVERYBODY: True, DAYS: True}, OWN | SHORT),
        ("maya", {EVERYBODY: True, DAYS: True, OWN_HOURS: False}, SHORT),
        ("maya", {DAYS: True, SCHEDULES: True}, OWN),  # sees nobody else
        ("maya", {EVERYBODY: True, SCHEDULES: True}, None),
        ("tom", {}, SHORT),
        ("tom", {DAYS: False}, set()),
        ("tom", {EVERYBODY: False}, set()),
        ("tom", {SCHEDULES: True}, None),
        ("dana", {DAYS: False, SCHEDULES: False}, None),
    ],
)
def test_the_plan_is_changed_by_who_may(context, cast, name, other, may):
    staff, known = cast.staff(name), changes(cast)
    transact(setattr, staff, "unusual", other)
    assert {what for what, change in known.items() if may_apply(staff, change)} == (set(known) if may is None else may)


def test_several_changes_at_once_are_theirs_only_if_each_is(context, cast):
    known, tom = changes(cast), cast.staff("tom")
    assert may_apply(tom, Several((known["one day closed"], known["own day off"])))
    assert not may_apply(tom, Several((known["one day closed"], known["two days closed"])))


def test_who_left_changes_nothing(context, cast, clock):
    dana, known = cast.staff("dana"), changes(cast)
    transact(setattr, dana, "left_at", clock())
    assert not any(may_apply(dana, change) for change in known.values())
