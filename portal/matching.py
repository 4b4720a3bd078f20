"""How alike two people are, and why. Pure: no database, no clock.

A proposal is made only where the names agree; then birth date, card, phone, e-mail and address weigh for and against. Weights
are about how many times likelier the agreement is for one person than for two (in powers of two).
"""

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import NamedTuple

from portal import matching_facts as facts
from portal import matching_names as names

VERSION = 1  # raise it when keys() changes: rows keyed with another version are keyed anew


class Evidence(NamedTuple):
    """One thing compared. field: name, given_name, family_name, born_on, card, phone, email, address; how: same, short, spelling, part, initial,
    typo, order, swapped, digit, changed, different, missing."""

    field: str
    how: str


class Likeness(NamedTuple):
    """grade: "certain" or "possible"; score: 0..1; evidence: the weightiest first, also against."""

    grade: str
    score: float
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True)
class Person:
    """What is compared of a person. Phones in E.164, e-mails in small letters, card without blanks; empty where unknown."""

    given_name: str = ""
    family_name: str = ""
    born_on: date | None = None
    phones: frozenset[str] = frozenset()
    emails: frozenset[str] = frozenset()
    street: str = ""
    city: str = ""
    postal_code: str = ""
    card: str = ""

    @cached_property
    def ready(self) -> "Ready":
        """The same, cleaned once for many comparisons."""
        given, family, generation = names.split(self.given_name, self.family_name)
        street, city = facts.street(self.street), "".join(names.words(self.city))
        return Ready(given, family, generation, facts.known_date(self.born_on), facts.card(self.card), self.phones, self.emails, street, city, facts.postal(self.postal_code))


class Ready(NamedTuple):
    """A person, cleaned."""

    given: tuple[str, ...]
    family: tuple[str, ...]
    generation: str
    born_on: date | None
    card: str
    phones: frozenset[str]
    emails: frozenset[str]
    street: tuple[str, ...]
    city: str
    postal: str


_GIVEN = {"same": 5, "spelling": 4.5, "short": 4, "part": 4, "initial": 1.5, "typo": 4, "close": 2, "different": -8, "missing": 0}
_FAMILY = {"same": 8, "spelling": 7, "part": 6, "typo": 6, "different": -5, "missing": 0}
_BORN = {"same": 12, "swapped": 9, "digit": 6, "changed": 4, "different": -12, "generation": -20, "missing": 0}
_CARD = {"same": 18, "typo": 8, "different": -6, "missing": 0}
_REACH = {"same": 5, "typo": 2, "different": -0.5, "missing": 0}
_COMMON = 3
POSSIBLE, CERTAIN = 13.5, 19


def likeness(one: Person, other: Person) -> Likeness | None:
    """How alike two people are, or None where nobody should be asked. The order of the two does not matter."""
    a, b = one.ready, other.ready
    card, born = facts.cards(a.card, b.card), facts.born(a.born_on, b.born_on)
    if card != "same" and born in ("different", "generation"):
        return None
    given, family, swapped = _names(a, b)
    if given == "different" and card != "same":
        return None
    phone, email, address = facts.numbers(a.phones, b.phones), facts.emails(a.emails, b.emails), _address(a, b)
    generations = bool(a.generation and b.generation and a.generation != b.generation)
    weights = {
        "given_name": _GIVEN[given],
        "family_name": _FAMILY[family] - (_COMMON if family in ("same", "spelling") and names.is_common(a.family) else 0),
        "born_on": _BORN[born],
        "card": _CARD[card],
    }
    reach = {"phone": _REACH[phone], "email": _REACH[email], "address": _REACH[address]}
    found = {"given_name": given, "family_name": family, "born_on": born, "card": card, "phone": phone, "email": email, "address": address}
    total = sum(weights.values()) + _together(reach) - (1 if swapped else 0)
    grade = _grade(total, found, generations, swapped)
    if grade is None:
        return None
    return Likeness(grade, _score(total), _evidence(found, weights | reach, swapped))


def _names(a: Ready, b: Ready) -> tuple[str, str, bool]:
    """given name, family name, whether they were compared crosswise."""
    given, family = names.given(*sorted((a.given, b.given))), names.family(*sorted((a.family, b.family)))
    if _GIVEN[given] + _FAMILY[family] < 8 and a.given and b.given and a.family and b.family:
        crossed = [names.family(*sorted(pair)) for pair in ((a.given, b.family), (a.family, b.given))]
        if all(_FAMILY[it] > 0 for it in crossed) and "same" in crossed:
            return "same", min(crossed, key=_FAMILY.get), True
    return given, family, False


