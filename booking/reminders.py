"""Reminders of an appointment: queued with it, made anew after a move, checked once more when they are due."""

from datetime import datetime, timedelta

from booking.models import Appointment
from booking.recipients import recipients
from portal.outbox import enqueue


def about(appointment: Appointment) -> str:
    """What the outbox knows an appointment's mails by."""
    return f"appointment:{appointment.id}"


def make(appointment: Appointment, now: datetime) -> None:
    """Queue what the practice sends before an appointment (hours before it starts); moments already past are left out.

    Doing it again adds only what is missing, for example for somebody who was given access since.
    """
    for hours in appointment.practice.reminder_hours:
        due = due_at(appointment, hours)
        if due <= now:
            continue
        for one in recipients(appointment, now):
            enqueue(
                "reminder",
                to=one.address,
                dedupe=f"reminder:{appointment.id}.{appointment.sequence}:{hours}:{one.who}",
                now=now,
                refs={"appointment": appointment.id, "sequence": appointment.sequence, "who": one.who, "hours": hours},
                about=about(appointment),
                account=one.account,
                practice_id=appointment.practice_id,
                due_at=due,
            )


def due_at(appointment: Appointment, hours: int) -> datetime:
    return appointment.starts_at - timedelta(hours=hours)


def is_timely(appointment: Appointment, hours: int, now: datetime) -> bool:
    """Whether a reminder that was due `hours` before still says something: not after the start, nor when a later one is due too."""
    later = (other for other in appointment.practice.reminder_hours if other < hours)
    return now < appointment.starts_at and not any(due_at(appointment, other) <= now for other in later)
