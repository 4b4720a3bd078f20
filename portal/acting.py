"""Whom the reader may act for, by practice: what the account menu lists and the strip under the header goes by.

Which person a page is about stands in its address, never in the session: looking at Leo in one tab changes nothing in another.
"""

from functools import cached_property
from typing import NamedTuple

from portal import clock
from portal.models import Link, Practice
from portal.queries import links_of


class Reached(NamedTuple):
    """One person of the menu; `paused`: an age step stands between, and their page says so."""

    link: Link
    paused: bool


class People:
    """Asked of the database once, and only by a page that wants to know: strangers cost nothing."""

    def __init__(self, asker):
        self._asker = asker

    @cached_property
    def by_practice(self) -> list[tuple[Practice, list[Reached]]]:
        """Practices by name, each with its people, oneself first; ended and revoked links are left out."""
        found: dict[int, tuple[Practice, list[Reached]]] = {}
        for link in links_of(self._asker):
            practice = link.profile.practice
            today = clock.today(practice.zone)
            if link.is_live(today):
                found.setdefault(practice.id, (practice, []))[1].append(Reached(link, link.is_paused(today)))
        return sorted(found.values(), key=lambda pair: pair[0].name.casefold())

    @property
    def several(self) -> bool:
        """More than one person or practice: then even one's own pages say whose they are."""
        return sum(len(people) for _practice, people in self.by_practice) > 1
