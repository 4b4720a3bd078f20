"""Wrong person? The page that moves an appointment to somebody else the account books for, at the same time."""

from flask import abort, redirect, render_template, request, session, url_for
from flask_login import current_user

from booking.errors import DomainError, NotYours
from booking.forms import HandOverForm
from booking.handover import hand_over as give
from booking.handover import must_be_free_to_go, others, why_not
from booking.models import Appointment
from booking.payment_queries import cost_of
from booking.views.appointments import found, line
from booking.views.blueprint import blueprint
from portal import clock
from portal.access import CHANGE
from portal.database import transact
from portal.models import Link
from portal.queries import link_of
from portal.reading import note_read


@blueprint.get("/appointments/<public_id>/person")
def hand_over(public_id):
    """First who it should be for, where there is a choice; then one button that names everything."""
    one, link = found(public_id, CHANGE)
    if one.is_cancelled:
        return redirect(url_for("booking.appointment", public_id=public_id))
    must_be_free_to_go(one, clock.now())
    people = others(session.account, one, clock.now()) or abort(404)
    form = HandOverForm(request.args)
    if form.to.data or len(people) == 1:
        return _ask(one, link, people, form)
    return _choose(one, link, people, form, 422 if "go" in request.args and not form.validate() else 200)


@blueprint.post("/appointments/<public_id>/person")
def handed_over(public_id):
    one, link = found(public_id, CHANGE)
    people = others(session.account, one, clock.now()) or abort(404)
    form = HandOverForm()
    if not form.validate():
        return _choose(one, link, people, form, 422)
    try:
        new = transact(give, session.account, one, _named(people, form), clock.now(), form.booking_key)
    except NotYours:
        abort(404)
    except DomainError as problem:
        one, link = found(public_id, CHANGE)  # as it is now: nothing was changed
        return _ask(one, link, people, form, problem)
    return redirect(url_for("booking.appointment", public_id=new.public_id, was=public_id))


def _named(people: list[Link], form: HandOverForm) -> Link:
    asked = link_of(current_user, form.to.data or "", clock.now())  # the form may name access that a merge united with another
    return next((link for link in people if asked is not None and link.id == asked.id), None) or abort(404)


def _choose(one: Appointment, link: Link, people: list[Link], form: HandOverForm, status: int):
    what = line(one, link, clock.now())
    page = render_template("booking/whose.html", form=form, people=people, line=what, appointment=one, zone=one.zone)
    note_read([link], clock.now())
    return page, status


def _ask(one: Appointment, link: Link, people: list[Link], form: HandOverForm, problem: DomainError | None = None):
    """The question, or why it cannot be: known before the button is pressed, asked again under the lock when it is."""
    to = _named(people, form) if form.to.data else people[0]
    problem = problem or why_not(one, to, clock.now())
    facts = {"to": to, "several": len(people) > 1, "problem": problem, "form": HandOverForm(formdata=None)}
    what = line(one, link, clock.now())
    paid = cost_of(one).sums.paid if what.details else 0
    page = render_template("booking/handover.html", line=what, appointment=one, zone=one.zone, paid=paid, **facts)
    note_read([link], clock.now())
    return page, 200 if problem is None else problem.status
