"""The one predicate: a wish, the timetable and what is taken go to the engine; lists, holds, bookings and sentences all ask here."""

from dataclasses import replace
from datetime import date, timedelta
from typing import NamedTuple

from booking import facts, occupancy
from booking.availability import availability, check
from booking.limits import period
from booking.hours import day_start, local_date
from booking.obstacles import Obstacles, obstacles
from booking.occupancy import Occupancy, Whose
from booking.plan import Cap, Group
from booking.reasons import merge
from booking.timetable import Timetable
from booking.wishes import Wish
from portal.database import db

AHEAD = timedelta(days=14)  # "next open on …" looks this far past the last date
FAR = timedelta(days=400)  # and this far where nothing was found: hours that begin in spring, somebody away for months
LATER = {facts.Code.NO_WORKING_HOURS: "next", facts.Code.PRACTITIONER_AWAY: "back"}


class Way(NamedTuple):
    """One way to have a start: with any of the offer's practitioners (and rooms) at this group's location."""

    group: Group
    offer: facts.Offer


def answer(table: Timetable, wish: Wish, first: date, last: date, now: int, taken: Occupancy, ahead: timedelta = AHEAD) -> facts.Answer:
    """One Day per date `first`..`last`; groups of practitioners are united."""
    asked = questions(table, wish, first, last, taken, ahead)
    answers = [availability(known, question, group.policy, now) for group, known, question in asked]
    if not answers:
        days = (first + timedelta(days=n) for n in range((last - first).days + 1))
        return facts.Answer(facts.Day(day, (), facts.Code.NO_WORKING_HOURS, None, {"next": None}) for day in days)
    found = answers[0] if len(answers) == 1 else facts.Answer(_united(days) for days in zip(*answers))
    return facts.Answer(map(_discreet_day, found)) if wish.discreet else found


def with_later_dates(table: Timetable, wish: Wish, found: facts.Answer, now: int) -> facts.Answer:
    """The same answer, in which a date without hours, or on which somebody is away, names the next one however far it is (§12)."""
    short = {day.date for day in found if day.code in LATER and day.params.get(LATER[day.code]) is None}
    if not short:
        return found
    nobody = Occupancy({}, {}, (), (), ())  # what is taken has no part in this
    far = {day.date: day for day in answer(table, wish, min(short), max(short), now, nobody, FAR)}
    return facts.Answer(day._replace(params=far[day.date].params) if day.date in short else day for day in found)


def questions(
    table: Timetable, wish: Wish, first: date, last: date, taken: Occupancy, ahead: timedelta = AHEAD
) -> list[tuple[Group, facts.Facts, facts.Query]]:
    """What the engine is asked about a wish: once for each group of practitioners who are judged together."""
    groups = table.groups(wish.service, wish.practitioner, wish.staff)
    return [(group, _facts(table, group, wish, first, last, taken, ahead), _query(table, group, wish, first, last)) for group in groups]


def judge(table: Timetable, wish: Wish, start: int, now: int, taken: Occupancy) -> list[Way] | facts.Refusal:
    """Every way to have one start, or the reason closest to bookable."""
    ways, refusals = [], []
    for group in table.groups(wish.service, wish.practitioner, wish.staff):
        day = local_date(group.location.zone, start)
        policy = replace(group.policy, notice=facts.Notice()) if _holds(wish, start, taken) else group.policy
        found = check(_facts(table, group, wish, day, day, taken), _query(table, group, wish, day, day), start, policy, now)
        if isinstance(found, facts.Offer):
            ways.append(Way(group, found))
        else:
            refusals.append(found)
    if ways:
        return ways
    if not refusals:
        return facts.Refusal(facts.Code.NO_WORKING_HOURS)
    grid = [one for one in refusals if one.code is not facts.Code.OFF_GRID] or refusals
    found = max(grid, key=lambda one: one.gate or one.code)
    return facts.Refusal(facts.Code.FULLY_BOOKED, params=_discreet(found)) if wish.discreet and _about_person(found) else found


