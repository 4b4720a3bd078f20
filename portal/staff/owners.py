"""Whose address it is: so that nobody is let into somebody else's record by a name chosen too quickly from a list."""

from sqlalchemy import and_, func, or_, select

from portal.access import SELF
from portal.addresses import address_key
from portal.database import db
from portal.models import Account, Link, Profile, StaffMember
from portal.staff.finding import seen_by


def somebody_else(staff: StaffMember, person: Profile, address: str) -> tuple[bool, str]:
    """Whether the address is known at the practice as that of somebody else than the person: of an account that sees people here, or
    of another record; and their name if this staff member may see it, else an empty string. Two statements at most."""
    here = (Profile.practice_id == staff.practice_id, Profile.merged_at.is_(None))
    seen = and_(*seen_by(staff))
    theirs = (
        Account.email_key == address_key(address),
        Link.revoked_at.is_(None),
        or_(Link.profile_id != person.id, Link.relationship != SELF),
    )
    acting = select(Account, seen).join(Link, Link.account_id == Account.id).join(Link.profile).where(*here, *theirs)
    found = db.session.execute(acting.order_by(seen.desc(), Link.relationship != SELF, Link.id).limit(1)).first()
    if found is None:
        others = select(Profile, seen).where(*here, Profile.id != person.id, func.lower(Profile.email) == address.lower())
        found = db.session.execute(others.order_by(seen.desc(), Profile.born_on, Profile.id).limit(1)).first()
    return found is not None, found[0].name if found and found[1] else ""
