"""The practice's own pages of settings: details, look, messages, reminders. Nothing is written over unseen."""

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _

from portal import brand, clock, practice_details
from portal.database import transact
from portal.guards import staff_only
from portal.permissions import SETTINGS
from portal.staff.blueprint import blueprint
from portal.staff.page import staff_page
from portal.staff.practice_forms import DetailsForm, FilesFromPeopleForm, LookForm, MessagesForm, PracticeForm, RemindersForm
from portal.staff.settings_menu import Entry, on_settings


@on_settings
def practice_entries(staff) -> list[Entry]:
    if not staff.may(SETTINGS):
        return []
    pages = (
        (
            "practice_details",
            _("Name and address"),
            _("What people read about you, your clock, and whether your pages say patient or client."),
        ),
        ("practice_look", _("Colour and logo"), _("How your pages and mails look, by day and by night.")),
        ("practice_messages", _("Messages"), _("A message on every page, new people, months without times, payment.")),
        ("practice_files", _("Files"), _("Whether people may add files to their own record.")),
        ("practice_reminders", _("Reminders"), _("When they leave, and how much they say.")),
    )
    return [Entry(_("Practice"), name, words, url_for(f"staff.{page}", slug=staff.practice.slug)) for page, name, words in pages]


@blueprint.route("/settings/details", methods=["GET", "POST"], endpoint="practice_details")
@staff_only(may=SETTINGS)
def practice_details_page(staff):
    form = DetailsForm(staff.practice)
    return _saved(staff, form, form.values) or _page("details", staff, form)


@blueprint.route("/settings/look", methods=["GET", "POST"])
@staff_only(may=SETTINGS)
def practice_look(staff):
    form, uploaded = LookForm(staff.practice), request.files.get("logo")
    picture = uploaded.read() if uploaded else b""
    if form.validate_on_submit() and picture and not _is_picture(form, picture):
        return _page("look", staff, form)
    done = _saved(staff, form, form.values)
    if done and (picture or form.default_logo.data):
        transact(practice_details.set_logo, staff, None if form.default_logo.data else form.picture, clock.now())
    return done or _page("look", staff, form)


@blueprint.route("/settings/messages", methods=["GET", "POST"])
@staff_only(may=SETTINGS)
def practice_messages(staff):
    form = MessagesForm(staff.practice)
    return _saved(staff, form, lambda: form.values_at(clock.now())) or _page("messages", staff, form)


@blueprint.route("/settings/reminders", methods=["GET", "POST"])
@staff_only(may=SETTINGS)
def practice_reminders(staff):
    form = RemindersForm(staff.practice)
    return _saved(staff, form, form.values) or _page("reminders", staff, form)


@blueprint.route("/settings/files", methods=["GET", "POST"])
@staff_only(may=SETTINGS)
def practice_files(staff):
    form = FilesFromPeopleForm(staff.practice)
    return _saved(staff, form, lambda: form.values_at(clock.now())) or _page("files", staff, form)


def _is_picture(form: LookForm, picture: bytes) -> bool:
    try:
        form.picture = practice_details.logo_of(picture)
        return True
    except practice_details.NoPicture:
        form.logo.errors = [_("Choose a picture: PNG, JPEG or WebP")]
        return False


def _saved(staff, form: PracticeForm, values):
    """Back to the page once it is saved; None if there is something to say first."""
    if not form.validate_on_submit():
        return None
    try:
        transact(practice_details.save, staff, values(), form.seen, clock.now())
    except practice_details.ChangedMeanwhile as error:
        form.form_errors.append(_("Somebody changed this while you were looking. What you typed is kept: check it, then save again."))
        form.revision.data = str(error.facts["practice"].revision)
        return None
    flash(_("The settings are saved."))
    return redirect(url_for(request.endpoint, slug=staff.practice.slug))


def _page(name: str, staff, form: PracticeForm):
    colours = brand.tokens(form.colour.data) if name == "look" and not form.colour.errors else None
    page = staff_page(f"staff/practice_{name}.html", staff, clock.now(), people=(), form=form, colours=colours)
    return page, 422 if request.method == "POST" else 200
