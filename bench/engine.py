"""The availability engine alone: facts in memory, reasons included, 15-minute steps, ten appointments a day.

The floor is a plain loop over the same rows that only lists free starts: no buffers, no rules, no reasons, nobody's name beside a start.
Every measurement makes its answer anew; only what does not depend on appointments (planned windows, possible starts) is remembered, as on a server.
"""

import random
from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial

from bench import Row, cpu_ms
from booking.availability import availability, check
from booking.facts import Busy, Facts, Notice, Policy, Practitioner, Query, Service
from booking.horizon import Rolling
from booking.hours import Break, WeeklyHours, day_start, planned_windows

ZONE, FIRST = "America/Toronto", date(2027, 1, 4)
NOW = day_start(ZONE, FIRST) + 8 * 3600
SERVICE = Service(1, duration=1800, step=900, before=300, after=600)
SIZES = [(1, 60, 0.5), (20, 60, 5), (200, 90, 100)]  # practitioners, dates, aim in ms


def world(practitioners: int, dates: int) -> Facts:
    """Working weeks from nine to five with a lunch break, ten appointments on each day; some overlap, as imported calendars do."""
    chance, last = random.Random(1), FIRST + timedelta(days=dates - 1)
    hours = [WeeklyHours(weekday, 540, 1020) for weekday in range(5)]
    breaks = [Break(720, 765, weekday=weekday) for weekday in range(5)]
    people = []
    for number in range(practitioners):
        busy = []
        for n in range(dates):
            nine = day_start(ZONE, FIRST, n) + 9 * 3600
            for id, quarter in enumerate(sorted(chance.sample(range(31), 10))):
                busy.append(Busy(nine + quarter * 900, nine + quarter * 900 + 1800, 0, 300, id))
        people.append(Practitioner(number, planned_windows(hours, (), breaks, ZONE, FIRST, last), busy=tuple(busy)))
    return Facts(ZONE, tuple(people))


def floor(facts: Facts) -> list[int]:
    """The least that answers "when is somebody free": walk the starts beside the sorted appointments."""
    found = set()
    for one in facts.practitioners:
        rows, i = one.busy, 0
        for window in one.windows:
            for start in range(window.start, window.end - SERVICE.duration + 1, SERVICE.step):
                while i < len(rows) and rows[i].end <= start:
                    i += 1
                if i == len(rows) or rows[i].start >= start + SERVICE.duration:
                    found.add(start)
    return sorted(found)


def rows() -> Iterator[Row]:
    policy = Policy(Rolling(365, zone=ZONE), Notice(3600))
    for practitioners, dates, aim in SIZES:
        facts = world(practitioners, dates)
        query = Query(SERVICE, tuple(range(practitioners)), "any", FIRST, FIRST + timedelta(days=dates - 1))
        least = cpu_ms(partial(floor, facts))
        yield Row(f"engine, {practitioners} × {dates} days", cpu_ms(partial(availability, facts, query, policy, NOW)), "ms", least, aim)
        if practitioners == 20:
            start = availability(facts, query, policy, NOW)[7].starts[0]
            yield Row("engine, one start checked for 20, 60 days loaded", cpu_ms(partial(check, facts, query, start, policy, NOW)), "ms")
