"""One cell of a list → what is kept of it, or why it cannot be. Pure: plain values in, plain values out."""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from portal import import_dates, import_fields, import_names
from portal.addresses import BadAddress, clean_address
from portal.cards import SHOWN, bare
from portal.care_keeper import LOCATION, PRACTITIONER, Named
from portal.folding import fold
from portal.import_vocabulary import CODE_OF_REGION, KIND_OF_NUMBER, NO, NOTHING, SEX, YES, ZONE_OF_WORD, languages, zones
from portal.phones import BadPhone, HasExtension, clean_phone
from portal.web_addresses import leads_somewhere

# Why a cell cannot be kept; portal/staff/import_words.py says it to people.
BAD_DATE, FUTURE, TOO_OLD, BAD_EMAIL, BAD_PHONE, LANGUAGE, ZONE, TOO_LONG, YES_NO, REGION, NUMBER, WEB_ADDRESS, SHORT_CARD, CUT, DAY_NUMBER = CODES = (
    "bad_date", "future", "too_old", "bad_email", "bad_phone", "language", "zone", "too_long", "yes_no", "region", "number", "web_address", "short_card", "cut", "day_number",
)  # fmt: skip
NO_PRACTITIONER, TWO_PRACTITIONERS, NO_LOCATION, TWO_LOCATIONS = UNKNOWN = (
    "no_practitioner",
    "two_practitioners",
    "no_location",
    "two_locations",
)
OLDEST_YEAR = 1900
_OWN_NAMES = frozenset((*import_fields.NAMES, import_fields.SECOND_FAMILY, import_fields.FULL_NAME, import_fields.FAMILY_FIRST))
_CONTACT_PHONES, _EMAILS = ("contact_phone", "guardian_phone"), ("email", "contact_email", "guardian_email")
_NUMBERS = frozenset((*import_fields.PHONES, *_CONTACT_PHONES, "card_number"))
# Numbers that a spreadsheet may have made of what are texts: 1042.0
_FIGURES = frozenset(("file_number", "postal_code", "veteran_id", "card_number", "program_number", "case_number", "billing_authorisation"))
_BETWEEN_NUMBERS = re.compile(r"[/;|,&\n]|:::|\b(?:or|and|ou|et|y|o)\b", re.IGNORECASE)
_AMERICAN = re.compile(r"\+1[2-9]\d\d[2-9]\d{6}", re.ASCII)
_BETWEEN_ADDRESSES = re.compile(r"[/;|,\s]+(?:(?:or|and|ou|et|y|o) )?|:::")
# and how long
_NAMES = {
    "contact_name": 120,
    "contact_family_name": 80,
    "guardian_name": 120,
    "guardian_family_name": 80,
    import_fields.SECOND_FAMILY: 80,
}
# 123456789012 as a narrow column of a spreadsheet wrote it
_CUT = re.compile(r"\d([.,]\d+)?e\+\d+|\d[.,]\d+e\d+", re.IGNORECASE | re.ASCII)


class BadCell(ValueError):
    """`code` of CODES; `most` characters where it is too long."""

    def __init__(self, code: str, most: int = 0):
        super().__init__(code)
        self.code, self.most = code, most


class Setting(NamedTuple):
    """Where a list is read: the practice's country (ISO 3166-1), the language codes it knows, its date, and the order of day and month;
    `care`: PRACTITIONER and LOCATION → name as it is compared → those who are called so (portal/care_keeper.py: Named)."""

    country: str
    languages: tuple[str, ...]
    today: date
    order: str = ""
    care: Mapping[str, Mapping[str, Sequence[Named]]] = {}


def plain(text: str) -> str:
    """One line without invisible characters; a mark against formulas is taken off."""
    if not text.isprintable() or not text.isascii():
        text = "".join(
            " " if unicodedata.category(c) in ("Cc", "Zl", "Zp") else c for c in text if unicodedata.category(c) not in ("Cf", "Cs")
        )
    text = " ".join(text.split())
    return text[1:] if text[:1] == "'" and text[1:2] in ("=", "+", "-", "@") else text


def read(field: str, cell: str, here: Setting):
    """What is kept: a text, a date, a number, or whether they agree. Empty cells are not asked about. Raises BadCell."""
    if field in import_fields.LONG_TEXTS:
        return _within("\n".join(filter(None, map(plain, cell.splitlines()))), import_fields.LONG_TEXTS[field])
    text = plain(cell)
    if _CUT.fullmatch(text):
        raise BadCell(CUT)
    if field in _FIGURES:
        text = re.sub(r"^(\d+)\.0$", r"\1", text)
    if field in import_fields.TEXTS:
        return _CHECKED.get(field, lambda text: text)(_within(text, import_fields.TEXTS[field]))
    if field in import_fields.NAMES or field in _NAMES:
        return name(text, import_fields.NAMES.get(field) or _NAMES[field])
    return _READERS[field](text, here)


