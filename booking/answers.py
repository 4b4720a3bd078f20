"""What the availability engine answers: times, or one reason (AVAILABILITY §12). What it is told is in booking/facts.py."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import IntEnum
from types import MappingProxyType
from typing import NamedTuple


class Code(IntEnum):
    """Why a date or a start is not offered (AVAILABILITY §12). The number is the order of the gates; the last three answer single starts only."""

    PAST = 1
    NO_WORKING_HOURS = 2
    CLOSED_HOLIDAY = 3
    PRACTITIONER_AWAY = 4
    DOES_NOT_FIT = 5
    BEYOND_HORIZON = 6
    TOO_SOON = 7
    CAP = 8
    FULLY_BOOKED = 9
    NO_ROOM = 10
    HELD = 11
    PATIENT_LIMIT = 12
    BUFFER = 13
    OFF_GRID = 14
    SLOT_TAKEN = 15


class Starts(tuple[int, ...]):
    """The offered starts of one date, ascending; `practitioners(start)` are those who can take it, in the order of the question."""

    _who: Callable[[int], tuple[int, ...]]

    @classmethod
    def known(cls, starts, who: Callable[[int], tuple[int, ...]]) -> "Starts":
        made = cls(starts)
        made._who = who
        return made

    def practitioners(self, start: int) -> tuple[int, ...]:
        """Raises ValueError for a start that is not offered."""
        if start not in self:
            raise ValueError(f"{start} is not offered")
        return self._who(start)


class Day(NamedTuple):
    """The answer for one local date: `starts`, or else exactly one `code` (D10). `params` by code:

    NO_WORKING_HOURS `next` date with hours · CLOSED_HOLIDAY `name`, `last` date · PRACTITIONER_AWAY `back` date · DOES_NOT_FIT
    `longest` gap in seconds (staff) · TOO_SOON `earliest` instant · CAP `period`, `ends` date · HELD `retry_at` instant ·
    PATIENT_LIMIT `appointment` id, `limit` · FULLY_BOOKED `no_more` where no other day helps. BEYOND_HORIZON has `opens_at`; None there means "not published yet".
    """

    date: date
    starts: Starts | tuple[int, ...] = ()
    code: Code | None = None
    opens_at: int | None = None
    params: Mapping[str, object] = MappingProxyType({})
    counts_by_code: Mapping[Code, int] | None = None


class Answer(list[Day]):
    """The days of a range, in order."""

    @property
    def next_open_date(self) -> date | None:
        """The first date of the range with a start, or None."""
        return next((day.date for day in self if day.starts), None)


@dataclass(frozen=True, slots=True)
class Offer:
    """The start can be had: by any of `practitioners` (all of them together in mode "all"), in any of `rooms` (empty if none is needed)."""

    start: int
    end: int
    practitioners: tuple[int, ...]
    rooms: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Refusal:
    """The start cannot be had. `gate` is the gate that refuses it; `code` is the same, or SLOT_TAKEN / BUFFER for gate 9, OFF_GRID for none."""

    code: Code
    gate: Code | None = None
    opens_at: int | None = None
    params: Mapping[str, object] = field(default_factory=dict)
