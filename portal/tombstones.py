"""Records that were merged into another: who stands for them now, and whom a record has taken in."""

from sqlalchemy import select

from portal.database import db
from portal.models import Link, Profile

_FARTHEST = 50  # merges of merges, one after another


def survivor(profile: Profile) -> Profile:
    """The record that stands for this one, itself if it was never merged."""
    for _step in range(_FARTHEST):
        if profile.replaced_by_id is None:
            return profile
        profile = db.session.get(Profile, profile.replaced_by_id)
    raise RuntimeError(f"merged in a circle: {profile.id}")


def sources(profile: Profile) -> list[int]:
    """Ids of all records that went into this one, those of merges of merges too; one statement a generation."""
    found, newest = [], [profile.id]
    while newest:
        newest = list(db.session.scalars(select(Profile.id).where(Profile.replaced_by_id.in_(newest)).order_by(Profile.id)))
        found += newest
    return found


def carrier(link: Link) -> Link:
    """The link in which this one's access goes on since a merge; itself if none does."""
    for _step in range(_FARTHEST):
        if link.united_with_id is None:
            return link
        link = db.session.get(Link, link.united_with_id)
    raise RuntimeError(f"united in a circle: {link.id}")
