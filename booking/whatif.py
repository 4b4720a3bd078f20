"""The plan as it would be: pure functions from the parts of a timetable to other parts, for previews before anything is saved.

`Parts` are what booking/snapshot.py reads: table → rows, each a list of its columns in that order, dates as ISO text, instants as epoch
seconds. Rows that staff change end with their id: None is a row that does not exist yet, `-7` a copy of row 7 with other values (so that
what is not in the parts, a private reason for instance, goes along). No function changes what it is given.
"""

from collections.abc import Callable, Iterable
from datetime import date, timedelta

from booking.timetable import timetable_of

__all__ = [
    "Parts", "timetable_of", "with_break", "with_cap", "with_closure", "with_hours", "with_hours_until", "with_holiday_worked",
    "with_override", "with_row_out", "with_rules", "with_time_off", "without_closed_date", "without_override", "without_time_off",
]  # fmt: skip

Parts = dict[str, list[list]]
Opens = tuple[int, int, tuple[int, ...] | None]  # from, to in minutes, and the services it is for; None: all

LEVELS = {"practice": 0, "practitioner": 0, "service": 1}  # where a level's number stands in a row of the rules
RULES = ("horizon", "notice_minutes", "cutoff_minute", "change_notice_minutes", "most_upcoming", "one_per_day", "anchor_midnight")


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _in_place(parts: Parts, table: str, of: Callable[[list], Iterable[list]]) -> Parts:
    """Every row of a table replaced by those it becomes."""
    return {**parts, table: [new for row in parts[table] for new in of(row)]}


def _plus(parts: Parts, table: str, *rows: list) -> Parts:
    return {**parts, table: [*parts[table], *rows]}


def with_row_out(parts: Parts, table: str, number: int) -> Parts:
    """Without the row of this id: a break, a cap, a time off, a closure, an override."""
    return {**parts, table: [row for row in parts[table] if row[-1] != number]}


# --- hours ---


def with_hours(
    parts: Parts, practitioner: int, location: int, weekday: int, windows: tuple[Opens, ...], start: date, until: date | None = None
) -> Parts:
    """Other hours on a weekday (0 is Monday) from `start` on, up to `until`, inclusive, or to where the next planned ones begin.

    What held before `start` stays as it was: rows that began earlier end the day before. Hours that are what they were change nothing.
    """
    last = _last_day(parts, practitioner, location, weekday, start, until)
    if _same(hours_on(parts, practitioner, location, weekday, start), windows) and _steady(
        parts, practitioner, location, weekday, start, last
    ):
        return parts

    def cut(row: list) -> list[list]:
        if tuple(row[:3]) != (practitioner, location, weekday):
            return [row]
        return [
            [*row[:5], _iso(first), _iso(end), *row[7:-1], number] for first, end, number in _left(row[5], row[6], start, last, row[-1])
        ]

    new = [
        [practitioner, location, weekday, opens, closes, _iso(start), _iso(last), None if only is None else list(only), None]
        for opens, closes, only in windows
    ]
    return _plus(_in_place(parts, "hours", cut), "hours", *new)


def _left(begins: str | None, ends: str | None, start: date, last: date | None, number: int) -> list[tuple]:
    """What of a validity is left outside `start`..`last`: `(first, last, id)`; the part after is a copy if the part before stays."""
    first, end, found = _day(begins), _day(ends), []
    if (end is not None and end < start) or (last is not None and first is not None and first > last):
        return [(first, end, number)]
    if first is None or first < start:
        found.append((first, start - timedelta(days=1), number))
    if last is not None and (end is None or end > last):
        found.append((last + timedelta(days=1), end, -number if found else number))
    return found


def _last_day(parts: Parts, practitioner: int, location: int, weekday: int, start: date, until: date | None) -> date | None:
    """Where new hours end: the day before the next planned ones begin."""
    later = [
        _day(row[5]) for row in parts["hours"] if tuple(row[:3]) == (practitioner, location, weekday) and row[5] and _day(row[5]) > start
    ]
    ends = [day - timedelta(days=1) for day in later] + ([until] if until else [])
    return min(ends, default=None)


def hours_on(parts: Parts, practitioner: int, location: int, weekday: int, day: date) -> tuple[Opens, ...]:
    """The windows of a weekday that hold around a date (which need not be that weekday), in order."""
    rows = (row for row in parts["hours"] if tuple(row[:3]) == (practitioner, location, weekday) and _holds(row, day))
    return tuple(sorted(((row[3], row[4], None if row[7] is None else tuple(row[7])) for row in rows), key=str))


def _holds(row: list, day: date) -> bool:
    return (row[5] is None or _day(row[5]) <= day) and (row[6] is None or day <= _day(row[6]))


def _same(one: tuple[Opens, ...], other: tuple[Opens, ...]) -> bool:
    return sorted(map(str, one)) == sorted(map(str, other))


def _steady(parts: Parts, practitioner: int, location: int, weekday: int, start: date, last: date | None) -> bool:
    """Do the hours of `start` hold until `last`, so that saying them again says nothing new?"""
    rows = [row for row in parts["hours"] if tuple(row[:3]) == (practitioner, location, weekday) and _holds(row, start)]
    return all(row[6] is None or (last is not None and _day(row[6]) >= last) for row in rows)


