"""The gates of one question, in their fixed order (AVAILABILITY §12). Each is a mask over the ruler; they only remove.

A `Party` is who would give the appointment: one practitioner, or several who must all be there.
"""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable
from datetime import date, timedelta
from functools import cached_property
from itertools import accumulate, pairwise
from math import gcd
from typing import NamedTuple

from booking.facts import Cap, Code, Counted, Facts, Hold, Policy, Practitioner, Query
from booking.grid import Possible, Ruler, clear, inside, possible_starts, ruler
from booking.horizon import Horizon, most_specific
from booking.hours import Window, dates_touched, day_start, day_starts, local_date, start_instant, subtract

SCAN_DAYS = 92  # how far a cut-off looks for the open date before


class Gate(NamedTuple):
    """What one rule leaves: `keep` has a byte per tick, `bits` is the same as one integer (little end first) for intersections."""

    code: Code
    keep: bytes | bytearray
    bits: int


def gate(code: Code, keep: bytes | bytearray) -> Gate:
    return Gate(code, keep, int.from_bytes(keep, "little"))


def _order(one: Gate) -> int:
    """Closures and absences are part of what the possible starts are; a start in the past comes right after those."""
    return Code.DOES_NOT_FIT if one.code is Code.PAST else one.code


class Party:
    """Possible starts, the gates in order, and what is `left` after all of them, as one integer."""

    def __init__(self, ids: tuple[int, ...], members: tuple["Member", ...], base: bytes, bits: int, gates: Iterable[Gate]):
        self.ids, self.members, self.base = ids, members, base
        self.gates = sorted(gates, key=_order)
        self.left = bits
        for one in self.gates:
            self.left &= one.bits

    @cached_property
    def mask(self) -> bytes:
        """What is left, one byte per tick."""
        return self.left.to_bytes(len(self.base), "little")


class Member:
    """One practitioner in this question: windows of this service, and what closures and absences leave of them."""

    def __init__(self, facts: Facts, query: Query, practitioner: Practitioner, possible: Possible, horizon: Horizon | None, until: date | None):
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


