"""The same wall-clock time on another day (AVAILABILITY §11): in a gap the transition, in a repeated hour the first reading."""

from datetime import UTC, datetime, timedelta

from booking.hours import local_date, local_minute, start_instant


def days_later(zone: str, instant: int, days: int) -> int:
    """What the clock of the zone shows at the instant (epoch seconds), so many days later or, below 0, earlier."""
    return start_instant(zone, local_date(zone, instant) + timedelta(days=days), local_minute(zone, instant))


def shifted(zone: str, instant: int, days: int, minutes: int) -> int:
    """So many days and wall-clock minutes later: what is moved from Monday 9:00 to Tuesday 10:30 goes one day and 90 minutes."""
    minute = local_minute(zone, instant) + minutes
    return start_instant(zone, local_date(zone, instant) + timedelta(days=days + minute // 1440), minute % 1440)


def shift(zone: str, old: int, new: int) -> tuple[int, int]:
    """The days and wall-clock minutes from one instant to another, for `shifted`."""
    days: timedelta = local_date(zone, new) - local_date(zone, old)
    return days.days, local_minute(zone, new) - local_minute(zone, old)


def as_datetime(instant: int) -> datetime:
    return datetime.fromtimestamp(instant, UTC)


def seconds(at: datetime) -> int:
    return int(at.timestamp())
