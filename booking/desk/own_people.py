"""A practitioner's own people: whoever has or had an appointment with them, or was written down as theirs (MISSION M19, M24)."""

from sqlalchemy import Select, select
from sqlalchemy.orm import aliased

from booking.models import Appointment, Practitioner, UsualCare
from portal.models import StaffMember
from portal.staff.panels import on_own_people


@on_own_people
def with_an_appointment(staff: StaffMember) -> Select:
    return select(Appointment.profile_id).where(Appointment.practitioner_id == _own(staff), Appointment.practice_id == staff.practice_id)


@on_own_people
def usually_seen(staff: StaffMember) -> Select:
    later = aliased(UsualCare)
    newer = select(later.id).where(later.profile_id == UsualCare.profile_id, later.id > UsualCare.id).exists()
    return select(UsualCare.profile_id).where(UsualCare.practitioner_id == _own(staff), UsualCare.practice_id == staff.practice_id, ~newer)


def _own(staff: StaffMember):
    return select(Practitioner.id).where(Practitioner.staff_member_id == staff.id).scalar_subquery()
