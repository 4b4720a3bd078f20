"""An appointment or a group is put somewhere: the columns that say where, with whom and when; who changed it last is the caller's to say."""

from datetime import datetime
from zoneinfo import ZoneInfo

from booking.models import Appointment, Block
from booking.placing import Place
from booking.ticks import occupy
from portal.database import db
from portal.models import Practice, Profile


def begin(practice: Practice, profile: Profile, key: str, now: datetime, **facts) -> Appointment:
    """A new appointment that is nowhere yet: `put` it, or let it sit (booking/seats.py), then `keep` it. `key`: the form's idempotency key."""
    return Appointment(
        practice=practice, profile=profile, idempotency_key=key, created_at=now, changed_at=now, sequence=0, status="booked", **facts
    )


def keep(appointment: Appointment) -> None:
    """Store it with the time it takes."""
    db.session.add(appointment)
    db.session.flush()
    occupy(appointment)


def put(appointment: Appointment, place: Place) -> None:
    """Not into a group: a seat is taken in booking/seats.py."""
    service, zone = place.wish.service, place.location.zone
    appointment.location_id, appointment.practitioner_id, appointment.room_id = place.location.id, place.practitioner_id, place.room_id
    appointment.starts_at, appointment.ends_at, appointment.zone = place.starts_at, place.ends_at, zone
    appointment.lane, appointment.group_id = place.lane, None
    appointment.wall_start = f"{place.starts_at.astimezone(ZoneInfo(zone)):%Y-%m-%dT%H:%M}"
    appointment.before_minutes, appointment.after_minutes = service.before_minutes, service.after_minutes
    appointment.room_before_minutes, appointment.room_after_minutes = service.room_before_minutes, service.room_after_minutes


def put_group(group: Block, place: Place) -> None:
    """Its seats are put there one by one, see booking/seats.py."""
    service = place.wish.service
    group.practitioner_id, group.location_id, group.room_id = place.practitioner_id, place.location.id, place.room_id
    group.starts_at, group.ends_at = place.starts_at, place.ends_at
    group.before_minutes, group.after_minutes = service.before_minutes, service.after_minutes
    group.room_before_minutes, group.room_after_minutes = service.room_before_minutes, service.room_after_minutes
