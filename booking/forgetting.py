"""Appointments of somebody who asks to be forgotten: when they were last here, whether they still come, and what is erased in the end."""

from datetime import date, datetime

from sqlalchemy import delete, func, or_, select, update

from booking.models import AmountDue, Appointment, Companion, Payment, UsualCare
from booking.queries import KEPT, coming_of
from portal.database import db
from portal.filters import local
from portal.forgetting import on_last_receipt, on_last_seen, on_still_coming
from portal.models import Profile


@on_last_seen
def last_visit(profile: Profile, now: datetime) -> date | None:
    """The local date of the last visit that took place, or that nobody marked as missed."""
    took_place = or_(Appointment.status.in_(KEPT), (Appointment.status == "booked") & (Appointment.ends_at <= now))
    found = select(Appointment).where(Appointment.profile_id == profile.id, took_place).order_by(Appointment.starts_at.desc()).limit(1)
    last = db.session.scalar(found)
    return local(last.starts_at, last.zone).date() if last is not None else None


@on_last_receipt
def last_receipt(profile: Profile) -> date | None:
    return db.session.scalar(select(func.max(Payment.received_on)).where(Payment.profile_id == profile.id))


@on_still_coming
def still_comes(profile: Profile, now: datetime) -> bool:
    return bool(coming_of(profile, now))


def erase(_sender, profile_ids, now) -> None:
    """What was written about visits and payments, who came along, whom they were seen by; that there was a visit stays, and so do the
    entries of the books: number, day, amount, of nobody any more. Past the session, which knows that entries are never changed."""
    theirs = Appointment.profile_id.in_(profile_ids)
    connection, visits = db.session.connection(), select(Appointment.id).where(theirs)
    connection.execute(update(Companion.__table__).where(Companion.appointment_id.in_(visits)).values(name="", relation=""))
    connection.execute(update(Appointment.__table__).where(theirs).values(note="", cancel_reason=""))
    connection.execute(update(Payment.__table__).where(Payment.profile_id.in_(profile_ids)).values(note=""))
    connection.execute(update(AmountDue.__table__).where(AmountDue.appointment_id.in_(visits)).values(reason=""))
    connection.execute(delete(UsualCare.__table__).where(UsualCare.profile_id.in_(profile_ids)))
