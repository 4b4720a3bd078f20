"""A practice's time said again for a reader who lives by another clock (MISSION: the practice's zone first, the reader's second)."""

from datetime import datetime

from flask_babel import get_locale, gettext

from portal import clock
from portal.filters import clock_time, local, moment, short_day, zone_name
from portal.i18n import reader_zone


def other_zone(zone: str) -> str:
    """The reader's own zone if it is not `zone`, else an empty string."""
    own = reader_zone()
    return own if own != zone else ""


def in_reader_zone(at: datetime | int, zone: str, short: bool = False) -> str:
    """ "6am in Vancouver"; where it is another day there, "Friday 11 December at 6am in Tokyo". Empty if the reader lives by `zone`.

    `short` is for a narrow button, next to the whole in words: "Fri 11 Dec, 6am in Tokyo".
    """
    other, locale = other_zone(zone), get_locale()
    if not other:
        return ""
    there, time = local(at, other).date(), clock_time(at, other, locale=locale)
    if there != local(at, zone).date():
        time = f"{short_day(there, locale=locale)}, {time}" if short else moment(at, other, clock.today(other), locale=locale)
    return gettext("%(time)s in %(place)s", time=time, place=zone_name(other, locale=locale))


def named_zone(time: str, zone: str) -> str:
    """ "9am, Toronto time"."""
    return gettext("%(time)s, %(place)s time", time=time, place=zone_name(zone, locale=get_locale()))


def zone_if_other(time: str, zone: str) -> str:
    """ "9am", with "Toronto time" after it for a reader who lives by another clock."""
    return named_zone(time, zone) if other_zone(zone) else time
