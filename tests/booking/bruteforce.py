"""The rules of AVAILABILITY said a second time, slowly: every start of every practitioner against every fact, one by one."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from booking.facts import Code


def local(facts, t) -> date:
    return _local(facts.zone, t)


@lru_cache(maxsize=None)
def _local(zone, t) -> date:
    return datetime.fromtimestamp(t, ZoneInfo(zone)).date()


def meet(x, y) -> bool:
    """D3: half open, touching is free; what takes no time meets nothing."""
    return max(x[0], y[0]) < min(x[1], y[1])


def apart(x, y) -> bool:
    """§4: two appointments (start, end, before, after), whichever comes first."""
    return y[0] == y[1] or y[0] >= x[1] + max(x[3], y[2]) or x[0] >= y[1] + max(y[3], x[2])


def inside(service):
    return (service.before, service.after) if service.buffers_inside else (0, 0)


def windows(service, practitioner):
    return [w for w in practitioner.windows if w.services is None or service.id in w.services]


def left(facts, service, practitioner, day):
    """The window gates: what they leave of all windows, and the code of the one that leaves nothing of the date."""
    pieces = [window[:2] for window in windows(service, practitioner)]
    for code, spans in [
        (Code.NO_WORKING_HOURS, []),
        (Code.CLOSED_HOLIDAY, facts.closures),
        (Code.PRACTITIONER_AWAY, practitioner.absences),
    ]:
        pieces = minus(pieces, spans)
        if not any(day in dates(facts, piece) for piece in pieces):
            return pieces, code
    return pieces, None


def possible(facts, service, practitioner, day):
    """K0: on the grid of a planned window, the whole body in it."""
    before, after = inside(service)
    for window in windows(service, practitioner):
        for t in range(window.start, window.end, service.step):
            if t - before >= window.start and t + service.duration + after <= window.end and local(facts, t) == day:
                yield t


def dates(facts, piece):
    """The local dates a piece has a part in."""
    first, last = local(facts, piece[0]), local(facts, piece[1] - 1)
    return {first + timedelta(days=n) for n in range((last - first).days + 1)}


def minus(pieces, spans):
    for span in (each for each in spans if each[0] < each[1]):
        pieces = [p for a, b in pieces for p in ((a, min(b, span[0])), (max(a, span[1]), b)) if p[0] < p[1]]
    return pieces


def refusal(facts, query, policy, now, practitioner, t, until, earliest):
    """The first start gate that says no, or None."""
    s, moved = query.service, query.moving and query.moving.id
    day, end = local(facts, t), t + s.duration
    body, others = (t, end, s.before, s.after), [b for b in practitioner.busy if b.id is None or b.id != moved]
    holds = live_holds(facts, query, now)
    own = query.moving and query.moving.start == t and query.moving.practitioner in (None, practitioner.id)
    rooms = [r for r in facts.rooms if r.kind == s.room]

    def room_free(room, held):
        rows = [b for b in room.busy if b.id is None or b.id != moved]
        rows += [(h.start, h.end, h.room_before, h.room_after) for h in held if h.room == room.id]
        return all(apart((t, end, s.room_before, s.room_after), row) for row in rows)

    mine = [b for b in facts.mine if b.id != moved and b.start < b.end]
    limits = policy.limits
    rules = [
        (Code.PAST, t >= now),
        (Code.BEYOND_HORIZON, policy.staff or day <= until),
        (Code.TOO_SOON, policy.staff or t >= earliest),
        (Code.CAP, policy.staff or not any(reached(facts, query, cap, practitioner, day, holds) for cap in facts.caps)),
        (Code.FULLY_BOOKED, not own and all(apart(body, row) for row in others)),
        (Code.NO_ROOM, s.room is None or any(room_free(room, []) for room in rooms)),
        (
            Code.HELD,
            all(apart(body, h) for h in holds if h.practitioner == practitioner.id)
            and (s.room is None or any(room_free(room, holds) for room in rooms)),
        ),
        (
            Code.PATIENT_LIMIT,
            not (
                (limits.most_upcoming is not None and len([b for b in mine if b.start >= now]) >= limits.most_upcoming)
                or (limits.per_day is not None and len([b for b in mine if local(facts, b.start) == day]) >= limits.per_day)
                or (limits.no_overlap and any(b.start < end and b.end > t for b in mine))
            ),
        ),
    ]
    return next((code for code, passes in rules if not passes), None)


def live_holds(facts, query, now):
    return [h for h in facts.holds if h.expires_at > now and h.owner != query.owner and h.start < h.end]


def reached(facts, query, cap, practitioner, day, holds):
    if cap.practitioner not in (None, practitioner.id) or cap.service not in (None, query.service.id):
        return False
    same = {"day": lambda d: d, "week": lambda d: d.isocalendar()[:2], "month": lambda d: (d.year, d.month)}[cap.period]
    moved = query.moving and query.moving.id
    rows = [(c.start, c.duration, c.practitioner, c.service, c.location) for c in facts.counted if c.id is None or c.id != moved]
    rows += [(h.start, h.end - h.start, h.practitioner, h.service, h.location) for h in holds]
    here = [row for row in rows if cap.location is None or row[4] in (None, cap.location)]
    lengths = [
        n for t, n, p, s, _ in here if same(local(facts, t)) == same(day) and cap.practitioner in (None, p) and cap.service in (None, s)
    ]
    too_long = cap.max_minutes is not None and sum(lengths) + query.service.duration > cap.max_minutes * 60
    return too_long or (cap.max_count is not None and len(lengths) >= cap.max_count)


def one(facts, query, policy, now, practitioner, day, until, earliest):
    """(starts, code) of one practitioner on one date."""
    if day < local(facts, now):
        return set(), Code.PAST
    s = query.service
    before, after = inside(s)
    pieces, code = left(facts, s, practitioner, day)
    if code is not None:
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


def judged(facts, query, policy, now, practitioner, t, until, earliest):
    """One start of one practitioner: the first gate that refuses it, OFF_GRID, or None."""
    s, day = query.service, local(facts, t)
    before, after = inside(s)
    if day < local(facts, now):
        return Code.PAST
    if t in set(possible(facts, s, practitioner, day)):
        body = (t - before, t + s.duration + after)
        if any(meet(body, span) for span in facts.closures):
            return Code.CLOSED_HOLIDAY
        if any(meet(body, span) for span in practitioner.absences):
            return Code.PRACTITIONER_AWAY
        return refusal(facts, query, policy, now, practitioner, t, until, earliest)
    code = left(facts, s, practitioner, day)[1]
    on_grid = any(w.start <= t < w.end and (t - w.start) % s.step == 0 for w in windows(s, practitioner))
    return code or (Code.DOES_NOT_FIT if on_grid else Code.OFF_GRID)


def closure_meant(facts, query, practitioner, day, t=None):
    """The closure to name: of those that meet the body of a start, or else the date's hours, the one that ends last."""
    s = query.service
    before, after = inside(s)
    hours = list(_on(facts, [window[:2] for window in windows(s, practitioner)], day))
    body = [] if t is None else [(t - before, t + s.duration + after)]
    found = [[c for c in facts.closures if any(meet(c, each) for each in spans)] for spans in (body, hours)]
    return max(found[0] or found[1], key=lambda one: (one.last, one))


def _on(facts, pieces, day):
    """The parts of pieces on a date, minute by minute."""
    for a, b in pieces:
        minutes = [t for t in range(a, b, 60) if local(facts, t) == day]
        if minutes:
            yield minutes[0], minutes[-1] + 60


def retry_at(facts, query, policy, now, practitioner, starts, until, earliest):
    """The first moment at which one of the starts that only holds keep away is not held any more."""
    held = [t for t in starts if judged(facts, query, policy, now, practitioner, t, until, earliest) is Code.HELD]
    for moment in sorted({h.expires_at for h in live_holds(facts, query, now)}):
        later = replace(facts, holds=tuple(h for h in facts.holds if h.expires_at > moment))
        if any(judged(later, query, policy, now, practitioner, t, until, earliest) is not Code.HELD for t in held):
            return moment
