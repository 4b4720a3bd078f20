"""Everything that stands against one start, for staff who decide knowingly: the gates of a question, one by one (AVAILABILITY §6, §12).

Staff may choose any minute, so the grid is no obstacle: the start is judged on a grid of its own. Hours are looked at beside the gates,
as the possible starts no longer know of them.
"""

from dataclasses import replace
from typing import NamedTuple

from booking.facts import Code, Facts, Policy, Practitioner, Query, Refusal
from booking.gates import Prepared
from booking.grid import inside
from booking.hours import Window, local_date
from booking.reasons import explain, only_a_buffer

ANY_MINUTE = 60
TAKEN = (Code.FULLY_BOOKED, Code.BUFFER, Code.NO_ROOM)  # an appointment or a block is there


class Obstacles(NamedTuple):
    """`codes` in the order of the gates, none for a start that is free; what is to be said of the first of them; the rooms that are free."""

    codes: tuple[Code, ...]
    refusal: Refusal | None
    rooms: tuple[int, ...]

    @property
    def is_taken(self) -> bool:
        """Whether it would stand over something that is booked."""
        return any(code in TAKEN for code in self.codes)


def obstacles(facts: Facts, query: Query, start: int, policy: Policy, now: int) -> Obstacles:
    """What stands in the way of one start with the question's one practitioner. Raises KeyError if the facts do not have them."""
    service, day = query.service, local_date(facts.zone, start)
    lead, tail = inside(service)
    body = Window(start - lead, start + service.duration + tail)
    (asked,) = (one for one in facts.practitioners if one.id in query.practitioners)
    there = replace(facts, practitioners=(replace(asked, windows=(body,)),))
    service = replace(service, step=ANY_MINUTE)
    running = min(now, start) if start + service.duration > now else now  # who came a minute ago can still be booked in
    prepared = Prepared(there, replace(query, service=service, first=day, last=day), replace(policy, grid=None, packing=False), running)
    (party,) = prepared.parties
    tick = prepared.ruler.tick_of(start)
    codes = [code for code in [_hours(asked, query, body)] if code]
    codes += dict.fromkeys(gate.code for gate in party.gates if gate.code is not Code.TOO_SOON and not gate.keep >> tick & 1)
    if Code.NO_ROOM in codes and prepared.unheld(party.ids, prepared.holds) >> tick & 1:
        codes = [code for code in codes if code is not Code.HELD]  # without a room there is none to hold
    refusal = None
    if codes:
        code, told = codes[0], {}
        if code not in (Code.NO_WORKING_HOURS, Code.DOES_NOT_FIT):
            _opens_at, told = explain(prepared, party, code, day, (tick, tick + 1), start)
        if Code.FULLY_BOOKED in codes and only_a_buffer(prepared, party, start):
            codes[codes.index(Code.FULLY_BOOKED)] = Code.BUFFER
        refusal = Refusal(codes[0], code, None, {**told, "codes": tuple(codes)})
    return Obstacles(tuple(codes), refusal, prepared.rooms_at(start))


def _hours(asked: Practitioner, query: Query, body: Window) -> Code | None:
    """Whether the whole of it lies in one planned window for this service."""
    windows = [one for one in asked.windows if one.services is None or query.service.id in one.services]
    if any(one.start <= body.start and body.end <= one.end for one in windows):
        return None
    return Code.DOES_NOT_FIT if any(one.start < body.end and one.end > body.start for one in windows) else Code.NO_WORKING_HOURS
