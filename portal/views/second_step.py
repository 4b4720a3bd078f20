"""The second step when signing in: the password was right, now a code of the app, or a recovery code. Nothing is open until then."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import ngettext
from flask_login import current_user

from portal import clock, second_factor, signing_in
from portal.database import transact
from portal.errors import DomainError
from portal.forms import CodeForm
from portal.guards import public
from portal.models import Account
from portal.second_factor_forms import RecoveryForm
from portal.views import arrival
from portal.views.blueprint import blueprint


@blueprint.route("/sign-in/code", methods=["GET", "POST"])
@public
def second_step():
    account, form = _whose(), CodeForm()
    if form.validate_on_submit() and _passes(account, form, second_factor.sign_in):
        return _in(account)
    return _page("second_step", form)


@blueprint.route("/sign-in/recovery-code", methods=["GET", "POST"])
@public
def recovery_code():
    account, form = _whose(), RecoveryForm()
    if form.validate_on_submit() and _passes(account, form, second_factor.sign_in_by_recovery):
        left = second_factor.codes_left(account)
        answer = _in(account)
        flash(ngettext("You have %(num)s recovery code left.", "You have %(num)s recovery codes left.", left))
        return answer
    return _page("recovery_code", form)


def _whose() -> Account:
    """Who has typed their password in this browser a moment ago; without, the way there."""
    arrival.practice_here()
    if current_user.is_authenticated:
        abort(redirect(arrival.onward(arrival.next_path())))
    return signing_in.halfway(clock.now()) or abort(redirect(url_for("portal.sign_in", next=arrival.next_path() or None)))


def _passes(account: Account, form, use_case) -> bool:
    """Whether the code on the form is right; if not, the form says so. Tries are counted."""
    now, circumstances = clock.now(), (arrival.place(), signing_in.known_browser(account))
    try:
        transact(second_factor.try_code, account, *circumstances, now, recovery=isinstance(form, RecoveryForm))
        transact(use_case, account, form.code.data, *circumstances, now)
        return True
    except DomainError as error:
        form.code.errors = [error.message]
        return False


def _in(account: Account):
    signing_in.enter_halfway(account, clock.now())
    return signing_in.remember_browser(redirect(arrival.onward(arrival.next_path())), account)


def _page(name: str, form):
    return render_template(f"portal/{name}.html", form=form, next=arrival.next_path()), 422 if request.method == "POST" else 200
