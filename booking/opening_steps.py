"""What closes a day for one practitioner, taken away step by step: for each code the least change after which the engine says another (or none).

Pure: a plan is supposed (booking/whatif.py), the engine is asked, nothing is read or saved.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cached_property
from itertools import accumulate, chain
from operator import add

from booking import behind
from booking.changes import Change, Gone, HereAfterAll, HolidayWorked, NewCap, NewRules, OpenOn, OtherHours, Several
from booking.facts import Code, Day
from booking.horizon import Horizon, Release, ReleaseList, ReleaseMonthly, Rolling, Until, from_dict, to_dict
from booking.hours import day_start, local_date, local_minute
from booking.judgement import answer
from booking.occupancy import Occupancy
from booking.timetable import USUAL_HORIZON, Timetable, timetable_of
from booking.whatif import Parts, rules_of
from booking.wishes import Wish
from portal.models import Practice

MOST_STEPS = 8  # a day closed by more settings than this has been closed on purpose
QUARTER, MIDNIGHT = 15, 1440
NOTICES = (7 * 1440, 5 * 1440, 3 * 1440, 2 * 1440, 1440, 720, 480, 360, 240, 180, 120, 90, 60, 45, 30, 15, 0)  # minutes, as people set them
FARTHEST = 730  # days a horizon is let reach


@dataclass(frozen=True)
class Asked:
    """One wish about one date, and the plan it is asked of. `known`: what was supposed and read so far; of this date, whoever is asked for."""

    practice: Practice
    table: Timetable
    wish: Wish
    on: date
    now: int
    taken: Occupancy
    known: dict[tuple, object] = field(default_factory=dict, repr=False, compare=False)

    @property
    def parts(self) -> Parts:
        return self.table.parts

    @property
    def day(self) -> Day:
        """What the person reads on that date."""
        key = id(self.table), self.wish.practitioner
        if key not in self.known:
            self.known[key] = self._read(self.table)
        return self.known[key]

    def of(self, parts: Parts) -> Day:
        """What the person would read on that date if this were the plan."""
        return self._read(timetable_of(self.practice, parts, self.table))

    def _read(self, table: Timetable) -> Day:
        return answer(table, self.wish, self.on, self.on, self.now, self.taken)[0]

    def after(self, change: Change) -> "Asked":
        """The same asked of the plan as it would be; each is worked out once, whoever of the practitioners is asked about."""
        key = id(self.table), repr(change)
        if key not in self.known:
            self.known[key] = timetable_of(self.practice, change.on(self.parts), self.table)
        return replace(self, table=self.known[key])

    @property
    def who(self) -> int:
        return self.wish.practitioner.id

    @property
    def zone(self) -> str:
        return self.table.location_by_id(self.place).zone

    @cached_property
    def place(self) -> int:
        return behind.places(self.parts, self.table, self.who)[0]


def steps(asked: Asked) -> Several | None:
    changes: list[Change] = []
    for _ in range(MOST_STEPS):
        if asked.day.starts:
            return Several(tuple(changes)) if changes else None
        change = _STEP_OF.get(asked.day.code, _nothing)(asked, asked.day)
        if change is None:
            return None
        changes = _joined(changes, change)
        asked = asked.after(change)
    return None


def _joined(changes: list[Change], change: Change) -> list[Change]:
    """Hours of one date that were changed twice are said once, as they are in the end."""
    if isinstance(change, OtherHours):
        changes = [one for one in changes if not isinstance(one, OtherHours)]
    return [*changes, change]


def _nothing(_asked: Asked, _day: Day) -> None:
    """Full, held, over: no setting opens that."""


def _least(asked: Asked, changes: Iterable[Change], code: Code) -> Change | None:
    """The first of these changes after which the day is not closed by this code any more."""
    return next((one for one in changes if asked.of(one.on(asked.parts)).code is not code), None)


# --- one step for each code ---


def _give_hours(asked: Asked, _day: Day) -> Change | None:
    """The hours of the nearest date that has some for this; what is planned on the date for something else stays. Where a break leaves nothing
    of them, they go on after it, or begin before it."""
    hours = _united([*_planned(asked, asked.on, False), *_usual(asked)])
    return _least(
        asked, (OtherHours(asked.who, asked.place, asked.on, one) for one in chain([hours], _stretched(hours))), Code.NO_WORKING_HOURS
    )


def _usual(asked: Asked) -> list[tuple[int, int]]:
    near = chain.from_iterable((timedelta(days=n), timedelta(days=-n)) for n in range(1, 36))
    weekdays = chain((timedelta(days=n) for n in (7, -7, 14, -14)), near)  # the same weekday first
    return next((hours for step in weekdays if (hours := _planned(asked, asked.on + step, True))), [(9 * 60, 17 * 60)])


def _planned(asked: Asked, on: date, for_this: bool, at: int | None = None) -> list[tuple[int, int]]:
    """The windows that begin on a date, in minutes; only those for the wish's service, or all. `at`: the id of another location."""
    place = asked.table.location_by_id(asked.place if at is None else at)
    windows = (one for one in asked.table.windows(asked.who, place, on, on) if local_date(place.zone, one.start) == on)
    mine = (one for one in windows if not for_this or one.services is None or asked.wish.service.id in one.services)
    return [(local_minute(place.zone, one.start), local_minute(place.zone, one.end) or MIDNIGHT) for one in mine]


