"""Takes an import back, a portion a transaction, the last rows first. Who was used since stays, and the row says why (portal/import_kept.py).

Whoever was killed in between is carried on after. Lines of the ledger about somebody who is removed stay, without the person.
"""

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import bindparam, delete, insert, or_, select, text, update

from portal import care_keeper, import_kept, import_making, import_updating, records
from portal.among import among
from portal.database import db
from portal.import_fields import CARE
from portal.imports import KEPT_BACK, MADE, UNDONE, UPDATED
from portal.merge_journal import from_json
from portal.models import (
    Contact,
    DifferentPeople,
    FurtherNumber,
    ImportRow,
    LedgerLine,
    LookAlike,
    MatchKey,
    PeopleImport,
    Practice,
    Profile,
    SearchWord,
    StaffMember,
)
from portal.models.people_import import TO_UNDO
from portal.records import IMPORT_UNDONE

PORTION = 30  # rows
_QUIETLY = {"synchronize_session": False}


def undoing() -> PeopleImport | None:
    going = (PeopleImport.undo_started_at.is_not(None), PeopleImport.undone_at.is_(None))
    return db.session.scalar(
        select(PeopleImport).where(*going).order_by(PeopleImport.id).limit(1).execution_options(populate_existing=True)
    )


def undo_some(import_id: int, now: datetime, portion: int | None = None) -> bool:
    """One portion; False when nothing is left. A use case."""
    found = db.session.get(PeopleImport, import_id, with_for_update=True, populate_existing=True)
    if found is None or not found.undo_started_at or found.undone_at:
        return False
    db.session.execute(select(Practice.id).where(Practice.id == found.practice_id).with_for_update(key_share=True))
    mine = (ImportRow.import_id == found.id, text(TO_UNDO))
    columns = (ImportRow.id, ImportRow.profile_id, ImportRow.outcome, ImportRow.journal)
    next_ones = select(*columns).where(*mine).order_by(ImportRow.position.desc()).limit(portion or PORTION)
    rows = db.session.connection().execute(next_ones).all()
    if not rows:
        found.undone_at = now
        return False
    ids = sorted({row.journal["profile"] for row in rows})
    db.session.execute(select(Profile.id).where(Profile.id.in_(ids)).order_by(Profile.id).with_for_update())
    rows = db.session.connection().execute(next_ones).all()  # as they are now: a merge may have come first
    why = import_kept.reasons(rows)
    gone = [row for row in rows if row.outcome == MADE and row.id not in why]
    for row in rows:
        if row.outcome == UPDATED and not _is_away(why.get(row.id, ())):
            _put_back(found, row, why.get(row.id, ()), now)
    db.session.connection().execute(_DONE, [_outcome(row, why, now, is_gone=row in gone) for row in rows])
    care_keeper.keeper().take_back(
        [row.journal["care"] for row in rows if "care" in row.journal and (row in gone or _care_goes(row, why.get(row.id, ())))]
    )
    if gone:
        _remove(found, [row.journal["profile"] for row in gone], found.undo_started_by, now)
    return True


_DONE = (
    update(ImportRow.__table__)
    .where(ImportRow.__table__.c.id == bindparam("row_id"))
    .values({name: bindparam(f"new_{name}") for name in ("profile_id", "journal", "outcome", "why", "undone_at")})
)


def _outcome(row, why: Mapping[int, list[str]], now: datetime, *, is_gone: bool) -> dict:
    said = {"profile_id": None, "journal": {}} if is_gone else {"profile_id": row.profile_id, "journal": row.journal}
    said |= {"undone_at": now, "why": why.get(row.id, []), "outcome": KEPT_BACK if row.id in why else UNDONE}
    return {"row_id": row.id, **{f"new_{name}": value for name, value in said.items()}}


def _care_goes(row, why: Collection[str]) -> bool:
    """Whom somebody is seen by is as it was again, unless it was said anew since."""
    return row.outcome == UPDATED and not _is_away(why) and not {f"{import_kept.CHANGED} {what}" for what in CARE} & set(why)