def says_nothing(field: str, cell: str) -> bool:
    """Whether a cell is empty in other words: "-", "N/A", 0000-00-00, 000-000-0000."""
    word = fold(cell).strip(" .()[]#*")
    if field in import_fields.CONSENTS:
        return word not in YES | NO and (word in NOTHING or not word.strip("-–—_?"))
    if not any(c.isalnum() for c in cell):
        return True
    if field in _OWN_NAMES or field in import_fields.LONG_TEXTS:
        return False
    figures = {c for c in cell if c.isdecimal()}
    is_filler = len(figures) == 1 and field in _NUMBERS and (figures == {"0"} or len(word) > 6)  # 000-000-0000, 9999999999
    return word in NOTHING or is_filler or (figures == {"0"} and field in import_fields.DATES and not word.strip("0/-. :"))


def name(text: str, most: int = 80) -> str:
    """Somebody's name, which goes out in mails. Raises BadCell."""
    if leads_somewhere(text):
        raise BadCell(WEB_ADDRESS)
    return _within(text, most)


def _within(text: str, most: int) -> str:
    if len(text) > most:
        raise BadCell(TOO_LONG, most)
    return text


def _card(text: str) -> str:
    if len(bare(text)) < SHOWN:
        raise BadCell(SHORT_CARD)
    return text


def _born(text: str, here: Setting) -> date:
    found = _date(text, here)
    if found > here.today:
        raise BadCell(FUTURE)
    if found.year < OLDEST_YEAR:
        raise BadCell(TOO_OLD)
    return found


def _date(text: str, here: Setting, *, ends: bool = False) -> date:
    if re.fullmatch(r"[1-9]\d{4}(\.\d+)?", text):  # days since 1900, or since 1904: nobody can know
        raise BadCell(DAY_NUMBER)
    try:
        return import_dates.read(text, here.order, here.today, ends=ends)
    except import_dates.BadDate as error:
        raise BadCell(BAD_DATE) from error


def _email(text: str, _here: Setting) -> str:
    text = re.sub(r"^mailto:|[;,]$", "", text.strip("<> "), flags=re.IGNORECASE)
    if re.search(r"[^\s@.] +[^\s@.]", text):  # without its spaces "a@example.org or ask Jo" is an address, too: somebody else's
        raise BadCell(BAD_EMAIL)
    try:
        return _within(clean_address(text), 254)
    except BadAddress as error:
        raise BadCell(BAD_EMAIL) from error


def extension(cell: str, here: Setting) -> str:
    """That of a telephone number that has one: "12"."""
    try:
        clean_phone(plain(cell), here.country)
    except HasExtension as whole:
        return whole.extension
    except BadPhone:
        pass
    return ""


def several(field: str, cell: str, here: Setting) -> list[tuple[str, str]]:
    """(field, value) of a cell that holds several telephone numbers or addresses of mail; none where there is anything else in it."""
    if field in _EMAILS:
        return _several_emails(field, plain(cell), here)
    if field in _CONTACT_PHONES:
        return [(field, number) for _kind, number in _several_phones("", cell, here)]
    return _several_phones(field, cell, here) if field in import_fields.PHONES else []


def _several_emails(field: str, text: str, here: Setting) -> list[tuple[str, str]]:
    try:
        # a star: the first of several, of Google's
        return [(field, _email(one, here)) for one in _BETWEEN_ADDRESSES.split(text) if one not in ("", "*")]
    except BadCell:
        return []


def _several_phones(field: str, cell: str, here: Setting) -> list[tuple[str, str]]:
    """(field, number) of a cell that holds several, or says what kind it is: "Mobile: 416 555 0101, Home: 416 555 0102"; none where there is
    anything else in it, which would be lost."""
    found = []
    for part in filter(None, map(str.strip, _BETWEEN_NUMBERS.split(cell.lstrip("'")))):
        before, number, after = re.fullmatch(r"([^\d+]*?)(\(?[\d+].*\d|)(\D*)", part, re.DOTALL).groups()
        kinds = [KIND_OF_NUMBER.get(word) for word in re.findall(r"[^\W\d_]+", fold(f"{before} {after}"))]
        try:
            found.append((next(filter(None, kinds), field), _number(number, here)))
        except (BadPhone, BadCell):
            return []
        if None in kinds or not number:
            return []
    return found


