"""The calendar: a day with practitioners or rooms side by side, a week of one or of everybody. Other people's changes come by themselves."""

from flask import render_template, request

from booking.desk import calendar_facts
from booking.desk.blueprint import blueprint
from booking.desk.calendar_days import midnight_to_midnight
from booking.desk.calendar_form import Asked, asked, form_of
from booking.desk.calendar_grid import shown
from booking.desk.columns import may_see
from booking.timetable import Timetable, timetable
from portal import clock
from portal.guards import quiet, staff_only
from portal.reading import note_viewed
from portal.staff.page import staff_page


@blueprint.get("/calendar")
@staff_only()
def calendar(staff):
    now, today, table = clock.now(), clock.today(staff.practice.zone), timetable(staff.practice)
    form = form_of(table, today)
    chooses = may_see(staff) is None
    if not form.validate():
        return staff_page("desk/calendar.html", staff, now, people=(), form=form, asked=asked(staff, table, today), today=today, chooses=chooses), 422
    wanted = asked(staff, table, form.day)
    facts = _facts(staff, table, wanted, now)
    return staff_page("desk/calendar.html", staff, now, people=facts["shown"].people, form=form, today=today, chooses=chooses, **facts)


@blueprint.get("/calendar/state")
@staff_only()
@quiet
def calendar_state(staff):
    """For the script of a page that is open: nothing while the calendar is as it was (`mark`), else its part of the page as it is now."""
    now, table = clock.now(), timetable(staff.practice)
    form = form_of(table, clock.today(staff.practice.zone))
    if not form.validate():
        return "", 204
    wanted = asked(staff, table, form.day)
    if _mark(staff, table, wanted) == request.args.get("mark"):
        return "", 204
    facts = _facts(staff, table, wanted, now)
    part = render_template("desk/_calendar.html", **facts)
    note_viewed(staff, facts["shown"].people, now)
    return part


def _facts(staff, table: Timetable, wanted: Asked, now) -> dict:
    found = shown(staff, table, wanted, int(now.timestamp()))
    return {"asked": wanted, "shown": found, "mark": calendar_facts.mark_of(staff, *_reach(table, wanted), found.facts)}


def _mark(staff, table: Timetable, wanted: Asked) -> str:
    return calendar_facts.mark(staff, *_reach(table, wanted))


def _reach(table: Timetable, wanted: Asked) -> tuple:
    return *midnight_to_midnight(table.zone, wanted.first, wanted.last), wanted.only
