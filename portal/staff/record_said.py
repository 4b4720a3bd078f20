"""From the form of a record to what the use cases take, and from a record to what the form shows."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from portal import consents, meanwhile
from portal.contacts import ContactSaid
from portal.filters import phone_display
from portal.models import FurtherNumber, Profile
from portal.models.profile import KINDS, OTHER
from portal.record_words import sexes
from portal.records import Number, Said
from portal.staff.record_form import FIRST, RecordForm

TEXTS = (
    "given_name", "middle_name", "family_name", "preferred_name", "language", "zone", "email", "salutation", "pronouns", "street", "unit", "city",
    "postal_code", "referred_by", "veteran_id", "file_number", "staff_alert", "card_number", "card_region", "card_version", "program",
    "program_number", "program_region", "billing_authorisation", "case_number", "billing_notes",
)  # fmt: skip
AS_THEY_ARE = ("card_expires_on", "sessions_needed")


def said(form: RecordForm) -> Said:
    """What a valid form says."""
    numbers = _numbers(form)
    facts = {name: form[name].data or "" for name in TEXTS} | {name: form[name].data for name in AS_THEY_ARE}
    facts |= {"born_on": form.born_on.form.value, "sex_at_birth": _sex(form.sex_at_birth.data or "")}
    facts |= dict(zip(("phone", "phone_kind"), numbers[0] if numbers else ("", "")))
    if not facts["card_number"]:
        facts["card_region"] = ""  # a province says nothing without a card
    return Said(
        facts,
        tuple(one for one in numbers[1:] if one.number != facts["phone"]),
        {channel: form[f"{channel}_consent"].data for channel in consents.CHANNELS},
        _care(form),
        form.qualified.data,
        tuple(_contact(row.form) for row in form.contacts or () if row.form.is_filled),
        bool(form.enrol and form.enrol.data),
    )


def _numbers(form: RecordForm) -> list[Number]:
    """All of them, whichever is called first at the head."""
    rows = {FIRST: (form.e164, form.phone_kind.data)} | {
        str(place): (row.form.e164, row.form.kind.data) for place, row in enumerate(form.numbers)
    }
    order = sorted(rows, key=lambda place: place != form.primary.data)
    made = [Number(number, kind) for number, kind in (rows[place] for place in order) if number]
    return list(dict.fromkeys([made[0], *(one if one.kind in KINDS else one._replace(kind=OTHER) for one in made[1:])])) if made else []


def _sex(typed: str) -> str:
    """The word that is kept for a word of the list; else their own."""
    return next((kept for kept, words in sexes().items() if typed.casefold() in (kept, words.casefold())), typed)


def _care(form: RecordForm) -> dict[str, str]:
    """A practitioner chooses nobody: whom they add is theirs, whom they change stays with whoever it was."""
    care = {"location": form.location.data or "" if form.location else form.care.location}
    if form.practitioner:
        return care | {"practitioner": form.practitioner.data or ""}
    return care | {"practitioner": form.care.practitioner} if form.person else care


def _contact(row) -> ContactSaid:
    enrol_as = row.enrol_as.data if row.enrol_as else ""
    return ContactSaid(row.name.data, row.relation.data or "", row.e164, row.email.data or "", row.emergency.data, enrol_as or "")


def shown(person: Profile, numbers: list[FurtherNumber], care) -> dict[str, Any]:
    """A record as data of the form."""
    country, born = person.practice.country, person.born_on
    data: dict[str, Any] = {name: getattr(person, name) for name in (*TEXTS, *AS_THEY_ARE)}
    data |= {f"{channel}_consent": consents.may(person, channel) for channel in consents.CHANNELS}
    data |= {
        "phone": phone_display(person.phone, country) if person.phone else "",
        "numbers": [{"number": phone_display(one.number, country), "kind": one.kind} for one in numbers],
    }
    data |= {"sex_at_birth": str(sexes().get(person.sex_at_birth, person.sex_at_birth)), "qualified": person.qualified_at is not None}
    data |= {"practitioner": care.practitioner, "location": care.location}
    if person.phone:
        data["phone_kind"] = person.phone_kind
    data["born_on"] = {part: str(getattr(born, part)) if born else "" for part in ("day", "month", "year")}
    return data


# --- a colleague was quicker ---


def brought_together(before: str, form: RecordForm, theirs: Mapping) -> tuple[dict[str, Any], list[str]]:
    """Data of the form: what was typed where it differs from what was shown (`before`: meanwhile.as_text), else what a colleague wrote (`theirs`: shown);
    and the fields that both changed, each in their own way."""
    was, typed, now = meanwhile.read(before), meanwhile.read(meanwhile.as_text(form.data)), meanwhile.read(meanwhile.as_text(theirs))
    mine, both = meanwhile.typed_and_both(was, typed, now)
    mixed = now | {name: typed[name] for name in mine}
    mixed["card_expires_on"] = date.fromisoformat(mixed["card_expires_on"]) if mixed.get("card_expires_on") else None
    return mixed, both
