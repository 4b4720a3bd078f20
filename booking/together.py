"""Several appointments changed in one act by staff: half a day goes to a colleague who stands in. A use case, run through `transact`."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from flask_babel import gettext
from sqlalchemy import select
from sqlalchemy.orm.attributes import instance_state

from booking import by_staff
from booking.deciding import Anyway
from booking.errors import NotOffered
from booking.models import Appointment, Practitioner, Room
from booking.placing import lock_rows
from booking.timetable import Practitioner as Person
from booking.timetable import Service, Timetable, timetable
from booking.wall_clock import seconds
from booking.wishes import Wish
from portal.database import db
from portal.errors import DomainError
from portal.models import Profile, StaffMember


class Moved(NamedTuple):
    """What moved, and what had to stay with the reason, both in the order of time."""

    moved: list[Appointment]
    left: list[tuple[Appointment, DomainError]]


def move_all(
    staff: StaffMember,
    appointments: Iterable[Appointment],
    practitioner: Person,
    now: datetime,
    *,
    anyway: Anyway = False,
    tell: bool = True,
) -> Moved:
    """Each to the same time with somebody else, as far as they offer it and are free; everybody concerned is told once for each.

    `practitioner` is the timetable's. Seats of a group and what is cancelled or over stay. What cannot go is listed, the rest goes.
    """
    rows = lock_all(staff, appointments, {practitioner.id})
    table, moved, left = timetable(staff.practice), [], []
    for one in rows:
        try:
            must_go_alone(one)
            wish = Wish(service_of(table, one), practitioner)
            moved.append(by_staff.move(staff, one, wish, seconds(one.starts_at), now, "", anyway=anyway, tell=tell))
        except DomainError as problem:  # nothing of this one was changed yet
            left.append((one, problem))
    return Moved(moved, left)


def lock_all(staff: StaffMember, appointments: Iterable[Appointment], practitioners: set[int]) -> list[Appointment]:
    """The rows of this practice in the order of time, everything they may need locked in the one order (booking/placing.py)."""
    ids = {instance_state(one).identity[0] for one in appointments}
    lock_rows(Appointment, ids)
    mine = (
        select(Appointment)
        .where(Appointment.id.in_(ids), Appointment.practice_id == staff.practice_id)
        .order_by(Appointment.starts_at, Appointment.id)
    )
    rows = list(db.session.scalars(mine.execution_options(populate_existing=True)))
    lock_rows(Profile, {one.profile_id for one in rows})
    lock_rows(Practitioner, practitioners | {one.practitioner_id for one in rows})
    lock_rows(Room, {number for number, _kind in timetable(staff.practice).rooms()} | {one.room_id for one in rows} - {None})
    return rows


def must_go_alone(one: Appointment) -> None:
    """Raises NotOffered for a seat: it goes with its group."""
    if one.group_id is not None:
        raise NotOffered(gettext("This is a seat of a group. Move the person to another group, or cancel it."))


def service_of(table: Timetable, one: Appointment) -> Service:
    """What it is for, as the plan has it. Raises NotOffered for what is not given any more."""
    service = table.service_by_id(one.service_id)
    if service is None:
        raise NotOffered(gettext("The clinic does not give this service any more."))
    return service
