"""Who is seen at a practice: a practitioner comes, changes, leaves. Use cases; who set what is noted (booking/settings_log.py)."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import func, select

from booking import settings_log
from booking.catalogue import offer
from booking.errors import StillNeeded
from booking.models import Appointment, Practitioner
from booking.placing import lock_rows
from portal.database import db
from portal.models import StaffMember


def save(staff: StaffMember, practitioner: Practitioner | None, values: dict, services: Collection[int], now: datetime) -> Practitioner:
    """A new practitioner, or other columns of one, and the ids of the services they give. They have no hours yet: see booking/schedules.py."""
    if practitioner is None:
        place = db.session.scalar(select(func.max(Practitioner.position)).where(Practitioner.practice_id == staff.practice_id))
        practitioner = settings_log.add(staff, Practitioner(practice_id=staff.practice_id, position=(place or 0) + 1, **values), now)
    else:
        lock_rows(Practitioner, {practitioner.id})
        settings_log.change(staff, practitioner, now, **values)
    offer(staff, practitioner, services, now)
    return practitioner


def leave(staff: StaffMember, practitioner: Practitioner, now: datetime) -> None:
    """They are not offered any more, and their calendar stays to be read. Raises StillNeeded while somebody is booked with them."""
    lock_rows(Practitioner, {practitioner.id})
    if coming_with(practitioner, now):
        raise StillNeeded()
    settings_log.change(staff, practitioner, now, left_at=now)


def come_back(staff: StaffMember, practitioner: Practitioner, now: datetime) -> None:
    lock_rows(Practitioner, {practitioner.id})
    settings_log.change(staff, practitioner, now, left_at=None)


def coming_with(practitioner: Practitioner, now: datetime) -> int:
    """How many appointments with them are not over."""
    booked = (Appointment.practitioner_id == practitioner.id, Appointment.status.in_(("booked", "arrived")), Appointment.ends_at > now)
    return db.session.scalar(select(func.count()).where(*booked))