class Chance(NamedTuple):
    """One practitioner at one location, and what stands against a start there."""

    group: Group
    practitioner: int
    found: Obstacles


def chances(table: Timetable, wish: Wish, start: int, now: int, taken: Occupancy) -> list[Chance]:
    """For staff: everything that stands against one start, with each who could give it. How many one person may book online is no rule here."""
    day, found, taken = local_date(table.zone, start), [], taken._replace(holds=tuple(one for one in taken.holds if one.expires_at > now))
    for group in table.groups(wish.service, wish.practitioner, staff=True):
        policy = replace(group.policy, limits=facts.Limits(no_overlap=True))
        for one in group.practitioners:
            alone = group._replace(practitioners=(one,))
            world, question = _facts(table, alone, wish, day, day, taken), _query(table, alone, wish, day, day)
            found.append(Chance(alone, one, obstacles(world, question, start, policy, now)))
    return found


def _discreet_day(day: facts.Day) -> facts.Day:
    return day._replace(code=facts.Code.FULLY_BOOKED, params=_discreet(day)) if _about_person(day) else day


def _about_person(found: facts.Day | facts.Refusal) -> bool:
    return found.code is facts.Code.PATIENT_LIMIT


def _discreet(found: facts.Day | facts.Refusal) -> dict:
    """Nothing of the person's appointments; only whether another day could help."""
    return {"no_more": True} if found.params.get("limit") == "most_upcoming" else {}


def _holds(wish: Wish, start: int, taken: Occupancy) -> bool:
    """Does the asker hold this very start? Then it was soon enough when they took it, and the minutes of a hold must not undo that."""
    return any(wish.owner and hold.owner == wish.owner and hold.start == start and hold.service == wish.service.id for hold in taken.holds)


# --- what is taken ---


def taken_between(table: Timetable, wish: Wish, first: date, last: date, now: int) -> Occupancy:
    """Everything taken that matters to these local dates. Two statements, none if this transaction has read them before."""
    whose = Whose(wish.profile.id, wish.only_by) if wish.profile else None
    found = taken(table, needed_practitioners(table, wish), bool(wish.service.room_kind), whose, _widened(table, wish, first, last), now)
    return found if wish.sitting is None else wish.sitting.leave(found)


def taken_around(table: Timetable, wish: Wish, start: int, now: int) -> Occupancy:
    """What matters to one start: its local date, wherever the clock is read."""
    dates = [local_date(place.zone, start) for place in table.locations] or [local_date(table.zone, start)]
    return taken_between(table, wish, min(dates), max(dates), now)


def taken_by_all(table: Timetable, first: date, last: date, now: int) -> Occupancy:
    """What matters to these dates whatever is wished for: everybody, every room, the whole weeks and months that any cap counts in."""
    everybody, rooms = tuple(one.id for one in table.practitioners()), any(service.room_kind for service in table.services())
    return taken(table, everybody, rooms, None, _periods({cap.period for cap in table.caps}, first, last), now)


def taken(
    table: Timetable, practitioners: tuple[int, ...], rooms: bool, whose: Whose | None, dates: tuple[date, date], now: int
) -> Occupancy:
    """The same for chosen practitioners, with all rooms or none. Two statements, or none."""
    zones = {place.zone for place in table.locations} or {table.zone}
    low = min(day_start(zone, dates[0]) for zone in zones)
    if not table.caps:  # a cap also counts what is over
        low = max(low, now - occupancy.LONGEST)
    high = max(max(day_start(zone, dates[1], 1) for zone in zones), low)
    room_ids = tuple(number for number, _ in table.rooms()) if rooms else ()
    for_caps = bool(table.caps)
    key = (table.practice_id, practitioners, room_ids, whose, now)
    session = db.session()
    known = _read_before(session)
    for other, begins, ends, found in known:
        if other == key and begins <= low and high <= ends:
            return found
    found = occupancy.load(table.practice_id, practitioners, room_ids, whose, low, high, now, for_caps)
    if not session.info.get("writing"):
        session.info["occupancy"] = session.get_transaction(), [*known, (key, low, high, found)]
    return found


