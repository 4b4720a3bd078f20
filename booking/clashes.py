"""Appointments that get in each other's way, over all practices and people of one account. The practices never learn of it.

The rule is booking/agenda.py; here the rows an account sees become its plain values, and pairs become what a page shows.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from booking import agenda, travel
from booking.agenda import Entry, Kind
from booking.models import Appointment
from booking.models.appointment import BLOCKING
from booking.persons import person
from booking.plan import Location
from booking.queries import Sight
from portal.access import BOOK
from portal.links import today
from portal.models import Link, Practice


class Clash(NamedTuple):
    """Two appointments in the order of time; None stands for the one that is only wished for. Minutes as in `agenda.Pair`."""

    kind: Kind
    first: Sight | None
    second: Sight | None
    gap: int
    way: int | None

    @property
    def other(self) -> Sight:
        """The one of the two that is there already."""
        return self.first or self.second

    @property
    def both_known(self) -> bool:
        """Whether the reader sees everything of both; else only that somebody is busy."""
        return all(one.is_whole for one in (self.first, self.second) if one)

    @property
    def zones(self) -> set[str]:
        return {one.appointment.zone for one in (self.first, self.second) if one}

    def is_about(self, appointment: Appointment) -> bool:
        return any(one is not None and one.appointment.id == appointment.id for one in (self.first, self.second))

    def concerns(self, key: str | tuple) -> bool:
        """Whether one of the two is for this person (booking/persons.py)."""
        return any(one is not None and person(one.link) == key for one in (self.first, self.second))


class Wished(NamedTuple):
    """A time somebody is about to take: for the person behind `link` (None: the account itself), epoch seconds."""

    link: Link | None
    start: int
    end: int
    place: travel.Place


def clashes(sights: Iterable[Sight], now: datetime) -> list[Clash]:
    """Every pair among what an account sees that deserves a warning, soonest first."""
    return _pairs(sights, [], now)


def clashes_with(wished: Wished, sights: Iterable[Sight], now: datetime, moving: Appointment | None = None) -> list[Clash]:
    """The warnings a wished time would bring. `moving`: the appointment that would be given up for it."""
    along = wished.link is None or _comes_along(wished.link, now)
    entry = Entry(None, person(wished.link), wished.start, wished.end, wished.place, along)
    others = [one for one in sights if moving is None or one.appointment.id != moving.id]
    return [pair for pair in _pairs(others, [entry], now) if None in (pair.first, pair.second)]


def links_in(pairs: Iterable[Clash]) -> set[Link]:
    """Through which links the reader learns of what the warnings name."""
    return {one.link for pair in pairs for one in (pair.first, pair.second) if one}


def place_of(location: Location, practice: Practice) -> travel.Place:
    """Where a location is (a row or a timetable's value); a city it does not name is its practice's."""
    return travel.Place(location.id, location.street, location.city or practice.city, location.latitude, location.longitude)


def _pairs(sights: Iterable[Sight], wished: list[Entry], now: datetime) -> list[Clash]:
    known = {one.appointment.id: one for one in sights if one.appointment.status in BLOCKING}
    entries = wished + [_entry(one, now) for one in known.values()]
    return [Clash(pair.kind, known.get(pair.first.key), known.get(pair.second.key), pair.gap, pair.way) for pair in agenda.pairs(entries)]


def _entry(sight: Sight, now: datetime) -> Entry:
    one = sight.appointment
    place = place_of(one.location, one.practice) if sight.is_whole else None
    return Entry(
        one.id, person(sight.link), int(one.starts_at.timestamp()), int(one.ends_at.timestamp()), place, _comes_along(sight.link, now)
    )


def _comes_along(link: Link, now: datetime) -> bool:
    """Whether the account is the person, or books for them: then it may have to be there too."""
    return link.is_self or link.allows(BOOK, today(link.profile, now))
