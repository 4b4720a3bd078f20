"""A time that was given back is taken again by staff: after a no-show that was none, or a cancellation taken back. Judged under the lock.

What was planned since (hours, closures, absences) is not asked: only whether the time, the room or the person has something else now.
"""

from datetime import datetime

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from booking import occupancy
from booking.deciding import Anyway, words
from booking.errors import PersonLimit, SlotTaken
from booking.facts import Busy, Code, Refusal
from booking.models import Appointment, Practitioner, Room, Service
from booking.occupancy import Occupancy, Whose
from booking.placing import lock_rows
from booking.seats import sit
from booking.ticks import free_lane, resources_of
from booking.timetable import timetable
from booking.wall_clock import seconds
from portal.database import db
from portal.models import Profile

GONE = _("Somebody else has that time now. Move this appointment to another time.")


def take_again(appointment: Appointment, now: datetime, anyway: Anyway = False) -> tuple[Code, ...]:
    """Make the row ready to be occupied again; gives what was passed over. If its room is taken and another of the kind is free, that one is its.

    Raises SlotTaken, or PersonLimit if it is only the person who has something else then; all reasons are in `refusal.params["codes"]` of
    their facts. A seat, which goes where its group is now, raises GroupFull or GroupOver, knowingly too.
    """
    lock_rows(Profile, {appointment.profile_id})
    if appointment.group_id is not None:
        sit(appointment, appointment.group_id)
        found, room, is_over = [], appointment.room_id, None
        taken = _taken(appointment, [], now)
    else:
        rooms = _rooms(appointment)
        lock_rows(Practitioner, {appointment.practitioner_id})
        lock_rows(Room, set(rooms) - {None})
        taken = _taken(appointment, rooms, now)
        free = [one for one in rooms if not _room_is_taken(appointment, one, taken)]
        found, room = _with_practitioner(appointment, taken, now) + [Code.NO_ROOM] * (not free), (free or rooms)[0]
        is_over = bool(found)
    if any(_meet(appointment, row, 0, 0) for row in taken.mine):
        found.append(Code.PATIENT_LIMIT)
    if found and anyway is not True and not set(words(found)) <= set(anyway or ()):
        raise _refused(appointment, tuple(found))
    if is_over is not None:  # a seat has its lane
        appointment.room_id = room
        appointment.lane = (
            free_lane(resources_of(appointment.practitioner_id, room), appointment.starts_at, appointment.ends_at) if is_over else 0
        )
    db.session.expire(appointment, ["practitioner", "room", "location"])
    return tuple(found)


def _refused(one: Appointment, codes: tuple[Code, ...]) -> SlotTaken | PersonLimit:
    refusal = Refusal(codes[0], codes[0], None, {"codes": codes})
    if codes == (Code.PATIENT_LIMIT,):
        return PersonLimit(gettext("%(name)s already has an appointment at that time.", name=one.profile.given_name), refusal=refusal)
    return SlotTaken(GONE, refusal=refusal)


def _rooms(one: Appointment) -> list[int | None]:
    """Its own first, then the others that would do."""
    if one.room_id is None:
        return [None]
    table, kind = timetable(one.practice), db.session.get_one(Service, one.service_id).room_kind
    place = table.location_by_id(one.location_id)
    return [one.room_id, *(number for number, what in table.rooms(place) if place and what == kind and number != one.room_id)]


def _taken(one: Appointment, rooms: list[int | None], now: datetime) -> Occupancy:
    start, end = seconds(one.starts_at), seconds(one.ends_at)
    there = tuple(room for room in rooms if room is not None)
    return occupancy.load(one.practice_id, (one.practitioner_id,), there, Whose(one.profile_id), start, end, min(seconds(now), start))


def _with_practitioner(one: Appointment, taken: Occupancy, now: datetime) -> list[Code]:
    busy, pauses = taken.busy.get(one.practitioner_id, ()), (one.before_minutes, one.after_minutes)
    held = [Busy(*row[:4]) for row in taken.holds if row.practitioner == one.practitioner_id and row.expires_at > now.timestamp()]
    found = []
    if any(_meet(one, row, *pauses) for row in busy):
        only_pauses = not any(row.id != one.id and row.start < seconds(one.ends_at) and row.end > seconds(one.starts_at) for row in busy)
        found.append(Code.BUFFER if only_pauses else Code.FULLY_BOOKED)
    if any(_meet(one, row, *pauses) for row in held):
        found.append(Code.HELD)
    return found


def _room_is_taken(one: Appointment, room: int | None, taken: Occupancy) -> bool:
    return any(_meet(one, row, one.room_before_minutes, one.room_after_minutes) for row in taken.rooms.get(room, ()))


def _meet(one: Appointment, row: Busy, before: int, after: int) -> bool:
    """The formula of AVAILABILITY §4, for one pair; minutes."""
    if row.id is not None and row.id == one.id:
        return False
    return seconds(one.starts_at) < row.end + max(row.after, before * 60) and row.start < seconds(one.ends_at) + max(after * 60, row.before)
