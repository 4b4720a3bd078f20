"""Invitations: somebody is written to about one profile, again if need be, until they take it up, refuse, or it is deleted.

Use cases: run them through `transact`. Taking one up is portal/claims.py's. An invitation is bound to its address for ever:
to write somewhere else is to invite somebody else.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from flask import current_app
from flask_babel import lazy_gettext as _
from sqlalchemy import select

from portal import access, ledger, links, mailed_links, outbox, throttle, tokens
from portal.addresses import address_key, masked
from portal.database import db
from portal.errors import DomainError, on_violation
from portal.models import Account, Invitation, Link, MailedLink, Profile, StaffMember
from portal.models.invitation import UNANSWERED
from portal.public_url import public_url

MOST_ASKED_FOR, DAY = 5, 24 * 60  # new links one may ask for oneself, for one invitation, a day


class AlreadyInvited(DomainError):
    """`facts["invitation"]` is the one that waits for an answer."""

    message = _("This address has an invitation already. Send it again instead.")


class HasAccess(DomainError):
    message = _("This address can already book for this person.")


class TooYoungForOwn(DomainError):
    message = _("This person is too young for an account of their own. Invite a parent or guardian.")


class NothingToCompare(DomainError):
    """A date of birth that nobody knows lets nobody in."""

    message = _("The clinic does not know this person’s date of birth. Choose the code instead, or no check.")


class SentJustNow(DomainError):
    """`facts["until"]` is when it may be sent again."""

    status = 429
    message = _("We sent it a moment ago. Wait 5 minutes before sending it again.")


class MayNotInvite(DomainError):
    status = 404
    message = _("You cannot invite somebody for this person.")


class InvitationEnded(DomainError):
    """It was taken up, refused or deleted meanwhile."""

    message = _("This invitation has ended already.")


on_violation(AlreadyInvited, "uq_invitations_open", "invitations.profile_id, invitations.email_key")


@dataclass(frozen=True)
class Wanted:
    """What an invitation offers. `email` is a clean address; `second_check`: "", "birth_date" or "code"."""

    email: str
    relationship: str
    permissions: tuple[str, ...]
    second_check: str = ""
    why: str = ""
    ends_on: date | None = None
    review_on: date | None = None


def invite(by: StaffMember | Link, profile: Profile, wanted: Wanted, now: datetime) -> Invitation:
    """Write to an address about a person. `by`: staff who may invite, or the link of somebody who manages access for the person.

    Raises MayNotInvite, TooYoungForOwn, NothingToCompare, HasAccess, AlreadyInvited.
    """
    profile = db.session.get(Profile, profile.id, with_for_update=True, populate_existing=True)
    must_be_invitable(by, profile, wanted, now)
    invitation = make(by, profile, wanted, now)
    send(invitation, now)
    facts = {"to": masked(invitation.email), "relationship": wanted.relationship, "invitation": invitation.id, "as": _as(by)}
    ledger.record("invited", now, profile=profile, account=by.account, link=by if isinstance(by, Link) else None, **facts)
    return invitation


def must_be_invitable(by: StaffMember | Link, profile: Profile, wanted: Wanted, now: datetime) -> None:
    """Raises what stands in the way: MayNotInvite, TooYoungForOwn, NothingToCompare, HasAccess, AlreadyInvited."""
    key, on = address_key(wanted.email), links.today(profile, now)
    if profile.merged_at or profile.forgotten_at or not _may_invite(by, profile, wanted, on):
        raise MayNotInvite()
    age = profile.age(on)
    if wanted.relationship == access.SELF and age is not None and age < profile.practice.youngest_account_years:
        raise TooYoungForOwn()
    if wanted.second_check == "birth_date" and profile.born_on is None:
        raise NothingToCompare()
    holders = select(Link).join(Link.account).where(Link.profile_id == profile.id, Account.email_key == key, Link.revoked_at.is_(None))
    if any(link.is_live(on) for link in db.session.scalars(holders)):
        raise HasAccess()
    waiting = open_for(profile, key)
    if waiting is not None:
        raise AlreadyInvited(invitation=waiting.public_id)


def is_still_meant(invitation: Invitation, now: datetime) -> bool:
    """Whether it could still be made: the person's record stands, and who invited for them may still give what they offered.

    What the practice has sent stands until staff delete it.
    """
    profile = invitation.profile
    if profile.merged_at or invitation.is_from_staff:
        return profile.merged_at is None
    on = links.today(profile, now)
    theirs = [link for link in links.links_to(profile) if link.account_id == invitation.invited_by_id and link.account.is_active]
    mine = theirs[0].permissions_on(on) if theirs else frozenset()
    if access.MANAGE_ACCESS not in mine or not set(invitation.permissions) <= mine:
        return False
    until = theirs[0].ends_on  # nobody gives access for longer than they have it
    return until is None or (invitation.ends_on is not None and invitation.ends_on <= until)


def open_for(profile: Profile, key: str) -> Invitation | None:
    """The invitation of this address for this person that nobody has answered or deleted; an expired one too."""
    return db.session.scalar(select(Invitation).where(Invitation.profile_id == profile.id, Invitation.email_key == key, *UNANSWERED))


def make(by: StaffMember | Link | None, profile: Profile, wanted: Wanted, now: datetime, **more) -> Invitation:
    """The row alone, neither judged nor sent. `by` None: the house itself, at an age step."""
    invitation = Invitation(
        practice_id=profile.practice_id,
        profile=profile,
        email=wanted.email,
        email_key=address_key(wanted.email),
        relationship=wanted.relationship,
        permissions=access.in_order(wanted.permissions),
        second_check=wanted.second_check,
        why=wanted.why,
        ends_on=wanted.ends_on,
        review_on=wanted.review_on,
        life_hours=more.pop("life_hours", profile.practice.claim_hours),
        invited_by_id=by.account_id if by else None,
        is_from_staff=not isinstance(by, Link),
        created_at=now,
        **more,
    )
    db.session.add(invitation)
    db.session.flush()
    return invitation


def resend(invitation: Invitation, now: datetime, *, by: StaffMember | Account) -> Invitation:
    """Another link to the same address for another full life time; the old one says "replaced", tries begin anew. `by`: staff, or
    the account of somebody who acts for the person.

    Raises SentJustNow, InvitationEnded.
    """
    invitation = locked(invitation.id)
    _must_be_meant(invitation, now)
    _not_too_soon(invitation, now)
    invitation.tries = 0
    send(invitation, now)
    facts = {"to": masked(invitation.email), "invitation": invitation.id, "as": _as(by)}
    ledger.record("invited_again", now, profile=invitation.profile, account=_account(by), **facts)
    return invitation


def ask_again(link_id: int, now: datetime) -> Invitation:
    """The invited one asks for a new link, to the same address, with any of the old ones in hand. Tries stay counted.

    Raises SentJustNow, InvitationEnded, TooManyTries.
    """
    old = db.session.get(MailedLink, link_id)
    invitation = locked(old.invitation_id if old else None)
    _must_be_meant(invitation, now)
    if invitation.is_locked:
        raise InvitationEnded()
    _not_too_soon(invitation, now)
    throttle.allow(throttle.key("claim-again", str(invitation.id)), now, MOST_ASKED_FOR, DAY)
    send(invitation, now)
    return invitation


def delete(invitation: Invitation, now: datetime, *, by: StaffMember | Account) -> None:
    """Its links open nothing any more, a waiting mail is not sent; a refused one is put away. `by` as in `resend`. Raises InvitationEnded."""
    invitation = locked(invitation.id, or_refused=True)
    invitation.deleted_at, invitation.deleted_by_id = now, _account(by).id
    end_links(invitation, now)
    facts = {"to": masked(invitation.email), "invitation": invitation.id, "as": _as(by)}
    ledger.record("invitation_deleted", now, profile=invitation.profile, account=_account(by), **facts)


def end_links(invitation: Invitation, now: datetime) -> None:
    mailed_links.end_open(MailedLink.invitation_id == invitation.id, revoked_at=now)
    outbox.supersede(about(invitation))


def locked(invitation_id: int | None, or_refused: bool = False) -> Invitation:
    """The invitation while it waits for an answer. Raises InvitationEnded."""
    found = held(invitation_id) if invitation_id else None
    if found is None or found.accepted_at or found.deleted_at or (found.refused_at and not or_refused):
        raise InvitationEnded()
    return found


def held(invitation_id: int) -> Invitation | None:
    """As it is now, and stays until the transaction ends. First the person, as a merge does: else each would wait for the other."""
    whose = select(Profile.id).join(Invitation, Invitation.profile_id == Profile.id).where(Invitation.id == invitation_id)
    db.session.execute(whose.with_for_update(of=Profile, key_share=True))
    return db.session.get(Invitation, invitation_id, with_for_update=True, populate_existing=True)


# --- for staff to read out or to pass on ---


def copied_address(invitation: Invitation) -> str:
    """The address of the newest link, to be passed on by hand: it proves no mailbox, so an account made with it is verified by mail."""
    link = mailed_links.latest_claim(invitation)
    return public_url("portal.claim", token=mailed_links.token(link, mailed_links.COPIED)) if link else ""


def spoken_code(invitation: Invitation) -> str:
    """Six digits that staff say on the telephone; only with `second_check` "code"."""
    return tokens.six_digits("claim", invitation.id, invitation.nonce)


def about(invitation: Invitation) -> str:
    """What the outbox knows its mails by."""
    return f"invitation:{invitation.id}"


def send(invitation: Invitation, now: datetime) -> MailedLink:
    """A new link in a new mail, for a full life time."""
    link = mailed_links.make_claim(invitation, now)
    outbox.supersede(about(invitation))
    outbox.enqueue(
        "invitation",
        to=invitation.email,
        dedupe=f"invitation:{link.id}",
        now=now,
        refs={"link": link.id},
        about=about(invitation),
        practice_id=invitation.practice_id,
    )
    invitation.sent_count += 1
    invitation.sent_at, invitation.expires_at = now, link.expires_at
    return link


def _must_be_meant(invitation: Invitation, now: datetime) -> None:
    if not is_still_meant(invitation, now):
        raise InvitationEnded()


def _not_too_soon(invitation: Invitation, now: datetime) -> None:
    until = invitation.sent_at and invitation.sent_at + timedelta(minutes=current_app.config["RESEND_PAUSE_MINUTES"])
    if until and now < until:
        raise SentJustNow(until=until)


def _may_invite(by: StaffMember | Link, profile: Profile, wanted: Wanted, on: date) -> bool:
    """Staff by role; a person only what they may do themselves, and never a second "self"."""
    if isinstance(by, StaffMember):
        return by.practice_id == profile.practice_id and by.may_invite
    mine = by.permissions_on(on)
    offered = set(wanted.permissions)
    return by.profile_id == profile.id and access.MANAGE_ACCESS in mine and wanted.relationship != access.SELF and offered <= mine


def _as(by: StaffMember | Link | Account) -> str:
    return "staff" if isinstance(by, StaffMember) else "person"


def _account(by: StaffMember | Account) -> Account:
    return by.account if isinstance(by, StaffMember) else by
