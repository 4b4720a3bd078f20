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
        given, family, generation = names.split(self.given_name, self.family_name)
        whole = f"{self.given_name} {self.family_name}"
        whole = "" if whole.isascii() else whole  # nothing to see, and soon remembered
        street, city = facts.street(self.street), "".join(names.words(self.city))
        return Ready(
            given, family, generation, facts.known_date(self.born_on), facts.card(self.card), self.phones, self.emails, street, city, facts.postal(self.postal_code),
            written(self.given_name, whole), written(self.family_name, whole),
        )  # fmt: skip


class Ready(NamedTuple):
    """A person, cleaned."""

    given: tuple[str, ...]
    family: tuple[str, ...]
    generation: str
    born_on: date | None
    card: str
    phones: frozenset[str]
    emails: frozenset[str]
    street: facts.Street | None
    city: str
    postal: str
    given_as: Written
    family_as: Written
