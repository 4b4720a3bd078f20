"""The rules of AVAILABILITY said a second time, slowly: every start of every practitioner against every fact, one by one."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from booking.facts import Code


def local(facts, t) -> date:
    return datetime.fromtimestamp(t, ZoneInfo(facts.zone)).date()


def apart(x, y) -> bool:
    """§4: two appointments (start, end, before, after), whichever comes first."""
    return y[0] >= x[1] + max(x[3], y[2]) or x[0] >= y[1] + max(y[3], x[2])


def possible(facts, service, practitioner, day):
    """K0: on the grid of a planned window, the whole body in it."""
    before, after = (service.before, service.after) if service.buffers_inside else (0, 0)
    for window in practitioner.windows:
        if window.services is None or service.id in window.services:
            for t in range(window.start, window.end, service.step):
                if t - before >= window.start and t + service.duration + after <= window.end and local(facts, t) == day:
                    yield t


def dates(facts, piece):
    """The local dates a piece has a part in."""
    first, last = local(facts, piece[0]), local(facts, piece[1] - 1)
    return {first + timedelta(days=n) for n in range((last - first).days + 1)}


def minus(pieces, spans):
    for span in spans:
        pieces = [p for a, b in pieces for p in ((a, min(b, span[0])), (max(a, span[1]), b)) if p[0] < p[1]]
    return pieces


def refusal(facts, query, policy, now, practitioner, t, until, earliest):
    """The first start gate that says no, or None."""
    s, moved = query.service, query.moving and query.moving.id
    day, end = local(facts, t), t + s.duration
    body, others = (t, end, s.before, s.after), [b for b in practitioner.busy if b.id is None or b.id != moved]
    holds = [h for h in facts.holds if h.expires_at > now and h.owner != query.owner]
    own = query.moving and query.moving.start == t and query.moving.practitioner in (None, practitioner.id)
    rooms = [r for r in facts.rooms if r.kind == s.room]

    def room_free(room, held):
        rows = [b for b in room.busy if b.id is None or b.id != moved]
        rows += [(h.start, h.end, h.room_before, h.room_after) for h in held if h.room == room.id]
        return all(apart((t, end, s.room_before, s.room_after), row) for row in rows)

    mine = [b for b in facts.mine if b.id != moved]
    limits = policy.limits
    rules = [
        (Code.PAST, t >= now),
        (Code.BEYOND_HORIZON, policy.staff or day <= until),
        (Code.TOO_SOON, policy.staff or t >= earliest),
        (Code.CAP, policy.staff or not any(reached(facts, query, cap, practitioner, day, holds) for cap in facts.caps)),
        (Code.FULLY_BOOKED, not own and all(apart(body, row) for row in others)),
        (Code.NO_ROOM, s.room is None or any(room_free(room, []) for room in rooms)),
        (Code.HELD, all(apart(body, h) for h in holds if h.practitioner == practitioner.id)
            and (s.room is None or any(room_free(room, holds) for room in rooms))),
        (Code.PATIENT_LIMIT, not (
            (limits.most_upcoming is not None and len([b for b in mine if b.start >= now]) >= limits.most_upcoming)
            or (limits.per_day is not None and len([b for b in mine if local(facts, b.start) == day]) >= limits.per_day)
            or (limits.no_overlap and any(b.start < end and b.end > t for b in mine)))),
    ]
    return next((code for code, passes in rules if not passes), None)


def reached(facts, query, cap, practitioner, day, holds):
    if cap.practitioner not in (None, practitioner.id) or cap.service not in (None, query.service.id):
        return False
    same = {"day": lambda d: d, "week": lambda d: d.isocalendar()[:2], "month": lambda d: (d.year, d.month)}[cap.period]
    moved = query.moving and query.moving.id
    rows = [(c.start, c.duration, c.practitioner, c.service) for c in facts.counted if c.id is None or c.id != moved]
    rows += [(h.start, h.end - h.start, h.practitioner, h.service) for h in holds]
    lengths = [n for t, n, p, s in rows if same(local(facts, t)) == same(day) and cap.practitioner in (None, p) and cap.service in (None, s)]
    too_long = cap.max_minutes is not None and sum(lengths) + query.service.duration > cap.max_minutes * 60
    return too_long or (cap.max_count is not None and len(lengths) >= cap.max_count)


def one(facts, query, policy, now, practitioner, day, until, earliest):
    """(starts, code) of one practitioner on one date."""
    if day < local(facts, now):
        return set(), Code.PAST
    s = query.service
    before, after = (s.before, s.after) if s.buffers_inside else (0, 0)
    pieces = [w[:2] for w in practitioner.windows if w.services is None or s.id in w.services]
    for code, spans in [(Code.NO_WORKING_HOURS, []), (Code.CLOSED_HOLIDAY, facts.closures), (Code.PRACTITIONER_AWAY, practitioner.absences)]:
        pieces = minus(pieces, spans)
        if not any(day in dates(facts, piece) for piece in pieces):
            return set(), code
    k = [t for t in possible(facts, s, practitioner, day) if any(a <= t - before and t + s.duration + after <= b for a, b in pieces)]
    refused = {t: refusal(facts, query, policy, now, practitioner, t, until, earliest) for t in k}
    starts = {t for t in k if refused[t] is None}
    gates = [c for c in (Code.PAST, *sorted(set(Code) - {Code.PAST})) if c in refused.values()]
    return starts, None if starts else gates[-1] if gates else Code.DOES_NOT_FIT


def answer(facts, query, policy, now, until, earliest):
    """Per date the starts with their takers and the code, for "one" and "any"."""
    people = {p.id: p for p in facts.practitioners}
    for n in range((query.last - query.first).days + 1):
        day = query.first + timedelta(days=n)
        each = {p: one(facts, query, policy, now, people[p], day, until, earliest) for p in query.practitioners}
        starts = sorted(set().union(*(found for found, _ in each.values())))
        takers = {t: tuple(p for p in query.practitioners if t in each[p][0]) for t in starts}
        yield day, takers, None if starts else max(code for _, code in each.values())
