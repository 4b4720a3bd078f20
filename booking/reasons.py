"""Which gate closes a date or refuses a start, and what may be said about it (AVAILABILITY §12).

Nothing here decides anything: the gates have decided, this reads them in order.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import date

from booking.facts import Closure, Code
from booking.gates import Member, Party, Prepared
from booking.grid import inside, taken
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
    moving, end = prepared.query.moving, start + prepared.service.duration
    if moving is not None and moving.start == start and moving.practitioner in (None, *party.ids):
        return False
    rows = (row for member in party.members for row in prepared.without_moved(member.practitioner.busy))
    return not any(row.start < row.end and row.start < end and row.end > start for row in rows)


def explain(prepared: Prepared, party: Party, code: Code, day: date, ticks: tuple[int, int], start: int | None = None) -> Reason:
    """`opens_at` and the params of a code (see `Day`) on a date, about the ticks from … up to …, or about one `start`."""
    members, zone = party.members, prepared.zone
    match code:
        case Code.NO_WORKING_HOURS:
            return None, {"next": _latest(member.possible.next_date(zone, day) for member in members)}
        case Code.CLOSED_HOLIDAY:
            closure = _closure(prepared, party, day, start)
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


def _closure(prepared: Prepared, party: Party, day: date, start: int | None) -> Closure:
    """The closure to name: of those that meet the refused appointment, or else the date's hours, the one that ends last."""
    spans = []
    if start is not None:
        before, after = inside(prepared.service)
        spans.append([(start - before, start + prepared.service.duration + after)])
    begins, over = day_start(prepared.zone, day), day_start(prepared.zone, day, 1)
    closed = (member for member in party.members if member.window_code(day) is Code.CLOSED_HOLIDAY)
    windows = (one for member in closed for one in member.possible.windows if one.start < over and one.end > begins)
    spans.append([(max(one.start, begins), min(one.end, over)) for one in windows])
    meeting = (
        [one for one in prepared.facts.closures if any(max(one.start, low) < min(one.end, high) for low, high in among)] for among in spans
    )
    return max(next(found for found in meeting if found), key=lambda one: (one.last, one))


def _longest(zone: str, member: Member, day: date) -> int:
    begins, over = day_start(zone, day), day_start(zone, day, 1)
    return max((piece.end - piece.start for piece in member.after_absences if piece.start < over and piece.end > begins), default=0)


def _retry_at(prepared: Prepared, party: Party, ticks: tuple[int, int]) -> int:
    """When, as holds run out, the first start is left that nothing but holds keeps from this party."""
    wanted = party.possible & prepared.ruler.between(*ticks)
    for gate in party.gates:
        if gate.code < Code.HELD:
            wanted &= gate.keep
    ends = sorted({hold.expires_at for hold in prepared.holds})
    return next(end for end in ends if wanted & prepared.free_of(party, [hold for hold in prepared.holds if hold.expires_at > end]))


def _limit(prepared: Prepared, day: date, ticks: tuple[int, int]) -> dict:
    """Which rule about the person it is, and which of their appointments stands in the way."""
    person = prepared.person
    if person.has_enough():
        return {"limit": "most_upcoming", "appointment": next((row.id for row in person.upcoming), None)}  # "none at all" is a number too
    if person.has_enough_on(day):
        return {"limit": "per_day", "appointment": person.on(day)[0].id}
    among = prepared.ruler.between(*ticks)
    rows = ((row.id, (row.start, row.end, 0, 0, None)) for row in person.mine)
    return {
        "limit": "no_overlap",
        "appointment": next(id for id, row in rows if taken(prepared.ruler, [row], prepared.service.duration, 0, 0) & among),
    }
