"""What a practice wants to know of a person and does not, for a reader who may fill it in; and "not now", until something else is missing."""

from datetime import date, datetime

from portal import own_access, own_details
from portal.links import locked
from portal.models import Link
from portal.own_details import Known
from portal.own_fields import ADDRESS, BORN_ON, EMERGENCY, PHONES, WANTABLE


def of(link: Link, on: date) -> list[str]:
    """Names of portal/own_fields.py, in the order of WANTABLE; nothing while it is put off."""
    if not own_access.changes(link, on) or not link.profile.practice.wanted_facts:
        return []
    found = among(own_details.known(link, on))
    return [] if _in_short(found) == link.missing_put_off else found


def among(there: Known) -> list[str]:
    profile = there.profile
    is_known = {
        PHONES: bool(there.numbers),
        BORN_ON: profile.born_on is not None,
        EMERGENCY: there.contact is not None,
        ADDRESS: bool(profile.street and profile.city),
    }
    return [name for name in WANTABLE if name in profile.practice.wanted_facts and not is_known[name] and there.may_change(name)]


def put_off(link: Link, now: datetime) -> None:
    """Say no more of it until something else is missing. A use case. Raises NotYoursToDecide, NotToChange."""
    link, there = own_details.standing(locked(link), now)
    link.missing_put_off = _in_short(among(there))


def _in_short(names: list[str]) -> str:
    return " ".join(names)
