"""One new registration: who it is, whom they look like, and the answers: compare, somebody new, later (MISSION M4)."""

from functools import wraps

from flask import abort, flash, redirect, request, url_for
from flask_babel import gettext as _

from portal import apart, clock, likeness_words, lookalikes, registrations
from portal.database import transact
from portal.errors import DomainError
from portal.guards import staff_only
from portal.permissions import MERGE
from portal.staff import comparing, finding, queue
from portal.staff.blueprint import blueprint
from portal.staff.page import say_with_undo, staff_page
from portal.staff.panels import coming

MOST = 20  # records one answer may be about


def of_registration(view):
    """The view is called with `registration` in place of `public_id`, if it is one of this practice; else 404."""

    @wraps(view)
    def guarded(staff, public_id):
        return view(staff=staff, registration=queue.registration_of(staff, public_id) or abort(404))

    return guarded


def answering(view):
    """An answer to a registration: afterwards back to those that wait, with a warning where a rule said no."""

    @wraps(view)
    def answered(staff, registration):
        try:
            view(staff, registration)
        except DomainError as error:
            flash(str(error.message), "warn")
        return redirect(url_for("staff.registrations", slug=staff.practice.slug))

    return answered


@blueprint.get("/registrations/<public_id>")
@staff_only(may=MERGE)
@of_registration
def registration(staff, registration):
    now, person = clock.now(), registration.profile
    alike = lookalikes.like(person) if registration.is_waiting else []
    told, merges = apart.apart_from(person), queue.merges_of([registration])
    people = {person.id} | {one.profile.id for one in alike} | {one.other.id for one in told} | {one.target_id for one in merges.values()}
    facts = {
        "registration": registration,
        "person": person,
        "alike": alike,
        "apart": told,
        "likeness": likeness_words,
        "coming": coming(staff, people, now),
    }
    facts |= {"made_by": queue.made_by([registration]), "merges": merges, "compare": comparing.address}
    facts |= {"day": clock.today(staff.practice.zone), "may_undo": registrations.may_take_back(registration, now)}
    return staff_page("staff/registration.html", staff, now, people=people, **facts)


@blueprint.post("/registrations/<public_id>/accept")
@staff_only(may=MERGE)
@of_registration
@answering
def accept_registration(staff, registration):
    others = finding.several(staff, request.form.getlist("different")[:MOST])
    transact(registrations.accept, staff, registration, clock.now(), others)
    say_with_undo(
        _("%(name)s is accepted as new.", name=registration.profile.name), _address("staff.take_back_acceptance", staff, registration)
    )


@blueprint.post("/registrations/<public_id>/take-back")
@staff_only(may=MERGE)
@of_registration
@answering
def take_back_acceptance(staff, registration):
    transact(registrations.take_back, staff, registration, clock.now())
    flash(_("%(name)s is waiting again.", name=registration.profile.name))


@blueprint.post("/registrations/<public_id>/later")
@staff_only(may=MERGE)
@of_registration
@answering
def put_off_registration(staff, registration):
    later = "undo" not in request.args
    transact(registrations.put_off, staff, registration, clock.now(), later)
    if later:
        say_with_undo(
            _("%(name)s is kept for later.", name=registration.profile.name),
            _address("staff.put_off_registration", staff, registration, undo=1),
        )
    else:
        flash(_("%(name)s is waiting again.", name=registration.profile.name))


def _address(endpoint: str, staff, registration, **query) -> str:
    return url_for(endpoint, slug=staff.practice.slug, public_id=registration.public_id, **query)
