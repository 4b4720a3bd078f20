"""How a merge is taken back, row by row: the journal read backwards. portal/unmerging.py says who may, when, and what is asked first."""

from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import select

from portal.access import effective, in_order, last_step
from portal.database import db
from portal.merge_journal import as_json, from_json, model_of, set_on
from portal.models import Invitation, LedgerLine, Link, Merge, MergeChange, Profile
from portal.models.invitation import UNANSWERED
from portal.reading import VIEWED
from portal.signals import profile_unmerged
from portal.uniting import DETAILS, GUARDS, SOURCE, after_undo, earliest

def changes_of(merge: Merge) -> list[MergeChange]:
    return list(db.session.scalars(select(MergeChange).where(MergeChange.merge_id == merge.id).order_by(MergeChange.id)))


def changed_details(merge: Merge, changes: list[MergeChange]) -> list[str]:
    """Names of details that the merge set on the surviving record and somebody has changed since."""
    mine = {name: value for one in changes if _is_about(one, merge.target) for name, value in one.after.items()}
    now = {name: as_json(getattr(merge.target, name)) for name in mine}
    return [name for name, columns in DETAILS.items() if any(column in mine and now[column] != mine[column] for column in columns)]


def run(merge: Merge, sides: dict[str, str], now: datetime) -> None:
    """`sides`: key of an item (portal/unmerging.py) → "source" or "target". Everything is locked already, but for the rows themselves."""
    changes, back = changes_of(merge), {}
    edited = {name: sides[f"profiles:{name}"] for name in changed_details(merge, changes)}
    carried = _carried(changes)
    _assign(merge, sides, back)
    for change in reversed(changes):
        row = db.session.get(model_of(change.table_name), change.row_id, populate_existing=True, with_for_update=True)
        if row is None:
            continue
        if _is_about(change, merge.target):
            _restore_details(merge, row, change, edited)
        elif isinstance(row, Link):
            _restore_link(row, change, carried.get(row.id))
        elif isinstance(row, Invitation):
            _restore_invitation(row, change)
        else:
            set_on(row, **_unchanged(row, change))
        if "profile_id" in change.before:
            back.setdefault(change.table_name, []).append(row.id)
    _take_lines_along(merge, back)
    profile_unmerged.send(None, merge=merge, back=back, now=now)


def _assign(merge: Merge, sides: dict[str, str], back: dict[str, list[int]]) -> None:
    """Rows made since that are the source's go there."""
    for key, side in sides.items():
        table_name, _colon, row_id = key.partition(":")
        if side == SOURCE and table_name != Profile.__tablename__:
            row = db.session.get(model_of(table_name), int(row_id), with_for_update=True)
            set_on(row, profile_id=merge.source_id, **({"primary_at": None} if isinstance(row, Link) else {}))
            back.setdefault(table_name, []).append(row.id)


def _restore_details(merge: Merge, target: Profile, change: MergeChange, edited: dict[str, str]) -> None:
    """Of the surviving record: a detail that was changed since stays whole, unless staff say that it is the source's."""
    values, source = _unchanged(target, change), merge.source
    for name, side in edited.items():
        columns = DETAILS[name]
        for column in columns:
            values.pop(column, None)
        if side == SOURCE:
            set_on(source, **{column: getattr(target, column) for column in columns})
            values |= {column: from_json(target, column, change.before[column]) for column in columns if column in change.before}
    said_since = {name: now for name in GUARDS if (now := getattr(target, name)) is not None and as_json(now) != change.after[name]}
    set_on(source, **{name: getattr(source, name) or now for name, now in said_since.items()})
    set_on(target, **values)


class Carried(NamedTuple):
    """What became of the access of a link that was united with another, in that other one: as the merge made it, and as it is now."""

    merged: frozenset[str]
    permissions: frozenset[str]
    revoked_at: datetime | None
    revoked_by_id: int | None
    ends_on: date | None  # a last day that was set since


