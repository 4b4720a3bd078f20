"""An invitation, from its link to the button that accepts it (LOOK §4.3, SAFETY §2). Looking changes nothing.

The first page names the practice and the purpose; the person is named only to who is signed in with the invited address, or has
passed the second check.
"""

from flask import abort, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_login import current_user

from portal import access, claims, clock, invitations, sessions
from portal.claim_forms import BirthDateForm, SpokenCodeForm
from portal.claims import CheckNeeded, OtherAddress, TheirsAlone, TooYoungToAccept
from portal.clock import today
from portal.database import transact
from portal.errors import TooManyTries
from portal.guards import public
from portal.invitation_words import inviter, is_for_a_child, may, short_name
from portal.invitations import InvitationEnded, SentJustNow
from portal.mailed_links import LinkEnded
from portal.models import Invitation, Link
from portal.views import arrival
from portal.views.blueprint import blueprint
from portal.views.claiming import Claim, ended, keep, keep_waiting, of_claim, opened, passed


@blueprint.get("/claim/", defaults={"token": None})
@blueprint.get("/claim/<token>")
@public
def claim(token):
    """A link puts its token away in the session, and shows the same page without it."""
    if token:
        keep(token)
        return redirect(url_for("portal.claim"))
    return _opened()


@of_claim
def _opened(claim: Claim):
    if claim.needed and claim.invitation.second_check:
        return _check_page(claim, _check_form(claim), 200)
    if current_user.is_authenticated:
        return redirect(url_for("portal.claim_accept"))
    return render_template("portal/claim.html", claim=claim)


@blueprint.route("/claim/check", methods=["GET", "POST"])
@public
@of_claim
def claim_check(claim: Claim):
    """The second check: of the invitation, or of somebody who is signed in with another address."""
    form = _check_form(claim) if request.method == "POST" else None
    if form is None:
        return redirect(url_for("portal.claim"))
    if not form.validate():
        return _check_page(claim, form, 422)
    if not transact(claims.count_try, claim.invitation.id, clock.now()):
        return _no_tries_left(claim)
    if not form.is_right(claim.invitation):
        return _wrong(claim, form)
    transact(claims.give_back_try, claim.invitation.id)
    passed(claim)
    return redirect(url_for("portal.claim"))


def _check_form(claim: Claim) -> BirthDateForm | SpokenCodeForm | None:
    """What to ask whoever has passed nothing yet; None when there is nothing to ask."""
    if claim.needed == "code":
        return SpokenCodeForm()
    if claim.needed == "birth_date":
        return BirthDateForm(own=claim.invitation.is_self, today=today(claim.invitation.profile.practice.zone))
    return None


def _check_page(claim: Claim, form, status: int):
    page = "claim_check" if claim.invitation.second_check and form is not None else "claim_other"
    return render_template(f"portal/{page}.html", claim=claim, form=form), status


def _wrong(claim: Claim, form):
    left = claims.tries_left(claim.invitation)
    if not left:
        return _no_tries_left(claim)
    form.say_wrong(left)
    return _check_page(claim, form, 422)


def _no_tries_left(claim: Claim):
    """The whole invitation is locked where everybody must pass the check; else only the way with another account is closed."""
    return ended("locked") if claim.invitation.second_check else redirect(url_for("portal.claim"))


@blueprint.route("/claim/accept", methods=["GET", "POST"])
@of_claim
def claim_accept(claim: Claim):
    if claim.needed:
        return _not_yet(claim)
    if claims.is_too_young(claim.invitation, clock.now()):
        return ended("too_young")
    if claims.is_theirs_alone(claim.invitation, claim.asker):
        return ended("theirs_alone")
    if request.method == "POST":
        return _accepted(claim)
    return render_template("portal/claim_accept.html", claim=claim, **_words(claim.invitation))


