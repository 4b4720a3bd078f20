"""Staff choose a time: what stands against it, and, if they say so knowingly, the place beside or over it (AVAILABILITY §6)."""

from collections.abc import Collection
from datetime import UTC, datetime
from typing import NamedTuple

from flask_babel import gettext

from booking.errors import NotOffered
from booking.facts import Code, Offer, Refusal
from booking.judgement import Chance, Way, chances, needed_practitioners, taken_around
from booking.obstacles import Obstacles
from booking.occupancy import Occupancy
from booking.placing import Place, choose, forget_ended_holds, refused
from booking.plan import Location
from booking.ticks import free_lane, resources_of
from booking.timetable import Service, Timetable
from booking.wishes import Wish
from portal.models import Practice


# What staff pass over knowingly: nothing, whatever there is, or the reasons they were shown (`words`); one they were not shown still refuses.
Anyway = bool | Collection[str]


class Decided(NamedTuple):
    """A place for staff, and what was knowingly passed over; empty if nothing was."""

    place: Place
    anyway: tuple[Code, ...]


def decide(
    practice: Practice, table: Timetable, wish: Wish, start: int, now: datetime, anyway: Anyway = False, room: int | None = None
) -> Decided:
    """A place at one start, under the lock: like anybody's if it is free, else, `anyway`, where the fewest things stand against it.
    In this `room`, or any: its own first for a group that is moved.

    Raises SlotTaken, PersonLimit or NotOffered with the Refusal among its facts; `refusal.params["codes"]` are all reasons there are.
    """
    must_be_given(wish)
    forget_ended_holds(practice, needed_practitioners(table, wish), now)
    found, taken = _judged(table, wish, start, now, room)
    end = start + wish.service.duration_minutes * 60
    ways = [Way(one.group, Offer(start, end, (one.practitioner,), one.found.rooms)) for one in found if not one.found.codes]
    if ways:
        way, who = choose(ways, wish, None, taken, now)
        return Decided(Place(wish, way.group.location, who, _first(way.offer.rooms, wish), start, end), ())
    chance = _likeliest(found)
    if anyway is not True and not set(words(chance.found.codes)) <= set(anyway or ()):
        raise refused(chance.found.refusal, practice, wish, now)
    location = chance.group.location
    room = room or _first(chance.found.rooms or rooms_for(table, wish.service, location), wish)
    lane = free_lane(resources_of(chance.practitioner, room), *(datetime.fromtimestamp(at, UTC) for at in (start, end)))
    return Decided(Place(wish, location, chance.practitioner, room, start, end, lane), chance.found.codes)


def in_the_way(practice: Practice, table: Timetable, wish: Wish, start: int, now: datetime, room: int | None = None) -> Refusal | None:
    """What would stand against it; a read. None: it can be booked as it is."""
    must_be_given(wish)
    found, _taken = _judged(table, wish, start, now, room)
    return None if any(not one.found.codes for one in found) else _likeliest(found).found.refusal


def words(codes: Collection[Code]) -> list[str]:
    """The reasons as forms and the ledger name them: "practitioner_away"."""
    return [code.name.lower() for code in codes]


def must_be_given(wish: Wish) -> None:
    """Raises NotOffered when the wished practitioner does not give the service."""
    who = wish.practitioner
    if who is not None and who.id not in wish.service.practitioners:
        raise NotOffered(gettext("%(name)s does not offer %(service)s. Choose somebody else.", name=who.name, service=wish.service.name))


def rooms_for(table: Timetable, service: Service, location: Location | None = None) -> list[int]:
    """The rooms that would do for a service, by id; none if it needs none."""
    return [number for number, kind in table.rooms(location) if service.room_kind and kind == service.room_kind]


def _judged(table: Timetable, wish: Wish, start: int, now: datetime, room: int | None = None) -> tuple[list[Chance], Occupancy]:
    """Raises NotOffered if none who could give it is where the room is."""
    instant = int(now.timestamp())
    taken = taken_around(table, wish, start, min(instant, start))  # around a start that is over, too
    found = chances(table, wish, start, instant, taken)
    if room is None:
        return found, taken
    there = [_in_room(one, room) for one in found if room in rooms_for(table, wish.service, one.group.location)]
    if not there:
        raise NotOffered(gettext("That room is somewhere else. Choose another one."))
    return there, taken


def _in_room(chance: Chance, room: int) -> Chance:
    """The same in this room only."""
    found = chance.found
    if room in found.rooms:
        return chance._replace(found=found._replace(rooms=(room,)))
    codes = (*(code for code in found.codes if code is not Code.NO_ROOM), Code.NO_ROOM)
    params = {**(found.refusal.params if found.refusal else {}), "codes": codes, "room": room}
    return chance._replace(found=Obstacles(codes, Refusal(codes[0], codes[0], None, params), ()))


def _likeliest(found: list[Chance]) -> Chance:
    return min(found, key=lambda one: (len(one.found.codes), one.practitioner, one.group.location.id))


def _first(rooms: Collection[int], wish: Wish) -> int | None:
    """Where a group is already if that is among them."""
    return wish.sitting.room if wish.sitting and wish.sitting.room in rooms else next(iter(rooms), None)
