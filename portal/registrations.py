"""Staff answer a new registration: somebody new, or later (MISSION M4). "The same person" is a merge (portal/merges.py).

Until then the person books all the same, but for what a practice keeps for people it knows. Use cases: run them through `transact`.
"""

from collections.abc import Collection
from datetime import datetime

from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from sqlalchemy import select

from portal import ledger, lookalikes
from portal.database import db
from portal.errors import DomainError
from portal.filters import age_in_words
from portal.models import DifferentPeople, Merge, MergeChange, Profile, Registration, StaffMember
from portal.models.merge import ONE_CLICK


class AnsweredAlready(DomainError):
    """Somebody else was faster; `message` says who and when."""


class TooLateToTakeBack(DomainError):
    message = lazy_gettext("This can no longer be undone. If it is the same person after all, merge the two records.")


def accept(staff: StaffMember, registration: Registration, now: datetime, different_from: Collection[Profile] = ()) -> Registration:
    """Somebody new; the records in `different_from`, which looked alike, are other people and never proposed again.

    Pressed twice by the same person it is done once. Raises AnsweredAlready.
    """
    registration = _locked([registration], different_from)[0]
    if registration.accepted_at and registration.answered_by_id == staff.account_id:
        return registration
    _must_wait(registration, now)
    _accept(staff, registration, now)
    for other in sorted(different_from, key=lambda one: one.id):
        if not other.is_merged and other.practice_id == staff.practice_id and other.id != registration.profile_id:
            lookalikes.remember_different(registration.profile, other, now, staff)
    return registration


def accept_many(staff: StaffMember, registrations: Collection[Registration], now: datetime) -> tuple[int, int]:
    """Those who look like nobody, judged again under the lock: how many were accepted, and how many were left for somebody to look at.
    What was answered meanwhile counts as neither."""
    waiting = [one for one in _locked(registrations) if one.is_waiting]
    alike = lookalikes.like_each([one.profile for one in waiting])
    new = [one for one in waiting if not alike.get(one.profile_id)]
    for registration in new:
        _accept(staff, registration, now)
    return len(new), len(waiting) - len(new)


def take_back(staff: StaffMember, registration: Registration, now: datetime) -> Registration:
    """The acceptance was a slip: it waits again, and what it said about others is forgotten. Raises TooLateToTakeBack."""
    registration = _locked([registration])[0]
    if registration.is_waiting:
        return registration
    if not may_take_back(registration, now):
        raise TooLateToTakeBack()
    profile = registration.profile
    for other in _told_apart_by(registration):
        lookalikes.take_back(profile, other, now, staff)
    profile.provisional_at = registration.created_at
    registration.accepted_at = registration.answered_by_id = registration.later_at = None
    ledger.record("acceptance_taken_back", now, profile=profile, account=staff.account, **{"as": "staff"})
    db.session.flush()
    return registration


def take_back_many(staff: StaffMember, registrations: Collection[Registration], now: datetime) -> int:
    """The same for those who were accepted together, as far as it can still be done: how many wait again."""
    back = [one for one in _locked(registrations) if may_take_back(one, now)]
    for registration in back:
        take_back(staff, registration, now)
    return len(back)


def put_off(staff: StaffMember, registration: Registration, now: datetime, later: bool = True) -> Registration:
    """It waits behind the others; with `later` False among them again. Raises AnsweredAlready."""
    registration = _locked([registration])[0]
    _must_wait(registration, now)
    registration.later_at = now if later else None
    db.session.flush()
    return registration


def may_take_back(registration: Registration, now: datetime) -> bool:
    """For as long as a merge can be undone with one click, and while the record stands. What a merge answered, its own undo takes back."""
    return registration.id in to_take_back([registration], now)


def to_take_back(registrations: Collection[Registration], now: datetime) -> set[int]:
    """Ids of those that may be taken back; one statement."""
    recent = {one.id for one in registrations if one.accepted_at and now <= one.accepted_at + ONE_CLICK and not one.profile.is_merged}
    if not recent:
        return set()
    answered = (MergeChange.table_name == Registration.__tablename__, MergeChange.row_id.in_(recent), Merge.undone_at.is_(None))
    changes = db.session.execute(
        select(MergeChange.row_id, MergeChange.after).join(Merge, Merge.id == MergeChange.merge_id).where(*answered)
    )
    return recent - {row_id for row_id, after in changes if "accepted_at" in after}


def _locked(registrations: Collection[Registration], others: Collection[Profile] = ()) -> list[Registration]:
    """As they are now, ours to change: first the people in the order of their ids, as a merge locks them, then the registrations."""
    people = {one.profile_id for one in registrations} | {one.id for one in others}
    _lock(Profile, people)
    return _lock(Registration, {one.id for one in registrations})


def _lock(model, ids: set[int]) -> list:
    found = select(model).where(model.id.in_(ids)).order_by(model.id).with_for_update(key_share=True)
    return list(db.session.scalars(found.execution_options(populate_existing=True)))


def _must_wait(registration: Registration, now: datetime) -> None:
    if registration.is_waiting:
        return
    at = registration.accepted_at or registration.merged_at or registration.declined_at
    facts = {
        "name": registration.answered_by.name if registration.answered_by else _("Somebody"),
        "ago": age_in_words(at, now, locale=get_locale()),
    }
    if registration.accepted_at:
        raise AnsweredAlready(_("%(name)s accepted this person as new %(ago)s.", **facts))
    raise AnsweredAlready(_("%(name)s answered this %(ago)s.", **facts))


def _accept(staff: StaffMember, registration: Registration, now: datetime) -> None:
    registration.profile.provisional_at = None
    registration.accepted_at, registration.answered_by_id, registration.later_at = now, staff.account_id, None
    ledger.record("accepted_as_new", now, profile=registration.profile, account=staff.account, **{"as": "staff"})
    db.session.flush()


def _told_apart_by(registration: Registration) -> list[Profile]:
    """Whom this acceptance called somebody else."""
    decision = (DifferentPeople.decided_at == registration.accepted_at, DifferentPeople.decided_by_id == registration.answered_by_id)
    mine = (DifferentPeople.one_id == registration.profile_id) | (DifferentPeople.other_id == registration.profile_id)
    pairs = db.session.scalars(select(DifferentPeople).where(*decision, mine, DifferentPeople.taken_back_at.is_(None)))
    ids = {id_ for pair in pairs for id_ in (pair.one_id, pair.other_id)} - {registration.profile_id}
    return list(db.session.scalars(select(Profile).where(Profile.id.in_(ids)).order_by(Profile.id)))
