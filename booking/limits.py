"""How much is enough: caps of the practice, limits of the person (AVAILABILITY §7)."""

from bisect import bisect_left
from collections.abc import Iterable
from datetime import date, timedelta
from itertools import accumulate

from booking.facts import Busy, Cap, Counted, Facts, Hold, Limits, Service
from booking.hours import day_start, local_date


def period(kind: str, day: date) -> tuple[date, date]:
    """The first and last date of the day, ISO week or month of a date."""
    if kind == "day":
        return day, day
    if kind == "week":
        monday = day - timedelta(days=day.weekday())
        return monday, monday + timedelta(days=6)
    first = day.replace(day=1)
    return first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)


class Caps:
    """The caps of a location, and what counts towards them: blocking appointments and other people's live holds."""

    def __init__(self, facts: Facts, service: Service, counted: Iterable[Counted], holds: Iterable[Hold]):
        self.caps, self.zone, self.service = facts.caps, facts.zone, service
        held = (Counted(hold.start, hold.end - hold.start, hold.practitioner, hold.service, location=hold.location) for hold in holds)
        self.rows = sorted([*counted, *held], key=lambda row: row.start) if facts.caps else []
        self._tallies = {}

    def reached(self, practitioner: int, day: date) -> list[tuple[str, date]]:
        """The caps that are reached on a date, as (period, last date of it)."""
        return [
            (cap.period, last)
            for cap in self.caps
            if cap.practitioner in (None, practitioner) and cap.service in (None, self.service.id)
            for first, last in [period(cap.period, day)]
            if self._is_reached(cap, first, last)
        ]

    def _is_reached(self, cap: Cap, first: date, last: date) -> bool:
        starts, seconds = self._tally(cap)
        begins = bisect_left(starts, day_start(self.zone, first))
        ends = bisect_left(starts, day_start(self.zone, last, 1))
        too_many = cap.max_count is not None and ends - begins >= cap.max_count
        too_long = cap.max_minutes is not None and seconds[ends] - seconds[begins] + self.service.duration > cap.max_minutes * 60
        return too_many or too_long

    def _tally(self, cap: Cap) -> tuple[list[int], list[int]]:
        """Starts in the scope of a cap, and the seconds booked before each of them."""
        if cap not in self._tallies:
            rows = [
                row
                for row in self.rows
                if cap.practitioner in (None, row.practitioner) and cap.service in (None, row.service) and _is_at(cap, row)
            ]
            self._tallies[cap] = [row.start for row in rows], [0, *accumulate(row.duration for row in rows)]
        return self._tallies[cap]


def _is_at(cap: Cap, row: Counted) -> bool:
    return cap.location is None or row.location in (None, cap.location)


class Person:
    """The rules about the person, and their own appointments in order."""

    def __init__(self, limits: Limits, mine: Iterable[Busy], zone: str, now: int):
        self.limits, self.zone = limits, zone
        self.mine = sorted((row for row in mine if row.start < row.end), key=lambda row: row.start)
        self.upcoming = [row for row in self.mine if row.start >= now]

    def has_enough(self) -> bool:
        return self.limits.most_upcoming is not None and len(self.upcoming) >= self.limits.most_upcoming

    def on(self, day: date) -> list[Busy]:
        return [row for row in self.mine if local_date(self.zone, row.start) == day]

    def has_enough_on(self, day: date) -> bool:
        return self.limits.per_day is not None and len(self.on(day)) >= self.limits.per_day
