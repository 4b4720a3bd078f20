"""The hours in which no text message is sent, and where a reminder goes that would fall into them. Pure."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

ENDS, BEGINS = time(8), time(21)  # of the reader's own day
EVENING = time(20, 30)
AHEAD = timedelta(hours=1)  # a reminder in the morning helps if there is so much time left


def is_quiet(at: datetime, zone: str) -> bool:
    """Whether the reader's clock shows an hour at which a telephone should not buzz."""
    return not ENDS <= at.astimezone(ZoneInfo(zone)).time() < BEGINS


def morning(at: datetime, zone: str) -> datetime:
    """When the quiet that holds `at` ends."""
    there = at.astimezone(ZoneInfo(zone))
    day = there.date() + timedelta(days=1 if there.time() >= BEGINS else 0)
    return _at(day, ENDS, zone, at)


def moved(due_at: datetime, starts_at: datetime, zone: str) -> datetime:
    """A moment outside the quiet: the morning after if that is an hour before the start or more, else the evening before."""
    if not is_quiet(due_at, zone):
        return due_at
    after = morning(due_at, zone)
    if after + AHEAD <= starts_at:
        return after
    there = due_at.astimezone(ZoneInfo(zone))
    return _at(there.date() - timedelta(days=0 if there.time() >= BEGINS else 1), EVENING, zone, due_at)


def _at(day, hour: time, zone: str, like: datetime) -> datetime:
    return datetime.combine(day, hour, ZoneInfo(zone)).astimezone(like.tzinfo)
