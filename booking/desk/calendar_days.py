"""One practitioner's day: when they are here, what takes their time, and what is left free. The parts every calendar view is made of."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from operator import attrgetter
from typing import NamedTuple

from babel.units import format_unit
from flask_babel import get_locale

from booking.desk.calendar_facts import Blocked, Facts, Visit
from booking.desk.calendar_rows import QUARTER, Entry, Ground
from booking.hours import Window, day_start, day_starts, local_minute, start_instant, subtract
from booking.timetable import Timetable
from portal.filters import clock_time, home, short_day
from portal.filters import minutes as spoken_minutes

SHORTEST_GAP = 10 * 60  # seconds: less is a pause, which nobody books
WHOLE_DAY = 1440


class Gap(NamedTuple):
    """Free time between two instants."""

    start: int
    end: int


class Clock:
    """The wall clock of one date in one zone: minutes after midnight and the words for them."""

    def __init__(self, zone: str, day: date):
        self.zone, self.day, self.locale = zone, day, str(home(get_locale()))  # as text: it is looked up by it a thousand times
        self.begins, self.ends = day_starts(zone, day, day)
        self._steady = self.ends - self.begins == WHOLE_DAY * 60
        self.short_day = short_day(day, locale=self.locale)  # "Mon 14 Dec"

    def minute(self, instant: int) -> int:
        """0 to 1440; what lies before or after the date is cut at its ends."""
        if instant <= self.begins:
            return 0
        if instant >= self.ends:
            return WHOLE_DAY
        return (instant - self.begins) // 60 if self._steady else local_minute(self.zone, instant)

    def words(self, instant: int) -> str:
        """ "9am"; with its zone in the hour that comes twice."""
        if self._steady and self.begins <= instant < self.ends:
            return _words((instant - self.begins) // 60, self.locale)
        return clock_time(instant, self.zone, locale=self.locale)

    def length(self, minutes: int) -> str:
        """ "50 min", "1 hr 20 min": for where room is short."""
        return _length(minutes, self.locale)

    def whole_length(self, minutes: int) -> str:
        """ "1 hour 20 minutes"."""
        return _whole_length(minutes, self.locale)

    def instant(self, minute: int) -> int:
        return start_instant(self.zone, self.day, minute)


@lru_cache(maxsize=6000)
def _words(minute: int, locale: str) -> str:
    """What an ordinary day's clock says so many minutes after midnight."""
    return clock_time(minute * 60, "UTC", locale=locale)


