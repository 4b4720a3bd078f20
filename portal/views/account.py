"""Your details and sign-in: what an account may change about itself."""

from flask import current_app, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_login import current_user

from portal import accounts, clock, passwords, sessions, signing_in, zones
from portal.accounts import TooManyLinks
from portal.database import transact
from portal.forms import ChangeAddressForm, ChangePasswordForm, LanguageAndZoneForm
from portal.guards import public, recently
from portal.mailed_links import CHANGE_ADDRESS, LinkEnded
from portal.queries import links_of
from portal.signing_in import TooManySignIns
from portal.views import arrival
from portal.views.blueprint import blueprint
from portal.views.opened import ended, keep, must_be_open, opened
from portal.views.session import prove_password


@blueprint.get("/account")
def account():
    language = current_app.config["LANGUAGES"].get(current_user.language, current_user.language)
    return render_template("portal/account.html", language=language, links=links_of(current_user))


def is_them(form) -> bool:
    """Whether the password on the form is the asker's; if not, the form says so."""
    try:
        if prove_password(current_user, current_user.email_key, form.password.data):
            return True
        form.password.errors = [_("Password is not right")]
    except TooManySignIns as error:
        form.password.errors = [error.message]
    return False


@blueprint.route("/account/password", methods=["GET", "POST"])
@recently
def change_password():
    form = ChangePasswordForm(account=current_user)
    if not (form.validate_on_submit() and is_them(form)):
        return render_template("portal/change_password.html", form=form), 422 if request.method == "POST" else 200
    transact(accounts.change_password, current_user, passwords.hashed(form.new_password.data), clock.now(), session.row_id)
    signing_in.enter(current_user, clock.now())
    flash(_("Your password is changed. Every other browser was signed out."))
    return signing_in.remember_browser(redirect(url_for("portal.account")), current_user)


@blueprint.get("/.well-known/change-password")
@public
def well_known_change_password():
    return redirect(url_for("portal.change_password"))


@blueprint.route("/account/email", methods=["GET", "POST"])
@recently
def change_address():
    form = ChangeAddressForm()
    if not (form.validate_on_submit() and is_them(form)):
        return render_template("portal/change_address.html", form=form), 422 if request.method == "POST" else 200
    try:
        transact(accounts.ask_address, current_user, form.email.data, clock.now())
    except TooManyLinks as error:
        form.email.errors = [error.message]
        return render_template("portal/change_address.html", form=form), 429
    session["new_address"] = form.email.data
    return redirect(url_for("portal.address_sent"))


@blueprint.get("/account/email/sent")
def address_sent():
    if "new_address" not in session:
        return redirect(url_for("portal.change_address"))
    return render_template("portal/address_sent.html", email=session["new_address"], hours=arrival.hours_of("VERIFY_LINK_MINUTES"))


@blueprint.route("/confirm-address/", defaults={"token": None}, methods=["GET", "POST"])
@blueprint.get("/confirm-address/<token>")
@public
def confirm_address(token):
    """Public, so that no sign-in page carries the token; using the address needs the account that asked."""
    if token:
        return keep(CHANGE_ADDRESS, token)
    if not current_user.is_authenticated:
        return redirect(url_for("portal.sign_in", next=url_for("portal.confirm_address")))
    try:
        link = opened(CHANGE_ADDRESS)
        if link.account_id != current_user.id:
            raise LinkEnded(state="forged")
        must_be_open(link)
        if request.method == "POST":
            return _confirmed(link)
    except LinkEnded as error:
        return ended(error, CHANGE_ADDRESS)
    return render_template("portal/confirm_address.html", email=link.sent_to)


def _confirmed(link):
    transact(accounts.confirm_address, current_user, link.id, clock.now(), session.row_id)
    signing_in.enter(current_user, clock.now())
    flash(_("You now sign in with %(email)s. Every other browser was signed out.", email=link.sent_to))
    return redirect(url_for("portal.account"))


@blueprint.route("/account/language", methods=["GET", "POST"])
def language_and_zone():
    form = LanguageAndZoneForm(obj=current_user)
    form.offer(
        list(current_app.config["LANGUAGES"].items()), [("", _("The time zone of each clinic"), None), *zones.offered(current_user.zone)]
    )
    if not form.validate_on_submit():
        return render_template("portal/language_and_zone.html", form=form), 422 if request.method == "POST" else 200
    transact(accounts.choose_language_and_zone, current_user, form.language.data, form.zone.data)
    flash(_("Your language and time zone are saved."))
    return redirect(url_for("portal.account"))


@blueprint.post("/account/sign-out-everywhere")
def sign_out_everywhere():
    transact(sessions.end_all, current_user.id)
    sessions.finish(session)
    return redirect(url_for("portal.signed_out"))
