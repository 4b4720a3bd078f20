"""What the family pages show: whom an account acts for, who else does, and the invitations it sent. The first argument is who asks.

Others are named only to who manages access, and to nobody who acts for a person that is kept safe (MISSION F6).
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import and_, select
from sqlalchemy.orm import joinedload

from portal import access, links, tombstones
from portal.access import MANAGE_ACCESS
from portal.database import db
from portal.models import Account, Invitation, Link, Profile
from portal.models.invitation import UNANSWERED
from portal.queries import link_of, links_of


@dataclass(frozen=True)
class Person:
    """Somebody the account acts for (or is), on the practice's date `on`. `others`: who else does, as far as the account may know;
    `sent`: invitations of its own that wait for an answer, and as the person themselves all that wait."""

    link: Link
    on: date
    others: list[Link]
    sent: list[Invitation]

    @property
    def may(self) -> frozenset[str]:
        return self.link.permissions_on(self.on)

    @property
    def manages(self) -> bool:
        return MANAGE_ACCESS in self.may

    def is_own(self, invitation: Invitation) -> bool:
        """Did the account itself send it?"""
        return is_own(invitation, self.link)

    def decides_about(self, other: Link) -> bool:
        """May the account change or take away this other access?"""
        return decides(self.link, other, self.on)


def giver(mine: Person) -> Account | None:
    """Who gave this access, if it was a person; nobody is named while the person is kept safe."""
    by = mine.link.given_by_id
    return db.session.get(Account, by) if by and not mine.link.profile.is_safe else None


def decides(mine: Link, other: Link, on: date) -> bool:
    by_me = other.given_by_id == mine.account_id
    return access.may_decide_about(mine.permissions_on(on), mine.relationship, other.account_id == mine.account_id, by_me)


def people(account: Account, now: datetime) -> list[Person]:
    """Everybody whom the account may act for, itself first; those whose access has ended are left out. Three statements."""
    return _with_others([link for link in links_of(account) if link.is_live(links.today(link.profile, now))], now)


def person(account: Account, public_id: str, now: datetime) -> Person | None:
    """The one reached through this link of the account's own; paused ones too. None if not there or not theirs."""
    link = link_of(account, public_id, now)
    return _with_others([link], now)[0] if link else None


def other_of(mine: Person, public_id: str) -> Link | None:
    """Somebody else's access to the same person that this account may decide about, under an id it had before a merge too."""
    united = db.session.scalar(
        select(Link.id).where(Link.public_id == public_id, Link.profile_id == mine.link.profile_id, Link.united_with_id.is_not(None))
    )
    carried = tombstones.carried_by(united) if united else None
    return next((one for one in mine.others if (one.public_id == public_id or one.id == carried) and mine.decides_about(one)), None)


def sent_by(mine: Person, public_id: str) -> Invitation | None:
    """An invitation the account itself sent for this person and that waits for an answer."""
    return next((one for one in mine.sent if one.public_id == public_id and is_own(one, mine.link)), None)


def is_own(invitation: Invitation, mine: Link) -> bool:
    return invitation.invited_by_id == mine.account_id and not invitation.is_from_staff


def is_unconfirmed(mine: Link) -> bool:
    """Whether the clinic has yet to confirm who this is: the record is one made online, or the account's own at that practice is."""
    if mine.profile.is_provisional:
        return True
    made_online = (Profile.practice_id == mine.practice_id, Profile.provisional_at.is_not(None))
    own = (
        select(Link.id)
        .join(Link.profile)
        .where(Link.account_id == mine.account_id, Link.relationship == access.SELF, Link.revoked_at.is_(None), *made_online)
    )
    return db.session.scalar(own.limit(1)) is not None


def _with_others(mine: list[Link], now: datetime) -> list[Person]:
    days = {link.id: links.today(link.profile, now) for link in mine}
    managed = [link for link in mine if link.allows(MANAGE_ACCESS, days[link.id])]
    theirs, waiting = _others(managed, days), _waiting(managed)
    return [Person(link, days[link.id], theirs[link.id], waiting[link.id]) for link in mine]


def _others(managed: list[Link], days: dict[int, date]) -> dict[int, list[Link]]:
    """By my link: the live links of other accounts to the same person, oldest first; paused ones too."""
    found: dict[int, list[Link]] = defaultdict(list)
    by_profile = {link.profile_id: link for link in managed}
    for other in _rows(Link, by_profile, Link.revoked_at.is_(None), joinedload(Link.account)):
        mine = by_profile[other.profile_id]
        if other.account_id != mine.account_id and other.is_live(days[mine.id]) and other.account.is_active:
            found[mine.id].append(other)
    return found


def _waiting(managed: list[Link]) -> dict[int, list[Invitation]]:
    found: dict[int, list[Invitation]] = defaultdict(list)
    by_profile = {link.profile_id: link for link in managed}
    for invitation in _rows(Invitation, by_profile, and_(*UNANSWERED)):
        mine = by_profile[invitation.profile_id]
        if is_own(invitation, mine) or (mine.is_self and not invitation.is_self):
            found[mine.id].append(invitation)
    return found


def _rows(model, profile_ids: Collection[int], which, *options) -> Iterable:
    if not profile_ids:
        return ()
    return db.session.scalars(select(model).where(model.profile_id.in_(profile_ids), which).options(*options).order_by(model.id))
