"""The addresses a practice may hand out. The rest of the house adds its own, so that portal need not know of services."""

from collections.abc import Callable
from typing import NamedTuple

from flask_babel import lazy_gettext as _

from portal.models import Practice
from portal.public_url import public_url


class Address(NamedTuple):
    """One page for the public. `key` tells it from the others, "" is the practice's own; `call` is what a button there says (lazy)."""

    key: str
    name: str
    call: str
    url: str


class Group(NamedTuple):
    """Addresses of one kind under their heading (lazy)."""

    heading: str
    addresses: list[Address]


_makers: list[Callable[[Practice], list[Group]]] = []


def on_share(make: Callable[[Practice], list[Group]]):
    """Have `make(practice)` add groups of addresses to the page to share."""
    _makers.append(make)
    return make


def own_address(practice: Practice) -> Address:
    return Address("", practice.name, _("Book an appointment"), public_url("booking.practice", slug=practice.slug))


def groups(practice: Practice) -> list[Group]:
    """What can be shared besides the practice's own page; empty groups are left out."""
    return [group for make in _makers for group in make(practice) if group.addresses]
