"""Create your account, and check your email. Known and unknown addresses see the very same pages."""

from flask import abort, current_app, flash, g, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_login import current_user

from portal import clock, mailed_links, passwords, signing_in, signup
from portal.addresses import did_you_mean, mailbox
from portal.database import transact
from portal.forms import AddressForm, CodeForm, SignUpForm
from portal.guards import public
from portal.i18n import lang
from portal.mailed_links import VERIFY
from portal.models import Account, Signup
from portal.signup import AlreadyHere, TooManyMails, Wanted
from portal.views import arrival
from portal.views.blueprint import blueprint


@blueprint.route("/sign-up", methods=["GET", "POST"])
@public
def sign_up():
    practice = arrival.practice_here()
    if current_user.is_authenticated:
        return redirect(arrival.onward(arrival.next_path(), practice))
    form = SignUpForm(practice=practice, today=clock.today(practice.zone if practice else "UTC"))
    if not form.validate_on_submit():
        return _sign_up_page(form, 422 if request.method == "POST" else 200)
    doubt = did_you_mean(form.email.data)
    try:
        pending = transact(signup.begin, wanted_by(form), clock.now(), doubtful=bool(doubt), **_circumstances(practice))
    except TooManyMails as error:
        form.form_errors.append(_said(error, practice.zone if practice else ""))
        return _sign_up_page(form, 429)
    session["signup"], session["doubt"] = pending.id, doubt
    return redirect(url_for("portal.check_email"))


def _sign_up_page(form: SignUpForm, status: int):
    path = arrival.next_path()
    return render_template("portal/sign_up.html", form=form, next=path, back=arrival.back_to_times(path)), status


def wanted_by(form: SignUpForm) -> Wanted:
    """What a valid form says; the password is hashed here, outside of any transaction."""
    return Wanted(
        email=form.email.data,
        password_hash=passwords.hashed(form.password.data),
        given_name=form.given_name.data,
        family_name=form.family_name.data,
        born_on=form.born_on.form.value,
        phone=form.phone.data if form.phone else "",
        language=lang(),
        zone=form.known_zone(),
    )


def _circumstances(practice) -> dict:
    return {"practice": practice, "visitor": arrival.visitor(), "next_path": arrival.next_path(), "network": arrival.place()}


@blueprint.route("/check-email", methods=["GET", "POST"])
@public
def check_email():
    pending = _pending()
    if pending.confirmed_at:
        return render_template("portal/already_confirmed.html", next=pending.next_path)
    if session.get("doubt"):
        return render_template("portal/did_you_mean.html", typed=pending.email, meant=session["doubt"])
    form = CodeForm()
    account = _account_by_code(pending, form) if form.validate_on_submit() else None
    if account:
        return arrived(account, pending)
    return _check_email_page(pending, form, 422 if request.method == "POST" else 200)


def _account_by_code(pending: Signup, form: CodeForm) -> Account | None:
    """The new account, or None with the reason on the form. Raises TooManyTries, AlreadyHere."""
    now = clock.now()
    transact(signup.try_code, pending.id, now)
    link = mailed_links.latest(VERIFY, pending)
    if link is None or not mailed_links.is_code(link, form.code.data):
        form.code.errors = [_("That code is not right. Check it and try again")]
    elif link.state(now) == "expired":
        form.code.errors = [_another(pending, _("That code has expired. We sent a new one to %(email)s", email=pending.email))]
    else:
        return transact(signup.confirm, link.id, now)
    return None


def _another(pending: Signup, sentence: str) -> str:
    """Send link and code once more: the sentence, or why not."""
    try:
        transact(signup.send, pending.id, clock.now(), arrival.place())
    except TooManyMails as error:
        return _said(error, _zone(pending))
    return sentence


def arrived(account: Account, pending: Signup):
    """Straight in: signed in, with the held time, at the step they left."""
    onward = signing_in.enter(account, clock.now(), arrival.onward(pending.next_path, g.get("practice")))
    flash(_("Your email is confirmed and your account is ready."))
    return signing_in.remember_browser(redirect(onward), account)


@blueprint.post("/check-email/again")
@public
def send_again():
    pending = _pending()
    at = arrival.oclock(clock.now(), _zone(pending))
    flash(_another(pending, _("We sent it again at %(time)s.", time=at) if at else _("We sent it again.")))
    return redirect(url_for("portal.check_email"))


@blueprint.post("/check-email/address")
@public
def mend_address():
    """The address was mistyped, or only looked so: "use" another one or "keep" it."""
    pending, form = _pending(), AddressForm()
    if not form.validate_on_submit():
        return _check_email_page(pending, CodeForm(formdata=None), 422, form)
    email = form.email.data
    doubt = did_you_mean(email) if email != pending.email else ""  # asked about once: who keeps it means it
    try:
        transact(signup.readdress, pending.id, email, clock.now(), arrival.place(), doubtful=bool(doubt))
        session["doubt"] = doubt
    except TooManyMails as error:
        flash(_said(error, _zone(pending)))
    return redirect(url_for("portal.check_email"))


def _check_email_page(pending: Signup, form: CodeForm, status: int, address_form: AddressForm | None = None):
    facts = {"email": pending.email, "mailbox": mailbox(pending.email), "sender": current_app.config["MAIL_DEFAULT_SENDER"]}
    facts |= {"form": form, "address_form": address_form or AddressForm(formdata=None), "hours": arrival.hours_of("VERIFY_LINK_MINUTES")}
    return render_template("portal/check_email.html", **facts), status


@blueprint.errorhandler(AlreadyHere)
def already_here(error: AlreadyHere):
    """Only somebody who has just proven the address gets to read this."""
    return render_template("portal/already_here.html", message=error.message), error.status


def _pending() -> Signup:
    """The sign-up this browser began; without one, the way there."""
    found = signup.find(session.get("signup"))
    if found is None or current_user.is_authenticated:
        abort(redirect(url_for("portal.home" if current_user.is_authenticated else "portal.sign_up")))
    pending, g.practice = found
    return pending


def _zone(pending: Signup) -> str:
    return pending.zone or (g.practice.zone if g.practice else "")


def _said(error: TooManyMails, zone: str) -> str:
    until = arrival.oclock(error.facts.get("until"), zone)
    if not until:
        return str(error.message)
    return _("We have sent %(count)s messages. Wait until %(time)s before asking again.", count=signup.MOST_MAILS, time=until)
