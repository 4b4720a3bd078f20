"""Taking an invitation up, or refusing it (SAFETY §2). Use cases: run them through `transact`.

Opening changes nothing. Of any number of simultaneous acceptances one wins, and link, ledger line and mail are of its transaction.
"""

from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import lazy_gettext as _
from sqlalchemy import select, update

from portal import access, invitations, ledger, links, mailed_links, queries, signup, tokens
from portal.addresses import address_key
from portal.database import db
from portal.errors import DomainError
from portal.mailed_links import LinkEnded
from portal.models import Account, Invitation, Link, MailedLink, Profile
from portal.models.invitation import MOST_TRIES
from portal.models.link import FROM_PERSON, FROM_PRACTICE
from portal.signup import AlreadyHere, Wanted


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


class TheirsAlone(DomainError):
    """A person's own access never goes to who acts, or once acted, for them: it would give them back what was taken."""

    status = 403
    message = _("You act for this person, or did before. Their own access is for them alone.")


@dataclass(frozen=True)
class Circumstances:
    """How somebody stands before an invitation: with which link, how it reached them, and whether the second check was passed."""

    link: MailedLink
    channel: str
    is_checked: bool


def of(link: MailedLink) -> Invitation | None:
    """What a link is about."""
    return db.session.get(Invitation, link.invitation_id) if link.invitation_id else None


def was_united_into(public_id: str, invitation: Invitation) -> bool:
    """Whether this is the id of an invitation of the same address that ended when two records became this person's."""
    same = (Invitation.profile_id == invitation.profile_id, Invitation.email_key == invitation.email_key, Invitation.id != invitation.id)
    found = select(Invitation.id).where(Invitation.public_id == public_id, *same, Invitation.deleted_at.is_not(None))
    return db.session.scalar(found) is not None


def state(link: MailedLink, invitation: Invitation, now: datetime) -> str:
    """One of open, used, replaced, expired, deleted, refused, locked; a link's own end counts after the invitation's."""
    whole = _whole_state(invitation, now)
    if whole in ("used", "deleted", "refused", "locked"):
        return whole
    return {"revoked": "deleted"}.get(own := link.state(now), own)


def _whole_state(invitation: Invitation, now: datetime) -> str:
    whole = invitation.state(now)
    if whole in ("open", "expired", "locked") and not invitations.is_still_meant(invitation, now):
        return "deleted"
    return {"accepted": "used"}.get(whole, whole)


def check_for(invitation: Invitation, account: Account | None, is_checked: bool = False) -> str:
    """Which second check stands between this account and the invitation: "", "birth_date", "code", or "none" where nothing could prove it.

    The invitation's own check is for everybody. An account of another address needs one in any case, and for a person's own access
    none but the code said to them: their family knows their birth date too.
    """
    is_anothers = account is not None and not invitation.is_to(account)
    if is_anothers and invitation.is_self and invitation.second_check != "code":
        return "none"
    if is_checked:
        return ""
    if invitation.second_check or not is_anothers:
        return invitation.second_check
    return "birth_date" if invitation.profile.born_on and tries_left(invitation) else "none"


def waiting_for(account: Account, now: datetime) -> list[Invitation]:
    """What waits for an answer of this account's own mailbox."""
    found = queries.invitations_for(account, now)
    meant = [one for one in found if invitations.is_still_meant(one, now) and mailed_links.latest_claim(one)]
    return sorted(meant, key=lambda one: is_theirs_alone(one, account))  # what cannot be accepted never hides what can


def waiting_one(account: Account, public_id: str, now: datetime) -> Invitation | None:
    """One of them; a merge may have put it in the place of the one that had this id."""
    waiting = waiting_for(account, now)
    named = (one for one in waiting if one.public_id == public_id)
    return next(named, None) or next((one for one in waiting if was_united_into(public_id, one)), None)


def is_theirs_alone(invitation: Invitation, account: Account) -> bool:
    """A person's own access, and this account acts for them, or once did."""
    return invitation.is_self and queries.has_acted_for(account, invitation.profile)


def tries_left(invitation: Invitation) -> int:
    return max(0, MOST_TRIES - invitation.tries)


def count_try(invitation_id: int, now: datetime) -> bool:
    """Count one answer to the second check before it is looked at; False when there are none left. Commit it by its own transact()."""
    mine = update(Invitation).where(Invitation.id == invitation_id, Invitation.tries < MOST_TRIES)
    return db.session.execute(mine.values(tries=Invitation.tries + 1).execution_options(synchronize_session=False)).rowcount == 1


def give_back_try(invitation_id: int) -> None:
    """The answer was right: it was no try. Else the fifth would be right and locked out at once."""
    mine = update(Invitation).where(Invitation.id == invitation_id, Invitation.tries > 0)
    db.session.execute(mine.values(tries=Invitation.tries - 1).execution_options(synchronize_session=False))


def is_birth_date(invitation: Invitation, typed: date) -> bool:
    return invitation.profile.born_on is not None and invitation.profile.born_on == typed


