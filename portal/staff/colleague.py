"""One colleague, for the admin: their role, what they may do more or less than it, and the day they leave. What that does is said first."""

from flask import abort, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from wtforms import HiddenField, SelectMultipleField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import ValidationError

from portal import clock, permissions, team
from portal.access import ADMIN, ROLES
from portal.database import transact
from portal.errors import DomainError
from portal.forms import PortalForm
from portal.guards import recently, staff_only
from portal.permissions import GIVEN, NEEDS, TEAM
from portal.staff.blueprint import blueprint
from portal.staff.page import staff_page
from portal.staff.reach_words import effects
from portal.staff.team import RoleForm, done
from portal.staff_words import happened, permission_means, permission_name, role_does, role_name


class ChosenRoleForm(RoleForm):
    """`shown`: the role whose effect was on the screen."""

    shown = HiddenField()


class PermissionsForm(PortalForm):
    """`seen`: what the form was made of (StaffMember.standing); `shown`: the permissions whose effect was on the screen."""

    may = SelectMultipleField(lazy_gettext("What they may do"), validate_choice=False)
    seen = HiddenField()
    shown = HiddenField()

    def __init__(self, whose, **kwargs):
        super().__init__(data={"may": permissions.in_order(whose.permissions), "seen": whose.standing}, **kwargs)
        self.may.choices = [SelectChoice(name, permission_name(name)) for name in GIVEN]

    def validate_may(self, field) -> None:
        for name in permissions.lacking(field.data):
            names = {"name": permission_name(name), "needed": permission_name(NEEDS[name])}
            raise ValidationError(_("“%(name)s” works only together with “%(needed)s”: choose both, or neither", **names))


@blueprint.route("/settings/staff/<public_id>", methods=["GET", "POST"])
@staff_only(may=TEAM)
@recently
def colleague(staff, public_id):
    whose = team.member(staff, public_id) or abort(404)
    form = ChosenRoleForm(data={"role": whose.role})
    if not form.validate_on_submit() or "change" in request.form:
        return _page(staff, whose, form, PermissionsForm(whose, formdata=None)), 422 if form.errors else 200
    role = form.role.data
    said = effects(whose, permissions.usual(role, staff.practice.inviting_roles), starts_anew=True) if role != whose.role else []
    if said and form.shown.data != role:
        return _check(staff, whose, said, [("role", role), ("shown", role)])
    return done(staff, _("%(name)s: the role is changed.", name=whose.account.name), team.change_role, whose, role)


@blueprint.route("/settings/staff/<public_id>/permissions", methods=["GET", "POST"])
@staff_only(may=TEAM)
@recently
def colleague_permissions(staff, public_id):
    whose = team.member(staff, public_id) or abort(404)
    if whose.role == ADMIN:
        abort(404)
    form = PermissionsForm(whose)
    if "usual" in request.form:
        form.may.data = permissions.in_order(whose.usual)
    if not form.validate_on_submit() or "change" in request.form:
        return _page(staff, whose, ChosenRoleForm(formdata=None, data={"role": whose.role}), form), 422 if form.errors else 200
    wanted = permissions.settled(form.may.data)
    mark, said = " ".join(permissions.in_order(wanted)) or "none", effects(whose, wanted)
    if said and form.shown.data != mark:
        return _check(
            staff, whose, said, [*(("may", name) for name in permissions.in_order(wanted)), ("seen", form.seen.data), ("shown", mark)]
        )
    try:
        transact(team.change_permissions, staff, whose, wanted, form.seen.data, clock.now())
    except team.ChangedMeanwhile as error:
        return _stale(staff, public_id, form, error)
    flash(_("%(name)s: what they may do is changed.", name=whose.account.name))
    return redirect(url_for("staff.colleague", slug=staff.practice.slug, public_id=public_id))


def _stale(staff, public_id: str, form: PermissionsForm, error: DomainError):
    whose = team.member(staff, public_id) or abort(404)
    form.form_errors.append(error.message)
    form.seen.data = whose.standing
    return _page(staff, whose, ChosenRoleForm(formdata=None, data={"role": whose.role}), form), error.status


def _check(staff, whose, said: list[str], fields: list[tuple[str, str]]) -> str:
    return staff_page("staff/colleague_check.html", staff, clock.now(), people=(), whose=whose, said=said, fields=fields)


def _page(staff, whose, form, may) -> str:
    facts = {
        "form": form,
        "may": may,
        "whose": whose,
        "does": {one: {"sub": role_does(one)} for one in ROLES},
        "role_name": role_name,
        "name": permission_name,
    }
    facts |= {"means": permission_means, "usual": whose.usual, "history": team.history(staff, whose), "happened": happened}
    return staff_page("staff/colleague.html", staff, clock.now(), people=(), **facts)
