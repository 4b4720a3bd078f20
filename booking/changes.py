"""Changes of a plan as values: what a page proposes, what a preview supposes and what is saved are one and the same thing.

Each is frozen, names its rows by id, and knows `on(parts)` (booking/whatif.py: the plan as it would be), `seen(parts)` (the rows it
replaces, so that a form made of older ones is not taken), `who()` (the practitioner it is about, None: everybody), `beside` (by table the
columns of new rows that the plan does not read) and `kind` (whose business it is: booking/schedule_roles.py). Saved by
`schedules.apply(staff, change, now)`; what the phone proposes is said by booking/opening_words.py.
"""

from dataclasses import dataclass, field
from datetime import date
from typing import ClassVar

from booking import whatif
from booking.whatif import Opens, Parts

KIND_OF = {"breaks": "hours", "times_off": "time off", "closures": "closure", "caps": "rules"}


@dataclass(frozen=True)
class Change:
    kind: ClassVar[str] = "rules"

    def on(self, parts: Parts) -> Parts:
        raise NotImplementedError

    def seen(self, parts: Parts) -> list:
        return []

    def who(self) -> int | None:
        return None

    @property
    def beside(self) -> dict:
        return {}


@dataclass(frozen=True)
class _Theirs(Change):
    practitioner: int

    def who(self) -> int:
        return self.practitioner


@dataclass(frozen=True)
class NewWeek(_Theirs):
    """Hours from `start` on: for each weekday named its windows (minutes, minutes, services or None); none: closed."""

    location: int
    days: tuple[tuple[int, tuple[Opens, ...]], ...]
    start: date
    until: date | None = None
    kind: ClassVar[str] = "hours"

    def on(self, parts: Parts) -> Parts:
        for weekday, windows in self.days:
            parts = whatif.with_hours(parts, self.practitioner, self.location, weekday, windows, self.start, self.until)
        return parts

    def seen(self, parts: Parts) -> list:
        return [row for row in parts["hours"] if row[:2] == [self.practitioner, self.location]]


@dataclass(frozen=True)
class HoursGoOn(_Theirs):
    """Hours that end on a date go on, until another or without an end."""

    location: int
    ended: date
    until: date | None = None
    kind: ClassVar[str] = "hours"

    def on(self, parts: Parts) -> Parts:
        return whatif.with_hours_until(parts, self.practitioner, self.location, self.ended, self.until)

    def seen(self, parts: Parts) -> list:
        return [row for row in parts["hours"] if row[:2] == [self.practitioner, self.location]]


@dataclass(frozen=True)
class OtherHours(_Theirs):
    """On one date these hours instead of the usual ones; none: does not work."""

    location: int
    on_date: date
    windows: tuple[tuple[int, int], ...]
    kind: ClassVar[str] = "hours"

    def on(self, parts: Parts) -> Parts:
        return whatif.with_override(parts, self.practitioner, self.location, self.on_date, self.windows)

    def seen(self, parts: Parts) -> list:
        return _rows_at(parts, self)


@dataclass(frozen=True)
class UsualHours(_Theirs):
    """On one date the usual hours again."""

    location: int
    on_date: date
    kind: ClassVar[str] = "hours"

    def on(self, parts: Parts) -> Parts:
        return whatif.without_override(parts, self.practitioner, self.location, self.on_date)

    def seen(self, parts: Parts) -> list:
        return _rows_at(parts, self)


def _rows_at(parts: Parts, change) -> list:
    return [row for row in parts["overrides"] if row[:3] == [change.practitioner, change.location, change.on_date.isoformat()]]


@dataclass(frozen=True)
class NewBreak(_Theirs):
    """A break every week, or on one date."""

    begins: int
    ends: int
    weekday: int | None = None
    on_date: date | None = None
    kind: ClassVar[str] = "hours"

    def on(self, parts: Parts) -> Parts:
        return whatif.with_break(parts, self.practitioner, self.begins, self.ends, self.weekday, self.on_date)


@dataclass(frozen=True)
class TimeOffTaken(_Theirs):
    """Away between two instants (epoch seconds). `reason` is for staff."""

    starts: int
    ends: int
    reason: str = ""
    kind: ClassVar[str] = "time off"

    def on(self, parts: Parts) -> Parts:
        return whatif.with_time_off(parts, self.practitioner, self.starts, self.ends)

    @property
    def beside(self) -> dict:
        return {"times_off": {"private_reason": self.reason}}


