"""How far ahead one may book (AVAILABILITY §6): five kinds, each with two exact inverses.

`bookable_until(now)` is the last open date, None if there is none yet; `opens_at(date)` is the instant from which that date is
open, None if it is not published. For all of them `date <= bookable_until(now)` iff `opens_at(date) <= now`.
Instants are integer epoch seconds, times of day are wall-clock minutes. `zone` is the location's; it is not stored, `from_dict` adds it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

ALWAYS = 0  # "open since the epoch": what opens_at says of a date that never was closed


def every_day(day: date) -> bool:
    """The calendar without closed days."""
    return True


@dataclass(frozen=True, slots=True)
class Rolling:
    """Today and the next `days` dates, or up to the `days`-th open date; a new date opens at `at` each day (D8)."""

    days: int
    count: str = "calendar"  # or "open_days"
    at: int = 0
    zone: str = "UTC"
    is_open: Callable[[date], bool] = every_day


@dataclass(frozen=True, slots=True)
class Until:
    """Up to a date, inclusive; what comes later is not published yet."""

    on: date


@dataclass(frozen=True, slots=True)
class Release:
    """Every `weekday` at `at` the dates up to `through_days` later open."""

    weekday: int
    at: int
    through_days: int
    zone: str = "UTC"


@dataclass(frozen=True, slots=True)
class ReleaseMonthly:
    """On the `day` of each month (its last day in shorter ones) at `at` everything up to the end of the month `through_months` later opens."""

    day: int
    at: int
    through_months: int
    zone: str = "UTC"


@dataclass(frozen=True, slots=True)
class ReleaseList:
    """Chosen moments: each `(date, at, through)` opens, on that date at that minute, every date up to `through`."""

    releases: tuple[tuple[date, int, date], ...]
    zone: str = "UTC"


Horizon = Rolling | Until | Release | ReleaseMonthly | ReleaseList


class Outlook(NamedTuple):
    """The dates a sentence about a horizon needs: open `until` now; at `next_at` the dates up to `next_until` open."""

    until: date | None
    next_at: int | None
    next_until: date | None


def outlook(horizon: Horizon, now: int) -> Outlook:
    """What is open now and what opens next."""


def from_dict(stored: dict | None, zone: str, is_open: Callable[[date], bool] = every_day) -> Horizon | None:
    """The horizon stored as JSON, in this zone; None stays None (no end). Raises ValueError for anything else."""


def to_dict(horizon: Horizon | None) -> dict | None:
    """What the database stores as JSON: `{"kind": "rolling", "days": 60, …}`, dates as ISO text."""
