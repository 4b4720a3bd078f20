"""Lists of people as practices have them: pasted from a spreadsheet, or a CSV file of any program. And lists to give back.

Reading guesses what can be guessed (letters, separators, columns) and says in a sentence what it could not make out.
"""

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from flask_babel import lazy_gettext as _

from portal.errors import DomainError
from portal.months import month_number

MOST_ROWS, MOST_BYTES, MOST_CELL = 5000, 1024 * 1024, 400
_SEPARATORS = ",;\t"
# The names of columns, small and without accents or signs, in English, French and Spanish.
_HEADINGS = {
    "name": "name fullname patient client patientname clientname person nomcomplet nometprenom prenometnom personne"
    " nombrecompleto nombreyapellido nombreyapellidos apellidosynombre paciente cliente persona",
    "first": "firstname givenname first forename prenom prenoms nombres nombredepila primernombre",
    "last": "lastname familyname surname last nomdefamille apellido apellidos",
    "nom": "nom",  # the family name beside a "prénom", else the whole name
    "nombre": "nombre",  # the given name beside "apellidos", else the whole name
    "email": "email emailaddress mail courriel adressecourriel adressedecourriel adresseemail adresseelectronique"
    " correo correoelectronico direcciondecorreo direcciondecorreoelectronico",
    "born": "dateofbirth birthdate dob birthday born birth datedenaissance naissance nele neele fechadenacimiento fechanacimiento nacimiento",
}
_MEANS = {word: kind for kind, words in _HEADINGS.items() for word in words.split()}
# a spreadsheet would take such a cell for a formula, in Japan the wide ones too
_DANGEROUS = (
    "=",
    "+",
    "-",
    "@",
    "\t",
    "\r",
    "\n",
    "＝",
    "＋",
    "－",
    "＠",
)


class Typed(NamedTuple):
    """A line as it came; `position` is its row in the spreadsheet, from 1, the headings counted."""

    position: int
    name: str
    email: str
    born: str


class BadList(DomainError):
    """What was given is no list we can read; `message` says what to do."""

    status = 422
    message = _("Choose a file or paste a list")


class NoCsv(BadList):
    message = _("The file must be a CSV file. In Excel, choose Save as, then CSV UTF-8")


def of_file(content: bytes) -> list[Typed]:
    """The lines of an uploaded file. Raises BadList."""
    if len(content) > MOST_BYTES:
        raise BadList(_("The file must be smaller than 1 MB"))
    return of_text(_decoded(content))


def of_text(text: str) -> list[Typed]:
    """The lines of a pasted list or a decoded file. Raises BadList."""
    rows = [(position, row) for position, row in enumerate(_records(text), 1) if any(row)]
    if not rows:
        raise BadList()
    columns = _columns(rows[0][1])
    if not columns and not any(_is_entry(row) for _position, row in rows[:20]):
        raise BadList(
            _(
                "We could not find a name column. Your columns are: %(columns)s",
                columns=", ".join(cell[:40] for cell in rows[0][1][:8] if cell),
            )
        )
    entries = rows[1:] if columns else rows
    if not entries:
        raise BadList(_("There is nobody in the list, only headings"))
    if len(entries) > MOST_ROWS:
        raise BadList(_("The file must have 5,000 rows or fewer"))
    return [_typed(position, row, columns) for position, row in entries]


def dates(typed: str) -> tuple[date, ...] | None:
    """What a date may mean: "03/04/1987" is the third of April or the fourth of March. Empty for nothing; None for no real date."""
    if not typed:
        return ()
    parts = [part for part in re.split(r"[\s/.,\-]+", typed) if part]
    if len(parts) == 4 and parts[-1].startswith("00:00"):  # a spreadsheet's midnight
        parts.pop()
    if len(parts) != 3:
        return None
    year_first = re.fullmatch("[12][0-9]{3}", parts[0])
    ways = [(parts[0], parts[1], parts[2])] if year_first else [(parts[2], parts[1], parts[0]), (parts[2], parts[0], parts[1])]
    found = tuple(dict.fromkeys(filter(None, (_date(*way) for way in ways))))
    return found or None


def sheet(rows: Iterable[Sequence[str]], separator: str = ",") -> bytes:
    """A CSV file for spreadsheets: marked as UTF-8, and no cell begins a formula."""
    out = io.StringIO()
    csv.writer(out, delimiter=separator).writerows([defused(cell) for cell in row] for row in rows)
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def line(*cells: str) -> str:
    """Cells as one line of CSV."""
    out = io.StringIO()
    csv.writer(out, lineterminator="").writerow(cells)
    return out.getvalue()


