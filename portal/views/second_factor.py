"""The account's own pages about the second step when signing in: set it up, new recovery codes, turn it off."""

from flask import flash, make_response, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_login import current_user

from portal import clock, second_factor, signing_in
from portal.database import transact
from portal.errors import DomainError
from portal.forms import CodeForm
from portal.guards import recently
from portal.qr import picture
from portal.queries import links_of, staff_roles
from portal.second_factor import WrongCode
from portal.second_factor_forms import TurnOffForm
from portal.views import arrival
from portal.views.account import is_them
from portal.views.blueprint import blueprint


@blueprint.route("/account/second-step", methods=["GET", "POST"], endpoint="second_factor")
@recently
def second_factor_page():
    """What there is, or the way to set it up: scan, then type the first code."""
    if current_user.second_factor_at:
        return _is_on()
    form, nonce = CodeForm(), second_factor.nonce_for(current_user, session.binding)
    if form.validate_on_submit():
        try:
            return _codes(transact(second_factor.turn_on, current_user, nonce, form.code.data, clock.now(), session.row_id))
        except WrongCode:
            form.code.errors = [
                _("That code is not right. Type the one your app shows now; if it is refused again, scan the picture once more")
            ]
    address, secret = second_factor.address(current_user, nonce), second_factor.secret(current_user, nonce)
    facts = {
        "address": address,
        "picture": picture(address),
        "secret": " ".join(secret[at : at + 4] for at in range(0, 32, 4)),
        "asked_by": _asked_by(),
    }
    return render_template("portal/second_factor_set_up.html", form=form, **facts), 422 if request.method == "POST" else 200


def _is_on():
    known = [
        *(member.practice.zone for member in staff_roles(current_user)),
        *(link.profile.practice.zone for link in links_of(current_user)),
        "UTC",
    ]
    return render_template("portal/second_factor.html", left=second_factor.codes_left(current_user), zone=current_user.zone or known[0])


def _asked_by() -> list[str]:
    """The practices that ask their staff for it."""
    return [member.practice.name for member in staff_roles(current_user) if member.practice.second_factor_at]


@blueprint.post("/account/second-step/codes")
@recently
def renew_recovery_codes():
    if current_user.second_factor_at is None:
        return redirect(url_for("portal.second_factor"))
    return _codes(transact(second_factor.renew_codes, current_user, clock.now()))


def _codes(codes: list[str]):
    """Shown on this answer only: what is stored does not tell them."""
    onward = arrival.next_path() or url_for("portal.account")
    answer = make_response(render_template("portal/second_factor_codes.html", codes=codes, onward=onward))
    return signing_in.remember_browser(answer, current_user)


@blueprint.route("/account/second-step/off", methods=["GET", "POST"])
@recently
def second_factor_off():
    if current_user.second_factor_at is None:
        return redirect(url_for("portal.second_factor"))
    form = TurnOffForm()
    if form.validate_on_submit() and is_them(form) and _turned_off(form):
        flash(_("Signing in asks for your password only."))
        return signing_in.remember_browser(redirect(url_for("portal.account")), current_user)
    return render_template("portal/second_factor_off.html", form=form, asked_by=_asked_by()), 422 if request.method == "POST" else 200


def _turned_off(form: TurnOffForm) -> bool:
    place = arrival.place()
    try:
        transact(second_factor.try_code, current_user, place, signing_in.known_browser(current_user), clock.now())
        transact(second_factor.turn_off, current_user, form.code.data, clock.now())
        return True
    except DomainError as error:
        form.code.errors = [error.message]
        return False
