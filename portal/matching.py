"""How alike two people are, and why. Pure: no database, no clock.

Gates come first (twins, parents and children, strangers of one name), then what agrees and what does not is weighed, in powers of two: about
how many times likelier it is of one person than of two.
"""

from typing import NamedTuple

from portal import matching_facts as facts
from portal import matching_given as givens
from portal import matching_names as names
from portal.matching_keys import VERSION, keys, lookup_keys
from portal.matching_person import Person, Ready

__all__ = ["VERSION", "Evidence", "Likeness", "Person", "keys", "likeness", "lookup_keys"]


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


_GIVEN = {"same": 5, "spelling": 4.5, "short": 4, "part": 4, "initial": 1.5, "typo": 4, "close": 2, "rhyme": 1, "different": -8, "missing": 0}
_FAMILY = {"same": 8, "spelling": 7, "part": 6, "typo": 6, "different": -4, "missing": 0}
_BORN = {"same": 12, "swapped": 9, "digit": 6, "changed": 4, "different": -8, "decade": -8, "generation": -12, "missing": 0}
_CARD = {"same": 18, "typo": 10, "next": 3, "different": -1.5, "missing": 0}
_REACH = {"same": 5, "typo": 3, "different": -0.5, "missing": 0}
_COMMON = 3  # a family name that many bear says less
POSSIBLE, CERTAIN = 12.5, 19.0
_FAR = frozenset(("different", "decade", "generation"))


class Found(NamedTuple):
    """How each field compares; `crossed`: given name and family name were compared with each other."""

    given_name: str
    family_name: str
    born_on: str
    card: str
    phone: str
    email: str
    address: str
    near: str  # postal code and city
    crossed: bool
    common: bool  # strangers often share the family name
    shared: bool  # brothers and sisters may share the given name
    total: float

    @property
    def same_reach(self) -> bool:
        return "same" in (self.phone, self.email)

    @property
    def reached(self) -> bool:
        return self.same_reach or self.address in ("same", "typo")


def likeness(one: Person, other: Person) -> Likeness | None:
    """How alike two people are, or None where nobody should be asked. The order of the two does not matter."""
    a, b = one.ready, other.ready
    card, born = facts.cards(a.card, b.card), facts.born(a.born_on, b.born_on)
    if card not in ("same", "typo") and born in _FAR:
        return None  # most candidates end here, before names are compared
    given, family, crossed = _names(a, b, card in ("same", "typo"), born == "same")
    if card in ("same", "typo"):
        if family == "different" and names.garbled("".join(a.family), "".join(b.family)):
            family = "typo"
    elif given in ("different", "rhyme"):
        return None
    if a.generation and b.generation and a.generation != b.generation and not (card == born == "same"):
        return None
    near = facts.places(a.postal, b.postal, a.city, b.city)
    common = family in ("same", "spelling") and names.is_common(a.family) and names.is_common(b.family)
    reach = {"phone": facts.numbers(a.phones, b.phones), "email": facts.emails(a.emails, b.emails), "address": facts.streets(a.street, b.street, near)}
    weights = {
        "given_name": _GIVEN[given],
        "family_name": _FAMILY[family] - (_COMMON if common else 0),
        "born_on": _BORN[born],
        "card": _CARD[card],
    } | {field: _REACH[how] for field, how in reach.items()}
    total = sum(list(weights.values())[:4]) + _together([weights[field] for field in reach]) - crossed
    shared = givens.is_shared(a.given) or givens.is_shared(b.given)
    found = Found(given, family, born, card, **reach, near=near, crossed=crossed, common=common, shared=shared, total=total)
    grade = _by_card(found) if card == "same" else _by_name(found)
    return Likeness(grade, _score(total), _evidence(found, weights)) if grade else None


def _names(a: Ready, b: Ready, one_card: bool, one_birth_date: bool) -> tuple[str, str, bool]:
    """given name, family name, whether they were compared crosswise: more boldly where card or birth date say that they are one."""
    given, family = givens.compare(*sorted((a.given, b.given))), names.family(*sorted((a.family, b.family)))
    if _GIVEN[given] + _FAMILY[family] < 8 and a.given and b.given and a.family and b.family:
        crossed = [_crossed(*pair, one_card) for pair in ((a.given, b.family), (a.family, b.given))]
        if all(_FAMILY[it] > 0 for it in crossed) and (one_card or one_birth_date or "same" in crossed or "spelling" in crossed):
            return "same", min(crossed, key=_FAMILY.get), True
        if (one_card or one_birth_date) and given == "different" and sorted(crossed) == ["different", "same"]:
            return "same", "different", True  # the given name stands in the other field, beside another family name
    return given, family, False


