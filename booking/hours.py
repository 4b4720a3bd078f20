"""From wall clock to instants: weekly hours, overrides and breaks become planned windows (AVAILABILITY §1, §2, §11).

Wall-clock times are minutes after midnight, 0..1440; 1440 (24:00) is the next midnight. Instants are integer epoch seconds.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

DAY = 86400
EPOCH_ORDINAL = date(1970, 1, 1).toordinal()

# Hours that touch make one window, so planning looks this many dates past both ends of the range for what a window joins on to: more
# than a week (grid.WEEK), and one more for Samoa, where nine dates around 30 December 2011 were eight days.
REACH = 9


def known_services(services: Iterable[int] | None) -> frozenset[int] | None:
    """The services hours are for, in whatever collection they were given; None stays every service."""
    return None if services is None else frozenset(services)


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

    def __post_init__(self):
        object.__setattr__(self, "services", known_services(self.services))


@dataclass(frozen=True, slots=True)
class Override:
    """On this date these `(opens, closes)` replace all weekly rows whose window starts on it; no windows: does not work."""

    on: date
    windows: tuple[tuple[int, int], ...] = ()
    services: frozenset[int] | None = None

    def __post_init__(self):
        object.__setattr__(self, "windows", tuple(tuple(hours) for hours in self.windows))
        object.__setattr__(self, "services", known_services(self.services))


@dataclass(frozen=True, slots=True)
class Break:
    """A pause on a `weekday` or `on` one date, `from_`–`to`. It splits windows; the window after it has its own anchor.

    `to` before `from_` is on the next day; `to` equal to `from_` is no pause at all.
    """

    from_: int
    to: int
    weekday: int | None = None
    on: date | None = None


# --- local time <-> instants (§11) ---


@lru_cache(maxsize=20_000)
def _steady_midnight(zone: str, ordinal: int) -> int | None:
    """The instant a local date begins if the clock does not change on it; None on a date with a transition."""
    midnight = datetime.fromordinal(ordinal).replace(tzinfo=ZoneInfo(zone))
    following = midnight + timedelta(days=1)
    offset = midnight.utcoffset()
    if not (offset == midnight.replace(fold=1).utcoffset() == following.utcoffset() == following.replace(fold=1).utcoffset()):
        return None
    return (ordinal - EPOCH_ORDINAL) * DAY - int(offset.total_seconds())


def _readings(zone: str, day: date, minute: int) -> tuple[int, int]:
    """Both instants at which a clock shows this time: the same one twice on most days, the transition itself inside a gap."""
    steady = _steady_midnight(zone, day.toordinal())
    if steady is not None:
        return steady + minute * 60, steady + minute * 60
    wall = datetime.fromordinal(day.toordinal()) + timedelta(minutes=minute)
    as_utc = (wall - datetime(1970, 1, 1)) // timedelta(seconds=1)
    here = wall.replace(tzinfo=ZoneInfo(zone))
    first = as_utc - int(here.utcoffset().total_seconds())
    second = as_utc - int(here.replace(fold=1).utcoffset().total_seconds())
    if second < first:  # no clock shows it: the two guesses lie on either side of the transition
        return (_transition(zone, second, first),) * 2
    return first, second


def _transition(zone: str, before: int, after: int) -> int:
    """The instant in (before, after] at which the offset changes."""
    tz = ZoneInfo(zone)
    old = datetime.fromtimestamp(before, tz).utcoffset()
    while after - before > 1:
        middle = (before + after) // 2
        if datetime.fromtimestamp(middle, tz).utcoffset() == old:
            before = middle
        else:
            after = middle
    return after


def start_instant(zone: str, day: date, minute: int) -> int:
    """The instant of a wall-clock time as a beginning: in a gap the transition, in a fold the first reading (§11)."""
    return _readings(zone, day, minute)[0]


def end_instant(zone: str, day: date, minute: int) -> int:
    """The instant of a wall-clock time as an end: in a gap the transition, in a fold the second reading (§11)."""
    return _readings(zone, day, minute)[1]


def day_start(zone: str, day: date, plus: int = 0) -> int:
    """The first instant of the local date `plus` days after `day`."""
    return start_instant(zone, date.fromordinal(day.toordinal() + plus), 0)


@lru_cache(maxsize=256)
def day_starts(zone: str, first: date, last: date) -> tuple[int, ...]:
    """The first instants of the dates `first`..`last` and of the one after: date n is `starts[n] <= t < starts[n + 1]`."""
    return tuple(day_start(zone, first, n) for n in range((last - first).days + 2))


def local_date(zone: str, instant: int) -> date:
    """The local date of an instant."""
    return datetime.fromtimestamp(instant, ZoneInfo(zone)).date()


def local_minute(zone: str, instant: int) -> int:
    """The wall-clock minute of the day, 0..1439, that a clock in `zone` shows at an instant."""
    shown = datetime.fromtimestamp(instant, ZoneInfo(zone))
    return shown.hour * 60 + shown.minute


# --- planned windows (§2) ---


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
    return _planned(tuple(hours), tuple(overrides), tuple(breaks), zone, first, last)


@lru_cache(maxsize=1024)
def _planned(hours, overrides, breaks, zone, first, last) -> tuple[Window, ...]:
    replaced = defaultdict(list)
    for override in overrides:
        replaced[override.on] += [(opens, closes, override.services) for opens, closes in override.windows]
    windows, pauses = [], []
    pausing = [pause for pause in breaks if pause.from_ != pause.to]
    for ordinal in range(first.toordinal() - REACH, last.toordinal() + REACH + 1):
        day = date.fromordinal(ordinal)
        rows = replaced[day] if day in replaced else _weekly(hours, day)
        windows += [Window(*_stretch(zone, day, opens, closes), services) for opens, closes, services in rows]
        pauses += [_stretch(zone, day, pause.from_, pause.to) for pause in pausing if day == pause.on or day.weekday() == pause.weekday]
    begins, ends = day_start(zone, first), day_start(zone, last, 1)
    planned = subtract(merged(windows), pauses)
    return tuple(window for window in planned if window.start < ends and window.end > begins)


def _weekly(hours: tuple[WeeklyHours, ...], day: date) -> list[tuple[int, int, frozenset[int] | None]]:
    weekday = day.weekday()
    return [
        (row.opens, row.closes, row.services)
        for row in hours
        if row.weekday == weekday
        and (row.valid_from is None or row.valid_from <= day)
        and (row.valid_until is None or day <= row.valid_until)
    ]


def _stretch(zone: str, day: date, opens: int, closes: int) -> tuple[int, int]:
    """Opening and closing instant; `closes <= opens` is on the next day. Where midnight comes twice, 24:00 is the second one, as any end (§11)."""
    closing_day = date.fromordinal(day.toordinal() + 1) if closes <= opens else day
    return start_instant(zone, day, opens), end_instant(zone, closing_day, closes)


def merged(windows: Iterable[Window]) -> list[Window]:
    """In order, empty ones dropped, overlapping and touching windows for equal services made one."""
    out, latest = [], {}
    for window in sorted((w for w in windows if w.start < w.end), key=lambda w: (w.start, w.end)):
        index = latest.get(window.services)
        if index is not None and window.start <= out[index].end:
            out[index] = out[index]._replace(end=max(out[index].end, window.end))
        else:
            latest[window.services] = len(out)
            out.append(window)
    return out


def subtract(windows: Iterable[Window], spans: Iterable[tuple]) -> list[Window]:
    """What is left of each window outside the spans `(start, end, …)`, in order."""
    cuts = merged(Window(span[0], span[1]) for span in spans)
    ends = [cut.end for cut in cuts]
    left = []
    for start, end, services in windows:
        for cut in cuts[bisect_right(ends, start) :]:
            if cut.start >= end:
                break
            if cut.start > start:
                left.append(Window(start, cut.start, services))
            start = cut.end
        if start < end:
            left.append(Window(start, end, services))
    return left


def open_dates(windows: Iterable[Window], closures: Iterable[tuple], zone: str, first: date, last: date) -> frozenset[date]:
    """The dates of the range on which something of the windows is left after the closures (§12).

    With the windows of every practitioner of the practice these are the *open dates* that open-day horizons and cut-offs count.
    """
    return frozenset(dates_touched(subtract(merged(w._replace(services=None) for w in windows), closures), zone, first, last))


def dates_touched(windows: Iterable[Window], zone: str, first: date, last: date) -> list[date]:
    """The local dates of the range that some window has a part in, in order."""
    starts = day_starts(zone, first, last)
    touched, n = [], 0
    for window in sorted(windows, key=lambda w: (w.start, w.end)):
        while n + 1 < len(starts) and starts[n + 1] <= window.start:
            n += 1
        while n + 1 < len(starts) and starts[n] < window.end:
            if starts[n + 1] > starts[n]:
                touched.append(date.fromordinal(first.toordinal() + n))
            n += 1
    return touched


def next_date(windows: Iterable[Window], zone: str, day: date) -> date | None:
    """The first local date after `day` that some window has a part in."""
    over = day_start(zone, day, 1)
    begins = min((window.start for window in windows if window.end > over), default=None)
    return None if begins is None else local_date(zone, max(begins, over))
