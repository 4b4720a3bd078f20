"""Which of an account's profiles, at whichever practice, are one person. Only the account learns of it, never a practice."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from portal.links import today
from portal.models import Link

OWN = "own"


class Person(NamedTuple):
    """Somebody the account acts for: `link` is the first of their links, at one of perhaps several practices."""

    key: str | tuple
    link: Link

    @property
    def is_own(self) -> bool:
        return self.key == OWN


def person(link: Link | None) -> str | tuple:
    """The same for everything of one person: all that is the account's own, else whoever agrees in name and date of birth.

    None: the account itself, at a practice that does not know it yet.
    """
    if link is None or link.is_self:
        return OWN
    return link.profile.name.casefold(), link.profile.born_on


def people(links: Iterable[Link], now: datetime) -> list[Person]:
    """Everybody behind links that allow something now, each once, in the order of the links."""
    found: dict[str | tuple, Person] = {}
    for link in links:
        if link.permissions_on(today(link.profile, now)):
            found.setdefault(person(link), Person(person(link), link))
    return list(found.values())
