"""Files for spreadsheets: what was in a cell comes out as it was, and nothing in them is ever a formula."""

import csv
import io
import tempfile
import tracemalloc
from datetime import date
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal import sheets
from portal.batch_files import defused
from portal.sheets import CSV, KINDS, XLSX

FORMULAS = [
    "=1+1",
    '=HYPERLINK("http://x")',
    "+14165550117",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "＝1+1",
    "＋1",
    "－1",
    "＠x",
    "=cmd|' /C calc'!A0",
]
DANGER = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
HARMLESS = [
    "",
    "Zoë Ōkafor",
    "O'Neil",
    "'quoted",
    'a,b;c"d"',
    "two\nlines",
    " space ",
    "#N/A",
    "TRUE",
    "0123",
    "1e5",
    "2026-12-10",
    "𝔘🙂",
    "<b>&amp;</b>",
    "x=1",
]


def read_csv(file, separator=",") -> list[list[str]]:
    with file:
        content = file.read()
    assert content.startswith(b"\xef\xbb\xbf"), "spreadsheets take it for another encoding"
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=separator))


def read_xlsx(file) -> list[list]:
    """Cells as (value, type); what is no cell is None."""
    with file:
        book = openpyxl.load_workbook(io.BytesIO(file.read()))
    return [[None if cell.value is None else (cell.value, cell.data_type) for cell in row] for row in book.active.iter_rows()]


@pytest.mark.parametrize("words", FORMULAS)
def test_what_looks_like_a_formula_is_a_text_that_can_be_read(words):
    headings, (cell,) = read_csv(sheets.written(CSV, [words], [[words]]))
    assert headings == [cell] == ["'" + words.replace("\r", "\n")] and not cell.startswith(DANGER)
    headings, (cell,) = read_xlsx(sheets.written(XLSX, [words], [[words]]))
    (value, kind) = cell
    assert kind == "s" and headings == [cell] and value == words.replace("\r", "\n")


@pytest.mark.parametrize("words", HARMLESS)
def test_every_other_text_comes_out_as_it_was(words):
    assert read_csv(sheets.written(CSV, ["x"], [[words]]))[1] == [words]
    assert read_xlsx(sheets.written(XLSX, ["x", "y"], [[words, "end"]]))[1][0] == ((words, "s") if words else None)


def test_a_long_text_is_cut_and_says_so_and_letters_that_nobody_reads_are_gone():
    (cell,) = read_csv(sheets.written(CSV, ["x"], [["y" * 40_000]]))[1]
    assert len(cell) == sheets.MOST_CELL and cell.endswith("y…")
    assert read_xlsx(sheets.written(XLSX, ["x"], [["a\x00\x0b\ufffeb\x1f"]]))[1] == [("ab", "s")]
    assert read_csv(sheets.written(CSV, ["x"], [["\x01=1+1"]]))[1] == ["'=1+1"], "no formula shows up behind them"


def test_dates_are_iso_amounts_and_counts_are_numbers_and_nothing_stays_empty():
    row = [date(1987, 3, 4), Decimal("45.50"), 12, None, Decimal("-3.00"), 0]
    assert read_csv(sheets.written(CSV, list("abcdef"), [row]))[1] == ["1987-03-04", "45.50", "12", "", "-3.00", "0"]
    assert read_csv(sheets.written(CSV, list("abcdef"), [row], ";"), ";")[1] == ["1987-03-04", "45,50", "12", "", "-3,00", "0"]
    assert read_xlsx(sheets.written(XLSX, list("abcdef"), [row]))[1] == [
        ("1987-03-04", "s"),
        (45.5, "n"),
        (12, "n"),
        None,
        (-3, "n"),
        (0, "n"),
    ]


def test_cells_that_are_filled_anew_keep_nothing_of_the_row_before():
    rows = [["=x", Decimal(1), "a"], ["", None, 5], ["b", "c", Decimal(2)]]
    assert read_xlsx(sheets.written(XLSX, list("abc"), rows))[1:] == [
        [("=x", "s"), (1, "n"), ("a", "s")],
        [None, None, (5, "n")],
        [("b", "s"), ("c", "s"), (2, "n")],
    ]


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(st.text(max_size=12), min_size=2, max_size=2), max_size=4), st.sampled_from(",;"))
def test_whatever_is_in_a_cell_a_spreadsheet_finds_no_formula(rows, separator):
    for cells, said in zip(read_csv(sheets.written(CSV, ["a", "b"], rows, separator), separator)[1:], rows, strict=True):
        assert not any(cell.startswith(DANGER) for cell in cells)
        assert cells == [defused(sheets.text(one)) for one in said]
    assert all(cell is None or cell[1] == "s" for row in read_xlsx(sheets.written(XLSX, ["a", "b"], rows)) for cell in row)


@pytest.mark.parametrize("kind", KINDS)
def test_many_rows_need_little_memory(kind):
    rows = ([f"Person {number}", "+14165550117", date(1990, 1, 1), Decimal("12.50"), "word " * 10] for number in range(3_000))
    tracemalloc.start()
    with sheets.written(kind, list("abcde"), rows) as file:
        size, peak = file.seek(0, 2), tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert size > 50_000 and peak < 1_000_000, f"{peak} bytes at once"


def test_a_row_that_cannot_be_made_leaves_no_file_behind(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))

    def rows():
        yield ["one"]
        raise RuntimeError("the database went away")

    before = set(Path(tempfile.gettempdir()).iterdir())
    for kind in KINDS:
        with pytest.raises(RuntimeError, match="went away"):
            sheets.written(kind, ["x"], rows())
    assert not set(Path(tempfile.gettempdir()).iterdir()) - before