def _carried(changes: list[MergeChange]) -> dict[int, Carried]:
    """Link id → what became of its access; read before anything is put back."""
    ours = [one for one in changes if one.table_name == Link.__tablename__]
    found = {}
    for one in ours:
        carrier = db.session.get(Link, one.after["united_with_id"], populate_existing=True) if one.after.get("united_with_id") else None
        if carrier is not None:
            made = next(change.after for change in ours if change.row_id == carrier.id and "profile_id" not in change.after)
            merged = frozenset(made.get("permissions", carrier.permissions))
            is_later = "ends_on" in made and as_json(carrier.ends_on) != made["ends_on"]
            found[one.row_id] = Carried(merged, frozenset(carrier.permissions), carrier.revoked_at, carrier.revoked_by_id, carrier.ends_on if is_later else None)
    return found


def _restore_link(link: Link, change: MergeChange, carried: Carried | None) -> None:
    """Access returns as it was, without what was taken since: in the link itself, or in the one that carried it."""
    values = _unchanged(link, change)
    if "permissions" in change.after:
        kept = after_undo(_before(link, change), frozenset(change.after["permissions"]), frozenset(link.permissions), is_target=True)
        values["permissions"] = [name for name in change.before["permissions"] if name in kept] if kept <= set(change.before["permissions"]) else in_order(kept)
    if carried is not None and "revoked_at" in values:
        values["revoked_at"], values["revoked_by_id"] = carried.revoked_at, carried.revoked_by_id
        kept = after_undo(frozenset(link.permissions), carried.merged, carried.permissions, is_target=False)
        values["permissions"] = [name for name in link.permissions if name in kept]
        values["ends_on"] = earliest(link.ends_on, carried.ends_on)
    if "revoked_at" in values and values["revoked_at"] is None:
        other = _beside(link, Link.account_id == link.account_id, Link.revoked_at.is_(None))
        if other is not None:  # let in anew since: one access is enough
            del values["revoked_at"], values["revoked_by_id"]
            values["united_with_id"] = other.id
    is_back = values.get("revoked_at", link.revoked_at) is None
    if is_back and values.get("primary_at", link.primary_at) and _beside(link, Link.primary_at.is_not(None), Link.revoked_at.is_(None)):
        values["primary_at"] = None  # another was made primary since
    set_on(link, **values)


def _before(link: Link, change: MergeChange) -> frozenset[str]:
    """What a link that others were united with said before. Decided about since, it never gives back what an age step had taken."""
    before, decided_on = frozenset(change.before["permissions"]), from_json(link, "decided_on", change.before["decided_on"])
    steps = link.profile.practice.steps
    if not steps or as_json(link.decided_on) == change.after["decided_on"]:
        return before
    relationship = change.before.get("relationship", link.relationship)
    return effective(before, relationship, last_step(relationship, link.profile.born_on, steps, decided_on, link.decided_on), is_safe=False)


def _restore_invitation(invitation: Invitation, change: MergeChange) -> None:
    """Open again, unless somebody has written to the same address since."""
    values = _unchanged(invitation, change)
    if "deleted_at" in values and _beside(invitation, Invitation.email_key == invitation.email_key, *UNANSWERED):
        del values["deleted_at"], values["deleted_by_id"]
    set_on(invitation, **values)


def _unchanged(row: Any, change: MergeChange) -> dict[str, Any]:
    """The columns that still say what the merge made them say, with their former values."""
    return {name: from_json(row, name, change.before[name]) for name, made in change.after.items() if as_json(getattr(row, name)) == made}


def _beside(row: Any, *conditions) -> Any | None:
    """Another row of the same person for which these hold."""
    model = type(row)
    return db.session.scalar(select(model).where(model.profile_id == row.profile_id, model.id != row.id, *conditions).limit(1))


def _take_lines_along(merge: Merge, back: dict[str, list[int]]) -> None:
    """Lines written since about what is the source's: its appointments, invitations and access. Who looked at the record stays to be read
    where they looked."""
    appointments, invitations, links = (set(back.get(name, ())) for name in ("appointments", "invitations", "links"))
    for line in db.session.scalars(select(LedgerLine).where(LedgerLine.profile_id == merge.target_id, LedgerLine.at >= merge.merged_at)):
        about = line.facts.get("appointment"), line.facts.get("invitation")
        if about == (None, None):
            is_theirs = line.link_id in links and line.verb != VIEWED
        else:
            is_theirs = about[0] in appointments or about[1] in invitations
        if is_theirs:
            line.profile_id = merge.source_id
    db.session.flush()


def _is_about(change: MergeChange, row: Any) -> bool:
    return change.table_name == row.__tablename__ and change.row_id == row.id
