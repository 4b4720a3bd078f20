"""Taking an invitation up, or refusing it (SAFETY §2). Use cases: run them through `transact`.

Opening changes nothing. Of any number of simultaneous acceptances one wins, and link, ledger line and mail are of its transaction.
"""

from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import lazy_gettext as _
from sqlalchemy import update

from portal import access, invitations, ledger, links, mailed_links, outbox, tokens
from portal.database import db
from portal.errors import DomainError
from portal.mailed_links import LinkEnded
from portal.models import Account, Invitation, Link, MailedLink
from portal.models.invitation import MOST_TRIES


class OtherAddress(DomainError):
    """Signed in with another address than the invitation's, and nothing else proves who they are."""

    status = 403
    message = _("This invitation was sent to another address. Sign in with the account of that address.")


class CheckNeeded(DomainError):
    status = 403
    message = _("Answer the question of the clinic first.")


class TooYoungToAccept(DomainError):
    status = 403
    message = _("You are too young for an account of your own. Ask a parent to book for you.")


@dataclass(frozen=True)
class Circumstances:
    """How somebody stands before an invitation: with which link, how it reached them, and whether the second check was passed."""

    link: MailedLink
    channel: str
    is_checked: bool


def of(link: MailedLink) -> Invitation | None:
    """What a link is about."""
    return db.session.get(Invitation, link.invitation_id) if link.invitation_id else None


def state(link: MailedLink, invitation: Invitation, now: datetime) -> str:
    """One of open, used, replaced, expired, deleted, refused, locked; a link's own end counts after the invitation's."""
    whole = invitation.state(now)
    if whole in ("accepted", "deleted", "refused", "locked"):
        return {"accepted": "used"}.get(whole, whole)
    return link.state(now)


def check_for(invitation: Invitation, account: Account | None) -> str:
    """Which second check stands between this account and the invitation: "", "birth_date", "code", or "none" where nothing could prove it.

    The invitation's own check is for everybody. An account of another address needs one in any case.
    """
    if invitation.second_check or account is None or account.email_key == invitation.email_key:
        return invitation.second_check
    return "birth_date" if invitation.profile.born_on else "none"


def count_try(invitation_id: int, now: datetime) -> bool:
    """Count one answer to the second check before it is looked at; False when there are none left. Commit it by its own transact()."""
    mine = update(Invitation).where(Invitation.id == invitation_id, Invitation.tries < MOST_TRIES)
    return db.session.execute(mine.values(tries=Invitation.tries + 1).execution_options(synchronize_session=False)).rowcount == 1


def is_birth_date(invitation: Invitation, typed: date) -> bool:
    return invitation.profile.born_on is not None and invitation.profile.born_on == typed


def is_code(invitation: Invitation, typed: str) -> bool:
    return tokens.is_six_digits("claim", invitation.id, invitation.nonce, typed)


def accept(account: Account, how: Circumstances, now: datetime) -> Link:
    """The account may act for the person from now on. Raises LinkEnded, OtherAddress, CheckNeeded, TooYoungToAccept."""
    spent = mailed_links.use(how.link.id, now)
    invitation = db.session.get(Invitation, spent.invitation_id, with_for_update=True, populate_existing=True)
    whole = invitation.state(now)
    if whole != "open":
        raise LinkEnded(state={"accepted": "used"}.get(whole, whole))
    account = db.session.get(Account, account.id)
    needed = check_for(invitation, account)
    if needed == "none":
        raise OtherAddress()
    if needed and not how.is_checked:
        raise CheckNeeded()
    profile = invitation.profile
    age = profile.age(links.today(profile, now))
    if invitation.is_self and age is not None and age < profile.practice.youngest_account_years:
        raise TooYoungToAccept()
    by = None if invitation.is_from_staff else invitation.invited_by
    link = links.grant(
        account,
        profile,
        invitation.relationship,
        invitation.permissions,
        now,
        ground=links.FROM_PERSON if by else links.FROM_PRACTICE,
        given_by=by,
        ends_on=invitation.ends_on,
        review_on=invitation.review_on,
    )
    invitation.accepted_at, invitation.accepted_by_id, invitation.link_id = now, account.id, link.id
    invitations.end_links(invitation, now)
    facts = {"relationship": invitation.relationship, "invitation": invitation.id}
    ledger.record("accepted", now, profile=profile, account=account, link=link, **facts)
    tell_of_new(link, invitation, now)
    return link


def tell_of_new(link: Link, invitation: Invitation, now: datetime) -> None:
    """The person, and whoever invited on their behalf, learn that somebody may act for them; nobody does who is to be kept apart."""
    on = links.today(link.profile, now)
    for other in links.links_to(link.profile):
        concerned = other.is_self or other.account_id == invitation.invited_by_id
        if other.id != link.id and concerned and other.allows(access.MANAGE_ACCESS, on):
            refs, dedupe = {"link": link.id, "to": other.id}, f"access_taken_up:{link.id}:{other.id}"
            outbox.enqueue("access_taken_up", to=other.account.email, dedupe=dedupe, now=now, refs=refs, account=other.account, practice_id=link.practice_id)


def refuse(link_id: int, now: datetime) -> Invitation:
    """ "I am not this person": the invitation ends, and whoever invited sees it. Raises LinkEnded."""
    spent = mailed_links.use(link_id, now)
    invitation = db.session.get(Invitation, spent.invitation_id, with_for_update=True, populate_existing=True)
    if invitation.state(now) in ("accepted", "deleted", "refused"):
        raise LinkEnded(state="used")
    invitation.refused_at = now
    invitations.end_links(invitation, now)
    facts = {"to": invitations.masked(invitation.email), "invitation": invitation.id}
    ledger.record("refused", now, profile=invitation.profile, **facts)
    return invitation
