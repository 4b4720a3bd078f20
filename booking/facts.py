"""What the availability engine is told: plain immutable values, no database, no clock (AVAILABILITY §15).

Instants are integer epoch seconds, lengths are integer seconds, dates are the location's local `date`s. Rows that come by the
thousand (`Window`, `Span`, `Busy`, `Hold`, `Counted`) are named tuples: `Busy._make(row)` takes a database row as it is. A private cause
(why somebody is away, whose appointment it is) has no field here, so it cannot leak.

One `Facts` is about one location. A practitioner who works at two has windows in one `Facts` each, and all of
their appointments in both: conflicts compare instants. The answers (booking/answers.py) can be had from here too.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from booking.answers import Answer, Code, Day, Offer, Refusal, Starts
from booking.horizon import Horizon, every_day
from booking.hours import Window, day_start, known_services

__all__ = [
    "Answer", "Busy", "Cap", "Closure", "Code", "Counted", "Day", "Facts", "Hold", "Limits", "Moving", "Notice", "Offer", "Policy",
    "Practitioner", "Query", "Refusal", "Room", "Service", "Span", "Starts", "closed_dates",
]  # fmt: skip

FIFTEEN_MINUTES = 900
MODES, PERIODS = ("one", "any", "all"), ("day", "week", "month")


def _as_tuples(made, *names: str) -> None:
    """Rows may come as any iterable; they are kept as a tuple, so that values can be compared and remembered."""
    for name in names:
        rows = getattr(made, name)
        if type(rows) is not tuple:
            object.__setattr__(made, name, tuple(rows))


class Span(NamedTuple):
    """A stretch of time, half open: `start <= t < end`. An absence is one of these and nothing more."""

    start: int
    end: int


class Closure(NamedTuple):
    """The practice or location is closed. `last` is the last closed date, for the sentence; see `closed_dates` for whole dates."""

    start: int
    end: int
    name: str
    last: date


def closed_dates(name: str, zone: str, first: date, last: date) -> Closure:
    """The closure of whole local dates, both inclusive (§2)."""
    return Closure(day_start(zone, first), day_start(zone, last, 1), name, last)


class Busy(NamedTuple):
    """What occupies a practitioner or a room: a blocking appointment with its own buffers, or foreign busy time with none (§4).

    `id` names the appointment, so that a move can leave it out; foreign busy time has None.
    """

    start: int
    end: int
    before: int = 0
    after: int = 0
    id: int | None = None


class Hold(NamedTuple):
    """A start kept for its `owner` until `expires_at`, exclusive (§10). `room` is the held room, with `room_before/after` around it."""

    start: int
    end: int
    before: int
    after: int
    owner: str
    expires_at: int
    practitioner: int
    service: int | None = None
    room: int | None = None
    room_before: int = 0
    room_after: int = 0
    location: int | None = None


class Counted(NamedTuple):
    """One blocking appointment as a cap sees it: only its start decides which period it counts in (§7). Holds are counted from `Facts.holds`.

    `location` None: the one the facts are about, whichever that is.
    """

    start: int
    duration: int
    practitioner: int
    service: int | None = None
    id: int | None = None
    location: int | None = None


@dataclass(frozen=True, slots=True)
class Cap:
    """At most `max_count` appointments, or `max_minutes` of them, per local day, ISO week or month (§7).

    `practitioner`, `service` and `location` narrow the scope: any of them, all, or none (everything that is counted).
    """

    period: str  # "day" | "week" | "month"
    max_count: int | None = None
    max_minutes: int | None = None
    practitioner: int | None = None
    service: int | None = None
    location: int | None = None

    def __post_init__(self):
        if self.period not in PERIODS:
            raise ValueError(f"not a period of a cap: {self.period!r}")


@dataclass(frozen=True, slots=True)
class Room:
    """A room of one `kind`. Its busy rows carry set-up as `before` and clean-up as `after` (§8)."""

    id: int
    kind: str
    busy: tuple[Busy, ...] = ()

    def __post_init__(self):
        _as_tuples(self, "busy")


@dataclass(frozen=True, slots=True)
class Practitioner:
    """One practitioner's facts: planned windows of every service, absences, what occupies them, and their own horizon if they have one."""

    id: int
    windows: tuple[Window, ...] = ()
    absences: tuple[Span, ...] = ()
    busy: tuple[Busy, ...] = ()
    horizon: Horizon | None = None

    def __post_init__(self):
        _as_tuples(self, "windows", "absences", "busy")
        if not {type(window.services) for window in self.windows} <= {frozenset, type(None)}:
            object.__setattr__(self, "windows", tuple(window._replace(services=known_services(window.services)) for window in self.windows))


