"""How alike two people are, in plain words: "same name and birth date, another spelling of the last name, but another phone number"."""

from collections.abc import Collection

from babel.lists import format_list
from flask_babel import get_locale
from flask_babel import gettext as _

from portal.filters import home
from portal.lent import Lent
from portal.matching import Evidence, Likeness

CERTAIN = "certain"


def words(likeness: Likeness, lent: Collection[Lent] = ()) -> str:
    """What speaks for it and what against, the weightiest first, without a capital or a full stop. `lent`: of what is the same, that
    which stands in neither record but is of who acts for them."""
    theirs = {one.field for one in lent}
    agreed = [thing for one in likeness.evidence if one.how == "same" and one.field not in theirs and (thing := _things().get(one.field))]
    nearly = [said for one in likeness.evidence if (said := _nearly(one))]
    others = [thing for one in likeness.evidence if one.how == "different" and (thing := _things().get(one.field))]
    unknown = [_("no birth date to compare")] if Evidence("born_on", "missing") in likeness.evidence else []
    said = _listed([*([_("same %(things)s", things=_and(agreed))] if agreed else []), *_lent(lent), *nearly, *unknown])
    against = _("another %(things)s", things=_and(others)) if others else ""
    if said and against:
        return _("%(alike)s, but %(against)s", alike=said, against=against)
    return said or against


def tag(likeness: Likeness | None) -> str:
    """The short verdict in front of the words."""
    if likeness is None:
        return _("No match")
    if likeness.grade != CERTAIN:
        return _("Looks alike")
    return _("Exact match") if all(one.how in ("same", "missing") for one in likeness.evidence) else _("Very likely")


def kind(likeness: Likeness | None) -> str:
    """How the tag looks (templates/_macros/tags.html)."""
    if likeness is None:
        return "info"
    return "ok" if likeness.grade == CERTAIN else "warn"


def _and(things: list[str]) -> str:
    return format_list(things, locale=home(get_locale()))


def _listed(phrases: list[str]) -> str:
    return ", ".join(phrases)


def _things() -> dict[str, str]:
    """What is the same or another."""
    return {
        "name": _("name"),
        "given_name": _("first name"),
        "family_name": _("last name"),
        "born_on": _("birth date"),
        "phone": _("phone"),
        "email": _("email"),
        "address": _("address"),
        "card": _("health card"),
    }


def _nearly(one: Evidence) -> str:
    """What is alike without being the same; an empty string for anything else."""
    if one.how in ("same", "different", "missing"):
        return ""
    thing = _things().get(one.field, "")
    return _near_misses().get(tuple(one)) or (_("similar %(thing)s", thing=thing) if thing else "")


def _lent(lent: Collection[Lent]) -> list[str]:
    """Whose telephone or address it is: one phrase for all of one account."""
    whose = {(one.name, one.person, one.is_own): [_things()[it.field] for it in lent if it[1:] == one[1:]] for one in lent}
    return [_of(_and(things), *who) for who, things in whose.items()]


def _of(things: str, name: str, person: str, is_own: bool) -> str:
    if is_own:
        return _("the %(things)s of %(name)s’s account", things=things, name=name)
    if person:
        return _("the %(things)s of %(name)s, who acts for %(person)s", things=things, name=name, person=person)
    return _("the %(things)s of %(name)s, who acts for both", things=things, name=name)


def _near_misses() -> dict[tuple[str, str], str]:
    return {
        ("name", "order"): _("first and last name swapped"),
        ("given_name", "short"): _("short form of the same first name"),
        ("given_name", "spelling"): _("other spelling of the same first name"),
        ("given_name", "part"): _("one of the same first names"),
        ("given_name", "initial"): _("same first letter of the first name"),
        ("family_name", "spelling"): _("other spelling of the same last name"),
        ("family_name", "part"): _("one part of the same last name"),
        ("family_name", "order"): _("parts of the last name in another order"),
        ("family_name", "initial"): _("same first letter of the last name"),
        ("family_name", "changed"): _("another last name"),
        ("born_on", "swapped"): _("day and month of birth swapped"),
        ("born_on", "digit"): _("birth date differs in one figure"),
        ("born_on", "changed"): _("birth date differs in the day, month or year"),
        ("phone", "typo"): _("phone differs in one figure"),
        ("phone", "digit"): _("phone differs in one figure"),
        ("email", "typo"): _("email differs in one letter"),
        ("card", "typo"): _("health card differs in one figure"),
        ("card", "digit"): _("health card differs in one figure"),
    }