def _united(hours: list[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """In order; those that overlap are one."""
    found: list[tuple[int, int]] = []
    for opens, closes in sorted((opens, closes if closes > opens else closes + MIDNIGHT) for opens, closes in hours):
        if found and opens <= found[-1][1]:
            found[-1] = found[-1][0], max(found[-1][1], closes)
        else:
            found.append((opens, closes))
    return tuple((opens, closes if closes <= MIDNIGHT else closes - MIDNIGHT) for opens, closes in found)


def _longer(asked: Asked, _day: Day) -> Change | None:
    """The hours of the day go on or begin earlier, wherever there are some."""
    here = ((place, _planned(asked, asked.on, False, place)) for place in behind.places(asked.parts, asked.table, asked.who))
    longer = (OtherHours(asked.who, place, asked.on, one) for place, hours in here if hours for one in _stretched(hours))
    return _least(asked, longer, Code.DOES_NOT_FIT)


def _stretched(hours: Sequence[tuple[int, int]]) -> Iterator[tuple[tuple[int, int], ...]]:
    """The last hours of a day go on, or else the first begin earlier, by quarters of an hour."""
    (first, end), (begin, last) = hours[0], hours[-1]
    later = (
        _united([*hours, (begin, min(last + n, MIDNIGHT))]) for n in range(QUARTER, MIDNIGHT - last + QUARTER, QUARTER) if begin < last
    )
    earlier = (_united([*hours, (max(first - n, 0), end)]) for n in range(QUARTER, first + QUARTER, QUARTER))
    return chain(later, earlier)


def _work(asked: Asked, _day: Day) -> Change | None:
    source = next(iter(behind.closures(asked.practice, asked.parts, asked.table, asked.who, asked.on)), None)
    if source is None:
        return None
    if source.kind == "holiday":
        return HolidayWorked(asked.on)
    return OpenOn(source.row_id, asked.on) if source.row[2] is not None else Gone("closures", source.row_id)


def _come_back(asked: Asked, _day: Day) -> Change:
    return HereAfterAll(asked.who, day_start(asked.zone, asked.on), day_start(asked.zone, asked.on, 1))


def _reach(asked: Asked, _day: Day) -> Change | None:
    level, number = _level(asked, "horizon")
    source = behind.said(asked.parts, asked.wish.service.id, asked.who, "horizon")
    stored = rules_of(asked.parts, source.level, source.number)["horizon"] if source else USUAL_HORIZON
    table = asked.table
    # What has just opened in Toronto opens in two hours in Edmonton: the clock of each place they work at is tried.
    zones = dict.fromkeys(table.location_by_id(place).zone for place in behind.places(asked.parts, table, asked.who))
    longer = filter(None, (reaching(from_dict(stored, zone, table.is_open), asked.on, asked.now, zone) for zone in zones))
    return _least(asked, (NewRules(level, number, {"horizon": to_dict(one)}) for one in longer), Code.BEYOND_HORIZON)


def reaching(horizon: Horizon, day: date, now: int, zone: str) -> Horizon | None:
    """The horizon of the same kind that has just opened `day`, or None if it would have to reach beyond two years."""
    match horizon:
        case Until():
            return Until(day)
        case ReleaseList():
            return replace(horizon, releases=(*horizon.releases, (local_date(zone, now), local_minute(zone, now), day)))
        case Rolling():
            longer = [replace(horizon, days=n) for n in range(horizon.days + 1, FARTHEST)]
        case Release():
            longer = [replace(horizon, through_days=n) for n in range(horizon.through_days + 1, FARTHEST)]
        case ReleaseMonthly():
            longer = [replace(horizon, through_months=n) for n in range(horizon.through_months + 1, FARTHEST // 30)]
    least = bisect_left(longer, True, key=lambda one: one.bookable_until(now) >= day)
    return longer[least] if least < len(longer) else None


def _sooner(asked: Asked, _day: Day) -> Change | None:
    """A shorter notice; where a cut-off stands in the way, a later one or none."""
    level, number = _level(asked, "notice_minutes")
    now = asked.table.terms(asked.wish.service.id, asked.who)
    shorter = [NewRules(level, number, {"notice_minutes": n}) for n in NOTICES if n < now.notice_minutes]
    if now.cutoff_minute is None:
        return _least(asked, shorter, Code.TOO_SOON)
    level, number = _level(asked, "cutoff_minute")
    later = [NewRules(level, number, {"cutoff_minute": n}) for n in range(now.cutoff_minute + 60, MIDNIGHT + 1, 60)]
    fewer = list(accumulate(((one,) for one in _cutoffs_gone(asked)), add))
    both = (Several((*fewer[-1], one)) for one in shorter)
    fewer = (gone[0] if len(gone) == 1 else Several(gone) for gone in fewer)
    return _least(asked, chain(shorter, later, fewer, both), Code.TOO_SOON)


def _cutoffs_gone(asked: Asked) -> Iterator[NewRules]:
    """Taking away the cut-off that holds, then the one that holds instead, until there is none."""
    parts = asked.parts
    while source := behind.said(parts, asked.wish.service.id, asked.who, "cutoff_minute"):
        yield (gone := NewRules(source.level, source.number, {"cutoff_minute": None}))
        parts = gone.on(parts)


def _one_more(asked: Asked, _day: Day) -> Change | None:
    """The cap that is reached goes as far up as it takes."""
    row = next((row for row in behind.caps(asked.parts, asked.wish.service.id, asked.who) if is_reached(asked, row)), None)
    if row is None:
        return None
    who, service, place, period, count, minutes, number = row
    counts = [count] if count is None else range(count, count + 100)
    lengths = [minutes] if minutes is None else [minutes + n * 5 for n in range(577)]

    def other(count: int | None, minutes: int | None) -> NewCap:
        return NewCap(period, count, minutes, who, service, place, number)

    def lifts(change: NewCap) -> bool:
        return not is_reached(asked, [who, service, place, period, change.max_count, change.max_minutes, number])

    count = next((one for one in counts if lifts(other(one, None)) or one is None), None)
    minutes = next((one for one in lengths if lifts(other(None, one)) or one is None), None)
    return other(count, minutes)


def is_reached(asked: Asked, row: list) -> bool:
    """Would this cap alone close the day?"""
    return asked.of({**asked.parts, "caps": [row]}).code is Code.CAP


def _let_them(asked: Asked, day: Day) -> Change | None:
    """One more appointment a person may have. Two at the same time nobody can have."""
    match day.params.get("limit"):
        case "most_upcoming":
            level, number = _level(asked, "most_upcoming")
            most = asked.table.terms(asked.wish.service.id, asked.who).most_upcoming
            more = (NewRules(level, number, {"most_upcoming": n}) for n in range(most + 1, most + 100))
            return next((one for one in more if asked.of(one.on(asked.parts)).params.get("limit") != "most_upcoming"), None)
        case "per_day":
            level, number = _level(asked, "one_per_day")
            return NewRules(level, number, {"one_per_day": False})
    return None


def _level(asked: Asked, column: str) -> tuple[str, int]:
    """Where a rule is set so that it holds for this practitioner and nobody else: with the practitioner, or with the service if that has the word."""
    source = behind.said(asked.parts, asked.wish.service.id, asked.who, column)
    return ("service", asked.wish.service.id) if source is not None and source.level == "service" else ("practitioner", asked.who)


_STEP_OF: dict[Code, Callable[[Asked, Day], Change | None]] = {
    Code.NO_WORKING_HOURS: _give_hours,
    Code.CLOSED_HOLIDAY: _work,
    Code.PRACTITIONER_AWAY: _come_back,
    Code.DOES_NOT_FIT: _longer,
    Code.BEYOND_HORIZON: _reach,
    Code.TOO_SOON: _sooner,
    Code.CAP: _one_more,
    Code.PATIENT_LIMIT: _let_them,
}
