"""Staff add a person to their records, with or without an account to come (MISSION M3). A use case."""

from collections.abc import Collection
from datetime import datetime

from flask_babel import lazy_gettext as _
from sqlalchemy import select

from portal import ledger, lookalikes
from portal.database import db
from portal.errors import DomainError
from portal.lookalikes import Found
from portal.models import Practice, Profile, StaffMember


class LooksAlike(DomainError):
    """There are records like this that staff have not called somebody else: `found`, the best first."""

    message = _("There is a record that looks like this.")

    def __init__(self, found: list[Found]):
        super().__init__()
        self.found = found


def add(staff: StaffMember, facts: dict, now: datetime, *, different_from: Collection[str] = ()) -> Profile:
    """`facts` are columns of Profile; `different_from` the public ids of look-alikes that were shown and are other people, never to be
    proposed again. Raises LooksAlike when others look alike, so that pressing twice adds nobody twice. Nobody is written to."""
    # Two who add at the same practice take turns: the second sees whom the first has added.
    db.session.execute(select(Practice.id).where(Practice.id == staff.practice_id).with_for_update(key_share=True))
    person = Profile(practice_id=staff.practice_id, created_at=now, **facts)
    alike = _alike(staff, person, different_from)
    db.session.add(person)
    db.session.flush()
    ledger.record("added", now, profile=person, account=staff.account, **{"as": "staff"})
    for one in sorted(alike, key=lambda one: one.profile.id):
        lookalikes.remember_different(one.profile, person, now, staff)
    return person


def must_be_new(staff: StaffMember, facts: dict, different_from: Collection[str]) -> None:
    """Raises LooksAlike as `add` would. Reads only."""
    _alike(staff, Profile(practice_id=staff.practice_id, **facts), different_from)


def _alike(staff: StaffMember, person: Profile, different_from: Collection[str]) -> list[Found]:
    found = lookalikes.find(staff.practice, lookalikes.person_of(person, ()))
    if any(one.profile.public_id not in different_from for one in found):
        raise LooksAlike(found)
    return found
