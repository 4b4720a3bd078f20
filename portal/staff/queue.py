"""The new registrations as staff read them: waiting, put off, answered; who made each, and what became of it."""

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, and_, func, not_, select
from sqlalchemy.orm import joinedload

from portal.access import SELF
from portal.database import db
from portal.models import Link, Merge, Profile, Registration, StaffMember
from portal.models.registration import ENDS, NOT_ANSWERED
from portal.paging import Page, paged

WAITING, LATER, ANSWERED = TABS = ("waiting", "later", "answered")
_OPEN = and_(*NOT_ANSWERED)
_ANSWERED_AT = func.coalesce(*ENDS)


class Counts(NamedTuple):
    """How many wait and were put off, and when the oldest that waits came (None when nobody does)."""

    waiting: int
    later: int
    oldest: datetime | None


def counts(staff: StaffMember) -> Counts:
    here = (Registration.practice_id == staff.practice_id, _OPEN)
    found = select(Registration.later_at.is_not(None), func.count(), func.min(Registration.created_at)).where(*here)
    by = {put_off: (number, oldest) for put_off, number, oldest in db.session.execute(found.group_by(Registration.later_at.is_not(None)))}
    waiting, oldest = by.get(False, (0, None))
    return Counts(waiting, by.get(True, (0, None))[0], oldest)


def registrations(staff: StaffMember, tab: str, page: int) -> Page:
    """Those that wait, the oldest first; of those answered the latest first."""
    order = (
        (_ANSWERED_AT.desc(), Registration.id.desc())
        if tab == ANSWERED
        else (Registration.later_at, Registration.created_at, Registration.id)
    )
    return paged(_of(staff).where(_in(tab)), page, *order)


def oldest(staff: StaffMember, most: int) -> list[Registration]:
    """The first of those that wait."""
    return list(db.session.scalars(_of(staff).where(_in(WAITING)).order_by(Registration.created_at, Registration.id).limit(most)))


def registration_of(staff: StaffMember, public_id: str) -> Registration | None:
    return db.session.scalar(_of(staff).where(Registration.public_id == public_id))


def several(staff: StaffMember, public_ids: Collection[str]) -> list[Registration]:
    return list(db.session.scalars(_of(staff).where(Registration.public_id.in_(public_ids)).order_by(Registration.id)))


def waiting_of(person: Profile) -> Registration | None:
    """The registration by which this person came, while nobody has answered it."""
    return db.session.scalar(select(Registration).where(Registration.profile_id == person.id, _OPEN))


def made_by(rows: Collection[Registration]) -> dict[int, str]:
    """Registration id → "Child of Priya Shah"; who registered themselves is not in it, merged since or not. One statement."""
    ids = {id_ for one in rows for id_ in (one.profile_id, one.profile.replaced_by_id) if id_}  # access follows a merge
    links = select(Link).where(Link.profile_id.in_(ids)).order_by(Link.id)
    kinds = {(link.profile_id, link.account_id): link.relationship for link in db.session.scalars(links)} if rows else {}
    words = {one.id: _words(_kind(one, kinds), one.account.name) for one in rows}
    return {id_: said for id_, said in words.items() if said}


def made_for(staff: StaffMember, ids: Collection[int]) -> dict[int, str]:
    """The same by profile id, of those among these people whose registration still waits. Two statements."""
    rows = list(db.session.scalars(_of(staff).where(Registration.profile_id.in_(ids), _OPEN))) if ids else []
    words = made_by(rows)
    return {one.profile_id: words[one.id] for one in rows if one.id in words}


def _kind(one: Registration, kinds: dict[tuple[int, int], str]) -> str:
    found = (kinds.get((id_, one.account_id), "") for id_ in (one.profile_id, one.profile.replaced_by_id))
    return next(filter(None, found), SELF if one.account.name == one.profile.name else "")


def merges_of(rows: Collection[Registration]) -> dict[int, Merge]:
    """Profile id → the merge that took it into another record. One statement."""
    ids = [one.profile_id for one in rows if one.profile.is_merged]
    found = (
        select(Merge)
        .where(Merge.source_id.in_(ids), Merge.undone_at.is_(None))
        .options(joinedload(Merge.target), joinedload(Merge.merged_by))
    )
    return {one.source_id: one for one in db.session.scalars(found)} if ids else {}


def _words(relationship: str, name: str) -> str:
    if relationship == SELF:
        return ""
    return {
        "parent": _("Child of %(name)s", name=name),
        "guardian": _("%(name)s is the legal guardian", name=name),
        "carer": _("Cared for by %(name)s", name=name),
    }.get(relationship, _("Registered by %(name)s", name=name))


def _of(staff: StaffMember):
    with_them = (joinedload(Registration.profile), joinedload(Registration.account), joinedload(Registration.answered_by))
    return select(Registration).where(Registration.practice_id == staff.practice_id).options(*with_them)


def _in(tab: str) -> ColumnElement[bool]:
    put_off = Registration.later_at.is_not(None)
    return {WAITING: and_(_OPEN, not_(put_off)), LATER: and_(_OPEN, put_off), ANSWERED: not_(_OPEN)}[tab]
