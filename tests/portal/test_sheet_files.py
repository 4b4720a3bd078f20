"""Lists as they come: any encoding and separator; spreadsheets of strangers, whatever is in them."""

import io
import time
import zipfile
from datetime import date
from pathlib import Path

import pytest

from portal import import_guess, sheet_files
from portal.sheet_files import BadFile, of_file, of_text
from tests.portal.sheets import xlsx

ROWS = [["Prénom", "Nom", "Né le"], ["Zoë", "Côté", "1987-03-14"], ["Ana", "Peña", ""]]


def csv(separator=";", end="\r\n") -> str:
    return end.join(separator.join(row) for row in ROWS)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "mac-roman", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_every_usual_encoding_and_separator(encoding, separator):
    [sheet] = of_file(csv(separator).encode(encoding))
    assert sheet.rows == ROWS


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_may_end_as_they_like(end):
    assert of_text(csv("\t", end))[0].rows == ROWS


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ('Name,Note\n"Okoye, Amara","two\nlines; and ""quotes"""', [["Name", "Note"], ["Okoye, Amara", 'two\nlines; and "quotes"']]),
        ("sep=|\nName|City\nAmara|Toronto", [[], ["Name", "City"], ["Amara", "Toronto"]]),
        ("\n\nName;City\n\nAmara;Toronto", [[], [], ["Name", "City"], [], ["Amara", "Toronto"]]),  # numbers stay those of the spreadsheet
        ("Name\nOkoye, Amara", [["Name"], ["Okoye", "Amara"]]),
    ],
)
def test_odd_lists(text, rows):
    assert of_text(text)[0].rows == rows


def test_a_spreadsheet_says_dates_numbers_and_formulas_as_people_would_type_them():
    book = xlsx(
        {
            "People": [
                ["Name", "Born", "Phone", "Active", "Id"],
                ["Amara", date(1987, 3, 14), 4165550123.0, True, "=A1&B1→F-17"],
                ["00123", None, 12.5, False, 7],
            ],
            "Empty": [],
        }
    )
    [sheet] = of_file(book)
    assert sheet == (
        "People",
        [["Name", "Born", "Phone", "Active", "Id"], ["Amara", "1987-03-14", "4165550123", "yes", "F-17"], ["00123", "", "12.5", "no", "7"]],
    )


def test_every_sheet_of_a_workbook_is_there():
    assert [one.name for one in of_file(xlsx({"A": [["x"]], "B": [[]], "C": [["y"], ["z"]]}))] == ["A", "C"]


def refused(content: bytes) -> str:
    with pytest.raises(BadFile) as problem:
        of_file(content)
    return str(problem.value.message)


def test_a_cell_far_away_is_not_a_table_of_seventeen_thousand_million():
    began = time.monotonic()
    assert "too large" in refused(xlsx({"A": [["x"]]}, cells='<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'))
    assert time.monotonic() - began < 60


def test_a_small_file_that_unpacks_to_anything_is_refused(monkeypatch):
    """A hundred million letters, and half of that for the process that opens it."""
    monkeypatch.setitem(sheet_files._JOB, "written_megabytes", 50)
    bomb, cell = io.BytesIO(), b'<c t="inlineStr"><is><t>' + b"A" * 1000 + b"</t></is></c>"
    with (
        zipfile.ZipFile(io.BytesIO(xlsx({"A": [["x"]]}))) as whole,
        zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as book,
    ):
        for name in whole.namelist():
            content = whole.read(name)
            if not name.endswith("sheet1.xml"):
                book.writestr(name, content)
                continue
            begin, end = content.split(b"</sheetData>")
            with book.open(name, "w", force_zip64=True) as out:
                out.write(begin)
                for row in range(2, 4_000):
                    out.write(
                        b'<row r="%d">' % row + b"".join(b'<c r="%c%d"' % (65 + column, row) + cell[2:] for column in range(26)) + b"</row>"
                    )
                out.write(b"</sheetData>" + end)
    assert len(bomb.getvalue()) < sheet_files.MOST_BYTES
    assert "too large" in refused(bomb.getvalue())


def test_entities_are_not_unfolded():
    laughs = (
        '<!DOCTYPE x [<!ENTITY a "AAAAAAAAAA">' + "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi")) + "]>"
    )
    secret = f'<!DOCTYPE x [<!ENTITY i SYSTEM "{Path("/etc/passwd").as_uri()}">]>'
    for doctype in (laughs, secret):
        book = xlsx({"A": [["x"]]}, before=doctype, cells='<row r="2"><c r="A2" t="inlineStr"><is><t>&i;</t></is></c></row>')
        try:
            found = of_file(book)
        except BadFile:
            continue
        assert all(len(cell) < 100 and "root:" not in cell for sheet in found for row in sheet.rows for cell in row)


@pytest.mark.parametrize(
    "content", [b"PK\x03\x04" + b"\0" * 500, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\xff" * 2000, xlsx({"A": [["x"]]})[:-300]]
)
def test_a_damaged_file_says_so(content):
    assert "does not open" in refused(content)


def test_what_is_no_list_says_so():
    assert "CSV file or a spreadsheet" in refused(b"%PDF-1.7\n" + bytes(range(256)) * 10)
    assert refused(b"\n \n") == "Choose a file, or paste the rows of a spreadsheet"
    assert "too large" in refused(b"x," * 200)
    assert "row 2" in refused(b'Name\n"' + b"a" * 3000)


@pytest.mark.parametrize(
    "text",
    [
        "Nom;Prénom\nŽižek;Élodie\nO’Brien;François\n",
        "Name;Note\nDvořák;“Ž”\n".replace("řá", "ra"),
        "Nom;Prénom\nCôté;Noël\nBeaupré;Hélène\n",
    ],
)
def test_a_list_from_excel_on_windows_is_not_taken_for_one_of_a_mac(text):
    assert of_file(text.encode("cp1252"))[0].rows == [line.split(";") for line in text.splitlines()]


def test_ten_million_empty_lines_are_not_ten_million_rows():
    began = time.monotonic()
    assert "too large" in refused(b"Name\n" + b"\n" * 10_000_000)
    assert time.monotonic() - began < 10


@pytest.mark.parametrize("cell", ["T" * 2000, "1" + "T " * 999, "(" * 2000, "[" * 2000, "@" * 1990 + " x"])
def test_cells_made_to_keep_a_guess_busy_do_not(cell):
    """Each took from a fiftieth to half a second, and a small file holds thousands of them."""
    rows, began = [[cell] * 100 for _row in range(40)], time.process_time()
    found = import_guess.guess(rows)
    import_guess.orders(rows[found.first :], 100)
    assert time.process_time() - began < 2
