"""A time that was given back is taken again: after a no-show that was none, or a cancellation taken back. Judged under the lock.

What was planned since (hours, closures, absences) is not asked: only whether somebody else has the time now.
"""

from datetime import datetime

from flask_babel import lazy_gettext as _

from booking import occupancy
from booking.deciding import Anyway, words
from booking.errors import SlotTaken
from booking.facts import Busy, Code
from booking.models import Appointment, Practitioner, Room
from booking.placing import lock_rows
from booking.seats import sit
from booking.ticks import free_lane, resources_of

GONE = _("Somebody else has that time now. Move this appointment to another time.")


def take_again(appointment: Appointment, now: datetime, anyway: Anyway = False) -> tuple[Code, ...]:
    """Make the row ready to be occupied again; gives what was passed over. Raises SlotTaken; a seat, which goes where its group
    is now, raises GroupFull or GroupOver."""
    if appointment.group_id is not None:
        sit(appointment, appointment.group_id)
        return ()
    lock_rows(Practitioner, {appointment.practitioner_id})
    lock_rows(Room, {appointment.room_id} - {None})
    found = _against(appointment, now)
    if found and anyway is not True and not set(words(found)) <= set(anyway or ()):
        raise SlotTaken(GONE)
    resources = resources_of(appointment.practitioner_id, appointment.room_id)
    appointment.lane = free_lane(resources, appointment.starts_at, appointment.ends_at) if found else 0
    return found


def _against(one: Appointment, now: datetime) -> tuple[Code, ...]:
    start, end = int(one.starts_at.timestamp()), int(one.ends_at.timestamp())
    rooms = (one.room_id,) if one.room_id else ()
    taken = occupancy.load(one.practice_id, (one.practitioner_id,), rooms, None, start, end, min(int(now.timestamp()), start))
    held = [row for row in taken.holds if row.practitioner == one.practitioner_id and row.expires_at > now.timestamp()]
    found = []
    if any(_meet(one, start, end, row, one.before_minutes, one.after_minutes) for row in taken.busy.get(one.practitioner_id, ())):
        found.append(Code.FULLY_BOOKED)
    if any(_meet(one, start, end, row, one.room_before_minutes, one.room_after_minutes) for row in taken.rooms.get(one.room_id, ())):
        found.append(Code.NO_ROOM)
    if any(_meet(one, start, end, Busy(*row[:4]), one.before_minutes, one.after_minutes) for row in held):
        found.append(Code.HELD)
    return tuple(found)


def _meet(one: Appointment, start: int, end: int, row: Busy, before: int, after: int) -> bool:
    """The formula of AVAILABILITY §4, for one pair."""
    if row.id == one.id:
        return False
    return start < row.end + max(row.after, before * 60) and row.start < end + max(after * 60, row.before)
