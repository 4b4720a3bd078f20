"""Whose times another plan may change, and on which dates: found by comparing what the engine is told, before it is asked. Pure."""

from datetime import date, timedelta

from booking.hours import local_date
from booking.judgement import AHEAD
from booking.timetable import Timetable

RULES = ("rules", "caps")
DAY = timedelta(days=1)  # what begins on the eve may reach into a stretch that differs


def dates_by_person(before: Timetable, after: Timetable, first: date, last: date) -> dict[int, tuple[date, date]]:
    """Practitioner id → the dates of `first`..`last` on which their times may differ; who is not in it keeps all of theirs."""
    everybody = [one.id for one in before.practitioners()]
    if _counts_others(before, after, first, last):
        return dict.fromkeys(everybody, (first, last))
    ruled, found = _ruled(before, after), {}
    closed = {place: _unlike(*(table.closures(place, first, last + AHEAD) for table in (before, after))) for place in before.locations}
    for who in everybody:
        if ruled & {None, who}:
            found[who] = first, last
        elif dates := _dates(before, after, who, closed, first, last):
            found[who] = dates
    return found


def _counts_others(before: Timetable, after: Timetable, first: date, last: date) -> bool:
    """Where open days are counted, one more of them moves everybody's horizon or deadline."""
    if not (before.counts_open_days or after.counts_open_days):
        return False
    return any(before.is_open(day) != after.is_open(day) for day in (first + timedelta(days=n) for n in range((last - first).days + 1)))


def _ruled(before: Timetable, after: Timetable) -> set[int | None]:
    """For whom a rule or a cap differs; None: for all."""
    pairs = [(before.parts[table], after.parts[table]) for table in RULES]
    return {row[0] for one, other in pairs for row in (*_without(one, other), *_without(other, one))}


def _without(rows: list, others: list) -> list:
    return [] if rows is others else [row for row in rows if row not in others]


def _dates(before: Timetable, after: Timetable, who: int, closed: dict, first: date, last: date) -> tuple[date, date] | None:
    away = _unlike(before.absences(who), after.absences(who))
    near = []
    for place in before.locations:
        planned = [table.windows(who, place, first, last + AHEAD) for table in (before, after)]
        if any(planned):
            spans = [*_unlike(*planned), *away, *closed[place]]
            near += [local_date(place.zone, at) for span in spans for at in (span[0], span[1])]
    low, high = max(min(near, default=last + DAY) - DAY, first), min(max(near, default=first - DAY) + DAY, last)
    return (low, high) if low <= high else None


def _unlike(one: tuple, other: tuple) -> set[tuple]:
    return set() if one == other else {*one} ^ {*other}
