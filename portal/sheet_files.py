"""A list of people as it comes: a CSV file, a spreadsheet, or pasted rows → sheets of cells. What cannot be read is said in a sentence.

Spreadsheets are opened by a process of its own with limits (portal/sheet_child.py): a small file may unpack to anything.
"""

import json
import tempfile
import threading
from typing import NamedTuple

from flask_babel import lazy_gettext as _

from portal import confined, sheet_child, sheet_text
from portal.errors import DomainError

MOST_BYTES, MOST_ROWS, MOST_COLUMNS, MOST_CELL, MOST_SHEETS = 10 * 2**20, 20_000, 100, 2_000, 20
_JOB = {
    "most_rows": MOST_ROWS + 100, "most_columns": MOST_COLUMNS, "most_cell": MOST_CELL, "most_sheets": MOST_SHEETS,
    "cpu_seconds": 20, "seconds": 40, "megabytes": 1024, "written_megabytes": 128,
}  # fmt: skip
_SPREADSHEETS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")  # zip (xlsx, ods), and the older kind (xls)
_AT_ONCE = threading.BoundedSemaphore(2)


class Sheet(NamedTuple):
    """`rows`: cells as texts, empty rows too, so that the place is the row's number in the spreadsheet."""

    name: str
    rows: list[list[str]]


class BadFile(DomainError):
    status = 422
    message = _("Choose a file, or paste the rows of a spreadsheet")


TOO_MANY = _("This list is too large. We take up to 20,000 rows and 100 columns: split it into parts")


def of_file(content: bytes) -> list[Sheet]:
    """Raises BadFile, Busy."""
    if len(content) > MOST_BYTES:
        raise BadFile(_("The file must be smaller than 10 MB. Split it into parts"))
    return _fitting(_opened(content) if content.startswith(_SPREADSHEETS) else [Sheet("", _rows(content))])


def of_text(text: str) -> list[Sheet]:
    """Raises BadFile."""
    return _fitting([Sheet("", _rows(text.encode()))])


def _rows(content: bytes) -> list[list[str]]:
    try:
        return sheet_text.rows(sheet_text.decoded(content), MOST_CELL, MOST_ROWS + 100, MOST_COLUMNS)
    except sheet_text.TooLarge as bad:
        raise BadFile(TOO_MANY) from bad
    except sheet_text.BadText as bad:
        if bad.row:
            raise BadFile(_("We could not read row %(row)s. Check its quotation marks", row=bad.row)) from bad
        raise BadFile(_("The file must be a CSV file or a spreadsheet (.xlsx, .xls or .ods)")) from bad


def _fitting(sheets: list[Sheet]) -> list[Sheet]:
    """Those that are not empty."""
    filled = [Sheet(one.name, one.rows) for one in sheets if any(any(row) for row in one.rows)]
    if not filled:
        raise BadFile()
    if sum(len(one.rows) for one in filled) > MOST_ROWS + 100 or any(len(row) > MOST_COLUMNS for one in filled for row in one.rows):
        raise BadFile(TOO_MANY)
    return filled


def _opened(content: bytes) -> list[Sheet]:
    with tempfile.TemporaryFile() as source:
        source.write(content)
        with confined.opened("portal.sheet_child", _JOB, source, _AT_ONCE) as (out, ended):
            if ended is None:
                raise BadFile(TOO_MANY)
            return _said(out)


def _said(out) -> list[Sheet]:
    """What the process wrote. Where the end is missing it was ended: the file takes too much to open."""
    sheets: list[Sheet] = []
    for line in out:
        try:
            said = json.loads(line)
        except ValueError:
            break
        if isinstance(said, list):
            sheets[-1].rows.append(said)
        elif "sheet" in said:
            sheets.append(Sheet(said["sheet"][:100], []))
        elif "end" in said:
            return sheets
        elif said["problem"] == sheet_child.LOCKED:
            raise BadFile(_("The file is locked with a password. Save it without one"))
        elif said["problem"] == sheet_child.BROKEN:
            raise BadFile(_("The file does not open: it may be damaged. Save it again as .xlsx or CSV"))
        else:
            break
    raise BadFile(TOO_MANY)
