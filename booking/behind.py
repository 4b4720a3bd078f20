"""Which setting is behind a day without times: the rows of the plan that close it, the most specific level first (MISSION F2).

Pure: reads the parts of a timetable (booking/whatif.py), decides nothing. In words it stands in booking/behind_words.py.
"""

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from typing import NamedTuple

from booking.facts import Code, Day
from booking.holidays_of import public_holidays
from booking.hours import day_start
from booking.plan import Practitioner, Service, day_of
from booking.timetable import Timetable, timetable_of
from booking.whatif import RULES, Parts
from portal.models import Practice

LEVELS = ("service", "practitioner", "practice")  # the most specific one that says something wins


class Source(NamedTuple):
    """A row of the plan, or a part of it without one. `kind` names what it is about; `columns` are those of the row that matter here.

    `part` is a table of the parts; `row` None: nobody set anything there, it came with the house, the calendar of public holidays …
    `level` with its `number` (an id) is whose setting it is.
    """

    kind: str
    part: str
    row: list | None
    level: str = "practice"
    number: int | None = None
    columns: tuple[str, ...] = ()

    @property
    def row_id(self) -> int | None:
        if self.row is None:
            return None
        return self.row[0] if self.part in ("services", "practitioners") else self.row[-1]


def sources(
    practice: Practice,
    parts: Parts,
    table: Timetable,
    service: Service,
    people: Iterable[int],
    day: Day,
    is_reached: Callable[[list], bool],
) -> list[Source]:
    """What closes `day` for these practitioners (ids), each setting once; nothing where no setting does: full, held, over.

    `is_reached(row)`: whether a cap of the parts is the one, which only the engine can say.
    """
    found: dict[Source, None] = {}
    for who in people:
        for source in _of(practice, parts, table, service, who, day, is_reached):
            found.setdefault(_comparable(source), source)
    return list(found.values())


def _comparable(source: Source) -> tuple:
    return (*source[:2], str(source.row), *source[3:])


def _of(practice: Practice, parts: Parts, table: Timetable, service: Service, who: int, day: Day, is_reached) -> Iterable[Source]:
    match day.code:
        case Code.NO_WORKING_HOURS:
            return [*breaks(practice, parts, table, service, who, day.date), _hours(parts, who, day.date)]
        case Code.CLOSED_HOLIDAY:
            return closures(practice, parts, table, who, day.date)
        case Code.PRACTITIONER_AWAY:
            return [Source("away", "times_off", row, "practitioner", who) for row in absences(parts, table, who, day.date)]
        case Code.DOES_NOT_FIT:
            cut = [Source("away", "times_off", row, "practitioner", who) for row in absences(parts, table, who, day.date)]
            cut += [*map(_break, _breaks_on(parts, who, day.date)), *closures(practice, parts, table, who, day.date)]
            return [*_lengths(parts, service, who), _hours(parts, who, day.date), *cut]
        case Code.BEYOND_HORIZON:
            return [rule(parts, service.id, who, "horizon")]
        case Code.TOO_SOON:
            return [
                rule(parts, service.id, who, name)
                for name in ("notice_minutes", "cutoff_minute")
                if name == "notice_minutes" or said(parts, service.id, who, name)
            ]
        case Code.CAP:
            return [_cap(row) for row in caps(parts, service.id, who) if is_reached(row)]
        case Code.PATIENT_LIMIT:
            name = {"most_upcoming": "most_upcoming", "per_day": "one_per_day"}.get(day.params.get("limit"))
            return [rule(parts, service.id, who, name)] if name else []
    return []


def _lengths(parts: Parts, service: Service, who: int) -> Iterable[Source]:
    """What of a service decides whether it fits into hours: its length, its pauses if they must, its grid if that is the clock's."""

    def of(kind: str, *columns: str) -> Source:
        return Source(kind, "services", _row(parts, "services", service.id), "service", service.id, columns)

    yield of("length", "duration_minutes")
    if service.buffers_inside and (service.before_minutes or service.after_minutes):
        yield of("pauses", "before_minutes", "after_minutes", "buffers_inside")
    grid = said(parts, service.id, who, "anchor_midnight")
    if grid and grid.row[2 + RULES.index("anchor_midnight")]:
        yield from (grid, of("step", "step_minutes"))


def against(parts: Parts, service: Service, who: Practitioner | None, kind: str) -> list[Source]:
    """What keeps a person from booking this at all. `kind`: "closed_to_new", "takes_no_new", "for_people" or "offline"."""
    rows = {"service": _row(parts, "services", service.id)} | ({"practitioner": _row(parts, "practitioners", who.id)} if who else {})
    match kind:
        case "takes_no_new":
            return [Source("takes_no_new", "practitioners", rows["practitioner"], "practitioner", who.id, ("closed_to_new_at",))]
        case "for_people":
            return [Source("for_people", "services", rows["service"], "service", service.id, ("for_people",))]
        case "offline":
            closed = [(level, row) for level, row in rows.items() if row[-1 if level == "service" else -2] is not None]
            return [Source("offline", f"{level}s", row, level, row[0], ("offline_at",)) for level, row in closed]
    return [Source("closed_to_new", "practices", None)]


