"""A seat of a group: one appointment of several at one time. How many are taken is counted under the practitioner's lock."""

from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from booking.block_rows import standing
from booking.errors import GroupFull, GroupOver
from booking.models import Appointment, Block
from booking.models.appointment import BLOCKING
from booking.ticks import free_lane, resources_of
from portal.database import db


def taken(group: Block) -> int:
    """How many seats are taken."""
    theirs = (Appointment.group_id == group.id, Appointment.status.in_(BLOCKING))
    return db.session.scalar(select(func.count()).select_from(Appointment).where(*theirs))


def seat_ids(group_id: int) -> list[int]:
    """The appointments that have a seat."""
    return list(db.session.scalars(select(Appointment.id).where(Appointment.group_id == group_id, Appointment.status.in_(BLOCKING))))


def sit(appointment: Appointment, group_id: int) -> Block:
    """Put an appointment that does not stand into the group, in a lane of its own; `occupy` it then. Gives the group, locked.

    Raises GroupFull, GroupOver.
    """
    group = standing(group_id)
    if group is None or not group.is_group:
        raise GroupOver()
    if taken(group) >= group.seats:
        raise GroupFull(seats=group.seats)
    take_place(appointment, group)
    return group


def take_place(appointment: Appointment, group: Block) -> None:
    """The columns that say where, with whom and when the group is, in a lane that is free; `occupy` it then."""
    zone = group.location.zone
    appointment.group_id, appointment.service_id = group.id, group.service_id
    appointment.practitioner_id, appointment.location_id, appointment.room_id = group.practitioner_id, group.location_id, group.room_id
    appointment.starts_at, appointment.ends_at, appointment.zone = group.starts_at, group.ends_at, zone
    appointment.wall_start = f"{group.starts_at.astimezone(ZoneInfo(zone)):%Y-%m-%dT%H:%M}"
    appointment.before_minutes, appointment.after_minutes = group.before_minutes, group.after_minutes
    appointment.room_before_minutes, appointment.room_after_minutes = group.room_before_minutes, group.room_after_minutes
    appointment.lane = free_lane(resources_of(group.practitioner_id, group.room_id), group.starts_at, group.ends_at)
