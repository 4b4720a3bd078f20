"""Staff write down a person, and change what they wrote, with a line in the ledger for each time (MISSION M24–M28). Use cases.

A form says what it showed (`seen`), so that nobody overwrites what a colleague wrote meanwhile without having read it.
"""

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple

from flask_babel import lazy_gettext as _
from sqlalchemy import func, select

from portal import access, adding, cards, consents, contacts, invitations, ledger, own_fields
from portal.contacts import ContactSaid
from portal.database import db
from portal.errors import DomainError
from portal.invitations import Wanted
from portal.models import FurtherNumber, Invitation, LedgerLine, Profile, StaffMember
from portal.models.profile import HOUSEKEEPING
from portal.reading_choice import VERB as READING_CHOSEN
from portal.signals import record_written

CHANGED = "record_changed"  # facts["changes"]: {field: [before, after]}
# by a list (portal/import_running.py); the two last with "changes"
IMPORTED, IMPORT_CHANGED, IMPORT_UNDONE = (
    "imported",
    "import_changed",
    "import_undone",
)
# After these a form shows what is not so any more.
VERBS = (CHANGED, own_fields.CHANGED, IMPORT_CHANGED, IMPORT_UNDONE, READING_CHOSEN, consents.AGREED, consents.REFUSED)
MASKED = frozenset({"card_number", "program_number", "veteran_id"})
LONGEST = 200  # letters of a text that the ledger keeps


class ChangedMeanwhile(DomainError):
    """`facts["since"]`: the id of the last ledger line that the form knew of."""

    message = _("A colleague changed this record while you were typing. Nothing of yours was saved yet.")


class Number(NamedTuple):
    """E.164, and one of KINDS; of the one to ring first also an empty string, where nobody said."""

    number: str
    kind: str


class Seen(NamedTuple):
    """What a form was made of: a stamp of the record, and the id of the last ledger line about it (0: none)."""

    stamp: str
    line: int


@dataclass(frozen=True)
class Said:
    """What was typed. `facts`: columns of Profile; `numbers`: those beside `facts["phone"]`; `consents`: channel → whether they agree;
    `care`: whom they are seen by and where (portal/signals.py: record_written), None where that was not asked; `is_qualified` likewise.
    `contacts` and `enrol` count for a new person alone: `enrol` writes to the person's own address."""

    facts: Mapping
    numbers: tuple[Number, ...] = ()
    consents: Mapping[str, bool] = field(default_factory=dict)
    care: Mapping | None = None
    is_qualified: bool | None = None
    contacts: tuple[ContactSaid, ...] = ()
    enrol: bool = False


def add(staff: StaffMember, said: Said, now: datetime, *, different_from: Collection[str] = ()) -> tuple[Profile, list[Invitation]]:
    """The person, and who was written to. Raises LooksAlike (portal/adding.py) and what portal/invitations.py does."""
    qualified = {"qualified_at": now} if said.is_qualified else {}
    person = adding.add(staff, {**said.facts, **qualified}, now, different_from=different_from)
    _put_numbers(person, said.numbers, now)
    for one in said.contacts:
        contacts.put(person, one, now)
    for channel, agrees in said.consents.items():
        if agrees or channel == consents.EMAIL:  # what was not ticked is no consent; mail alone goes out without one
            if person.email or channel != consents.EMAIL or not agrees:
                consents.answer(person, channel, agrees, now, staff.account, as_staff=True)
    if said.care is not None:
        record_written.send(None, staff=staff, profile=person, care=said.care, now=now)
    db.session.flush()
    return person, [invitations.invite(staff, person, wanted, now) for wanted in _wanted(person, said)]


def _wanted(person: Profile, said: Said) -> list[Wanted]:
    own = [(person.email, access.SELF)] if said.enrol and person.email else []
    theirs = [(one.email, one.enrol_as) for one in said.contacts if one.enrol_as]
    return [Wanted(email, relationship, tuple(access.default_permissions(relationship))) for email, relationship in own + theirs]


