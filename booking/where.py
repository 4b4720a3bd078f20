"""Where a practitioner is at a moment, and so by which clock a start is told. Pure."""

from datetime import timedelta

from booking.facts import Day
from booking.hours import local_date
from booking.plan import Location
from booking.timetable import Timetable


def location_at(table: Timetable, practitioner_id: int, start: int) -> Location | None:
    """The location in whose hours of theirs the start (epoch seconds) lies, else one by their usual clock; None for a practice without any."""
    if len(table.locations) < 2:
        return next(iter(table.locations), None)
    usual = (place for place in table.locations if place.zone == table.zone_of(practitioner_id))
    return next((place for place in table.locations if _works(table, practitioner_id, place, start)), next(usual, table.locations[0]))


def zone_at(table: Timetable, practitioner_id: int, start: int) -> str:
    place = location_at(table, practitioner_id, start)
    return place.zone if place else table.zone


def zone_of_day(table: Timetable, day: Day) -> str:
    """The one zone that all times of a day are in; that of the practice if they are in several, or there are none."""
    found = {zone_at(table, day.starts.practitioners(start)[0], start) for start in day.starts}
    return found.pop() if len(found) == 1 else table.zone


def _works(table: Timetable, practitioner_id: int, place: Location, start: int) -> bool:
    day = local_date(place.zone, start)
    return any(one.start <= start < one.end for one in table.windows(practitioner_id, place, day - timedelta(days=1), day))
