"""Whose calendars a member of staff reaches: all of the practice's, or only their own."""

from sqlalchemy import select

from booking.errors import NotYours
from booking.models import Practitioner
from portal.database import db
from portal.models import StaffMember
from portal.permissions import EVERYBODY


def own_calendar(staff: StaffMember) -> int | None:
    """The id of the practitioner this staff member is."""
    return db.session.scalar(select(Practitioner.id).where(Practitioner.staff_member_id == staff.id))


def may_see(staff: StaffMember) -> int | None:
    """The one practitioner whose day they see; None is everybody's, 0 nobody's."""
    return None if staff.may(EVERYBODY) else own_calendar(staff) or 0


def must_reach(staff: StaffMember, practitioner_id: int) -> None:
    """Raises NotYours for a calendar that is not this member's to change, and for somebody who left."""
    if staff.left_at is not None or may_see(staff) not in (None, practitioner_id):
        raise NotYours()
