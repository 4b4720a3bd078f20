"""People from a list, from the file to taking it back. Use cases: run them through `transact`. The work itself is portal/import_queue.py's.

Until somebody presses Import nothing is written to anybody's record, and no message is sent to anybody then.
"""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

from flask_babel import lazy_gettext as _
from sqlalchemy import delete, exists, func, insert, or_, select, update

from portal import import_fields, import_guess
from portal.database import db
from portal.errors import DomainError, on_violation
from portal.import_verdicts import ALIKE, NEW, SKIP, TWICE, UPDATE
from portal.models import ImportColumns, ImportRow, PeopleImport, Practice, StaffMember
from portal.sheet_files import Sheet

KEPT = timedelta(days=30)  # a list that was never run; and how long one that was can be taken back
MADE, UPDATED, LEFT, UNDONE, KEPT_BACK = "made", "updated", "left", "undone", "kept"
CHOICES = {ALIKE: (SKIP, NEW, UPDATE), TWICE: (SKIP, NEW)}
WANTED = or_(ImportRow.kind.in_((NEW, UPDATE)), ImportRow.choice.in_((NEW, UPDATE)))  # rows that write something


class NotNow(DomainError):
    """It is not at a point where this can be done: somebody did it already, or another page is old."""

    message = _("This list was changed or imported meanwhile. Look at it again.")


class OneAtATime(DomainError):
    message = _("Another import is running at the moment. Wait until it is done, then press again.")


class LookAgain(DomainError):
    """Another import ran since the rehearsal, which is made anew."""

    message = _(
        "Another import changed your records since this list was checked. We are checking it again: look at it once more, then import."
    )


class NothingToImport(DomainError):
    message = _("Nobody in this list would be added or changed. Put the list right, or decide about the rows that look like somebody.")


class TooLate(DomainError):
    message = _("This import can no longer be undone: that is possible for 30 days.")


on_violation(OneAtATime, "uq_imports_running", "uq_imports_undoing", "imports.practice_id")


# --- the list ---


def understood(sheets: Sequence[Sheet]) -> tuple[list[dict], int]:
    """What `PeopleImport.sheets` keeps of each sheet, and which of them is the list: the one of which most is known. No database."""
    guesses = [import_guess.guess(sheet.rows) for sheet in sheets]
    said = [
        {
            "name": sheet.name,
            "header": found.header,
            "first": found.first,
            "orders": import_guess.orders(sheet.rows[found.first :], len(found.columns)),
            "guess": found.columns,
        }
        for sheet, found in zip(sheets, guesses)
    ]
    return said, max(range(len(sheets)), key=lambda one: len([field for field in guesses[one].columns if field]))


def take(by: StaffMember, sheets: list[dict], sheet: int, file_name: str, now: datetime) -> PeopleImport:
    """A list that was read and `understood`; `store` keeps its rows, `ready` says that they are all there."""
    made = PeopleImport(
        practice_id=by.practice_id, made_by_id=by.id, file_name=file_name[-120:], sheets=sheets, sheet=sheet, created_at=now
    )
    db.session.add(made)
    db.session.flush()
    return made


def store(import_id: int, practice_id: int, sheet: int, rows: Collection[tuple[int, list[str]]]) -> None:
    """Some rows of a sheet: (position, cells)."""
    if rows:
        found = [
            {"practice_id": practice_id, "import_id": import_id, "sheet": sheet, "position": position, "cells": cells}
            for position, cells in rows
        ]
        db.session.execute(insert(ImportRow.__table__), found)


def ready(import_id: int, now: datetime) -> PeopleImport:
    found = db.session.get_one(PeopleImport, import_id)
    found.read_at, found.total = now, _count(found)
    return found


def _count(found: PeopleImport) -> int:
    return db.session.scalar(select(func.count()).where(ImportRow.import_id == found.id, ImportRow.sheet == found.sheet))


# --- its columns ---


def saved(practice_id: int, header: Sequence[str]) -> ImportColumns | None:
    """What the columns of such a list were said to be the last time. The rows that we give back to be put right have one column more."""
    return _saved(practice_id, header) or _saved(practice_id, header[:-1])


