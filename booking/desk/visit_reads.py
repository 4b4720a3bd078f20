"""Appointments and their like as this member of staff may see them: practitioners only what is with them (MISSION M24); else 404."""

from datetime import datetime
from functools import wraps
from typing import NamedTuple

from flask import abort
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from booking import repeats
from booking.models import Appointment, Block, Room
from booking.models.appointment import got_from
from booking.own_calendar import may_see
from portal.database import db
from portal.models import Account, Profile, StaffMember

_WHOLE = tuple(joinedload(getattr(Appointment, name)) for name in ("practice", "location", "profile", "service", "practitioner", "room"))


def appointment_of(staff: StaffMember, public_id: str) -> Appointment | None:
    """As it is in the database now."""
    found = select(Appointment).where(
        Appointment.public_id == public_id, Appointment.practice_id == staff.practice_id, *_mine(staff, Appointment)
    )
    return db.session.scalar(found.options(*_WHOLE).execution_options(populate_existing=True))


def block_of(staff: StaffMember, public_id: str, group: bool = False) -> Block | None:
    """A block, or a `group`; one that was removed is not there."""
    kind = Block.seats.is_not(None) if group else Block.seats.is_(None)
    here = (Block.public_id == public_id, Block.practice_id == staff.practice_id, Block.removed_at.is_(None), kind, *_mine(staff, Block))
    found = (
        select(Block)
        .where(*here)
        .options(joinedload(Block.practitioner), joinedload(Block.service), joinedload(Block.room), joinedload(Block.location))
    )
    return db.session.scalar(found.execution_options(populate_existing=True))


def of_appointment(view):
    """Below `@staff_only()`: the view is called with `one` (an Appointment) in place of `public_id`."""

    @wraps(view)
    def guarded(staff, public_id, **kwargs):
        return view(staff=staff, one=appointment_of(staff, public_id) or abort(404), **kwargs)

    return guarded


def of_block(view):
    """The same for a `block`."""

    @wraps(view)
    def guarded(staff, public_id, **kwargs):
        return view(staff=staff, block=block_of(staff, public_id) or abort(404), **kwargs)

    return guarded


def of_group(view):
    """The same for a `group`."""

    @wraps(view)
    def guarded(staff, public_id, **kwargs):
        return view(staff=staff, group=block_of(staff, public_id, group=True) or abort(404), **kwargs)

    return guarded


def seats_of(group: Block) -> list[Appointment]:
    """Who sits in a group, cancelled ones left out, in the order they were booked."""
    found = select(Appointment).where(Appointment.group_id == group.id, Appointment.status != "cancelled").order_by(Appointment.id)
    return list(db.session.scalars(found.options(joinedload(Appointment.profile))))


def group_of(appointment: Appointment) -> Block | None:
    """The group it is a seat of."""
    return db.session.get(Block, appointment.group_id) if appointment.group_id else None


def rooms_of(staff: StaffMember, ids: list[int]) -> list[Room]:
    """These rooms of the practice, by name."""
    return list(
        db.session.scalars(select(Room).where(Room.id.in_(ids), Room.practice_id == staff.practice_id).order_by(Room.name, Room.id))
    )


def room_of(staff: StaffMember, public_id: str) -> Room | None:
    """One that is used."""
    return db.session.scalar(
        select(Room).where(Room.public_id == public_id, Room.practice_id == staff.practice_id, Room.archived_at.is_(None))
    )


def in_series(staff: StaffMember, row: Appointment) -> list[Appointment]:
    """All of its series that stand and that this role sees, in the order of time."""
    here = (Appointment.series_id == row.series_id, Appointment.practice_id == staff.practice_id, Appointment.status != "cancelled")
    return list(db.session.scalars(select(Appointment).where(*here, *_mine(staff, Appointment)).order_by(Appointment.starts_at)))


def that_follow(staff: StaffMember, row: Appointment) -> list[Appointment]:
    """Those of its series to come after it that this role sees."""
    return [one for one in repeats.following(row)[1:] if may_see(staff) in (None, one.practitioner_id)]


class PassedOn(NamedTuple):
    """Of one that somebody handed over: the appointment that has its time `now`; of one that came about so: the one it was `before`."""

    now: Appointment | None
    before: Appointment | None


def passed_on(staff: StaffMember, row: Appointment) -> PassedOn:
    """As far as this role sees them, and as long as the new one was not moved."""
    here = (
        select(Appointment)
        .where(Appointment.practice_id == staff.practice_id, *_mine(staff, Appointment))
        .options(joinedload(Appointment.profile))
    )
    became = here.where(Appointment.starts_at == row.starts_at, Appointment.change_key.in_(got_from(row.id)))
    return PassedOn(
        db.session.scalar(became) if row.was_handed_over else None,
        db.session.scalar(here.where(Appointment.id == row.came_from)) if row.came_from and not row.is_cancelled else None,
    )


def booked_by(appointment: Appointment) -> tuple[str, bool]:
    """Who booked it: the name, and whether it was somebody of the practice."""
    if appointment.booked_by_staff_id is not None:
        account = db.session.scalar(
            select(Account).join(StaffMember, StaffMember.account_id == Account.id).where(StaffMember.id == appointment.booked_by_staff_id)
        )
        return account.name, True
    return db.session.get_one(Account, appointment.booked_by_id).name, False


def with_between(staff: StaffMember, practitioner_id: int, begins: datetime, ends: datetime) -> list[Appointment]:
    """What is booked with somebody between two instants and has not begun, in the order of time; seats of groups too."""
    found = select(Appointment).where(
        Appointment.practice_id == staff.practice_id,
        Appointment.practitioner_id == practitioner_id,
        Appointment.status == "booked",
        Appointment.starts_at >= begins,
        Appointment.starts_at < ends,
        *_mine(staff, Appointment),
    )
    return list(db.session.scalars(found.options(*_WHOLE).order_by(Appointment.starts_at, Appointment.id)))


def usual_services(profile: Profile) -> tuple[int, ...]:
    """What this person came or comes for: the ids of the services, the latest first."""
    found = select(Appointment.service_id, func.max(Appointment.starts_at)).where(
        Appointment.profile_id == profile.id, Appointment.status != "cancelled"
    )
    return tuple(
        number
        for number, _at in db.session.execute(found.group_by(Appointment.service_id).order_by(func.max(Appointment.starts_at).desc()))
    )


def _mine(staff: StaffMember, model) -> tuple:
    only = may_see(staff)
    return () if only is None else (model.practitioner_id == only,)
