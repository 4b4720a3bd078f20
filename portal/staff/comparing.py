"""The way to the comparison of two records: which of them would go, and its address."""

from flask import url_for

from portal.models import Profile, StaffMember


def to_go(one: Profile, other: Profile) -> tuple[Profile, Profile]:
    """Source and target of a merge, unless staff choose otherwise: who registered online goes, else the newer record."""
    newness = [(person.is_provisional, person.created_at, person.id) for person in (one, other)]
    return (one, other) if newness[0] > newness[1] else (other, one)


def address(staff: StaffMember, one: Profile, other: Profile) -> str:
    """The page that shows the two side by side."""
    source, target = to_go(one, other)
    return url_for("staff.merge", slug=staff.practice.slug, public_id=source.public_id, target_id=target.public_id)
