"""One cell of a list → what is kept of it, or why it cannot be. Pure: plain values in, plain values out."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import available_timezones

from babel import Locale

from portal import import_dates, import_fields
from portal.addresses import BadAddress, clean_address
from portal.cards import SHOWN, bare
from portal.folding import fold
from portal.phones import BadPhone, HasExtension, clean_phone
from portal.web_addresses import leads_somewhere

# Why a cell cannot be kept; portal/staff/import_words.py says it to people.
BAD_DATE, FUTURE, TOO_OLD, BAD_EMAIL, BAD_PHONE, LANGUAGE, ZONE, TOO_LONG, YES_NO, REGION, NUMBER, WEB_ADDRESS, SHORT_CARD, CUT = CODES = (
    "bad_date", "future", "too_old", "bad_email", "bad_phone", "language", "zone", "too_long", "yes_no", "region", "number", "web_address", "short_card", "cut",
)  # fmt: skip
OLDEST_YEAR = 1900
_YES = frozenset("y yes true t 1 x oui o vrai si sí on ok granted given agreed agree accepted opted in optin subscribed consented ✓ ✔".split()) | {"opted in", "opt in"}
_NO = frozenset("n no false f 0 non faux off none refused declined denied withdrawn unsubscribed optout".split()) | {"opted out", "opt out"}
_SEXES = {
    "female": "f female woman girl femme feminin fille femenino mujer w", "male": "m male man boy homme masculin garcon masculino hombre h",
    "intersex": "intersex intersexe intersexual i x",
}  # fmt: skip
_SEX = {word: sex for sex, words in _SEXES.items() for word in words.split()}
_UNSAID = frozenset("unknown n/a na none - undisclosed unspecified inconnu desconocido null not specified u".split())
# What programs and people write where there is nothing. Names and notes may be such words.
_NOTHING = frozenset("n/a na none null nil nan unknown undisclosed unspecified inconnu aucun aucune desconocido ninguno ninguna s/o".split())
_NOTHING |= {"not specified", "not provided", "not available", "no email", "no phone", "pas de courriel", "non disponible", "sin correo"}
_OWN_NAMES = frozenset((*import_fields.NAMES, import_fields.FULL_NAME, import_fields.FAMILY_FIRST))
_NUMBERS = frozenset((*import_fields.PHONES, "contact_phone", "card_number"))
_BETWEEN_NUMBERS = re.compile(r"[/;|,&\n]|\b(?:or|and|ou|et)\b", re.IGNORECASE)
# What stands beside a number → the field it is; "" for one that says nothing of its kind.
_KINDS = {
    "phone_mobile": "mobile mob cell cellular c m portable cellulaire movil celular", "phone_home": "home h res residence maison domicile casa",
    "phone_work": "work w bus business office travail bureau trabajo", "": "tel telephone phone ph p telefono no number primary",
}  # fmt: skip
_KIND_OF_NUMBER = {word: field for field, words in _KINDS.items() for word in words.split()}
_CUT = re.compile(r"\d([.,]\d+)?e\+\d+", re.IGNORECASE | re.ASCII)  # 123456789012 as a narrow column of a spreadsheet wrote it
_REGIONS = {
    "AB": "alberta", "BC": "british columbia, colombie britannique, columbia britanica", "MB": "manitoba", "NB": "new brunswick, nouveau brunswick",
    "NL": "newfoundland, newfoundland and labrador, terre neuve et labrador, nf, nfld", "NS": "nova scotia, nouvelle ecosse, nueva escocia",
    "NT": "northwest territories, territoires du nord ouest, nwt", "NU": "nunavut", "ON": "ontario, ohip, ont", "PE": "prince edward island, pei, ile du prince edouard",
    "QC": "quebec, ramq, pq, que", "SK": "saskatchewan, sask", "YT": "yukon, yk",
}  # fmt: skip
_REGION = {word: code for code, words in _REGIONS.items() for word in (code.lower(), *words.split(", "))}
# As American and Canadian products write them.
_ZONES = {
    "eastern": "America/Toronto", "est": "America/Toronto", "edt": "America/Toronto", "et": "America/Toronto", "central": "America/Winnipeg", "cst": "America/Winnipeg",
    "mountain": "America/Edmonton", "mst": "America/Edmonton", "mdt": "America/Edmonton", "pacific": "America/Vancouver", "pst": "America/Vancouver",
    "pdt": "America/Vancouver", "pt": "America/Vancouver", "atlantic": "America/Halifax", "ast": "America/Halifax", "adt": "America/Halifax",
    "newfoundland": "America/St_Johns", "nst": "America/St_Johns",
}  # fmt: skip


class BadCell(ValueError):
    """`code` of CODES; `most` characters where it is too long."""

    def __init__(self, code: str, most: int = 0):
        super().__init__(code)
        self.code, self.most = code, most


class Setting(NamedTuple):
    """Where a list is read: the practice's country (ISO 3166-1), the language codes it knows, its date, and the order of day and month."""

    country: str
    languages: tuple[str, ...]
    today: date
    order: str = ""


def plain(text: str) -> str:
    """One line without invisible characters; a mark against formulas is taken off."""
    if not text.isprintable() or not text.isascii():
        text = "".join(" " if unicodedata.category(c) in ("Cc", "Zl", "Zp") else c for c in text if unicodedata.category(c) not in ("Cf", "Cs"))
    text = " ".join(text.split())
    return text[1:] if text[:1] == "'" and text[1:2] in ("=", "+", "-", "@") else text


