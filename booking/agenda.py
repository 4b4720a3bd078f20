"""Which appointments of one agenda get in each other's way. Pure: plain values in, pairs out. A warning, never a refusal.

Only the account that sees both appointments is warned; what it does not see is not among the entries, and of what it sees
as "busy" the place is left out, so that nothing about a way or a clinic can be said of it (MISSION F9, F6).
"""

from collections.abc import Hashable, Iterable
from enum import StrEnum
from typing import NamedTuple

from booking.travel import Place, minutes

NIGHT = 12 * 60  # minutes: with less than that between them, two cities far apart are worth a warning


class Kind(StrEnum):
    OVERLAP = "overlap"  # one person, two appointments at the same time
    WAY = "way"  # one person, and the way between two places may take longer than there is
    JOURNEY = "journey"  # the same, in cities so far apart that we do not guess how long
    TWO_PLACES = "two-places"  # two people the account books for, in two places at the same time


class Entry(NamedTuple):
    """One appointment as its reader may see it. Epoch seconds.

    `person`: equal for everything of one person, whichever practice knows them. `place` None: the reader sees the time only.
    `comes_along`: the account books for this person or is the person.
    """

    key: Hashable
    person: Hashable
    start: int
    end: int
    place: Place | None = None
    comes_along: bool = True


class Pair(NamedTuple):
    """Two entries in the order of time. `gap`: minutes from the end of the first to the second; `way`: what the way may take."""

    kind: Kind
    first: Entry
    second: Entry
    gap: int = 0
    way: int | None = None


def pairs(entries: Iterable[Entry]) -> list[Pair]:
    """Every pair that deserves a warning, in the order of time."""
    found, rows = [], sorted(entries, key=lambda one: (one.start, one.end, str(one.key)))
    for n, first in enumerate(rows):
        for second in rows[n + 1 :]:
            if second.start >= first.end + NIGHT * 60:
                break
            pair = between(first, second)
            if pair is not None:
                found.append(pair)
    return found


def between(first: Entry, second: Entry) -> Pair | None:
    """What there is to say about two entries, of which the first begins first."""
    overlap, same = second.start < first.end, first.person == second.person
    if overlap and same:
        return Pair(Kind.OVERLAP, first, second)
    if first.place is None or second.place is None or not (overlap or same):
        return None
    way = minutes(first.place, second.place)
    if overlap:
        both = first.comes_along and second.comes_along
        return Pair(Kind.TWO_PLACES, first, second, way=way) if both and way != 0 else None
    gap = (second.start - first.end) // 60
    if way is None:
        return Pair(Kind.JOURNEY, first, second, gap) if gap < NIGHT else None
    return Pair(Kind.WAY, first, second, gap, way) if gap < way else None
