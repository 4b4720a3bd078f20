"""Records that were merged into another: who stands for them now, and whom a record has taken in."""

from sqlalchemy import select

from portal.database import db
from portal.errors import Gone
from portal.models import Link, Profile

_FARTHEST = 50  # merges of merges, one after another


def survivor(profile: Profile) -> Profile:
    """The record that stands for this one, itself if it was never merged."""
    for _step in range(_FARTHEST):
        if profile.replaced_by_id is None:
            return profile
        profile = db.session.get(Profile, profile.replaced_by_id)
    raise RuntimeError(f"merged in a circle: {profile.id}")


def standing(profile_id: int) -> Profile:
    """The same, locked, as it is in the database now. Raises Gone."""
    for _step in range(_FARTHEST):
        profile = db.session.get(Profile, profile_id, with_for_update=True, populate_existing=True)
        if profile is None:
            raise Gone()
        if not profile.is_merged:
            return profile
        profile_id = profile.replaced_by_id
    raise RuntimeError(f"merged in a circle: {profile_id}")


def sources(profile: Profile) -> list[int]:
    """Ids of all records that went into this one, those of merges of merges too; one statement a generation."""
    found, newest = [], [profile.id]
    while newest:
        newest = list(db.session.scalars(select(Profile.id).where(Profile.replaced_by_id.in_(newest)).order_by(Profile.id)))
        found += newest
    return found


def standing_for(practice_id: int, public_id: str) -> Profile | None:
    """The record that stands for one of this practice which was merged away; None for every other id."""
    merged = (Profile.public_id == public_id, Profile.practice_id == practice_id, Profile.merged_at.is_not(None))
    found = db.session.scalar(select(Profile).where(*merged))
    standing = survivor(found) if found is not None else None
    return None if standing is None or standing.is_merged else standing


def carrier(link: Link) -> Link:
    """The link in which this one's access goes on since a merge; itself if none does."""
    carried = carried_by(link.id)
    return link if carried == link.id else db.session.get(Link, carried)


def going_on(link_id: int) -> Link | None:
    """The link in which the access of one with this id goes on; None if there is no such link."""
    return db.session.get(Link, carried_by(link_id))


def carried_by(link_id: int) -> int:
    """The same by ids, as it is in the database now."""
    for _step in range(_FARTHEST):
        into = db.session.scalar(select(Link.united_with_id).where(Link.id == link_id))
        if into is None:
            return link_id
        link_id = into
    raise RuntimeError(f"united in a circle: {link_id}")
