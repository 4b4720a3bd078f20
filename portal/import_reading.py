"""A row of a list → what it says of somebody, and what in it cannot be kept and why. Pure: plain values in, plain values out."""

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from portal import cards, health_cards, import_cells, import_fields, import_names
from portal.addresses import did_you_mean
from portal.import_cells import BadCell, Setting
from portal.import_fields import (
    BORN,
    CARE,
    CONSENTS,
    CONTACT,
    FAMILY_FIRST,
    FULL_NAME,
    GUARDIAN,
    MOBILE,
    OTHER,
    PHONES,
    PREVIOUS_ID,
    SECOND_FAMILY,
)

NO_NAME, TWO_PEOPLE = "no_name", "two_people"
# told, and no reason to leave the row out
MISTYPED, CARD, NO_MOBILE, EXTENSION, MORE = (
    "mistyped",
    "card",
    "no_mobile",
    "extension",
    "more",
)
_TOLD = frozenset((import_cells.LANGUAGE, import_cells.ZONE, *import_cells.UNKNOWN))  # cells that are told and left out of their row


class Number(NamedTuple):
    """E.164, and its kind; an empty kind is not known."""

    number: str
    kind: str


class Problem(NamedTuple):
    """`column` of the list, from 0, or -1 for the whole row; a code; `detail`: a number, or what was meant."""

    column: int
    code: str
    detail: str = ""


class Read(NamedTuple):
    """`facts`: columns of Profile; `numbers`: the one to ring first first; `contact`: who is rung in an emergency; `consents`: channel →
    whether they agree; `guardian`: a contact, too; `care`: PRACTITIONER and LOCATION → [public id, name]. Only what the row says: an empty cell says nothing. A row with `problems` is left out; `notes` are told."""

    facts: dict
    numbers: tuple[Number, ...] = ()
    contact: dict | None = None
    consents: dict | None = None
    previous_id: str = ""
    problems: tuple[Problem, ...] = ()
    notes: tuple[Problem, ...] = ()
    guardian: dict | None = None
    care: dict | None = None

    @property
    def name(self) -> str:
        return f"{self.facts.get('given_name', '')} {self.facts.get('family_name', '')}".strip()


def row(cells: Sequence[str], columns: Sequence[str], here: Setting, region: str = "") -> Read:
    """`columns`: the field of each column, empty for one that is left out. `region`: where a card is from that does not say."""
    said, problems, told = {}, [], []
    for column, (field, cell) in enumerate(zip(columns, cells)):
        if field and cell.strip() and not import_cells.says_nothing(field, cell):
            try:
                value = import_cells.read(field, cell, here)
            except BadCell as bad:
                several = import_cells.several(field, cell, here)
                for one, value in several if field in PHONES else several[:1]:
                    said.setdefault(one, []).append((column, value))
                if len(several) > 1 and field not in PHONES:
                    told.append(Problem(column, MORE, ", ".join(value for _one, value in several[1:])))
                if not several:
                    (told if bad.code in _TOLD else problems).append(Problem(column, bad.code, str(bad.most or "")))
            else:
                said.setdefault(field, []).append((column, value))
    place = {field: values[0][0] for field, values in said.items()}
    facts = {field: values[0][1] for field, values in said.items() if field in _PLAIN and values[0][1] != ""}
    facts |= {field: "\n".join(value for _column, value in values) for field, values in said.items() if field in import_fields.LONG_TEXTS}
    _split_name(facts, said)
    problems += _too_long_together(facts, place) + _second_family(facts, said) + _born(facts, said, here) + _long_unit(facts, place)
    if not facts.get("given_name") and not any(columns[one.column] in _NAMING for one in problems if one.column >= 0):
        problems.append(Problem(-1, NO_NAME))
    if _is_of_two(facts):
        problems.append(Problem(-1, TWO_PEOPLE))
    contact, guardian = _somebody(said, CONTACT), _somebody(said, GUARDIAN)
    if contact and guardian and import_names.key(contact["name"]) == import_names.key(guardian["name"]):
        contact, guardian = guardian | contact, None
    care = {field: list(said[field][0][1]) for field in CARE if field in said}
    _card_region(facts, region)
    consents = {CONSENTS[field]: values[0][1] for field, values in said.items() if field in CONSENTS}
    numbers = _numbers(said)
    previous = said.get(PREVIOUS_ID, [(0, "")])[0][1]
    notes = [*_notes(facts, numbers, consents, place, here), *_extensions(cells, columns, here), *told]
    return Read(facts, numbers, contact, consents or None, previous, tuple(problems), tuple(notes), guardian, care or None)


