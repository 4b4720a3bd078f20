"""What is wrong with a health card, if anything: length and letters, check digit, version, expiry, and what Quebec's numbers say of their
holder. Pure: plain values in, codes out; the words are portal/staff/card_words.py's.

Sources. Ontario: ten figures, the last by modulus 10 (Ministry of Health, "Technical Specifications: Interface to Health Care Systems", MOD 10
Check Digit), by python-stdnum's Luhn; a version of at most two letters, none on red and white cards. British Columbia: python-stdnum's
`ca.bc_phn`. Quebec: RAMQ on the health insurance number: three letters of the family name at birth, one of the first name, year, month (50
more for women), day, a figure that tells twins apart and a check figure; its sum as in petalmd/health_card. For the other provinces no
rule for a check digit is published: the length alone is looked at.
"""

import re
import unicodedata
from datetime import date, timedelta
from typing import NamedTuple

from stdnum import luhn
from stdnum.ca import bc_phn
from stdnum.exceptions import ValidationError

SHAPES = {
    "AB": r"\d{9}", "BC": r"9\d{9}", "MB": r"\d{9}", "NB": r"\d{9}", "NL": r"\d{12}", "NS": r"\d{10}", "NT": r"[A-Z]\d{7}", "NU": r"\d{9}",
    "ON": r"\d{10}", "PE": r"\d{8}", "QC": r"[A-Z]{4}\d{7}[0-9A-Z]", "SK": r"\d{9}", "YT": r"\d{9}",
}  # fmt: skip
CHECKED = ("BC", "ON", "QC")  # their check digit is looked at, too
SOON = timedelta(days=60)  # a card that ends so soon is spoken of
SHAPE, DIGIT, VERSION, NO_VERSION, EXPIRED, EXPIRES, NAME, BORN, SEX = CODES = (
    "shape", "digit", "version", "no version", "expired", "expires", "name", "born", "sex",
)  # fmt: skip
_WEIGHTS = (7, 1, 1, 3, 9, 7, 3, 9, 5, 3, 1, 3, 5, 7, 6, 9, 1)
_WOMAN, _MONTHS = 4, 50


class Card(NamedTuple):
    """As typed; `region` is the ISO 3166-2 code of the province without the country."""

    number: str
    region: str
    version: str = ""
    expires_on: date | None = None


class Holder(NamedTuple):
    """What is known of whose card it is; `sex` "female", "male", or anything else."""

    given_name: str = ""
    family_name: str = ""
    born_on: date | None = None
    sex: str = ""


def problems(card: Card, holder: Holder, today: date) -> list[str]:
    """Codes of what is wrong, the gravest first; none for no card, and for one of nobody knows where."""
    if not card.number or card.region not in SHAPES:
        return _ends(card, today) if card.number else []
    number, version = _parts(card)
    found = [SHAPE] if not re.fullmatch(SHAPES[card.region], number, re.ASCII) else _of_number(card.region, number, holder)
    return [*found, *_of_version(card.region, version), *_ends(card, today)]


def bare(number: str) -> str:
    """Letters and figures only, in capitals."""
    return "".join(c for c in number.upper() if c.isalnum())


def _parts(card: Card) -> tuple[str, str]:
    """Number and version; Ontario prints the version behind the number, and so people type it."""
    number, version = bare(card.number), bare(card.version)
    behind = re.fullmatch(r"(\d{10})([A-Z]{1,2})", number, re.ASCII) if card.region == "ON" and not version else None
    return behind.groups() if behind else (number, version)


def _of_version(region: str, version: str) -> list[str]:
    if region == "ON":
        return [] if re.fullmatch("[A-Z]{0,2}", version, re.ASCII) else [VERSION]
    return [NO_VERSION] if version else []


def _ends(card: Card, today: date) -> list[str]:
    if card.expires_on is None or card.expires_on > today + SOON:
        return []
    return [EXPIRED if card.expires_on < today else EXPIRES]


def _of_number(region: str, number: str, holder: Holder) -> list[str]:
    if region == "ON":
        return [] if luhn.is_valid(number) else [DIGIT]
    if region == "BC":
        return [] if _stands(bc_phn, number) else [DIGIT]
    return _of_quebec(number, holder) if region == "QC" else []


def _stands(rule, number: str) -> bool:
    try:
        return bool(rule.validate(number))
    except ValidationError:
        return False


def _of_quebec(number: str, holder: Holder) -> list[str]:
    month = int(number[6:8]) % _MONTHS
    born, woman = [_day(century + int(number[4:6]), month, int(number[8:10])) for century in (1900, 2000)], int(number[6:8]) > _MONTHS
    if not any(born):
        return [SHAPE]
    found = []
    if holder.born_on and holder.born_on not in born:
        found.append(BORN)
    centuries = {day.year // 100 for day in born if day and (not holder.born_on or BORN in found or day == holder.born_on)}
    if number[-2:].isdigit() and not any(int(number[-1]) in ramq_digits(number, century) for century in centuries):
        found.insert(0, DIGIT)
    if holder.family_name and number[:4] != _letters(holder):
        found.append(NAME)
    if holder.sex in ("female", "male") and (holder.sex == "female") != woman:
        found.append(SEX)
    return found


def ramq_digits(number: str, century: int) -> set[int]:
    """The check figures a Quebec number may have for somebody born in this century (19, 20). The alphabet skips a place before S, as on
    punched cards. What the 50 of women adds is told in two ways; both are taken, so that nobody is called wrong who is not."""
    places = [ord(c) - 64 + (c > "R") for c in number[:4]]
    text = "".join(f"{place:02}" for place in places) + f"{century}{number[4:10]}{number[10]}"
    whole = sum(int(c) * weight for c, weight in zip(text, _WEIGHTS))
    woman = int(number[6:8]) > _MONTHS
    return {whole % 10, (whole - 5 * _WEIGHTS[12] + _WOMAN) % 10} if woman else {whole % 10}


def _letters(holder: Holder) -> str:
    family, given = _plain(holder.family_name), _plain(holder.given_name)
    return family[:3].ljust(3, "X") + given[:1]


def _plain(name: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFD", name.upper()) if "A" <= c <= "Z")


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