def _address(a: Ready, b: Ready) -> str:
    how = facts.streets(a.street, b.street)
    if how == "missing":
        return how
    near = (a.postal and a.postal == b.postal) or (a.city and a.city == b.city) or not (a.postal and b.postal)
    return how if near or how == "different" else "typo"


def _together(reach: dict[str, float]) -> float:
    """A household shares all three, so the second and third count half."""
    first, *rest = sorted(reach.values(), reverse=True)
    return first + sum(rest) / 2


def _grade(total: float, found: dict[str, str], generations: bool, swapped: bool) -> str | None:
    given, family, born, card = (found[field] for field in ("given_name", "family_name", "born_on", "card"))
    reached = any(found[field] == "same" for field in ("phone", "email", "address"))
    if generations and not (card == "same" and born == "same"):
        return None
    if given == "different" and born != "same":
        return None
    if family == "different" and not reached and card != "same":
        return None
    if total < POSSIBLE:
        # A front desk wants to see the Maria Souza without a birth date when Maria Souza registers.
        alone = born == "missing" and card == "missing" and given in ("same", "spelling") and family in ("same", "spelling") and not swapped
        return "possible" if alone and "different" not in (found["phone"], found["email"], found["address"]) else None
    weak = (
        given in ("different", "close", "initial")
        or (given == "missing" or family in ("missing", "different")) and card != "same"
        or born in ("changed", "different", "generation") and card != "same"
        or born == "missing" and card != "same"
        or card == "different" and not reached
    )  # fmt: skip
    return "certain" if total >= CERTAIN and not weak else "possible"


def _score(total: float) -> float:
    return round(min(max(total, 1) / 48, 1.0), 3)


def _evidence(found: dict[str, str], weights: dict[str, float], swapped: bool) -> tuple[Evidence, ...]:
    said = {field: "typo" if how == "close" else "different" if how == "generation" else how for field, how in found.items()}
    if said["family_name"] == "different" and said["given_name"] != "different":
        said["family_name"] = "changed"
    if swapped:
        said["name"], weights = "order", weights | {"name": weights["given_name"] + weights["family_name"]}
        del said["given_name"], said["family_name"]
    elif said["given_name"] == said["family_name"] == "same":
        said["name"], weights = "same", weights | {"name": weights["given_name"] + weights["family_name"]}
        del said["given_name"], said["family_name"]
    ordered = sorted(said, key=lambda field: (said[field] == "missing", -abs(weights[field]), field))
    return tuple(Evidence(field, said[field]) for field in ordered if said[field] != "missing" or field == "born_on")


def keys(person: Person) -> frozenset[str]:
    """Up to a dozen short ASCII strings; people who may be one share at least one."""
    return frozenset(_keys(person.ready))


def lookup_keys(person: Person) -> frozenset[str]:
    """What to look for: the keys, and those the other would have if day and month, or the two names, were swapped."""
    ready = person.ready
    found = set(_keys(ready))
    born = ready.born_on
    if born and born.day <= 12:
        found |= set(_born_keys(born.replace(month=born.day, day=born.month), ready.family))
    if born and ready.given:
        found |= set(_born_keys(born, ready.given))
    return frozenset(found)


def _keys(it: Ready):
    if it.card:
        yield f"c{it.card[:30]}"
    for phone in sorted(it.phones)[:3]:
        yield f"p{phone[-9:]}"
    for email in sorted(it.emails)[:3]:
        yield f"e{email[:36]}".encode("ascii", "replace").decode()
    first = _code(it.given)
    for word in it.family[:2]:
        yield "n" + ".".join(sorted((first, names.bones(word)[:8])))
    if it.born_on:
        yield from _born_keys(it.born_on, it.family)
    if it.postal and first:
        yield f"z{it.postal[:10]}{first[:4]}"
    if it.street:
        yield f"a{''.join(sorted(it.street))[:20]}{it.postal[:3]}"


def _born_keys(born: date, family: tuple[str, ...]):
    last = names.bones(family[0])[:5] if family else ""
    yield f"b{born:%Y%m%d}" + (last if (born.month, born.day) == (1, 1) else "")
    yield f"m{born:%m%d}{last}"
    yield f"y{born:%Y%m}{last}"


def _code(given: tuple[str, ...]) -> str:
    """One code for all forms of a given name."""
    if not given:
        return ""
    groups = names.forms(given[0])
    return f"{min(groups)}" if groups else names.bones(given[0])[:6]
