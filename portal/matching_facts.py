"""How alike two birth dates, telephone numbers, e-mail addresses, street addresses and card numbers are."""

import re
from datetime import date

from rapidfuzz.distance import OSA

from portal.matching_names import slips, words

GENERATION_YEARS = 12
_STREETS = {
    "road": "rd", "street": "st", "avenue": "av", "ave": "av", "boulevard": "blvd", "boul": "blvd", "drive": "dr", "crescent": "cr", "cres": "cr", "cresc": "cr",
    "court": "ct", "place": "pl", "lane": "ln", "highway": "hwy", "circuit": "cct", "close": "cl", "terrace": "tce", "square": "sq", "chemin": "ch", "rue": "st",
    "north": "n", "south": "s", "east": "e", "west": "w", "nord": "n", "sud": "s", "est": "e", "ouest": "w", "saint": "st", "sainte": "ste", "mount": "mt",
    "apartment": "apt", "unit": "apt", "suite": "apt", "app": "apt", "appartement": "apt", "number": "apt", "no": "apt",
}  # fmt: skip
_PLACEHOLDERS = {date(1900, 1, 1), date(1901, 1, 1), date(1800, 1, 1), date(1, 1, 1), date(9999, 12, 31)}


def known_date(born_on: date | None) -> date | None:
    """The date, or None for what a form puts where nobody knew."""
    return None if born_on in _PLACEHOLDERS else born_on


def born(one: date | None, other: date | None) -> str:
    """same, swapped (day and month), digit (one digit or two neighbours), changed (one part differs), generation, different, missing."""
    if one is None or other is None:
        return "missing"
    if one == other:
        return "same"
    apart = abs(one.year - other.year)
    if apart == 0 and one.day == other.month and one.month == other.day:
        return "swapped"
    if apart >= GENERATION_YEARS:
        return "generation"
    if OSA.distance(one.strftime("%Y%m%d"), other.strftime("%Y%m%d"), score_cutoff=1) <= 1:
        return "digit"
    equal = (one.year == other.year) + (one.month == other.month) + (one.day == other.day)
    return "changed" if equal == 2 and apart <= 5 else "different"


def numbers(one: frozenset[str], other: frozenset[str]) -> str:
    """same, typo (one digit), different, missing."""
    if not one or not other:
        return "missing"
    if one & other:
        return "same"
    return "typo" if any(len(a) >= 9 and OSA.distance(a, b, score_cutoff=1) <= 1 for a in one for b in other) else "different"


def emails(one: frozenset[str], other: frozenset[str]) -> str:
    """same, typo (one letter), different, missing."""
    if not one or not other:
        return "missing"
    if one & other:
        return "same"
    return "typo" if any(OSA.distance(a, b, score_cutoff=1) <= 1 for a in one for b in other) else "different"


def card(number: str) -> str:
    """The card's number to compare, or "" for what cannot be one (too short, one digit again and again)."""
    plain = re.sub(r"[^A-Z0-9]", "", number.upper())
    return plain if len(plain) > 4 and len(set(plain)) > 2 else ""


def cards(one: str, other: str) -> str:
    """same (a version code at the end may differ), typo, different, missing."""
    if not one or not other:
        return "missing"
    if one == other or re.sub(r"(?<=\d{8})[A-Z]{1,2}$", "", one) == re.sub(r"(?<=\d{8})[A-Z]{1,2}$", "", other):
        return "same"
    return "typo" if OSA.distance(one, other, score_cutoff=1) <= 1 else "different"


def street(text: str) -> tuple[str, ...]:
    """The words of a street address, each written one way: "12 Elm Road" and "12 Elm Rd" are one."""
    return tuple(_STREETS.get(word, word) for word in words(text))


def streets(one: tuple[str, ...], other: tuple[str, ...]) -> str:
    """same, typo, different, missing."""
    if not one or not other:
        return "missing"
    if one == other or sorted(one) == sorted(other):
        return "same"
    numbers_one, numbers_other = ({word for word in it if word[0].isdigit()} for it in (one, other))
    names_one, names_other = ("".join(word for word in it if not word[0].isdigit()) for it in (one, other))
    if numbers_one and numbers_other and not numbers_one & numbers_other:
        return "different"
    return "typo" if names_one and slips(names_one, names_other) else "different"


def postal(code: str) -> str:
    """A postal code without its blanks."""
    return re.sub(r"[^a-z0-9]", "", code.lower())
