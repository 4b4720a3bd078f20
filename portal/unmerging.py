"""Taking a merge back (MISSION F8): by one click for 30 days, afterwards by an admin who says why. Use cases: run them through `transact`.

What the merge changed returns, but never over what was changed since, and never access that was ended since. Rows made since are
assigned one by one.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from flask_babel import lazy_gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from portal import ledger, merge_made, merge_parts
from portal import merge_undo as undo
from portal.access import ADMIN
from portal.database import db
from portal.errors import DomainError
from portal.merge_journal import model_of
from portal.merges import lock_access
from portal.merge_undo import changed_details, changes_of
from portal.models import Link, Merge, MergeChange, Profile, StaffMember
from portal.uniting import SOURCE, TARGET

WORDS = (merge_made,)  # imported, so that there are words for access and invitations made since


class NotMerged(DomainError):
    """It is not this practice's, or has been taken back already."""

    message = _("This merge was taken back already.")


class LaterMergeFirst(DomainError):
    """`facts["merge"]` has to be taken back before this one."""

    message = _("Another merge was made after this one and builds on it. Take that one back first.")


class NeedsReview(DomainError):
    """More than 30 days ago: an admin takes it back, and says why."""

    status = 403
    message = _("This merge is more than 30 days old. An admin can take it back, and says why.")


class NotAssigned(DomainError):
    """`facts["items"]`: what was made since and still needs a side."""

    status = 422
    message = _("Choose whose each of these is.")


class Item(NamedTuple):
    """Something made or changed since the merge: `key` names it in forms, `side` is the proposal ("source" or "target")."""

    key: str
    words: str
    at: datetime | None
    side: str


def items(merge: Merge) -> list[Item]:
    """Everything that has to be assigned before the merge can be taken back, in a steady order. A read."""
    changes = changes_of(merge)
    back = [one.row_id for one in changes if one.table_name == Link.__tablename__]
    found = [_detail_item(name) for name in changed_details(merge, changes)]
    for table_name, ids in made_since(merge, changes).items():
        told = merge_parts.described(table_name, merge, ids, back)
        found += [Item(f"{table_name}:{row_id}", one.words, one.at, SOURCE if one.is_sources else TARGET) for row_id, one in sorted(told.items())]
    return found


def _detail_item(name: str) -> Item:
    return Item(f"profiles:{name}", name, None, TARGET)


def blocked_by(merge: Merge) -> Merge | None:
    """A merge that was made later and stands on this one: it has to be taken back first."""
    if merge.target.is_merged:
        return db.session.scalar(select(Merge).where(Merge.source_id == merge.target_id, Merge.undone_at.is_(None)))
    mine = {(one.table_name, one.row_id): _changed(one) for one in changes_of(merge)}
    later = select(MergeChange, Merge).join(Merge, Merge.id == MergeChange.merge_id)
    later = later.where(Merge.id > merge.id, Merge.undone_at.is_(None), Merge.practice_id == merge.practice_id)
    later = later.where(MergeChange.row_id.in_({row_id for _table, row_id in mine})).order_by(Merge.id.desc())
    for change, other in db.session.execute(later):
        touched = mine.get((change.table_name, change.row_id))
        if touched is None:
            continue
        if change.table_name != Profile.__tablename__ or touched & _changed(change):
            return other
    return None


def unmerge(staff: StaffMember, merge: Merge, sides: Mapping[str, str], now: datetime, why: str = "") -> Merge:
    """Two records again. `sides`: key of an item → "source" or "target".

    Raises NotMerged, NeedsReview, LaterMergeFirst, NotAssigned.
    """
    merge = _locked(staff, merge)
    if not merge.is_recent(now) and (staff.role != ADMIN or not why.strip()):
        raise NeedsReview()
    later = blocked_by(merge)
    if later is not None:
        raise LaterMergeFirst(merge=later)
    asked = items(merge)
    missing = [one for one in asked if sides.get(one.key) not in (SOURCE, TARGET)]
    if missing:
        raise NotAssigned(items=missing)
    undo.run(merge, {one.key: sides[one.key] for one in asked}, now)
    merge.undone_at, merge.undone_by_id, merge.undone_why = now, staff.account_id, why.strip()
    db.session.flush()
    for person in (merge.target, merge.source):
        ledger.record("unmerged", now, profile=person, account=staff.account, merge=merge.id, **{"as": "staff"})
    return merge


def _locked(staff: StaffMember, merge: Merge) -> Merge:
    ids = sorted((merge.source_id, merge.target_id))
    found = select(Profile).where(Profile.id.in_(ids), Profile.practice_id == staff.practice_id).order_by(Profile.id)
    people = db.session.scalars(
        found.options(joinedload(Profile.practice)).with_for_update(of=Profile).execution_options(populate_existing=True)
    ).all()
    merge = db.session.get(Merge, merge.id, with_for_update=True, populate_existing=True)
    if len(people) != 2 or merge is None or merge.is_undone:
        raise NotMerged()
    lock_access([merge.target_id])
    return merge


def _changed(change: MergeChange) -> set[str]:
    return {name for name, value in change.after.items() if change.before[name] != value}


def made_since(merge: Merge, changes: list[MergeChange]) -> dict[str, list[int]]:
    """Table name → ids of rows that are the target's now, and were neither its own before nor came over with this merge or a later one."""
    found = {}
    for place, stood in merge.stood.items():
        table_name, column = place.split(".")
        model = model_of(table_name)
        mine = {one.row_id for one in changes if one.table_name == table_name}
        theirs = select(MergeChange.row_id).join(Merge, Merge.id == MergeChange.merge_id)
        theirs = theirs.where(MergeChange.table_name == table_name, Merge.id > merge.id, Merge.target_id == merge.target_id, Merge.undone_at.is_(None))
        now = db.session.scalars(select(model.id).where(getattr(model, column) == merge.target_id).order_by(model.id))
        known = {*stood, *mine, *db.session.scalars(theirs)}
        found[table_name] = [row_id for row_id in now if row_id not in known]
    return found

