"""What the pages about schedules show: rows of the plan as staff speak of them."""

from datetime import UTC, date, datetime
from typing import NamedTuple

from flask import abort
from sqlalchemy import select
from sqlalchemy.orm import load_only

from booking import whatif
from booking.effects import Booked
from booking.models import Closure, TimeOff
from booking.own_calendar import may_see
from booking.plan import Location, Practitioner
from booking.previews import booked
from booking.schedule_roles import may
from booking.timetable import Timetable
from booking.whatif import Opens, Parts
from portal.database import db
from portal.models import StaffMember


def whom(staff: StaffMember, table: Timetable, public_id: str, kind: str) -> Practitioner:
    """The practitioner in the address; 404 for one who does not work here or whose `kind` they may not change."""
    found = table.practitioner(public_id) or abort(404)
    return found if may(staff, kind, found.id) else abort(404)


def numbered(text: str) -> int:
    """The id in an address; 404 for what is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else abort(404)


def listed(staff: StaffMember, table: Timetable) -> list[Practitioner]:
    """Whose schedules they see: everybody's, or only their own."""
    only = may_see(staff)
    return [one for one in table.practitioners() if only in (None, one.id)]


def places_of(table: Timetable, parts: Parts, practitioner: int) -> list[Location]:
    """Where somebody works, first the places they have hours at; all of the practice's if none."""
    mine = {row[1] for row in parts["hours"] if row[0] == practitioner}
    return sorted(table.locations, key=lambda place: (place.id not in mine, place.id))


def week_on(parts: Parts, practitioner: int, location: int, day: date) -> list[tuple[Opens, ...]]:
    """Monday to Sunday, the hours that hold around a date."""
    return [tuple(sorted(whatif.hours_on(parts, practitioner, location, weekday, day), key=lambda one: one[:2])) for weekday in range(7)]


def is_mixed(week: list[tuple[Opens, ...]]) -> bool:
    """Whether some windows are for other services than others are."""
    return len({only for windows in week for *_span, only in windows}) > 1


class Later(NamedTuple):
    """Other hours that are planned already: `weekday` from `day` on."""

    weekday: int
    day: date
    windows: tuple[Opens, ...]


def planned_later(parts: Parts, practitioner: int, location: int, start: date) -> list[Later]:
    rows = [row for row in parts["hours"] if row[:2] == [practitioner, location] and row[5] and date.fromisoformat(row[5]) > start]
    found = {(row[2], date.fromisoformat(row[5])) for row in rows}
    return [
        Later(weekday, day, whatif.hours_on(parts, practitioner, location, weekday, day))
        for weekday, day in sorted(found, key=lambda one: (one[1], one[0]))
    ]


def ends_on(parts: Parts, practitioner: int, location: int, day: date) -> date | None:
    """The last day of the hours that hold around a date and are followed by none: after it nobody can book. None: they do not end."""
    rows = [row for row in parts["hours"] if row[:2] == [practitioner, location]]
    if any(row[6] is None for row in rows):
        return None
    ends = [date.fromisoformat(row[6]) for row in rows]
    return max(ends, default=None) if max(ends, default=day) >= day else None


class Off(NamedTuple):
    """One line of "Days off": instants; `booked` is how many appointments lie in it. `reason` is for staff."""

    id: int
    starts_at: datetime
    ends_at: datetime
    reason: str
    booked: int


def times_off(staff: StaffMember, practitioner: Practitioner, now: datetime) -> list[Off]:
    """What is not over, soonest first. Two statements."""
    mine = (TimeOff.practice_id == staff.practice_id, TimeOff.practitioner_id == practitioner.id, TimeOff.ends_at > now)
    rows = db.session.scalars(select(TimeOff).where(*mine).order_by(TimeOff.starts_at, TimeOff.id)).all()
    known = booked(staff.practice, now, frozenset({practitioner.id})) if rows else []
    return [Off(row.id, row.starts_at, row.ends_at, row.private_reason, _within(known, row.starts_at, row.ends_at)) for row in rows]


def _within(known: list[Booked], starts: datetime, ends: datetime) -> int:
    low, high = int(starts.timestamp()), int(ends.timestamp())
    return sum(one.start < high and one.end > low for one in known)


class Shut(NamedTuple):
    """A closure as the list shows it; `first`..`last` are dates, or none and two instants, told in the `zone` of its place."""

    id: int
    name: str
    place: str
    first: date | None
    last: date | None
    starts_at: datetime | None
    ends_at: datetime | None
    zone: str

    @property
    def is_one_day(self) -> bool:
        return self.first == self.last if self.first else (self.ends_at - self.starts_at).days < 1


def closures(staff: StaffMember, table: Timetable, today: date) -> list[Shut]:
    """What is not over, soonest first."""
    columns = (Closure.id, Closure.name, Closure.location_id, Closure.first_on, Closure.last_on, Closure.starts_at, Closure.ends_at)
    rows = db.session.scalars(select(Closure).where(Closure.practice_id == staff.practice_id).options(load_only(*columns))).all()
    begins = datetime(today.year, today.month, today.day, tzinfo=UTC)
    coming = [row for row in rows if (row.last_on >= today if row.last_on else row.ends_at >= begins)]
    names = {place.id: (place.name, place.zone) for place in table.locations}
    where = [(row, *names.get(row.location_id, ("", table.zone))) for row in coming]
    found = [Shut(row.id, row.name, place, row.first_on, row.last_on, row.starts_at, row.ends_at, zone) for row, place, zone in where]
    return sorted(found, key=lambda one: (one.first or one.starts_at.date(), one.id))


def overrides(parts: Parts, practitioner: int, today: date) -> list[tuple[date, int, list]]:
    """(date, location, windows) of what is to come."""
    rows = ((date.fromisoformat(row[2]), row[1], row[3]) for row in parts["overrides"] if row[0] == practitioner)
    return sorted(row for row in rows if row[0] >= today)


def breaks(parts: Parts, practitioner: int, today: date) -> list[list]:
    """Rows of the parts: (practitioner, begins, ends, weekday, date, id), weekly ones first."""
    rows = [row for row in parts["breaks"] if row[0] == practitioner and (row[4] is None or date.fromisoformat(row[4]) >= today)]
    return sorted(rows, key=lambda row: (row[4] or "", row[3] or 0, row[1]))
