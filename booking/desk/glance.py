"""The pictures on everybody's Today page, each with its numbers in words and a way to what it shows (LOOK §7)."""

from datetime import timedelta

from flask_babel import format_percent

from booking.calendar_sources import in_trouble
from booking.desk.day_links import day_link, week_link
from booking.desk.pictures import BEHIND, pictures
from booking.desk.sparkline import HEIGHT, WIDTH, sparkline
from booking.own_calendar import may_see
from booking.timetable import timetable
from portal import clock
from portal.staff.panels import Panel, on_today

TROUBLE = timedelta(hours=3)  # for how long a calendar may be out of reach before somebody is told


@on_today
def at_a_glance(staff, now) -> Panel:
    only, today = may_see(staff), clock.today(staff.practice.zone)
    seen = pictures(staff, timetable(staff.practice), today, now, only)
    facts = {
        "seen": seen,
        "line": sparkline(seen.counts),
        "size": (WIDTH, HEIGHT),
        "behind": BEHIND,
        "last": seen.first + timedelta(days=len(seen.counts) - 1),
        "day_link": lambda day, who="": day_link(staff, day, who),
        "week_link": lambda who="": week_link(staff, today, who),
        "percent": lambda number: format_percent(number / 100),
        "troubled": in_trouble(staff, now, TROUBLE),
    }
    return Panel("desk/_glance.html", facts, set(), [])
