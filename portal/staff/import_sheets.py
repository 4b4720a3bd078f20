"""Rows of a list as a file to give back: those to be put right, or all with what became of them."""

from collections.abc import Iterable
from datetime import date

from flask_babel import gettext as _

from portal import imports
from portal.models import ImportRow, PeopleImport
from portal.staff.import_words import STATES, kept, notes, problems


def to_fix(rows: Iterable[ImportRow], found: PeopleImport) -> Iterable[list[str]]:
    """Rows to be put right and given back: as they came, and beside them why they were left out."""
    width = len(found.sheets[found.sheet]["guess"])
    if found.header:
        yield [*found.header, _("What to put right")]
    for row in rows:
        cells = [*row.cells, *[""] * (width - len(row.cells))]
        yield [*cells, "; ".join(problems(row, found)) or (_("Looks like %(name)s", name=row.profile.name) if row.profile else "")]


def results(rows: Iterable[ImportRow], found: PeopleImport, today: date) -> Iterable[list[str]]:
    """What became of each row, and what to look at."""
    yield [_("Row"), _("Name"), _("State"), _("Why")]
    for row in rows:
        why = problems(row, found) if row.outcome == imports.LEFT else [kept(row.why), *notes(row, found, today)]
        yield [str(row.position), row.name, str(STATES.get(row.outcome or row.kind, "")), "; ".join(filter(None, why))]
