"""Practitioners for the admin: from nothing to the first online booking, and the day somebody leaves."""

from flask import abort, flash, redirect, request, url_for
from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice

from booking import team
from booking.desk import catalogue_reads as reads
from booking.desk.blueprint import blueprint
from booking.desk.catalogue_forms import PractitionerForm, digest
from booking.errors import Changed, StillNeeded
from booking.models import Practitioner
from booking.unchanged import over
from portal import clock
from portal.database import transact
from portal.guards import staff_only
from portal.permissions import SETTINGS, TEAM
from portal.staff.page import staff_page
from portal.staff.settings_menu import Entry, on_settings

DIRECT = ("name", "profession", "languages", "about", "banner_text", "banner_from", "banner_until")


@on_settings
def practitioners_entry(staff) -> list[Entry]:
    if not staff.may(SETTINGS):
        return []
    words = _("Who is seen here, what they offer, and whether they can be booked online.")
    return [Entry(_("Appointments"), _("Practitioners"), words, url_for("desk.practitioners", slug=staff.practice.slug))]


@blueprint.get("/practitioners")
@staff_only(may=SETTINGS)
def practitioners(staff):
    names, offered = {one.id: one.name for one in reads.services(staff) if one.archived_at is None}, {}
    for service, people in reads.offers(staff).items():
        for person in people:
            offered.setdefault(person, []).extend([names[service]] if service in names else [])
    return staff_page("desk/practitioners.html", staff, clock.now(), people=(), practitioners=reads.practitioners(staff), offered=offered)


@blueprint.route("/practitioners/add", defaults={"public_id": None}, methods=["GET", "POST"])
@blueprint.route("/practitioners/<public_id>", methods=["GET", "POST"])
@staff_only(may=SETTINGS)
def practitioner(staff, public_id):
    found = _found(staff, public_id) if public_id else None
    services = [one for one in reads.services(staff) if one.archived_at is None]
    form = _form(staff, found, services, _gives(staff, found))
    if request.method == "GET":
        form.remember(_there(staff, found))
    if not form.validate_on_submit():
        return _page(staff, form, found), 422 if request.method == "POST" else 200
    chosen = [one.id for one in services if one.public_id in form.services.data]
    try:
        saved = transact(
            over,
            form.seen.data,
            lambda: digest(_there(staff, found)),
            team.save,
            staff,
            found,
            _values(staff, form, found),
            chosen,
            clock.now(),
        )
    except Changed:
        form.changed(_there(staff, found))
        return _page(staff, form, found), 422
    if found is None:
        flash(_("%(name)s is added. Without opening hours there are no times to book yet: set them next.", name=saved.name))
        return redirect(url_for("desk.practitioner", slug=staff.practice.slug, public_id=saved.public_id))
    flash(_("%(name)s is saved.", name=saved.name))
    return redirect(url_for("desk.practitioners", slug=staff.practice.slug))


@blueprint.post("/practitioners/<public_id>/leave")
@staff_only(may=SETTINGS)
def practitioner_leaves(staff, public_id):
    found = _found(staff, public_id)
    try:
        transact(team.leave, staff, found, clock.now())
        flash(_("%(name)s cannot be booked any more. Past appointments stay.", name=found.name))
    except StillNeeded:
        flash(_("%(name)s still has appointments. Move or cancel them first.", name=found.name), "warn")
    return redirect(url_for("desk.practitioners", slug=staff.practice.slug))


@blueprint.post("/practitioners/<public_id>/come-back")
@staff_only(may=SETTINGS)
def practitioner_comes_back(staff, public_id):
    found = reads.one(staff, Practitioner, public_id) or abort(404)
    transact(team.come_back, staff, found, clock.now())
    flash(_("%(name)s works here again, with the hours they had.", name=found.name))
    return redirect(url_for("desk.practitioners", slug=staff.practice.slug))


def _found(staff, public_id) -> Practitioner:
    found = reads.one(staff, Practitioner, public_id) or abort(404)
    return found if found.left_at is None else abort(404)


def _form(staff, found, services, gives) -> PractitionerForm:
    logins = reads.logins(staff, found)
    data = {"services": [one.public_id for one in services if one.id in gives], "online": True, "takes_new": True, "login": ""}
    if found:
        own = next((row for row, _name in logins if (member := reads.member(staff, row)) and member.id == found.staff_member_id), "")
        data |= {name: getattr(found, name) for name in DIRECT}
        data |= {"online": found.offline_at is None, "takes_new": found.closed_to_new_at is None, "login": own}
    form = PractitionerForm(languages=found.languages if found else (), data=data)
    form.services.choices = [SelectChoice(one.public_id, one.name) for one in services]
    form.login.choices = [SelectChoice("", _("None")), *(SelectChoice(*pair) for pair in logins)]
    if not staff.may(TEAM):
        del form.login  # it decides whose calendar and people somebody sees
    return form


def _values(staff, form, found) -> dict:
    """As columns. Being online and taking new people are when, not whether: what is as it was keeps its moment."""
    since = {"offline_at": form.online.data, "closed_to_new_at": form.takes_new.data}
    moments = {name: None if is_open else getattr(found, name, None) or clock.now() for name, is_open in since.items()}
    member = reads.member(staff, form.login.data) if "login" in form and form.login.data else None
    login = {"staff_member_id": member.id if member else None} if "login" in form else {}
    known = [choice.value for choice in form.languages.choices]
    languages = [code for code in form.languages.data or () if code in known]
    said = {name: form[name].data for name in DIRECT if name != "languages"}
    return said | moments | {"languages": languages} | login


def _gives(staff, found) -> set[int]:
    """The ids of the services they give that can be booked."""
    there = {one.id for one in reads.services(staff) if one.archived_at is None} if found else ()
    return {one for one, people in reads.offers(staff).items() if one in there and found.id in people} if found else set()


def _page(staff, form, found) -> str:
    return staff_page("desk/practitioner.html", staff, clock.now(), people=(), form=form, practitioner=found)


def _there(staff, found) -> dict:
    """What is stored now, as far as the form changes it."""
    columns = (*DIRECT, "offline_at", "closed_to_new_at", "staff_member_id")
    return {name: getattr(found, name) for name in columns} | {"gives": sorted(_gives(staff, found))} if found else {}
