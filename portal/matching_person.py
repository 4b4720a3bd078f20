"""A person as look-alikes are found by, and the same cleaned for many comparisons."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import NamedTuple

from portal import matching_facts as facts
from portal import matching_names as names
from portal.matching_script import Written, written


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
        first = Opening.of(self.given_name, self.family_name, self.born_on, self.card)
        phones, emails = facts.real_numbers(self.phones), facts.real_emails(self.emails)
        return Ready(*first, phones, emails, facts.street(self.street), "".join(names.words(self.city)), facts.postal(self.postal_code))


class Opening(NamedTuple):
    """What the first gates compare of a person, cleaned."""

    given: tuple[str, ...]
    family: tuple[str, ...]
    generation: str
    given_as: Written
    family_as: Written
    born_on: date | None
    card: str

    @classmethod
    def of(cls, given_name: str, family_name: str, born_on: date | None, card: str) -> "Opening":
        whole = f"{given_name} {family_name}"
        whole = "" if whole.isascii() else whole  # nothing to see, and soon remembered
        return cls(
            *names.split(given_name, family_name),
            written(given_name, whole),
            written(family_name, whole),
            facts.known_date(born_on),
            facts.card(card),
        )


class Ready(NamedTuple):
    """A person, cleaned."""

    given: tuple[str, ...]
    family: tuple[str, ...]
    generation: str
    given_as: Written
    family_as: Written
    born_on: date | None
    card: str
    phones: frozenset[str]
    emails: frozenset[str]
    street: facts.Street | None
    city: str
    postal: str