def _row(parts: Parts, table: str, number: int) -> list:
    return next(row for row in parts[table] if row[0] == number)


# --- rules, of which the most specific level wins column by column ---


def rule(parts: Parts, service: int, who: int, column: str) -> Source:
    """The level that says something in this column; without a row it is what the house comes with."""
    return said(parts, service, who, column) or Source(column, "rules", None, columns=(column,))


def said(parts: Parts, service: int, who: int, column: str) -> Source | None:
    at = 2 + RULES.index(column)
    for level, number in zip(LEVELS, (service, who, None)):
        row = next((row for row in parts["rules"] if row[:2] == _where(level, number)), None)
        if row is not None and row[at] is not None:
            return Source(column, "rules", row, level, number, (column,))
    return None


def _where(level: str, number: int | None) -> list:
    return [None, number] if level == "service" else [number, None]


def caps(parts: Parts, service: int, who: int) -> list[list]:
    """The caps in whose scope this practitioner's appointments for this service lie."""
    return [row for row in parts["caps"] if row[0] in (None, who) and row[1] in (None, service)]


def _cap(row: list) -> Source:
    level, number = ("practitioner", row[0]) if row[0] else ("service", row[1]) if row[1] else ("practice", None)
    return Source("cap", "caps", row, level, number, ("max_count", "max_minutes"))


# --- hours, absences, closures ---


def _hours(parts: Parts, who: int, day: date) -> Source:
    """The override of the date, else a weekly row that holds before or after it or is for other services, else: no hours on that weekday."""
    iso = day.isoformat()
    override = next((row for row in parts["overrides"] if row[0] == who and row[2] == iso), None)
    if override is not None:
        return Source("override", "overrides", override, "practitioner", who)
    weekly = [row for row in parts["hours"] if row[0] == who and row[2] == day.weekday()]
    latest = max(weekly, key=lambda row: (_holds(row, day), row[6] or "9999", row[3]), default=None)
    return Source("hours", "hours", latest, "practitioner", who)


def breaks(practice: Practice, parts: Parts, table: Timetable, service: Service, who: int, day: date) -> list[Source]:
    """The breaks without which there would be hours on this date: each that alone is in the way, or else all of them together."""
    theirs = _breaks_on(parts, who, day)

    def hides(rows: list[list]) -> bool:
        without = timetable_of(practice, {**parts, "breaks": [row for row in parts["breaks"] if row not in rows]}, table)
        windows = (window for place in table.locations for window in without.windows(who, place, day, day))
        return any(window.services is None or service.id in window.services for window in windows)

    named = [row for row in theirs if hides([row])] or (theirs if len(theirs) > 1 and hides(theirs) else [])
    return [_break(row) for row in named]


def _breaks_on(parts: Parts, who: int, day: date) -> list[list]:
    """Those that touch a date; one of the eve may run past midnight."""
    eve = day - timedelta(days=1)
    dates = [({day.weekday(), day.isoformat()}, False), ({eve.weekday(), eve.isoformat()}, True)]
    return [
        row
        for row in parts["breaks"]
        if row[0] == who and any({row[3], row[4]} & names and (row[2] <= row[1] or not night) for names, night in dates)
    ]


def _break(row: list) -> Source:
    return Source("break", "breaks", row, "practitioner", row[0])


def _holds(row: list, day: date) -> bool:
    return (row[5] is None or day_of(row[5]) <= day) and (row[6] is None or day <= day_of(row[6]))


def places(parts: Parts, table: Timetable, who: int) -> list[int]:
    """The locations a practitioner has hours at, by id; the first one there is for somebody without hours."""
    known = {place.id for place in table.locations}
    theirs = sorted({row[1] for row in (*parts["hours"], *parts["overrides"]) if row[0] == who and row[1] in known})
    return theirs or [place.id for place in table.locations[:1]]


def closures(practice: Practice, parts: Parts, table: Timetable, who: int, day: date) -> list[Source]:
    """The closures staff entered that touch this date where the practitioner works, and the public holiday if it is one that is not worked."""
    found, here = [], set(places(parts, table, who))
    for row in parts["closures"]:
        if row[0] is None or row[0] in here:
            zone = table.location_by_id(row[0] or min(here)).zone
            dates = row[2] is not None and day_of(row[2]) <= day <= day_of(row[3])
            span = row[2] is None and row[4] < day_start(zone, day, 1) and row[5] > day_start(zone, day)
            found += [Source("closure", "closures", row)] if dates or span else []
    return [*found, Source("holiday", "holidays_worked", None)] if holiday(practice, parts, day) else found


def holiday(practice: Practice, parts: Parts, day: date) -> str:
    """The name of the public holiday on a date on which nobody works; an empty string on any other."""
    if any(row[0] == day.isoformat() for row in parts["holidays_worked"]):
        return ""
    return next((name for on, name in public_holidays(practice.country, practice.region, day.year, practice.language) if on == day), "")


def absences(parts: Parts, table: Timetable, who: int, day: date) -> list[list]:
    zone = table.zone_of(who)
    begins, over = day_start(zone, day), day_start(zone, day, 1)
    return [row for row in parts["times_off"] if row[0] == who and row[1] < over and row[2] > begins]
