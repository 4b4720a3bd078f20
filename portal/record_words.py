"""What a record says and how it changed, in words: names of details, values, and the lines of the ledger. Staff-only details are told to staff."""

from collections.abc import Mapping
from datetime import date

from flask import current_app
from flask_babel import get_locale
from flask_babel import gettext as _

from portal import contacts, records
from portal.filters import birth_date, phone_display, zone_name
from portal.ledger_words import Line, Reader, tells
from portal.models import Profile
from portal.models.profile import HOME, MOBILE, OTHER, WORK

# Never told to the person nor to who acts for them, in no page, mail, feed or export.
STAFF_ONLY = frozenset(
    {"staff_alert", "billing_notes", "file_number", "billing_authorisation", "sessions_needed", "qualified", "qualified_at"}
)


def labels() -> dict[str, str]:
    """Column of Profile, or what records.change calls it → its name."""
    return {
        "given_name": _("First name"), "middle_name": _("Middle name"), "family_name": _("Last name"), "preferred_name": _("Preferred name"),
        "salutation": _("Salutation"), "pronouns": _("Pronouns"), "sex_at_birth": _("Sex assigned at birth"), "born_on": _("Date of birth"),
        "email": _("Email address"), "phone": _("Phone"), "phone_kind": _("Kind of phone"), "numbers": _("Further numbers"),
        "language": _("Language"), "zone": _("Time zone"), "street": _("Street and number"), "unit": _("Unit"), "city": _("City"),
        "postal_code": _("Postal code"), "referred_by": _("Referred by"), "veteran_id": _("Veteran ID"), "file_number": _("File number"),
        "staff_alert": _("Note for staff"), "card_number": _("Health card number"), "card_region": _("Province of the card"),
        "card_version": _("Version of the card"), "card_expires_on": _("Card ends on"), "program": _("Fee program"),
        "program_number": _("Program number"), "program_region": _("Province of the program"), "billing_authorisation": _("Billing authorisation"),
        "case_number": _("Case number"), "sessions_needed": _("Sessions needed"), "billing_notes": _("Billing notes"), "qualified": _("Qualified"),
        "practitioner": _("Practitioner"), "location": _("Usual location"),
    }  # fmt: skip


def kinds() -> dict[str, str]:
    """Kind of a telephone number → its name."""
    return {MOBILE: _("Mobile"), HOME: _("Home"), WORK: _("Work"), OTHER: _("Other")}


def sexes() -> dict[str, str]:
    """What is kept → what is read; whatever else is kept is in somebody's own words."""
    return {"female": _("Female"), "male": _("Male"), "intersex": _("Intersex")}


def value(name: str, said, country: str) -> str:
    """A value of the ledger as people read it; empty for nothing."""
    if name == "numbers":
        return ", ".join(phone_display(one, country) for one in said)
    if name == "qualified":
        return _("yes") if said else ""
    if said in (None, ""):
        return ""
    words = {"phone_kind": kinds, "sex_at_birth": sexes}
    if name in words:
        return words[name]().get(said, said)
    if name == "phone":
        return phone_display(said, country)
    if name in ("born_on", "card_expires_on"):
        return birth_date(date.fromisoformat(said), locale=get_locale())
    if name == "language":
        return current_app.config["LANGUAGES"].get(said, said)
    return zone_name(said, locale=get_locale()) if name == "zone" else str(said)


def consent_names() -> dict[str, str]:
    return {"email": _("Mail from the clinic"), "sms": _("Text messages"), "voice": _("Phone calls")}


@tells(records.CHANGED)
def _changed(line: Line, reader: Reader, _known) -> str | None:
    """Values for staff and the person themselves; who acts for them learns which details, and while the person is kept safe nothing."""
    changes = _told(line.row.facts.get("changes", {}), reader)
    if not changes or (not reader.knows_all and reader.profile.is_safe):
        return None
    names = labels()
    if not reader.knows_all:
        return _("Details changed: %(names)s", names=", ".join(names.get(name, name) for name in changes))
    return "; ".join(_sentence(name, names.get(name, name), *both, reader.profile) for name, both in changes.items())


@tells(records.IMPORTED)
def _imported(line: Line, reader: Reader, _known) -> str:
    return _("Record made by the clinic from a list of another program")


@tells(records.IMPORT_CHANGED, records.IMPORT_UNDONE)
def _by_list(line: Line, reader: Reader, known) -> str | None:
    """What a list changed, or what is again as before it."""
    said, is_undone = _changed(line, reader, known), line.row.verb == records.IMPORT_UNDONE
    if said:
        return (
            _("A list of another program was taken back: %(changes)s", changes=said)
            if is_undone
            else _("From a list of another program: %(changes)s", changes=said)
        )
    if reader.staff is None:
        return None
    return _("A list of another program was taken back") if is_undone else _("From a list of another program: consents or contacts")


def _told(changes: Mapping, reader: Reader) -> dict:
    order = [name for name in labels() if name in changes]
    return {name: changes[name] for name in order if reader.staff is not None or name not in STAFF_ONLY}


def _sentence(name: str, label: str, before, after, profile: Profile) -> str:
    old, new = (value(name, said, profile.practice.country) for said in (before, after))
    if old and new:
        return _("%(detail)s changed from %(old)s to %(new)s", detail=label, old=old, new=new)
    return _("%(detail)s added: %(new)s", detail=label, new=new) if new else _("%(detail)s removed: %(old)s", detail=label, old=old)


@tells(*contacts.VERBS)
def _contact(line: Line, reader: Reader, _known) -> str | None:
    """Somebody else's name: for staff and the person themselves."""
    if not reader.knows_all:
        return None
    name = line.row.facts.get("name", "")
    return {
        contacts.ADDED: _("Contact added: %(name)s", name=name),
        contacts.CHANGED: _("Contact changed: %(name)s", name=name),
        contacts.REMOVED: _("Contact removed: %(name)s", name=name),
    }[line.row.verb]
