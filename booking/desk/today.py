"""Booking's part of the Today page."""

from flask_babel import gettext, ngettext

from booking.desk.columns import columns, may_see
from booking.timetable import timetable
from portal import clock
from portal.staff.panels import Panel, Tile, on_today


@on_today
def appointments_of_today(staff, now) -> Panel:
    only = may_see(staff)
    day = clock.today(staff.practice.zone)
    found = columns(staff, timetable(staff.practice), day, only)
    everyone = [one for column in found for one in column.appointments]
    expected = [one for one in everyone if not one.is_cancelled]
    to_come = sum(one.starts_at > now for one in expected)
    cancelled = len(everyone) - len(expected)
    tiles = [
        Tile(
            gettext("Appointments today"),
            len(expected),
            ngettext("%(num)s still to come", "%(num)s still to come", to_come) if to_come else gettext("None still to come"),
        ),
        Tile(gettext("Cancelled today"), cancelled, gettext("Their times are free again") if cancelled else gettext("Nobody cancelled")),
    ]
    return Panel("desk/_today.html", {"columns": found, "day": day}, {one.profile_id for one in everyone}, tiles)