def _crossed(one: tuple[str, ...], other: tuple[str, ...], one_card: bool) -> str:
    how = names.family(*sorted((one, other)))
    return "typo" if how == "different" and one_card and names.garbled("".join(one), "".join(other)) else how


def _together(weights: list[float]) -> float:
    """A household shares phone, e-mail and address, so the second and third count half."""
    first, *rest = sorted(weights, reverse=True)
    return first + sum(rest) / 2


def _by_card(found: Found) -> str | None:
    """One card is one person, unless a parent typed their own card, or that of one twin for both."""
    given, family, born = found.given_name, found.family_name, found.born_on
    if found.same_reach and (given in ("different", "rhyme") or born == "generation"):
        return None
    strange = {given, family} <= {"different", "missing"}
    if strange and born != "same" and not found.reached:
        return None
    at_home = given in ("same", "spelling") and found.address in ("same", "typo") and born == "different"  # married since, and a slip in the date
    doubtful = (
        strange and born != "same"
        or family == "different" and born in _FAR and not at_home
        or given == "different" and born in (*_FAR, "missing")
        or born == "decade" and found.same_reach
    )  # fmt: skip
    return "possible" if doubtful else "certain"


def _by_name(found: Found) -> str | None:
    given, family, born, card = found.given_name, found.family_name, found.born_on, found.card
    nearly = card == "typo" and found.reached  # as good as the same card
    if not _may_be_one(found, nearly):
        return None
    # Another family name, as after a wedding: two people of one household do not share given name and birth date.
    household = found.same_reach or found.address == "same" or found.address == "typo" and "different" not in (found.phone, found.email)
    if born == "same" and (nearly or household and family in ("different", "missing") and given in ("same", "spelling", "typo")):
        return "certain"
    if found.total < POSSIBLE:
        # A front desk wants to see the Maria Souza without a birth date when Maria Souza registers.
        alone = born == "missing" and card == "missing" and {given, family} <= {"same", "spelling"} and not found.crossed
        return "possible" if nearly or alone and "different" not in (found.phone, found.email, found.address) else None
    doubtful = (
        given == "initial"
        or given == "part" and found.shared
        or born in ("changed", "generation", "decade", "different")
        or born == "digit" and not found.reached
        or not nearly and (given in ("close", "rhyme", "missing") or family in ("missing", "different") or born == "missing")
        or card in ("different", "next") and not found.reached and found.near not in ("same", "typo")
    )  # fmt: skip
    return "certain" if found.total >= CERTAIN and not doubtful else "possible"


def _may_be_one(found: Found, nearly: bool) -> bool:
    """The gates: whatever else agrees, these are two people."""
    given, family, born = found.given_name, found.family_name, found.born_on
    if given == family == "missing":
        return False
    if born in _FAR:  # parents and children
        return nearly and not found.same_reach and (given in ("same", "spelling") or {given, family} <= {"same", "spelling", "typo", "rhyme", "missing"})
    if given == "different":  # twins, brothers and sisters
        return nearly and not found.same_reach and born in ("same", "swapped", "digit")
    if given in ("close", "rhyme") and found.same_reach and born == "same" and family != "different":
        return nearly and given == "close"
    if family in ("different", "missing"):
        return found.reached and not found.shared
    # Two strangers of one name, born a few days apart.
    return found.reached or nearly or not (found.common and born in ("digit", "changed"))


def _score(total: float) -> float:
    return round(min(max(total, 1) / 48, 1.0), 3)


_SAID = {"close": "typo", "rhyme": "different", "next": "typo", "generation": "different", "decade": "different"}


def _evidence(found: Found, weights: dict[str, float]) -> tuple[Evidence, ...]:
    said = {field: _SAID.get(how, how) for field, how in found._asdict().items() if field in weights}
    if said["family_name"] == "different" and said["given_name"] != "different":
        said["family_name"] = "changed"
    if found.crossed or said["given_name"] == said["family_name"] == "same":
        weights = weights | {"name": weights["given_name"] + weights["family_name"]}
        said["name"] = "order" if found.crossed else "same"
        del said["given_name"], said["family_name"]
    ordered = sorted(said, key=lambda field: (said[field] == "missing", -abs(weights[field]), field))
    return tuple(Evidence(field, said[field]) for field in ordered if said[field] != "missing" or field == "born_on")
