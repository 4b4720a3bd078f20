"""The link in the sign-up mail. Opening it changes nothing; the button confirms (LOOK §4.2, SAFETY §2).

In the browser that signed up the button is enough. Anywhere else the password chosen at sign-up is asked for: whoever
typed somebody else's address must not end up with their own password on that person's account. Who does not know the
password types their own details instead.
"""

from flask import flash, g, redirect, render_template, request, session, url_for
from flask_babel import gettext as _

from portal import clock, mailed_links, passwords, signup, throttle
from portal.database import transact
from portal.forms import PasswordForm, SignUpForm
from portal.guards import public
from portal.mailed_links import RESET, VERIFY, LinkEnded
from portal.models import MailedLink, Signup
from portal.signup import TooManyMails
from portal.views import arrival
from portal.views.blueprint import blueprint
from portal.views.opened import ended, keep, must_be_open, opened
from portal.views.signup import arrived, wanted_by

MOST, MINUTES = 5, 15


@blueprint.route("/confirm-email/", defaults={"token": None}, methods=["GET", "POST"])
@blueprint.get("/confirm-email/<token>")
@public
def confirm_email(token):
    if token:
        return keep(VERIFY, token)
    try:
        link, pending = _open()
        form = None if session.get("signup") == pending.id else PasswordForm()
        if request.method == "POST" and (form is None or _proven(form, pending)):
            return _confirmed(link, pending)
    except LinkEnded as error:
        return ended(error, VERIFY)
    return render_template("portal/confirm_email.html", form=form), 422 if request.method == "POST" else 200


def _open() -> tuple[MailedLink, Signup]:
    link = opened(VERIFY)
    pending, g.practice = signup.find(link.signup_id)
    must_be_open(link)
    return link, pending


def _proven(form: PasswordForm, pending: Signup) -> bool:
    if not form.validate():
        return False
    transact(throttle.allow, throttle.key("confirm", str(pending.id)), clock.now(), MOST, MINUTES)
    if passwords.matches(pending.password_hash, form.password.data):
        return True
    form.password.errors = [_("That is not the password chosen when the account was made")]
    return False


def _confirmed(link: MailedLink, pending: Signup):
    account = transact(signup.confirm, link.id, clock.now())
    answer = arrived(account, pending)
    if pending.visitor:
        session["visitor"] = pending.visitor  # the held time comes along into this browser
    return answer


@blueprint.route("/confirm-email/own-details", methods=["GET", "POST"])
@public
def own_details():
    """The address is theirs, what was typed at sign-up is not or is forgotten: their own details and password."""
    try:
        link, pending = _open()
        form = SignUpForm(practice=g.practice, today=clock.today(g.practice.zone if g.practice else "UTC"))
        form.email.data = link.sent_to
        if request.method == "POST" and form.validate():
            return arrived(transact(signup.confirm, link.id, clock.now(), wanted_by(form)), pending)
    except LinkEnded as error:
        return ended(error, VERIFY)
    return render_template("portal/own_details.html", form=form), 422 if request.method == "POST" else 200


@blueprint.post("/confirm-email/again")
@public
def confirm_email_again():
    """A new link to the address the old one went to, whoever asks: it tells and opens nothing here."""
    try:
        link = opened(VERIFY)
        g.practice = signup.find(link.signup_id)[1]
        transact(signup.send, link.signup_id, clock.now(), arrival.place())
    except LinkEnded as error:
        return ended(error, VERIFY)
    except TooManyMails as error:
        flash(str(error.message))
        return redirect(url_for("portal.confirm_email"))
    return redirect(url_for("portal.link_sent", kind="confirm-email"))


@blueprint.get("/link-sent/<any('confirm-email', 'new-password'):kind>")
@public
def link_sent(kind):
    setting = mailed_links.MINUTES[VERIFY if kind == "confirm-email" else RESET]
    return render_template("portal/link_sent.html", hours=arrival.hours_of(setting))