def _saved(practice_id: int, header: Sequence[str]) -> ImportColumns | None:
    if not header:
        return None
    return db.session.scalar(
        select(ImportColumns).where(ImportColumns.practice_id == practice_id, ImportColumns.header_key == _digest(header))
    )


def _digest(header: Sequence[str]) -> str:
    return hashlib.sha256(import_guess.header_key(header).encode()).hexdigest()


def choose_sheet(found: PeopleImport, sheet: int) -> None:
    """Raises NotNow."""
    found = _open(found)
    if not 0 <= sheet < len(found.sheets):
        raise NotNow()
    found.sheet, found.columns = sheet, []
    found.mapped_at = found.judged_at = None
    found.total = _count(found)


def choose(found: PeopleImport, columns: Sequence[str], order: str, now: datetime, *, only_blanks: bool) -> None:
    """Say what the columns are, and have the list rehearsed. Kept for the next list with these headings. Raises NotNow."""
    found = _open(found)
    found.columns, found.date_order, found.only_blanks, found.mapped_at = list(columns), order, only_blanks, now
    judge_again(found)
    if found.header:
        kept = _saved(found.practice_id, found.header)
        if kept is None:
            kept = ImportColumns(practice_id=found.practice_id, header_key=_digest(found.header))
            db.session.add(kept)
        kept.columns, kept.date_order, kept.only_blanks, kept.saved_at = list(columns), order, only_blanks, now


def judge_again(found: PeopleImport) -> None:
    """From the first row on; choices about rows are asked again."""
    found.turn, found.place, found.judged, found.judged_at = found.turn + 1, 0, 0, None
    mine = (ImportRow.import_id == found.id, ImportRow.kind != "")
    db.session.execute(
        update(ImportRow)
        .where(*mine)
        .values(kind="", choice="", same_as=None, profile_id=None)
        .execution_options(synchronize_session=False)
    )


# --- decisions ---


def decide(found: PeopleImport, choices: Mapping[int, str]) -> None:
    """Row id → SKIP, NEW or UPDATE, for rows that may do so. Raises NotNow."""
    found = _open(found)
    if found.judged_at is None:
        raise NotNow()
    for kind, may in CHOICES.items():
        for choice in may:
            ids = [one for one, said in choices.items() if said == choice]
            mine = (ImportRow.import_id == found.id, ImportRow.kind == kind, ImportRow.id.in_(ids))
            if ids:
                db.session.execute(update(ImportRow).where(*mine).values(choice=choice).execution_options(synchronize_session=False))


def decide_all(found: PeopleImport, kind: str, choice: str) -> None:
    """The same for every row of a kind. Raises NotNow."""
    found = _open(found)
    if found.judged_at is None or choice not in CHOICES.get(kind, ()):
        raise NotNow()
    mine = (ImportRow.import_id == found.id, ImportRow.kind == kind)
    db.session.execute(update(ImportRow).where(*mine).values(choice=choice).execution_options(synchronize_session=False))


# --- run, taken back, forgotten ---


def start(found: PeopleImport, now: datetime, *, by: StaffMember) -> bool:
    """From now on its rows are written to the records, in the name of who pressed. Whoever presses twice has pressed once.

    Whether it runs; not where another import ran since it was rehearsed: then it is rehearsed again, and looked at once more. Raises NotNow,
    NothingToImport, OneAtATime.
    """
    found = _locked(found)
    if found.started_at:
        return True
    if found.judged_at is None:
        raise NotNow()
    _one_at_a_time(found)
    if _is_old(found):
        judge_again(found)
        return False
    mine = (ImportRow.import_id == found.id, ImportRow.sheet == found.sheet)
    if not db.session.scalar(select(exists().where(*mine, WANTED))):
        raise NothingToImport()
    left = update(ImportRow).where(*mine, ~WANTED).values(outcome=LEFT, done_at=now)
    db.session.execute(left.execution_options(synchronize_session=False))
    found.started_at, found.started_by_id = now, by.id
    return True


