"""Which rows and columns go when a person is forgotten, and which when the day has come to erase the rest. Steps of portal/forgetting.py."""

from collections.abc import Collection
from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import case, delete, or_, select, update

from portal import contacts, imports, match_index, own_fields, records
from portal.database import db
from portal.models import (
    Contact, DifferentPeople, File, FurtherNumber, ImportRow, Invitation, LedgerLine, LookAlike, MatchKey, Merge, MergeChange, Note, NoteVersion, OwnChange, Profile, Registration,
    StaffMember,
)  # fmt: skip
from portal.models.profile import HOUSEKEEPING
from portal.models.registration import NOT_ANSWERED

ERASED_NAME = "—"
# What is left of an erased record: that it was there, when, and what became of it; no name, no number, no words.
_STAYS = frozenset(
    (*HOUSEKEEPING, "given_name", *(f"{channel}_{what}_at" for channel in ("email", "sms", "voice") for what in ("consent", "refused")))
)
# Which row a line is about, when, how much: no words. What is sold stays in the books, with the number of its receipt.
_LEDGER_KEEPS = ("as", "channel", "appointment", "relationship", "until", "file", "note", "at", "amount", "currency", "number", "method")


# What is of no use once nobody is reached any more; the law asks for none of it.
GOES_NOW = (
    "preferred_name",
    "pronouns",
    "salutation",
    "email",
    "phone",
    "phone_kind",
    "language",
    "zone",
    "street",
    "unit",
    "city",
    "postal_code",
)
_REACH = frozenset((*GOES_NOW, "numbers", own_fields.EMERGENCY))  # as the history calls it


def blank(profile: Profile, columns: Collection[str] | None = None) -> None:
    """These columns, or all that say anything of a person."""
    for column in Profile.__table__.columns:
        if column.key in (columns if columns is not None else ()) or (columns is None and column.key not in _STAYS):
            setattr(profile, column.key, None if column.nullable else "")
    if columns is None:
        profile.given_name = ERASED_NAME


def cut_off(profile: Profile, ids: Collection[int], staff: StaffMember, now: datetime) -> None:
    """How they are reached, in the history too; keys of the look-alikes, what waited for staff, what a merge would bring back. `ids`: the
    record and those merged into it."""
    for model in (FurtherNumber, Contact):
        for row in db.session.scalars(select(model).where(model.profile_id.in_(ids))):
            row.removed_at = row.removed_at or now
            for name in ("number", "name", "relation", "phone", "email"):
                if hasattr(row, name):
                    setattr(row, name, "")
    connection = db.session.connection()
    connection.execute(delete(MatchKey.__table__).where(MatchKey.profile_id.in_(ids)))
    for model in (LookAlike, DifferentPeople):
        connection.execute(delete(model.__table__).where(or_(model.one_id.in_(ids), model.other_id.in_(ids))))
    connection.execute(update(Profile.__table__).where(Profile.id.in_(ids)).values(keyed=match_index.SEEN))  # nobody looks them up any more
    _cut_history(ids)
    _cut_lists(ids)
    connection.execute(update(Invitation.__table__).where(Invitation.profile_id.in_(ids)).values(email="", email_key="", why=""))
    connection.execute(
        delete(MergeChange.__table__).where(
            MergeChange.merge_id.in_(select(Merge.id).where(or_(Merge.source_id.in_(ids), Merge.target_id.in_(ids))))
        )
    )
    waits = update(OwnChange.__table__).where(OwnChange.profile_id.in_(ids), OwnChange.noted_at.is_(None))
    connection.execute(waits.values(noted_at=now, noted_by_id=staff.account_id))
    connection.execute(
        update(Registration.__table__)
        .where(Registration.profile_id == profile.id, *NOT_ANSWERED)
        .values(declined_at=now, answered_by_id=staff.account_id)
    )


def _cut_history(ids: Collection[int]) -> None:
    """That a number changed stays in the history, the number does not."""
    told = (records.CHANGED, records.IMPORT_CHANGED, records.IMPORT_UNDONE, own_fields.CHANGED, *contacts.VERBS)
    for line in db.session.scalars(select(LedgerLine).where(LedgerLine.profile_id.in_(ids), LedgerLine.verb.in_(told))):
        kept = {name: both for name, both in line.facts.get("changes", {}).items() if name not in _REACH}
        line.facts = {name: value for name, value in line.facts.items() if name not in ("changes", "name")} | (
            {"changes": kept} if kept else {}
        )


def _cut_lists(ids: Collection[int]) -> None:
    """What rows of imported lists said of them, and what taking such a list back would write into the record again."""
    bare = dict.fromkeys(("cells", "problems", "notes", "marks", "why"), []) | dict.fromkeys(
        ("facts", "likeness", "changes", "journal"), {}
    )
    left = case((ImportRow.outcome.in_((imports.MADE, imports.UPDATED)), imports.LEFT), else_=ImportRow.outcome)
    rows = update(ImportRow.__table__).where(ImportRow.profile_id.in_(ids))
    db.session.connection().execute(rows.values(name="", previous_id="", choice="skip", outcome=left, **bare))


def erase_rows(ids: Collection[int], now: datetime) -> None:
    """Words in the history, in notes and files."""
    for line in db.session.scalars(select(LedgerLine).where(LedgerLine.profile_id.in_(ids))):
        line.facts = {name: line.facts[name] for name in _LEDGER_KEEPS if name in line.facts}
    connection = db.session.connection()
    notes = select(Note.id).where(Note.profile_id.in_(ids))
    connection.execute(delete(NoteVersion.__table__).where(NoteVersion.note_id.in_(notes)))
    connection.execute(update(Note.__table__).where(Note.profile_id.in_(ids)).values(title=ERASED_NAME, text=""))
    _give_up_files(ids, now)


def _give_up_files(ids: Collection[int], now: datetime) -> None:
    """Nobody can put them back, and the sweep erases their bytes next (portal/file_sweep.py), as nothing waits for the store in here."""
    long_ago = now - timedelta(hours=current_app.config["FILES_KEPT_HOURS"] + 1)
    theirs = update(File.__table__).where(File.profile_id.in_(ids))
    db.session.connection().execute(theirs.values(name=ERASED_NAME, sha256="", shared_at=None))
    db.session.connection().execute(theirs.where(File.erased_at.is_(None)).values(removed_at=long_ago))