def with_hours_until(parts: Parts, practitioner: int, location: int, ended: date, until: date | None = None) -> Parts:
    """Hours that would end on the date `ended` go on until `until`, None: without an end; to where others begin, if they do."""

    def longer(row: list) -> list[list]:
        if row[0] != practitioner or row[1] != location or _day(row[6]) != ended:
            return [row]
        last = _last_day(parts, practitioner, location, row[2], ended, until)
        return [[*row[:6], _iso(last), *row[7:]]]

    return _in_place(parts, "hours", longer)


def with_override(parts: Parts, practitioner: int, location: int, on: date, windows: tuple[tuple[int, int], ...]) -> Parts:
    """Other hours on one date; none: does not work."""
    number = next((row[-1] for row in parts["overrides"] if row[:3] == [practitioner, location, on.isoformat()]), None)
    without = without_override(parts, practitioner, location, on)
    return _plus(without, "overrides", [practitioner, location, on.isoformat(), [list(hours) for hours in windows], number])


def without_override(parts: Parts, practitioner: int, location: int, on: date) -> Parts:
    return {**parts, "overrides": [row for row in parts["overrides"] if row[:3] != [practitioner, location, on.isoformat()]]}


def with_break(parts: Parts, practitioner: int, begins: int, ends: int, weekday: int | None = None, on: date | None = None) -> Parts:
    return _plus(parts, "breaks", [practitioner, begins, ends, weekday, _iso(on), None])


# --- away and closed ---


def with_time_off(parts: Parts, practitioner: int, starts: int, ends: int) -> Parts:
    return _plus(parts, "times_off", [practitioner, starts, ends, None])


def without_time_off(parts: Parts, practitioner: int, starts: int, ends: int) -> Parts:
    """The practitioner is here between two instants after all: what lies outside of them stays time off."""

    def cut(row: list) -> list[list]:
        who, begins, over, number = row
        if who != practitioner or over <= starts or begins >= ends:
            return [row]
        left = [(begins, starts)] * (begins < starts) + [(ends, over)] * (ends < over)
        return [[who, *span, -number if n else number] for n, span in enumerate(left)]

    return _in_place(parts, "times_off", cut)


def with_closure(
    parts: Parts,
    location: int | None,
    name: str,
    first: date | None = None,
    last: date | None = None,
    starts: int | None = None,
    ends: int | None = None,
) -> Parts:
    """Whole local dates inclusive, or a span of instants."""
    return _plus(parts, "closures", [location, name, _iso(first), _iso(last), starts, ends, None])


def without_closed_date(parts: Parts, number: int, day: date) -> Parts:
    """One date of a closure of whole dates is worked after all; the days around it stay closed."""

    def cut(row: list) -> list[list]:
        if row[-1] != number or row[2] is None:
            return [row]
        left = _left(row[2], row[3], day, day, number)
        return [[*row[:2], _iso(begins), _iso(ends), *row[4:-1], known] for begins, ends, known in left]

    return _in_place(parts, "closures", cut)


def with_holiday_worked(parts: Parts, day: date, worked: bool = True) -> Parts:
    """A public holiday is worked, or is not any more."""
    if not worked:
        return {**parts, "holidays_worked": [row for row in parts["holidays_worked"] if row[0] != day.isoformat()]}
    if any(row[0] == day.isoformat() for row in parts["holidays_worked"]):
        return parts
    return _plus(parts, "holidays_worked", [day.isoformat(), None])


# --- rules ---


def rules_of(parts: Parts, level: str, number: int | None = None) -> dict:
    """What a level says, column by column; all None where it says nothing. `level`: "practice", "practitioner" or "service"."""
    return dict(zip(RULES, next((row[2:-1] for row in parts["rules"] if row[:2] == _level(level, number)), [None] * len(RULES))))


def with_rules(parts: Parts, level: str, number: int | None = None, **columns) -> Parts:
    """Some columns of a level set; None leaves the word to the next level up. A level that says nothing any more has no row."""
    where = _level(level, number)
    said = {**rules_of(parts, level, number), **columns}
    known = next((row[-1] for row in parts["rules"] if row[:2] == where), None)
    rows = [row for row in parts["rules"] if row[:2] != where]
    if level == "practice" or any(value is not None for value in said.values()):
        rows.append([*where, *(said[name] for name in RULES), known])
    return {**parts, "rules": rows}


def _level(level: str, number: int | None) -> list:
    where = [None, None]
    where[LEVELS[level]] = number
    return where


def with_cap(
    parts: Parts, period: str, max_count: int | None = None, max_minutes: int | None = None, practitioner: int | None = None,
    service: int | None = None, location: int | None = None, number: int | None = None,
) -> Parts:  # fmt: skip
    """One more cap, or another value of the one with this id."""
    without = parts if number is None else with_row_out(parts, "caps", number)
    return _plus(without, "caps", [practitioner, service, location, period, max_count, max_minutes, number])