def read(field: str, cell: str, here: Setting):
    """What is kept: a text, a date, a number, or whether they agree. Empty cells are not asked about. Raises BadCell."""
    if field in import_fields.LONG_TEXTS:
        return _within("\n".join(filter(None, map(plain, cell.splitlines()))), import_fields.LONG_TEXTS[field])
    text = plain(cell)
    if _CUT.fullmatch(text):
        raise BadCell(CUT)
    if field in import_fields.TEXTS:
        return _CHECKED.get(field, lambda text: text)(_within(text, import_fields.TEXTS[field]))
    if field in import_fields.NAMES or field == "contact_name":
        return name(text, import_fields.NAMES.get(field, 120))
    return _READERS[field](text, here)


def says_nothing(field: str, cell: str) -> bool:
    """Whether a cell is empty in other words: "-", "N/A", 0000-00-00, 000-000-0000."""
    word = fold(cell).strip(" .()[]#*")
    if field in import_fields.CONSENTS:
        return word not in _YES | _NO and (word in _NOTHING or not word.strip("-–—_?"))
    if not any(c.isalnum() for c in cell):
        return True
    if field in _OWN_NAMES or field in import_fields.LONG_TEXTS:
        return False
    figures = {c for c in cell if c.isdecimal()}
    is_filler = len(figures) == 1 and field in _NUMBERS and (figures == {"0"} or len(word) > 6)  # 000-000-0000, 9999999999
    return word in _NOTHING or is_filler or (figures == {"0"} and field in import_fields.DATES and not word.strip("0/-. :"))


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
    try:
        return import_dates.read(text, here.order, here.today, ends=ends)
    except import_dates.BadDate as error:
        raise BadCell(BAD_DATE) from error


def _email(text: str, _here: Setting) -> str:
    text = re.sub(r"^mailto:|[;,]$", "", text.strip("<> "), flags=re.IGNORECASE)
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


def several_phones(field: str, cell: str, here: Setting) -> list[tuple[str, str]]:
    """(field, number) of a cell that holds several, or says what kind it is: "Mobile: 416 555 0101, Home: 416 555 0102"; none where there is
    anything else in it, which would be lost."""
    found = []
    for part in filter(None, map(str.strip, _BETWEEN_NUMBERS.split(cell.lstrip("'")))):
        before, number, after = re.fullmatch(r"([^\d+]*?)(\(?[\d+].*\d|)(\D*)", part, re.DOTALL).groups()
        kinds = [_KIND_OF_NUMBER.get(word) for word in re.findall(r"[^\W\d_]+", fold(f"{before} {after}"))]
        try:
            found.append((next(filter(None, kinds), field), clean_phone(number, here.country)))
        except BadPhone:
            return []
        if None in kinds or not number:
            return []
    return found


def _phone(text: str, here: Setting) -> str:
    """Without its extension, if there is one."""
    text = re.sub(r"\.0$", "", text)  # a number that went through a spreadsheet
    try:
        number = clean_phone(text, here.country)
    except HasExtension as whole:
        number = whole.number
    except BadPhone as error:
        raise BadCell(BAD_PHONE) from error
    return _within(number, 20)


def _sex(text: str, _here: Setting) -> str:
    if fold(text) in _UNSAID:
        return ""
    return _SEX.get(fold(text)) or _within(text, 40)


def _language(text: str, here: Setting) -> str:
    word = fold(text).strip()
    if word in _UNSAID:
        return ""
    code = re.split(r"[ _(,/]", word)[0]
    for known in (_languages(here.languages).get(word), _languages(here.languages).get(code)):
        if known:
            return known
    raise BadCell(LANGUAGE)


@lru_cache(maxsize=4)
def _languages(codes: tuple[str, ...]) -> Mapping[str, str]:
    """Codes of one, two and three letters and names in each of the languages → the code."""
    long = {"en": "eng", "fr": "fra fre", "es": "spa esp"}
    found = {}
    for code in codes:
        names = (Locale.parse(other).languages.get(code, "") for other in codes)
        found |= dict.fromkeys([code, code[:1] if code in ("en", "fr") else code, *long.get(code, "").split(), *map(fold, filter(None, names))], code)
    return found


def _zone(text: str, _here: Setting) -> str:
    if text in _all_zones():
        return text
    word = re.sub(r"^canada/|^us/", "", text.lower())
    for one in (word, word.split(" ")[0], word.split("/")[0]):
        if one in _ZONES:
            return _ZONES[one]
    raise BadCell(ZONE)


@lru_cache(maxsize=1)
def _all_zones() -> frozenset[str]:
    return frozenset(zone for zone in available_timezones() if "/" in zone and not zone.startswith(("Etc/", "posix/", "right/", "US/", "Canada/")))


def _region(text: str, _here: Setting) -> str:
    word = re.sub(r"^ca[ -]", "", fold(text))
    if word not in _REGION:
        raise BadCell(REGION)
    return _REGION[word]


def _yes_no(text: str, _here: Setting) -> bool:
    word = fold(text).strip()
    if word in _YES or re.fullmatch(r"[12]\d{3}-\d\d-\d\d.*", text):  # the day on which they agreed
        return True
    if word in _NO:
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
    "email": _email, "contact_email": _email, **dict.fromkeys((*import_fields.PHONES, "contact_phone"), _phone), "card_region": _region, "program_region": _region,
    **dict.fromkeys(import_fields.CONSENTS, _yes_no), "sessions_needed": _count, "contact_relation": lambda text, _here: _within(text, 60),
    import_fields.PREVIOUS_ID: lambda text, _here: _within(re.sub(r"^(\d+)\.0$", r"\1", text), 60),
    import_fields.FULL_NAME: lambda text, _here: name(text, 160), import_fields.FAMILY_FIRST: lambda text, _here: name(text, 160),
    **dict.fromkeys(import_fields.BORN, lambda text, _here: _within(re.sub(r"^(\d+)\.0$", r"\1", text), 12)),
}  # fmt: skip