def is_code(invitation: Invitation, typed: str) -> bool:
    return tokens.is_six_digits("claim", invitation.id, invitation.nonce, typed)


def is_too_young(invitation: Invitation, now: datetime) -> bool:
    """An account of one's own has an age: the practice's (a child's record may wait for it)."""
    profile = invitation.profile
    age = profile.age(links.today(profile, now))
    return invitation.is_self and age is not None and age < profile.practice.youngest_account_years


def set_up(how: Circumstances, wanted: Wanted, now: datetime) -> Account:
    """A new account at the invitation's address, which the mailed link has proven; accepting comes after it. `wanted.email` is not looked at.

    An account that is there already stays as it is, its password above all. Raises LinkEnded, CheckNeeded, TooYoungToAccept, AlreadyHere.
    """
    link, invitation = _open(how, now)
    if how.channel != mailed_links.MAILED or (invitation.second_check and not how.is_checked):
        raise CheckNeeded()
    if is_too_young(invitation, now):
        raise TooYoungToAccept()
    key = address_key(link.sent_to)
    if signup.account_at(key):
        raise AlreadyHere()
    return signup.make_account(wanted, link.sent_to, now, practice_id=invitation.practice_id)


def accept(account: Account, how: Circumstances, now: datetime) -> Link:
    """The account may act for the person from now on. Raises LinkEnded, OtherAddress, CheckNeeded, TooYoungToAccept, TheirsAlone."""
    link, invitation = _open(how, now)
    account = db.session.get(Account, account.id)
    needed = check_for(invitation, account, how.is_checked)
    if needed:
        raise OtherAddress() if needed == "none" else CheckNeeded()
    if is_too_young(invitation, now):
        raise TooYoungToAccept()
    mailed_links.use(link.id, now)
    given = _given(account, invitation, now)
    invitation.accepted_at, invitation.accepted_by_id, invitation.link_id = now, account.id, given.id
    invitations.end_links(invitation, now)
    facts = {"relationship": invitation.relationship, "invitation": invitation.id}
    ledger.record("accepted", now, profile=invitation.profile, account=account, link=given, **facts)
    tell_of_new(given, invitation, now)
    return given


def _given(account: Account, invitation: Invitation, now: datetime) -> Link:
    # The person's row orders two invitations that one account accepts at once.
    profile = db.session.get(Profile, invitation.profile_id, with_for_update={"key_share": True}, populate_existing=True)
    if is_theirs_alone(invitation, account):
        raise TheirsAlone()
    by = None if invitation.is_from_staff else invitation.invited_by
    return links.grant(
        account,
        profile,
        invitation.relationship,
        invitation.permissions,
        now,
        ground=FROM_PERSON if by else FROM_PRACTICE,
        given_by=by,
        ends_on=invitation.ends_on,
        review_on=invitation.review_on,
        decided_on=links.today(profile, invitation.created_at),  # not today: an age step may have come in between
    )


def tell_of_new(link: Link, invitation: Invitation, now: datetime) -> None:
    """The person, and whoever invited on their behalf, learn that somebody may act for them; nobody does who is to be kept apart."""
    on = links.today(link.profile, now)
    for other in links.links_to(link.profile):
        concerned = other.is_self or other.account_id == invitation.invited_by_id
        if other.id != link.id and concerned and other.allows(access.MANAGE_ACCESS, on):
            links.introduce(link, other, str(invitation.id), now)


def refuse(link_id: int, now: datetime) -> Invitation:
    """ "I am not this person": the invitation ends, and whoever invited sees it. Raises LinkEnded."""
    found = db.session.get(MailedLink, link_id)
    link, invitation = _locked(found, now)
    if state(link, invitation, now) not in ("open", "locked"):
        raise LinkEnded(state=state(link, invitation, now))
    mailed_links.use(link.id, now)
    invitation.refused_at = now
    invitations.end_links(invitation, now)
    facts = {"to": invitations.masked(invitation.email), "invitation": invitation.id}
    ledger.record("refused", now, profile=invitation.profile, **facts)
    return invitation


def _open(how: Circumstances, now: datetime) -> tuple[MailedLink, Invitation]:
    """The link and its invitation, locked, while both wait for an answer. Raises LinkEnded."""
    link, invitation = _locked(how.link, now)
    whole = state(link, invitation, now)
    if whole != "open":
        raise LinkEnded(state=whole)
    return link, invitation


def _locked(link: MailedLink | None, now: datetime) -> tuple[MailedLink, Invitation]:
    """First the invitation, then its link, as resending and deleting do. A merge may lead the link to another invitation while we wait."""
    invitation = None
    while link is not None and link.invitation_id is not None and (invitation is None or invitation.id != link.invitation_id):
        invitation = invitations.held(link.invitation_id)
        link = db.session.get(MailedLink, link.id, populate_existing=True)
    if link is None or invitation is None:
        raise LinkEnded(state="deleted")
    return link, invitation
