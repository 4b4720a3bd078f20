"""A practitioner's own people: whoever has or had an appointment with them (MISSION M24)."""

from sqlalchemy import Select, select

from booking.models import Appointment, Practitioner
from portal.models import StaffMember
from portal.staff.panels import on_own_people


@on_own_people
def with_an_appointment(staff: StaffMember) -> Select:
    theirs = select(Practitioner.id).where(Practitioner.staff_member_id == staff.id).scalar_subquery()
    return select(Appointment.profile_id).where(Appointment.practitioner_id == theirs, Appointment.practice_id == staff.practice_id)
