"""Who may change which part of a plan: said here and nowhere else.

Admins change everything. Practitioners change their own hours and their own time off, nobody else's, and no rules. The front desk answers
the telephone: it enters anybody's time off, sets other hours on a single date, and closes (or opens) the practice on a single day; weekly
hours, longer closures, public holidays and rules stay with the admin, because they decide what can be booked for months.
"""

from sqlalchemy import select

from booking.changes import Change, Closed, OtherHours, Several, UsualHours
from booking.models import Practitioner
from portal.access import ADMIN, FRONT_DESK, PRACTITIONER
from portal.database import db
from portal.models import StaffMember

ONE_DAY = 86400  # seconds: a span of the front desk is no longer


def own_id(staff: StaffMember) -> int | None:
    """The practitioner this member of staff is."""
    return db.session.scalar(select(Practitioner.id).where(Practitioner.staff_member_id == staff.id))


def may(staff: StaffMember, kind: str, practitioner: int | None = None) -> bool:
    """Whether they may change this kind ("hours", "time off", "closure", "holiday", "rules") for this practitioner, None: for everybody."""
    if staff.role == ADMIN:
        return True
    if staff.role == PRACTITIONER:
        return kind in ("hours", "time off") and practitioner is not None and practitioner == own_id(staff)
    return staff.role == FRONT_DESK and kind in ("time off", "closure")


def may_apply(staff: StaffMember, change: Change) -> bool:
    if isinstance(change, Several):
        return all(may_apply(staff, one) for one in change.changes)
    if staff.role == FRONT_DESK and isinstance(change, Closed):
        return change.first == change.last if change.first else change.ends - change.starts <= ONE_DAY
    if staff.role == FRONT_DESK and isinstance(change, (OtherHours, UsualHours)):
        return True
    return may(staff, change.kind, change.who())