@dataclass(frozen=True)
class HereAfterAll(_Theirs):
    """Not away between two instants; what lies outside of them stays time off."""

    starts: int
    ends: int
    kind: ClassVar[str] = "time off"

    def on(self, parts: Parts) -> Parts:
        return whatif.without_time_off(parts, self.practitioner, self.starts, self.ends)

    def seen(self, parts: Parts) -> list:
        return [row for row in parts["times_off"] if row[0] == self.practitioner and row[1] < self.ends and row[2] > self.starts]


@dataclass(frozen=True)
class Closed(Change):
    """The practice, or one location, is closed: dates inclusive, or a span of instants. The name is public."""

    name: str
    location: int | None = None
    first: date | None = None
    last: date | None = None
    starts: int | None = None
    ends: int | None = None
    kind: ClassVar[str] = "closure"

    def on(self, parts: Parts) -> Parts:
        return whatif.with_closure(parts, self.location, self.name, self.first, self.last, self.starts, self.ends)


@dataclass(frozen=True)
class OpenOn(Change):
    """One date of a closure is worked; the days around it stay closed."""

    closure: int
    day: date
    kind: ClassVar[str] = "closure"

    def on(self, parts: Parts) -> Parts:
        return whatif.without_closed_date(parts, self.closure, self.day)

    def seen(self, parts: Parts) -> list:
        return [row for row in parts["closures"] if row[-1] == self.closure]


@dataclass(frozen=True)
class HolidayWorked(Change):
    """ "We work on this one", or not any more."""

    day: date
    worked: bool = True
    kind: ClassVar[str] = "holiday"

    def on(self, parts: Parts) -> Parts:
        return whatif.with_holiday_worked(parts, self.day, self.worked)


@dataclass(frozen=True)
class NewRules(Change):
    """Columns of a level ("practice", "practitioner" or "service", with its id); None leaves the word to the next level up."""

    level: str
    number: int | None
    values: dict = field(default_factory=dict)

    def on(self, parts: Parts) -> Parts:
        return whatif.with_rules(parts, self.level, self.number, **self.values)

    def seen(self, parts: Parts) -> list:
        said = whatif.rules_of(parts, self.level, self.number)
        return [said[name] for name in self.values]

    def who(self) -> int | None:
        return self.number if self.level == "practitioner" else None


@dataclass(frozen=True)
class NewCap(Change):
    """A cap, or other values of the one with the id `number`."""

    period: str
    max_count: int | None = None
    max_minutes: int | None = None
    practitioner: int | None = None
    service: int | None = None
    location: int | None = None
    number: int | None = None

    def on(self, parts: Parts) -> Parts:
        return whatif.with_cap(
            parts, self.period, self.max_count, self.max_minutes, self.practitioner, self.service, self.location, self.number
        )

    def seen(self, parts: Parts) -> list:
        return [row for row in parts["caps"] if self.number is not None and row[-1] == self.number]

    def who(self) -> int | None:
        return self.practitioner


@dataclass(frozen=True)
class Gone(Change):
    """A row is taken away: `table` is "breaks", "times_off", "closures" or "caps". `practitioner` is whose it is, None: everybody's."""

    table: str
    number: int
    practitioner: int | None = None

    def on(self, parts: Parts) -> Parts:
        return whatif.with_row_out(parts, self.table, self.number)

    def seen(self, parts: Parts) -> list:
        return [row for row in parts[self.table] if row[-1] == self.number]

    def who(self) -> int | None:
        return self.practitioner

    @property
    def kind(self) -> str:
        return KIND_OF[self.table]


@dataclass(frozen=True)
class Several(Change):
    """One after another, saved together."""

    changes: tuple[Change, ...]

    def on(self, parts: Parts) -> Parts:
        for change in self.changes:
            parts = change.on(parts)
        return parts

    def seen(self, parts: Parts) -> list:
        return [change.seen(parts) for change in self.changes]

    def who(self) -> int | None:
        who = {change.who() for change in self.changes}
        return who.pop() if len(who) == 1 else None

    @property
    def beside(self) -> dict:
        return {table: columns for change in self.changes for table, columns in change.beside.items()}
