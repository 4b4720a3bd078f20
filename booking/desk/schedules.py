"""Schedules: everybody's usual week, and the way to each page about hours, days off, closures and rules."""

from flask import request, url_for
from flask_babel import gettext as _

from booking import snapshot
from booking.desk import schedule_reads as reads
from booking.desk.blueprint import blueprint
from booking.own_calendar import may_see
from booking.outside import standing_outside
from booking.schedule_roles import may
from booking.timetable import timetable
from portal import clock
from portal.guards import staff_only
from portal.permissions import DAYS, SCHEDULES
from portal.staff.page import staff_page
from portal.staff.settings_menu import Entry, on_settings


@on_settings
def schedules_entries(staff) -> list[Entry]:
    group, slug = _("Appointments"), staff.practice.slug
    entries = [
        Entry(
            group,
            _("Hours and days off"),
            _("When each practitioner works, breaks, and when they are away."),
            url_for("desk.schedules", slug=slug),
        )
    ]
    if staff.may(DAYS):
        entries.append(
            Entry(group, _("Closures and public holidays"), _("Days on which nobody works."), url_for("desk.closures", slug=slug))
        )
    if staff.may(SCHEDULES):
        words = _("How far ahead and how soon people book, until when they change, and how much is enough.")
        entries.append(Entry(group, _("Booking rules"), words, url_for("desk.rules", slug=slug)))
    return entries


@blueprint.get("/schedules")
@staff_only()
def schedules(staff):
    now, today, table = clock.now(), clock.today(staff.practice.zone), timetable(staff.practice)
    parts = snapshot.read(staff.practice_id)
    people = reads.listed(staff, table)
    weeks = {
        one.id: [
            (place, reads.week_on(parts, one.id, place.id, today))
            for place in reads.places_of(table, parts, one.id)
            if any(row[:2] == [one.id, place.id] for row in parts["hours"])
        ]
        for one in people
    }
    ends = {one.id: [day for place, _week in weeks[one.id] if (day := reads.ends_on(parts, one.id, place.id, today))] for one in people}
    outside = standing_outside(staff, now)
    return staff_page(
        "desk/schedules.html", staff, now, people=(), practitioners=people, weeks=weeks, ends=ends, outside=len(outside),
        may_hours={one.id for one in people if may(staff, "hours", one.id)}, may_off={one.id for one in people if may(staff, "time off", one.id)},
        own=may_see(staff) is not None, asked=request.args,
    )  # fmt: skip
