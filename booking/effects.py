"""What a change of the plan does: the times that open and close for patients, and the appointments it would leave outside the hours.

A *time* of a practitioner is a start at which at least one of their services can be booked online. So two lengths of visit at nine o'clock
are one time, and the effect is exactly the difference of two availability answers, united over the services. Instants are epoch seconds.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import NamedTuple

from booking.gates import Prepared
from booking.hours import Window, day_start, local_date, merged, subtract
from booking.judgement import questions
from booking.occupancy import Occupancy
from booking.timetable import Timetable
from booking.wishes import Wish

FARTHEST = timedelta(days=400)  # nobody is told about times farther ahead

Times = dict[date, dict[int, list[int]]]  # local date → practitioner id → starts, ascending
Stretches = tuple[tuple[date, date], ...]


class Booked(NamedTuple):
    """An appointment that stands and is to come."""

    id: int
    practitioner: int
    service: int
    location: int
    start: int
    end: int


@dataclass(frozen=True)
class Effect:
    """`outside` lay within the hours and would not any more. `shut`: practitioner → the stretches of dates, from the
    first to the last, on which they lose all their times; `staying` is how many others are booked on such dates."""

    opened: Times
    closed: Times
    outside: tuple[Booked, ...]
    staying: int = 0
    shut: dict[int, Stretches] = field(default_factory=dict)

    @property
    def is_nothing(self) -> bool:
        return not (self.opened or self.closed or self.outside)


def count(times: Times) -> int:
    return sum(len(starts) for people in times.values() for starts in people.values())


def practitioners_in(times: Times) -> set[int]:
    return {one for people in times.values() for one in people}


def span(before: Timetable, after: Timetable, now: int) -> tuple[date, date]:
    """The dates on which times may differ: from today to where the longer of the two plans ends."""
    first = min(before.today(now), after.today(now))
    return first, min(max(before.last_bookable(now), after.last_bookable(now), first), first + FARTHEST)


def effect(
    before: Timetable,
    after: Timetable,
    first: date,
    last: date,
    now: int,
    taken: Occupancy,
    booked: Iterable[Booked] = (),
    only: frozenset[int] | None = None,
) -> Effect:
    """The times of the dates `first`..`last`; `booked` are those that may have come to lie outside, however far ahead.

    `taken` must do for both plans (see judgement.taken). `only`: the practitioners for whom anything can differ, None: everybody.
    """
    opened, closed, known = defaultdict(dict), defaultdict(dict), {}
    old, new = (_masks(table, first, last, now, taken, only, known) for table in (before, after))
    for person in {**old, **new}:
        for n in _differing(old.get(person, {}), new.get(person, {}), (last - first).days + 1):
            was, will_be = ({start for marks in of.get(person, {}).values() for start in marks.on(n)} for of in (old, new))
            day = first + timedelta(days=n)
            if will_be - was:
                opened[day][person] = sorted(will_be - was)
            if was - will_be:
                closed[day][person] = sorted(was - will_be)
    outside = tuple(_outside(before, after, booked))
    lost = [(day, who) for day, people in closed.items() for who in people if not _left(new.get(who, {}), (day - first).days)]
    dates = defaultdict(set)
    for day, who in lost:
        dates[who].add(day)
    shut = {who: _stretches(days, new.get(who, {}), first, last) for who, days in dates.items()}
    staying = _staying(before, lost, taken, {one.id for one in outside})
    return Effect(dict(sorted(opened.items())), dict(sorted(closed.items())), outside, staying, shut)


def others_times(
    before: Timetable, after: Timetable, first: date, last: date, now: int, taken: Occupancy, only: frozenset[int]
) -> set[int]:
    """Those of `only` who have other starts of some service on these dates."""
    known, dates = {}, range((last - first).days + 1)
    old, new = (_masks(table, first, last, now, taken, only, known) for table in (before, after))
    return {who for who in only if _starts(old.get(who, {}), dates) != _starts(new.get(who, {}), dates)}


def _starts(marks: dict[tuple, "_Marks"], dates: Iterable[int]) -> dict[int, set[int]]:
    """Service → starts, wherever."""
    found = defaultdict(set)
    for (service, _place), one in marks.items():
        found[service].update(start for n in dates for start in one.on(n))
    return {service: starts for service, starts in found.items() if starts}


class _Prepared(Prepared):
    """Many questions about the same appointments: what they collide with is worked out once for each length of visit."""

    def __init__(self, facts, query, policy, now: int, known: dict):
        self.known = known
        super().__init__(facts, query, policy, now)

    def _appointments(self, practitioner):
        key = practitioner.id, self.ruler, self.service.duration, self.service.before, self.service.after
        if key not in self.known:
            self.known[key] = super()._appointments(practitioner)
        return self.known[key]


class _Marks(NamedTuple):
    """The starts of one practitioner, service and location as a mask over a ruler."""

    ruler: object
    mask: int

    def on(self, n: int) -> Iterator[int]:
        bits, ruler = self.ruler.on_date(self.mask, n), self.ruler
        at = ruler.base + ruler.cuts[n] * ruler.tick
        while bits:
            low = bits & -bits
            yield at + (low.bit_length() - 1) * ruler.tick
            bits ^= low


def _masks(
    table: Timetable, first: date, last: date, now: int, taken: Occupancy, only: frozenset[int] | None, known: dict
) -> dict[int, dict[tuple, _Marks]]:
    """Practitioner → (service, location) → their starts."""
    found = defaultdict(dict)
    wishes = [
        Wish(service, one)
        for service in table.services()
        for one in (None, *(who for who in table.offered_by(service) if who.closed_to_new))
    ]
    for wish in wishes:
        for group, facts, question in questions(table, wish, first, last, taken):
            asked = tuple(one for one in question.practitioners if only is None or one in only)
            prepared = _Prepared(facts, replace(question, practitioners=asked, mode="any"), group.policy, now, known)
            for party in prepared.parties:
                found[party.ids[0]][wish.service.id, group.location.id] = _Marks(prepared.ruler, party.left)
    return found


def _differing(old: dict[tuple, _Marks], new: dict[tuple, _Marks], dates: int) -> list[int]:
    """The dates, by number, on which some service has other starts."""
    pairs = [(old.get(name), new.get(name)) for name in {**old, **new}]
    pairs = [(one, other) for one, other in pairs if one != other]
    if all(one and other and one.ruler == other.ruler for one, other in pairs):
        changed = [(one.ruler, one.mask ^ other.mask) for one, other in pairs]
        return [n for n in range(dates) if any(ruler.on_date(mask, n) for ruler, mask in changed)]
    return list(range(dates))


def _stretches(lost: set[date], marks: dict[tuple, _Marks], first: date, last: date) -> Stretches:
    """Dates that lose all their times, joined over dates that never had any (weekends), not over dates that still have some."""
    found: list[list[date]] = []
    joins = False
    for day in (first + timedelta(days=n) for n in range((last - first).days + 1 if lost else 0)):
        if _left(marks, (day - first).days):
            joins = False
        elif day in lost and joins:
            found[-1][1] = day
        elif day in lost:
            found.append([day, day])
            joins = True
    return tuple((begins, ends) for begins, ends in found)


def _left(marks: dict[tuple, _Marks], n: int) -> bool:
    return any(one.ruler.on_date(one.mask, n) for one in marks.values())


def _staying(table: Timetable, shut: list[tuple[date, int]], taken: Occupancy, lost: set[int]) -> int:
    """How many appointments begin on these dates of these practitioners, other than those `lost` to the hours."""
    spans = defaultdict(list)
    for day, who in shut:
        zone = table.zone_of(who)
        spans[who].append((day_start(zone, day), day_start(zone, day, 1)))
    standing = {who: [row for row in taken.busy.get(who, ()) if row.id is not None and row.id not in lost] for who in spans}
    starts = {who: sorted(row.start for row in rows) for who, rows in standing.items()}
    return sum(bisect_left(starts[who], ends) - bisect_left(starts[who], begins) for who, days in spans.items() for begins, ends in days)


# --- appointments outside the hours ---


def _outside(before: Timetable, after: Timetable, booked: Iterable[Booked]) -> Iterator[Booked]:
    """Those whose whole body lies in hours of theirs before, and not after; soonest first."""
    found, of = [], defaultdict(list)
    for one in booked:
        of[one.practitioner, one.location, one.service].append(one)
    for place, theirs in of.items():
        low, high = min(one.start for one in theirs), max(one.end for one in theirs)
        was, will_be = (_pieces(table, *place, low, high) for table in (before, after))
        if was != will_be:
            found += (one for one in theirs if _within(was, one) and not _within(will_be, one))
    yield from sorted(found, key=lambda one: (one.start, one.id))


def homeless(table: Timetable, booked: Iterable[Booked]) -> list[Booked]:
    """Those that do not lie wholly in hours of theirs, as the plan is; soonest first."""
    found, of = [], defaultdict(list)
    for one in booked:
        of[one.practitioner, one.location, one.service].append(one)
    for place, theirs in of.items():
        pieces = _pieces(table, *place, min(one.start for one in theirs), max(one.end for one in theirs))
        found += (one for one in theirs if not _within(pieces, one))
    return sorted(found, key=lambda one: (one.start, one.id))


def _pieces(table: Timetable, practitioner: int, location: int, service: int, low: int, high: int) -> list[Window]:
    place = table.location_by_id(location)
    if place is None:
        return []
    first, last = local_date(place.zone, low), local_date(place.zone, high)
    windows = (
        window for window in table.windows(practitioner, place, first, last) if window.services is None or service in window.services
    )
    planned = merged(window._replace(services=None) for window in windows)
    return subtract(subtract(planned, table.closures(place, first, last)), table.absences(practitioner))


def _within(pieces: list[Window], one: Booked) -> bool:
    at = bisect_right(pieces, one.start, key=lambda piece: piece.start) - 1
    return at >= 0 and one.end <= pieces[at].end