class Prepared:
    """A question with its ruler and parties. Raises KeyError for a practitioner the facts do not have."""

    def __init__(self, facts: Facts, query: Query, policy: Policy, now: int):
        self.facts, self.query, self.policy, self.now = facts, query, policy, now
        self.service, self.zone = query.service, facts.zone
        self.today = local_date(self.zone, now)
        known = {one.id: one for one in facts.practitioners}
        asked = [known[one] for one in dict.fromkeys(query.practitioners)]
        grids = [possible_starts(one.windows, self.service, policy.grid, self.zone, query.first, query.last) for one in asked]
        self.ruler: Ruler = ruler(self.zone, query.first, query.last, gcd(*(one.phase for one in grids)) or self.service.step)
        self.edges = day_starts(self.zone, query.first, query.last)
        self.holds = [hold for hold in facts.holds if hold.expires_at > now and (query.owner is None or hold.owner != query.owner)]
        self._tallies = {}
        self.earliest = None if policy.staff else earliest_start(policy, self.zone, now)
        shared = self._shared()
        parties = [self._party(one, grid, shared) for one, grid in zip(asked, grids)]
        self.parties = [_together(parties)] if query.mode == "all" and len(parties) > 1 else parties
        if policy.packing:
            for party in self.parties:
                party.left = self._packed(party)
                del party.mask  # it showed what was left before packing

    def instant(self, tick: int) -> int:
        return self.ruler.base + tick * self.ruler.tick

    def tick_of(self, start: int) -> int | None:
        """The tick of an instant, None if it lies between ticks or outside the range."""
        tick, rest = divmod(start - self.ruler.base, self.ruler.tick)
        return tick if not rest and 0 <= tick < self.ruler.size else None

    def takers(self, start: int) -> tuple[int, ...]:
        """Who can take this start, in the order of the question."""
        tick = self.tick_of(start)
        return () if tick is None else tuple(one for party in self.parties if party.mask[tick] for one in party.ids)

    def rooms_at(self, start: int) -> tuple[int, ...]:
        """The rooms that are free for this start, in the order of the facts."""
        if self.service.room is None:
            return ()
        tick = self.tick_of(start)
        return tuple(room for room, mask in self.rooms_free(self.holds) if mask[tick])

    # --- gates that are the same for every practitioner ---

    def _shared(self) -> list[Gate]:
        gates = []
        if self.facts.closures:
            gates.append(self._hours_gate(Code.CLOSED_HOLIDAY, self.facts.closures))
        gates += self._from(Code.PAST, self.now)
        if self.earliest is not None:
            gates += self._from(Code.TOO_SOON, self.earliest)
        if self.service.room is not None:
            gates.append(gate(Code.NO_ROOM, self.room_mask(())))
            if any(hold.room is not None for hold in self.holds):
                gates.append(gate(Code.HELD, self.room_mask(self.holds)))
        gates += self._person()
        return gates

    def _from(self, code: Code, instant: int) -> list[Gate]:
        """Nothing before this instant."""
        refused = self.ruler.index(instant)
        return [gate(code, bytes(refused) + b"\1" * (self.ruler.size - refused))] if refused else []

    def _hours_gate(self, code: Code, spans: Iterable[tuple]) -> Gate:
        """Closures and absences are hours, not appointments: no buffers, unless the service keeps its own inside the hours (§4, D5)."""
        before, after = inside(self.service)
        rows = ((span[0], span[1], 0, 0, None) for span in spans)
        return gate(code, clear(self.all(), self.ruler, rows, self.service.duration, before, after))

    def all(self) -> bytearray:
        return bytearray(b"\1") * self.ruler.size

    def rooms_free(self, holds: Iterable[Hold]) -> list[tuple[int, bytearray]]:
        """For each room of the needed kind, the starts for which that one room is free the whole time (§8)."""
        service, masks = self.service, []
        for room in self.facts.rooms:
            if room.kind == service.room:
                held = [(h.start, h.end, h.room_before, h.room_after, None) for h in holds if h.room == room.id]
                rows = [*self.without_moved(room.busy), *held]
                masks.append((room.id, clear(self.all(), self.ruler, rows, service.duration, service.room_before, service.room_after)))
        return masks

    def room_mask(self, holds: Iterable[Hold]) -> bytes:
        free = 0
        for _, mask in self.rooms_free(holds):
            free |= int.from_bytes(mask, "little")
        return free.to_bytes(self.ruler.size, "little")

    def without_moved(self, rows):
        """Rows without the appointment that is being moved."""
        moving = self.query.moving
        return rows if moving is None else [row for row in rows if row.id != moving.id]

    def _person(self) -> list[Gate]:
        """Rules about the person the appointment is for (§7)."""
        limits, mine = self.policy.limits, self.without_moved(self.facts.mine)
        if not mine:
            return []
        mask = self.all()
        if limits.most_upcoming is not None and len(self.upcoming()) >= limits.most_upcoming:
            mask = bytearray(self.ruler.size)
        if limits.per_day is not None:
            per_date = Counter(bisect_right(self.edges, row.start) - 1 for row in mine)
            for n in range(len(self.edges) - 1):
                if per_date[n] >= limits.per_day:
                    self._drop_date(mask, n)
        if limits.no_overlap:
            clear(mask, self.ruler, ((row.start, row.end, 0, 0, None) for row in mine), self.service.duration, 0, 0)
        return [gate(Code.PATIENT_LIMIT, mask)] if 0 in mask else []

    def upcoming(self) -> list:
        """The person's coming appointments, the next one first."""
        return sorted((row for row in self.without_moved(self.facts.mine) if row.start >= self.now), key=lambda row: row.start)

    def _drop_date(self, mask: bytearray, n: int) -> None:
        mask[self.ruler.cuts[n] : self.ruler.cuts[n + 1]] = bytes(self.ruler.cuts[n + 1] - self.ruler.cuts[n])

    # --- gates of one practitioner ---

    def _party(self, practitioner: Practitioner, possible: Possible, shared: list[Gate]) -> Party:
        horizon = None if self.policy.staff else most_specific(self.policy.horizon, practitioner.horizon, self.service.horizon)
        until = horizon and horizon.bookable_until(self.now)
        member = Member(self.facts, self.query, practitioner, possible, horizon, until)
        base = possible.mask(self.ruler)
        gates = list(shared)
        if practitioner.absences:
            gates.append(self._hours_gate(Code.PRACTITIONER_AWAY, practitioner.absences))
        if horizon is not None:
            gates += self._up_to(until)
        gates += self._caps(practitioner.id)
        gates.append(gate(Code.FULLY_BOOKED, self._appointments(practitioner, base)))
        held = [hold[:4] + (None,) for hold in self.holds if hold.practitioner == practitioner.id]
        if held:
            service = self.service
            gates.append(gate(Code.HELD, clear(self.all(), self.ruler, held, service.duration, service.before, service.after)))
        return Party((practitioner.id,), (member,), base, int.from_bytes(base, "little"), gates)

    def _appointments(self, practitioner: Practitioner, base: bytes) -> bytearray:
        """The possible starts without those that collide; what is not possible anyway is left out too."""
        service, moving = self.service, self.query.moving
        mask = clear(bytearray(base), self.ruler, self.without_moved(practitioner.busy), service.duration, service.before, service.after)
        if moving is not None and moving.practitioner in (None, practitioner.id):
            clear(mask, self.ruler, [(moving.start, moving.start + 1, 0, 0, None)], 1, 0, 0)
        return mask

    def _up_to(self, until: date | None) -> list[Gate]:
        """Nothing after this date."""
        kept = 0 if until is None else self.ruler.index(day_start(self.zone, until, 1))
        return [gate(Code.BEYOND_HORIZON, b"\1" * kept + bytes(self.ruler.size - kept))] if kept < self.ruler.size else []

    def _caps(self, practitioner: int) -> list[Gate]:
        if self.policy.staff or not self.facts.caps:
            return []
        mask = self.all()
        for n in range(len(self.edges) - 1):
            if self.reached(practitioner, self.query.first + timedelta(days=n)):
                self._drop_date(mask, n)
        return [gate(Code.CAP, mask)] if 0 in mask else []

    def reached(self, practitioner: int, day: date) -> list[tuple[str, date]]:
        """The caps that are reached on a date, as (period, last date of it) (§7)."""
        return [
            (cap.period, last)
            for cap in self.facts.caps
            if cap.practitioner in (None, practitioner) and cap.service in (None, self.service.id)
            for first, last in [period(cap.period, day)]
            if self._is_reached(cap, first, last)
        ]

    def _is_reached(self, cap: Cap, first: date, last: date) -> bool:
        if cap not in self._tallies:
            rows = sorted(self._counted(cap), key=lambda row: row.start)
            self._tallies[cap] = [row.start for row in rows], [0, *accumulate(row.duration for row in rows)]
        starts, seconds = self._tallies[cap]
        begins = bisect_left(starts, day_start(self.zone, first))
        ends = bisect_left(starts, day_start(self.zone, last, 1))
        too_many = cap.max_count is not None and ends - begins >= cap.max_count
        too_long = cap.max_minutes is not None and seconds[ends] - seconds[begins] + self.service.duration > cap.max_minutes * 60
        return too_many or too_long

    def _counted(self, cap: Cap) -> list[Counted]:
        """Appointments and other people's live holds in the scope of a cap, as (start, duration, …)."""
        rows = self.without_moved(self.facts.counted)
        held = (Counted(hold.start, hold.end - hold.start, hold.practitioner, hold.service) for hold in self.holds)
        return [row for row in [*rows, *held] if cap.practitioner in (None, row.practitioner) and cap.service in (None, row.service)]


    def _packed(self, party: Party) -> int:
        """Of what is left on a date only the starts next to ones that appointments took; everything if there are none (§3)."""
        stride, left = self.service.step // self.ruler.tick, party.mask
        packed = bytearray(left)
        for opens, ends in pairwise(self.ruler.cuts):
            taken = int.from_bytes(party.base[opens:ends], "little")
            booked = -1
            for one in party.gates:
                if one.code is Code.FULLY_BOOKED:
                    booked &= int.from_bytes(one.keep[opens:ends], "little")
            taken &= ~booked
            beside = (taken << 8 * stride | taken >> 8 * stride) & int.from_bytes(left[opens:ends], "little")
            if beside:
                packed[opens:ends] = beside.to_bytes(ends - opens, "little")
        return int.from_bytes(packed, "little")


