"""Several people in one visit (AVAILABILITY §9): one after another, or side by side, all of them or nobody.

Each appointment is placed by the same predicate as any other: what is placed already is a fact for the next one.
"""

from collections.abc import Hashable, Iterator
from dataclasses import replace
from datetime import date
from typing import NamedTuple

from booking.availability import availability, check
from booking.facts import Busy, Counted, Facts, Policy, Query
from booking.hours import day_start, local_date

TRIES = 150  # placements looked at for one beginning; beyond that a visit may exist that is not found


class Guest(NamedTuple):
    """One appointment of the visit: what is asked for (the dates are not looked at), the rules, the person's own coming appointments.

    `person` says who it is for: what is placed for one of a person's guests is a fact for the rules about the others.
    """

    query: Query
    policy: Policy = Policy()
    mine: tuple[Busy, ...] = ()
    person: Hashable = None  # None: nobody else's


class Place(NamedTuple):
    """One appointment of a visit; `guest` is its place in the question."""

    guest: int
    start: int
    end: int
    practitioners: tuple[int, ...]
    room: int | None


class _Visit(NamedTuple):
    """What is looked for: everybody placed from `begins`, where somebody has to begin, to `ends`."""

    begins: int
    ends: int
    now: int
    side_by_side: bool
    tries: Iterator[int]


def visits(
    facts: Facts, guests: tuple[Guest, ...], day: date, within: int, now: int, side_by_side: bool = False
) -> list[tuple[Place, ...]]:
    """For each instant at which a visit can begin on that date one way to place everybody within `within` seconds, in order of time.

    In a row nobody's appointment overlaps another's (somebody brings them all); side by side they may. The last may be after midnight.
    """
    lengths, over = [guest.query.service.duration for guest in guests], day_start(facts.zone, day, 1)
    if not guests or max(lengths) > within or (not side_by_side and sum(lengths) > within):
        return []
    whole = _Visit(day_start(facts.zone, day), over - 1 + within, now, True, iter(()))
    alone = [sorted({start for start, _ in _ways(facts, guest, (), whole)}) for guest in guests]
    found = []
    for begins in sorted({start for starts in alone for start in starts if start < over}):
        if all(any(begins <= start <= begins + within - length for start in starts) for starts, length in zip(alone, lengths)):
            found.append(
                _placed(facts, dict(enumerate(guests)), (), _Visit(begins, begins + within, now, side_by_side, iter(range(TRIES))))
            )
    return [tuple(sorted(places, key=lambda place: place.start)) for places in found if places]


def _placed(facts: Facts, waiting: dict[int, Guest], done: tuple[Place, ...], visit: _Visit) -> tuple[Place, ...] | None:
    """`done` and places for all who wait, None if there is no way. Who has the fewest ways goes first, so that dead ends show early."""
    if not waiting:
        return done
    ways = {number: list(_ways(facts, guest, done, visit)) for number, guest in waiting.items()}
    fewest = sorted(ways, key=lambda number: len(ways[number]))
    if not ways[fewest[0]]:
        return None
    for number in fewest[:1] if done else fewest:
        tried = ways[number] if done else [way for way in ways[number] if way[0] == visit.begins]
        for place in _places(facts, number, waiting[number], tried, visit.now):
            if next(visit.tries, None) is None:
                return None
            others = {other: _knowing(guest, waiting[number], place) for other, guest in waiting.items() if other != number}
            found = _placed(_with(facts, place, waiting[number].query), others, (*done, place), visit)
            if found:
                return found
    return None


def _ways(facts: Facts, guest: Guest, done: tuple[Place, ...], visit: _Visit) -> Iterator[tuple[int, tuple[int, ...]]]:
    """`(start, practitioners)` of every way to have one appointment within the visit, the earliest first."""
    zone, length = facts.zone, guest.query.service.duration
    query = replace(guest.query, first=local_date(zone, visit.begins), last=local_date(zone, visit.ends - 1))
    for day in availability(replace(facts, mine=guest.mine), query, guest.policy, visit.now):
        for start in day.starts:
            clear = visit.side_by_side or all(start >= place.end or start + length <= place.start for place in done)
            if clear and visit.begins <= start <= visit.ends - length:
                who = day.starts.practitioners(start)
                yield from [(start, who)] if query.mode == "all" else ((start, (one,)) for one in who)


def _places(facts: Facts, number: int, guest: Guest, ways: list[tuple[int, tuple[int, ...]]], now: int) -> Iterator[Place]:
    """The ways with each room that is free for them."""
    for start, practitioners in ways:
        offer = check(replace(facts, mine=guest.mine), guest.query, start, guest.policy, now)
        for room in offer.rooms or (None,):
            yield Place(number, start, offer.end, practitioners, room)


def _knowing(guest: Guest, placed: Guest, place: Place) -> Guest:
    """A guest once another one is placed: the same person has one appointment more."""
    same = guest.person is not None and guest.person == placed.person
    return guest._replace(mine=(*guest.mine, Busy(place.start, place.end))) if same else guest


def _with(facts: Facts, place: Place, query: Query) -> Facts:
    """The facts once this appointment is made."""
    service = query.service
    body = Busy(place.start, place.end, service.before, service.after)
    in_room = Busy(place.start, place.end, service.room_before, service.room_after)
    counted = tuple(Counted(place.start, service.duration, one, service.id) for one in place.practitioners)
    return replace(
        facts,
        practitioners=tuple(replace(one, busy=(*one.busy, body)) if one.id in place.practitioners else one for one in facts.practitioners),
        rooms=tuple(replace(room, busy=(*room.busy, in_room)) if room.id == place.room else room for room in facts.rooms),
        counted=facts.counted + counted,
    )
