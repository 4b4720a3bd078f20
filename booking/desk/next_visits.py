"""The next appointments on a person's own staff page; practitioners see those with them."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from booking.desk.columns import may_see
from booking.models import Appointment
from portal.database import db
from portal.models import Profile, StaffMember
from portal.staff.panels import Panel, on_person

MOST = 5


@on_person
def next_visits(staff: StaffMember, profile: Profile, now: datetime) -> Panel:
    only = may_see(staff)
    theirs = (Appointment.profile_id == profile.id, Appointment.practice_id == staff.practice_id, Appointment.status.in_(("booked", "arrived")))
    mine = () if only is None else (Appointment.practitioner_id == only,)
    found = select(Appointment).where(*theirs, *mine, Appointment.ends_at > now).order_by(Appointment.starts_at).limit(MOST + 1)
    rows = list(db.session.scalars(found.options(joinedload(Appointment.service), joinedload(Appointment.practitioner))))
    facts = {"rows": rows[:MOST], "more": len(rows) > MOST, "own": only is not None, "person": profile, "books": only is None or only > 0}
    return Panel("desk/_next_visits.html", facts, {profile.id}, [])
