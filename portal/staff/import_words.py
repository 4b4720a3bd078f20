"""What pages say of a list: names of fields and states, why a row cannot be imported and what to do, why somebody stays."""

from collections.abc import Iterable, Sequence
from datetime import date

from flask_babel import gettext as _
from flask_babel import lazy_gettext

from portal import (
    import_cells,
    import_kept,
    import_reading,
    import_running,
    import_updating,
    import_verdicts,
    imports,
    likeness_words,
    record_words,
)
from portal.cards import masked
from portal.health_cards import Card, Holder
from portal.import_fields import BORN_DAY, BORN_MONTH, BORN_YEAR, CARE, FAMILY_FIRST, FULL_NAME, PREVIOUS_ID, SECOND_FAMILY
from portal.matching import Evidence, Likeness
from portal.models import ImportRow, PeopleImport
from portal.records import MASKED
from portal.staff import card_words

STATES = {
    import_verdicts.NEW: lazy_gettext("New people"),
    import_verdicts.UPDATE: lazy_gettext("Known: updates"),
    import_verdicts.SAME: lazy_gettext("Known: nothing new"),
    import_verdicts.ALIKE: lazy_gettext("Look like somebody"),
    import_verdicts.TWICE: lazy_gettext("Twice in the list"),
    import_verdicts.INVALID: lazy_gettext("To put right"),
    imports.MADE: lazy_gettext("Added"),
    imports.UPDATED: lazy_gettext("Updated"),
    imports.LEFT: lazy_gettext("Left out"),
    imports.UNDONE: lazy_gettext("Removed again"),
    imports.KEPT_BACK: lazy_gettext("Kept"),
}
CHOICES = {
    import_verdicts.SKIP: lazy_gettext("Leave out"),
    import_verdicts.NEW: lazy_gettext("Another person: add as new"),
    import_verdicts.UPDATE: lazy_gettext("The same person: update"),
}

_CELLS = {
    import_cells.BAD_DATE: lazy_gettext("must be a real date, like 1987-03-14"),
    import_cells.FUTURE: lazy_gettext("is in the future"),
    import_cells.TOO_OLD: lazy_gettext("is before 1900"),
    import_cells.BAD_EMAIL: lazy_gettext("must look like name@example.com"),
    import_cells.BAD_PHONE: lazy_gettext("must be a whole phone number, like 416 555 0117"),
    import_cells.YES_NO: lazy_gettext("must be yes or no"),
    import_cells.REGION: lazy_gettext("must be a province, like Ontario or ON"),
    import_cells.NUMBER: lazy_gettext("must be a number from 0 to 999"),
    import_cells.WEB_ADDRESS: lazy_gettext("must be a name without a web address"),
    import_cells.SHORT_CARD: lazy_gettext("must be the whole number of the card"),
    import_cells.DAY_NUMBER: lazy_gettext("is a spreadsheet’s own number for a day. Make the column a date there, and save the file again"),
    import_cells.CUT: lazy_gettext("was cut short by a spreadsheet. Make the column text there, and enter the number again"),
}
# Cells that are told, while the rest of their row comes in.
_TOLD = {
    import_cells.LANGUAGE: lazy_gettext("is not a language we write in. It is left out"),
    import_cells.ZONE: lazy_gettext("is not a time zone we know. It is left out"),
    import_cells.NO_PRACTITIONER: lazy_gettext("is nobody who works here by that name. It is left out"),
    import_cells.TWO_PRACTITIONERS: lazy_gettext("is the name of several practitioners. Choose the right one in the record"),
    import_cells.NO_LOCATION: lazy_gettext("is none of your locations. It is left out"),
    import_cells.TWO_LOCATIONS: lazy_gettext("is the name of several locations. Choose the right one in the record"),
}
_NUMBERS = {
    import_verdicts.FILE: lazy_gettext("In your records, %(name)s has this file number but another name. Check both"),
    import_verdicts.CARD: lazy_gettext("In your records, %(name)s has this health card but another name. Check both"),
    import_verdicts.PREVIOUS: lazy_gettext("In an earlier list, %(name)s had this number but another name. Check both"),
}
_LEFT = {
    import_running.ADDED_MEANWHILE: lazy_gettext("Somebody like this was added to your records since the list was checked"),
    import_updating.CHANGED_MEANWHILE: lazy_gettext("A colleague changed the record since the list was checked"),
    import_updating.GONE: lazy_gettext("The record is not there any more"),
}
# Name of a table → what is about somebody since.
_USED = {
    "appointments": lazy_gettext("has an appointment"), "companions": lazy_gettext("comes along to an appointment"), "holds": lazy_gettext("is booking an appointment"),
    "links": lazy_gettext("somebody can book for them online"), "invitations": lazy_gettext("was invited"), "batch_rows": lazy_gettext("stands on a list of people to invite"),
    "files": lazy_gettext("has a file"), "notes": lazy_gettext("has a note"), "payments": lazy_gettext("has a payment"), "amounts_due": lazy_gettext("has an amount due"),
    "merges": lazy_gettext("was merged with another record"), "usual_care": lazy_gettext("has a usual practitioner or location"),
    "contacts": lazy_gettext("their contacts were changed"), "further_numbers": lazy_gettext("their phone numbers were changed"),
    "import_rows": lazy_gettext("a later list changed them"), "different_people": lazy_gettext("was told apart from another record"),
    "own_changes": lazy_gettext("they changed their own details"), "forget_requests": lazy_gettext("asked to be forgotten"),
    import_kept.MERGED: lazy_gettext("was merged with another record"), import_kept.CHANGED: lazy_gettext("the record was changed"),
    import_kept.GONE: lazy_gettext("the record is not there any more"),
}  # fmt: skip


