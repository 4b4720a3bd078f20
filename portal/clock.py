"""The only place that asks the time, and that says whose time zone rules hold."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo, reset_tzpath

from flask import current_app


# Those of the pinned tzdata, the same on every machine: the operating system's may be a year behind (British Columbia stopped
# changing its clocks in 2026, and an hour's error is a missed appointment).
reset_tzpath(to=())


def now() -> datetime:
    """This instant: aware, UTC, whole seconds (the smallest unit of the house).

    `CLOCK`, a callable in the app's config, replaces the machine's clock in tests and journeys.
    """
    return current_app.config["CLOCK"]().astimezone(UTC).replace(microsecond=0)


def machine_clock() -> datetime:
    return datetime.now(UTC)


def today(zone: str) -> date:
    """The calendar date it is now in an IANA zone."""
    return now().astimezone(ZoneInfo(zone)).date()
