"""How alike two people are, and why. Pure: no database, no clock.

Names and birth date that are two people's end it; else what agrees and what does not is weighed, in powers of two (about how many times
likelier it is of one person than of two), and judged (portal/matching_grade.py).
"""

from typing import NamedTuple

from portal import matching_facts as facts
from portal import matching_given as givens
from portal import matching_names as names
from portal.matching_grade import Found, grade
from portal.matching_keys import VERSION, keys, lookup_keys
from portal.matching_person import Opening, Person, Ready
from portal.matching_script import Written, again

__all__ = ["VERSION", "Evidence", "Likeness", "Opening", "Person", "are_two", "keys", "likeness", "lookup_keys"]


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


_GIVEN = {
    "same": 5,
    "spelling": 4.5,
    "ending": 4.5,
    "short": 4,
    "part": 4,
    "bones": 3,
    "initial": 1.5,
    "sound": 1,
    "typo": 4,
    "slip": 4,
    "near": 4,
    "close": 2,
    "rhyme": 1,
    "different": -8,
    "missing": 0,
}
_FAMILY = {"same": 8, "spelling": 7, "part": 6, "sound": 4, "bones": 4, "typo": 6, "different": -4, "missing": 0}
_BORN = {
    "same": 12,
    "newyear": 5,
    "swapped": 9,
    "digit": 6,
    "year": 6,
    "changed": 4,
    "different": -8,
    "decade": -8,
    "generation": -12,
    "missing": 0,
}
_CARD = {"same": 18, "typo": 10, "next": 3, "different": -1.5, "missing": 0}
_REACH = {"same": 5, "typo": 3, "different": -0.5, "missing": 0}
_COMMON = 3  # a family name that many bear says less


def likeness(one: Person, other: Person) -> Likeness | None:
    """How alike two people are, or None where nobody should be asked. The order of the two does not matter."""
    a, b = one.ready, other.ready
    opening = _first_gates(a, b)
    if opening is None:
        return None
    card, born, given, family, crossed = opening
    near = facts.places(a.postal, b.postal, a.city, b.city)
    common = family in ("same", "spelling") and names.is_common(a.family) and names.is_common(b.family)
    reach = {
        "phone": facts.numbers(a.phones, b.phones),
        "email": facts.emails(a.emails, b.emails),
        "address": facts.streets(a.street, b.street, near),
    }
    weights = {
        "given_name": _GIVEN[given],
        "family_name": _FAMILY[family] - (_COMMON if common else 0),
        "born_on": _BORN[born],
        "card": _CARD[card],
    } | {field: _REACH[how] for field, how in reach.items()}
    total = sum(list(weights.values())[:4]) + _together([weights[field] for field in reach]) - crossed
    shared = givens.is_shared(a.given) or givens.is_shared(b.given)
    uncommon = not common or (givens.is_rare(a.given) and givens.is_rare(b.given))
    mononym = not a.family and not b.family
    found = Found(
        given,
        family,
        born,
        card,
        **reach,
        near=near,
        crossed=crossed,
        common=common,
        uncommon=uncommon,
        shared=shared,
        mononym=mononym,
        total=total,
    )
    judged = grade(found)
    return Likeness(judged, _score(total), _evidence(found, weights)) if judged else None


def are_two(one: Opening | Ready, other: Opening | Ready) -> bool:
    """Whether names, birth date and card alone say so: then `likeness` is None whatever else is known of either. Most candidates end here."""
    return _first_gates(one, other) is None


def _first_gates(a: Opening | Ready, b: Opening | Ready) -> tuple[str, str, str, str, bool] | None:
    """How card, birth date, given name and family name compare, and whether names were compared crosswise; None for two people."""
    card, born = facts.cards(a.card, b.card), facts.born(a.born_on, b.born_on)
    one_card = card in facts.ONE_CARD
    if not one_card and born in facts.FAR:
        return None
    given, family, crossed = _names(a, b, one_card, born == "same")
    if not one_card and given in ("different", "rhyme"):
        return None
    if one_card and family == "different" and names.garbled("".join(a.family), "".join(b.family)):
        family = "typo"
    if a.generation and b.generation and a.generation != b.generation and not (card == born == "same"):
        return None
    return card, born, given, family, crossed


def _names(a: Opening | Ready, b: Opening | Ready, one_card: bool, one_birth_date: bool) -> tuple[str, str, bool]:
    """given name, family name, whether they were compared crosswise: more boldly where card or birth date say that they are one."""
    given = again(givens.compare(*sorted((a.given, b.given))), a.given_as, b.given_as)
    # whose family names need no look, unless at the other's given name
    strangers = given == "different" and not one_card and a.family and b.family
    family = "different" if strangers else again(names.family(*sorted((a.family, b.family))), a.family_as, b.family_as)
    if _GIVEN[given] + _FAMILY[family] < 8 and a.given and b.given and a.family and b.family:
        crossed = _crosswise(a, b, one_card)
        if all(_FAMILY[it] > 0 for it in crossed) and (one_card or one_birth_date or "same" in crossed or "spelling" in crossed):
            return "same", min(crossed, key=_FAMILY.get), True
        if (one_card or one_birth_date) and given == "different" and sorted(crossed) == ["different", "same"]:
            return "same", "different", True  # the given name stands in the other field, beside another family name
    if (one_card or one_birth_date) and "missing" in (given, family) and (a.given == b.family != () or b.given == a.family != ()):
        return "same", "missing", True  # the same beside an empty field
    if one_birth_date and family == "missing" and given != "same" and _is_whole(a, b):
        return "same", "missing", False  # all of the name stands in one field
    return given, family, False


def _is_whole(a: Opening | Ready, b: Opening | Ready) -> bool:
    """Whether one has in the given name what the other has in both: 王小明, and 小明 beside 王."""
    whole, parts = (a, b) if b.family else (b, a)
    one = "".join(whole.given)
    return bool(parts.given and parts.family) and one in ("".join((*parts.family, *parts.given)), "".join((*parts.given, *parts.family)))


def _crosswise(a: Opening | Ready, b: Opening | Ready, one_card: bool) -> tuple[str, str]:
    """How each name compares with the other name of the other: where one is different, the other says so too unless it is the same."""
    here = _crossed(a.given, b.family, a.given_as, b.family_as, one_card)
    if here == "different" and not names.is_same(a.family, b.given):
        return here, here  # strangers: spared the second look
    return here, _crossed(a.family, b.given, a.family_as, b.given_as, one_card)


def _crossed(one: tuple[str, ...], other: tuple[str, ...], one_as: Written, other_as: Written, one_card: bool) -> str:
    how = again(names.family(*sorted((one, other))), one_as, other_as)
    return "typo" if how == "different" and one_card and names.garbled("".join(one), "".join(other)) else how


def _together(weights: list[float]) -> float:
    """A household shares phone, e-mail and address, so the second and third count half."""
    first, *rest = sorted(weights, reverse=True)
    return first + sum(rest) / 2


def _score(total: float) -> float:
    return round(min(max(total, 1) / 48, 1.0), 3)


_SAID = {
    "ending": "spelling", "sound": "typo", "bones": "spelling", "slip": "typo", "near": "typo", "close": "typo", "rhyme": "different", "next": "typo",
    "newyear": "same", "year": "digit", "generation": "different", "decade": "different",
}  # fmt: skip


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
