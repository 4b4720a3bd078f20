"""Who was seen, by whom, and who comes again: for choosing whom to invite."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, select

from booking.models import Appointment, Practitioner
from booking.timetable import timetable
from portal.models import Profile, StaffMember
from portal.staff.narrowing import WITH, Wish, on_narrowing, on_practitioners

DAYS_OF_A_MONTH = 30.44


@on_narrowing
def by_visits(staff: StaffMember, wish: Wish, now: datetime) -> list[ColumnElement[bool]]:
    here = select(Appointment.profile_id).where(
        Appointment.practice_id == staff.practice_id, Appointment.status.not_in(("cancelled", "noshow"))
    )
    found = []
    if wish.months or wish.practitioner:
        seen = here.where(Appointment.starts_at <= now)
        if wish.months:
            seen = seen.where(Appointment.starts_at > now - timedelta(days=round(wish.months * DAYS_OF_A_MONTH)))
        if wish.practitioner:
            one = select(Practitioner.id).where(Practitioner.public_id == wish.practitioner, Practitioner.practice_id == staff.practice_id)
            seen = seen.where(Appointment.practitioner_id == one.scalar_subquery())
        found.append(Profile.id.in_(seen))
    if wish.coming:
        comes = Profile.id.in_(here.where(Appointment.starts_at > now))
        found.append(comes if wish.coming == WITH else ~comes)
    return found


@on_practitioners
def names(staff: StaffMember) -> list[tuple[str, str]]:
    return [(one.public_id, one.name) for one in timetable(staff.practice).practitioners()]