def cells(text: str) -> list[str]:
    """The three cells of a kept `line`, name, email and date of birth; empty where it has fewer."""
    return [*next(csv.reader([text]), []), "", "", ""][:3]


def defused(cell: str) -> str:
    """With an apostrophe before what would begin a formula: it is read as a text."""
    return f"'{cell}" if cell.startswith(_DANGEROUS) else cell


def _decoded(content: bytes) -> str:
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if content.startswith(mark):
            try:
                text = content.decode(encoding)
            except UnicodeDecodeError as error:
                raise NoCsv() from error
            break
    else:
        try:
            text = content.decode("utf-8")
        except UnicodeDecodeError:
            text = content.decode("cp1252", "replace")  # what Excel writes where UTF-8 is not asked for
    strange = sum(unicodedata.category(c) == "Cc" and c not in "\t\r\n" for c in text[:20_000])
    if content.startswith(b"PK\x03\x04") or "\0" in text or strange > 5:
        raise NoCsv()
    return text


def _records(text: str) -> Iterable[list[str]]:
    """Cleaned cells, row by row."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").lstrip("\ufeff")
    first = next((row for row in text.split("\n") if row.strip()), "")
    if first.lower().startswith("sep=") and len(first.strip()) == 5:  # Excel's own way to name the separator
        separator, text = first.strip()[4], text.partition("\n")[2]
    else:
        bare = re.sub('"[^"]*"', "", first)
        separator = max(_SEPARATORS, key=bare.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        for number, row in enumerate(reader, 1):
            if any(len(cell) > MOST_CELL for cell in row):
                raise BadList(_("Row %(row)s is too long. Check its quotation marks", row=number))
            yield [_clean(cell) for cell in row]
    except csv.Error as error:
        raise BadList(_("We could not read row %(row)s. Check its quotation marks", row=reader.line_num)) from error


def _clean(cell: str) -> str:
    """One line, no control characters; a mark against formulas that we put there ourselves is taken off."""
    bare = "".join(" " if unicodedata.category(c) in ("Cc", "Zl", "Zp") else c for c in cell if unicodedata.category(c) not in ("Cf", "Cs"))
    text = " ".join(bare.split())
    return text[1:] if text[:1] == "'" and text[1:2] in _DANGEROUS else text


def _columns(row: list[str]) -> dict[str, int]:
    """What stands where, if this row holds headings; empty if it does not name a name."""
    found: dict[str, int] = {}
    for place, cell in enumerate(row):
        kind = _MEANS.get(re.sub("[^a-z0-9]", "", unicodedata.normalize("NFKD", cell.lower())))
        if kind:
            found.setdefault(kind, place)
    if "nom" in found:
        found.setdefault("last" if "first" in found else "name", found.pop("nom"))
    if "nombre" in found:
        found.setdefault("first" if "last" in found else "name", found.pop("nombre"))
    return found if found.keys() & {"name", "first", "last"} and "@" not in "".join(row) else {}


def _is_entry(row: list[str]) -> bool:
    """Somebody already, without headings above: there is an address in it, or nothing but a name."""
    return len(row) == 1 or any("@" in cell for cell in row)


def _typed(position: int, row: list[str], columns: dict[str, int]) -> Typed:
    if not columns:
        return _guessed(position, row)
    cell = {kind: row[place] for kind, place in columns.items() if place < len(row)}
    name = cell.get("name") or " ".join(filter(None, (cell.get("first"), cell.get("last"))))
    return Typed(position, name, cell.get("email", ""), cell.get("born", ""))


def _guessed(position: int, row: list[str]) -> Typed:
    """Without headings: what holds an @ is the address, what is a date the date of birth, the rest the name."""
    names, email, born = [], "", ""
    for cell in filter(None, row):
        written = re.fullmatch("(.*)<([^<>]+@[^<>]+)>", cell)  # as mail programs write it
        if written:
            names, email = [*names, written[1].strip(' "')], written[2].strip()
        elif "@" in cell and not email:
            email = cell
        elif not born and (dates(cell) or re.fullmatch(r"[0-9 /.,-]+", cell)):
            born = cell
        else:
            names.append(cell)
    return Typed(position, " ".join(names), email, born)


def _date(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), month_number(month), int(day)) if re.fullmatch("[12][0-9]{3}", year) and len(day) <= 2 else None
    except ValueError:
        return None
