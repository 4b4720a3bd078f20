"""Before the calendar runs out: horizons that end on a date, and hours that end without others after them (MISSION F2). Pure."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import NamedTuple

from booking import behind
from booking.behind import Source
from booking.changes import Change, HoursGoOn, NewRules, Several
from booking.horizon import Horizon, ReleaseList, Until, from_dict, to_dict
from booking.hours import local_date, local_minute
from booking.plan import day_of
from booking.timetable import Timetable
from booking.whatif import Parts

AHEAD = timedelta(days=21)  # so much warning staff get
ONCE_MORE = timedelta(days=60)  # how much farther the remedy lets a fixed date reach


class Ending(NamedTuple):
    """`last` is the last date that can be booked as things stand; `remedy` the change that lets it go on. `key` names it in an address.

    `level` and `number` say whose it is, as in the rules; `kind` is "until", "releases" or "hours".
    """

    key: str
    kind: str
    level: str
    number: int | None
    last: date
    remedy: Change


def endings(parts: Parts, table: Timetable, now: int) -> list[Ending]:
    """What ends within three weeks, or has ended, soonest first; each calendar once."""
    found = [one for one in (*_horizons(parts, table, now), *_hours(parts, table, now)) if one.last <= table.today(now) + AHEAD]
    return sorted(found, key=lambda one: (one.last, one.key))


def _horizons(parts: Parts, table: Timetable, now: int) -> Iterator[Ending]:
    """Horizons in force that come to a fixed end: a date, or a list of releases with none to come that reaches farther."""
    for source in _in_force(parts, table):
        horizon = from_dict(source.row[2], table.zone, table.is_open)
        last = _end(horizon)
        if last is not None:
            longer = max(last, table.today(now)) + ONCE_MORE
            if isinstance(horizon, Until):
                other = Until(longer)
            else:
                other = replace(horizon, releases=(*horizon.releases, (local_date(table.zone, now), local_minute(table.zone, now), longer)))
            key, kind = f"{source.level}-{source.number or 0}", "until" if isinstance(horizon, Until) else "releases"
            yield Ending(key, kind, source.level, source.number, last, NewRules(source.level, source.number, {"horizon": to_dict(other)}))


def _in_force(parts: Parts, table: Timetable) -> list[Source]:
    """The rows whose horizon some patient meets, each once."""
    pairs = ((service, who) for service in table.services() for who in table.offered_by(service))
    said = (behind.said(parts, service.id, who.id, "horizon") for service, who in pairs)
    return list({(one.level, one.number): one for one in said if one}.values())


def _end(horizon: Horizon) -> date | None:
    match horizon:
        case Until():
            return horizon.on
        case ReleaseList():
            return max((through for _on, _at, through in horizon.releases), default=None)
    return None


def _hours(parts: Parts, table: Timetable, now: int) -> Iterator[Ending]:
    """Practitioners whose every weekly row has a last date. Dates of their own (overrides) after it are days, not a schedule."""
    today, booked = table.today(now), {who.id for service in table.services() for who in table.offered_by(service)}
    for one in table.practitioners():
        rows = [row for row in parts["hours"] if row[0] == one.id and table.location_by_id(row[1])]
        if not rows or one.id not in booked or any(row[6] is None for row in rows):
            continue
        ended = max(day_of(row[6]) for row in rows)
        if ended < today - AHEAD:
            continue  # nobody has missed them for three weeks
        longer = tuple(HoursGoOn(one.id, place, ended) for place in sorted({row[1] for row in rows if day_of(row[6]) == ended}))
        yield Ending(f"hours-{one.id}", "hours", "practitioner", one.id, ended, longer[0] if len(longer) == 1 else Several(longer))
