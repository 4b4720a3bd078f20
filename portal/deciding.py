"""What people themselves decide about access to somebody: give, change, take away, leave. Use cases: run them through `transact`.

Each is judged again under the lock: the asker's own access may have been narrowed or taken away since the page was opened.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime

from flask_babel import lazy_gettext as _

from portal import family, invitations, links, throttle
from portal.access import MANAGE_ACCESS
from portal.addresses import address_key
from portal.errors import DomainError, TooManyTries
from portal.invitations import MayNotInvite, Wanted
from portal.links import NotYoursToDecide
from portal.models import Invitation, Link


# Mails a day, each sending counted: by one account for whomever, by one whose own record the clinic has not confirmed, and to one
# address from whomever. A mail under the clinic's name is worth something to a stranger.
MOST_SENT, MOST_UNCONFIRMED, MOST_TO_ONE, DAY = 20, 3, 5, 24 * 60


class TooManyInvitations(DomainError):
    status = 429
    message = _("You have invited many people today. Wait until tomorrow to invite another.")


class NotToThisAddress(DomainError):
    """Too many went there today. Says the same as an invitation that the asker may not know of (portal/views/family_give.py)."""

    status = 429
    message = _("We cannot invite this address online at the moment. Try again tomorrow, or call the clinic.")


class OwnRecord(DomainError):
    """Nobody leaves their own record online: nobody but the clinic could let them in again."""

    message = _("This is your own record. Call the clinic if you no longer want to use it online.")


def change(mine: Link, theirs: Link, permissions: Iterable[str], now: datetime) -> None:
    """Somebody else's access to the same person. Nobody gives more than they may do themselves now, nor for longer: who is given
    more ends with the one who gives it. Raises NotYoursToDecide."""
    mine, theirs = _both(mine, theirs, now)
    on = links.today(mine.profile, now)
    wanted, has = set(permissions), theirs.permissions_on(on)
    if not wanted <= mine.permissions_on(on) | has:
        raise NotYoursToDecide()
    if not wanted <= has and outlasts(theirs.ends_on, mine):
        links.set_dates(theirs, mine.ends_on, theirs.review_on, now, by=mine.account, as_staff=False)
    links.decide(theirs, wanted, now, by=mine.account, as_staff=False)


def take_away(mine: Link, theirs: Link, now: datetime) -> None:
    """Raises NotYoursToDecide."""
    mine, theirs = _both(mine, theirs, now)
    links.revoke(theirs, now, by=mine.account, as_staff=False)


def leave(mine: Link, now: datetime) -> None:
    """Give up one's own access to somebody else. Raises OwnRecord, NotYoursToDecide."""
    mine = links.locked(mine)
    if mine.is_self:
        raise OwnRecord()
    links.revoke(mine, now, by=mine.account, as_staff=False)


def give(mine: Link, wanted: Wanted, now: datetime) -> Invitation:
    """Invite somebody in the name of the one who manages access, for no longer than they have it themselves: without a last day, until
    theirs. No words of theirs go out while the clinic does not know them.

    Raises what `invitations.invite` does, NotYoursToDecide, TooManyInvitations, NotToThisAddress.
    """
    mine = links.locked(mine)
    wanted = replace(wanted, ends_on=wanted.ends_on or mine.ends_on, why="" if family.is_unconfirmed(mine) else wanted.why)
    if outlasts(wanted.ends_on, mine):
        raise MayNotInvite()
    _count(mine, wanted.email, now)
    return invitations.invite(mine, mine.profile, wanted, now)


def send_again(mine: Link, invitation: Invitation, now: datetime) -> None:
    """Raises MayNotInvite when this could no longer be offered anew; SentJustNow, InvitationEnded, TooManyInvitations, NotToThisAddress."""
    mine = links.locked(mine)
    may = mine.permissions_on(links.today(mine.profile, now))
    is_mine = family.is_own(invitation, mine) and invitation.profile_id == mine.profile_id
    if MANAGE_ACCESS not in may or not is_mine or not set(invitation.permissions) <= may or outlasts(invitation.ends_on, mine):
        raise MayNotInvite()
    _count(mine, invitation.email, now)
    invitations.resend(invitation, now, by=mine.account)


def take_back(mine: Link, invitation: Invitation, now: datetime) -> None:
    """An invitation one sent oneself. Raises MayNotInvite, InvitationEnded."""
    mine = links.locked(mine)
    if not family.is_own(invitation, mine) or invitation.profile_id != mine.profile_id:
        raise MayNotInvite()
    invitations.delete(invitation, now, by=mine.account)


def outlasts(ends_on: date | None, mine: Link) -> bool:
    """Whether access until `ends_on` (None: for ever) goes on after one's own."""
    return mine.ends_on is not None and (ends_on is None or ends_on > mine.ends_on)


def _count(mine: Link, email: str, now: datetime) -> None:
    """One more mail in somebody's name. Raises TooManyInvitations, NotToThisAddress."""
    most = MOST_UNCONFIRMED if family.is_unconfirmed(mine) else MOST_SENT
    for whose, limit, refusal in (
        (("give", mine.account.public_id), most, TooManyInvitations),
        (("invited", address_key(email)), MOST_TO_ONE, NotToThisAddress),
    ):
        try:
            throttle.allow(throttle.key(*whose), now, limit, DAY)
        except TooManyTries as error:
            raise refusal() from error


def _both(mine: Link, theirs: Link, now: datetime) -> tuple[Link, Link]:
    """Both as they are in the database now, if the one may decide about the other. Raises NotYoursToDecide."""
    rows = {one.id: links.locked(one) for one in sorted((mine, theirs), key=lambda one: one.id)}
    mine, theirs = rows[mine.id], rows[theirs.id]
    if (
        theirs.profile_id != mine.profile_id
        or theirs.account_id == mine.account_id
        or not family.decides(mine, theirs, links.today(mine.profile, now))
    ):
        raise NotYoursToDecide()
    return mine, theirs
