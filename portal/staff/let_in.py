"""Whom somebody with access let in, and those whom these let in: read before the access is taken away, and ended with it if staff say so."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from portal import invitations, links
from portal.database import db
from portal.models import Invitation, Link, StaffMember
from portal.models.invitation import UNANSWERED


class LetIn(NamedTuple):
    """`links`: other access to the same person that goes back to one account, nearest first. `waiting`: the invitations of these accounts
    that nobody has answered."""

    links: list[Link]
    waiting: list[Invitation]


def by(link: Link, now: datetime) -> LetIn:
    """Three statements at most. Who was let in by somebody whose own access has ended since is found too; the person is not."""
    given = select(Link).where(Link.profile_id == link.profile_id, Link.given_by_id.is_not(None), Link.account_id != link.account_id)
    rows = list(db.session.scalars(given.options(joinedload(Link.account)).order_by(Link.id)))
    on, found, givers = links.today(link.profile, now), [], {link.account_id}
    while more := [one for one in rows if one.given_by_id in givers and one not in found]:
        found += more
        givers |= {one.account_id for one in more}
    sent = (Invitation.profile_id == link.profile_id, Invitation.invited_by_id.in_(givers), Invitation.is_from_staff.is_(False))
    waiting = db.session.scalars(
        select(Invitation).where(*sent, *UNANSWERED).options(joinedload(Invitation.invited_by)).order_by(Invitation.id)
    )
    return LetIn([one for one in found if one.is_live(on) and not one.is_self], list(waiting))


def end(link: Link, also: Collection[str], now: datetime, *, staff: StaffMember) -> None:
    """The access ends, with that of those whom its account let in and whose public ids are in `also`; what these sent works no more.
    A use case. Raises NotYoursToDecide."""
    let_in = by(link, now)
    ended = [link, *(one for one in let_in.links if one.public_id in also)]
    _take_back(let_in.waiting, {one.account_id for one in ended}, now, staff)
    for one in ended:
        links.revoke(one, now, by=staff.account, as_staff=True)


def _take_back(waiting: Iterable[Invitation], senders: set[int], now: datetime, staff: StaffMember) -> None:
    for invitation in waiting:
        if invitation.invited_by_id in senders:
            invitations.delete(invitation, now, by=staff)
