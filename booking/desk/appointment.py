"""One appointment as staff see it: everything, and what can be done with it."""

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from booking import by_staff, companions, owed, payments
from booking.desk import visit_reads as reads
from booking.desk.blueprint import blueprint
from booking.desk.choosing import against
from booking.desk.desk_forms import CompanionForm, MarkForm
from booking.errors import AlreadyCancelled, Changed, GroupFull, GroupOver, NotOffered, PersonLimit, SlotTaken
from booking.marks import possible
from booking.models import Appointment
from booking.payment_words import kinds, methods
from portal import clock
from portal.database import transact
from portal.guards import staff_only
from portal.models import StaffMember
from portal.permissions import PAYMENTS
from portal.staff.page import staff_page

ELSEWHERE = (SlotTaken, PersonLimit, GroupFull, GroupOver)  # the time is not to be had again: another one is offered
MARKED = {
    "booked": lazy_gettext("Booked"),
    "arrived": lazy_gettext("Arrived"),
    "fulfilled": lazy_gettext("Seen"),
    "noshow": lazy_gettext("Did not come"),
}
CANNOT = (Changed, AlreadyCancelled, NotOffered, *ELSEWHERE)  # said on the page, which has changed nothing


@blueprint.get("/appointments/<public_id>")
@staff_only()
@reads.of_appointment
def appointment(staff, one):
    return page(staff, one)


@blueprint.post("/appointments/<public_id>/mark")
@staff_only()
@reads.of_appointment
def mark(staff, one):
    """Arrived, seen, did not come; "booked" takes the mark away, "restore" a cancellation back. What is in the way then is said, and passed over knowingly."""
    form, status, now = MarkForm(), request.form.get("status", ""), clock.now()
    try:
        if status == "restore":
            transact(by_staff.restore, staff, one, now, revision=form.seen, anyway=form.passed_over)
        elif status in by_staff.STATUSES:
            transact(by_staff.mark, staff, one, status, now, revision=form.seen, anyway=form.passed_over)
    except CANNOT as problem:
        return page(staff, reads.appointment_of(staff, one.public_id), problem), problem.status
    if status == "restore":
        flash(_("It stands again."))
    elif status in MARKED:
        flash(_("Marked: %(mark)s.", mark=MARKED[status]))
    return redirect(url_for("desk.appointment", slug=staff.practice.slug, public_id=one.public_id))


def page(staff: StaffMember, one: Appointment, problem=None, companion: CompanionForm | None = None) -> str:
    """`problem`: why nothing was changed; `companion`: the form as it was typed."""
    now, passed = clock.now(), reads.passed_on(staff, one)
    facts = {
        "one": one,
        "passed": passed,
        "paid_before": payments.sums_of(passed.before).paid if passed.before and staff.may(PAYMENTS) else 0,
        **(_money(one) if staff.may(PAYMENTS) else {}),
        "problem": problem,
        "against": against(problem) if problem is not None and "refusal" in problem.facts else [],
        "elsewhere": isinstance(problem, ELSEWHERE),
        "wanted": request.form.get("status", ""),
        "over": one.ends_at <= now,
        "marks": possible(one, now),
        "booked_by": reads.booked_by(one),
        "companions": companions.of(one),
        "companion": companion or CompanionForm(formdata=None),
        "series": reads.in_series(staff, one) if one.series_id else [],
        "group": reads.group_of(one),
        "day": clock.today(staff.practice.zone),
    }
    return staff_page(
        "desk/appointment.html", staff, now, people={one.profile_id, *(other.profile_id for other in passed if other)}, **facts
    )


def _money(one: Appointment) -> dict:
    """What templates/desk/_money.html needs."""
    entries, said = payments.entries_of(one), payments.said_of(one)
    sums, mistakes = payments.sums(one, said, entries), owed.reversed_ids(entries)
    return {"entries": entries, "said": said, "sums": sums, "mistakes": mistakes, "kinds": kinds(), "methods": methods()}
