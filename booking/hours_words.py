"""Windows of a day in words, and back: what a box for hours shows can be read again by booking/spoken_hours.py."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from babel import Locale
from flask_babel import gettext

from booking.spoken_hours import EARLIEST
from portal import filters

MIDNIGHT = datetime(2001, 1, 1, tzinfo=UTC)  # a day on which no clock changes


def minute_words(minute: int, *, locale: Locale | str) -> str:
    """ "9am", "5:30pm", "midnight"; an early hour of a 24-hour clock gets its zero, "01:00", because "1-5" is said of the afternoon."""
    said = filters.clock_time(MIDNIGHT + timedelta(minutes=minute % 1440), UTC, locale=locale)
    early = 0 < minute < EARLIEST and not said.endswith("am")
    whole = minute == 1440 and said[:1].isdigit()
    return "24:00" if whole else f"0{said}" if early else said


def hours_words(windows: Iterable[tuple], *, locale: Locale | str) -> str:
    """ "9am to 12:30pm, 1pm to 5pm" of windows that begin with two minutes; an empty string for none."""
    form = filters.style_of(filters.home(locale)).range
    return ", ".join(form.format(*(minute_words(minute, locale=locale) for minute in window[:2])) for window in windows)


def echo(windows: Iterable[tuple], *, locale: Locale | str) -> str:
    """How the hours of a day were read: "9am to 5pm", "10pm to 6am the next day", "closed"."""
    said = [
        gettext("%(hours)s the next day", hours=words) if window[1] <= window[0] else words
        for window in windows
        for words in [hours_words((window,), locale=locale)]
    ]
    return ", ".join(said) or gettext("closed")
