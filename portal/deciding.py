"""What people themselves decide about access to somebody: give, change, take away, leave. Use cases: run them through `transact`.

Each is judged again under the lock: the asker's own access may have been narrowed or taken away since the page was opened.
"""

from collections.abc import Iterable
from datetime import datetime

from flask_babel import lazy_gettext as _

from portal import family, invitations, links, throttle
from portal.access import MANAGE_ACCESS
from portal.errors import DomainError, TooManyTries
from portal.invitations import MayNotInvite, Wanted
from portal.links import NotYoursToDecide
from portal.models import Invitation, Link


MOST_INVITED, DAY = 20, 24 * 60  # by one account a day, for whomever


class TooManyInvitations(DomainError):
    status = 429
    message = _("You have invited many people today. Wait until tomorrow to invite another.")


class OwnRecord(DomainError):
    """Nobody leaves their own record online: nobody but the clinic could let them in again."""

    message = _("This is your own record. Call the clinic if you no longer want to use it online.")


def change(mine: Link, theirs: Link, permissions: Iterable[str], now: datetime) -> None:
    """Somebody else's access to the same person. Nobody gives more than they may do themselves. Raises NotYoursToDecide."""
    mine, theirs = _both(mine, theirs, now)
    wanted, may_give = set(permissions), mine.permissions_on(links.today(mine.profile, now)) | set(theirs.permissions)
    if not wanted <= may_give:
        raise NotYoursToDecide()
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
    """Invite somebody in the name of the one who manages access. Raises what `invitations.invite` does, NotYoursToDecide, TooManyInvitations."""
    mine = links.locked(mine)
    try:
        throttle.allow(throttle.key("give", mine.account.public_id), now, MOST_INVITED, DAY)
    except TooManyTries as error:
        raise TooManyInvitations() from error
    return invitations.invite(mine, mine.profile, wanted, now)


def send_again(mine: Link, invitation: Invitation, now: datetime) -> None:
    """Raises MayNotInvite when this could no longer be offered anew; SentJustNow, InvitationEnded."""
    mine = links.locked(mine)
    may = mine.permissions_on(links.today(mine.profile, now))
    if MANAGE_ACCESS not in may or not family.is_own(invitation, mine) or not set(invitation.permissions) <= may:
        raise MayNotInvite()
    invitations.resend(invitation, now, by=mine.account)


def take_back(mine: Link, invitation: Invitation, now: datetime) -> None:
    """An invitation one sent oneself. Raises MayNotInvite, InvitationEnded."""
    mine = links.locked(mine)
    if not family.is_own(invitation, mine) or invitation.profile_id != mine.profile_id:
        raise MayNotInvite()
    invitations.delete(invitation, now, by=mine.account)


def _both(mine: Link, theirs: Link, now: datetime) -> tuple[Link, Link]:
    """Both as they are in the database now, if the one may decide about the other. Raises NotYoursToDecide."""
    rows = {one.id: links.locked(one) for one in sorted((mine, theirs), key=lambda one: one.id)}
    mine, theirs = rows[mine.id], rows[theirs.id]
    if theirs.profile_id != mine.profile_id or theirs.account_id == mine.account_id or not family.decides(mine, theirs, links.today(mine.profile, now)):
        raise NotYoursToDecide()
    return mine, theirs
