"""How far ahead one may book (AVAILABILITY §6): five kinds, each with two exact inverses.

`bookable_until(now)` is the last open date, None if there is none yet; `opens_at(date)` is the instant from which that date is
open, None if it is not published. For all of them `date <= bookable_until(now)` iff `opens_at(date) <= now`.
Instants are integer epoch seconds, times of day are wall-clock minutes: a release inside a DST gap happens at the transition,
inside a fold at the first reading (§11). `zone` is the location's; it is not stored, `from_dict` adds it.
"""

from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from booking.hours import local_date, start_instant

ALWAYS = 0  # what `opens_at` says of a date that never was closed: open since the epoch
SCAN_DAYS = 730  # open dates are looked for at most this far; a practice without any does not end in an endless loop


def every_day(day: date) -> bool:
    """The calendar without closed days."""
    return True


def _plus(day: date, days: int) -> date:
    return day + timedelta(days=days)


def _latest_on_or_before(zone: str, at: int, now: int) -> date:
    """The latest date whose wall-clock minute `at` has come."""
    today = local_date(zone, now)
    return today if start_instant(zone, today, at) <= now else _plus(today, -1)


@dataclass(frozen=True, slots=True)
class Rolling:
    """Today and the next `days` dates, or up to the `days`-th open date; a new date opens at `at` each day (D8)."""

    days: int
    count: str = "calendar"  # or "open_days"
    at: int = 0
    zone: str = "UTC"
    is_open: Callable[[date], bool] = every_day

    def __post_init__(self):
        if self.count not in ("calendar", "open_days"):
            raise ValueError(f"not a way to count days: {self.count!r}")

    def bookable_until(self, now: int) -> date:
        return self._move(_latest_on_or_before(self.zone, self.at, now), 1)

    def opens_at(self, day: date) -> int:
        return start_instant(self.zone, self._move(day, -1), self.at)

    def _move(self, day: date, step: int) -> date:
        """The `days`-th date that counts, after (+1) or before (-1) this one."""
        if self.count == "calendar":
            return _plus(day, step * self.days)
        left = self.days
        for _ in range(SCAN_DAYS if left else 0):
            day = _plus(day, step)
            left -= self.is_open(day)
            if not left:
                break
        return day


@dataclass(frozen=True, slots=True)
class Until:
    """Up to a date, inclusive; what comes later is not published yet."""

    on: date

    def bookable_until(self, now: int) -> date:
        return self.on

    def opens_at(self, day: date) -> int | None:
        return ALWAYS if day <= self.on else None


@dataclass(frozen=True, slots=True)
class Release:
    """Every `weekday` (0 is Monday) at `at` the dates up to `through_days` later open."""

    weekday: int
    at: int
    through_days: int
    zone: str = "UTC"

    def bookable_until(self, now: int) -> date:
        latest = _latest_on_or_before(self.zone, self.at, now)
        released = _plus(latest, -((latest.weekday() - self.weekday) % 7))
        return _plus(released, self.through_days)

    def opens_at(self, day: date) -> int:
        earliest = _plus(day, -self.through_days)
        return start_instant(self.zone, _plus(earliest, (self.weekday - earliest.weekday()) % 7), self.at)


@dataclass(frozen=True, slots=True)
class ReleaseMonthly:
    """On the `day` of each month (its last day in shorter ones) at `at` everything up to the end of the month `through_months` later opens."""

    day: int
    at: int
    through_months: int
    zone: str = "UTC"

    def bookable_until(self, now: int) -> date:
        latest = _latest_on_or_before(self.zone, self.at, now)
        month = _month(latest)
        released = month if self._release(month) <= latest else month - 1
        return _date_in(released + self.through_months, 31)

    def opens_at(self, day: date) -> int:
        return start_instant(self.zone, self._release(_month(day) - self.through_months), self.at)

    def _release(self, month: int) -> date:
        return _date_in(month, self.day)


