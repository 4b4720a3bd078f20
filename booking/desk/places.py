"""Locations and rooms for the admin: where somebody is seen, by which clock, and what is there."""

from zoneinfo import available_timezones

from flask import abort, flash, redirect, request, url_for
from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice

from booking import catalogue
from booking.desk import catalogue_reads as reads
from booking.desk import rule_words
from booking.desk.blueprint import blueprint
from booking.desk.catalogue_forms import LocationForm, RoomForm, digest
from booking.errors import Changed, StillNeeded
from booking.models import Location, Room
from booking.schedule_roles import may
from booking.timetable import timetable
from booking.unchanged import over
from portal import clock
from portal.database import transact
from portal.guards import staff_only
from portal.permissions import SETTINGS
from portal.staff.page import staff_page
from portal.staff.settings_menu import Entry, on_settings

LOCATION, ROOM = ("name", "street", "city", "zone"), ("name", "kind", "location_id")


@on_settings
def places_entry(staff) -> list[Entry]:
    if not staff.may(SETTINGS):
        return []
    return [
        Entry(
            _("Appointments"),
            _("Locations and rooms"),
            _("Where people come, by which clock, and the rooms there."),
            url_for("desk.places", slug=staff.practice.slug),
        )
    ]


@blueprint.get("/places")
@staff_only(may=SETTINGS)
def places(staff):
    return staff_page("desk/places.html", staff, clock.now(), people=(), locations=reads.locations(staff), rooms=reads.rooms(staff))


@blueprint.route("/places/add", defaults={"public_id": None}, methods=["GET", "POST"])
@blueprint.route("/places/<public_id>", methods=["GET", "POST"])
@staff_only(may=SETTINGS)
def location(staff, public_id):
    found = _standing(staff, Location, public_id) if public_id else None
    form = LocationForm(obj=found) if found else LocationForm(data={"zone": staff.practice.zone})
    saved = _saved(form, catalogue.save_location, staff, found, LOCATION, form.values)
    if saved is None:
        zones = sorted(zone for zone in available_timezones() if "/" in zone and not zone.startswith(("Etc/", "posix/", "right/")))
        return staff_page(
            "desk/location.html", staff, clock.now(), people=(), form=form, location=found, zones=zones, limits=_limits(staff, found)
        ), _status()
    flash(_("%(name)s is saved.", name=saved.name))
    return _back(staff)


def _limits(staff, place) -> list[str] | None:
    """What is limited there, in words; None where there is nothing to tell apart, or it is not theirs to set."""
    table = timetable(staff.practice)
    asked = place is not None and len(table.locations) > 1 and may(staff, "rules")
    return rule_words.caps_of_place(place.id, table) if asked else None


@blueprint.route("/rooms/add", defaults={"public_id": None}, methods=["GET", "POST"])
@blueprint.route("/rooms/<public_id>", methods=["GET", "POST"])
@staff_only(may=SETTINGS)
def room(staff, public_id):
    found = _standing(staff, Room, public_id) if public_id else None
    here = {one.public_id: one for one in reads.locations(staff)}
    chosen = next((one.public_id for one in here.values() if found and one.id == found.location_id), None)
    form = RoomForm(obj=found, data={"location": chosen or next(iter(here), "")})
    form.location.choices = [SelectChoice(one.public_id, one.name) for one in here.values()]
    saved = _saved(
        form,
        catalogue.save_room,
        staff,
        found,
        ROOM,
        lambda: {"name": form.name.data, "kind": form.kind.data, "location_id": here[form.location.data].id},
    )
    if saved is None:
        kinds = sorted({one.kind for one in reads.rooms(staff)})
        return staff_page("desk/room.html", staff, clock.now(), people=(), form=form, room=found, kinds=kinds), _status()
    flash(_("%(name)s is saved.", name=saved.name))
    return _back(staff)


@blueprint.post("/places/<public_id>/archive")
@staff_only(may=SETTINGS)
def archive_location(staff, public_id):
    return _put_away(staff, catalogue.archive_location, _standing(staff, Location, public_id))


@blueprint.post("/rooms/<public_id>/archive")
@staff_only(may=SETTINGS)
def archive_room(staff, public_id):
    return _put_away(staff, catalogue.archive_room, _standing(staff, Room, public_id))


def _put_away(staff, use_case, found):
    try:
        transact(use_case, staff, found, clock.now())
        flash(_("%(name)s is put away. Nothing is booked there any more.", name=found.name))
    except StillNeeded as error:
        flash(str(error.message), "warn")
    return _back(staff)


def _standing(staff, model, public_id):
    found = reads.one(staff, model, public_id) or abort(404)
    return found if found.archived_at is None else abort(404)


def _saved(form, use_case, staff, found, columns, values):
    """What was saved, once the form came back and is right; None if something is to be said first, as that somebody else changed it."""
    if request.method == "GET":
        form.remember(_there(found, columns))
    if not form.validate_on_submit():
        return None
    try:
        return transact(over, form.seen.data, lambda: digest(_there(found, columns)), use_case, staff, found, values(), clock.now())
    except Changed:
        form.changed(_there(found, columns))
        return None


def _there(found, columns) -> dict:
    return {name: getattr(found, name) for name in columns} if found else {}


def _status() -> int:
    return 422 if request.method == "POST" else 200


def _back(staff):
    return redirect(url_for("desk.places", slug=staff.practice.slug))
