"""What people changed of their records online and nobody of the practice has noted yet. Reads, the first argument is who asks; and noting, a use case."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import CTE, select
from sqlalchemy.orm import aliased, joinedload

from portal import tombstones
from portal.database import db
from portal.models import Link, OwnChange, Profile, StaffMember

_WAITS = OwnChange.noted_at.is_(None)


def waiting(staff: StaffMember, *which, most: int) -> list[tuple[OwnChange, Profile, bool]]:
    """With the person who stands for the record, and whether they did it themselves; the latest first. `which`: conditions on Profile."""
    heirs = _heirs(staff.practice_id)
    found = (
        select(OwnChange, Profile, Link.relationship)
        .join(heirs, heirs.c.whose == OwnChange.profile_id)
        .join(Profile, Profile.id == heirs.c.at)
        .join(Link, Link.id == OwnChange.link_id)
        .where(OwnChange.practice_id == staff.practice_id, _WAITS, Profile.merged_at.is_(None), *which)
        .options(joinedload(OwnChange.account))
    )
    rows = db.session.execute(found.order_by(OwnChange.changed_at.desc(), OwnChange.id.desc()).limit(most))
    return [(change, profile, relationship == "self") for change, profile, relationship in rows]


def _heirs(practice_id: int) -> CTE:
    """Whose record it was, and each that stood for it since: merges of merges, too."""
    heirs = (
        select(OwnChange.profile_id.label("whose"), OwnChange.profile_id.label("at"))
        .where(OwnChange.practice_id == practice_id, _WAITS)
        .cte(recursive=True)
    )
    merged = aliased(Profile)
    into = select(heirs.c.whose, merged.replaced_by_id).join(merged, merged.id == heirs.c.at).where(merged.replaced_by_id.is_not(None))
    return heirs.union(into)


def of(person: Profile) -> list[OwnChange]:
    """Everything that waits about one person, the oldest first."""
    return list(db.session.scalars(_about(person).options(joinedload(OwnChange.account)).order_by(OwnChange.id)))


def note(staff: StaffMember, person: Profile, up_to: int, now: datetime) -> int:
    """Put away what was shown: all up to this id. How many that were."""
    rows: Iterable[OwnChange] = db.session.scalars(_about(person).where(OwnChange.id <= up_to).order_by(OwnChange.id).with_for_update())
    count = 0
    for row in rows:
        row.noted_at, row.noted_by_id, count = now, staff.account_id, count + 1
    return count


def _about(person: Profile):
    return select(OwnChange).where(OwnChange.profile_id.in_([person.id, *tombstones.sources(person)]), _WAITS)