def change(staff: StaffMember, profile: Profile, said: Said, seen: Seen, now: datetime) -> bool:
    """Whether anything changed. Raises ChangedMeanwhile when the record is not as the form showed it."""
    person = db.session.get(Profile, profile.id, with_for_update=True, populate_existing=True)
    if seen_now(person) != seen:
        raise ChangedMeanwhile(since=seen.line)
    changes = changed(person, said.facts)
    changes |= changed_numbers(person, said.numbers, now)
    if said.is_qualified is not None and said.is_qualified != (person.qualified_at is not None):
        changes["qualified"] = [not said.is_qualified, said.is_qualified]
        person.qualified_at = now if said.is_qualified else None
    if said.care is not None:
        told = record_written.send(None, staff=staff, profile=person, care=said.care, now=now)
        changes |= {name: [before, after] for _receiver, made in told for name, before, after in made}
    if changes:
        ledger.record(CHANGED, now, profile=person, account=staff.account, changes=changes, **{"as": "staff"})
    first_address = changes.get("email", ["?"])[0] == ""
    answered = [
        _answered(person, channel, agrees, now, staff, is_new=first_address and channel == consents.EMAIL)
        for channel, agrees in said.consents.items()
    ]
    return bool(changes) or any(answered)


def _answered(person: Profile, channel: str, agrees: bool, now: datetime, staff: StaffMember, *, is_new: bool) -> bool:
    """A tick that stays as it was says nothing, but of a channel that was not there before (`is_new`)."""
    if agrees == consents.may(person, channel) and not (agrees and is_new):
        return False
    return consents.answer(person, channel, agrees, now, staff.account, as_staff=True)


def changed(person: Profile, facts: Mapping) -> dict:
    """Write these columns; those that were different, as the ledger keeps them. A step of use cases."""
    changes = {}
    for name, value in facts.items():
        before = getattr(person, name)
        if before != value:
            setattr(person, name, value)
            changes[name] = [kept(name, before), kept(name, value)]
    return changes


def kept(name: str, value):
    """As the ledger keeps it: no whole number of a card, no endless text, a date as text."""
    if name in MASKED:
        return cards.masked(value)
    if isinstance(value, date):
        return value.isoformat()
    return value[:LONGEST] if isinstance(value, str) else value


# --- numbers beside the first ---


def numbers_of(person: Profile) -> list[FurtherNumber]:
    mine = (FurtherNumber.profile_id == person.id, FurtherNumber.removed_at.is_(None))
    return list(db.session.scalars(select(FurtherNumber).where(*mine).order_by(FurtherNumber.id)))


def changed_numbers(person: Profile, numbers: Collection[Number], now: datetime) -> dict:
    """The same of the numbers beside the first. A step of use cases."""
    rows = numbers_of(person)
    there = [Number(row.number, row.kind) for row in rows]
    for row, one in zip(rows, there):
        if one not in numbers:
            row.removed_at = now
    _put_numbers(person, [one for one in numbers if one not in there], now)
    before, after = [one.number for one in there], [one.number for one in numbers]
    return {"numbers": [before, after]} if sorted(there) != sorted(numbers) else {}


def _put_numbers(person: Profile, numbers: Collection[Number], now: datetime) -> None:
    db.session.add_all(
        FurtherNumber(practice_id=person.practice_id, profile_id=person.id, number=one.number, kind=one.kind, created_at=now)
        for one in numbers
    )


# --- what a form showed ---


def seen_now(person: Profile) -> Seen:
    """Two statements."""
    values = [getattr(person, column.key) for column in Profile.__table__.columns if column.key not in HOUSEKEEPING]
    numbers = sorted((row.number, row.kind) for row in numbers_of(person))
    last = db.session.scalar(select(func.max(LedgerLine.id)).where(LedgerLine.profile_id == person.id, LedgerLine.verb.in_(VERBS)))
    return Seen(hashlib.sha256(repr((values, numbers)).encode()).hexdigest()[:16], last or 0)
