"""Who may change which part of a plan: said here and nowhere else.

Who may change schedules changes everything. One's own hours and days off are a permission of their own, usual for practitioners. Who
answers the telephone may enter anybody's days off, set other hours on a single date, and close (or open) the practice on a single day;
weekly hours, longer closures, public holidays and rules are not theirs, because they decide what can be booked for months.
"""

from sqlalchemy import select

from booking.changes import Change, Closed, OtherHours, Several, UsualHours
from booking.models import Practitioner
from portal.database import db
from portal.models import StaffMember
from portal.permissions import DAYS, OWN_HOURS, SCHEDULES

ONE_DAY = 86400  # seconds: a closure of who may not change schedules is no longer


def own_id(staff: StaffMember) -> int | None:
    """The practitioner this member of staff is."""
    return db.session.scalar(select(Practitioner.id).where(Practitioner.staff_member_id == staff.id))


def may(staff: StaffMember, kind: str, practitioner: int | None = None) -> bool:
    """Whether they may change this kind ("hours", "time off", "closure", "holiday", "rules") for this practitioner, None: for everybody."""
    if staff.may(SCHEDULES):
        return True
    if staff.may(OWN_HOURS) and kind in ("hours", "time off") and practitioner is not None and practitioner == own_id(staff):
        return True
    return staff.may(DAYS) and kind in ("time off", "closure")


def may_apply(staff: StaffMember, change: Change) -> bool:
    if isinstance(change, Several):
        return all(may_apply(staff, one) for one in change.changes)
    if isinstance(change, Closed) and not staff.may(SCHEDULES):
        return staff.may(DAYS) and (change.first == change.last if change.first else change.ends - change.starts <= ONE_DAY)
    if isinstance(change, (OtherHours, UsualHours)) and staff.may(DAYS):
        return True
    return may(staff, change.kind, change.who())
