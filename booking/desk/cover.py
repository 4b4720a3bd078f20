"""Somebody is ill: what is booked with them in a part of a day goes to a colleague, everybody told once. First it is shown, then done."""

from datetime import UTC, datetime
from typing import NamedTuple

from flask import abort, flash, redirect, request, url_for
from flask_babel import lazy_gettext, ngettext

from booking import by_staff
from booking.desk import visit_reads as reads
from booking.desk.blueprint import blueprint
from booking.desk.choosing import against, day_asked
from booking.hours import day_start, start_instant
from booking.models import Appointment
from booking.timetable import Practitioner, Timetable, timetable
from booking.together import Moved, move_all, must_go_alone, service_of
from booking.wishes import Wish
from portal import clock
from portal.database import transact
from portal.errors import DomainError
from portal.guards import staff_only
from portal.models import StaffMember
from portal.permissions import EVERYBODY
from portal.staff.page import staff_page

MIDDAY = 12 * 60
PARTS = {
    "day": lazy_gettext("The whole day"),
    "morning": lazy_gettext("The morning"),
    "afternoon": lazy_gettext("The afternoon, from midday"),
}


class Plan(NamedTuple):
    """Who is away, when, and who stands in; None while it is not chosen."""

    table: Timetable
    day: object
    part: str
    away: Practitioner | None
    instead: Practitioner | None

    @property
    def span(self) -> tuple[datetime, datetime]:
        zone = self.table.zone
        noon = start_instant(zone, self.day, MIDDAY)
        first = noon if self.part == "afternoon" else day_start(zone, self.day)
        last = noon if self.part == "morning" else day_start(zone, self.day, 1)
        return datetime.fromtimestamp(first, UTC), datetime.fromtimestamp(last, UTC)


@blueprint.route("/cover", methods=["GET", "POST"])
@staff_only(may=EVERYBODY)
def cover(staff):
    plan = _plan(staff)
    rows = _rows(staff, plan)
    if request.method != "POST" or plan.instead is None:
        return _page(staff, plan, [(one, _reasons(staff, plan, one)) for one in rows] if plan.instead else [(one, None) for one in rows])
    ticked = set(request.form.getlist("one"))
    done = transact(
        move_all, staff, [one for one in rows if one.public_id in ticked], plan.instead, clock.now(), tell="tell" in request.form
    )
    return _done(staff, plan, done)


def _plan(staff: StaffMember) -> Plan:
    """Read from the address; 404 for somebody who is not here."""
    table = timetable(staff.practice)
    away, instead = (request.args.get(name) and (table.practitioner(request.args[name]) or abort(404)) or None for name in ("with", "to"))
    part = request.args.get("part", "day")
    return Plan(
        table, day_asked(clock.today(staff.practice.zone)), part if part in PARTS else "day", away, None if instead == away else instead
    )


def _rows(staff: StaffMember, plan: Plan) -> list[Appointment]:
    now, (begins, ends) = clock.now(), plan.span
    return [one for one in reads.with_between(staff, plan.away.id, begins, ends) if one.starts_at > now] if plan.away else []


def _reasons(staff: StaffMember, plan: Plan, one: Appointment) -> list[str]:
    """Why it cannot go, in words; empty if it can. What moves before it is not looked at: they do not overlap."""
    try:
        must_go_alone(one)
        wish = Wish(service_of(plan.table, one), plan.instead, one.profile, staff=True, moving=one)
        return [words for _code, words in against(by_staff.refusal(staff, wish, int(one.starts_at.timestamp()), clock.now()))]
    except DomainError as problem:
        return [str(problem.message)]


def _page(staff: StaffMember, plan: Plan, rows) -> str:
    able = [one for one, reasons in rows if reasons == []]
    facts = {"plan": plan, "parts": PARTS, "rows": rows, "able": able}
    return staff_page("desk/cover.html", staff, clock.now(), people={one.profile_id for one, _reasons in rows}, **facts)


def _done(staff: StaffMember, plan: Plan, done: Moved):
    if not done.left:
        flash(
            ngettext(
                "%(num)s appointment moved to %(name)s.", "%(num)s appointments moved to %(name)s.", len(done.moved), name=plan.instead.name
            )
        )
        return redirect(url_for("desk.calendar", slug=staff.practice.slug, date=plan.day.isoformat()))
    people = {one.profile_id for one, _problem in done.left} | {one.profile_id for one in done.moved}
    return staff_page("desk/covered.html", staff, clock.now(), people=people, plan=plan, done=done), 409
