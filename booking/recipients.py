"""Whom we write to about an appointment: asked when a mail is queued, and again at the moment it is sent (MISSION F6).

One mail per address, the person's own first. Guardians in two homes each get their own and never see each other's; whoever may
not see the appointment (booking/disclosure.py) gets none.
"""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from booking.disclosure import seen
from booking.models import Appointment
from portal.access import EVERYTHING, GET_NOTICES
from portal.addresses import BadAddress, address_key
from portal.database import db
from portal.models import Account, Link, Profile

OWN = "own"


@dataclass(frozen=True)
class Recipient:
    """An account through its link, or (both None) the address the practice keeps for the person."""

    address: str
    account: Account | None = None
    link: Link | None = None

    @property
    def is_own(self) -> bool:
        """Whether the reader is the person the appointment is for."""
        return self.link is None or self.link.relationship == "self"

    @property
    def who(self) -> str:
        """The same word when the mail is queued and when it is sent, even if the person made an account in between."""
        return OWN if self.is_own else f"account {self.account.id}"


def links_to(profile: Profile) -> list[Link]:
    """All links to a person, ended ones too; their own first."""
    query = select(Link).where(Link.profile_id == profile.id).options(joinedload(Link.account))
    return list(db.session.scalars(query.order_by(Link.relationship != "self", Link.id)))


def recipients(appointment: Appointment, links: list[Link], now: datetime, by_id: int | None = None) -> list[Recipient]:
    """Everyone to tell. `links` are `links_to` the person; `by_id` is the account that did it: it is told even without notices.

    Somebody who refused mail is not written to at their own address; others with a link to them are.
    """
    profile, on = appointment.profile, now.astimezone(ZoneInfo(appointment.practice.zone)).date()
    found = [Recipient(link.account.email, link.account, link) for link in links if _gets(link, appointment, on, by_id)]
    return _mailed(profile, links, found, on)


def _mailed(profile: Profile, links: list[Link], found: list[Recipient], on: date) -> list[Recipient]:
    """These and the address the practice keeps; nobody twice, and not the person if they refused mail."""
    if _own_address(profile, links, on):
        found = [*found, Recipient(profile.email)]
    if profile.email_refused_at:
        found = [one for one in found if not one.is_own]
    return _once(_once(found, lambda one: one.who), lambda one: _key(one.address))


def readers(appointment: Appointment, links: list[Link], now: datetime) -> list[Recipient]:
    """Everyone who may read all of it, whether they asked for notices or not: for what is sent because they asked for it."""
    on = now.astimezone(ZoneInfo(appointment.practice.zone)).date()
    whole = [link for link in links if _live(link, on) and seen(link, appointment, on) == EVERYTHING]
    return _mailed(appointment.profile, links, [Recipient(link.account.email, link.account, link) for link in whole], on)


def _once(found: list[Recipient], name) -> list[Recipient]:
    """The first of each name."""
    return list({name(one): one for one in reversed(found)}.values())[::-1]


def _key(address: str) -> str:
    """For comparing; what staff once typed into a record need not be an address, and is compared as it is."""
    try:
        return address_key(address)
    except BadAddress:
        return address


def _gets(link: Link, appointment: Appointment, on: date, by_id: int | None) -> bool:
    if not _live(link, on) or seen(link, appointment, on) is None:
        return False
    return link.allows(GET_NOTICES, on) or link.account_id == by_id


def _live(link: Link, on: date) -> bool:
    return link.account.is_active and link.is_live(on)


def _own_address(profile: Profile, links: list[Link], on: date) -> bool:
    """Whether to use the address in the person's record: not when they sign in themselves, nor when it is one that somebody has or had whose
    access has ended or does not include notices, nor while they are kept safe: nobody knows in which home it is read."""
    if not profile.email or profile.is_safe or any(_live(link, on) and link.relationship == "self" for link in links):
        return False
    key = _key(profile.email)
    return not any(key in link.account.keys for link in links)