def _together(parties: list[Party]) -> Party:
    """All of them at once: the intersection at every gate (§9)."""
    bits = -1
    for one in parties:
        bits &= int.from_bytes(one.base, "little")
    base = bits.to_bytes(len(parties[0].base), "little")
    ids = tuple(number for one in parties for number in one.ids)
    members = tuple(member for one in parties for member in one.members)
    return Party(ids, members, base, bits, [each for one in parties for each in one.gates])


def period(kind: str, day: date) -> tuple[date, date]:
    """The first and last date of the day, ISO week or month of a date."""
    if kind == "day":
        return day, day
    if kind == "week":
        monday = day - timedelta(days=day.weekday())
        return monday, monday + timedelta(days=6)
    first = day.replace(day=1)
    return first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def earliest_start(policy: Policy, zone: str, now: int) -> int:
    """The earliest instant that the notice allows (§5): the later of the lead and the first date whose cut-off has not passed.

    A date's cut-off lies on the open date before it. With no open date before it in three months there is nothing to be late for.
    """
    earliest = now + policy.notice.lead
    if policy.notice.until is None:
        return earliest
    day = local_date(zone, now)
    back = (day - timedelta(days=n) for n in range(1, SCAN_DAYS + 1))
    previous = next((one for one in back if policy.is_open(one)), None)
    for _ in range(SCAN_DAYS):
        if previous is None or now <= start_instant(zone, previous, policy.notice.until):
            break
        previous = day if policy.is_open(day) else previous
        day += timedelta(days=1)
    return max(earliest, day_start(zone, day))
