"""How the staff of a practice sign in, for the admin: with a second step or without; a colleague who has lost their phone."""

from flask import abort, flash, redirect, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from wtforms import BooleanField

from portal import clock, staff_second_factor, team
from portal.database import transact
from portal.errors import DomainError
from portal.forms import PortalForm
from portal.guards import recently, staff_only
from portal.permissions import TEAM
from portal.staff.blueprint import blueprint
from portal.staff.page import staff_page
from portal.staff.settings_menu import Entry, on_settings


@on_settings
def signing_in_entry(staff) -> list[Entry]:
    if not staff.may(TEAM):
        return []
    url = url_for("staff.practice_signing_in", slug=staff.practice.slug)
    return [Entry(_("Practice"), _("Signing in"), _("Whether staff sign in with a code of their phone as well."), url)]


class SigningInForm(PortalForm):
    second_step = BooleanField(lazy_gettext("Staff sign in with a second step"))


@blueprint.route("/settings/signing-in", methods=["GET", "POST"])
@staff_only(may=TEAM)
@recently
def practice_signing_in(staff):
    form, status = SigningInForm(data={"second_step": staff.practice.second_factor_at is not None}), 200
    if form.validate_on_submit():
        try:
            transact(staff_second_factor.ask_of_staff, staff, form.second_step.data, clock.now())
            flash(_("The settings are saved."))
            return redirect(url_for("staff.practice_signing_in", slug=staff.practice.slug))
        except DomainError as error:
            form.second_step.errors, status = [error.message], error.status
    facts = {"form": form, "without": staff_second_factor.without(staff), "has_own": staff.account.second_factor_at is not None}
    return staff_page("staff/practice_signing_in.html", staff, clock.now(), people=(), **facts), status


@blueprint.post("/settings/staff/<public_id>/second-step")
@staff_only(may=TEAM)
@recently
def colleague_second_step(staff, public_id):
    whose = team.member(staff, public_id) or abort(404)
    try:
        transact(staff_second_factor.take_away, staff, whose, clock.now())
        flash(_("The second step of %(name)s is taken away. Their password is enough now.", name=whose.account.name))
    except DomainError as error:
        flash(str(error.message), "warn")
    return redirect(url_for("staff.team", slug=staff.practice.slug))