def undo(found: PeopleImport, now: datetime, *, by: StaffMember) -> None:
    """From now on it is taken back, row by row. Raises NotNow, TooLate, OneAtATime."""
    found = _locked(found)
    if found.undo_started_at:
        return
    if found.finished_at is None:
        raise NotNow()
    if not may_undo(found, now):
        raise TooLate()
    _one_at_a_time(found)
    found.undo_started_at, found.undo_started_by_id = now, by.id


def may_undo(found: PeopleImport, now: datetime) -> bool:
    return found.finished_at is not None and found.undo_started_at is None and found.cleared_at is None and now < found.finished_at + KEPT


def forget(found: PeopleImport) -> None:
    """A list that was not run, with all it said. Raises NotNow."""
    found = _open(found)
    db.session.execute(delete(ImportRow).where(ImportRow.import_id == found.id).execution_options(synchronize_session=False))
    db.session.delete(found)


def sweep(now: datetime) -> None:
    """Lists that were never run are forgotten; of those that ran, what they said: who they were about, and what became of each row, stays."""
    old = PeopleImport.created_at <= now - KEPT
    never = select(PeopleImport.id).where(PeopleImport.started_at.is_(None), old)
    ran = list(
        db.session.scalars(
            select(PeopleImport.id).where(PeopleImport.finished_at <= now - KEPT, PeopleImport.cleared_at.is_(None), ~_IS_UNDOING)
        )
    )
    quietly = {"synchronize_session": False}
    db.session.execute(delete(ImportRow).where(ImportRow.import_id.in_(never)).execution_options(**quietly))
    db.session.execute(delete(PeopleImport).where(PeopleImport.started_at.is_(None), old).execution_options(**quietly))
    if ran:
        bare = {"cells": [], "facts": {}, "changes": {}, "journal": {}, "marks": []}
        db.session.execute(update(ImportRow).where(ImportRow.import_id.in_(ran)).values(**bare).execution_options(**quietly))
        db.session.execute(update(PeopleImport).where(PeopleImport.id.in_(ran)).values(cleared_at=now).execution_options(**quietly))


_IS_UNDOING = PeopleImport.undo_started_at.is_not(None) & PeopleImport.undone_at.is_(None)
_IS_RUNNING = PeopleImport.started_at.is_not(None) & PeopleImport.finished_at.is_(None)


def _one_at_a_time(found: PeopleImport) -> None:
    """Two who press take turns; the second is told. Raises OneAtATime."""
    db.session.execute(select(Practice.id).where(Practice.id == found.practice_id).with_for_update(key_share=True))
    others = (PeopleImport.practice_id == found.practice_id, PeopleImport.id != found.id, _IS_RUNNING | _IS_UNDOING)
    if db.session.scalar(select(exists().where(*others))):
        raise OneAtATime()


def _is_old(found: PeopleImport) -> bool:
    """Whether another import was run or taken back since this one was rehearsed, in the same second too."""
    others = (PeopleImport.practice_id == found.practice_id, PeopleImport.id != found.id)
    ended = or_(PeopleImport.finished_at >= found.judged_at, PeopleImport.undone_at >= found.judged_at)
    return db.session.scalar(select(exists().where(*others, ended)))


def _open(found: PeopleImport) -> PeopleImport:
    """One that may still be changed. Raises NotNow."""
    found = _locked(found)
    if found.started_at or not found.read_at:
        raise NotNow()
    return found


def _locked(found: PeopleImport) -> PeopleImport:
    """As it is now. Raises NotNow where it was forgotten."""
    row = db.session.get(PeopleImport, found.id, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotNow()
    return row


def previous_key(found: PeopleImport, value: str) -> str:
    """What the other product called somebody, with the heading of its column: "patientid 123"."""
    if not value or import_fields.PREVIOUS_ID not in found.columns:
        return ""
    column = found.columns.index(import_fields.PREVIOUS_ID)
    heading = import_guess.bare(found.header[column]) if column < len(found.header) else ""
    return f"{heading[:39]} {value}"