_PLAIN = frozenset((*import_fields.NAMES, *import_fields.TEXTS, *import_fields.OTHERS))
_DIALLED = frozenset((*PHONES, "contact_phone", "guardian_phone"))
_NAMING = frozenset(("given_name", "family_name", FULL_NAME, FAMILY_FIRST))


def _too_long_together(facts: dict, place: dict) -> list[Problem]:
    """Notes of two columns, in one field."""
    return [
        Problem(place[field], import_cells.TOO_LONG, str(most))
        for field, most in import_fields.LONG_TEXTS.items()
        if len(facts.get(field, "")) > most
    ]


def _split_name(facts: dict, said: dict) -> None:
    """First and last name out of one column; columns of their own go first. A last name alone is a name too."""
    for field in (FULL_NAME, FAMILY_FIRST):
        for _column, whole in said.get(field, ()):
            title, name = import_names.title(whole)
            given, family = import_names.split(name, family_first=field == FAMILY_FIRST)
            if not facts.get("given_name"):
                facts["given_name"] = given
                if title:
                    facts.setdefault("salutation", title)
                if family:
                    facts.setdefault("family_name", family)
    if not facts.get("given_name") and facts.get("family_name"):
        facts["given_name"] = facts.pop("family_name")


def _is_of_two(facts: dict) -> bool:
    """ "Jane & John", "Marie et Paul": one record of two people would mix what is known of each."""
    return bool(re.search(r"[^\W\d_] *[&+]|\w (and|et|und)( |$)|\w y \w", facts.get("given_name", ""), re.IGNORECASE))


def _extensions(cells: Sequence[str], columns: Sequence[str], here: Setting) -> list[Problem]:
    """Numbers are kept without them."""
    found = [
        (column, import_cells.extension(cell, here))
        for column, (field, cell) in enumerate(zip(columns, cells))
        if field in _DIALLED and re.search("[a-z#]", cell, re.IGNORECASE)
    ]
    return [Problem(column, EXTENSION, one) for column, one in found if one]


def _second_family(facts: dict, said: dict) -> list[Problem]:
    """The mother's, in Spanish: behind the first."""
    column, second = said.get(SECOND_FAMILY, [(0, "")])[0]
    both = " ".join(filter(None, (facts.get("family_name"), second)))
    if second and len(both) <= import_fields.NAMES["family_name"]:
        facts["family_name"] = both
        return []
    return [Problem(column, import_cells.TOO_LONG, str(import_fields.NAMES["family_name"]))] if second else []


def _somebody(said: dict, fields: Mapping[str, str]) -> dict | None:
    """A contact; without a name they are called by what they are."""
    found = {part: said[field][0][1] for field, part in fields.items() if field in said}
    name = " ".join(filter(None, (found.get("name"), found.pop("family", "")))) if found else ""
    return found | {"name": name[:120] or found.get("relation") or found.get("email") or found.get("phone", "")} if found else None


def _born(facts: dict, said: dict, here: Setting) -> list[Problem]:
    """A date of birth in three columns."""
    parts = [said[field][0] for field in BORN if field in said]
    if not parts or "born_on" in facts:
        return []
    column = parts[0][0]
    try:
        facts["born_on"] = import_cells.read("born_on", "-".join(value for _column, value in parts), here)
    except BadCell as bad:
        return [Problem(column, bad.code)]
    return []


