"""The calendar: a day with practitioners or rooms side by side, a week of one or of everybody. Other people's changes come by themselves."""

from flask import request

from booking.desk import calendar_part
from booking.desk.blueprint import blueprint
from booking.desk.calendar_form import asked, form_of
from booking.desk.columns import may_see
from booking.timetable import timetable
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
        return staff_page(
            "desk/calendar.html", staff, now, people=(), form=form, asked=asked(staff, table, today), today=today, chooses=chooses
        ), 422
    wanted = asked(staff, table, form.day)
    part = calendar_part.part(staff, table, wanted, now)
    return staff_page(
        "desk/calendar.html", staff, now, people=part.people, form=form, asked=wanted, today=today, chooses=chooses, part=part
    )


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
    if calendar_part.mark(staff, table, wanted) == request.args.get("mark"):
        return "", 204
    part = calendar_part.part(staff, table, wanted, now)
    note_viewed(staff, part.people, now)
    return part.html
