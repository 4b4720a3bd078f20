"""A group as a whole, with its seats: what is left out where somebody asks where else it could be."""

from typing import NamedTuple

from booking.facts import Busy
from booking.occupancy import Occupancy


class Sitting(NamedTuple):
    """`body` is the group as its practitioner's time, `in_room` as its room's; `seats` are ids of appointments."""

    practitioner: int
    room: int | None
    body: Busy
    in_room: Busy
    seats: frozenset[int]

    def leave(self, taken: Occupancy) -> Occupancy:
        """What is taken when the group is not."""
        if taken.where:
            rows = (row for found in taken.busy.values() for row in found if row.id is not None)
            taken = taken._replace(where=tuple(place for row, place in zip(rows, taken.where, strict=True) if row.id not in self.seats))
        busy = {who: self._without(found, self.body if who == self.practitioner else None) for who, found in taken.busy.items()}
        rooms = {room: self._without(found, self.in_room if room == self.room else None) for room, found in taken.rooms.items()}
        return taken._replace(busy=busy, rooms=rooms, mine=self._without(taken.mine))

    def _without(self, rows: tuple[Busy, ...], block: Busy | None = None) -> tuple[Busy, ...]:
        kept = [row for row in rows if row.id not in self.seats]
        if block in kept:
            kept.remove(block)
        return tuple(kept)