@dataclass(frozen=True, slots=True)
class Service:
    """What is booked. `buffers_inside`: buffers too must lie within the hours (D5). `room`: the kind of room it needs, if any."""

    id: int
    duration: int
    step: int = FIFTEEN_MINUTES
    before: int = 0
    after: int = 0
    buffers_inside: bool = False
    room: str | None = None
    room_before: int = 0
    room_after: int = 0
    horizon: Horizon | None = None

    def __post_init__(self):
        if self.duration <= 0 or self.step <= 0:
            raise ValueError(f"a service lasts some time and its starts are some time apart: {self}")


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything true about one location in the range that is asked for, widened by the longest appointment with its buffers.

    `counted` is needed only if there are caps, and then reaches over the whole periods (weeks, months) the range touches, for every
    practitioner in the caps' scope. `mine` are the blocking appointments of the person the appointment is for, at this practice.
    """

    zone: str
    practitioners: tuple[Practitioner, ...] = ()
    closures: tuple[Closure, ...] = ()
    rooms: tuple[Room, ...] = ()
    holds: tuple[Hold, ...] = ()
    caps: tuple[Cap, ...] = ()
    counted: tuple[Counted, ...] = ()
    mine: tuple[Busy, ...] = ()

    def __post_init__(self):
        _as_tuples(self, "practitioners", "closures", "rooms", "holds", "caps", "counted", "mine")


class Moving(NamedTuple):
    """The appointment being moved: left out of every fact, and its own start is not offered as new (§4).

    With `practitioner`, its start is refused only there (another practitioner at the same time is a change); without, everywhere.
    """

    id: int
    start: int
    practitioner: int | None = None


@dataclass(frozen=True, slots=True)
class Query:
    """The question. `mode`: "one", "any" (the union, each start knows its practitioners) or "all" (the intersection). Dates inclusive.

    `owner` is the visitor whose own holds do not block them. `practitioners` are the eligible ones, as ids into `Facts`; "one" has one.
    Raises ValueError for another mode, and for "one" with several practitioners or none.
    """

    service: Service
    practitioners: tuple[int, ...]
    mode: str
    first: date
    last: date
    owner: str | None = None
    moving: Moving | None = None

    def __post_init__(self):
        _as_tuples(self, "practitioners")
        if self.mode not in MODES:
            raise ValueError(f"not a mode of asking: {self.mode!r}")
        if self.mode == "one" and len(set(self.practitioners)) != 1:
            raise ValueError(f"one practitioner is asked for, not {self.practitioners}")


@dataclass(frozen=True, slots=True)
class Notice:
    """How soon one may book (§5): `lead` seconds ahead, and not after `until` (wall-clock minute) of the previous open date."""

    lead: int = 0
    until: int | None = None


@dataclass(frozen=True, slots=True)
class Limits:
    """Rules about the person (§7): most upcoming appointments, most on one local date, and whether two of theirs may overlap."""

    most_upcoming: int | None = None
    per_day: int | None = None
    no_overlap: bool = False


@dataclass(frozen=True, slots=True)
class Policy:
    """The practice's rules for this question.

    `horizon` is the practice's; a practitioner's own wins over it, a service's over both (§6). None means no end.
    `grid`: None anchors the starts at each planned window, n at n seconds after each local midnight (D2).
    `is_open(date)`: is it an open date of the practice (§12)? Cut-offs count by it. `packing`: offer only starts beside existing appointments.
    `staff` skips horizon, notice and caps, never conflicts (§6), and fills `Day.counts_by_code`.
    """

    horizon: Horizon | None = None
    notice: Notice = Notice()
    limits: Limits = Limits()
    grid: int | None = None
    packing: bool = False
    staff: bool = False
    is_open: Callable[[date], bool] = every_day
