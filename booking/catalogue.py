"""What a practice offers and where: services, locations and rooms. Use cases; who set what is noted (booking/settings_log.py).

Whoever changes what an appointment is made of takes the lock of a booking, so that nobody books a visit of yesterday's length.
"""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import func, select

from booking import settings_log
from booking.errors import StillNeeded
from booking.models import Appointment, Location, OpeningHours, Practitioner, Room, Service, ServicePractitioner
from booking.placing import lock_rows
from portal.database import db
from portal.models import StaffMember


def save_service(staff: StaffMember, service: Service | None, values: dict, offered_by: Collection[int], now: datetime) -> Service:
    """A new service, or other columns of one; `offered_by`: ids of the practitioners who give it. Booked appointments stay as they are."""
    lock_everybody(staff)
    if service is None:
        place = db.session.scalar(select(func.max(Service.position)).where(Service.practice_id == staff.practice_id))
        service = settings_log.add(staff, Service(practice_id=staff.practice_id, position=(place or 0) + 1, **values), now)
    else:
        settings_log.change(staff, service, now, **values)
    _offer(staff, ServicePractitioner.service_id, service.id, offered_by, now)
    return service


def archive_service(staff: StaffMember, service: Service, now: datetime) -> None:
    """Nobody books it any more; what is booked stays."""
    lock_everybody(staff)
    settings_log.change(staff, service, now, archived_at=now)


def save_location(staff: StaffMember, location: Location | None, values: dict, now: datetime) -> Location:
    """A new location, or other facts of one. Another zone moves its opening hours with it: nine o'clock is nine o'clock there."""
    return _saved(staff, Location, location, values, now)


def archive_location(staff: StaffMember, location: Location, now: datetime) -> None:
    """Raises StillNeeded while somebody has hours there, something is booked there, or it is the last one."""
    lock_everybody(staff)
    others = select(Location.id).where(
        Location.practice_id == staff.practice_id, Location.id != location.id, Location.archived_at.is_(None)
    )
    today = now.date()
    hours = select(OpeningHours.id).where(
        OpeningHours.location_id == location.id, (OpeningHours.valid_until.is_(None)) | (OpeningHours.valid_until >= today)
    )
    if (
        db.session.scalar(others.limit(1)) is None
        or db.session.scalar(hours.limit(1))
        or _is_booked(Appointment.location_id == location.id, now)
    ):
        raise StillNeeded()
    settings_log.change(staff, location, now, archived_at=now)


def save_room(staff: StaffMember, room: Room | None, values: dict, now: datetime) -> Room:
    return _saved(staff, Room, room, values, now)


def _saved(staff: StaffMember, model: type, row, values: dict, now: datetime):
    lock_everybody(staff)
    if row is None:
        return settings_log.add(staff, model(practice_id=staff.practice_id, **values), now)
    settings_log.change(staff, row, now, **values)
    return row


def archive_room(staff: StaffMember, room: Room, now: datetime) -> None:
    """Raises StillNeeded while something is booked in it."""
    lock_everybody(staff)
    if _is_booked(Appointment.room_id == room.id, now):
        raise StillNeeded()
    settings_log.change(staff, room, now, archived_at=now)


def offer(staff: StaffMember, practitioner: Practitioner, services: Collection[int], now: datetime) -> None:
    """What a practitioner gives, by ids of services."""
    _offer(staff, ServicePractitioner.practitioner_id, practitioner.id, services, now)


def _offer(staff: StaffMember, mine, number: int, others: Collection[int], now: datetime) -> None:
    theirs = ServicePractitioner.practitioner_id if mine is ServicePractitioner.service_id else ServicePractitioner.service_id
    rows = {getattr(row, theirs.key): row for row in db.session.scalars(select(ServicePractitioner).where(mine == number))}
    for other in sorted(rows.keys() - set(others)):
        settings_log.remove(staff, rows[other], now)
    for other in sorted(set(others) - rows.keys()):
        settings_log.add(staff, ServicePractitioner(practice_id=staff.practice_id, **{mine.key: number, theirs.key: other}), now)


def _is_booked(which, now: datetime) -> bool:
    found = select(Appointment.id).where(which, Appointment.status.in_(("booked", "arrived")), Appointment.ends_at > now)
    return db.session.scalar(found.limit(1)) is not None


def lock_everybody(staff: StaffMember) -> None:
    """What a booking with any of them takes, and whoever changes what they give and where."""
    lock_rows(Practitioner, db.session.scalars(select(Practitioner.id).where(Practitioner.practice_id == staff.practice_id)))
