"""What the rest of the house adds to the Today page, so that portal need not know about appointments."""

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from portal.models import StaffMember


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


_makers: list[Callable[[StaffMember, datetime], Panel]] = []


def on_today(make: Callable[[StaffMember, datetime], Panel]):
    """Have `make(staff, now)` add a panel to everybody's Today page."""
    _makers.append(make)
    return make


def panels(staff: StaffMember, now: datetime) -> list[Panel]:
    return [make(staff, now) for make in _makers]
