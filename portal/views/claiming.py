"""The invitation this browser has opened: kept in the session, so that no address holds its token (SAFETY §2).

`session["claim"]` is `{"link": what its token said, "checked": id of the link whose second check was passed}`. It comes along when
somebody signs in, and goes when they sign out. The token is verified when it arrives and kept nowhere.
"""

from dataclasses import dataclass
from functools import wraps

from flask import flash, g, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_login import current_user

from portal import claims, clock, mailed_links, queries
from portal.invitation_words import length, short_name
from portal.mailed_links import CLAIM, COPIED, MAILED, LinkEnded
from portal.models import Account, Invitation, Link, MailedLink

STATUS = {"forged": 404, "locked": 403, "too_young": 403, "theirs_alone": 403}
CHANGED = "changed"  # a merge has put another invitation in the place of the one that was looked at
ANOTHER = "another"  # the form that was sent is about another invitation than the one opened last


@dataclass(frozen=True)
class Claim:
    """An opened link with its invitation, and how it stands for whoever sits at this browser."""

    link: MailedLink
    invitation: Invitation
    circumstances: claims.Circumstances

    @property
    def is_checked(self) -> bool:
        return self.circumstances.is_checked

    @property
    def is_mailed(self) -> bool:
        return self.circumstances.channel == MAILED

    @property
    def asker(self) -> Account | None:
        return current_user._get_current_object() if current_user.is_authenticated else None

    @property
    def is_anothers(self) -> bool:
        """Signed in with another address than the one that was invited."""
        return self.asker is not None and not self.invitation.is_to(self.asker)

    @property
    def own_link(self) -> Link | None:
        """What the asker has got by this invitation."""
        return queries.link_taken_up(self.asker, self.invitation) if self.asker else None

    @property
    def person(self) -> str:
        """Whom it is for, once that is proven: signed in with the invited address, or past the second check; else an empty string (SAFETY §2)."""
        is_proven = not self.needed and (self.is_checked or self.asker is not None)
        return short_name(self.invitation.profile).replace(" ", "\u00a0") if is_proven else ""

    @property
    def needed(self) -> str:
        """The check still to be passed: "", "birth_date", "code", or "none" where nothing could prove who they are."""
        return claims.check_for(self.invitation, self.asker, self.is_checked)


def keep(token: str) -> None:
    _keep(mailed_links.read(CLAIM, token))


def keep_waiting(invitation: Invitation) -> None:
    """One that waits for the account: as if its newest link had been opened, which proves no mailbox here."""
    _keep(mailed_links.said(mailed_links.latest_claim(invitation), COPIED))


def _keep(said: list) -> None:
    session["claim"] = {**session.get("claim", {}), "link": said}


def passed(claim: Claim) -> None:
    session["claim"] = {**session["claim"], "checked": claim.link.id}


def opened() -> Claim:
    """Whatever became of it; the page wears its practice. Raises LinkEnded when it was forged, is too old, or nothing was opened,
    and when a form is about another invitation: who opened a second one in another tab answers neither by mistake."""
    if "claim" not in session:  # nothing opened in this browser, but the account has proven its mailbox
        for waiting in claims.waiting_for(current_user, clock.now())[:1]:
            keep_waiting(waiting)
    kept = session.get("claim", {})
    said = kept.get("link", [])
    try:
        link = mailed_links.find(CLAIM, said)
    except LinkEnded as error:
        raise LinkEnded(state="forged" if error.facts["state"] == "forged" else "gone") from error
    how = claims.Circumstances(link, mailed_links.channel(said), kept.get("checked") == link.id)
    claim = Claim(link, claims.of(link), how)
    g.practice, g.claim = claim.invitation.profile.practice, claim
    if request.method == "POST" and request.form.get("invitation") != claim.invitation.public_id:
        raise LinkEnded(state=CHANGED if claims.was_united_into(request.form.get("invitation", ""), claim.invitation) else ANOTHER)
    return claim


def of_claim(view):
    """The view is called with the Claim that this browser has opened; what has ended becomes the page that says so."""

    @wraps(view)
    def guarded(**kwargs):
        try:
            claim = opened()
            state = claims.state(claim.link, claim.invitation, clock.now())
            if state != "open":
                raise LinkEnded(state=state)
            return view(claim, **kwargs)
        except LinkEnded as error:
            return ended(error.facts["state"])

    return guarded


def ended(state: str):
    """What became of it and what to do next. Tells nothing about the person, and never the address."""
    if state == CHANGED:
        flash(_("The clinic has changed this invitation. Look at it again."))
        return redirect(url_for("portal.claim"))
    if state == ANOTHER:
        flash(
            _(
                "You have opened another invitation since, so nothing was done. This page is about the newer one. For the other, open its link again."
            )
        )
        return redirect(url_for("portal.claim"))
    claim = g.get("claim")
    mine = claim.own_link if claim else None
    if mine and request.method == "POST":  # the button was pressed twice
        return redirect(url_for("booking.person", public_id=mine.public_id, arrived=1))
    return render_template(
        "portal/claim_ended.html", state=state, claim=claim, mine=mine, length=length(claim.link) if claim else ""
    ), STATUS.get(state, 410)
