"""Lock, judge again, choose: what holding, booking, moving and restoring have in common (SAFETY §1, AVAILABILITY §9, §13).

Rows are locked in one order everywhere: the appointment, link and person, practitioners by id, rooms by id.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from functools import lru_cache
from typing import NamedTuple

from sqlalchemy import bindparam, delete, select

from booking.availability import preference
from booking.errors import NotOffered, PersonLimit, SlotTaken
from booking.explain import sentence
from booking.facts import Code, Refusal
from booking.hours import day_start, local_date
from booking.judgement import Way, judge, needed_practitioners, taken_around
from booking.models import Hold, Practitioner, Room
from booking.occupancy import Occupancy
from booking.plan import Location
from booking.queries import last_seen_practitioner
from booking.timetable import Timetable, timetable
from booking.wishes import Wish
from portal.database import UtcDateTime, db
from portal.models import Practice

TAKEN = (Code.SLOT_TAKEN, Code.FULLY_BOOKED, Code.BUFFER, Code.NO_ROOM, Code.HELD)

# Made once: building a statement costs more than sending it.
_VERSION = select(Practice.timetable_version).where(Practice.id == bindparam("practice"))
_ENDED_HOLDS = delete(Hold.__table__).where(
    Hold.practice_id == bindparam("practice"),
    Hold.practitioner_id.in_(bindparam("practitioners", expanding=True)),
    Hold.expires_at <= bindparam("now", type_=UtcDateTime()),
)


class Place(NamedTuple):
    """Where and with whom a start was secured; instants are epoch seconds."""

    wish: Wish
    location: Location
    practitioner_id: int
    room_id: int | None
    start: int
    end: int
    lane: int = 0

    @property
    def starts_at(self) -> datetime:
        return datetime.fromtimestamp(self.start, UTC)

    @property
    def ends_at(self) -> datetime:
        return datetime.fromtimestamp(self.end, UTC)


def lock(practice: Practice, wish: Wish) -> tuple[Timetable, Wish]:
    """Take the rows this wish competes for, then the plan as it is now. Raises NotOffered if the wish is not in it any more.

    Everybody who changes hours, time off or appointments of a practitioner takes the same lock.
    """
    while True:
        table = timetable(practice)
        wish = _still(table, wish)
        people, rooms = set(needed_practitioners(table, wish)), set()
        if wish.service.room_kind:
            rooms = {number for number, kind in table.rooms() if kind == wish.service.room_kind}
        if wish.moving is not None:
            people.add(wish.moving.practitioner_id)
            rooms |= {wish.moving.room_id} - {None}
        if wish.sitting is not None:
            people.add(wish.sitting.practitioner)
            rooms |= {wish.sitting.room} - {None}
        lock_rows(Practitioner, people)
        lock_rows(Room, rooms)
        if db.session.scalar(_VERSION, {"practice": practice.id}) == practice.timetable_version:
            return table, wish
        db.session.refresh(practice)  # the plan changed while we waited: perhaps others are to be locked


def lock_rows(model, ids: Iterable[int]) -> None:
    """`FOR NO KEY UPDATE` in id order on PostgreSQL; SQLite has one writer at a time anyway."""
    ids = sorted(ids)
    if ids and db.session.get_bind().dialect.name != "sqlite":
        db.session.execute(_lock_of(model), {"ids": ids})


@lru_cache
def _lock_of(model):
    row = model.__table__.c
    return select(row.id).where(row.id.in_(bindparam("ids", expanding=True))).order_by(row.id).with_for_update(key_share=True)


def _still(table: Timetable, wish: Wish) -> Wish:
    """The same wish in today's plan."""
    service = table.service(wish.service.public_id)
    practitioner = wish.practitioner and table.practitioner(wish.practitioner.public_id)
    if service is None or (wish.practitioner is not None and practitioner is None):
        raise NotOffered()
    if not wish.staff and not [one for one in table.offered_by(service) if practitioner in (None, one)]:
        raise NotOffered()  # only staff book it, or with them
    return replace(wish, service=service, practitioner=practitioner)


def secure(practice: Practice, table: Timetable, wish: Wish, start: int, now: datetime) -> Place:
    """Judge one start under the lock and choose who gives it, and where.

    Raises SlotTaken, PersonLimit or NotOffered with the Refusal among its facts.
    """
    instant = int(now.timestamp())
    forget_ended_holds(practice, needed_practitioners(table, wish), now)
    taken = taken_around(table, wish, start, instant)
    found = judge(table, wish, start, instant, taken)
    if isinstance(found, Refusal):
        raise refused(found, practice, wish, now)
    held = next((hold for hold in taken.holds if wish.owner and hold.owner == wish.owner and hold.start == start), None)
    way, who = choose(found, wish, held and held.practitioner, taken, now)
    rooms = way.offer.rooms
    room = held.room if held and held.room in rooms else rooms[0] if rooms else None
    return Place(wish, way.group.location, who, room, start, way.offer.end)


def refused(refusal: Refusal, practice: Practice, wish: Wish, now: datetime) -> SlotTaken | NotOffered:
    """The error of a refusal, with the sentence people read."""
    if refusal.code in TAKEN:
        return SlotTaken(refusal=refusal)
    kind = PersonLimit if refusal.code is Code.PATIENT_LIMIT else NotOffered
    return kind(sentence(refusal, practice, wish, now), refusal=refusal)


def forget_ended_holds(practice: Practice, practitioners: tuple[int, ...], now: datetime) -> None:
    db.session.execute(_ENDED_HOLDS, {"practice": practice.id, "practitioners": practitioners, "now": now})


def choose(ways: list[Way], wish: Wish, held: int | None, taken: Occupancy, now: datetime) -> tuple[Way, int]:
    """The person's wish, then whom they saw last, then fewest booked minutes that day, then id."""
    can = {one: way for way in reversed(ways) for one in way.offer.practitioners}
    if len(can) == 1:
        ((who, way),) = can.items()
        return way, who
    last_seen = last_seen_practitioner(wish.profile, now) if wish.profile is not None and held not in can else None
    minutes = {}
    for one, way in can.items():
        zone = way.group.location.zone
        begins, ends = (day_start(zone, local_date(zone, way.offer.start), plus) for plus in (0, 1))
        minutes[one] = sum(end - start for start, end in _visits(taken, one, begins, ends)) // 60
    who = preference(can, held, last_seen, minutes)[0]
    return can[who], who


def _visits(taken: Occupancy, practitioner: int, begins: int, ends: int) -> set[tuple[int, int]]:
    """When they see somebody: the seats of a group once, blocks not at all."""
    return {(row.start, row.end) for row in taken.busy.get(practitioner, ()) if row.id is not None and begins <= row.start < ends}
