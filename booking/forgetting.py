"""Appointments of somebody who asks to be forgotten: when they were last here, whether they still come, and what is erased in the end."""

from datetime import date, datetime

from sqlalchemy import or_, select, update

from booking.models import Appointment, Companion
from booking.queries import KEPT, coming_of
from portal.database import db
from portal.filters import local
from portal.forgetting import on_last_seen, on_still_coming
from portal.models import Profile


@on_last_seen
def last_visit(profile: Profile, now: datetime) -> date | None:
    """The local date of the last visit that took place, or that nobody marked as missed."""
    took_place = or_(Appointment.status.in_(KEPT), (Appointment.status == "booked") & (Appointment.ends_at <= now))
    found = select(Appointment).where(Appointment.profile_id == profile.id, took_place).order_by(Appointment.starts_at.desc()).limit(1)
    last = db.session.scalar(found)
    return local(last.starts_at, last.zone).date() if last is not None else None


@on_still_coming
def still_comes(profile: Profile, now: datetime) -> bool:
    return bool(coming_of(profile, now))


def erase(_sender, profile_ids, now) -> None:
    """What was written about visits, and who came along; that there was a visit stays."""
    theirs = Appointment.profile_id.in_(profile_ids)
    connection = db.session.connection()
    connection.execute(update(Companion.__table__).where(Companion.appointment_id.in_(select(Appointment.id).where(theirs))).values(name="", relation=""))
    connection.execute(update(Appointment.__table__).where(theirs).values(note="", cancel_reason=""))
