"""Reminders by text message: queued with those by mail, for whoever agreed and has a mobile; asked again when they are due.

One text for each moment goes to the number in the person's record, never to those who act for them: they get mail.
"""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from booking import quiet
from booking.models import Appointment
from portal import text_reader
from portal.database import db
from portal.filters import local
from portal.models import OutboxMail, Practice, Profile
from portal.models.outbox_mail import SMS
from portal.outbox import Mail
from portal.text_reader import TextReader

TEMPLATE = "text_reminder"
NIGHT = timedelta(hours=12)  # how far a quiet night can move one, and a little more


def mails(appointment: Appointment, now: datetime) -> list[Mail]:
    """The rows of an appointment's texts; moments already past are left out. The same ones have the same names."""
    if not appointment.practice.text_hours:
        return []
    reader = text_reader.find(appointment.profile, local(now, appointment.practice.zone).date())
    if reader is None:
        return []
    return [
        Mail(
            TEMPLATE,
            to=reader.number,
            dedupe=_name(appointment, hours),
            refs={"appointment": appointment.id, "sequence": appointment.sequence, "hours": hours},
            account_id=reader.account.id if reader.account else None,
            due_at=due_at,
            channel=SMS,
        )
        for hours, due_at in moments(appointment, zone_of(reader, appointment)).items()
        if due_at > now
    ]


def zone_of(reader: TextReader, appointment: Appointment) -> str:
    """By which clock the reader lives."""
    return (reader.account.zone if reader.account else appointment.profile.zone) or appointment.zone


def moments(appointment: Appointment, zone: str) -> dict[int, datetime]:
    """Hours before → when; of several that a quiet night moves to one moment, the last."""
    all_hours = sorted(appointment.practice.text_hours, reverse=True)
    by_moment = {quiet.moved(appointment.starts_at - timedelta(hours=hours), appointment.starts_at, zone): hours for hours in all_hours}
    return {hours: due_at for due_at, hours in by_moment.items()}


def is_timely(appointment: Appointment, hours: int, zone: str, now: datetime) -> bool:
    """Whether the text of so many hours before still says something: not after the start, nor when a later one is due too."""
    found = moments(appointment, zone)
    return hours in found and now < appointment.starts_at and not any(found[hours] < due_at <= now for due_at in found.values())


def wanting(now: datetime) -> list[Appointment]:
    """What will soon be reminded of by text and has a text missing: the practice turned them on, or there is a mobile only now."""
    found: list[Appointment] = []
    for practice in db.session.scalars(select(Practice).order_by(Practice.id)):
        if practice.text_hours:
            found += _wanting(practice, now)
    return found


def _wanting(practice: Practice, now: datetime) -> list[Appointment]:
    until = now + timedelta(hours=max(practice.text_hours)) + 2 * NIGHT
    soon = (
        Appointment.practice_id == practice.id,
        Appointment.status == "booked",
        Appointment.starts_at > now,
        Appointment.starts_at < until,
    )
    agreed = (Profile.sms_consent_at.is_not(None), Profile.sms_refused_at.is_(None), Profile.safe_at.is_(None))
    rows = select(Appointment).join(Profile, Profile.id == Appointment.profile_id).where(*soon, *agreed).order_by(Appointment.id)
    there = set(
        db.session.scalars(select(OutboxMail.dedupe_key).where(OutboxMail.practice_id == practice.id, OutboxMail.template == TEMPLATE))
    )

    def lacks(one: Appointment) -> bool:
        to_come = (hours for hours in practice.text_hours if one.starts_at - timedelta(hours=hours) > now - NIGHT)
        return any(_name(one, hours) not in there for hours in to_come)

    whole = (joinedload(Appointment.profile), joinedload(Appointment.practice))
    return [one for one in db.session.scalars(rows.options(*whole)) if lacks(one)]


def _name(appointment: Appointment, hours: int) -> str:
    return f"text:{appointment.id}.{appointment.sequence}:{hours}"
