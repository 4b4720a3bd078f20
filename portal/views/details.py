"""What the practice knows of a person, for them and for who may see everything of them; and what they may change of it (MISSION M17, M28)."""

from functools import wraps

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from portal import clock, own_access, own_consents, own_contact, own_details, own_missing, own_words
from portal.database import transact
from portal.own_details import ChangedMeanwhile, NeedsMobile
from portal.own_fields import EMAIL, EMERGENCY
from portal.own_forms import ConsentsForm, EmergencyForm, details_form
from portal.reading import note_read
from portal.views.blueprint import blueprint
from portal.views.family import of_mine


def seeing(view):
    """The view is called with `mine` and with `there` (own_details.Known) for who may read the person's details. Else 404."""

    @wraps(view)
    @of_mine
    def guarded(mine, **kwargs):
        if not own_access.sees(mine.link, mine.on):
            abort(404)
        return view(mine=mine, there=own_details.known(mine.link, mine.on), **kwargs)

    return guarded


def changing(view):
    """Only for who may change something of them, too."""

    @wraps(view)
    @seeing
    def guarded(mine, there, **kwargs):
        return view(mine=mine, there=there, **kwargs) if own_access.changes(mine.link, mine.on) else abort(404)

    return guarded


@blueprint.get("/family/<public_id>/details")
@seeing
def details(mine, there):
    page = _page("details", mine, there, missing=own_missing.among(there) if own_access.changes(mine.link, mine.on) else [])
    note_read([mine.link], clock.now())
    return page


@blueprint.route("/family/<public_id>/details/change", methods=["GET", "POST"])
@changing
def change_details(mine, there):
    form = details_form(there) if there.changeable else abort(404)
    if not form.validate_on_submit():
        return _form_page("change_details", mine, there, form)
    try:
        changed = transact(own_details.change, mine.link, form.facts(), form.numbers, form.seen.data, clock.now())
    except NeedsMobile as problem:
        form.phone_0.errors = [problem.message]
        return _form_page("change_details", mine, there, form)
    except ChangedMeanwhile as problem:
        there = own_details.known(mine.link, mine.on)
        form, both = form.anew(there) if there.changeable else abort(404)
        form.form_errors += own_words.now_says(there, both)
        return _form_page("change_details", mine, there, form, problem)
    return _done(mine, changed)


@blueprint.route("/family/<public_id>/details/emergency", methods=["GET", "POST"])
@changing
def emergency(mine, there):
    form = EmergencyForm(there=there) if there.may_change(EMERGENCY) else abort(404)
    removes = "remove" in request.form and there.contact is not None
    if not (removes or form.validate_on_submit()):
        return _form_page("emergency", mine, there, form)
    try:
        changed = transact(own_contact.put, mine.link, None if removes else form.said(), form.seen.data or "", clock.now())
    except ChangedMeanwhile as problem:
        there = own_details.known(mine.link, mine.on)
        form.seen.data = own_contact.mark_of(there.contact)
        form.form_errors += own_words.now_says(there, [] if there.is_others(EMERGENCY) else [EMERGENCY])
        return _form_page("emergency", mine, there, form, problem)
    return _done(mine, changed)


@blueprint.route("/family/<public_id>/details/messages", methods=["GET", "POST"], endpoint="consents")
@changing
def consents_page(mine, there):
    form = ConsentsForm(profile=there.profile, mark=own_consents.mark_of(there.profile))
    if not form.validate_on_submit():
        return _form_page("consents", mine, there, form)
    try:
        changed = transact(own_consents.answer, mine.link, form.said(), form.seen.data, clock.now())
    except NeedsMobile:
        form.sms.errors = [_("Text messages need a mobile number: add one first, or take this tick off.")]
        return _form_page("consents", mine, there, form)
    except ChangedMeanwhile as problem:
        there = own_details.known(mine.link, mine.on)
        form.seen.data = own_consents.mark_of(there.profile)
        return _form_page("consents", mine, there, form, problem)
    return _done(mine, bool(changed))


@blueprint.route("/family/<public_id>/details/email", methods=["GET", "POST"])
@changing
def use_own_address(mine, there):
    if not there.may_change(EMAIL):
        abort(404)
    if request.method != "POST" and mine.link.account.email != there.profile.email:  # HEAD asks too
        return _page("use_own_address", mine, there)
    if request.method != "POST":
        return redirect(url_for("portal.details", public_id=mine.link.public_id))
    return _done(mine, transact(own_details.use_own_address, mine.link, clock.now()))


@blueprint.post("/family/<public_id>/details/not-now")
@changing
def put_off_missing(mine, there):
    transact(own_missing.put_off, mine.link, clock.now())
    return redirect(url_for("booking.person", public_id=mine.link.public_id))


def _page(name: str, mine, there, **facts) -> str:
    return render_template(
        f"portal/{name}.html", mine=mine, there=there, words=own_words, changes=own_access.changes(mine.link, mine.on), **facts
    )


def _form_page(name: str, mine, there, form, problem=None):
    """`problem`: a refusal that stands above the form."""
    if problem is not None:
        form.form_errors.insert(0, problem.message)
    return _page(name, mine, there, form=form), problem.status if problem is not None else 422 if request.method == "POST" else 200


def _done(mine, changed: bool):
    if changed:
        flash(_("Saved. The clinic sees what changed."))
    return redirect(url_for("portal.details", public_id=mine.link.public_id))
