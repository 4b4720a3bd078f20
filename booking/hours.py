"""From wall clock to instants: weekly hours, overrides and breaks become planned windows (AVAILABILITY §1, §2, §11).

Wall-clock times are minutes after midnight, 0..1440; 1440 (24:00) is the next midnight. Instants are integer epoch seconds.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple


class Window(NamedTuple):
    """A planned window `start <= t < end`; its start anchors the grid. `services`: the ids it is for, None for every one."""

    start: int
    end: int
    services: frozenset[int] | None = None


@dataclass(frozen=True, slots=True)
class WeeklyHours:
    """Opening hours of one practitioner at one location, every week. `weekday` 0 is Monday; `valid_until` is inclusive.

    `closes <= opens` means the next day, 1440 the midnight that ends the day. `services` None: every service.
    """

    weekday: int
    opens: int
    closes: int
    valid_from: date | None = None
    valid_until: date | None = None
    services: frozenset[int] | None = None


@dataclass(frozen=True, slots=True)
class Override:
    """On this date these `(opens, closes)` replace all weekly rows whose window starts on it; no windows: does not work."""

    on: date
    windows: tuple[tuple[int, int], ...] = ()
    services: frozenset[int] | None = None


@dataclass(frozen=True, slots=True)
class Break:
    """A pause on a `weekday` or `on` one date, `from_`–`to`. It splits windows; the window after it has its own anchor."""

    from_: int
    to: int
    weekday: int | None = None
    on: date | None = None


def planned_windows(
    hours: Iterable[WeeklyHours],
    overrides: Iterable[Override],
    breaks: Iterable[Break],
    zone: str,
    first: date,
    last: date,
) -> tuple[Window, ...]:
    """The planned windows that touch the local dates `first`..`last`, in order, overlapping and touching ones of equal services merged.

    Each is whole: it may begin before `first` (a night shift) or end after `last`. The answer is remembered by its arguments.
    """


def start_instant(zone: str, day: date, minute: int) -> int:
    """The instant of a wall-clock time as a beginning: in a gap the transition, in a fold the first reading (§11)."""


def end_instant(zone: str, day: date, minute: int) -> int:
    """The instant of a wall-clock time as an end: in a gap the transition, in a fold the second reading (§11)."""


def day_start(zone: str, day: date, plus: int = 0) -> int:
    """The first instant of the local date `plus` days after `day`."""


def local_date(zone: str, instant: int) -> date:
    """The local date of an instant."""


def local_minute(zone: str, instant: int) -> int:
    """The wall-clock minute of the day, 0..1439, that a clock in `zone` shows at an instant."""
