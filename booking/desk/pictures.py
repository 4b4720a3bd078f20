"""What the pictures on the Today page show: how much is booked day by day, how full the next days are, what is still free.

Three statements, whoever works here and however many come. Practitioners see their own. How full: the share of their hours that is taken by
appointments, groups and blocks. What is free is asked of the engine, for staff: neither horizon nor notice stand in the way.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import func, select

from booking.hours import Window, day_start, day_starts, subtract
from booking.judgement import answer, taken_by_all
from booking.models import Appointment
from booking.models.appointment import BLOCKING
from booking.occupancy import Occupancy
from booking.plan import Practitioner, Service
from booking.timetable import Timetable
from booking.wishes import Wish
from portal.database import db
from portal.models import StaffMember

BEHIND, AHEAD = 14, 14  # days of the line; today is the first of those ahead
DAYS = 7  # of the table
STEPS = 5


class Cell(NamedTuple):
    """How full one day is, in per cent; None on a day off."""

    day: date
    percent: int | None

    @property
    def step(self) -> int:
        """The colour, 0 to 4."""
        return 0 if self.percent is None else min(self.percent * STEPS // 100, STEPS - 1)


class Row(NamedTuple):
    """A practitioner's next days. `service`: the one of middle length they offer, of which so many still fit, `free` day by day; None: they offer nothing."""

    practitioner: Practitioner
    cells: tuple[Cell, ...]
    service: Service | None
    free: tuple[int, ...]


class Pictures(NamedTuple):
    """`counts`: appointments that stand on each date from `first` on. `rows` only of those who work on one of `days`."""

    first: date
    counts: tuple[int, ...]
    days: tuple[date, ...]
    rows: tuple[Row, ...]

    @property
    def by_day(self) -> list[tuple[date, int]]:
        return [(self.first + timedelta(days=n), count) for n, count in enumerate(self.counts)]

    @property
    def behind(self) -> int:
        return sum(self.counts[:BEHIND])

    @property
    def ahead(self) -> int:
        return sum(self.counts[BEHIND:])

    @property
    def free(self) -> tuple[int, ...]:
        """Day by day, everybody together."""
        return tuple(map(sum, zip(*(row.free for row in self.rows)))) or (0,) * DAYS


def pictures(staff: StaffMember, table: Timetable, today: date, now: datetime, only: int | None) -> Pictures:
    """`only`: the one practitioner to show, None for all."""
    people = [one for one in table.practitioners() if only in (None, one.id)]
    days = tuple(today + timedelta(days=n) for n in range(DAYS))
    known = taken_by_all(table, days[0], days[-1], int(now.timestamp()))
    rows = [_row(table, one, days, known, int(now.timestamp())) for one in people]
    rows = [row for row in rows if any(cell.percent is not None for cell in row.cells)]
    worked = [any(row.cells[n].percent is not None for row in rows) for n in range(DAYS)]
    shown = tuple(day for day, open_ in zip(days, worked) if open_)
    rows = [row._replace(cells=tuple(cell for cell, open_ in zip(row.cells, worked) if open_)) for row in rows]
    first = today - timedelta(days=BEHIND)
    return Pictures(first, _counts(staff, table, first, only), shown, tuple(rows))


def _counts(staff: StaffMember, table: Timetable, first: date, only: int | None) -> tuple[int, ...]:
    """By the date on the clock where it takes place."""
    days = [(first + timedelta(days=n)).isoformat() for n in range(BEHIND + AHEAD)]
    low, high = day_start(table.zone, first, -1), day_start(table.zone, first, BEHIND + AHEAD + 1)
    on = func.substr(Appointment.wall_start, 1, 10)
    mine = () if only is None else (Appointment.practitioner_id == only,)
    here = (Appointment.practice_id == staff.practice_id, Appointment.status.in_(BLOCKING), *mine)
    span = (Appointment.starts_at >= _at(low), Appointment.starts_at < _at(high))
    found = dict(db.session.execute(select(on, func.count()).where(*here, *span).group_by(on)).all())
    return tuple(found.get(day, 0) for day in days)


def _at(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _row(table: Timetable, one: Practitioner, days: tuple[date, ...], known: Occupancy, now: int) -> Row:
    busy = [Window(row.start, row.end) for row in known.busy.get(one.id, ())]
    cells = tuple(Cell(day, _percent(_present(table, one.id, day), busy)) for day in days)
    service = _usual(table, one)
    if service is None:
        return Row(one, cells, None, (0,) * len(days))
    found = answer(table, Wish(service, practitioner=one, staff=True), days[0], days[-1], now, known)
    length = (service.duration_minutes + max(service.before_minutes, service.after_minutes)) * 60
    return Row(one, cells, service, tuple(_fitting(day.starts, length) for day in found))


def _usual(table: Timetable, one: Practitioner) -> Service | None:
    theirs = sorted(
        (service for service in table.all_services() if one.id in service.practitioners), key=lambda service: service.duration_minutes
    )
    return theirs[(len(theirs) - 1) // 2] if theirs else None


def _fitting(starts: Iterable[int], length: int) -> int:
    """How many of these starts can be taken one after the other."""
    count, free_from = 0, 0
    for start in starts:
        if start >= free_from:
            count, free_from = count + 1, start + length
    return count


def _present(table: Timetable, practitioner_id: int, day: date) -> list[Window]:
    """Their hours on a date, closures and absences taken out."""
    found = []
    for place in table.locations:
        begins, ends = day_starts(place.zone, day, day)
        planned = [Window(max(w.start, begins), min(w.end, ends)) for w in table.windows(practitioner_id, place, day, day)]
        found += subtract(subtract(planned, table.closures(place, day, day)), table.absences(practitioner_id))
    return found


def _percent(present: list[Window], busy: list[Window]) -> int | None:
    whole = sum(window.end - window.start for window in present)
    if not whole:
        return None
    left = sum(window.end - window.start for window in subtract(present, busy))
    return round(100 * (whole - left) / whole)
