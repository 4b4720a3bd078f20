"""The smallest change of the plan that opens a day online, found by supposing it (MISSION F2).

A change is only proposed after it has opened the day, for this very person, and what it does to everybody else's times has been looked at:
it is made for one practitioner where the plan lets it be; if others' times would change, `Opening.others` says whose. What is taken is given.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from booking import behind
from booking.changes import HolidayWorked, OpenOn, OtherHours, Several
from booking.facts import Day
from booking.hours import local_date
from booking.judgement import answer
from booking.occupancy import Occupancy
from booking.opening_steps import FARTHEST, Asked, steps
from booking.plan import Practitioner
from booking.timetable import Timetable
from booking.whatif import Parts
from booking.wishes import Wish


@dataclass(frozen=True)
class Opening:
    """`change` opens the day with `practitioner`: `day` is what the person would then see. `others`: whose times change too, by id."""

    practitioner: Practitioner
    change: Several
    day: Day
    others: tuple[int, ...]


def opening(asked: Asked, people: Iterable[Practitioner], everything: Occupancy) -> Opening | None:
    """The least that opens the day with one of these people, before all without touching anybody else; None: no setting opens it.

    `everything`: what is taken from everybody, for saying whom else a change would touch.
    """
    found = []
    for one in people:
        theirs = replace(asked, wish=replace(asked.wish, practitioner=one))
        change = steps(theirs)
        if change is not None:
            found += [_judged(theirs, each, everything) for each in (change, _alone(theirs, change)) if each]
    return min(found, key=lambda one: (len(one.others), len(one.change.changes)), default=None)


def _judged(theirs: Asked, change: Several, everything: Occupancy) -> Opening:
    after = replace(theirs, parts=change.on(theirs.parts))
    return Opening(theirs.wish.practitioner, change, after.of(after.parts), touched(theirs, after, change, everything))


def _alone(asked: Asked, change: Several) -> Several | None:
    """Where the whole practice would open: the same, with everybody else off on that date, as they are now."""
    if not any(isinstance(one, (OpenOn, HolidayWorked)) for one in change.changes):
        return None
    places = {place.id: place for place in asked.table.locations}
    off = [
        OtherHours(one.id, number, asked.on, ())
        for one in asked.table.practitioners()
        for number in behind.places(asked.parts, asked.table, one.id)
        if one.id != asked.who and any(local_date(places[number].zone, window.start) == asked.on for window in asked.table.windows(one.id, places[number], asked.on, asked.on))
    ]
    return Several((*change.changes, *off)) if off else None


def touched(before: Asked, after: Asked, change: Several, everything: Occupancy) -> tuple[int, ...]:
    """The ids of the other practitioners who would have other times, for any of their services."""
    mine = all(one.who() == after.who for one in change.changes)
    if mine and not (counts_open_dates(before.parts) and before.table.is_open(before.on) != after.table.is_open(before.on)):
        return ()
    first, last = reach(before, after)

    def times(table: Timetable, who: Practitioner) -> list:
        wishes = (Wish(service, who) for service in table.services() if who.id in service.practitioners)
        return [[day.starts for day in answer(table, wish, first, last, before.now, everything)] for wish in wishes]

    others = (one for one in before.table.practitioners() if one.id != after.who)
    return tuple(one.id for one in others if times(before.table, one) != times(after.table, one))


def counts_open_dates(parts: Parts) -> bool:
    """Whether any rule counts the days on which somebody works, so that one more of them moves others."""
    return any((row[2] or {}).get("count") == "open_days" or row[4] is not None for row in parts["rules"])


def reach(before: Asked, after: Asked) -> tuple[date, date]:
    """The dates that a change can be seen on: from today to a while after the last bookable one."""
    today = before.table.today(before.now)
    last = max(before.on, before.table.last_bookable(before.now), after.table.last_bookable(before.now))
    return today, min(last + timedelta(days=7), today + timedelta(days=FARTHEST))