def _is_away(why: Collection[str]) -> bool:
    return bool({import_kept.MERGED, import_kept.GONE} & set(why))


def _put_back(found: PeopleImport, row, kept: Collection[str], now: datetime) -> None:
    """Field by field: what nobody has changed since."""
    journal, by = row.journal, found.undo_started_by
    stays = {one.removeprefix(f"{import_kept.CHANGED} ") for one in kept}
    before = {name: value for name, value in journal["before"].items() if name not in stays}
    answers = {name: value for name, value in journal.get("answers", {"before": {}})["before"].items() if name not in stays}
    blank = Profile()
    values = {name: import_updating.from_json(name, value) for name, value in before.items()} | {
        name: from_json(blank, name, value) for name, value in answers.items()
    }
    import_updating.write(row.profile_id, values, words=bool(journal.get("numbers")))
    _remove_rows(journal)
    told = {name: [records.kept(name, journal["after"][name]), records.kept(name, value)] for name, value in before.items()}
    if told or answers or journal.get("numbers") or journal.keys() & {"contacts", "contact", "guardian", "care"}:
        db.session.execute(
            insert(LedgerLine.__table__), [import_making.ledger_line(found, row.profile_id, by, IMPORT_UNDONE, now, changes=told)]
        )


def _remove_rows(journal: Mapping) -> None:
    """Numbers and contacts of the import that stand as it made them; a contact that it changed says again what it said."""
    for model, name in ((FurtherNumber, "numbers"), (Contact, "contacts")):
        if journal.get(name):
            db.session.execute(delete(model).where(model.id.in_(journal[name]), model.removed_at.is_(None)).execution_options(**_QUIETLY))
    for what in ("contact", "guardian"):
        if what not in journal:
            continue
        there, said = Contact.__table__.c, journal[what]
        same = (there.id == said["id"], *(there[name] == value for name, value in said["after"].items()))
        db.session.connection().execute(update(Contact.__table__).where(*same).values(**said["before"]))


def _remove(found: PeopleImport, ids: list[int], by: StaffMember, now: datetime) -> None:
    """These people, and what the import and the program itself keep about them."""
    for model, columns in (
        (SearchWord, (SearchWord.profile_id,)), (MatchKey, (MatchKey.profile_id,)), (FurtherNumber, (FurtherNumber.profile_id,)), (Contact, (Contact.profile_id,)),
        (LookAlike, (LookAlike.one_id, LookAlike.other_id)), (DifferentPeople, (DifferentPeople.one_id, DifferentPeople.other_id)),
    ):  # fmt: skip
        db.session.connection().execute(delete(model.__table__).where(or_(*(among(column, ids) for column in columns))))
    db.session.connection().execute(update(ImportRow.__table__).where(among(ImportRow.profile_id, ids)).values(profile_id=None))
    _unname(ids)
    db.session.connection().execute(delete(Profile.__table__).where(among(Profile.id, ids)))
    db.session.execute(insert(LedgerLine.__table__), [import_making.ledger_line(found, None, by, IMPORT_UNDONE, now, removed=len(ids))])


def _unname(ids: list[int]) -> None:
    """What the ledger says of them stays, and of whom it was."""
    table = LedgerLine.__table__
    lines = (
        db.session.connection().execute(select(table.c.id, table.c.profile_id, table.c.facts).where(among(table.c.profile_id, ids))).all()
    )
    public = dict(db.session.connection().execute(select(Profile.id, Profile.public_id).where(among(Profile.id, ids))).all())
    said = update(table).where(table.c.id == bindparam("line_id")).values(profile_id=None, facts=bindparam("said"))
    if lines:
        db.session.connection().execute(
            said, [{"line_id": one.id, "said": {**one.facts, "removed": public[one.profile_id]}} for one in lines]
        )
