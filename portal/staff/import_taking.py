"""A list is taken in, a portion of rows a transaction; it counts once all of them are there."""

from collections.abc import Sequence
from datetime import datetime

from portal import imports
from portal.database import transact
from portal.models import PeopleImport, StaffMember
from portal.sheet_files import Sheet

PORTION = 250  # rows


def take(staff: StaffMember, sheets: Sequence[Sheet], name: str, now: datetime) -> PeopleImport:
    """Raises Busy; what was stored of a list until then is forgotten with the others that were never run."""
    found = transact(imports.take, staff, *imports.understood(sheets), name, now)
    for number, (sheet, said) in enumerate(zip(sheets, found.sheets)):
        rows = [
            (place + 1, row)
            for place, row in enumerate(sheet.rows)
            if place >= said["first"] and any(row) and not _is_header(row, said["header"])
        ]
        for begin in range(0, len(rows), PORTION):
            transact(imports.store, found.id, staff.practice_id, number, rows[begin : begin + PORTION])
    return transact(imports.ready, found.id, now)


def _is_header(row: Sequence[str], header: Sequence[str]) -> bool:
    """The headings once more, as printed lists have them on each page: nobody is called "First name"."""
    return any(row) and [*row, *[""] * (len(header) - len(row))] == header