def left_out() -> str:
    return _("Leave out")


def groups() -> dict[str, str]:
    return {
        "name": _("Name"), "about": _("About them"), "reach": _("Email, phone and consents"), "address": _("Address"), "record": _("Record"),
        "contact": _("Emergency contact"), "guardian": _("Parent or guardian"), "coverage": _("Coverage"),
    }  # fmt: skip


def fields() -> dict[str, str]:
    """Field of portal/import_fields.py → its name."""
    return record_words.labels() | {
        SECOND_FAMILY: _("Second last name, written behind the first"), FULL_NAME: _("Whole name (Amara Okoye, or Okoye, Amara)"), FAMILY_FIRST: _("Whole name, last name first (Okoye Amara)"),
        BORN_YEAR: _("Year of birth"), BORN_MONTH: _("Month of birth"), BORN_DAY: _("Day of birth"),
        "phone_mobile": _("Mobile"), "phone": _("Phone, of any kind"), "phone_home": _("Home phone"), "phone_work": _("Work phone"),
        "email_consent": _("Agrees to mail (yes or no)"), "sms_consent": _("Agrees to text messages (yes or no)"), "voice_consent": _("Agrees to phone calls (yes or no)"),
        PREVIOUS_ID: _("Number in the other program"), "contact_name": _("Emergency contact: name"), "contact_relation": _("Emergency contact: who they are"),
        "contact_phone": _("Emergency contact: phone"), "contact_email": _("Emergency contact: email"),
        "contact_family_name": _("Emergency contact: last name"), "guardian_name": _("Parent or guardian: name"), "guardian_family_name": _("Parent or guardian: last name"),
        "guardian_relation": _("Parent or guardian: who they are"), "guardian_phone": _("Parent or guardian: phone"), "guardian_email": _("Parent or guardian: email"),
    }  # fmt: skip


def column(header: Sequence[str], number: int) -> str:
    heading = header[number] if number < len(header) else ""
    return heading or _("Column %(number)s", number=number + 1)


def named(found: PeopleImport) -> str:
    """Which list it is."""
    return found.file_name or _("Pasted list")


def problems(row: ImportRow, found: PeopleImport) -> list[str]:
    """Why a row cannot be imported, and what to do; of a row that is left out for another reason, that one."""
    said = [_problem(row, found, *one) for one in row.problems]
    if row.same_as:
        said.append(_("The same person as row %(row)s", row=row.same_as))
    return said + [str(_LEFT[one]) for one in row.why if one in _LEFT]


def _problem(row: ImportRow, found: PeopleImport, place: int, code: str, detail: str) -> str:
    if code == import_reading.NO_NAME:
        return _("Add a name")
    if code == import_reading.TWO_PEOPLE:
        return _("This looks like two people. Give each a row of their own")
    if code == import_verdicts.SEVERAL_PEOPLE:
        return _("The numbers in this row are of two people in your records. Check them")
    if code == import_verdicts.OF_ANOTHER:
        return str(_NUMBERS[detail]) % {"name": row.profile.name if row.profile else _("somebody")}
    return _of_cell(
        row, found, place, _("must be %(most)s characters or fewer", most=detail) if code == import_cells.TOO_LONG else str(_CELLS[code])
    )