def _read_before(session) -> list[tuple]:
    """What this very transaction has read already: within it the world stands still. Under a lock everything is read anew."""
    transaction, known = session.info.get("occupancy", (None, []))
    if session.info.get("writing") or transaction is None or transaction is not session.get_transaction():
        return []
    return known


def needed_practitioners(table: Timetable, wish: Wish) -> tuple[int, ...]:
    """Candidates; everybody if a cap counts more than their own appointments."""
    if any(cap.practitioner is None for cap in _caps(table, wish)):
        return tuple(one.id for one in table.practitioners())
    if wish.practitioner is not None:
        return (wish.practitioner.id,)
    return wish.service.practitioners


def _caps(table: Timetable, wish: Wish) -> list[Cap]:
    """The caps that can stop this wish."""
    if wish.staff:
        return []
    who = wish.service.practitioners if wish.practitioner is None else (wish.practitioner.id,)
    return [cap for cap in table.caps if cap.service in (None, wish.service.id) and (cap.practitioner is None or cap.practitioner in who)]


def _widened(table: Timetable, wish: Wish, first: date, last: date) -> tuple[date, date]:
    """The dates, or the whole weeks and months around them that caps count in."""
    return _periods({cap.period for cap in _caps(table, wish)}, first, last)


def _periods(kinds: set[str], first: date, last: date) -> tuple[date, date]:
    begins = [period(kind, first)[0] for kind in kinds]
    ends = [period(kind, last)[1] for kind in kinds]
    return min([first, *begins]), max([last, *ends])


# --- for the engine ---


def _facts(table: Timetable, group: Group, wish: Wish, first: date, last: date, taken: Occupancy, far: timedelta = AHEAD) -> facts.Facts:
    place, kind, ahead = group.location, wish.service.room_kind, last + far
    caps = [cap for cap in _caps(table, wish) if cap.location in (None, place.id)]
    return facts.Facts(
        zone=place.zone,
        practitioners=tuple(table.engine_practitioner(one, place, first, ahead, taken.busy.get(one, ())) for one in group.practitioners),
        closures=table.closures(place, first, ahead),
        rooms=tuple(facts.Room(number, kind, taken.rooms.get(number, ())) for number, what in table.rooms(place) if what == kind)
        if kind
        else (),
        holds=taken.holds,
        caps=tuple(facts.Cap(cap.period, cap.max_count, cap.max_minutes, cap.practitioner, cap.service, cap.location) for cap in caps),
        counted=taken.counted() if caps else (),
        mine=taken.mine,
    )


def _query(table: Timetable, group: Group, wish: Wish, first: date, last: date) -> facts.Query:
    old = wish.moving
    return facts.Query(
        service=table.engine_service(wish.service, group.location.zone),
        practitioners=group.practitioners,
        mode="one" if len(group.practitioners) == 1 else "any",
        first=first,
        last=last,
        owner=wish.owner or None,
        moving=facts.Moving(old.id, int(old.starts_at.timestamp()), old.practitioner_id) if old else None,
    )


def _united(days: tuple[facts.Day, ...]) -> facts.Day:
    """The answers of several groups for one date as one: every start, or the code closest to bookable (§12)."""
    open_ones = [day.starts for day in days if day.starts]
    counts = None
    if days[0].counts_by_code is not None:
        counts = {}
        for day in days:
            for code, count in day.counts_by_code.items():
                counts[code] = counts.get(code, 0) + count
    if open_ones:

        def who(start: int) -> tuple[int, ...]:
            return tuple(one for starts in open_ones if start in starts for one in starts.practitioners(start))

        return facts.Day(
            days[0].date, facts.Starts.known(sorted({start for starts in open_ones for start in starts}), who), counts_by_code=counts
        )
    code = max(day.code for day in days)
    _, params = merge((day.opens_at, day.params) for day in days if day.code is code)
    opens_at = min((day.opens_at for day in days if day.opens_at is not None), default=None)
    return facts.Day(days[0].date, (), code, opens_at, params, counts)
