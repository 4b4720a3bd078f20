"""The ruler the engine measures with, and the possible starts on it (AVAILABILITY §3, D1, D2).

A range of dates is cut into equal ticks, as coarse as the possible starts allow (usually the calendar's 15 minutes). A *mask* is one
integer with a bit per tick: a set of starts. So a rule is a mask, what several rules leave is `&`, and the union of practitioners is `|`.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from functools import lru_cache
from itertools import compress, pairwise
from math import gcd
from typing import NamedTuple

from booking.facts import Service
from booking.hours import DAY, Window, dates_touched, day_starts, merged, next_date

WEEK = 7 * DAY
BITS = bytes.maketrans(b"01", b"\0\1")


class Ruler(NamedTuple):
    """Tick n stands for the instant `base + n * tick`; date n of the range owns the ticks `cuts[n]` up to `cuts[n + 1]`."""

    base: int
    tick: int
    size: int
    cuts: tuple[int, ...]

    def tick_of(self, start: int) -> int | None:
        """The tick of an instant, None if it lies between ticks or outside the range."""
        tick, rest = divmod(start - self.base, self.tick)
        return tick if not rest and 0 <= tick < self.size else None

    def between(self, low: int, high: int) -> int:
        """The mask of the ticks `low` up to `high`."""
        return (1 << high) - (1 << low)

    def since(self, instant: int) -> int:
        """The mask of everything at or after an instant."""
        first = -((self.base - instant) // self.tick)
        return self.between(min(max(first, 0), self.size), self.size)

    def before(self, instant: int) -> int:
        return self.between(0, self.size) ^ self.since(instant)

    def date(self, n: int) -> int:
        """The mask of a date."""
        return self.between(self.cuts[n], self.cuts[n + 1])

    def on_date(self, mask: int, n: int) -> int:
        """What the mask has on date n, counted from that date's first tick."""
        return mask >> self.cuts[n] & (1 << self.cuts[n + 1] - self.cuts[n]) - 1

    def starts(self, mask: int) -> Iterator[list[int]]:
        """The instants of a mask, date by date."""
        marks = f"{mask:0{self.size}b}"[::-1].encode().translate(BITS)
        for opens, ends in pairwise(self.cuts):
            first, last = marks.find(1, opens, ends), marks.rfind(1, opens, ends)
            instants = range(self.base + first * self.tick, self.base + (last + 1) * self.tick, self.tick)
            yield [] if first < 0 else list(compress(instants, marks[first : last + 1]))


@lru_cache(maxsize=256)
def ruler(zone: str, first: date, last: date, tick: int) -> Ruler:
    edges = day_starts(zone, first, last)
    cuts = tuple(-((edges[0] - edge) // tick) for edge in edges)
    return Ruler(edges[0], tick, cuts[-1], cuts)


def taken(on: Ruler, rows: Iterable[tuple], duration: int, before: int, after: int) -> int:
    """The mask of the starts whose appointment would collide with one of the rows `(start, end, before, after, id)`, in any order.

    A row that takes no time is in nobody's way (D3). A start t is clear of a row iff `t >= end + max(row.after, before)` or `t + duration + max(after, row.before) <= start` (§4, D4).
    """
    tick, size = on.tick, on.size
    ahead, up, mask = on.base + duration - tick, tick - 1 - on.base, 0
    for start, end, row_before, row_after, _ in rows:  # the hot loop: once per appointment
        low = (start - (row_before if row_before > after else after) - ahead) // tick
        count = (end + (row_after if row_after > before else before) + up) // tick - low
        if low < 0:
            count += low
            low = 0
        if count > 0 and low < size and start < end:
            mask |= (1 << count) - 1 << low
    return mask


class Possible:
    """One practitioner's possible starts for one service: they depend on planned hours and the service only (D1).

    `windows` are those for the service, `dates` those with a window; `anchors` say from where each stretch is counted (`_anchors`);
    `runs` are `(first start, latest)`, every `step`; `phase` is the coarsest tick that meets them all.
    """

    __slots__ = ("windows", "dates", "step", "anchors", "runs", "phase", "_masks", "_next")

    def __init__(self, windows: list[Window], dates: frozenset[date], step: int, anchors: list, runs: list, base: int):
        self.windows, self.dates, self.step, self.anchors, self.runs = windows, dates, step, anchors, runs
        self.phase = gcd(step, *(start - base for start, _ in runs))
        self._masks, self._next = {}, {}

    def mask(self, on: Ruler) -> int:
        if on.tick not in self._masks:
            stride, mask = self.step // on.tick, 0
            for start, latest in self.runs:
                low, count = (start - on.base) // on.tick, (latest - start) // self.step + 1
                mask |= ((1 << stride * count) - 1) // ((1 << stride) - 1) << low  # `count` bits, one every `stride`
            self._masks[on.tick] = mask
        return self._masks[on.tick]

    def next_date(self, zone: str, day: date) -> date | None:
        """The first local date after `day` with a window, as far as the facts reach."""
        if day not in self._next:
            self._next[day] = next_date(self.windows, zone, day)
        return self._next[day]

    def on_grid(self, start: int) -> bool:
        """Would it be a possible start, did it fit?"""
        return any(begins <= start < ends and (start - origin) % self.step == 0 for origin, begins, ends in self.anchors)


def possible_starts(windows: tuple[Window, ...], service: Service, anchor: int | None, zone: str, first: date, last: date) -> Possible:
    """The grid of §3 on the local dates `first`..`last`, remembered by its arguments. `anchor` as in `Policy.grid`."""
    lead, tail = inside(service)
    return _possible(windows, service.id, service.step, lead, service.duration + tail, anchor, zone, first, last)


def inside(service: Service) -> tuple[int, int]:
    """The buffers that must lie within the hours (D5)."""
    return (service.before, service.after) if service.buffers_inside else (0, 0)


@lru_cache(maxsize=512)
def _possible(windows, service_id, step, lead, tail, anchor, zone, first, last) -> Possible:
    edges = day_starts(zone, first, last)
    eligible = merged(window for window in windows if window.services is None or service_id in window.services)
    anchors, runs = [], []
    for window in eligible:
        for origin, begins, ends in _anchors(window, anchor, edges):
            begins, ends = max(begins, window.start), min(ends, window.end)
            anchors.append((origin, begins, ends))
            earliest = max(window.start + lead, begins, edges[0])
            latest = min(window.end - tail, ends - 1, edges[-1] - 1)
            start = origin - (origin - earliest) // step * step
            if start <= latest:
                runs.append((start, latest))
    return Possible(eligible, frozenset(dates_touched(eligible, zone, first, last)), step, anchors, runs, edges[0])


def _anchors(window: Window, anchor: int | None, edges: tuple[int, ...]) -> Iterator[tuple[int, int, int]]:
    """`(origin, from, to)`: between these instants the grid is counted from `origin`.

    §3 counts from `window.start` for ever. Only a window longer than seven days departs from it, hours round the clock for instance: from
    its eighth date on the grid is anchored at each midnight. Else the starts of a date would depend on how far back somebody looked.
    """
    forgotten = window.start + WEEK
    if anchor is None and window.end <= forgotten:
        yield window.start, window.start, window.end
        return
    if anchor is None:
        yield window.start, window.start, next((edge for edge in edges if edge > forgotten), window.end)
    for begins, ends in pairwise(edges):
        if anchor is not None or begins > forgotten:
            yield begins + (anchor or 0), begins, ends
