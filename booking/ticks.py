"""The database's last word on double bookings: one row per five minutes of a body and resource (SAFETY §1.3)."""

from collections.abc import Collection
from datetime import datetime
from itertools import count

from sqlalchemy import bindparam, delete, insert, select

from booking.models import Appointment, Tick
from booking.models.tick import TICK_SECONDS
from portal.database import db

_CLAIM = insert(Tick.__table__)
_LANES = (
    select(Tick.lane)
    .distinct()
    .where(Tick.resource.in_(bindparam("resources", expanding=True)), Tick.tick >= bindparam("first"), Tick.tick < bindparam("last"))
)
_GIVE_UP = delete(Tick.__table__).where(Tick.appointment_id == bindparam("appointment"))


def ticks_of(starts_at: datetime, ends_at: datetime) -> range:
    """Both ends rounded down: bodies that only touch never share a tick, whatever minute they touch at; bodies that share five minutes always do."""
    return range(int(starts_at.timestamp()) // TICK_SECONDS, int(ends_at.timestamp()) // TICK_SECONDS)


def resources_of(practitioner_id: int, room_id: int | None) -> list[str]:
    return [f"p{practitioner_id}"] if room_id is None else [f"p{practitioner_id}", f"r{room_id}"]


def free_lane(resources: Collection[str], starts_at: datetime, ends_at: datetime) -> int:
    """The lowest lane in which none of these is taken for the whole time. Only where standing beside others is meant: a seat, or knowingly."""
    body = ticks_of(starts_at, ends_at)
    taken = set(db.session.scalars(_LANES, {"resources": list(resources), "first": body.start, "last": body.stop}))
    return next(lane for lane in count() if lane not in taken)


def rows_of(appointment: Appointment) -> list[dict]:
    """The rows an appointment occupies, in the order of the primary key."""
    resources = resources_of(appointment.practitioner_id, appointment.room_id)
    common = {"lane": appointment.lane or 0, "practice_id": appointment.practice_id, "appointment_id": appointment.id}
    body = ticks_of(appointment.starts_at, appointment.ends_at)
    return [{"resource": resource, "tick": tick, **common} for resource in resources for tick in body]


def occupy(appointment: Appointment) -> None:
    """Claim the body of a flushed appointment. A body already taken is an IntegrityError, which means SlotTaken."""
    db.session.execute(_CLAIM, rows_of(appointment))


def vacate(appointment: Appointment) -> None:
    db.session.execute(_GIVE_UP, {"appointment": appointment.id})
