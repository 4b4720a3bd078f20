"""Reminders of an appointment: queued with it, made anew after a move, checked once more when they are due."""

from datetime import datetime, timedelta

from booking import texts
from booking.models import Appointment
from booking.recipients import links_to, recipients
from portal.models import Link
from portal.outbox import Mail, enqueue_all


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
            dedupe=f"reminder:{appointment.id}.{appointment.sequence}:{hours}:{one.who}",
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


def due_at(appointment: Appointment, hours: int) -> datetime:
    return appointment.starts_at - timedelta(hours=hours)


def is_timely(appointment: Appointment, hours: int, now: datetime) -> bool:
    """Whether a reminder that was due `hours` before still says something: not after the start, nor when a later one is due too."""
    later = (other for other in appointment.practice.reminder_hours if other < hours)
    return now < appointment.starts_at and not any(due_at(appointment, other) <= now for other in later)
