"""Taking a merge back (MISSION F8): by one click for 30 days, afterwards by an admin who says why. Use cases: run them through `transact`.

What the merge changed returns, but never over what was changed since, and never access that was ended since. Rows made since are
assigned one by one.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import NamedTuple

from flask_babel import lazy_gettext as _
from sqlalchemy import and_, select
from sqlalchemy.orm import aliased, joinedload

from portal import ledger, merge_made, merge_parts, tombstones
from portal import merge_undo as undo
from portal.among import among
from portal.database import db
from portal.errors import DomainError
from portal.merge_journal import PRIMARY, model_of
from portal.merges import lock_access
from portal.merge_undo import changed_details, changes_of
from portal.models import Link, Merge, MergeChange, Profile, StaffMember
from portal.permissions import TEAM
from portal.uniting import SOURCE, TARGET

WORDS = (merge_made,)  # imported, so that there are words for access and invitations made since


class NotMerged(DomainError):
    """It is not this practice's, or has been taken back already."""

    message = _("This merge was taken back already.")


class LaterMergeFirst(DomainError):
    """`facts["merge"]` has to be taken back before this one."""

    message = _("Another merge was made after this one and builds on it. Take that one back first.")


class Forgotten(DomainError):
    message = _("This person was forgotten, and what the merge knew with them. It cannot be taken back.")


class NeedsReview(DomainError):
    """More than 30 days ago: an admin takes it back, and says why."""

    status = 403
    message = _("This merge is more than 30 days old. An admin can take it back, and says why.")


class NotAssigned(DomainError):
    """`facts["items"]`: what was made since and still needs a side."""

    status = 422
    message = _("Choose whose each of these is.")


class Item(NamedTuple):
    """Something made or changed since the merge: `key` names it in forms, `side` is the proposal ("source" or "target"). `also`: keys of
    what goes along with it, as the invitation that access came of. `by_id`: as merge_parts.Made."""

    key: str
    words: str
    at: datetime | None
    side: str
    also: tuple[str, ...] = ()
    by_id: int | None = None

    @property
    def keys(self) -> tuple[str, ...]:
        return (self.key, *self.also)


def items(merge: Merge) -> list[Item]:
    """Everything that has to be assigned before the merge can be taken back, in a steady order. A read."""
    changes = changes_of(merge)
    back = [one.row_id for one in changes if one.table_name == Link.__tablename__]
    found = [_detail_item(name) for name in changed_details(merge, changes)]
    made = made_since(merge, changes)
    of_links = merge_made.invitations_of(made)
    along = {one for several in of_links.values() for one in several}
    for table_name, ids in made.items():
        told = merge_parts.described(table_name, merge, ids, back)
        # the first table: what was done through access that is rather the source's is the source's too
        if table_name == Link.__tablename__:
            back += [row_id for row_id, one in told.items() if one.is_sources]
        for row_id, one in sorted(told.items()):
            key, side = f"{table_name}:{row_id}", SOURCE if one.is_sources else TARGET
            if key not in along:
                found.append(Item(key, one.words, one.at, side, of_links.get(key, ()), one.by_id))
    return found


def _detail_item(name: str) -> Item:
    return Item(f"profiles:{name}", name, None, TARGET)


def blocked_by(merge: Merge) -> Merge | None:
    """A merge that was made later and stands on this one: it has to be taken back first."""
    return blocked([merge]).get(merge.id)


def blocked(merges: Collection[Merge]) -> dict[int, Merge]:
    """Merge id → the later one that stands on it; two statements for any number of merges."""
    standing = (Merge.undone_at.is_(None), Merge.practice_id == merges[0].practice_id) if merges else ()
    if not standing:
        return {}
    into = select(Merge).where(among(Merge.source_id, {one.target_id for one in merges}), *standing).options(joinedload(Merge.source))
    gone = {one.source_id: one for one in db.session.scalars(into.options(joinedload(Merge.target)))}
    found = {one.id: gone[one.target_id] for one in merges if one.target_id in gone}
    mine, theirs = aliased(MergeChange), aliased(MergeChange)
    same = (theirs.table_name == mine.table_name, theirs.row_id == mine.row_id, theirs.merge_id > mine.merge_id)
    both = select(mine, theirs, Merge).join(theirs, and_(*same)).join(Merge, Merge.id == theirs.merge_id)
    touched = both.where(among(mine.merge_id, {one.id for one in merges} - found.keys()), *standing).order_by(Merge.id.desc())
    for change, later, merge in db.session.execute(touched.options(joinedload(Merge.source), joinedload(Merge.target))):
        if change.table_name != Profile.__tablename__ or _changed(change) & _changed(later):
            found.setdefault(change.merge_id, merge)
    return found


def unmerge(staff: StaffMember, merge: Merge, sides: Mapping[str, str], now: datetime, why: str = "") -> Merge:
    """Two records again. `sides`: key of an item → "source" or "target".

    Raises NotMerged, Forgotten, NeedsReview, LaterMergeFirst, NotAssigned.
    """
    merge = _locked(staff, merge)
    if tombstones.survivor(merge.target).forgotten_at:
        raise Forgotten()
    if not merge.is_recent(now) and (not staff.may(TEAM) or not why.strip()):
        raise NeedsReview()
    later = blocked_by(merge)
    if later is not None:
        raise LaterMergeFirst(merge=later)
    asked = items(merge)
    missing = [one for one in asked if sides.get(one.key) not in (SOURCE, TARGET)]
    if missing:
        raise NotAssigned(items=missing)
    undo.run(merge, {key: sides[one.key] for one in asked for key in one.keys}, now)
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
        if place == PRIMARY:
            continue
        table_name, column = place.split(".")
        model = model_of(table_name)
        mine = {one.row_id for one in changes if one.table_name == table_name}
        theirs = select(MergeChange.row_id).join(Merge, Merge.id == MergeChange.merge_id)
        theirs = theirs.where(
            MergeChange.table_name == table_name, Merge.id > merge.id, Merge.target_id == merge.target_id, Merge.undone_at.is_(None)
        )
        now = db.session.scalars(select(model.id).where(getattr(model, column) == merge.target_id).order_by(model.id))
        known = {*stood, *mine, *db.session.scalars(theirs)}
        found[table_name] = [row_id for row_id in now if row_id not in known]
    return found
