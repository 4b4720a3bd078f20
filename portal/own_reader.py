"""Where the person themselves reads mail: their own account, or the address the practice keeps, unless it may be somebody else's."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from portal.addresses import BadAddress, address_key, clean_address
from portal.database import db
from portal.models import Account, Link, Practice, Profile


class OwnReader(NamedTuple):
    """`account` None: only the address in the practice's record."""

    address: str
    account: Account | None


def find(profile: Profile, on: date, shared: frozenset[str] | None = None) -> OwnReader | None:
    """Where to write to the person on a date; None: nowhere, or they refused mail. `shared`: see `own_address`.

    While they are kept safe, only at an account of their own: nobody knows in which home the address on record is read.
    """
    if profile.email_refused_at:
        return None
    everybody = list(
        db.session.scalars(select(Link).where(Link.profile_id == profile.id).options(joinedload(Link.account)).order_by(Link.id))
    )
    own = next((link for link in everybody if link.is_self and link.is_live(on) and link.account.is_active), None)
    if own is not None:
        return OwnReader(own.account.email, own.account)
    if profile.is_safe:
        return None
    address = own_address(profile, everybody, shared)
    return OwnReader(address, None) if address else None


def own_address(profile: Profile, everybody: Iterable[Link], shared: frozenset[str] | None = None) -> str:
    """The address in the record, or an empty string when it is none, or one that an account has or had which acts, or once acted, for the
    person, or that of somebody else's record at the practice. Who asks for many gives `shared`, `shared_addresses` of the practice."""
    try:
        address = clean_address(profile.email)
    except BadAddress:
        return ""
    if any(address_key(address) in link.account.keys for link in everybody if not link.is_self):
        return ""
    is_shared = address.lower() in shared if shared is not None else _is_on_another_record(profile, address)
    return "" if is_shared else address


def shared_addresses(practice: Practice) -> frozenset[str]:
    """Every address that stands on several records of a practice, in small letters."""
    key = func.lower(Profile.email)
    here = (Profile.practice_id == practice.id, Profile.email != "", Profile.merged_at.is_(None))
    return frozenset(db.session.scalars(select(key).where(*here).group_by(key).having(func.count() > 1)))


def _is_on_another_record(profile: Profile, address: str) -> bool:
    others = (Profile.practice_id == profile.practice_id, Profile.id != profile.id, Profile.merged_at.is_(None))
    return db.session.scalar(select(Profile.id).where(*others, func.lower(Profile.email) == address.lower()).limit(1)) is not None
