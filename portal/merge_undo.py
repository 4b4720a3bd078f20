"""How a merge is taken back, row by row: the journal read backwards. portal/unmerging.py says who may, when, and what is asked first."""

from datetime import datetime
from typing import Any

from sqlalchemy import select

from portal.consents import CHANNELS
from portal.database import db
from portal.merge_journal import as_json, from_json, model_of, set_on
from portal.merge_undo_access import Since, restore_invitation, restore_link, restore_primary, take_back_added, unchanged
from portal.models import ForgetRequest, Invitation, LedgerLine, Link, MailedLink, Merge, MergeChange, OwnChange, Profile
from portal.reading import VIEWED
from portal.signals import profile_unmerged
from portal.uniting import DETAILS, GUARDS, SOURCE


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
    take_back_added(merge, changes, sides, now)
    since = Since(merge, changes, now)
    _assign(merge, sides, back)
    for change in reversed(changes):
        row = db.session.get(model_of(change.table_name), change.row_id, populate_existing=True, with_for_update=True)
        if row is None:
            continue
        if _is_about(change, merge.target):
            _restore_details(merge, row, change, edited)
        elif isinstance(row, Link):
            restore_link(row, change, since)
        elif isinstance(row, Invitation):
            restore_invitation(row, change, since)
        elif not (isinstance(row, MailedLink) and row.invitation_id in since.closed):
            set_on(row, **unchanged(row, change))
        if "profile_id" in change.before:
            back.setdefault(change.table_name, []).append(row.id)
    restore_primary(merge)
    _take_words_along(merge, changes)
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
    values, source = unchanged(target, change), merge.source
    for name, side in edited.items():
        columns = DETAILS[name]
        for column in columns:
            values.pop(column, None)
        if side == SOURCE:
            set_on(source, **{column: getattr(target, column) for column in columns})
            values |= {column: from_json(target, column, change.before[column]) for column in columns if column in change.before}
    said_since = {name: now for name in GUARDS if (now := getattr(target, name)) is not None and as_json(now) != change.after[name]}
    set_on(source, **{name: getattr(source, name) or now for name, now in said_since.items()})
    if target.safe_at is None:  # lifted since: nobody knows of whom that was said, so staff decide about each
        values["safe_at"] = from_json(target, "safe_at", change.before["safe_at"])
    set_on(target, **values)


def _take_words_along(merge: Merge, changes: list[MergeChange]) -> None:
    """What somebody has changed or asked for since, through access that is the source's again, was about the source: nobody is to be
    forgotten because another asked."""
    theirs = select(Link.id).where(Link.profile_id == merge.source_id)
    for model, at in ((OwnChange, OwnChange.changed_at), (ForgetRequest, ForgetRequest.asked_at)):
        since = (model.profile_id == merge.target_id, at >= merge.merged_at, model.link_id.in_(theirs))
        for row in db.session.scalars(select(model).where(*since).order_by(model.id).with_for_update()):
            row.profile_id = merge.source_id
            if isinstance(row, OwnChange):
                _take_consents_along(merge, changes, row)
    db.session.flush()


def _take_consents_along(merge: Merge, changes: list[MergeChange], said: OwnChange) -> None:
    """Whoever agreed agreed for themselves: nobody else is written to by text message because of it. A refusal stays with both."""
    before = next((one.before for one in changes if _is_about(one, merge.target)), {})
    for channel in CHANNELS:
        agreed, refused = f"{channel}_consent_at", f"{channel}_refused_at"
        stands = getattr(merge.target, agreed) == said.changed_at and getattr(merge.target, refused) is None
        if f"{channel}:yes" in said.what and stands and agreed in before:
            set_on(merge.source, **{agreed: said.changed_at, refused: None})
            set_on(merge.target, **{name: from_json(merge.target, name, before[name]) for name in (agreed, refused)})


def _take_lines_along(merge: Merge, back: dict[str, list[int]]) -> None:
    """Lines written since about what is the source's: its appointments, invitations, access, files and notes. Who looked at the record
    stays to be read where they looked."""
    theirs = {
        fact: set(back.get(name, ()))
        for fact, name in (("appointment", "appointments"), ("invitation", "invitations"), ("file", "files"), ("note", "notes"))
    }
    links = set(back.get("links", ()))
    for line in db.session.scalars(select(LedgerLine).where(LedgerLine.profile_id == merge.target_id, LedgerLine.at >= merge.merged_at)):
        about = [line.facts[fact] in ids for fact, ids in theirs.items() if line.facts.get(fact) is not None]
        if any(about) if about else line.link_id in links and line.verb != VIEWED:
            line.profile_id = merge.source_id
    db.session.flush()


def _is_about(change: MergeChange, row: Any) -> bool:
    return change.table_name == row.__tablename__ and change.row_id == row.id