def _month(day: date) -> int:
    """Months counted through the years, so that one can add and subtract."""
    return day.year * 12 + day.month - 1


def _date_in(month: int, day: int) -> date:
    """This day of the month, or its last one."""
    year, index = divmod(month, 12)
    return date(year, index + 1, min(day, monthrange(year, index + 1)[1]))


@dataclass(frozen=True, slots=True)
class ReleaseList:
    """Chosen moments: each `(date, at, through)` opens, on that date at that minute, every date up to `through`."""

    releases: tuple[tuple[date, int, date], ...]
    zone: str = "UTC"

    def bookable_until(self, now: int) -> date | None:
        return max((through for instant, through in self._instants() if instant <= now), default=None)

    def opens_at(self, day: date) -> int | None:
        return min((instant for instant, through in self._instants() if through >= day), default=None)

    def _instants(self) -> list[tuple[int, date]]:
        return [(start_instant(self.zone, on, at), through) for on, at, through in self.releases]


Horizon = Rolling | Until | Release | ReleaseMonthly | ReleaseList


def most_specific(practice: Horizon | None, practitioner: Horizon | None = None, service: Horizon | None = None) -> Horizon | None:
    """Levels (§6): the service's own horizon wins over the practitioner's, that over the practice's."""
    return service or practitioner or practice


class Outlook(NamedTuple):
    """The dates a sentence about a horizon needs: open `until` now; at `next_at` the dates up to `next_until` open."""

    until: date | None
    next_at: int | None
    next_until: date | None


def outlook(horizon: Horizon, now: int) -> Outlook:
    """What is open now and what opens next: "On Monday 2 March at 09:00 the days up to Sunday 29 March open"."""
    until = horizon.bookable_until(now)
    if until is None:
        coming = [(horizon.opens_at(through), through) for _, _, through in horizon.releases]
        next_at = min((instant for instant, _ in coming), default=None)
    else:
        next_at = horizon.opens_at(_plus(until, 1))
    return Outlook(until, next_at, None if next_at is None else horizon.bookable_until(next_at))


KINDS = {"rolling": Rolling, "until": Until, "release": Release, "release_monthly": ReleaseMonthly, "release_list": ReleaseList}


def to_dict(horizon: Horizon | None) -> dict | None:
    """What the database stores as JSON, dates as ISO text: `{"kind": "rolling", "days": 60, "count": "calendar", "at": 540}`."""
    match horizon:
        case None:
            return None
        case Rolling():
            return {"kind": "rolling", "days": horizon.days, "count": horizon.count, "at": horizon.at}
        case Until():
            return {"kind": "until", "on": horizon.on.isoformat()}
        case Release():
            return {"kind": "release", "weekday": horizon.weekday, "at": horizon.at, "through_days": horizon.through_days}
        case ReleaseMonthly():
            return {"kind": "release_monthly", "day": horizon.day, "at": horizon.at, "through_months": horizon.through_months}
        case ReleaseList():
            rows = [[on.isoformat(), at, through.isoformat()] for on, at, through in horizon.releases]
            return {"kind": "release_list", "releases": rows}


def from_dict(stored: dict | None, zone: str, is_open: Callable[[date], bool] = every_day) -> Horizon | None:
    """The horizon stored as JSON, in this zone; None stays None (no end).

    `is_open` is asked by open-day horizons only. Raises ValueError for an unknown kind or field.
    """
    if stored is None:
        return None
    try:
        fields = dict(stored)
        kind = KINDS[fields.pop("kind")]
        if kind is Until:
            return Until(date.fromisoformat(fields["on"]))
        if kind is Rolling:
            fields["is_open"] = is_open
        if kind is ReleaseList:
            fields["releases"] = tuple((date.fromisoformat(on), at, date.fromisoformat(through)) for on, at, through in fields["releases"])
        return kind(zone=zone, **fields)
    except (KeyError, TypeError) as unreadable:
        raise ValueError(f"not a horizon: {stored!r}") from unreadable
