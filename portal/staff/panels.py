"""What the rest of the house adds to staff pages, so that portal need not know about appointments."""

from collections.abc import Callable, Collection
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Select

from portal.models import Profile, StaffMember


class Tile(NamedTuple):
    """A number with its name and a few words that make it useful."""

    name: str
    number: int
    words: str


class Panel(NamedTuple):
    """A part of the page: its template with `facts` under the name `panel`, and the ids of the profiles it shows."""

    template: str
    facts: dict
    people: set[int]
    tiles: list[Tile]


class Coming(NamedTuple):
    """When somebody comes next, and the address of the page about it."""

    at: datetime
    url: str


class Need(NamedTuple):
    """A sentence of "Needs you", the page it leads to, and the id of the person it is about, if it is about one."""

    words: str
    url: str
    person_id: int | None = None


_narrowed: list[Callable[[StaffMember], list[str]]] = []
_needs: list[Callable[[StaffMember, datetime], list[Need]]] = []
_makers: list[Callable[[StaffMember, datetime], Panel]] = []
_about_person: list[Callable[[StaffMember, Profile, datetime], Panel]] = []
_own_people: list[Callable[[StaffMember], Select]] = []
_finders: list[Callable[[StaffMember, Collection[int], datetime], dict[int, Coming]]] = []


def on_today(make: Callable[[StaffMember, datetime], Panel]):
    """Have `make(staff, now)` add a panel to everybody's Today page."""
    _makers.append(make)
    return make


def panels(staff: StaffMember, now: datetime) -> list[Panel]:
    return [make(staff, now) for make in _makers]


def on_narrowed(make: Callable[[StaffMember], list[str]]):
    """Have `make(staff)` say in sentences what ends when this member does not see everybody any more."""
    _narrowed.append(make)
    return make


def narrowed(staff: StaffMember) -> list[str]:
    return [words for make in _narrowed for words in make(staff)]


def on_needs(make: Callable[[StaffMember, datetime], list[Need]]):
    """Have `make(staff, now)` add sentences to "Needs you" on the Today page."""
    _needs.append(make)
    return make


def needs_of(staff: StaffMember, now: datetime) -> list[list[Need]]:
    """The sentences from the rest of the house, those of one kind together."""
    return [make(staff, now) for make in _needs]


def on_registrations(find: Callable[[StaffMember, Collection[int], datetime], dict[int, Coming]]):
    """Have `find(staff, profile ids, now)` say when the people among the new registrations come next."""
    _finders.append(find)
    return find


def coming(staff: StaffMember, profile_ids: Collection[int], now: datetime) -> dict[int, Coming]:
    """Profile id → when they come next; who does not come is not in it."""
    found: dict[int, Coming] = {}
    for find in _finders if profile_ids else ():
        found |= find(staff, profile_ids, now)
    return found


def on_person(make: Callable[[StaffMember, Profile, datetime], Panel]):
    """Have `make(staff, profile, now)` add a panel to everybody's own page among People."""
    _about_person.append(make)
    return make


def person_panels(staff: StaffMember, profile: Profile, now: datetime) -> list[Panel]:
    return [make(staff, profile, now) for make in _about_person]


def on_own_people(find: Callable[[StaffMember], Select]):
    """Have `find(staff)` select the ids of the profiles that are this practitioner's own people (MISSION M24)."""
    _own_people.append(find)
    return find


def own_people(staff: StaffMember) -> list[Select]:
    """Statements that select profile ids; who is in one of them is theirs."""
    return [find(staff) for find in _own_people]