def _long_unit(facts: dict, place: dict) -> list[Problem]:
    """A second line of an address that is more than the number of a flat."""
    unit, most = facts.get("unit", ""), import_fields.TEXTS["street"]
    if len(unit) <= import_fields.UNIT:
        return []
    facts["street"] = f"{facts.get('street', '')}, {unit}".strip(", ")
    del facts["unit"]
    return (
        [Problem(place["unit"], import_cells.TOO_LONG, str(max(import_fields.UNIT, most - len(facts["street"]) + len(unit))))]
        if len(facts["street"]) > most
        else []
    )


def _numbers(said: dict) -> tuple[Number, ...]:
    """A mobile number is rung first; the same number counts once."""
    found = [(kind != MOBILE, column, Number(value, kind)) for field, kind in PHONES.items() for column, value in said.get(field, ())]
    numbers: dict[str, Number] = {}
    for _later, _column, one in sorted(found):
        numbers.setdefault(one.number, one)
    return tuple(numbers.values())


def kind_of(one: Number) -> str:
    """The kind that a further number is kept with."""
    return one.kind or OTHER


def _card_region(facts: dict, region: str) -> None:
    """A card that does not say where it is from is of the practice's province, if it looks like one. Ontario's version may stand behind."""
    number = facts.get("card_number")
    if not number:
        return
    behind = re.fullmatch(r"(\d{10})([A-Z]{1,2})", cards.bare(number), re.ASCII)
    if behind and "card_version" not in facts and facts.get("card_region", region) == "ON":
        facts["card_number"], facts["card_version"] = behind.groups()
    if (
        "card_region" not in facts
        and region in health_cards.SHAPES
        and re.fullmatch(health_cards.SHAPES[region], cards.bare(facts["card_number"]), re.ASCII)
    ):
        facts["card_region"] = region


def _notes(facts: dict, numbers: Collection[Number], consents: dict, place: dict, here: Setting) -> list[Problem]:
    found = []
    name, _at, host = facts.get("email", "").rpartition("@")
    meant = _meant(host) if host else ""
    if meant:
        found.append(Problem(place["email"], MISTYPED, f"{name}{meant}"))
    if facts.get("card_number"):
        card = health_cards.Card(
            facts["card_number"], facts.get("card_region", ""), facts.get("card_version", ""), facts.get("card_expires_on")
        )
        holder = health_cards.Holder(
            facts.get("given_name", ""), facts.get("family_name", ""), facts.get("born_on"), facts.get("sex_at_birth", "")
        )
        found += [Problem(place["card_number"], CARD, code) for code in health_cards.problems(card, holder, here.today)[:1]]
    if consents.get("sms") and not any(one.kind == MOBILE for one in numbers):
        consents.pop("sms")
        found.append(Problem(place["sms_consent"], NO_MOBILE))
    return found


@lru_cache(maxsize=1024)  # thousands have their mail at the same few
def _meant(host: str) -> str:
    """ "@gmail.com" for "gmial.com"."""
    return did_you_mean(f"@{host}")


def as_kept(read: Read) -> dict:
    """As the row of an import keeps it: values that JSON knows."""
    facts = {name: value.isoformat() if isinstance(value, date) else value for name, value in read.facts.items()}
    return {
        "facts": facts,
        "numbers": [list(one) for one in read.numbers],
        "contact": read.contact,
        "consents": read.consents or {},
        "guardian": read.guardian,
        "care": read.care or {},
    }


def from_kept(kept: dict) -> Read:
    facts = {name: date.fromisoformat(value) if name in import_fields.DATES else value for name, value in kept["facts"].items()}
    return Read(
        facts,
        tuple(Number(*one) for one in kept["numbers"]),
        kept["contact"],
        kept["consents"],
        guardian=kept.get("guardian"),
        care=kept.get("care"),
    )
