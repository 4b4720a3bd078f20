"""The gates of one question, in their fixed order (AVAILABILITY §12). Each is a mask of the starts it keeps; they only remove.

A `Party` is who would give the appointment: one practitioner, or several who must all be there.
"""

from collections.abc import Iterable
from datetime import date
from functools import cached_property
from math import gcd
from typing import NamedTuple

from booking.facts import Code, Facts, Hold, Policy, Practitioner, Query
from booking.grid import Possible, inside, possible_starts, ruler, taken
from booking.horizon import Horizon, most_specific
from booking.hours import Window, dates_touched, day_start, local_date, subtract
from booking.limits import Caps, Person
from booking.notice import earliest_start


class Gate(NamedTuple):
    """One rule: the starts it keeps, as a mask."""

    code: Code
    keep: int


def _order(gate: Gate) -> int:
    """Closures and absences are part of what the possible starts are; a start in the past comes right after those."""
    return Code.DOES_NOT_FIT if gate.code is Code.PAST else gate.code


class Member:
    """One practitioner in this question: windows of this service, and what closures and absences leave of them."""

    def __init__(
        self, facts: Facts, query: Query, practitioner: Practitioner, possible: Possible, horizon: Horizon | None, until: date | None
    ):
        self.facts, self.query, self.practitioner = facts, query, practitioner
        self.possible, self.horizon, self.until = possible, horizon, until

    @cached_property
    def after_closures(self) -> list[Window]:
        return subtract(self.possible.windows, self.facts.closures)

    @cached_property
    def after_absences(self) -> list[Window]:
        return subtract(self.after_closures, self.practitioner.absences)

    @cached_property
    def dates_after_closures(self) -> frozenset[date]:
        return frozenset(dates_touched(self.after_closures, self.facts.zone, self.query.first, self.query.last))

    @cached_property
    def dates_after_absences(self) -> frozenset[date]:
        return frozenset(dates_touched(self.after_absences, self.facts.zone, self.query.first, self.query.last))

    def window_code(self, day: date) -> Code:
        """The window gate that leaves nothing of this date; DOES_NOT_FIT if something is left."""
        if day not in self.possible.dates:
            return Code.NO_WORKING_HOURS
        if day not in self.dates_after_closures:
            return Code.CLOSED_HOLIDAY
        if day not in self.dates_after_absences:
            return Code.PRACTITIONER_AWAY
        return Code.DOES_NOT_FIT


class Party:
    """Their `possible` starts, the gates in order, and what is `left` after all of them."""

    def __init__(self, members: tuple[Member, ...], possible: int, gates: Iterable[Gate]):
        self.members, self.possible = members, possible
        self.ids = tuple(member.practitioner.id for member in members)
        self.gates = sorted(gates, key=_order)
        self.left = possible
        for gate in self.gates:
            self.left &= gate.keep

    @classmethod
    def together(cls, parties: list["Party"]) -> "Party":
        """All of them at once: the intersection at every gate (§9)."""
        possible = parties[0].possible
        for party in parties:
            possible &= party.possible
        return cls(tuple(one for party in parties for one in party.members), possible, [one for party in parties for one in party.gates])


