"""How alike two people are, and why. Pure: no database, no clock.

Gates come first (twins, parents and children, strangers of one name), then what agrees and what does not is weighed, in powers of two: about
how many times likelier it is of one person than of two.
"""

from typing import NamedTuple

from portal import matching_facts as facts
from portal import matching_given as givens
from portal import matching_names as names
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


_GIVEN = {"same": 5, "spelling": 4.5, "ending": 4.5, "short": 4, "part": 4, "bones": 3, "initial": 1.5, "sound": 1, "typo": 4, "slip": 4, "near": 4, "close": 2, "rhyme": 1, "different": -8, "missing": 0}
_FAMILY = {"same": 8, "spelling": 7, "part": 6, "sound": 4, "bones": 4, "typo": 6, "different": -4, "missing": 0}
_BORN = {"same": 12, "newyear": 5, "swapped": 9, "digit": 6, "year": 6, "changed": 4, "different": -8, "decade": -8, "generation": -12, "missing": 0}
_CARD = {"same": 18, "typo": 10, "next": 3, "different": -1.5, "missing": 0}
_REACH = {"same": 5, "typo": 3, "different": -0.5, "missing": 0}
_COMMON = 3  # a family name that many bear says less
POSSIBLE, CERTAIN = 12.5, 19.0
_ONE_DAY = frozenset(("same", "newyear"))
_ALIKE = frozenset(("same", "spelling", "ending"))
_HARDLY = frozenset(("sound", "bones"))  # all that two scripts, or two characters, can say
_RATHER_ANOTHER = frozenset(("near", "close", "rhyme"))  # names that brothers and sisters have


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
    uncommon: bool  # they hardly share the whole name
    shared: bool  # brothers and sisters may share the given name
    mononym: bool  # neither has a second name
    total: float

    @property
    def same_reach(self) -> bool:
        return "same" in (self.phone, self.email)

    @property
    def reached(self) -> bool:
        return self.same_reach or self.address in ("same", "typo")

    @property
    def contradicted(self) -> bool:
        """Another place, or whatever is known of both to reach them differs."""
        return self.near == "different" or {self.phone, self.email, self.address} - {"missing"} == {"different"}

    @property
    def agreed(self) -> bool:
        return self.reached or "typo" in (self.phone, self.email) or self.near in ("same", "typo")


def likeness(one: Person, other: Person) -> Likeness | None:
    """How alike two people are, or None where nobody should be asked. The order of the two does not matter."""
    a, b = one.ready, other.ready
    opening = _first_gates(a, b)
    if opening is None:
        return None
    card, born, given, family, crossed = opening
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
    uncommon = not common or (givens.is_rare(a.given) and givens.is_rare(b.given))
    mononym = not a.family and not b.family
    found = Found(given, family, born, card, **reach, near=near, crossed=crossed, common=common, uncommon=uncommon, shared=shared, mononym=mononym, total=total)
    grade = _by_card(found) if card == "same" else _by_name(found)
    return Likeness(grade, _score(total), _evidence(found, weights)) if grade else None


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
    strangers = given == "different" and not one_card and a.family and b.family  # whose family names need no look, unless at the other's given name
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


def _by_card(found: Found) -> str | None:
    """One card is one person, unless a parent typed their own card, or that of one twin for both."""
    given, family, born = found.given_name, found.family_name, found.born_on
    another = {given, family} <= {"different", "missing"}
    two = [
        found.same_reach and given in ("different", "rhyme"),
        found.same_reach and born == "generation",
        another and born not in _ONE_DAY and not found.reached,
    ]
    if any(two):
        return None
    married = given in _ALIKE and found.address in ("same", "typo") and born == "different"  # since then, and a slip in the date
    home = found.address in ("same", "typo") and found.near in ("same", "typo") and family not in ("different", "missing")
    nearly_born = born in ("swapped", "digit") and (found.address in ("same", "typo") or (given == "missing" and found.reached))
    one_birth = born == "same" or nearly_born
    doubts = [
        another and not one_birth,
        family == "different" and born in facts.FAR and not married,
        family == "missing" and born in facts.FAR and not found.agreed,
        given == "different" and (born in facts.FAR or (born == "missing" and (found.same_reach or not home))),
        found.same_reach and born == "decade",
        found.same_reach and (given in ("sound", "ending") or given in _RATHER_ANOTHER),
    ]
    return "possible" if any(doubts) else "certain"


