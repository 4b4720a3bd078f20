"""The usual week of one practitioner at one location, typed the way people speak, and their breaks."""

from flask import abort, redirect, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _

from booking import schedules, snapshot
from booking.changes import Change, Gone, NewBreak, NewWeek, Several
from booking.desk import before_saving
from booking.desk import schedule_reads as reads
from booking.desk.blueprint import blueprint
from booking.desk.schedule_forms import BreakForm, WeekForm, typed_date
from booking.hours_words import echo, hours_words
from booking.timetable import timetable
from portal import clock
from portal.guards import staff_only
from portal.staff.page import staff_page


@blueprint.route("/schedules/<public_id>/hours", methods=["GET", "POST"])
@staff_only()
def hours(staff, public_id):
    now, table, parts = clock.now(), timetable(staff.practice), snapshot.read(staff.practice_id)
    who = reads.whom(staff, table, public_id, "hours")
    place, places = _place(table, parts, who), reads.places_of(table, parts, who.id)
    today = clock.today(place.zone)
    shown = typed_date(request.args.get("from")) or today
    week = reads.week_on(parts, who.id, place.id, max(shown, today))
    pausing, look, broken = before_saving.sent("b-"), None, None
    form = _week_form(table, who, week, today, shown, not pausing)
    breaking = BreakForm(today, prefix="b-", **before_saving.only_if(pausing))
    if pausing or request.method == "GET":
        form.seen.data = schedules.fingerprint(NewWeek(who.id, place.id, (), today), parts)
    if pausing:
        if breaking.validate():
            broken = before_saving.weigh(staff, _breaks(who, breaking), breaking, now)
    elif request.method == "POST" and form.validate():
        week = reads.week_on(parts, who.id, place.id, form.start.day)
        look = before_saving.weigh(staff, _change(form, table, who, place, week), form, now)
    if (look or broken) and (look or broken).saved:
        before_saving.say(look or broken, _("The hours of %(name)s are saved.", name=who.name) if look else _("The break is saved."))
        return redirect(
            url_for("desk.hours", slug=staff.practice.slug, public_id=public_id, at=request.args.get("at"), **_from(form, look))
        )
    status = (look or broken).status if look or broken else 422 if request.method == "POST" else 200
    page = staff_page(
        "desk/hours.html", staff, now, people=(look or broken).people if look or broken else (), who=who, place=place, places=places, form=form, breaking=breaking,
        look=look, broken=broken, today=today, read={} if pausing or request.method == "GET" else _read(form), was=_now(form, week) if look and look.problem else {},
        later=reads.planned_later(parts, who.id, place.id, max(form.start.day or shown, today)), ends=reads.ends_on(parts, who.id, place.id, today),
        breaks=reads.breaks(parts, who.id, today), words=_words,
    )  # fmt: skip
    return page, status


def _from(form: WeekForm, look) -> dict:
    """Hours of a later day are shown where they were saved."""
    return {"from": form.start.data} if look and form.start.day > form.today else {}


def _place(table, parts, who):
    """The location in the address, else where they mostly work; 404 for one that is none."""
    asked = request.args.get("at", "")
    if asked:
        return table.location_by_id(reads.numbered(asked)) or abort(404)
    places = reads.places_of(table, parts, who.id)
    return places[0] if places else abort(404)


def _week_form(table, who, week, today, shown, sent: bool) -> WeekForm:
    mixed = reads.is_mixed(week)
    offered = [one for one in table.all_services() if who.id in one.practitioners]
    only = next((only for windows in week for *_span, only in windows if only is not None), ())
    known = {one.id: one.public_id for one in offered}
    data = {
        name: hours_words(windows, locale=get_locale()) for name, windows in zip(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), week)
    }
    services = "keep" if mixed else "some" if only else "all"
    data |= {"start": max(shown, today).isoformat(), "services": services, "only": [known[one] for one in only if one in known]}
    return WeekForm(today, mixed, offered, data=data, **before_saving.only_if(sent))


def _change(form: WeekForm, table, who, place, week) -> NewWeek:
    """Windows that are what they were keep their services, unless other ones were chosen."""
    chosen = {choice.value for choice in form.only.choices} & set(form.only.data or ())
    only = tuple(sorted(table.service(one).id for one in chosen)) if form.services.data == "some" else None
    days = []
    for weekday, (field, now) in enumerate(zip(form.days, week)):
        spans = [span[:2] for span in field.windows]
        kept = form.services.data == "keep" and spans == [one[:2] for one in now]
        days.append((weekday, now if kept else tuple((*span, only) for span in spans)))
    return NewWeek(who.id, place.id, tuple(days), form.start.day, form.until.day)


def _breaks(who, form: BreakForm) -> Change:
    made = [NewBreak(who.id, opens, closes, weekday, on) for weekday, on in form.days for opens, closes, _said in form.hours.windows]
    return Several(tuple(made))


def _read(form: WeekForm) -> dict[str, str]:
    """How each box was read, where that is not what was typed."""
    found = {field.name: (field, echo(field.windows, locale=get_locale())) for field in form.days if not field.errors and field.data}
    return {name: said for name, (field, said) in found.items() if said != field.data}


def _now(form: WeekForm, week) -> dict[str, str]:
    """What holds now, where something else was typed."""
    pairs = [(field, [one[:2] for one in windows]) for field, windows in zip(form.days, week)]
    return {field.name: echo(now, locale=get_locale()) for field, now in pairs if now != [span[:2] for span in field.windows]}


def _words(windows) -> str:
    return echo(windows, locale=get_locale())


@blueprint.route("/schedules/<public_id>/breaks/<number>", methods=["GET", "POST"])
@staff_only()
def end_break(staff, public_id, number):
    number = reads.numbered(number)
    parts, table = snapshot.read(staff.practice_id), timetable(staff.practice)
    who = reads.whom(staff, table, public_id, "hours")
    row = next((row for row in parts["breaks"] if row[-1] == number and row[0] == who.id), None) or abort(404)
    back = url_for("desk.hours", slug=staff.practice.slug, public_id=public_id)
    title = _("Without the break %(hours)s", hours=_words(((row[1], row[2]),)))
    return before_saving.page(staff, Gone("breaks", number, who.id), title, _("The break is taken out."), back)
