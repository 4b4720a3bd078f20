"""Whom a person is seen by as a rule, and where: what the rest of the house offers on the form of a record, and what it knows of somebody.
Writing it down is portal/signals.py's `record_written`."""

from collections.abc import Callable
from typing import NamedTuple

from portal.models import Profile, StaffMember

Pairs = list[tuple[str, str]]  # public id, name


class Care(NamedTuple):
    """Choices and what stands; none are offered to a practitioner."""

    practitioners: Pairs
    locations: Pairs
    practitioner: str = ""
    location: str = ""


_offers: list[Callable[[StaffMember, Profile | None], Care]] = []
_owns: list[Callable[[StaffMember], bool]] = []


def offers_care(offer: Callable[[StaffMember, Profile | None], Care]):
    """Have `offer(staff, profile)` say what there is to choose; the profile is None for somebody new."""
    _offers.append(offer)
    return offer


def is_seen_by(has_people: Callable[[StaffMember], bool]):
    """Have `has_people(staff)` say whether somebody can be written down as this practitioner's own."""
    _owns.append(has_people)
    return has_people


def offered(staff: StaffMember, profile: Profile | None = None) -> Care:
    return next((offer(staff, profile) for offer in _offers), Care([], []))


def has_people(staff: StaffMember) -> bool:
    return any(own(staff) for own in _owns)
