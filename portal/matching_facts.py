"""How alike two birth dates, telephone numbers, e-mail addresses, street addresses and card numbers are."""

import re
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from rapidfuzz.distance import OSA

from portal.matching_names import slips, words

GENERATION_YEARS = 12
FAR = frozenset(("different", "decade", "generation"))  # birth dates of two people, unless a health card says otherwise
ONE_CARD = frozenset(("same", "typo"))
_LIVED = range(1850, 2150)  # a year no patient was born in is a slip
_STREETS = {
    "road": "rd", "street": "st", "avenue": "av", "ave": "av", "boulevard": "blvd", "boul": "blvd", "drive": "dr", "crescent": "cr", "cres": "cr", "cresc": "cr",
    "court": "ct", "place": "pl", "lane": "ln", "highway": "hwy", "circuit": "cct", "close": "cl", "terrace": "tce", "square": "sq", "chemin": "ch", "rue": "st",
    "north": "n", "south": "s", "east": "e", "west": "w", "nord": "n", "sud": "s", "est": "e", "ouest": "w", "saint": "st", "sainte": "ste", "mount": "mt",
    "apartment": "apt", "unit": "apt", "suite": "apt", "app": "apt", "appartement": "apt", "number": "apt", "no": "apt",
}  # fmt: skip
_VERSION = re.compile(r"(?<=\d{8})[A-Z]{1,2}$")
_PLACEHOLDERS = {date(1900, 1, 1), date(1901, 1, 1), date(1800, 1, 1), date(1, 1, 1), date(9999, 12, 31)}


_NOBODYS = frozenset("na no nan nil none noemail nomail noreply noaddress nobody notgiven null test unknown".split())  # before the @


def real_numbers(phones: frozenset[str]) -> frozenset[str]:
    """Without what is typed where a form insists on a number: 555 5555, 999 999 9999, 123 4567."""
    return frozenset(one for one in phones if not _is_made_up(re.sub(r"\D", "", one)[-7:]))


def _is_made_up(digits: str) -> bool:
    return len(digits) > 6 and (len(set(digits)) == 1 or digits in "01234567890")


def real_emails(emails: frozenset[str]) -> frozenset[str]:
    """The same of addresses: none@none.com, no-email@…"""
    return frozenset(one for one in emails if re.sub("[^a-z0-9]", "", one.partition("@")[0].lower()) not in _NOBODYS)


def known_date(born_on: date | None) -> date | None:
    """The date, or None for what a form puts where nobody knew."""
    return None if born_on in _PLACEHOLDERS else born_on


def born(one: date | None, other: date | None) -> str:
    """same, newyear (the same, and written down for many who do not know their birthday), swapped (day and month), digit (one digit or
    two neighbours), year (the same in the year, as brothers may be apart), changed (one part differs), decade (one digit, and so a
    generation), generation, different, missing."""
    if one is None or other is None:
        return "missing"
    if one == other:
        return "newyear" if (one.month, one.day) == (1, 1) else "same"
    if one.year not in _LIVED or other.year not in _LIVED:
        return "digit" if OSA.distance(f"{one:%Y%m%d}", f"{other:%Y%m%d}", score_cutoff=1) <= 1 else "missing"
    apart = abs(one.year - other.year)
    if apart == 0 and one.day == other.month and one.month == other.day:
        return "swapped"
    if apart >= GENERATION_YEARS:
        return (
            "decade"
            if (one.month, one.day) == (other.month, other.day) and OSA.distance(str(one.year), str(other.year)) <= 1
            else "generation"
        )
    if OSA.distance(_digits(one), _digits(other), score_cutoff=1) <= 1:
        return "digit" if apart == 0 else "year"
    equal = (one.year == other.year) + (one.month == other.month) + (one.day == other.day)
    return "changed" if equal == 2 and apart <= 5 else "different"


def _digits(day: date) -> str:
    """ "19510203". Twice as quick as strftime, and asked of every candidate."""
    return day.isoformat().replace("-", "")


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
    plain = number.upper()
    plain = plain if plain.isascii() and plain.isalnum() else re.sub(r"[^A-Z0-9]", "", plain)
    return plain if len(plain) > 4 and len(set(plain)) > 2 else ""


def cards(one: str, other: str) -> str:
    """same (a version code at the end may differ), typo, next (as two of one family may have), different, missing."""
    if not one or not other:
        return "missing"
    if one == other or _VERSION.sub("", one) == _VERSION.sub("", other):
        return "same"
    if OSA.distance(one, other, score_cutoff=1) > 1:
        return "different"
    off = [at for at, (a, b) in enumerate(zip(one, other)) if a != b] if len(one) == len(other) else []
    # Numbers given out one after the other differ a little at the end; those made of a name differ in a letter.
    if len(off) != 1:
        return "typo"
    a, b = one[off[0]], other[off[0]]
    letter, last = a.isalpha() or b.isalpha(), off[0] == len(one) - 1
    return "next" if letter or (last and abs(int(a) - int(b)) <= 3) else "typo"


class Street(NamedTuple):
    """A street address: its numbers, its name with each kind of street written one way, and the same as it was typed."""

    numbers: frozenset[str]
    name: str
    typed: str


@lru_cache(8192)
def street(text: str) -> Street | None:
    """ "12 Elm Road" and "12 Elm Rd." are one. None where nothing is known."""
    found = words(text)
    typed = [word for word in found if not word[0].isdigit()]
    return Street(frozenset(found) - set(typed), "".join(_STREETS.get(word, word) for word in typed), "".join(typed)) if found else None


def streets(one: Street | None, other: Street | None, near: str) -> str:
    """same, typo (something in it differs), different, missing. `near`: how postal code and city compare: same, typo, different, missing."""
    if one is None or other is None:
        return "missing"
    exactly = one.name == other.name or one.typed == other.typed
    nearly = bool(one.typed and other.typed) and (slips(one.typed, other.typed) or slips(one.name, other.name))
    alike = exactly or nearly
    number = one.numbers == other.numbers or bool(one.numbers & other.numbers)
    if alike and number:
        return "same" if near in ("same", "missing") and exactly else "typo"
    unknown = not one.numbers or not other.numbers
    street = alike and (unknown or near in ("same", "typo"))
    house = number and not unknown and near == "same"
    return "typo" if street or house else "different"


def places(postal_one: str, postal_other: str, city_one: str, city_other: str) -> str:
    """How two places compare: same, typo, different, missing. The city decides only where a postal code is missing or mistyped."""
    city = (city_one == city_other or slips(city_one, city_other)) if city_one and city_other else None
    if postal_one and postal_other:
        if postal_one == postal_other:
            return "same"
        return "typo" if city and OSA.distance(postal_one, postal_other, score_cutoff=1) <= 1 else "different"
    return "missing" if city is None else "same" if city else "different"


@lru_cache(8192)
def postal(code: str) -> str:
    """A postal code without its blanks."""
    return re.sub(r"[^a-z0-9]", "", code.lower())