class Prepared:
    """A question with its ruler and its parties. Raises KeyError for a practitioner the facts do not have."""

    def __init__(self, facts: Facts, query: Query, policy: Policy, now: int):
        self.facts, self.query, self.policy, self.now = facts, query, policy, now
        self.service, self.zone, self.today = query.service, facts.zone, local_date(facts.zone, now)
        self.dates = [date.fromordinal(n) for n in range(query.first.toordinal(), query.last.toordinal() + 1)]
        known = {one.id: one for one in facts.practitioners}
        asked = [known[one] for one in dict.fromkeys(query.practitioners)]
        grids = [possible_starts(one.windows, self.service, policy.grid, self.zone, query.first, query.last) for one in asked]
        self.ruler = ruler(self.zone, query.first, query.last, gcd(*(one.phase for one in grids)) or self.service.step)
        self.every = self.ruler.between(0, self.ruler.size)
        live = (hold for hold in facts.holds if hold.expires_at > now and hold.start < hold.end)
        self.holds = [hold for hold in live if query.owner is None or hold.owner != query.owner]
        self.person = Person(policy.limits, self.without_moved(facts.mine), self.zone, now)
        self.caps = Caps(facts, self.service, self.without_moved(facts.counted), self.holds)
        self.earliest = now if policy.staff else earliest_start(policy, self.zone, now)
        shared = [one for one in self._shared() if one.keep != self.every]
        parties = [self._party(one, grid, shared) for one, grid in zip(asked, grids)]
        self.parties = [Party.together(parties)] if query.mode == "all" and parties else parties
        if policy.packing:
            for party in self.parties:
                party.left = self._packed(party)

    def without_moved(self, rows):
        """Rows without the appointment that is being moved."""
        moving = self.query.moving
        return rows if moving is None else [row for row in rows if row.id != moving.id]

    def takers(self, start: int) -> tuple[int, ...]:
        """Who can take this start, in the order of the question."""
        tick = self.ruler.tick_of(start)
        return () if tick is None else tuple(one for party in self.parties if party.left >> tick & 1 for one in party.ids)

    def rooms_at(self, start: int) -> tuple[int, ...]:
        """The rooms that are free for this start, in the order of the facts."""
        tick = self.ruler.tick_of(start)
        return tuple(room for room, free in self._rooms(self.holds) if free >> tick & 1)

    # --- gates that are the same for every practitioner ---

    def _shared(self) -> list[Gate]:
        return [
            self._hours_gate(Code.CLOSED_HOLIDAY, self.facts.closures),
            Gate(Code.PAST, self.ruler.since(self.now)),
            Gate(Code.TOO_SOON, self.ruler.since(self.earliest)),
            *self._room_gates(),
            self._person_gate(),
        ]

    def _hours_gate(self, code: Code, spans: Iterable[tuple]) -> Gate:
        """Closures and absences are hours, not appointments: no buffers, unless the service keeps its own inside the hours (§4, D5)."""
        rows = ((span[0], span[1], 0, 0, None) for span in spans)
        return Gate(code, self.every & ~taken(self.ruler, rows, self.service.duration, *inside(self.service)))

    def _rooms(self, holds: Iterable[Hold]) -> list[tuple[int, int]]:
        """Each room of the needed kind with the starts for which that one room is free the whole time (§8)."""
        service, rooms = self.service, []
        for room in self.facts.rooms:
            if service.room is not None and room.kind == service.room:
                held = [(hold.start, hold.end, hold.room_before, hold.room_after, None) for hold in holds if hold.room == room.id]
                rows = [*self.without_moved(room.busy), *held]
                rooms.append((room.id, self.every & ~taken(self.ruler, rows, service.duration, service.room_before, service.room_after)))
        return rooms

    def _room_gates(self) -> list[Gate]:
        if self.service.room is None:
            return []
        return [Gate(Code.NO_ROOM, self._some_room(())), Gate(Code.HELD, self._some_room(self.holds))]

    def _some_room(self, holds: Iterable[Hold]) -> int:
        """The starts for which these holds leave a room of the needed kind."""
        found = 0
        for _, free in self._rooms(holds):
            found |= free
        return found

    def _person_gate(self) -> Gate:
        """Rules about the person the appointment is for (§7)."""
        person, keep = self.person, 0 if self.person.has_enough() else self.every
        for n, day in enumerate(self.dates if person.limits.per_day is not None else ()):
            if person.has_enough_on(day):
                keep &= ~self.ruler.date(n)
        if person.limits.no_overlap:
            keep &= ~taken(self.ruler, ((row.start, row.end, 0, 0, None) for row in person.mine), self.service.duration, 0, 0)
        return Gate(Code.PATIENT_LIMIT, keep)

    # --- gates of one practitioner ---

    def _party(self, practitioner: Practitioner, possible: Possible, shared: list[Gate]) -> Party:
        horizon = None if self.policy.staff else most_specific(self.policy.horizon, practitioner.horizon, self.service.horizon)
        until = horizon and horizon.bookable_until(self.now)
        gates = [*shared, Gate(Code.FULLY_BOOKED, self.every & ~self._appointments(practitioner))]
        if practitioner.absences:
            gates.append(self._hours_gate(Code.PRACTITIONER_AWAY, practitioner.absences))
        if horizon is not None:
            gates.append(Gate(Code.BEYOND_HORIZON, 0 if until is None else self.ruler.before(day_start(self.zone, until, 1))))
        if self.facts.caps and not self.policy.staff:
            gates.append(self._cap_gate(practitioner.id))
        if self.holds:
            gates.append(Gate(Code.HELD, self.unheld((practitioner.id,), self.holds)))
        return Party((Member(self.facts, self.query, practitioner, possible, horizon, until),), possible.mask(self.ruler), gates)

    def _collisions(self, rows: Iterable[tuple]) -> int:
        return taken(self.ruler, rows, self.service.duration, self.service.before, self.service.after)

    def unheld(self, practitioners: tuple[int, ...], holds: Iterable[Hold]) -> int:
        """The starts for which these holds leave the practitioners."""
        return self.every & ~self._collisions((*hold[:4], None) for hold in holds if hold.practitioner in practitioners)

    def free_of(self, party: Party, holds: Iterable[Hold]) -> int:
        """What the gate HELD would keep for a party, were these the only holds."""
        free = self.unheld(party.ids, holds)
        return free if self.service.room is None else free & self._some_room(holds)

    def _appointments(self, practitioner: Practitioner) -> int:
        """The starts that collide with appointments and foreign busy time, and the own start of what is being moved."""
        mask, moving = self._collisions(self.without_moved(practitioner.busy)), self.query.moving
        if moving is not None and moving.practitioner in (None, practitioner.id):
            own = self.ruler.tick_of(moving.start)
            mask |= 0 if own is None else 1 << own
        return mask

    def _cap_gate(self, practitioner: int) -> Gate:
        keep = self.every
        for n, day in enumerate(self.dates):
            if self.caps.reached(practitioner, day):
                keep &= ~self.ruler.date(n)
        return Gate(Code.CAP, keep)

    def _packed(self, party: Party) -> int:
        """Of what is left on a date only the starts next to ones that appointments took; everything if there are none (§3)."""
        stride, packed, booked = self.service.step // self.ruler.tick, 0, 0
        for gate in party.gates:
            if gate.code is Code.FULLY_BOOKED:
                booked |= party.possible & ~gate.keep
        for n, opens in enumerate(self.ruler.cuts[:-1]):
            left, full = self.ruler.on_date(party.left, n), self.ruler.on_date(booked, n)
            packed |= (left & (full << stride | full >> stride) or left) << opens
        return packed
