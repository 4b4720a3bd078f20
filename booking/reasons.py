"""Which gate closes a date or refuses a start, and what may be said about it (AVAILABILITY §12).

Nothing here decides anything: the gates have decided, this reads them in order.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import date

from booking.facts import Code
from booking.gates import Member, Party, Prepared
from booking.grid import taken
from booking.hours import day_start, next_date

Reason = tuple[int | None, dict]  # opens_at, params


def date_code(prepared: Prepared, party: Party, day: date, n: int) -> Code:
    """The one reason of a date without starts: the gate that leaves nothing."""
    if day < prepared.today:
        return Code.PAST
    left = prepared.ruler.on_date(party.possible, n)
    if left:
        for gate in party.gates:
            left &= prepared.ruler.on_date(gate.keep, n)
            if not left:
                if gate.code in (Code.CLOSED_HOLIDAY, Code.PRACTITIONER_AWAY):
                    break  # whether the date is closed or only too short for this service is a question about windows
                return gate.code
    return min(member.window_code(day) for member in party.members)


def start_code(prepared: Prepared, party: Party, start: int, day: date) -> Code:
    """The first gate that refuses a start which this party does not offer."""
    if day < prepared.today:
        return Code.PAST
    tick = prepared.ruler.tick_of(start)
    if tick is not None and party.possible >> tick & 1:
        return next((gate.code for gate in party.gates if not gate.keep >> tick & 1), Code.OFF_GRID)  # off the packed grid
    code = min(member.window_code(day) for member in party.members)
    if code is Code.DOES_NOT_FIT and not all(member.possible.on_grid(start) for member in party.members):
        return Code.OFF_GRID
    return code


def counts(prepared: Prepared, n: int) -> dict[Code, int]:
    """How many possible starts of a date each gate refuses, over all practitioners; for staff only."""
    refused = Counter()
    for party in prepared.parties:
        left = prepared.ruler.on_date(party.possible, n)
        for gate in party.gates:
            kept = left & prepared.ruler.on_date(gate.keep, n)
            refused[gate.code] += (left ^ kept).bit_count()
            left = kept
    return dict(+refused)


def only_a_buffer(prepared: Prepared, party: Party, start: int) -> bool:
    """For staff: no appointment lies in this start's own time, only the buffer around one does."""
    if prepared.query.moving is not None and prepared.query.moving.start == start:
        return False
    end = start + prepared.service.duration
    return not any(
        row.start < end and row.end > start for member in party.members for row in prepared.without_moved(member.practitioner.busy)
    )


def explain(prepared: Prepared, party: Party, code: Code, day: date, ticks: tuple[int, int]) -> Reason:
    """`opens_at` and the params of a code (see `Day`) on a date, about the ticks from … up to …."""
    members, zone = party.members, prepared.zone
    match code:
        case Code.NO_WORKING_HOURS:
            return None, {"next": _latest(member.possible.next_date(zone, day) for member in members)}
        case Code.CLOSED_HOLIDAY:
            begins, over = day_start(zone, day), day_start(zone, day, 1)
            closures = [one for one in prepared.facts.closures if one.start < over and one.end > begins]
            closure = max(closures, key=lambda one: one.last)
            return None, {"name": closure.name, "last": closure.last}
        case Code.PRACTITIONER_AWAY:
            away = [member for member in members if member.window_code(day) in (code, Code.DOES_NOT_FIT)]
            return None, {"back": _latest(next_date(member.after_absences, zone, day) for member in away)}
        case Code.DOES_NOT_FIT:
            return None, {"longest": min(_longest(zone, member, day) for member in members)} if prepared.policy.staff else {}
        case Code.BEYOND_HORIZON:
            late = [member for member in members if member.horizon is not None and (member.until is None or day > member.until)]
            return _latest(member.horizon.opens_at(day) for member in late), {}
        case Code.TOO_SOON:
            return None, {"earliest": prepared.earliest}
        case Code.CAP:
            reached = [each for member in members for each in prepared.caps.reached(member.practitioner.id, day)]
            kind, last = max(reached, key=lambda each: each[1])
            return None, {"period": kind, "ends": last}
        case Code.HELD:
            return None, {"retry_at": _retry_at(prepared, party, ticks)}
        case Code.PATIENT_LIMIT:
            return None, _limit(prepared, day, ticks)
    return None, {}


def merge(reasons: Iterable[Reason]) -> Reason:
    """One answer for several practitioners with the same code: whatever comes first, comes first."""
    reasons = list(reasons)
    if len(reasons) == 1:
        return reasons[0]
    opens_at = min((instant for instant, _ in reasons if instant is not None), default=None)
    params = dict(reasons[0][1]) if reasons else {}
    for key in params.keys() & {"next", "back", "ends", "retry_at"}:
        params[key] = min((each[key] for _, each in reasons if each[key] is not None), default=None)
    if "longest" in params:
        params["longest"] = max(each["longest"] for _, each in reasons)
    return opens_at, params


def _latest(values: Iterable):
    """When several must all be there, the last of them decides; None if one of them has no answer."""
    values = list(values)
    if len(values) == 1:
        return values[0]
    return None if None in values else max(values, default=None)


def _longest(zone: str, member: Member, day: date) -> int:
    begins, over = day_start(zone, day), day_start(zone, day, 1)
    return max((piece.end - piece.start for piece in member.after_absences if piece.start < over and piece.end > begins), default=0)


def _retry_at(prepared: Prepared, party: Party, ticks: tuple[int, int]) -> int | None:
    """When the first of the holds in the way runs out."""
    service, ways, rooms = prepared.service, [], {room.id for room in prepared.facts.rooms if room.kind == prepared.service.room}
    for hold in prepared.holds:
        if hold.practitioner in party.ids:
            ways.append((hold.expires_at, (*hold[:4], None), service.before, service.after))
        if hold.room in rooms:
            row = (hold.start, hold.end, hold.room_before, hold.room_after, None)
            ways.append((hold.expires_at, row, service.room_before, service.room_after))
    wanted = party.possible & prepared.ruler.between(*ticks)
    hindering = (expires for expires, row, *buffers in ways if taken(prepared.ruler, [row], service.duration, *buffers) & wanted)
    return min(hindering, default=None)


def _limit(prepared: Prepared, day: date, ticks: tuple[int, int]) -> dict:
    """Which rule about the person it is, and which of their appointments stands in the way."""
    person = prepared.person
    if person.has_enough():
        return {"limit": "most_upcoming", "appointment": person.upcoming[0].id}
    if person.has_enough_on(day):
        return {"limit": "per_day", "appointment": person.on(day)[0].id}
    among = prepared.ruler.between(*ticks)
    rows = ((row.id, (row.start, row.end, 0, 0, None)) for row in person.mine)
    return {"limit": "no_overlap", "appointment": next(id for id, row in rows if taken(prepared.ruler, [row], prepared.service.duration, 0, 0) & among)}
