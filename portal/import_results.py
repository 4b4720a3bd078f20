"""A list and its rows as pages show them. The first argument is who asks: lists of their practice."""

from collections import Counter
from datetime import datetime

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import joinedload

from portal import import_kept
from portal.database import db
from portal.import_verdicts import ALIKE, INVALID, KINDS, NEW, SAME, TWICE, UPDATE
from portal.imports import KEPT_BACK, LEFT, MADE, UNDONE, UPDATED, WANTED
from portal.models import ImportRow, PeopleImport, StaffMember
from portal.paging import Page, paged

TO_FIX = (INVALID, ALIKE, TWICE)
REHEARSED = (INVALID, ALIKE, TWICE, UPDATE, NEW, SAME)
RAN, TAKEN_BACK = (MADE, UPDATED, LEFT), (KEPT_BACK, UNDONE, LEFT)
assert set(REHEARSED) == set(KINDS)


def import_of(staff: StaffMember, public_id: str) -> PeopleImport | None:
    """One of which every row was read."""
    mine = select(PeopleImport).where(
        PeopleImport.public_id == public_id, PeopleImport.practice_id == staff.practice_id, PeopleImport.read_at.is_not(None)
    )
    return db.session.scalar(mine.options(*_people()))


def imports_of(staff: StaffMember, most: int = 10) -> list[PeopleImport]:
    """The newest first: those that ran, and those that wait."""
    mine = select(PeopleImport).where(PeopleImport.practice_id == staff.practice_id, PeopleImport.read_at.is_not(None))
    return list(db.session.scalars(mine.order_by(PeopleImport.id.desc()).limit(most).options(*_people())))


def _people() -> list:
    return [
        joinedload(staff).joinedload(StaffMember.account)
        for staff in (PeopleImport.made_by, PeopleImport.started_by, PeopleImport.undo_started_by)
    ]


def _mine(found: PeopleImport) -> tuple:
    return ImportRow.import_id == found.id, ImportRow.sheet == found.sheet


def states(found: PeopleImport) -> tuple[str, ...]:
    """What rows are told apart by: of the rehearsal, of the run, of the taking back."""
    return TAKEN_BACK if found.undo_started_at else RAN if found.started_at else REHEARSED


def counts(found: PeopleImport) -> Counter:
    """State → how many rows. Of a rehearsal also "go": how many rows write something, and of those by choice "chosen_new", "chosen_update"."""
    column = ImportRow.outcome if found.started_at else ImportRow.kind
    said = Counter(dict(db.session.execute(select(column, func.count()).where(*_mine(found)).group_by(column)).all()))
    if not found.started_at:
        for choice in (NEW, UPDATE):
            said[f"chosen_{choice}"] = db.session.scalar(select(func.count()).where(*_mine(found), ImportRow.choice == choice))
        said["go"] = db.session.scalar(select(func.count()).where(*_mine(found), WANTED))
    return said


def progress(found: PeopleImport) -> tuple[int, int]:
    """How many of how many rows are dealt with, in whatever is going on."""
    if not found.started_at:
        return found.judged, found.total
    done = ImportRow.undone_at if found.undo_started_at else ImportRow.done_at
    which = ImportRow.outcome.in_((MADE, UPDATED, UNDONE, KEPT_BACK)) if found.undo_started_at else or_(ImportRow.done_at.is_(None), WANTED)
    total, rest = (db.session.scalar(select(func.count()).where(*_mine(found), which, *more)) for more in ((), (done.is_(None),)))
    return total - rest, total


def page_of(found: PeopleImport, show: str, page: int) -> Page:
    column = ImportRow.outcome if found.started_at else ImportRow.kind
    return paged(_whole(found).where(column == show), page, ImportRow.position)


def to_fix(found: PeopleImport) -> list[ImportRow]:
    """Rows that were left out, or would be: to be put right and given again."""
    left = ImportRow.outcome == LEFT if found.started_at else ImportRow.kind.in_(TO_FIX)
    return list(db.session.scalars(_whole(found).where(ImportRow.kind.in_(TO_FIX), left, ~WANTED).order_by(ImportRow.position)))


def all_rows(found: PeopleImport) -> list[ImportRow]:
    return list(db.session.scalars(_whole(found).order_by(ImportRow.position)))


def _whole(found: PeopleImport) -> Select:
    return select(ImportRow).where(*_mine(found)).options(joinedload(ImportRow.profile))


def sheet_rows(found: PeopleImport, most: int = 200) -> list[list[str]]:
    """The first rows of the chosen sheet."""
    return list(db.session.scalars(select(ImportRow.cells).where(*_mine(found)).order_by(ImportRow.position).limit(most)))


def kept(found: PeopleImport, most: int = 50) -> tuple[list[tuple[ImportRow, list[str]]], int, Counter]:
    """Before it is taken back: the first rows of people who would stay, or stay in part, and why; how many rows there are; and how many
    people would go ("made") or be put back ("updated") wholly."""
    facts = select(ImportRow.id, ImportRow.profile_id, ImportRow.outcome, ImportRow.journal).where(
        *_mine(found), ImportRow.outcome.in_((MADE, UPDATED))
    )
    rows = db.session.execute(facts.order_by(ImportRow.position)).all()
    why = import_kept.reasons(rows)
    goes = Counter(row.outcome for row in rows if row.id not in why)
    shown = list(why)[:most]
    found_rows = {row.id: row for row in db.session.scalars(_whole(found).where(ImportRow.id.in_(shown)))}
    return [(found_rows[one], why[one]) for one in shown], len(why), goes


def is_going(found: PeopleImport) -> bool:
    """Whether the postman is at work on it."""
    judging = found.mapped_at and not found.judged_at and not found.started_at
    running = found.started_at and not found.finished_at
    return bool(judging or running or (found.undo_started_at and not found.undone_at))


def age(found: PeopleImport) -> datetime:
    """When something last happened to it."""
    return found.undone_at or found.finished_at or found.started_at or found.created_at