@lru_cache(maxsize=2000)
def _length(minutes: int, locale: str) -> str:
    parts = ((minutes // 60, "duration-hour"), (minutes % 60, "duration-minute"))
    return " ".join(format_unit(count, unit, "short", locale=locale) for count, unit in parts if count)


@lru_cache(maxsize=2000)
def _whole_length(minutes: int, locale: str) -> str:
    return spoken_minutes(minutes, locale=locale)


@dataclass(frozen=True, slots=True)
class PersonDay:
    """`present`: when they are here (instants); `why`: the stretches in which they are not, though they usually would be: start, end,
    "closed" or "away", and what a closure is called; `things`: visits and blocks in the order of time, without seats of groups; `gaps`: what is left free."""

    present: tuple[tuple[int, int], ...]
    why: tuple[tuple[int, int, str, str], ...]
    things: tuple[Visit | Blocked, ...]
    gaps: tuple[Gap, ...]

    @property
    def is_empty(self) -> bool:
        return not self.present and not self.things

    @property
    def visits(self) -> int:
        """How many come, or came; a group is one."""
        return sum(one.stands for one in self.things if isinstance(one, Visit) or one.seats)

    @property
    def free_minutes(self) -> int:
        return sum(gap.end - gap.start for gap in self.gaps) // 60

    @property
    def not_here(self) -> tuple[str, str]:
        """Why they are not here at all: ("closed", its name), ("away", ""), or ("off", "") on a day they never work."""
        return ("", "") if self.present else self.why[0][2:] if self.why else ("off", "")


Things = dict[tuple[int, date], list[Visit | Blocked]]


def things_of(facts: Facts, clocks: Sequence[Clock]) -> Things:
    """What takes each practitioner's time on each of these dates, one after the other, in order: by practitioner id and date. What goes on
    past midnight is of both dates."""
    found: Things = {}
    ends = [clock.ends for clock in clocks]
    visits = [visit for visit in facts.visits if visit.group is None]
    for one in sorted((*visits, *facts.blocks), key=attrgetter("start")):
        at = bisect_right(ends, one.start)  # the date on which it begins, or the first shown
        while at < len(clocks) and clocks[at].begins < one.end:
            found.setdefault((one.practitioner, clocks[at].day), []).append(one)
            at += 1
    return found


def person_day(table: Timetable, practitioner_id: int, clock: Clock, things: Things, now: int) -> PersonDay:
    """Gaps that are over are none."""
    here = tuple(things.get((practitioner_id, clock.day), ()))
    present, why = table.remember(("presence", practitioner_id, clock.zone, clock.day), lambda: _presence(table, practitioner_id, clock))
    return PersonDay(present, why, here, tuple(_gaps(present, here, now)))


def _presence(table: Timetable, practitioner_id: int, clock: Clock) -> tuple[tuple, tuple]:
    present, why = [], []
    for place in table.locations:
        planned = [
            Window(max(w.start, clock.begins), min(w.end, clock.ends)) for w in table.windows(practitioner_id, place, clock.day, clock.day)
        ]
        if not planned:
            continue
        closures = [one for one in table.closures(place, clock.day, clock.day) if one.start < clock.ends and one.end > clock.begins]
        absences = [one for one in table.absences(practitioner_id) if one.start < clock.ends and one.end > clock.begins]
        if closures or absences:
            why += [(max(one.start, clock.begins), min(one.end, clock.ends), "closed", one.name) for one in closures]
            why += [(max(one.start, clock.begins), min(one.end, clock.ends), "away", "") for one in absences]
            planned = subtract(planned, [*closures, *absences])
        present += [(window.start, window.end) for window in planned]
    return tuple(sorted(present)), tuple(why)


def _gaps(present: tuple, things: tuple, now: int) -> Iterable[Gap]:
    """What is left of the hours outside everything that stands, with its pauses."""
    busy = [(one.start - one.before * 60, one.end + one.after * 60) for one in things if one.stands]
    for begins, ends in present:
        at = max(begins, now)
        for start, end in busy:
            if start >= ends:
                break
            if start - at >= SHORTEST_GAP:
                yield Gap(at, start)
            at = max(at, end)
        if ends - at >= SHORTEST_GAP:
            yield Gap(at, ends)


def entries(clock: Clock, things: Iterable[Visit | Blocked]) -> list[Entry]:
    return [
        Entry(one.start, one.end, clock.minute(one.start), max(clock.minute(one.end), clock.minute(one.start) + 1), one) for one in things
    ]


def ground(clock: Clock, day: PersonDay, top: int, bottom: int) -> list[Ground]:
    """What each row is where nothing stands."""
    found = [Ground("off")] * (bottom - top)

    def lay(start: int, end: int, what: Ground) -> None:
        first, last = clock.minute(start) // QUARTER, -(-clock.minute(end) // QUARTER)
        for row in range(max(first, top), min(last, bottom)):
            found[row - top] = what

    for start, end in day.present:
        lay(start, end, Ground("pause"))
    for start, end, kind, name in day.why:
        lay(start, end, Ground(kind, name))
    for gap in day.gaps:
        lay(gap.start, gap.end, Ground("free", gap=gap))
    return found


def midnight_to_midnight(zone: str, first: date, last: date) -> tuple[int, int]:
    """The instants that bound these local dates."""
    return day_start(zone, first), day_start(zone, last, 1)
