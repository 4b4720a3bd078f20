"""The database's last word on double bookings: one row per five minutes of a body and resource (SAFETY §1.3)."""

from datetime import datetime

from sqlalchemy import bindparam, delete, insert

from booking.models import Appointment, Tick
from booking.models.tick import TICK_SECONDS
from portal.database import db

_CLAIM = insert(Tick.__table__)
_GIVE_UP = delete(Tick.__table__).where(Tick.appointment_id == bindparam("appointment"))


def ticks_of(starts_at: datetime, ends_at: datetime) -> range:
    """Both ends rounded down: bodies that only touch never share a tick, whatever minute they touch at; bodies that share five minutes always do."""
    return range(int(starts_at.timestamp()) // TICK_SECONDS, int(ends_at.timestamp()) // TICK_SECONDS)


def rows_of(appointment: Appointment) -> list[dict]:
    """The rows an appointment occupies, in the order of the primary key."""
    resources = [f"p{appointment.practitioner_id}"]
    if appointment.room_id is not None:
        resources.append(f"r{appointment.room_id}")
    common = {"lane": 0, "practice_id": appointment.practice_id, "appointment_id": appointment.id}
    body = ticks_of(appointment.starts_at, appointment.ends_at)
    return [{"resource": resource, "tick": tick, **common} for resource in resources for tick in body]


def occupy(appointment: Appointment) -> None:
    """Claim the body of a flushed appointment. A body already taken is an IntegrityError, which means SlotTaken."""
    db.session.execute(_CLAIM, rows_of(appointment))


def vacate(appointment: Appointment) -> None:
    db.session.execute(_GIVE_UP, {"appointment": appointment.id})
