"""Merges as staff find them again: of the whole practice, and of one person."""

from collections.abc import Collection

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from portal.database import db
from portal.models import Merge, MergeChange, Profile, StaffMember
from portal.paging import Page, paged

_WHOLE = [joinedload(column) for column in (Merge.source, Merge.target, Merge.merged_by, Merge.undone_by)]


def listed(staff: StaffMember, page: int) -> Page:
    """A page of all merges of the practice, the latest first; those taken back too."""
    found = select(Merge).where(Merge.practice_id == staff.practice_id).options(*_WHOLE)
    return paged(found, page, Merge.merged_at.desc(), Merge.id.desc())


def merge_of(staff: StaffMember, public_id: str) -> Merge | None:
    """One of the staff member's own practice, standing or taken back."""
    return db.session.scalar(select(Merge).where(Merge.public_id == public_id, Merge.practice_id == staff.practice_id).options(*_WHOLE))


def standing_of(staff: StaffMember, public_id: str) -> Merge | None:
    """The merge that made the record of this public id a tombstone."""
    mine = (Profile.public_id == public_id, Merge.practice_id == staff.practice_id, Merge.undone_at.is_(None))
    return db.session.scalar(select(Merge).join(Profile, Profile.id == Merge.source_id).where(*mine).options(*_WHOLE))


def standing_in(staff: StaffMember, person: Profile) -> list[Merge]:
    """The merges that took a record into this person's and were not taken back, the latest first."""
    mine = (Merge.target_id == person.id, Merge.practice_id == staff.practice_id, Merge.undone_at.is_(None))
    return list(db.session.scalars(select(Merge).where(*mine).options(*_WHOLE).order_by(Merge.id.desc())))


def gone_over(staff: StaffMember, merges: Collection[Merge], table_name: str) -> dict[int, int]:
    """Merge id → how many rows of a table it changed; one statement."""
    theirs = (
        MergeChange.merge_id.in_([one.id for one in merges]),
        MergeChange.practice_id == staff.practice_id,
        MergeChange.table_name == table_name,
    )
    return (
        dict(db.session.execute(select(MergeChange.merge_id, func.count()).where(*theirs).group_by(MergeChange.merge_id)).all())
        if merges
        else {}
    )


def of_targets(merges: Collection[Merge]) -> dict[int, tuple[dict, dict]]:
    """Merge id → the columns of the surviving record that it changed, before and after, as the journal keeps them; one statement."""
    mine = (
        MergeChange.merge_id.in_([one.id for one in merges]),
        MergeChange.table_name == Profile.__tablename__,
        MergeChange.row_id == Merge.target_id,
    )
    found = select(MergeChange).join(Merge, Merge.id == MergeChange.merge_id).where(*mine).order_by(MergeChange.id)
    return {one.merge_id: (one.before, one.after) for one in db.session.scalars(found)} if merges else {}


def rows_of(model: type, ids: Collection[int]) -> list:
    """Rows that a journal names, in the order they were made."""
    return list(db.session.scalars(select(model).where(model.id.in_(ids)).order_by(model.id))) if ids else []
