"""Sign in, sign out, and the password once more before something that matters."""

from flask import redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_login import current_user

from portal import clock, passwords, sessions, signing_in
from portal.addresses import address_key
from portal.database import transact
from portal.forms import PasswordForm, SignInForm
from portal.guards import public
from portal.models import Account
from portal.signing_in import TooManySignIns
from portal.signup import account_at
from portal.views import arrival
from portal.views.blueprint import blueprint


@blueprint.route("/sign-in", methods=["GET", "POST"])
@public
def sign_in():
    practice = arrival.practice_here()
    if current_user.is_authenticated:
        return redirect(arrival.onward(arrival.next_path(), practice))
    form = SignInForm()
    if not form.validate_on_submit():
        return _sign_in_page(form, 422 if request.method == "POST" else 200)
    try:
        account = prove_password(account_at(key := address_key(form.email.data)), key, form.password.data)
    except TooManySignIns as error:
        form.form_errors.append(error.message)
        return _sign_in_page(form, 429)
    if account is None:
        form.form_errors.append(_("Email or password is not right"))
        return _sign_in_page(form, 422)
    onward = signing_in.enter(account, clock.now(), arrival.onward(arrival.next_path(), practice))
    return signing_in.remember_browser(redirect(onward), account)


def _sign_in_page(form: SignInForm, status: int):
    path = arrival.next_path()
    return render_template("portal/sign_in.html", form=form, next=path, back=arrival.back_to_times(path), lapsed=session.lapsed), status


def prove_password(account: Account | None, key: str, password: str) -> Account | None:
    """The account if the password is right. The same work for everybody; tries are counted. Raises TooManySignIns."""
    account = account if account is not None and account.is_active else None
    now, circumstances = clock.now(), (arrival.place(), signing_in.known_browser(account))
    transact(signing_in.try_password, key, *circumstances, now)
    if not passwords.matches(account.password_hash if account else None, password):
        return None
    transact(signing_in.proven, account, signing_in.rehashed(account, password), *circumstances, now)
    return account


@blueprint.post("/sign-out")
@public
def sign_out():
    sessions.finish(session)
    path = arrival.next_path(request.form)  # another account is to open the page that this one may not see
    return redirect(url_for("portal.sign_in", next=path) if path else url_for("portal.signed_out"))


@blueprint.get("/signed-out")
@public
def signed_out():
    return render_template("portal/signed_out.html")


@blueprint.route("/prove", methods=["GET", "POST"])
def prove():
    """The password once more: the last time is longer ago than RECENT_SIGN_IN_MINUTES."""
    form = PasswordForm()
    if form.validate_on_submit():
        try:
            if prove_password(current_user, current_user.email_key, form.password.data):
                sessions.begin(session, current_user.id, clock.now(), bool(session.get("staff")))
                return redirect(arrival.next_path() or url_for("portal.account"))
            form.password.errors = [_("Password is not right")]
        except TooManySignIns as error:
            form.password.errors = [error.message]
    return render_template("portal/prove.html", form=form), 422 if request.method == "POST" else 200
