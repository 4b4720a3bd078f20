"""Services for the admin: what can be booked, how long it takes, what it costs, who gives it."""

from flask import abort, flash, redirect, request, url_for
from flask_babel import gettext as _

from booking import catalogue
from booking.desk import catalogue_reads as reads
from booking.desk import effect_words
from booking.desk.blueprint import blueprint
from booking.desk.catalogue_forms import ServiceForm, digest
from booking.errors import Changed
from booking.models import Service
from booking.previews import preview
from booking.service_change import OtherService
from booking.unchanged import over
from portal import clock
from portal.database import transact
from portal.guards import staff_only
from portal.permissions import SETTINGS
from portal.staff.page import staff_page
from portal.staff.settings_menu import Entry, on_settings


@on_settings
def services_entry(staff) -> list[Entry]:
    if not staff.may(SETTINGS):
        return []
    words = _("What can be booked, how long it takes, what it costs and who gives it.")
    return [Entry(_("Appointments"), _("Services"), words, url_for("desk.services", slug=staff.practice.slug))]


@blueprint.get("/services")
@staff_only(may=SETTINGS)
def services(staff):
    names = {one.id: one.name for one in reads.practitioners(staff) if one.left_at is None}
    given_by = {service: [names[one] for one in people if one in names] for service, people in reads.offers(staff).items()}
    return staff_page("desk/services.html", staff, clock.now(), people=(), services=reads.services(staff), given_by=given_by)


@blueprint.route("/services/add", defaults={"public_id": None}, methods=["GET", "POST"])
@blueprint.route("/services/<public_id>", methods=["GET", "POST"])
@staff_only(may=SETTINGS)
def service(staff, public_id):
    found = _found(staff, public_id) if public_id else None
    people = [one for one in reads.practitioners(staff) if one.left_at is None]
    form = _form(staff, found, people, _offering(staff, found))
    now_there = _there(staff, found)
    if request.method == "GET":
        form.remember(now_there)
    if not form.validate_on_submit() or form.is_stale(now_there):
        return _page(staff, form, found), 422 if request.method == "POST" else 200
    chosen = [one.id for one in people if one.public_id in form.practitioners.data]
    said = _effect(staff, form, found, chosen) if found else []
    if said:
        return _page(staff, form, found, said)
    try:
        saved = transact(
            over,
            form.seen.data,
            lambda: digest(_there(staff, found)),
            catalogue.save_service,
            staff,
            found,
            _values(form, found),
            chosen,
            clock.now(),
        )
    except Changed:
        form.changed(_there(staff, found))
        return _page(staff, form, found), 422
    flash(_("%(name)s is saved.", name=saved.name))
    return redirect(url_for("desk.services", slug=staff.practice.slug))


@blueprint.route("/services/<public_id>/archive", methods=["GET", "POST"])
@staff_only(may=SETTINGS)
def archive_service(staff, public_id):
    found = _found(staff, public_id)
    if request.method != "POST":  # a HEAD changes nothing either
        return staff_page("desk/archive_service.html", staff, clock.now(), people=(), service=found)
    transact(catalogue.archive_service, staff, found, clock.now())
    flash(_("%(name)s can no longer be booked. What is booked stays.", name=found.name))
    return redirect(url_for("desk.services", slug=staff.practice.slug))


def _found(staff, public_id) -> Service:
    found = reads.one(staff, Service, public_id) or abort(404)
    return found if found.archived_at is None else abort(404)


def _form(staff, service, people, offering) -> ServiceForm:
    kinds = sorted({room.kind for room in reads.rooms(staff)} | ({service.room_kind} if service and service.room_kind else set()))
    chosen = [one.public_id for one in people if one.id in offering]
    return ServiceForm(staff.practice, service, kinds, [(one.public_id, one.name) for one in people], offering=chosen)


def _values(form, service) -> dict:
    """Online and offline are when, not whether: what is as it was keeps its moment."""
    was = service.offline_at if service else None
    return form.values() | {"offline_at": None if form.online.data else was or clock.now()}


def _offering(staff, service) -> list[int]:
    return reads.offers(staff).get(service.id, []) if service else []


def _there(staff, service) -> dict:
    """What is stored now, as far as the form changes it."""
    columns = (*ServiceForm.DIRECT, *ServiceForm.NUMBERS, "step_minutes", "price_cents", "offline_at")
    return {name: getattr(service, name) for name in columns} | {"offering": sorted(_offering(staff, service))} if service else {}


def _effect(staff, form, found, chosen: list[int]) -> list[str]:
    """What saving would do to the times people can book, once for what is typed now; nothing to say: it can be saved."""
    values = _values(form, found)
    mark = digest(values | {"offline_at": form.online.data, "givers": sorted(chosen)})
    seen = (
        None if form.shown.data == mark else preview(staff, OtherService(found.id, tuple(values.items()), frozenset(chosen)), clock.now())
    )
    form.shown.data = mark
    if seen is None or not (seen.effect.opened or seen.effect.closed):
        return []
    return effect_words.sentences(seen, clock.today(staff.practice.zone))


def _page(staff, form, found, said=()) -> str:
    return staff_page("desk/service.html", staff, clock.now(), people=(), form=form, service=found, said=said)
