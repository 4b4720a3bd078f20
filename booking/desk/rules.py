"""How far ahead, how soon, until when, how much: the rules of the clinic, of one practitioner, of one service; and which of them wins."""

from flask import abort, redirect, request
from flask_babel import gettext as _

from booking import schedules, snapshot
from booking.behind_words import Reader, limit
from booking.changes import Gone, NewCap, NewRules
from booking.desk import before_saving, rule_words
from booking.desk import schedule_reads as reads
from booking.desk.blueprint import blueprint
from booking.desk.rule_forms import CapForm, RulesForm, typed
from booking.timetable import USUAL_HORIZON, Timetable, timetable
from booking.whatif import RULES, rules_of
from portal import clock
from portal.guards import staff_only
from portal.permissions import SCHEDULES
from portal.staff.page import staff_page


@blueprint.route("/rules", methods=["GET", "POST"])
@staff_only(may=SCHEDULES)
def rules(staff):
    return _page(staff, "practice", None)


@blueprint.route("/rules/<level>/<public_id>", methods=["GET", "POST"])
@staff_only(may=SCHEDULES)
def rules_of_one(staff, level, public_id):
    return _page(staff, level, _of(staff, level, public_id))


def _of(staff, level: str, public_id: str):
    table = timetable(staff.practice)
    find = {"practitioner": table.practitioner, "service": table.service}.get(level) or abort(404)
    return find(public_id) or abort(404)


def _page(staff, level: str, one):
    now, parts, table = clock.now(), snapshot.read(staff.practice_id), timetable(staff.practice)
    number, slug = one and one.id, staff.practice.slug
    reader = Reader(staff.practice, parts, table, clock.today(staff.practice.zone), int(now.timestamp()))
    said = rules_of(parts, level, number)
    stored = said["horizon"] or (USUAL_HORIZON if level == "practice" else None)
    limiting, look, capped = before_saving.sent("c-"), None, None
    form, capping = RulesForm(level, data=typed(said, stored), **before_saving.only_if(not limiting)), _capping(table, level, one, limiting)
    if limiting or request.method == "GET":
        form.seen.data = schedules.fingerprint(NewRules(level, number, dict.fromkeys(RULES)), parts)
    if limiting:
        if capping.validate():
            capped = before_saving.weigh(staff, _cap(table, level, number, capping), capping, now)
    elif request.method == "POST" and form.validate():
        look = before_saving.weigh(staff, NewRules(level, number, _changed(form, said)), form, now)
    done = look or capped
    if done and done.saved:
        before_saving.say(done, _("The rules are saved."))
        return redirect(rule_words.address(slug, level, number, reader))
    meant = form.horizon if look else stored
    page = staff_page(
        "desk/rules.html", staff, now, people=done.people if done else (), level=level, one=one, form=form, capping=capping, look=look, capped=capped,
        means=rule_words.means_today(meant, reader), levels=rule_words.levels(level, number, reader, slug), caps=rule_words.caps(level, number, reader),
        practitioners=table.practitioners(), services=table.all_services(), address=request.path,
    )  # fmt: skip
    return page, done.status if done else 422 if request.method == "POST" else 200


def _changed(form: RulesForm, said: dict) -> dict:
    """Every column, so that a form made of older ones is found out; a usual horizon that was never set is not set by looking."""
    columns = form.columns
    unset = form.level == "practice" and said["horizon"] is None and columns["horizon"] == {**USUAL_HORIZON, "count": "calendar", "at": 0}
    return {**columns, "horizon": None} if unset else columns


def _capping(table: Timetable, level: str, one, sent: bool) -> CapForm:
    """What a limit can be narrowed to: a practitioner's to a service of theirs, a service's to a practitioner, each to a location."""
    people = [each for each in table.practitioners() if each.id in one.practitioners] if level == "service" else []
    services = [each for each in table.all_services() if one.id in each.practitioners] if level == "practitioner" else []
    places = table.locations if len(table.locations) > 1 else ()
    return CapForm(people, services, places, prefix="c-", data={"location": request.args.get("where", "")}, **before_saving.only_if(sent))


def _cap(table: Timetable, level: str, number: int | None, form: CapForm) -> NewCap:
    found = {"practitioner": table.practitioner(form.practitioner.data or ""), "service": table.service(form.service.data or "")}
    scope = {name: one.id for name, one in found.items() if one} | ({level: number} if number else {})
    return NewCap(
        form.period.data, form.count.number, form.minutes.number, **scope, location=int(form.location.data) if form.location.data else None
    )


@blueprint.route("/caps/<number>", methods=["GET", "POST"])
@staff_only(may=SCHEDULES)
def end_cap(staff, number):
    number = reads.numbered(number)
    now, parts, table = clock.now(), snapshot.read(staff.practice_id), timetable(staff.practice)
    row = next((row for row in parts["caps"] if row[-1] == number), None) or abort(404)
    level = ("practitioner", row[0]) if row[0] else ("service", row[1]) if row[1] else ("practice", None)
    reader = Reader(staff.practice, parts, table, clock.today(staff.practice.zone), int(now.timestamp()))
    title = _("Without the limit “%(limit)s”", limit=limit(row, table, level[0]))
    return before_saving.page(
        staff, Gone("caps", number, row[0]), title, _("The limit is taken out."), rule_words.address(staff.practice.slug, *level, reader)
    )
