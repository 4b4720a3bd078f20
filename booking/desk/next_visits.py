"""The next appointments on a person's own staff page; practitioners see those with them."""

from datetime import datetime
from zoneinfo import ZoneInfo

from flask import url_for
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
    only, zone = may_see(staff), ZoneInfo(staff.practice.zone)
    theirs = (Appointment.profile_id == profile.id, Appointment.practice_id == staff.practice_id, Appointment.status.in_(("booked", "arrived")))
    mine = () if only is None else (Appointment.practitioner_id == only,)
    found = select(Appointment).where(*theirs, *mine, Appointment.ends_at > now).order_by(Appointment.starts_at).limit(MOST + 1)
    rows = list(db.session.scalars(found.options(joinedload(Appointment.service), joinedload(Appointment.practitioner))))
    days = {one.id: url_for("desk.day", slug=staff.practice.slug, date=one.starts_at.astimezone(zone).date().isoformat()) for one in rows}
    return Panel("desk/_next_visits.html", {"rows": rows[:MOST], "days": days, "more": len(rows) > MOST, "own": only is not None}, {profile.id}, [])
