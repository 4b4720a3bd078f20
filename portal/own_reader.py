"""Where the person themselves reads mail: their own account, or the address the practice keeps, unless it may be somebody else's."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from portal.addresses import BadAddress, address_key, clean_address
from portal.database import db
from portal.models import Account, Link, Profile


class OwnReader(NamedTuple):
    """`account` None: only the address in the practice's record."""

    address: str
    account: Account | None


def find(profile: Profile, on: date) -> OwnReader | None:
    """Where to write to the person on a date; None: nowhere, or they refused mail."""
    if profile.email_refused_at:
        return None
    everybody = list(db.session.scalars(select(Link).where(Link.profile_id == profile.id).options(joinedload(Link.account)).order_by(Link.id)))
    own = next((link for link in everybody if link.is_self and link.is_live(on) and link.account.is_active), None)
    if own is not None:
        return OwnReader(own.account.email, own.account)
    address = own_address(profile, everybody)
    return OwnReader(address, None) if address else None


def own_address(profile: Profile, everybody: Iterable[Link]) -> str:
    """The address in the record, or an empty string when it is none, or that of an account that acts, or once acted, for the person,
    or of somebody else's record at the practice."""
    try:
        address = clean_address(profile.email)
    except BadAddress:
        return ""
    key = address_key(address)
    if key in {link.account.email_key for link in everybody if not link.is_self}:
        return ""
    same = Profile.practice_id == profile.practice_id, Profile.id != profile.id, Profile.merged_at.is_(None)
    shared = db.session.scalar(select(Profile.id).where(*same, db.func.lower(Profile.email) == address.lower()).limit(1))
    return "" if shared else address
