"""Who may read and change a person's details online, and what of them is somebody else's. The first argument is who asks, through a link."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from portal import access
from portal.access import EVERYTHING, MANAGE_ACCESS
from portal.addresses import BadAddress, address_key
from portal.database import db
from portal.folding import fold
from portal.models import Contact, Link, Profile


def sees(link: Link, on: date) -> bool:
    """The person; and who sees everything of them, unless they are kept safe: then nobody knows in which home an address is."""
    may = link.permissions_on(on)
    return bool(may) if link.is_self else access.level(may) == EVERYTHING and not link.profile.is_safe


def changes(link: Link, on: date) -> bool:
    return sees(link, on) and (link.is_self or link.allows(MANAGE_ACCESS, on))


class Others(NamedTuple):
    """How the others who act, or acted, for a person are reached: it may stand in the person's record, and is theirs all the same."""

    addresses: frozenset[str] = frozenset()
    phones: frozenset[str] = frozenset()
    streets: frozenset[str] = frozenset()

    def has_phone(self, number: str) -> bool:
        return number in self.phones

    def has_address(self, address: str) -> bool:
        return bool(address) and _key(address) in self.addresses

    def has_street(self, street: str) -> bool:
        return bool(street) and fold(street) in self.streets

    def has_contact(self, contact: Contact) -> bool:
        return self.has_phone(contact.phone) or self.has_address(contact.email)


def others_of(link: Link) -> Others:
    """For the person themselves nothing is somebody else's. What the reader has too is theirs as well. Two statements."""
    if link.is_self:
        return Others()
    rows = list(db.session.scalars(select(Link).where(Link.profile_id == link.profile_id).options(joinedload(Link.account))))
    accounts = {row.account_id: row.account for row in rows if not row.is_self} | {link.account_id: link.account}
    mine = (Link.account_id.in_(accounts), Link.relationship == access.SELF, Link.practice_id == link.practice_id)
    records = list(db.session.execute(select(Link.account_id, Profile).join(Link.profile).where(*mine)))
    theirs, own = (_reach(accounts, records, [one for one in accounts if (one == link.account_id) == is_mine]) for is_mine in (False, True))
    return Others(*(them - me for them, me in zip(theirs, own)))


def _reach(accounts: dict, records: list, ids: Iterable[int]) -> Others:
    people = [profile for account_id, profile in records if account_id in ids]
    keys = {key for one in ids for key in accounts[one].keys} | {_key(one.email) for one in people if one.email}
    phones = {accounts[one].phone for one in ids} | {one.phone for one in people}
    return Others(frozenset(keys), frozenset(phones - {""}), frozenset(fold(one.street) for one in people if one.street))


def _key(address: str) -> str:
    try:
        return address_key(address)
    except BadAddress:
        return address.casefold()
