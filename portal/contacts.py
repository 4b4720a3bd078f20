"""People to ring about a person: written down, changed, removed by staff; one of them for emergencies. Use cases. They see nothing: access is a Link."""

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from flask_babel import lazy_gettext as _
from sqlalchemy import select

from portal import ledger, tombstones
from portal.database import db
from portal.errors import DomainError
from portal.models import Contact, Profile, StaffMember

ADDED, CHANGED, REMOVED = VERBS = ("contact_added", "contact_changed", "contact_removed")  # facts["name"]


class ContactGone(DomainError):
    """Somebody removed it, or changed it since it was shown."""

    message = _("A colleague changed or removed this contact while you were typing. Look at it again.")


class ContactSaid(NamedTuple):
    """As typed; `phone` in E.164. `enrol_as`: the relationship in which they are let into the portal, for a new person alone."""

    name: str
    relation: str = ""
    phone: str = ""
    email: str = ""
    is_emergency: bool = False
    enrol_as: str = ""


def of(person: Profile) -> list[Contact]:
    """Who is for emergencies first."""
    mine = (Contact.profile_id == person.id, Contact.removed_at.is_(None))
    return list(db.session.scalars(select(Contact).where(*mine).order_by(Contact.emergency_at.is_(None), Contact.id)))


def contact_of(person: Profile, public_id: str) -> Contact | None:
    return db.session.scalar(
        select(Contact).where(Contact.profile_id == person.id, Contact.public_id == public_id, Contact.removed_at.is_(None))
    )


def put(person: Profile, said: ContactSaid, now: datetime) -> Contact:
    """The row alone, a step of use cases."""
    row = Contact(practice_id=person.practice_id, profile_id=person.id, created_at=now)
    write(row, said, now, of(person))
    db.session.add(row)
    db.session.flush()
    return row


def add(staff: StaffMember, person: Profile, said: ContactSaid, now: datetime) -> Contact:
    person = _locked(person)
    row = put(person, said, now)
    _record(ADDED, row, person, staff, now)
    return row


def change(staff: StaffMember, person: Profile, contact: Contact, said: ContactSaid, seen: ContactSaid, now: datetime) -> None:
    """`seen`: as the form showed it. Raises ContactGone."""
    person = _locked(person)
    row = _standing(contact)
    if as_said(row) != seen:
        raise ContactGone()
    if said._replace(enrol_as="") == seen:
        return
    write(row, said, now, [one for one in of(person) if one.id != row.id])
    _record(CHANGED, row, person, staff, now)


def remove(staff: StaffMember, person: Profile, contact: Contact, now: datetime) -> None:
    """Raises ContactGone."""
    person = _locked(person)
    row = _standing(contact)
    row.removed_at = now
    _record(REMOVED, row, person, staff, now)


def as_said(row: Contact) -> ContactSaid:
    return ContactSaid(row.name, row.relation, row.phone, row.email, row.emergency_at is not None)


def write(row: Contact, said: ContactSaid, now: datetime, others: Collection[Contact]) -> None:
    """A step of use cases; `others`: the person's other contacts."""
    row.name, row.relation, row.phone, row.email = said.name, said.relation, said.phone, said.email
    row.emergency_at = (row.emergency_at or now) if said.is_emergency else None
    for other in others if said.is_emergency else ():  # one is rung in an emergency, and everybody knows who
        other.emergency_at = None


def _locked(person: Profile) -> Profile:
    """Whoever stands for them by now: a merge may have been faster, and nobody looks at the contacts of a tombstone."""
    return tombstones.standing(person.id)


def _standing(contact: Contact) -> Contact:
    row = db.session.get(Contact, contact.id, populate_existing=True)
    if row is None or row.removed_at:
        raise ContactGone()
    return row


def _record(verb: str, row: Contact, person: Profile, staff: StaffMember, now: datetime) -> None:
    ledger.record(verb, now, profile=person, account=staff.account, name=row.name, **{"as": "staff"})
