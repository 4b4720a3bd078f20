"""Lists as files for spreadsheets, CSV or xlsx: row by row onto the disk, however many there are, so that little of them is in memory.

Texts stay texts: in a CSV file no cell begins a formula (portal/batch_files.py: defused), in xlsx every text is typed as one. Dates are
ISO 8601, amounts and counts are numbers.
"""

import csv
import io
import re
import tempfile
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import BinaryIO

from babel.numbers import get_decimal_symbol
from flask_babel import get_locale
from xlsxwriter import Workbook

from portal.batch_files import defused
from portal.filters import home

CSV, XLSX = KINDS = ("csv", "xlsx")
MEDIA = {CSV: "text/csv", XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
MOST_CELL = 32_000  # characters: a spreadsheet takes 32,767
MOST_ROWS = 1_000_000  # and 1,048,576 rows
WIDTH = 18  # of a column, in characters
TEXT = "@"  # a text it stays when somebody changes it
_UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")  # what XML does not allow, and nobody reads

Cell = str | int | Decimal | date | None


def separator() -> str:
    """Between the cells of a CSV file, as spreadsheets in the reader's language expect it."""
    return ";" if get_decimal_symbol(home(get_locale())) == "," else ","


def written(kind: str, headings: Sequence[str], rows: Iterable[Sequence[Cell]], separator: str = ",") -> BinaryIO:
    """A file without a name that is gone when it is closed, ready to be read. `separator` of a CSV file: with ";" amounts have a comma."""
    out = tempfile.TemporaryFile()
    try:
        (_xlsx if kind == XLSX else _csv)(out, headings, rows, separator)
        out.seek(0)
        return out
    except BaseException:
        out.close()
        raise


def text(cell: Cell) -> str:
    """A cell in words: ISO dates, the letters that can be read, one kind of line end, no more than fit."""
    said = "" if cell is None else cell.isoformat() if isinstance(cell, date) else str(cell)
    said = _UNSEEN.sub("", said).replace("\r\n", "\n").replace("\r", "\n")
    return said if len(said) <= MOST_CELL else f"{said[: MOST_CELL - 1]}…"


def _csv(out: BinaryIO, headings: Sequence[str], rows: Iterable[Sequence[Cell]], separator: str) -> None:
    """Marked as UTF-8, or spreadsheets take it for another encoding."""
    lines = io.TextIOWrapper(out, "utf-8-sig", newline="")
    sheet = csv.writer(lines, delimiter=separator)
    sheet.writerow([defused(text(one)) for one in headings])
    sheet.writerows([_in_csv(cell, separator) for cell in row] for row in rows)
    lines.detach()  # which would close the file with it


def _in_csv(cell: Cell, separator: str) -> str:
    if isinstance(cell, Decimal):
        return str(cell).replace(".", "," if separator == ";" else ".")  # a number of ours: a minus before it is no formula
    return text(cell) if isinstance(cell, int) else defused(text(cell))


def _xlsx(out: BinaryIO, headings: Sequence[str], rows: Iterable[Sequence[Cell]], _separator: str) -> None:
    """`constant_memory`: a row is on the disk before the next one is made."""
    book = Workbook(out, {"constant_memory": True})
    try:
        sheet = book.add_worksheet()
        bold, plain, amount = (
            book.add_format(how) for how in ({"num_format": TEXT, "bold": True}, {"num_format": TEXT}, {"num_format": "0.00"})
        )
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, len(headings) - 1, WIDTH)
        for column, words in enumerate(headings):
            sheet.write_string(0, column, text(words), bold)
        for number, row in enumerate(rows, 1):
            for column, cell in enumerate(row):
                if isinstance(cell, (int, Decimal)):
                    sheet.write_number(number, column, cell, amount if isinstance(cell, Decimal) else None)
                elif cell not in (None, ""):
                    sheet.write_string(number, column, text(cell), plain)  # whatever it looks like: "=1+1", "#N/A"
    finally:
        book.close()  # whatever has happened: what lies on the disk until then goes away with it
