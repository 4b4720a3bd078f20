"""Dates of a list: read in one order of day and month, which the list itself proves, or somebody says. Never guessed. Pure."""

import calendar
import re
from collections.abc import Iterable
from datetime import date

from portal.months import is_day_name, month_number

DMY, MDY = ORDERS = ("dmy", "mdy")
LONGEST = 60  # characters of a date with weekday, hour and zone; longer ones are not looked at, however they are made
PROVEN_BOTH, UNKNOWN, NONE = "both", "ask", ""  # what a column says of its order, besides ORDERS
_NUMBERS = re.compile(r"(\d{1,2})[/.\- ](\d{1,2})[/.\- ](\d{4}|\d{2})")
_TIME = re.compile(r"[T ]+\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?( ?[ap]m)?(Z|[+\-]\d{2}:?\d{2})?$", re.IGNORECASE)
_ORDINAL = re.compile(r"(\d{1,2})(st|nd|rd|th|er|º|°)", re.IGNORECASE | re.ASCII)  # "1st", "1er"
_BETWEEN = ("de", "del", "of", "the", "le")


class BadDate(ValueError):
    """No real date."""


def order_of(cells: Iterable[str]) -> str:
    """What the cells of one column say: DMY, MDY, that both occur, that nobody can know, or that it does not matter."""
    seen, unknown = set(), False
    for cell in cells:
        found = _NUMBERS.fullmatch(_TIME.sub("", cell.strip())) if len(cell) <= LONGEST else None
        if not found:
            continue
        first, second = int(found[1]), int(found[2])
        if first > 12 >= second:
            seen.add(DMY)
        elif second > 12 >= first:
            seen.add(MDY)
        elif first != second:
            unknown = True
    if len(seen) == 2:
        return PROVEN_BOTH
    return next(iter(seen), UNKNOWN if unknown else NONE)


def together(orders: Iterable[str]) -> str:
    """The same of several columns of one list: what one proves is true of the others."""
    said = set(orders)
    if PROVEN_BOTH in said or len(said & set(ORDERS)) == 2:
        return PROVEN_BOTH
    return next(iter(said & set(ORDERS)), UNKNOWN if UNKNOWN in said else NONE)


def read(typed: str, order: str, today: date, *, ends: bool = False) -> date:
    """The date in a cell. Two figures of a year are the latest year that is not to come, but where something `ends`: there they are of this
    century, and a month alone is its last day.

    Raises BadDate.
    """
    if len(typed) > LONGEST:
        raise BadDate(typed[:LONGEST])
    text = _TIME.sub("", typed.strip())
    parts = [_ORDINAL.sub(r"\1", part) for part in re.split(r"[\s/.,\-]+", text) if part and part.lower() not in _BETWEEN]
    if len(parts) == 4 and is_day_name(parts[0]):  # "Friday, April 3, 1987"
        parts.pop(0)
    compact = re.fullmatch(r"([12]\d{3})(\d{2})(\d{2})", text)
    try:
        if compact:
            return date(*map(int, compact.groups()))
        if ends and len(parts) == 2:
            return _month(*parts)
        if len(parts) != 3:
            raise BadDate(typed)
        return _three(*parts, order, date(2099, 12, 31) if ends else today)
    except (ValueError, OverflowError) as error:  # the second for figures that no day, month or year has
        raise BadDate(typed) from error


def _three(first: str, second: str, third: str, order: str, today: date) -> date:
    if re.fullmatch(r"[12]\d{3}", first):
        return date(int(first), month_number(second), int(third))
    year = _year(third, today)
    if not first.isdecimal():
        return date(year, month_number(first), int(second))
    if not second.isdecimal():
        return date(year, month_number(second), int(first))
    day, month = (second, first) if order == MDY else (first, second)
    return date(year, int(month), int(day))


def _year(text: str, today: date) -> int:
    if re.fullmatch(r"[12]\d{3}", text, re.ASCII):
        return int(text)
    if not re.fullmatch(r"\d\d", text, re.ASCII):
        raise ValueError(text)
    year = 2000 + int(text)
    return year if year <= today.year else year - 100


def _month(first: str, second: str) -> date:
    year, month = (first, second) if len(first) == 4 else (second, first)
    if not re.fullmatch(r"[12]\d{3}", year, re.ASCII):
        raise ValueError(year)
    number = month_number(month)
    return date(int(year), number, calendar.monthrange(int(year), number)[1])
