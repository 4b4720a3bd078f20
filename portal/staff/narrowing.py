"""Whom to invite among all: what the rest of the house knows about visits, so that portal need not know about appointments."""

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement

from portal.models import StaffMember

WITH, WITHOUT = "with", "without"


class Wish(NamedTuple):
    """Only those seen within so many months (0: at any time), by one practitioner (public id), with or without an appointment to come."""

    months: int = 0
    practitioner: str = ""
    coming: str = ""


_narrowers: list[Callable[[StaffMember, Wish, datetime], list[ColumnElement[bool]]]] = []
_listers: list[Callable[[StaffMember], list[tuple[str, str]]]] = []


def on_narrowing(narrow: Callable[[StaffMember, Wish, datetime], list[ColumnElement[bool]]]):
    """Have `narrow(staff, wish, now)` give what must hold of a Profile."""
    _narrowers.append(narrow)
    return narrow


def on_practitioners(names: Callable[[StaffMember], list[tuple[str, str]]]):
    """Have `names(staff)` give public id and name of everybody one may have been seen by."""
    _listers.append(names)
    return names


def conditions(staff: StaffMember, wish: Wish, now: datetime) -> list[ColumnElement[bool]]:
    return [condition for narrow in _narrowers for condition in narrow(staff, wish, now)]


def practitioners(staff: StaffMember) -> list[tuple[str, str]]:
    return [pair for names in _listers for pair in names(staff)]
