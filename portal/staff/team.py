"""Who works here, for the admin: colleagues with their roles, and those who are invited."""

from flask import abort, flash, redirect, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from wtforms import RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import AnyOf

from portal import clock, team
from portal.access import ADMIN, FRONT_DESK, PRACTITIONER, ROLES
from portal.database import transact
from portal.errors import DomainError
from portal.forms import PortalForm, email_field
from portal.guards import recently, staff_only
from portal.permissions import TEAM
from portal.staff.blueprint import blueprint
from portal.staff.page import staff_page
from portal.staff.settings_menu import Entry, on_settings
from portal.staff_words import ROLE_NAMES, role_does, role_name


@on_settings
def team_entry(staff) -> list[Entry]:
    if not staff.may(TEAM):
        return []
    return [
        Entry(
            _("Practice"),
            _("Staff"),
            _("Who works here, with which role; invite a colleague."),
            url_for("staff.team", slug=staff.practice.slug),
        )
    ]


class RoleForm(PortalForm):
    role = RadioField(lazy_gettext("Role"), choices=[SelectChoice(one, ROLE_NAMES[one]) for one in (FRONT_DESK, PRACTITIONER, ADMIN)], validators=[AnyOf(ROLES, lazy_gettext("Choose a role"))], validate_choice=False)  # fmt: skip


class ColleagueForm(RoleForm):
    email = email_field()


@blueprint.get("/settings/staff", endpoint="team")
@staff_only(may=TEAM)
def team_page(staff):
    return _page(staff, ColleagueForm(data={"role": FRONT_DESK}))


@blueprint.post("/settings/staff")
@staff_only(may=TEAM)
@recently
def invite_colleague(staff):
    form = ColleagueForm()
    if not form.validate_on_submit():
        return _page(staff, form), 422
    try:
        transact(team.invite, staff, form.email.data, form.role.data, clock.now())
    except DomainError as error:
        form.email.errors = [error.message]
        return _page(staff, form), error.status
    flash(_("We invite %(address)s. The link works for 24 hours.", address=form.email.data))
    return _back(staff)


@blueprint.post("/settings/staff/<public_id>/leave")
@staff_only(may=TEAM)
@recently
def colleague_leaves(staff, public_id):
    whose = team.member(staff, public_id) or abort(404)
    return done(staff, _("%(name)s no longer works here.", name=whose.account.name), team.leave, whose)


@blueprint.post("/settings/staff/invitations/<public_id>/again")
@staff_only(may=TEAM)
def invite_colleague_again(staff, public_id):
    found = team.invitation(staff, public_id) or abort(404)
    return done(staff, _("We sent it again to %(address)s.", address=found.email), team.send_again, found)


@blueprint.post("/settings/staff/invitations/<public_id>/withdraw")
@staff_only(may=TEAM)
def withdraw_colleague(staff, public_id):
    found = team.invitation(staff, public_id) or abort(404)
    return done(staff, _("The invitation of %(address)s is taken back.", address=found.email), team.withdraw, found)


def done(staff, words: str, use_case, *what):
    """Back to the list of staff, with `words` or what stood in the way."""
    try:
        transact(use_case, staff, *what, clock.now())
        flash(words)
    except DomainError as error:
        flash(str(error.message), "warn")
    return _back(staff)


def _back(staff):
    return redirect(url_for("staff.team", slug=staff.practice.slug))


def _page(staff, form):
    facts = {
        "colleagues": team.staff(staff),
        "waiting_for": team.waiting(staff),
        "role_name": role_name,
        "does": {one: {"sub": role_does(one)} for one in ROLES},
    }
    return staff_page("staff/team.html", staff, clock.now(), people=(), form=form, **facts)