def _by_name(found: Found) -> str | None:
    given, family, born, card = found.given_name, found.family_name, found.born_on, found.card
    nearly = card == "typo" and (found.reached or (found.agreed and born in _ONE_DAY))  # as good as the same card
    if not _may_be_one(found, nearly):
        return None
    # Another family name, as after a wedding: two people of one household do not share given name and birth date.
    household = found.same_reach or found.address == "same" or (found.address == "typo" and "different" not in (found.phone, found.email))
    married = household and family in ("different", "missing") and given in _ALIKE
    # A garble of a known name, in one home and without a shared telephone: no twin is called Gabrilele.
    slip = (given == "typo" and not found.reached) or given == "slip" or given in _RATHER_ANOTHER
    unsure = bool(_HARDLY & {given, family}) or (slip and not nearly) or (given in ("ending", "typo", "slip", *_RATHER_ANOTHER) and found.same_reach)
    if born == "same" and (nearly or married) and not unsure:
        return "certain"
    if _is_numbered_alike(found, nearly) and not (given == "ending" and found.same_reach):
        return "certain"
    if found.total < POSSIBLE:
        return "possible" if nearly or _seen_by_name(found) else None
    doubts = [
        unsure,
        given == "initial",
        given == "part" and found.shared,
        given == "missing" and not nearly,
        family in ("missing", "different") and not nearly,
        born in facts.FAR or born in ("changed", "year"),
        born == "missing" and not nearly,
        born in ("digit", "newyear") and not found.reached,
        card in ("different", "next") and not found.reached and found.near not in ("same", "typo"),
        found.contradicted and not found.reached and not (found.uncommon and found.agreed),
    ]
    return "certain" if found.total >= CERTAIN and not any(doubts) else "possible"


def _is_numbered_alike(found: Found, nearly: bool) -> bool:
    """One name, and cards that differ in one digit: then one birth date is enough, and in one home where no telephone is shared any other
    that is not a generation away: father and son of one name are for somebody to look at."""
    given, family, born, card = found.given_name, found.family_name, found.born_on, found.card
    if card not in ("typo", "next") or family not in (*_ALIKE, "typo"):
        return False
    if born in _ONE_DAY:
        return given in _ALIKE or (card == "typo" and not (found.same_reach or found.shared) and given in ("short", "part", "typo", "slip"))
    if card == "next" or found.same_reach or not {given, family} <= _ALIKE:
        return False
    return born in ("swapped", "digit") or (born in ("year", "changed", "missing") and found.agreed) or (nearly and born == "different")


def _seen_by_name(found: Found) -> bool:
    """A front desk wants to see the Maria Souza without a birth date when Maria Souza registers."""
    unknown = found.born_on == found.card == "missing"
    against = "different" in (found.phone, found.email, found.address)
    named = {found.given_name, found.family_name} <= _ALIKE or (found.mononym and found.given_name in _ALIKE and found.reached)
    return unknown and named and not found.crossed and not against


def _may_be_one(found: Found, nearly: bool) -> bool:
    """The gates: whatever else agrees, these are two people."""
    given, family, born = found.given_name, found.family_name, found.born_on
    if given == family == "missing":
        return False
    if born in facts.FAR:  # parents and children
        named = given in _ALIKE or {given, family} <= {"same", "spelling", "typo", "slip", "near", "rhyme", "missing"}
        return nearly and not found.same_reach and named
    if given == "different":  # twins, brothers and sisters
        return nearly and not found.same_reach and (born in (*_ONE_DAY, "swapped", "digit", "year") or (born == "missing" and family != "different"))
    sisters = found.same_reach or (found.address == "same" and family != "different" and born != "missing")
    if given in _RATHER_ANOTHER and sisters:
        return nearly and not found.same_reach
    if "bones" in (given, family) and born not in _ONE_DAY:
        return False
    if given == "sound" and found.contradicted and not found.agreed:
        return False  # 伟 and 薇
    if found.mononym:
        return found.reached or (given in _ALIKE and born in _ONE_DAY)
    if family in ("different", "missing"):
        return (found.reached or nearly) and not found.shared
    # Two strangers of one name, born a few days apart.
    return found.reached or nearly or not (found.common and born in ("digit", "year", "changed"))


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
