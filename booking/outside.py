"""Appointments outside the hours: they stay booked until somebody decides, and the people can be told that the clinic will get in touch."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from booking import emails, schedules
from booking.changes import Change
from booking.effects import homeless
from booking.models import Appointment
from booking.own_calendar import may_see
from booking.previews import appointments_outside, booked, preview
from booking.timetable import timetable
from portal import ledger
from portal.database import db
from portal.models import OutboxMail, StaffMember

TOLD = "told_outside"


def save(staff: StaffMember, change: Change, now: datetime, seen: str, tell: bool = False) -> int:
    """Save a change; with `tell` also write to everybody whom it leaves outside the hours. How many people's mails were queued. A use case."""
    left = appointments_outside(staff, preview(staff, change, now).effect) if tell else []
    schedules.apply(staff, change, now, seen)
    return tell_them(staff, left, now)


def standing_outside(staff: StaffMember, now: datetime) -> list[Appointment]:
    """Everything to come that lies outside the hours as they are now, whatever made it so, and that this role sees; soonest first."""
    only = may_see(staff)
    found = homeless(timetable(staff.practice), booked(staff.practice, now, None if only is None else frozenset({only})))
    rows = select(Appointment).where(Appointment.practice_id == staff.practice_id, Appointment.id.in_([one.id for one in found]))
    loads = (joinedload(Appointment.profile), joinedload(Appointment.service), joinedload(Appointment.practitioner))
    return list(db.session.scalars(rows.options(*loads).order_by(Appointment.starts_at, Appointment.id)))


def told_at(appointments: list[Appointment]) -> dict[int, datetime]:
    """Appointment id → when its people were told about the time it has now; who were not are left out."""
    keys = {emails.about_outside(one): one.id for one in appointments}
    rows = db.session.execute(
        select(OutboxMail.about, OutboxMail.created_at).where(OutboxMail.template == emails.OUTSIDE, OutboxMail.about.in_(keys))
    )
    return {keys[about]: at for about, at in rows}


def tell_them(staff: StaffMember, appointments: list[Appointment], now: datetime) -> int:
    """One mail to everybody who is told about each; once for each time an appointment has. How many appointments anybody was written about."""
    already, told = told_at(appointments), 0
    for one in appointments:
        if one.id not in already and emails.announce_outside(one, now):
            ledger.record(TOLD, now, profile=one.profile, account=staff.account, appointment=one.id, at=one.starts_at.isoformat())
            told += 1
    return told
