"""What the columns of a list are: by their headings, and where there are none, by what stands in them. Pure."""

import re
from collections.abc import Sequence
from itertools import islice
from typing import NamedTuple

from portal import import_dates, import_fields
from portal.import_fields import BORN_DAY, BORN_YEAR, FAMILY_FIRST, FULL_NAME, NOTHING, bare, meaning

LOOKED_AT = 10  # rows at the top: above the headings there may be a title
LONGEST = 254  # characters of anything that is guessed by its looks
Row = Sequence[str]


class Guess(NamedTuple):
    """`header`: the headings, empty where there are none; `first`: the place of the first row below them; `columns`: the field of each column."""

    header: list[str]
    first: int
    columns: list[str]


def guess(rows: Sequence[Row]) -> Guess:
    """Of all rows of a sheet, empty ones too."""
    width = max((len(row) for row in rows), default=0)
    place = _header(rows)
    if place is None:
        return Guess([], 0, by_values(rows, width))
    header = [*rows[place], *[""] * (width - len(rows[place]))]
    return Guess(header, place + 1, by_headings(header, rows[place + 1 :]))


def _header(rows: Sequence[Row]) -> int | None:
    """The row at the top with the most headings that we know; else the first, if it holds words alone."""
    known = [(sum(1 for cell in row if cell and _says(cell)), -place) for place, row in enumerate(rows[:LOOKED_AT])]
    best, place = max(known, default=(0, 0))
    if best >= 2 or (best and _is_words(rows[-place])):
        return -place
    first = next((place for place, row in enumerate(rows) if any(row)), None)
    if first is None or len([cell for cell in rows[first] if cell]) < 2 or len(rows) == first + 1:
        return None
    return first if _is_words(rows[first]) and _differs(rows, first) else None


def _says(cell: str) -> bool:
    return meaning(cell) != NOTHING or bare(cell) in ("nom", "nombre")


def _is_words(row: Row) -> bool:
    return not any("@" in cell or re.search(r"\d{3}", cell) for cell in row)


def _differs(rows: Sequence[Row], first: int) -> bool:
    """Whether what stands below looks like people and the row does not: there are figures and addresses in it."""
    return any(not _is_words(row) for row in rows[first + 1 : first + 1 + LOOKED_AT])


def by_headings(header: Row, rows: Sequence[Row]) -> list[str]:
    words = [bare(cell) for cell in header]
    found = [meaning(cell) for cell in header]
    for word, besides, alone in (("nom", "given_name", "family_name"), ("nombre", "family_name", "given_name")):
        if word in words:
            found[words.index(word)] = alone if besides in found else FULL_NAME
    if "nomdenaissance" in words and "family_name" not in found:
        found[words.index("nomdenaissance")] = "family_name"
    if any(field == "sex_at_birth" and "sex" in word for field, word in zip(found, words)):  # "Gender" beside it is something else
        found = [NOTHING if field == "sex_at_birth" and "sex" not in word else field for field, word in zip(found, words)]
    if BORN_YEAR in found and "born_on" in found:  # year_of_birth, month_of_birth, date_of_birth
        found[found.index("born_on")] = BORN_DAY
    if "given_name" in found:
        found = [NOTHING if field in (FULL_NAME, FAMILY_FIRST) else field for field in found]
    if not set(found) & set(import_fields.GUARDIAN):
        found = _first_parent(words, found)
    for column, field in enumerate(found):
        if not field and "@" in "".join(_examples(rows, column)) and "email" not in found:
            found[column] = "email"
    return _once(found)


_PARENT = re.compile(
    "(?P<who>mother|mom|mum|father|dad|parent1|guardian1)s?(?P<what>.*)"
    "|(?P<their>.*?)(?:dela|du|del)(?P<of>mere|pere|madre|padre|parent1|tuteur1|tutor1)"
)


def _first_parent(words: Sequence[str], found: list[str]) -> list[str]:
    """A list with columns of two parents: the first of them is the guardian, and nothing of the other is taken for theirs."""
    first, found = None, list(found)
    for column, said in enumerate(map(_PARENT.fullmatch, words)):
        who = said and (said["who"] or said["of"])
        meant = meaning(f"guardian{said['what']}" if said["who"] else f"{said['their']}dututeur") if said else NOTHING
        if meant in import_fields.GUARDIAN and not found[column] and who == (first or who):
            first, found[column] = who, meant
    return found


def by_values(rows: Sequence[Row], width: int) -> list[str]:
    """Of a list without headings."""
    found = [_of_values(_examples(rows, column)) for column in range(width)]
    names = [column for column, field in enumerate(found) if field == FULL_NAME]
    if len(names) > 1 and all(" " not in one and "," not in one for one in _examples(rows, names[0])):
        found[names[0]], found[names[1]] = "given_name", "family_name"
        names = names[1:]
    for column in names[1:]:
        found[column] = NOTHING
    return _once(found)


def _of_values(values: Sequence[str]) -> str:
    for field, pattern in _PATTERNS.items() if max(map(len, values), default=0) <= LONGEST else ():
        if values and all(re.fullmatch(pattern, one) for one in values):
            return field
    return NOTHING


_PATTERNS = {
    "email": r"\S+@\S+",
    "born_on": r"[12]\d{3}-\d\d?-\d\d?|\d\d?[/.-]\d\d?[/.-]\d{2,4}",
    "phone": r"\+?[\d (). -]{10,20}",
    "postal_code": r"(?i)[a-z]\d[a-z] ?\d[a-z]\d",
    FULL_NAME: r"[^\W\d][^\d@]{1,79}",
}


def _examples(rows: Sequence[Row], column: int, most: int = 5) -> list[str]:
    return list(islice((row[column] for row in rows if column < len(row) and row[column]), most))


def _once(found: list[str]) -> list[str]:
    """A field is one column's, but for the few that may be several columns'."""
    seen: set[str] = set()
    kept = []
    for field in found:
        kept.append(NOTHING if field in seen and field not in import_fields.SEVERAL else field)
        seen.add(field)
    return kept


def examples(rows: Sequence[Row], column: int) -> list[str]:
    """Three different values, the first ones."""
    return list(dict.fromkeys(row[column] for row in islice(rows, 200) if column < len(row) and row[column]))[:3]


def orders(rows: Sequence[Row], width: int) -> list[str]:
    """What each column says of the order of day and month."""
    return [import_dates.order_of(row[column] for row in rows if column < len(row)) for column in range(width)]


def header_key(header: Row) -> str:
    """The same for lists with the same headings."""
    return "|".join(map(bare, header))
