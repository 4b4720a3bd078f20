"""The ruler the engine measures with, and the possible starts on it (AVAILABILITY §3, D1, D2).

A range of dates is cut into equal ticks, as coarse as the possible starts allow (usually the calendar's 15 minutes). A *mask* is a
bytes-like with one byte per tick: 1 where a start stays, 0 where it does not. Gates are masks, and masks only remove.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from functools import lru_cache
from itertools import compress
from math import gcd
from typing import NamedTuple

from booking.facts import Service
from booking.hours import DAY, Window, dates_touched, day_starts, merged

WEEK = 7 * DAY


class Ruler(NamedTuple):
    """Tick n stands for the instant `base + n * tick`; date n of the range owns the ticks `cuts[n]` up to `cuts[n + 1]`."""

    base: int
    tick: int
    size: int
    cuts: tuple[int, ...]

    def index(self, instant: int) -> int:
        """The first tick at or after an instant, kept within the ruler."""
        return min(max(-((self.base - instant) // self.tick), 0), self.size)

    def starts(self, mask: bytes, n: int) -> tuple[int, ...]:
        """The instants that the mask keeps on date n."""
        opens, ends = mask.find(1, self.cuts[n], self.cuts[n + 1]), mask.rfind(1, self.cuts[n], self.cuts[n + 1]) + 1
        if opens < 0:
            return ()
        base, tick = self.base, self.tick
        return tuple(compress(range(base + opens * tick, base + ends * tick, tick), mask[opens:ends]))


@lru_cache(maxsize=256)
def ruler(zone: str, first: date, last: date, tick: int) -> Ruler:
    edges = day_starts(zone, first, last)
    cuts = tuple(-((edges[0] - edge) // tick) for edge in edges)
    return Ruler(edges[0], tick, cuts[-1], cuts)


class Possible:
    """One practitioner's possible starts for one service: they depend on planned hours and the service only (D1).

    `windows` are those for the service, `dates` those with a window; `anchors` say from where each stretch is counted (`_anchors`);
    `runs` are `(first start, latest)`, every `step`; `phase` is the coarsest tick that meets them all.
    """

    __slots__ = ("windows", "dates", "step", "anchors", "runs", "phase", "_masks")

    def __init__(self, windows: list[Window], dates: frozenset[date], step: int, anchors: list, runs: list, base: int):
        self.windows, self.dates, self.step, self.anchors, self.runs = windows, dates, step, anchors, runs
        self.phase = gcd(step, *(start - base for start, _ in runs))
        self._masks = {}

    def mask(self, on: Ruler) -> bytes:
        if on.tick not in self._masks:
            marks, stride = bytearray(on.size), self.step // on.tick
            for start, latest in self.runs:
                ticks = range((start - on.base) // on.tick, (latest - on.base) // on.tick + 1, stride)
                marks[ticks.start : ticks.stop : stride] = b"\1" * len(ticks)
            self._masks[on.tick] = bytes(marks)
        return self._masks[on.tick]

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

    A practitioner who is open round the clock has a window without a beginning worth remembering: from its eighth date on the grid
    is anchored at each midnight, so that it is the same whatever range of dates is asked for.
    """
    forgotten = window.start + WEEK
    if anchor is None and window.end <= forgotten:
        yield window.start, window.start, window.end
        return
    if anchor is None:
        yield window.start, window.start, next((edge for edge in edges if edge > forgotten), window.end)
    for begins, ends in zip(edges, edges[1:]):
        if anchor is not None or begins > forgotten:
            yield begins + (anchor or 0), begins, ends


def clear(mask: bytearray, on: Ruler, rows: Iterable[tuple], duration: int, before: int, after: int) -> bytearray:
    """Remove the starts whose appointment would collide with one of the rows `(start, end, before, after, …)`; gives the mask back.

    A start t is free of a row iff `t >= end + max(row.after, before)` or `t + duration + max(after, row.before) <= start` (§4, D4).
    The order of rows does not matter.
    """
    base, tick, size = on.base, on.tick, on.size
    ahead, up = base + duration - tick, tick - 1 - base
    for start, end, row_before, row_after, _ in rows:
        low = (start - (row_before if row_before > after else after) - ahead) // tick
        high = (end + (row_after if row_after > before else before) + up) // tick
        if low < 0:
            low = 0
        if high > size:
            high = size
        if low < high:
            mask[low:high] = bytes(high - low)
    return mask
