"""Which gate closes a date or refuses a start, and what may be said about it (AVAILABILITY §12).

Nothing here decides anything: the gates have decided, this reads them in order.
"""

from collections.abc import Iterable
from datetime import date

from booking.facts import Code
from booking.gates import Member, Party, Prepared
from booking.grid import clear
from booking.hours import Window, day_start, local_date

Reason = tuple[int | None, dict]  # opens_at, params


def date_code(prepared: Prepared, party: Party, day: date, n: int) -> Code:
    """The one reason of a date without starts: the gate that leaves nothing."""
    if day < prepared.today:
        return Code.PAST
    opens, ends = prepared.ruler.cuts[n : n + 2]
    if party.base.find(1, opens, ends) >= 0:
        left = int.from_bytes(party.base[opens:ends], "little")
        for gate in party.gates:
            left &= int.from_bytes(gate.keep[opens:ends], "little")
            if not left:
                if gate.code in (Code.CLOSED_HOLIDAY, Code.PRACTITIONER_AWAY):
                    break  # whether the date is closed or only too short for this service is a question about windows
                return gate.code
    return min(member.window_code(day) for member in party.members)


def start_code(prepared: Prepared, party: Party, start: int, day: date) -> Code:
    """The first gate that refuses a start which this party does not offer."""
    if day < prepared.today:
        return Code.PAST
    tick = prepared.tick_of(start)
    if tick is not None and party.base[tick]:
        return next((gate.code for gate in party.gates if not gate.keep[tick]), Code.OFF_GRID)  # off the packed grid
    code = min(member.window_code(day) for member in party.members)
    if code is Code.DOES_NOT_FIT and not all(member.possible.on_grid(start) for member in party.members):
        return Code.OFF_GRID
    return code


def only_a_buffer(prepared: Prepared, party: Party, start: int) -> bool:
    """For staff: no appointment lies in this start's own time, only the buffer around one does."""
    if prepared.query.moving is not None and prepared.query.moving.start == start:
        return False
    end = start + prepared.service.duration
    return not any(
        row.start < end and row.end > start for member in party.members for row in prepared.without_moved(member.practitioner.busy)
    )


def explain(prepared: Prepared, party: Party, code: Code, day: date, opens: int, ends: int) -> Reason:
    """`opens_at` and the params of a code (see `Day`), for the ticks `opens`..`ends` of a date."""
    members, zone = party.members, prepared.zone
    match code:
        case Code.NO_WORKING_HOURS:
            return None, {"next": _latest(_next_date(zone, member.possible.windows, day) for member in members)}
        case Code.CLOSED_HOLIDAY:
            begins, over = day_start(zone, day), day_start(zone, day, 1)
            closures = [one for one in prepared.facts.closures if one.start < over and one.end > begins]
            closure = max(closures, key=lambda one: one.last)
            return None, {"name": closure.name, "last": closure.last}
        case Code.PRACTITIONER_AWAY:
            away = [member for member in members if member.window_code(day) in (code, Code.DOES_NOT_FIT)]
            return None, {"back": _latest(_next_date(zone, member.after_absences, day) for member in away)}
        case Code.DOES_NOT_FIT:
            return None, {"longest": min(_longest(zone, member, day) for member in members)} if prepared.policy.staff else {}
        case Code.BEYOND_HORIZON:
            late = [member for member in members if member.horizon is not None and (member.until is None or day > member.until)]
            return _latest(member.horizon.opens_at(day) for member in late), {}
        case Code.TOO_SOON:
            return None, {"earliest": prepared.earliest}
        case Code.CAP:
            reached = [each for member in members for each in prepared.reached(member.practitioner.id, day)]
            kind, last = max(reached, key=lambda each: each[1])
            return None, {"period": kind, "ends": last}
        case Code.HELD:
            return None, {"retry_at": _retry_at(prepared, party, opens, ends)}
        case Code.PATIENT_LIMIT:
            return None, _limit(prepared, day, opens, ends)
    return None, {}


def merge(reasons: Iterable[Reason]) -> Reason:
    """One answer for several practitioners with the same code: whatever comes first, comes first."""
    reasons = list(reasons)
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
    return None if None in values else max(values, default=None)


def _next_date(zone: str, windows: Iterable[Window], day: date) -> date | None:
    """The first local date after `day` that some window has a part in, as far as the facts reach."""
    over = day_start(zone, day, 1)
    return min((local_date(zone, max(window.start, over)) for window in windows if window.end > over), default=None)


def _longest(zone: str, member: Member, day: date) -> int:
    begins, over = day_start(zone, day), day_start(zone, day, 1)
    return max((piece.end - piece.start for piece in member.after_absences if piece.start < over and piece.end > begins), default=0)


def _collides(prepared: Prepared, party: Party, row: tuple, before: int, after: int, opens: int, ends: int) -> bool:
    """Does this one row take a possible start of these ticks?"""
    left = clear(bytearray(party.base), prepared.ruler, [row], prepared.service.duration, before, after)
    return left[opens:ends] != party.base[opens:ends]


def _retry_at(prepared: Prepared, party: Party, opens: int, ends: int) -> int | None:
    """When the first of the holds in the way runs out."""
    service, ours = prepared.service, set(party.ids)
    ways = [
        (hold.expires_at, (hold.start, hold.end, hold.before, hold.after, None), service.before, service.after)
        for hold in prepared.holds
        if hold.practitioner in ours
    ]
    if service.room is not None:
        ways += [
            (hold.expires_at, (hold.start, hold.end, hold.room_before, hold.room_after, None), service.room_before, service.room_after)
            for hold in prepared.holds
            if hold.room is not None
        ]
    return min((expires for expires, *way in ways if _collides(prepared, party, *way, opens, ends)), default=None)


def _limit(prepared: Prepared, day: date, opens: int, ends: int) -> dict:
    """Which rule about the person it is, and which of their appointments stands in the way."""
    limits, upcoming = prepared.policy.limits, prepared.upcoming()
    if limits.most_upcoming is not None and len(upcoming) >= limits.most_upcoming:
        return {"limit": "most_upcoming", "appointment": upcoming[0].id}
    mine = sorted(prepared.without_moved(prepared.facts.mine), key=lambda row: row.start)
    that_day = [row for row in mine if local_date(prepared.zone, row.start) == day]
    if limits.per_day is not None and len(that_day) >= limits.per_day:
        return {"limit": "per_day", "appointment": that_day[0].id}
    begins, over = prepared.instant(opens), prepared.instant(ends - 1) + prepared.service.duration
    return {"limit": "no_overlap", "appointment": next(row.id for row in mine if row.start < over and row.end > begins)}
