"""The columns of an exported list of people, in groups; what only staff read is in groups of its own that nobody has ticked before."""

from collections.abc import Sequence
from itertools import groupby
from typing import Any, NamedTuple

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import select

from portal import consents
from portal.among import among
from portal.care_keeper import LOCATION, PRACTITIONER, Standing, keeper
from portal.database import db
from portal.filters import local
from portal.models import Contact, FurtherNumber, Note, Profile, StaffMember
from portal.permissions import FILES
from portal.record_words import kinds, labels, sexes
from portal.staff.exporting import Group
from portal.staff.record_fields import REGIONS

NAMES, CONTACT, ADDRESS, RING, DETAILS, CARD, BILLING, ALERT, NOTES = (
    "names",
    "contact",
    "address",
    "ring",
    "details",
    "card",
    "billing",
    "alert",
    "notes",
)
_COLUMNS = Profile.__table__.c
_LEFT_OUT = {"practice_id", "replaced_by_id", "keyed", "worded", "public_id"}
_PEOPLE = select(*(column for column in _COLUMNS if column.name not in _LEFT_OUT))


class Person(NamedTuple):
    """`row`: columns of the profile; what else there is of them, oldest first."""

    row: Any
    numbers: Sequence[Any]
    contacts: Sequence[Any]
    notes: Sequence[Any]
    care: Standing | None = None


def group_words() -> dict[str, str]:
    return {
        NAMES: _("Names"),
        CONTACT: _("Phone, email, consents"),
        ADDRESS: _("Address"),
        RING: _("Whom to ring"),
        DETAILS: _("Details"),
        CARD: _("Health card"),
        BILLING: _("Billing"),
        ALERT: _("Notes for staff in the record"),
        NOTES: _("Written notes"),
    }


def groups(staff: StaffMember) -> list[Group]:
    """NAMES first, which stand in every list. Notes are offered to who may see files and notes."""
    names, words, zone = labels(), group_words(), staff.practice.zone
    languages, phones, sex, said = current_app.config["LANGUAGES"], kinds(), sexes(), (_("No"), _("Yes"))  # once, not for every row
    regions = {code: str(name) for code, name in REGIONS.items()}

    def plain(*fields: str) -> list[tuple]:
        return [(names[field], lambda one, field=field: getattr(one.row, field)) for field in fields]

    def yes(heading: str, holds) -> tuple:
        return heading, lambda one: said[bool(holds(one.row))]

    channels = {consents.EMAIL: _("Mail allowed"), consents.SMS: _("Text messages allowed"), consents.VOICE: _("Calls with news allowed")}
    found = [
        Group(NAMES, words[NAMES], "", [
            *plain("file_number", "family_name", "given_name", "middle_name", "preferred_name", "born_on"),
            (names["language"], lambda one: languages.get(one.row.language, one.row.language)),
            (_("Here since"), lambda one: local(one.row.created_at, zone).date()),
        ]),
        Group(CONTACT, words[CONTACT], _("With a column for people whose contacts are kept apart."), [
            *plain("email", "phone"),
            (names["phone_kind"], lambda one: phones.get(one.row.phone_kind, "")),
            (names["numbers"], lambda one: ", ".join(number.number for number in one.numbers)),
            *(yes(words, lambda row, channel=channel: consents.may(row, channel)) for channel, words in channels.items()),
            yes(_("Contacts kept apart"), lambda row: row.safe_at),
        ], usual=True),
        Group(ADDRESS, words[ADDRESS], "", plain("street", "unit", "city", "postal_code"), usual=True),
        Group(RING, words[RING], _("Emergency contacts and others."), [
            (_("Emergency contacts"), lambda one: _contacts(one, True)), (_("Other contacts"), lambda one: _contacts(one, False)),
        ]),
        Group(DETAILS, words[DETAILS], _("Salutation, pronouns, sex assigned at birth, who referred them, veteran ID, practitioner and usual location."), [
            *plain("salutation", "pronouns"), (names["sex_at_birth"], lambda one: sex.get(one.row.sex_at_birth, one.row.sex_at_birth)), *plain("referred_by", "veteran_id"),
            (names[PRACTITIONER], lambda one: one.care.practitioner.name if one.care and one.care.practitioner else ""),
            (names[LOCATION], lambda one: one.care.location.name if one.care and one.care.location else ""),
        ]),
        Group(CARD, words[CARD], "", [
            *plain("card_number"), (names["card_region"], lambda one: regions.get(one.row.card_region, one.row.card_region)), *plain("card_version", "card_expires_on"),
        ]),
        Group(BILLING, words[BILLING], _("Fee program, authorisation, case, sessions needed."), [
            *plain("program", "program_number"), (names["program_region"], lambda one: regions.get(one.row.program_region, one.row.program_region)),
            *plain("billing_authorisation", "case_number", "sessions_needed"),
            (names["qualified"], lambda one: local(one.row.qualified_at, zone).date() if one.row.qualified_at else None),
        ]),
        Group(ALERT, words[ALERT], _("The note beside the name, and notes about billing. Only staff read them."), plain("staff_alert", "billing_notes")),
    ]  # fmt: skip
    if staff.may(FILES):
        found.append(
            Group(
                NOTES, words[NOTES], _("Every note of staff, whole. Only staff read them."), [(words[NOTES], lambda one: _notes(one, zone))]
            )
        )
    return found


def reading(chosen: Sequence[str]):
    """What gives the rows for some ids: one statement, and one for each of numbers, contacts, notes and whom they are seen by that were chosen."""

    def read(ids: Sequence[int]) -> tuple[list[Person], list[int]]:
        rows = {row.id: row for row in db.session.execute(_PEOPLE.where(among(Profile.id, ids), Profile.merged_at.is_(None)))}
        numbers = _of(FurtherNumber, ids, FurtherNumber.removed_at.is_(None)) if CONTACT in chosen else {}
        contacts = _of(Contact, ids, Contact.removed_at.is_(None)) if RING in chosen else {}
        notes = _of(Note, ids) if NOTES in chosen else {}
        care = keeper().standing(ids) if DETAILS in chosen else {}
        found = [
            Person(rows[one], numbers.get(one, ()), contacts.get(one, ()), notes.get(one, ()), care.get(one)) for one in ids if one in rows
        ]
        return found, list(rows)

    return read


def _of(model, ids: Sequence[int], *which) -> dict[int, list]:
    columns = model.__table__.c
    found = db.session.execute(select(*columns).where(among(columns.profile_id, ids), *which).order_by(columns.profile_id, columns.id))
    return {one: list(rows) for one, rows in groupby(found, key=lambda row: row.profile_id)}


def _contacts(one: Person, for_emergencies: bool) -> str:
    """ "Ada Roy (mother), +14165550134; …"."""
    theirs = (contact for contact in one.contacts if (contact.emergency_at is not None) == for_emergencies)
    return "; ".join(
        ", ".join(filter(None, (f"{each.name} ({each.relation})" if each.relation else each.name, each.phone, each.email)))
        for each in theirs
    )


def _notes(one: Person, zone: str) -> str:
    return "\n\n".join(f"{local(note.created_at, zone).date().isoformat()} {note.title}\n{note.text}".strip() for note in one.notes)
