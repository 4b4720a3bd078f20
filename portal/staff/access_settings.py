"""Settings of the practice for its admin: what a birthday does to access, who may invite, how long invitations work (MISSION F5)."""

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _

from portal import clock, practice_settings
from portal.database import transact
from portal.guards import staff_only
from portal.permissions import TEAM
from portal.staff.blueprint import blueprint
from portal.staff.page import staff_page
from portal.staff.settings_form import SettingsForm
from portal.staff.settings_menu import Entry, on_settings


@on_settings
def access_entry(staff) -> list[Entry]:
    if not staff.may(TEAM):
        return []
    words = _("What happens when children grow up, who may invite people, and how long invitations work.")
    return [Entry(_("People"), _("Access and invitations"), words, url_for("staff.access_settings", slug=staff.practice.slug))]


@blueprint.route("/settings/access", methods=["GET", "POST"])
@staff_only(may=TEAM)
def access_settings(staff):
    form = SettingsForm(staff.practice)
    if not form.validate_on_submit():
        return _page(staff, form), 422 if request.method == "POST" else 200
    wanted = form.wanted()
    if "change" in request.form:
        return _page(staff, form)
    if wanted.age_steps != staff.practice.age_steps and form.seen.data != form.steps_in_short:
        form.seen.data = form.steps_in_short  # shown now; saved when it comes back
        return _page(staff, form, practice_settings.effect(staff.practice, wanted, clock.today(staff.practice.zone)))
    transact(practice_settings.save, staff, wanted, clock.now())
    flash(_("The settings are saved."))
    return redirect(url_for("staff.access_settings", slug=staff.practice.slug))


def _page(staff, form: SettingsForm, effect=None) -> str:
    if effect:
        return staff_page("staff/access_settings_check.html", staff, clock.now(), people=(), form=form, effect=effect)
    history = practice_settings.history(staff.practice)
    return staff_page("staff/access_settings.html", staff, clock.now(), people=(), form=form, history=history)
