"""The next appointments on a person's own staff page; practitioners see those with them."""

from datetime import datetime

from sqlalchemy import and_, literal, select, true
from sqlalchemy.orm import joinedload

from booking import usual_care
from booking.desk.columns import may_see
from booking.models import Appointment
from portal.database import db
from portal.models import Profile, StaffMember
from portal.staff.panels import Panel, on_person

MOST = 5


@on_person
def next_visits(staff: StaffMember, profile: Profile, now: datetime) -> Panel:
    """With whom the person is seen by as a rule, and where. One statement."""
    only = may_see(staff)
    theirs = [
        Appointment.profile_id == profile.id,
        Appointment.practice_id == staff.practice_id,
        Appointment.status.in_(("booked", "arrived")),
        Appointment.ends_at > now,
    ]
    mine = [] if only is None else [Appointment.practitioner_id == only]
    one, usual = select(literal(1).label("one")).subquery(), usual_care.newest(profile).subquery()
    found = (
        select(Appointment, usual.c.practitioner, usual.c.location)
        .select_from(one)
        .outerjoin(usual, true())
        .outerjoin(Appointment, and_(*theirs, *mine))
    )
    found = (
        found.options(joinedload(Appointment.service), joinedload(Appointment.practitioner)).order_by(Appointment.starts_at).limit(MOST + 1)
    )
    read = db.session.execute(found).all()
    rows, usually = [row[0] for row in read if row[0] is not None], [name for name in read[0][1:] if name]
    facts = {
        "rows": rows[:MOST],
        "more": len(rows) > MOST,
        "own": only is not None,
        "person": profile,
        "books": only is None or only > 0,
        "usually": usually,
    }
    return Panel("desk/_next_visits.html", facts, {profile.id}, [])
