"""The tables of the calendar: quarters of an hour down, practitioners, rooms or days across; or a list a day for everybody's week."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from typing import NamedTuple

from flask_babel import gettext

from booking.desk.calendar_days import Clock, PersonDay, Things, entries, ground, midnight_to_midnight, person_day, things_of
from booking.desk.calendar_faces import Faces
from booking.desk.calendar_facts import Blocked, Facts, Names, Visit, read
from booking.desk.calendar_form import Asked
from booking.desk.calendar_rows import HOUR_ROWS, QUARTER, Ground, lay, span
from booking.desk.calendar_tables import Column, Grid, Line, Row
from booking.timetable import Timetable
from portal.models import StaffMember

USUAL = (9, 17)  # the hours shown of a day on which nothing is


class Shown(NamedTuple):
    """What the page shows: a `grid`, or `lines` of a week with `clocks` for its `days`. `idle`: who is left out, having nothing."""

    facts: Facts
    faces: Faces
    grid: Grid | None
    lines: list[Line]
    clocks: list[Clock]
    idle: list[tuple[str, PersonDay]]

    @property
    def people(self) -> set[int]:
        return {one.profile for one in self.facts.visits}

    @property
    def days(self) -> list[date]:
        return [clock.day for clock in self.clocks]

    @property
    def is_empty(self) -> bool:
        return not self.lines and (self.grid is None or not self.grid.columns)


def to_a_row(now: int) -> int:
    """Free time begins with a row."""
    return -(-now // (QUARTER * 60)) * QUARTER * 60


def shown(staff: StaffMember, table: Timetable, asked: Asked, now: int, names: Names | None = None) -> Shown:
    """Two statements for what happens, one for names where they are not known."""
    low, high = midnight_to_midnight(table.zone, asked.first, asked.last)
    facts = read(staff, low, high, asked.only, names)
    now = to_a_row(now)
    days = [asked.first + timedelta(days=n) for n in range((asked.last - asked.first).days + 1)]
    clocks = [Clock(table.zone, day) for day in days]
    found = Shown(facts, Faces(table, facts, staff.practice), None, [], clocks, [])
    if asked.by_room:
        return found._replace(grid=_by_room(facts, clocks[0], now))
    people, theirs = _people(table, facts, asked), things_of(facts, clocks)
    if asked.is_week and len(people) == 1:
        return _one_week(found, table, *people[0], theirs, now)
    lines = [
        Line(name, public_id, [person_day(table, number, clock, theirs, now) for clock in clocks]) for number, public_id, name in people
    ]
    alone = len(lines) == 1 or bool(asked.chosen)  # who is asked for is shown, whatever the day holds
    here = [line for line in lines if alone or not line.is_empty]
    found = found._replace(idle=[] if alone else [(line.name, line.days[0]) for line in lines if line.is_empty])
    if asked.is_week:
        until = _until(line.days for line in here)
        return found._replace(lines=[line._replace(days=line.days[:until]) for line in here], clocks=clocks[:until])
    return found._replace(grid=_grid([(line.practitioner, line.name, line.practitioner, clocks[0], line.days[0]) for line in here], now))


def _people(table: Timetable, facts: Facts, asked: Asked) -> list[tuple[int, str, str]]:
    """(id, public id, name): who works here, then who is gone and had something on these days."""
    here = {one.id: (one.id, one.public_id, one.name) for one in table.practitioners() if asked.only is None or one.id in asked.only}
    gone = {one.practitioner for one in (*facts.visits, *facts.blocks)} - here.keys()
    named = facts.names.practitioners
    return [*here.values(), *((one, named[one][1], named[one][0]) for one in sorted(gone))]


def _one_week(found: Shown, table: Timetable, number: int, public_id: str, name: str, theirs: Things, now: int) -> Shown:
    days = [person_day(table, number, clock, theirs, now) for clock in found.clocks]
    clocks = found.clocks[: _until([days])]
    return found._replace(
        grid=_grid([(f"d{clock.day.isoformat()}", name, public_id, clock, day) for clock, day in zip(clocks, days)], now), clocks=clocks
    )


def _until(weeks: Iterable[list[PersonDay]]) -> int:
    """How many days of the week are shown: a weekend only when something is on it."""
    return max([4, *(n for days in weeks for n, day in enumerate(days) if not day.is_empty)]) + 1


def _grid(parts: list[tuple[str, str, str, Clock, PersonDay]], now: int) -> Grid:
    """From (key, name, practitioner, clock, day) of each column."""
    things = [entries(clock, day.things) for *_, clock, day in parts]
    spans = [(clock.minute(start), clock.minute(end)) for *_, clock, day in parts for start, end in day.present]
    top, bottom = span(spans + [(one.first, one.last) for found in things for one in found], USUAL)
    columns = []
    for (key, name, practitioner, clock, day), found in zip(parts, things):
        laid = lay(found, ground(clock, day, top, bottom), top)
        columns.append(Column(key, name, practitioner, clock.day, clock, day, laid.width, laid.cells))
    return _rows(columns, top, bottom, now)


def _by_room(facts: Facts, clock: Clock, now: int) -> Grid:
    """Every room, and what needs one and is in none."""
    by: dict[int | None, list[Visit | Blocked]] = defaultdict(list)
    for one in (*(visit for visit in facts.visits if visit.group is None), *facts.blocks):
        if one.start < clock.ends and one.end > clock.begins and (isinstance(one, Visit) or one.room or one.seats):
            by[one.room].append(one)
    things = {room: entries(clock, found) for room, found in by.items()}
    top, bottom = span([(one.first, one.last) for found in things.values() for one in found], USUAL)
    named = {**facts.names.rooms, **({None: gettext("No room")} if None in by else {})}
    bare, columns = [Ground("pause")] * (bottom - top), []
    for room, name in named.items():
        laid = lay(things.get(room, ()), bare, top)
        columns.append(Column(f"r{room or 0}", name, "", clock.day, clock, None, laid.width, laid.cells))
    return _rows(columns, top, bottom, now)


def _rows(columns: list[Column], top: int, bottom: int, now: int) -> Grid:
    if not columns:
        return Grid([], [])
    clock = columns[0].clock
    current = next((one.clock.minute(now) // QUARTER for one in columns if one.clock.begins < now < one.clock.ends), -1)
    rows = [
        Row(
            clock.words(clock.instant(row * QUARTER)),
            row % HOUR_ROWS == 0,
            row == current,
            [(one, cell) for one in columns for cell in one.cells.get(row, ())],
        )
        for row in range(top, bottom)
    ]
    return Grid(columns, rows)