def _phone(text: str, here: Setting) -> str:
    """Without its extension, if there is one."""
    text = re.sub(r"\.0$", "", text)  # a number that went through a spreadsheet
    try:
        return _within(_number(text, here), 20)
    except HasExtension as whole:
        return _within(whole.number, 20)
    except BadPhone as error:
        raise BadCell(BAD_PHONE) from error


def _number(text: str, here: Setting) -> str:
    """E.164. A number of another country without its code has ten figures too, and is none here: 06 12 34 56 78. Raises BadPhone, BadCell."""
    number = clean_phone(text, here.country)
    if number.startswith("+1") and not _AMERICAN.fullmatch(number):
        raise BadCell(BAD_PHONE)
    return number


def _sex(text: str, _here: Setting) -> str:
    word = fold(text)
    return "" if word in NOTHING else SEX[word] if word in SEX else _within(text, 40)


def _language(text: str, here: Setting) -> str:
    word = fold(text).strip()
    if word in NOTHING:
        return ""
    code = re.split(r"[ _(,/]", word)[0]
    for known in (languages(here.languages).get(word), languages(here.languages).get(code)):
        if known:
            return known
    raise BadCell(LANGUAGE)


def _zone(text: str, _here: Setting) -> str:
    if text in zones():
        return text
    word = re.sub(r"^canada/|^us/", "", text.lower())
    for one in (word, word.split(" ")[0], word.split("/")[0]):
        if one in ZONE_OF_WORD:
            return ZONE_OF_WORD[one]
    city = re.sub("[^a-z]+", "_", word)  # "Sydney", as products made with Rails have it
    found = [zone for zone in zones() if zone.rpartition("/")[2].lower() == city]
    if len(found) == 1:
        return found[0]
    raise BadCell(ZONE)


def _practitioner(text: str, here: Setting) -> Named:
    return _one(here.care.get(PRACTITIONER, {}).get(import_names.key(text), ()), NO_PRACTITIONER, TWO_PRACTITIONERS)


def _location(text: str, here: Setting) -> Named:
    return _one(here.care.get(LOCATION, {}).get(place_key(text), ()), NO_LOCATION, TWO_LOCATIONS)


def _one(found: Sequence[Named], none: str, more: str) -> Named:
    """The one of this name; nobody is guessed. Raises BadCell."""
    if len(found) != 1:
        raise BadCell(more if found else none)
    return found[0]


def place_key(name: str) -> str:
    return " ".join(re.findall(r"[^\W_]+", fold(name)))


def _region(text: str, _here: Setting) -> str:
    word = re.sub(r"^ca[ -]", "", fold(text))
    if word not in CODE_OF_REGION:
        raise BadCell(REGION)
    return CODE_OF_REGION[word]


def _yes_no(text: str, _here: Setting) -> bool:
    word = fold(text).strip()
    if word in YES or re.fullmatch(r"[12]\d{3}-\d\d-\d\d.*", text):  # the day on which they agreed
        return True
    if word in NO:
        return False
    raise BadCell(YES_NO)


def _count(text: str, _here: Setting) -> int:
    number = re.fullmatch(r"(\d{1,3})(\.0+)?", text, re.ASCII)
    if not number:
        raise BadCell(NUMBER)
    return int(number[1])


_CHECKED: dict[str, Callable] = {"card_number": _card, "postal_code": str.upper, "card_version": str.upper}
_READERS: dict[str, Callable] = {
    "born_on": _born, "card_expires_on": lambda text, here: _date(text, here, ends=True), "sex_at_birth": _sex, "language": _language, "zone": _zone,
    **dict.fromkeys(_EMAILS, _email), **dict.fromkeys((*import_fields.PHONES, *_CONTACT_PHONES), _phone), PRACTITIONER: _practitioner, LOCATION: _location, "card_region": _region, "program_region": _region,
    **dict.fromkeys(import_fields.CONSENTS, _yes_no), "sessions_needed": _count, **dict.fromkeys(("contact_relation", "guardian_relation"), lambda text, _here: _within(text, 60)),
    import_fields.PREVIOUS_ID: lambda text, _here: _within(re.sub(r"^(\d+)\.0$", r"\1", text), 60),
    import_fields.FULL_NAME: lambda text, _here: name(text, 160), import_fields.FAMILY_FIRST: lambda text, _here: name(text, 160),
    **dict.fromkeys(import_fields.BORN, lambda text, _here: _within(re.sub(r"^(\d+)\.0$", r"\1", text), 12)),
}  # fmt: skip
