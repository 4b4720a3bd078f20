"""Whether what was found of two people makes one of them: "certain", "possible", or nobody's question.

Gates come first (twins, parents and children, strangers of one name); beyond them the weighed evidence decides, unless something gives
cause to look.
"""

from typing import NamedTuple

from portal import matching_facts as facts

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


def grade(found: Found) -> str | None:
    """ "certain", "possible", or None where nobody should be asked."""
    return _by_card(found) if found.card == "same" else _by_name(found)


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
    unsure = (
        bool(_HARDLY & {given, family})
        or (slip and not nearly)
        or (given in ("ending", "typo", "slip", *_RATHER_ANOTHER) and found.same_reach)
    )
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
        return (
            nearly
            and not found.same_reach
            and (born in (*_ONE_DAY, "swapped", "digit", "year") or (born == "missing" and family != "different"))
        )
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
