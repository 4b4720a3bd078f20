"""Who is called about a person in an emergency, as the person or who manages access to them writes it down, changes or removes it. Use cases."""

from datetime import datetime
from typing import NamedTuple

from portal import contacts
from portal.contacts import ContactSaid
from portal.models import Contact, Link
from portal.own_details import ChangedMeanwhile, NotToChange, note, standing
from portal.own_fields import EMERGENCY


class Said(NamedTuple):
    """`phone` in E.164."""

    name: str
    relation: str
    phone: str


def said(contact: Contact | None) -> Said | None:
    return Said(contact.name, contact.relation, contact.phone) if contact is not None else None


def mark_of(contact: Contact | None) -> str:
    """What a form has seen."""
    return f"{contact.id} {contact.name} {contact.relation} {contact.phone}" if contact is not None else ""


def put(link: Link, wanted: Said | None, seen: str, now: datetime) -> bool:
    """None removes whoever stands there. Whether anything changed. Raises ChangedMeanwhile, NotToChange."""
    link, there = standing(link, now)
    if not there.may_change(EMERGENCY):
        raise NotToChange()
    row, before = there.contact, said(there.contact)
    if before == wanted:
        return False
    if mark_of(row) != seen:
        raise ChangedMeanwhile(profile=link.profile)
    if wanted is None:
        row.removed_at = now
    elif row is None:
        contacts.put(link.profile, ContactSaid(**wanted._asdict(), is_emergency=True), now)
    else:
        email = row.email if row.name == wanted.name else ""  # that of somebody else
        contacts.write(row, ContactSaid(**wanted._asdict(), email=email, is_emergency=True), now, ())
    return note(link, {"emergency": [list(before or ()), list(wanted or ())]}, [EMERGENCY], now)
