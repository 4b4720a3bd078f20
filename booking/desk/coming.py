"""When people come next, for lists of them."""

from collections.abc import Collection
from datetime import datetime
from zoneinfo import ZoneInfo

from flask import url_for
from sqlalchemy import func, select

from booking.desk.columns import may_see
from booking.models import Appointment
from portal.database import db
from portal.models import StaffMember
from portal.staff.panels import Coming, on_registrations


@on_registrations
def next_appointments(staff: StaffMember, profile_ids: Collection[int], now: datetime) -> dict[int, Coming]:
    """The next appointment of each at this practice that is not over and that this role sees, with the list of its day."""
    only = may_see(staff)
    found = (
        select(Appointment.profile_id, func.min(Appointment.starts_at))
        .where(
            Appointment.practice_id == staff.practice_id,
            Appointment.profile_id.in_(profile_ids),
            Appointment.status.in_(("booked", "arrived")),
            Appointment.ends_at > now,
            *(() if only is None else (Appointment.practitioner_id == only,)),
        )
        .group_by(Appointment.profile_id)
    )
    zone, slug = ZoneInfo(staff.practice.zone), staff.practice.slug
    return {
        profile_id: Coming(at, url_for("desk.day", slug=slug, date=at.astimezone(zone).date().isoformat()))
        for profile_id, at in db.session.execute(found)
    }
