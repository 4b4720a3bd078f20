"""An account for who was invited and has none (LOOK §4.3). The mailed link has proven the mailbox: the account is made at once.

A link that was passed on by hand proves nothing: then the address is typed, confirmed by mail as at any sign-up, and known and
unknown addresses see the very same page.
"""

from flask import redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_login import current_user

from portal import claims, clock, signing_in, signup
from portal.addresses import did_you_mean
from portal.claim_forms import SetUpForm
from portal.claims import TooYoungToAccept
from portal.database import transact
from portal.guards import public
from portal.signup import AlreadyHere, TooManyMails
from portal.views import arrival
from portal.views.blueprint import blueprint
from portal.views.claiming import Claim, ended, of_claim
from portal.views.signup import wanted_by


@blueprint.route("/claim/set-up", methods=["GET", "POST"])
@public
@of_claim
def claim_set_up(claim: Claim):
    if current_user.is_authenticated or claim.needed:
        return redirect(url_for("portal.claim"))
    if claims.is_too_young(claim.invitation, clock.now()):
        return ended("too_young")
    form = _form(claim)
    if not (request.method == "POST" and form.validate()):
        return _page(claim, form, 422 if request.method == "POST" else 200)
    return _made(claim, form) if claim.is_mailed else _begun(claim, form)


def _form(claim: Claim) -> SetUpForm:
    """Who has proven that they are this person is not asked again what the practice knows."""
    profile = claim.invitation.profile
    form = SetUpForm(practice=profile.practice, today=clock.today(profile.practice.zone))
    if claim.is_mailed:
        form.email.data = claim.link.sent_to
    if request.method == "GET" and claim.invitation.is_self and claim.is_checked:
        form.given_name.data, form.family_name.data = profile.given_name, profile.family_name
        if profile.born_on:
            form.born_on.form.day.data, form.born_on.form.month.data = str(profile.born_on.day), str(profile.born_on.month)
            form.born_on.form.year.data = str(profile.born_on.year)
    return form


def _page(claim: Claim, form: SetUpForm, status: int, known: bool = False):
    return render_template("portal/claim_set_up.html", claim=claim, form=form, known=known), status


def _made(claim: Claim, form: SetUpForm):
    try:
        account = transact(claims.set_up, claim.circumstances, wanted_by(form), clock.now())
    except AlreadyHere:
        return _page(claim, form, 409, known=True)
    except TooYoungToAccept:
        return ended("too_young")
    onward = signing_in.enter(account, clock.now(), url_for("portal.claim_accept"))
    return signing_in.remember_browser(redirect(onward), account)


def _begun(claim: Claim, form: SetUpForm):
    practice = claim.invitation.profile.practice
    circumstances = {"practice": practice, "visitor": arrival.visitor(), "next_path": url_for("portal.claim"), "network": arrival.place()}
    doubt = did_you_mean(form.email.data)
    try:
        pending = transact(signup.begin, wanted_by(form), clock.now(), doubtful=bool(doubt), **circumstances)
    except TooManyMails:
        form.form_errors.append(_("We have sent several messages already. Wait 10 minutes before asking again."))
        return _page(claim, form, 429)
    session["signup"], session["doubt"] = pending.id, doubt
    return redirect(url_for("portal.check_email"))
