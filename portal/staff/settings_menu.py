"""What stands on the settings page: every part of the house adds its own lines, so that portal need not know about calendars."""

from collections.abc import Callable
from typing import NamedTuple

from portal.models import StaffMember


class Entry(NamedTuple):
    """A page of settings: its group and name (translatable), one sentence of what it is for, and its address."""

    group: object
    name: object
    words: object
    url: str


_makers: list[Callable[[StaffMember], list[Entry]]] = []


def on_settings(make: Callable[[StaffMember], list[Entry]]):
    """Have `make(staff)` add the pages that this member of staff may open."""
    _makers.append(make)
    return make


def entries(staff: StaffMember) -> list[Entry]:
    return [entry for make in _makers for entry in make(staff)]
