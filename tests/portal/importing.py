"""Lists of people for tests: taken, their columns said, rehearsed, run, taken back, as the pages and the postman do it."""

from datetime import timedelta

from sqlalchemy import select

from portal import clock, import_guess, import_queue, imports, match_search, sheet_files
from portal.database import db, transact
from portal.models import ImportRow, PeopleImport, Profile
from portal.staff import import_taking


def taken(staff, text: str, name: str = "people.csv") -> PeopleImport:
    return import_taking.take(staff, sheet_files.of_file(text.encode()), name, clock.now())


def mapped(found: PeopleImport, columns=None, order="", only_blanks=False) -> PeopleImport:
    sheet = found.sheets[found.sheet]
    transact(imports.choose, found, columns or sheet["guess"], order, clock.now(), only_blanks=only_blanks)
    return found


def rehearsed(staff, text: str, **how) -> PeopleImport:
    found = mapped(taken(staff, text), **how)
    worked()
    return fresh(found)


def ran(staff, text: str, **how) -> PeopleImport:
    found = rehearsed(staff, text, **how)
    assert transact(imports.start, found, clock.now(), by=staff)
    worked()
    return fresh(found)


def undone(staff, found: PeopleImport) -> PeopleImport:
    transact(imports.undo, fresh(found), clock.now(), by=staff)
    worked()
    return fresh(found)


def worked() -> None:
    """Everything the postman has to do for lists."""
    while import_queue.work(clock.now(), seconds=5):
        pass


def settled() -> None:
    """And for the index of look-alikes and the words of the search."""
    while match_search.work(clock.now(), seconds=5):
        pass


def fresh(found: PeopleImport) -> PeopleImport:
    db.session.rollback()
    return db.session.get(PeopleImport, found.id, populate_existing=True)


def rows(found: PeopleImport) -> list[ImportRow]:
    mine = select(ImportRow).where(ImportRow.import_id == found.id, ImportRow.sheet == found.sheet).order_by(ImportRow.position)
    return list(db.session.scalars(mine.execution_options(populate_existing=True)))


def kinds(found: PeopleImport) -> list[str]:
    return [row.kind for row in rows(found)]


def outcomes(found: PeopleImport) -> list[str]:
    return [row.outcome for row in rows(found)]


def someone(name: str) -> Profile:
    given, _space, family = name.partition(" ")
    return db.session.scalars(
        select(Profile).where(Profile.given_name == given, Profile.family_name == family).execution_options(populate_existing=True)
    ).one()


__all__ = [
    "fresh",
    "import_guess",
    "kinds",
    "mapped",
    "outcomes",
    "ran",
    "rehearsed",
    "rows",
    "settled",
    "someone",
    "taken",
    "timedelta",
    "undone",
    "worked",
]
