"""One practitioner's days off, and days with other hours; each looked at before it is saved. Why somebody is away is for staff only."""

from flask import abort, redirect, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _

from booking import snapshot
from booking.changes import Gone, OtherHours, TimeOffTaken, UsualHours
from booking.desk import before_saving
from booking.desk import schedule_reads as reads
from booking.desk.blueprint import blueprint
from booking.desk.schedule_forms import OtherHoursForm, TimeOffForm, typed_date
from booking.hours_words import echo
from booking.schedule_roles import may
from booking.timetable import timetable
from portal import clock, filters
from portal.guards import staff_only
from portal.staff.page import staff_page


@blueprint.route("/schedules/<public_id>/days-off", methods=["GET", "POST"])
@staff_only()
def days_off(staff, public_id):
    now, table, parts = clock.now(), timetable(staff.practice), snapshot.read(staff.practice_id)
    who = reads.whom(staff, table, public_id, "time off")
    zone, places = table.zone_of(who.id), reads.places_of(table, parts, who.id)
    today, sets_hours = clock.today(zone), may(staff, "hours", who.id)
    day = typed_date(request.args.get("date"))
    data = {"first": day.isoformat(), "on_date": day.isoformat()} if day else {}
    others, look, changed = before_saving.sent("o-"), None, None
    form = TimeOffForm(zone, today, data=data, **before_saving.only_if(not others))
    other = OtherHoursForm(today, places, data=data, prefix="o-", **before_saving.only_if(others))
    if others:
        sets_hours or abort(404)
        if other.validate():
            windows = tuple(span[:2] for span in other.hours.windows)
            changed = before_saving.weigh(staff, OtherHours(who.id, int(other.place.data), other.on_date.day, windows), other, now)
    elif form.validate_on_submit():
        look = before_saving.weigh(staff, TimeOffTaken(who.id, form.starts, form.ends, form.reason.data or ""), form, now)
    done = look or changed
    if done and done.saved:
        before_saving.say(
            done, _("The day off of %(name)s is saved.", name=who.name) if look else _("The hours of %(name)s are saved.", name=who.name)
        )
        return redirect(url_for("desk.days_off", slug=staff.practice.slug, public_id=public_id))
    page = staff_page(
        "desk/days_off.html", staff, now, people=done.people if done else (), who=who, zone=zone, form=form, other=other, look=look, changed=changed,
        rows=reads.times_off(staff, who, now), overrides=reads.overrides(parts, who.id, today), places={place.id: place for place in table.locations},
        sets_hours=sets_hours, words=_words, closures=reads.closures(staff, table, today),
    )  # fmt: skip
    return page, done.status if done else 422 if request.method == "POST" else 200


def _words(windows) -> str:
    return echo(windows, locale=get_locale())


@blueprint.route("/schedules/<public_id>/days-off/<number>", methods=["GET", "POST"])
@staff_only()
def end_day_off(staff, public_id, number):
    number = reads.numbered(number)
    table = timetable(staff.practice)
    who = reads.whom(staff, table, public_id, "time off")
    row = next((row for row in reads.times_off(staff, who, clock.now()) if row.id == number), None) or abort(404)
    zone = table.zone_of(who.id)
    moments = [filters.moment(at, zone, clock.today(zone), locale=get_locale()) for at in (row.starts_at, row.ends_at)]
    title = _("%(name)s is here after all: %(start)s to %(end)s", name=who.name, start=moments[0], end=moments[1])
    back = url_for("desk.days_off", slug=staff.practice.slug, public_id=public_id)
    return before_saving.page(staff, Gone("times_off", number, who.id), title, _("The day off is taken out."), back)


@blueprint.route("/schedules/<public_id>/usual/<place>/<on>", methods=["GET", "POST"])
@staff_only()
def usual_hours(staff, public_id, place, on):
    place = reads.numbered(place)
    parts, table, day = snapshot.read(staff.practice_id), timetable(staff.practice), typed_date(on) or abort(404)
    who = reads.whom(staff, table, public_id, "hours")
    if not any(row[:3] == [who.id, place, day.isoformat()] for row in parts["overrides"]):
        abort(404)
    title = _(
        "Usual hours of %(name)s on %(day)s", name=who.name, day=filters.day(day, clock.today(staff.practice.zone), locale=get_locale())
    )
    back = url_for("desk.days_off", slug=staff.practice.slug, public_id=public_id)
    return before_saving.page(staff, UsualHours(who.id, place, day), title, _("The usual hours hold on that day."), back)
