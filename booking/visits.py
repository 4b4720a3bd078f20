"""Several people in one visit (AVAILABILITY §9): one after another, or side by side, all of them or nobody.

Each appointment is placed by the same predicate as any other: what is placed already is a fact for the next one.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import NamedTuple

from booking.availability import availability, check
from booking.facts import Busy, Counted, Facts, Policy, Query

TRIES = 400  # placements looked at per question; beyond that a visit may exist that is not found


class Guest(NamedTuple):
    """One person of the visit: what they ask for, the rules for them, their own coming appointments."""

    query: Query
    policy: Policy = Policy()
    mine: tuple[Busy, ...] = ()


class Place(NamedTuple):
    """One appointment of a visit; `guest` is the person's place in the question."""

    guest: int
    start: int
    end: int
    practitioners: tuple[int, ...]
    room: int | None


def visits(
    facts: Facts, guests: tuple[Guest, ...], day: date, within: int, now: int, side_by_side: bool = False
) -> list[tuple[Place, ...]]:
    """For each instant at which a visit can begin on that date one way to place everybody within `within` seconds, in order of time.

    In a row nobody's appointment overlaps another's (somebody brings them all); side by side they may.
    """
    alone = [availability(replace(facts, mine=one.mine), replace(one.query, first=day, last=day), one.policy, now)[0].starts for one in guests]
    tries = iter(range(TRIES))
    found = (_placed(facts, guests, (), begins, begins + within, now, side_by_side, tries) for begins in sorted(set().union(*alone)))
    return [tuple(sorted(visit, key=lambda place: place.start)) for visit in found if visit]


def _placed(facts: Facts, guests, done: tuple[Place, ...], begins: int, ends: int, now: int, side_by_side: bool, tries: Iterator[int]):
    """`done` completed to a visit that begins and ends then, None if there is no way."""
    waiting = [number for number in range(len(guests)) if all(place.guest != number for place in done)]
    if not waiting:
        return done if min(place.start for place in done) == begins else None
    earliest = begins if side_by_side or not done else max(place.end for place in done)
    for number in waiting[:1] if side_by_side else waiting:  # in a row anybody may be next
        for place in _places(replace(facts, mine=guests[number].mine), number, guests[number], earliest, ends, now):
            if not side_by_side and not done and place.start != begins:
                break
            if next(tries, None) is None:
                return None
            visit = _placed(_with(facts, place, guests[number].query), guests, (*done, place), begins, ends, now, side_by_side, tries)
            if visit:
                return visit
    return None


def _places(facts: Facts, number: int, guest: Guest, earliest: int, ends: int, now: int) -> Iterator[Place]:
    """Every way to have one appointment between two instants, the earliest first."""
    for day in availability(facts, guest.query, guest.policy, now):
        for start in day.starts:
            if earliest <= start <= ends - guest.query.service.duration:
                offer = check(facts, guest.query, start, guest.policy, now)
                ways = [offer.practitioners] if guest.query.mode == "all" else [(one,) for one in offer.practitioners]
                for practitioners in ways:
                    for room in offer.rooms or (None,):
                        yield Place(number, start, offer.end, practitioners, room)


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