def _words(invitation: Invitation) -> dict:
    """The name never breaks before its initial."""
    profile = invitation.profile
    child = is_for_a_child(invitation, today(profile.practice.zone))
    return {"person": short_name(profile).replace(" ", "\u00a0"), "inviter": inviter(invitation), "child": child, "may": may(invitation)}


def _not_yet(claim: Claim):
    if claim.invitation.second_check:
        return redirect(url_for("portal.claim"))
    return _check_page(claim, _check_form(claim), 200)


def _accepted(claim: Claim):
    try:
        link = transact(claims.accept, claim.asker, claim.circumstances, clock.now())
    except (OtherAddress, CheckNeeded):
        return redirect(url_for("portal.claim"))
    except TooYoungToAccept:
        return ended("too_young")
    except TheirsAlone:
        return ended("theirs_alone")
    flash(_said(link))
    return redirect(_onward(link))


def _said(link: Link) -> str:
    practice, person = link.profile.practice.name, link.profile.given_name
    books = link.allows(access.BOOK, today(link.profile.practice.zone))
    if link.is_self:
        return _("You can now book online at %(practice)s.", practice=practice)
    if books:
        return _("You can now book for %(person)s at %(practice)s.", person=person, practice=practice)
    return _("You can now act for %(person)s at %(practice)s.", person=person, practice=practice)


def _onward(link: Link) -> str:
    """To the next invitation that waits for this mailbox, else to the person."""
    waiting = [one for one in claims.waiting_for(current_user, clock.now()) if not claims.is_theirs_alone(one, current_user)]
    return (
        url_for("portal.invitation", public_id=waiting[0].public_id)
        if waiting
        else url_for("booking.person", public_id=link.public_id, arrived=1)
    )


@blueprint.get("/invitations/<public_id>")
def invitation(public_id):
    """An invitation to the signed-in account's own address. What to do with it is asked on the page where links of mails arrive too."""
    found = claims.waiting_one(current_user, public_id, clock.now()) or abort(404)
    keep_waiting(found)
    return redirect(url_for("portal.claim"))


@blueprint.route("/claim/refuse", methods=["GET", "POST"])
@public
def claim_refuse():
    """ "I am not this person": asked once more, then the invitation ends."""
    try:
        claim = opened()
        state = claims.state(claim.link, claim.invitation, clock.now())
        if state not in ("open", "locked"):
            raise LinkEnded(state=state)
        if request.method == "POST":
            transact(claims.refuse, claim.link.id, clock.now())
            return redirect(url_for("portal.claim", answered=1))
    except LinkEnded as error:
        return ended(error.facts["state"])
    return render_template("portal/claim_refuse.html", claim=claim)


@blueprint.post("/claim/again")
@public
def claim_again():
    """A new link to the address the old one went to, whoever asks: it tells and opens nothing here."""
    try:
        claim = opened()
        transact(invitations.ask_again, claim.link.id, clock.now())
        flash(_("We sent a new link to the address that was invited."))
    except LinkEnded as error:
        return ended(error.facts["state"])
    except SentJustNow as error:
        flash(_wait(claim.invitation, error.facts["until"]))
    except (InvitationEnded, TooManyTries) as error:
        flash(
            _("We have sent it several times today. Use the latest message, or call the clinic.")
            if isinstance(error, TooManyTries)
            else str(error.message)
        )
    return redirect(url_for("portal.claim"))


def _wait(invitation: Invitation, until) -> str:
    time = arrival.oclock(until, invitation.profile.practice.zone)
    return _("We sent it a moment ago. Wait until %(time)s before asking again.", time=time)


@blueprint.post("/claim/switch")
@of_claim
def claim_switch(claim: Claim):
    """Sign out here, and come back to the invitation with another account. Nothing that was proven comes along."""
    sessions.leave(session, claim={"link": session["claim"]["link"]})
    slug = claim.invitation.profile.practice.slug
    return redirect(url_for("portal.sign_in", next=url_for("portal.claim_accept"), at=slug))
