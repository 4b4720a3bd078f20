"""CSV and what is pasted from a spreadsheet → rows of cells. Encodings and separators are found out. Pure."""

import csv
import io
import re
import unicodedata
from collections.abc import Sequence

SEPARATORS = ",;\t|"
LOOKED_AT = 20  # lines


class BadText(ValueError):
    """`row`: where it goes wrong, 0 for the whole of it."""

    def __init__(self, row: int = 0):
        super().__init__(row)
        self.row = row


class TooLarge(BadText):
    """More rows or columns than are taken."""


def decoded(content: bytes) -> str:
    """UTF-8 with or without a mark, UTF-16 with one or without, else what Excel writes on Windows or on a Mac. Raises BadText for what is no text."""
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if content.startswith(mark):
            return _checked(_decode(content, encoding))
    head = content[:400]
    if head.count(0) > len(head) // 4:  # every other byte of plain letters in UTF-16
        return _checked(_decode(content, "utf-16-le" if head[1::2].count(0) > head[::2].count(0) else "utf-16-be"))
    try:
        return _checked(content.decode("utf-8"))
    except UnicodeDecodeError:
        return _checked(content.decode("mac-roman" if _is_of_a_mac(content) else "cp1252", "replace"))


def _is_of_a_mac(content: bytes) -> bool:
    """There é is what would be Ž in the middle of a word on Windows, and è, ê and ç are nothing at all; Windows has its accents higher up."""
    return len(re.findall(rb"[\x81\x8d\x8f\x90\x9d]|(?<=[a-z])\x8e", content)) > len(re.findall(rb"[\xe0-\xff]", content))


def _decode(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise BadText() from error


def _checked(text: str) -> str:
    strange = sum(unicodedata.category(c) == "Cc" and c not in "\t\r\n" for c in text[:20_000])
    if "\0" in text or strange > 5:
        raise BadText()
    return text


def rows(text: str, most_cell: int, most_rows: int, most_columns: int) -> list[list[str]]:
    """Row by row, empty ones too, so that numbers are those of the spreadsheet. Raises BadText; TooLarge as soon as it is: ten million
    line ends are a small file and a lot of rows."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").lstrip("\ufeff")
    first = next((line for line in text.split("\n", LOOKED_AT) if line.strip()), "")
    named = re.fullmatch(r"(?i)sep=(.)", first.strip())
    if named:  # Excel's own way to name the separator
        separator, text = named[1], text.partition("\n")[2]
    else:
        separator = _separator(text.split("\n", LOOKED_AT)[:LOOKED_AT])
    found = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        for number, row in enumerate(reader, 1 + bool(named)):
            if number > most_rows or len(row) > most_columns:
                raise TooLarge()
            if any(len(cell) > most_cell for cell in row):
                raise BadText(number)
            found.append([cell.strip() for cell in row])
    except csv.Error as error:
        raise BadText(reader.line_num) from error
    return [[], *found] if named else found


def _separator(lines: Sequence[str]) -> str:
    """What stands in the first line that says something, and as often in the others."""
    bare = [re.sub('"[^"]*"', "", line) for line in lines if line.strip()]

    def weight(separator: str) -> tuple:
        counts = [line.count(separator) for line in bare]
        return (min(counts[:5], default=0) > 0, counts[0] if counts else 0, sum(counts))

    return max(SEPARATORS, key=weight)