def _of_cell(row: ImportRow, found: PeopleImport, place: int, why: str) -> str:
    cell = row.cells[place] if place < len(row.cells) else ""
    shown = cell if len(cell) <= 40 else f"{cell[:39]}…"
    return _("%(column)s: “%(cell)s” %(why)s", column=column(found.header, place), cell=shown, why=why)


def notes(row: ImportRow, found: PeopleImport, today: date) -> list[str]:
    """What to look at of a row that is imported all the same; nothing once what the list said is forgotten."""
    said = []
    for place, code, detail in row.notes if row.cells else ():
        if code in _TOLD:
            said.append(_of_cell(row, found, place, str(_TOLD[code])))
        elif code == import_reading.MORE:
            said.append(
                _(
                    "%(column)s: the first is kept. Not kept: %(others)s. Write it into a note if you need it",
                    column=column(found.header, place),
                    others=detail,
                )
            )
        elif code == import_reading.MISTYPED:
            said.append(_("Check the email. Did you mean %(host)s?", host=detail.rpartition("@")[2]))
        elif code == import_reading.NO_MOBILE:
            said.append(_("Agrees to text messages, but there is no mobile number: nothing is written down of it"))
        elif code == import_reading.EXTENSION:
            said.append(_("%(cell)s: the number is kept without its extension. Write it into a note if you need it", cell=row.cells[place]))
        else:
            facts = import_reading.from_kept(row.facts).facts if row.facts else {}
            card = Card(
                facts.get("card_number", ""), facts.get("card_region", ""), facts.get("card_version", ""), facts.get("card_expires_on")
            )
            holder = Holder(facts.get("given_name", ""), facts.get("family_name", ""), facts.get("born_on"), facts.get("sex_at_birth", ""))
            said += [words for _code, words in card_words.sentences(card, holder, today)[:1]]
    return said


def changes(row: ImportRow, country: str) -> list[tuple[str, str, str]]:
    """Detail, before and after of what becomes another."""
    labels = fields() | {"contact": _("Emergency contact"), "guardian": _("Parent or guardian")}
    return [(labels[name], *(_value(name, one, country) for one in both)) for name, both in row.changes.items()]


def _value(name: str, said, country: str) -> str:
    if name.endswith("_consent"):
        return _("yes") if said else _("no")
    if name in CARE:
        return said[1] if said else ""
    if name in ("contact", "guardian"):
        parts = (
            [
                said.get("name", ""),
                said.get("relation", ""),
                record_words.value("phone", said.get("phone", ""), country),
                said.get("email", ""),
            ]
            if said
            else []
        )
        return ", ".join(filter(None, parts))
    if name == "numbers":
        return record_words.value(name, [one[0] for one in said], country)
    if name in MASKED:
        return masked(said or "")
    return record_words.value(name, said, country)


def likeness(row: ImportRow) -> Likeness | None:
    """How alike the row and the record are, to be said by portal/likeness_words.py."""
    said = row.likeness
    return Likeness(said["grade"], said["score"], tuple(Evidence(*one) for one in said["evidence"])) if said else None


def alike(row: ImportRow) -> str:
    how = likeness(row)
    return likeness_words.words(how) if how else ""


def kept(why: Iterable[str]) -> str:
    """Why somebody stays; of somebody who is put back in part, which details stay."""
    details = [one.partition(" ")[2] for one in why if one.startswith(f"{import_kept.CHANGED} ")]
    if details:
        labels = {
            **fields(),
            **{f"{channel}_{kind}_at": name for channel, name in record_words.consent_names().items() for kind in ("consent", "refused")},
        }
        return _("Changed since, and stays: %(details)s", details=", ".join(dict.fromkeys(labels.get(name, name) for name in details)))
    return ", ".join(str(_USED.get(one, _("something was added to the record"))) for one in why)


def facts(row: ImportRow, country: str) -> list[str]:
    """What tells somebody from others of the name, as the list says it."""
    said = row.facts.get("facts", {})
    numbers = row.facts.get("numbers") or [["", ""]]
    born = record_words.value("born_on", said.get("born_on"), country)
    file = _("File %(number)s", number=said["file_number"]) if said.get("file_number") else ""
    names, care = record_words.labels(), row.facts.get("care") or {}
    seen_by = [f"{names[what]}: {one[1]}" for what, one in care.items()]
    return list(filter(None, (born, said.get("email"), record_words.value("phone", numbers[0][0], country), file, *seen_by)))
