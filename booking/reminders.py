"""Reminders of an appointment: queued with it, made anew after a move, checked once more when they are due."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from booking import texts
from booking.models import Appointment
from booking.recipients import OWN, links_to, recipients
from portal.among import among
from portal.database import db
from portal.models import Link, OutboxMail, Practice, Profile
from portal.outbox import Mail, enqueue_all

SOON = timedelta(hours=12)  # so much earlier than the earliest reminder it is looked for those that have none


def about(appointment: Appointment) -> str:
    """What the outbox knows an appointment's mails by."""
    return f"appointment:{appointment.id}"


def mails(appointment: Appointment, links: list[Link], now: datetime) -> list[Mail]:
    """What the practice sends before an appointment, so many hours before it starts, by mail and by text; moments already past are left out.

    The same ones have the same names: queueing them again adds only what is missing, for somebody who was given access since.
    """
    to_come = [hours for hours in appointment.practice.reminder_hours if due_at(appointment, hours) > now]
    return [
        Mail(
            "reminder",
            to=one.address,
            dedupe=_name(appointment, hours, one.who),
            refs={"appointment": appointment.id, "sequence": appointment.sequence, "who": one.who, "hours": hours},
            account_id=one.account.id if one.account else None,
            due_at=due_at(appointment, hours),
        )
        for one in (recipients(appointment, links, now) if to_come else [])
        for hours in to_come
    ] + texts.mails(appointment, now)


def make(appointment: Appointment, now: datetime) -> None:
    """Queue the reminders that are not queued yet. A use case."""
    found = mails(appointment, links_to(appointment.profile), now)
    enqueue_all(found, now=now, about=about(appointment), practice_id=appointment.practice_id)


def wanting(now: datetime) -> list[Appointment]:
    """What will soon be reminded of and has no mail to the person's own address, though the record has one: it was written down since, or
    they are not kept safe any more."""
    return [
        one
        for practice in db.session.scalars(select(Practice).order_by(Practice.id))
        if practice.reminder_hours
        for one in _wanting(practice, now)
    ]


def _wanting(practice: Practice, now: datetime) -> list[Appointment]:
    until = now + timedelta(hours=max(practice.reminder_hours)) + SOON
    soon = (
        Appointment.practice_id == practice.id,
        Appointment.status == "booked",
        Appointment.starts_at > now,
        Appointment.starts_at < until,
    )
    reached = (Profile.email != "", Profile.email_refused_at.is_(None), Profile.safe_at.is_(None))
    found = select(Appointment).join(Profile, Profile.id == Appointment.profile_id).where(*soon, *reached).order_by(Appointment.id)
    rows = list(db.session.scalars(found.options(joinedload(Appointment.profile), joinedload(Appointment.practice))))
    there = set(db.session.scalars(select(OutboxMail.dedupe_key).where(among(OutboxMail.about, [about(one) for one in rows]))))
    return [
        one for one in rows if any(due_at(one, hours) > now and _name(one, hours, OWN) not in there for hours in practice.reminder_hours)
    ]


def _name(appointment: Appointment, hours: int, who: str) -> str:
    return f"reminder:{appointment.id}.{appointment.sequence}:{hours}:{who}"


def due_at(appointment: Appointment, hours: int) -> datetime:
    return appointment.starts_at - timedelta(hours=hours)


def is_timely(appointment: Appointment, hours: int, now: datetime) -> bool:
    """Whether a reminder that was due `hours` before still says something: not after the start, nor when a later one is due too."""
    later = (other for other in appointment.practice.reminder_hours if other < hours)
    return now < appointment.starts_at and not any(due_at(appointment, other) <= now for other in later)
