"""The smallest change of the plan that opens a day online, found by supposing it (MISSION F2).

A change is only proposed after it has opened the day, for this very person, and what it does to everybody else's times has been looked at:
it is made for one practitioner where the plan lets it be; if others' times would change, `Opening.others` says whose. What is taken is given.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from booking import behind, differing, effects
from booking.changes import HolidayWorked, OpenOn, OtherHours, Several
from booking.facts import Day
from booking.hours import local_date
from booking.occupancy import Occupancy
from booking.opening_steps import FARTHEST, Asked, steps
from booking.plan import Practitioner

Everything = Callable[[date, date], Occupancy]  # what is taken from everybody on these dates


@dataclass(frozen=True)
class Opening:
    """`change` opens the day with `practitioner`: `day` is what the person would then see. `others`: whose times change too, by id."""

    practitioner: Practitioner
    change: Several
    day: Day
    others: tuple[int, ...]


def opening(asked: Asked, people: Iterable[Practitioner], everything: Everything) -> Opening | None:
    """The least that opens the day with one of these people, before all without touching anybody else; None: no setting opens it.

    `everything` is for saying whom else a change would touch, which is asked only of what could be less.
    """
    best, known = None, {}
    for one in people:
        theirs = replace(asked, wish=replace(asked.wish, practitioner=one))
        for change in _ways(theirs):
            size = len(change.changes)
            if best and not best.others and len(best.change.changes) <= size:
                continue
            after = theirs.after(change)
            others = _others(theirs, after, change, everything, known)
            if best is None or (len(others), size) < (len(best.others), len(best.change.changes)):
                best = Opening(one, change, after.day, others)
        if best and not best.others and len(best.change.changes) == 1:
            break
    return best


def _ways(asked: Asked) -> Iterator[Several]:
    """What opens the day; where that is for everybody, first how it touches nobody else."""
    change = steps(asked)
    if change is not None:
        yield from filter(None, (_alone(asked, change), change))


def _alone(asked: Asked, change: Several) -> Several | None:
    """Where the whole practice would open: the same, with everybody else off on that date, as they are now."""
    if not any(isinstance(one, (OpenOn, HolidayWorked)) for one in change.changes):
        return None
    places = {place.id: place for place in asked.table.locations}
    off = [
        OtherHours(one.id, number, asked.on, ())
        for one in asked.table.practitioners()
        for number in behind.places(asked.parts, asked.table, one.id)
        if one.id != asked.who
        and any(
            local_date(places[number].zone, window.start) == asked.on
            for window in asked.table.windows(one.id, places[number], asked.on, asked.on)
        )
    ]
    return Several((*change.changes, *off)) if off else None


def _others(before: Asked, after: Asked, change: Several, everything: Everything, known: dict[str, set[int]]) -> tuple[int, ...]:
    """The ids of the other practitioners who would have other times, for any of their services. `known`: what was found of other changes."""
    mine = all(one.who() == after.who for one in change.changes)
    if mine and not (before.table.counts_open_days and before.table.is_open(before.on) != after.table.is_open(before.on)):
        return ()
    name = repr(change)
    if name not in known:
        known[name] = touched(before, after, everything)
    return tuple(one.id for one in before.table.practitioners() if one.id in known[name] and one.id != after.who)


def touched(before: Asked, after: Asked, everything: Everything) -> set[int]:
    """The ids of all who would have other times."""
    dates = differing.dates_by_person(before.table, after.table, *reach(before, after))
    if not dates:
        return set()
    first, last = min(low for low, _ in dates.values()), max(high for _, high in dates.values())
    return effects.others_times(before.table, after.table, first, last, before.now, everything(first, last), frozenset(dates))


def reach(before: Asked, after: Asked) -> tuple[date, date]:
    """The dates that a change can be seen on: from today to a while after the last bookable one."""
    today = before.table.today(before.now)
    last = max(before.on, before.table.last_bookable(before.now), after.table.last_bookable(before.now))
    return today, min(last + timedelta(days=7), today + timedelta(days=FARTHEST))
