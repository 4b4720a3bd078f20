"""Staff choose a time: what stands against it, and, if they say so knowingly, the place beside or over it (AVAILABILITY §6)."""

from collections.abc import Collection
from datetime import UTC, datetime
from typing import NamedTuple

from flask_babel import gettext

from booking.errors import NotOffered
from booking.facts import Code, Offer, Refusal
from booking.judgement import Chance, Way, chances, needed_practitioners, taken_around
from booking.placing import Place, choose, forget_ended_holds, refused
from booking.ticks import free_lane, resources_of
from booking.timetable import Timetable
from booking.wishes import Wish
from portal.models import Practice


# What staff pass over knowingly: nothing, whatever there is, or the reasons they were shown (`words`); one they were not shown still refuses.
Anyway = bool | Collection[str]


class Decided(NamedTuple):
    """A place for staff, and what was knowingly passed over; empty if nothing was."""

    place: Place
    anyway: tuple[Code, ...]


def decide(practice: Practice, table: Timetable, wish: Wish, start: int, now: datetime, anyway: Anyway = False) -> Decided:
    """A place at one start, under the lock: like anybody's if it is free, else, `anyway`, where the fewest things stand against it.

    Raises SlotTaken, PersonLimit or NotOffered with the Refusal among its facts; `refusal.params["codes"]` are all reasons there are.
    """
    must_be_given(wish)
    forget_ended_holds(practice, needed_practitioners(table, wish), now)
    found, taken = _judged(table, wish, start, now)
    end = start + wish.service.duration_minutes * 60
    ways = [Way(one.group, Offer(start, end, (one.practitioner,), one.found.rooms)) for one in found if not one.found.codes]
    if ways:
        way, who = choose(ways, wish, None, taken, now)
        return Decided(Place(wish, way.group.location, who, _first(way.offer.rooms), start, end), ())
    chance = _likeliest(found)
    if anyway is not True and not set(words(chance.found.codes)) <= set(anyway or ()):
        raise refused(chance.found.refusal, practice, wish, now)
    location = chance.group.location
    rooms = chance.found.rooms or [number for number, kind in table.rooms(location) if wish.service.room_kind and kind == wish.service.room_kind]
    room = _first(rooms)
    lane = free_lane(resources_of(chance.practitioner, room), *(datetime.fromtimestamp(at, UTC) for at in (start, end)))
    return Decided(Place(wish, location, chance.practitioner, room, start, end, lane), chance.found.codes)


def in_the_way(practice: Practice, table: Timetable, wish: Wish, start: int, now: datetime) -> Refusal | None:
    """What would stand against it; a read. None: it can be booked as it is."""
    must_be_given(wish)
    found, _taken = _judged(table, wish, start, now)
    return None if any(not one.found.codes for one in found) else _likeliest(found).found.refusal


def words(codes: Collection[Code]) -> list[str]:
    """The reasons as forms and the ledger name them: "practitioner_away"."""
    return [code.name.lower() for code in codes]


def must_be_given(wish: Wish) -> None:
    """Raises NotOffered when the wished practitioner does not give the service."""
    who = wish.practitioner
    if who is not None and who.id not in wish.service.practitioners:
        raise NotOffered(gettext("%(name)s does not offer %(service)s. Choose somebody else.", name=who.name, service=wish.service.name))


def _judged(table: Timetable, wish: Wish, start: int, now: datetime):
    instant = int(now.timestamp())
    taken = taken_around(table, wish, start, min(instant, start))  # around a start that is over, too
    return chances(table, wish, start, instant, taken), taken


def _likeliest(found: list[Chance]) -> Chance:
    return min(found, key=lambda one: (len(one.found.codes), one.practitioner, one.group.location.id))


def _first(rooms) -> int | None:
    return next(iter(rooms), None)
