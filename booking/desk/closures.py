"""Days on which nobody works: the clinic's own closures, and the public holidays of its country and region, each of which may be worked."""

from datetime import date

from flask import abort, redirect, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _

from booking import snapshot
from booking.changes import Closed, Gone, HolidayWorked
from booking.desk import before_saving
from booking.desk import schedule_reads as reads
from booking.desk.blueprint import blueprint
from booking.desk.schedule_forms import ClosureForm, typed_date
from booking.holidays_of import public_holidays
from booking.schedule_roles import may
from booking.timetable import timetable
from portal import clock, filters
from portal.guards import staff_only
from portal.permissions import DAYS, SCHEDULES
from portal.staff.page import staff_page


@blueprint.route("/closures", methods=["GET", "POST"])
@staff_only(may=DAYS)
def closures(staff):
    now, table, practice = clock.now(), timetable(staff.practice), staff.practice
    today = clock.today(practice.zone)
    day = typed_date(request.args.get("date"))
    asked = {"first": day.isoformat()} if day else {}
    form, look = ClosureForm(practice.zone, today, table.locations, not staff.may(SCHEDULES), data=asked), None
    if form.validate_on_submit():
        look = before_saving.weigh(staff, _change(form, table), form, now)
    if look and look.saved:
        before_saving.say(look, _("The closure is saved."))
        return redirect(url_for("desk.closures", slug=practice.slug))
    page = staff_page(
        "desk/closures.html", staff, now, people=look.people if look else (), form=form, look=look, today=today, rows=reads.closures(staff, table, today),
        holidays=_holidays(staff, today), sets_holidays=may(staff, "holiday"), sets_all=staff.may(SCHEDULES),
    )  # fmt: skip
    return page, look.status if look else 422 if request.method == "POST" else 200


def _change(form: ClosureForm, table) -> Closed:
    place = int(form.place.data) if form.place.data else None
    if form.is_whole:
        return Closed(form.name.data, place, form.first.day, form.last_day)
    form.zone = table.location_by_id(place).zone if place else form.zone
    return Closed(form.name.data, place, None, None, form.starts, form.ends)


def _holidays(staff, today: date) -> list[tuple[int, list[tuple[date, str, bool]]]]:
    """(year, [(date, name, worked)]) of this and the next year; what is over this year is left out."""
    practice, worked = staff.practice, {row[0] for row in snapshot.read(staff.practice_id)["holidays_worked"]}
    language = get_locale().language
    return [
        (
            year,
            [
                (day, name, day.isoformat() in worked)
                for day, name in public_holidays(practice.country, practice.region, year, language)
                if day >= today
            ],
        )
        for year in (today.year, today.year + 1)
    ]


@blueprint.route("/closures/<number>/end", methods=["GET", "POST"])
@staff_only(may=DAYS)
def end_closure(staff, number):
    number = reads.numbered(number)
    rows = reads.closures(staff, timetable(staff.practice), clock.today(staff.practice.zone))
    row = next((row for row in rows if row.id == number), None) or abort(404)
    if not staff.may(SCHEDULES) and not row.is_one_day:
        abort(404)
    title = _("Without the closure “%(name)s”", name=row.name)
    return before_saving.page(
        staff, Gone("closures", number), title, _("The closure is taken out."), url_for("desk.closures", slug=staff.practice.slug)
    )


@blueprint.route("/holidays/<on>", methods=["GET", "POST"])
@staff_only(may=SCHEDULES)
def holiday(staff, on):
    """Switches one public holiday: worked, or not any more."""
    day, practice = typed_date(on) or abort(404), staff.practice
    name = next(
        (name for each, name in public_holidays(practice.country, practice.region, day.year, get_locale().language) if each == day), None
    ) or abort(404)
    worked = any(row[0] == day.isoformat() for row in snapshot.read(staff.practice_id)["holidays_worked"])
    facts = {"name": name, "day": filters.day(day, clock.today(practice.zone), locale=get_locale())}
    title = _("Closed on %(name)s, %(day)s", **facts) if worked else _("Working on %(name)s, %(day)s", **facts)
    done = _("The clinic is closed on %(name)s.", **facts) if worked else _("The clinic works on %(name)s.", **facts)
    return before_saving.page(staff, HolidayWorked(day, not worked), title, done, url_for("desk.closures", slug=practice.slug))
