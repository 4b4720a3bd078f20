"""Who of a list can be invited, as whom, and what stands in the way. Pure: plain values in, plain values out (MISSION M11).

A problem is a word; portal/batch_words.py says it to people. No problem, the empty word: ready.
"""

from collections.abc import Collection, Iterable
from datetime import date
from typing import NamedTuple

from portal.access import SELF, age

READY = ""
HAS_ACCESS, INVITED = "has_access", "invited"
# to be put right in the list, or in the person's record
NO_NAME, NOBODY, SEVERAL = "no_name", "nobody", "several"
BAD_DATE, OTHER_BIRTH_DATE = "bad_date", "other_birth_date"
NO_EMAIL, BAD_EMAIL, MISTYPED, SAME_AS = "no_email", "bad_email", "mistyped", "same_as"  # "same_as 12": the person of row 12
# to be decided one by one
REFUSED_MAIL, SAID_NO, ENDED, KEPT_SAFE, MERGED, OF_AGE, CARED_FOR = (
    "refused_mail",
    "said_no",
    "ended",
    "kept_safe",
    "merged",
    "of_age",
    "cared_for",
)

ADULT_YEARS = 18
PARENT, TRUSTED = "parent", "trusted"


class Line(NamedTuple):
    """One line of a list, or one person of a filter (`person` is their id). `key`: the typed address, comparable; empty if it is none."""

    position: int
    name: str = ""  # folded: see portal/folding.py
    email: str = ""
    key: str = ""
    meant: str = ""  # the address that was probably meant
    dates: tuple[date, ...] | None = ()  # what the date of birth may mean; None: no real date
    person: int | None = None


class Person(NamedTuple):
    """What the practice knows of somebody. The sets hold address keys: who may act, was asked, said no, may no longer act.

    An address that somebody who acts or acted has left behind is among those that may no longer act.
    """

    id: int
    born_on: date | None = None
    email: str = ""
    key: str = ""
    meant: str = ""
    has_own: bool = False  # they sign in themselves
    own_invited: bool = False
    refused_mail: bool = False
    is_safe: bool = False
    is_merged: bool = False
    has_passed_step: bool = False  # an age at which the practice narrows or pauses everybody else's access
    holders: frozenset[str] = frozenset()
    invited: frozenset[str] = frozenset()
    said_no: frozenset[str] = frozenset()
    ended: frozenset[str] = frozenset()


class Verdict(NamedTuple):
    """What becomes of a line. `email` is the address to write to; rows of one `email` get one mail."""

    position: int
    person: int | None
    email: str
    relationship: str
    problem: str


def rehearse(
    lines: Iterable[Line], people: dict[int, Person], named: dict[str, list[int]], owners: dict[str, int], youngest: int, on: date
) -> list[Verdict]:
    """A verdict for each line, in their order.

    `named`: folded name → ids of the people of that name. `owners`: address key → id of the person who signs in with it, or is
    asked to. `youngest`: the age from which people have accounts of their own. `on`: the practice's date.
    """
    found, seen = [], {}
    for line in lines:
        person, problem = _who(line, people, named)
        email, key, problem = _address(line, person, problem)
        problem = problem or objection(person, key)
        if not problem:
            same = (person.id, "" if _is_grown(person, youngest, on) else key)  # a child may have two parents
            first = seen.setdefault(same, line.position)
            problem = f"{SAME_AS} {first}" if first != line.position else READY
        found.append((line, person, email, key, problem))
    ready = [(person, key) for _line, person, _email, key, problem in found if not problem]
    own = _owners(ready, owners, youngest, on)
    spelled: dict[str, str] = {}
    verdicts = []
    for line, person, email, key, problem in found:
        kind = SELF if problem else relationship(person, own.get(key), youngest, on)
        problem = problem or objection(person, key, kind)
        email = email if problem else spelled.setdefault(mailbox(email), email)
        verdicts.append(Verdict(line.position, person.id if person else None, email, SELF if problem else kind, problem))
    return verdicts


def objection(person: Person, key: str, kind: str = SELF) -> str:
    """What stands between a person and an invitation to this address, as `kind`, now; asked once more at the moment of sending.

    A list lets nobody in beside those who act for somebody already: a typed address may be a stranger's. Nor after an age step: an
    invitation counts as decided on the day it is made, so it would undo it.
    """
    if person.is_merged:
        return MERGED
    if person.has_own or key in person.holders:
        return HAS_ACCESS
    if person.own_invited or key in person.invited:
        return INVITED
    if person.is_safe:
        return KEPT_SAFE
    if key in person.ended:
        return ENDED
    if key in person.said_no:
        return SAID_NO
    if person.refused_mail and key == person.key:
        return REFUSED_MAIL
    if kind == SELF:
        return READY
    return CARED_FOR if person.holders else OF_AGE if person.has_passed_step else READY


def objection_again(person: Person, key: str) -> str:
    """The same for an invitation that was sent already and waits for its answer: that it waits is no objection."""
    return objection(person._replace(own_invited=False, invited=frozenset()), key)


def relationship(person: Person, owner: int | None, youngest: int, on: date) -> str:
    """As whom the address is invited: the owner as themselves; of whom it is not, as a child's parent or an adult's trusted person."""
    if owner == person.id and _is_grown(person, youngest, on):
        return SELF
    return TRUSTED if _is_grown(person, ADULT_YEARS, on) else PARENT


def mailbox(email: str) -> str:
    """Addresses that go to one mailbox for certain. Letters that only look alike are other letters: those may be somebody else's."""
    return email.lower() if email.isascii() else email


def _who(line: Line, people: dict[int, Person], named: dict[str, list[int]]) -> tuple[Person | None, str]:
    if line.person is not None:
        return people[line.person], READY
    if line.dates is None:
        return None, BAD_DATE
    if not line.name:
        return None, NO_NAME
    found = [people[one] for one in named.get(line.name, ())]
    if not found:
        return None, NOBODY
    if line.dates:
        fit = [one for one in found if one.born_on in line.dates] or [one for one in found if one.born_on is None]
        if not fit:
            return None, OTHER_BIRTH_DATE
        found = fit
    if len(found) > 1 and line.key:
        found = [one for one in found if line.key in (one.key, *one.holders)] or found
    return (found[0], READY) if len(found) == 1 else (None, SEVERAL)


def _address(line: Line, person: Person | None, problem: str) -> tuple[str, str, str]:
    """The address, its key, and what is wrong so far. What was typed counts, else what the record says."""
    source = line if line.email or person is None else person
    if problem:
        return source.email, source.key, problem
    if not source.email:
        return "", "", NO_EMAIL
    wrong = BAD_EMAIL if not source.key else MISTYPED if source.meant else READY
    return source.email, source.key, wrong


def _owners(ready: Collection[tuple[Person, str]], known: dict[str, int], youngest: int, on: date) -> dict[str, int]:
    """Whose own each address is: known from before, else the eldest of those who share it and are old enough."""
    own = dict(known)
    for person, key in sorted(ready, key=lambda one: (one[0].born_on or date.max, one[0].id)):
        if _is_grown(person, youngest, on):
            own.setdefault(key, person.id)
    return own


def _is_grown(person: Person, years: int, on: date) -> bool:
    """Old enough, as far as is known."""
    return person.born_on is None or age(person.born_on, on) >= years
