"""A forgotten password: the same pages for known and unknown addresses (LOOK §4.19)."""

from flask import redirect, render_template, request, session, url_for

from portal import accounts, clock, passwords, signing_in
from portal.addresses import address_key
from portal.database import transact
from portal.evenly import evenly
from portal.forms import AddressForm, NewPasswordForm
from portal.guards import public
from portal.mailed_links import RESET, LinkEnded
from portal.models import Account
from portal.views import arrival
from portal.views.blueprint import blueprint
from portal.views.opened import ended, keep, must_be_open, opened


@blueprint.route("/forgot", methods=["GET", "POST"])
@public
def forgot():
    arrival.practice_here()
    form = AddressForm()
    if not form.validate_on_submit():
        return render_template("portal/forgot.html", form=form), 422 if request.method == "POST" else 200
    with evenly():  # writing a link takes a moment; its absence must not tell that there is no account
        transact(accounts.ask_reset, address_key(form.email.data), clock.now(), arrival.place())
    session["forgot"], session["next"] = form.email.data, arrival.next_path()
    return redirect(url_for("portal.reset_sent"))


@blueprint.get("/forgot/sent")
@public
def reset_sent():
    return render_template("portal/reset_sent.html", email=session.get("forgot", ""), hours=arrival.hours_of("RESET_LINK_MINUTES"))


@blueprint.route("/new-password/", defaults={"token": None}, methods=["GET", "POST"])
@blueprint.get("/new-password/<token>")
@public
def new_password(token):
    if token:
        return keep(RESET, token)
    try:
        link = opened(RESET)
        must_be_open(link)
        form = NewPasswordForm(account=accounts.of(link))
        if form.validate_on_submit():
            return _chosen(transact(accounts.reset, link.id, passwords.hashed(form.new_password.data), clock.now()))
    except LinkEnded as error:
        return ended(error, RESET)
    return render_template("portal/new_password.html", form=form), 422 if request.method == "POST" else 200


def _chosen(account: Account):
    onward = signing_in.enter(account, clock.now(), arrival.onward(session.get("next", "")))
    return signing_in.remember_browser(redirect(onward), account)


@blueprint.post("/new-password/again")
@public
def new_password_again():
    """A new link to the address the old one went to."""
    try:
        account = accounts.of(opened(RESET))
    except LinkEnded as error:
        return ended(error, RESET)
    transact(accounts.ask_reset, account.email_key, clock.now(), arrival.place())
    return redirect(url_for("portal.link_sent", kind="new-password"))
