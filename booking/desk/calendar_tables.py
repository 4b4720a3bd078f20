"""The tables that the calendar is shown as: rows of quarters of an hour over columns, or a line of days for each practitioner."""

from datetime import date
from typing import NamedTuple

from booking.desk.calendar_days import Clock, PersonDay
from booking.desk.calendar_rows import Cell


class Column(NamedTuple):
    """`key` is unique in the table; `practitioner` a public id, empty for a room; `day` None for a day view's column."""

    key: str
    name: str
    practitioner: str
    day: date
    clock: Clock
    facts: PersonDay | None
    width: int
    cells: dict[int, list[Cell]]


class Row(NamedTuple):
    """`cells` are (column, cell) from left to right; `label` in words; `on_the_hour` begins an hour."""

    label: str
    on_the_hour: bool
    is_now: bool
    cells: list[tuple[Column, Cell]]


class Grid(NamedTuple):
    columns: list[Column]
    rows: list[Row]


class Line(NamedTuple):
    """A practitioner with a PersonDay for each day, in the order of the days."""

    name: str
    practitioner: str
    days: list[PersonDay]

    @property
    def is_empty(self) -> bool:
        return all(day.is_empty for day in self.days)
