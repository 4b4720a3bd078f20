"""What happened to appointments, in plain words; no more of each than its reader may see (booking/disclosure.py)."""

from collections.abc import Collection
from datetime import datetime
from zoneinfo import ZoneInfo

from flask_babel import get_locale
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from booking.disclosure import seen
from booking.models import Appointment
from portal import clock
from portal.access import EVERYTHING
from portal.database import db
from portal.filters import moment
from portal.ledger_words import Line, Reader, tells
from portal.models import LedgerLine
from portal.permissions import EVERYBODY


def appointments_of_lines(rows: Collection[LedgerLine]) -> dict[int, Appointment]:
    """By id, with service, practitioner and practice; one statement."""
    ids = {row.facts.get("appointment") for row in rows}
    found = select(Appointment).where(Appointment.id.in_(ids))
    whole = (joinedload(Appointment.service), joinedload(Appointment.practitioner), joinedload(Appointment.practice))
    return {one.id: one for one in db.session.scalars(found.options(*whole))}


@tells("booked", "cancelled", "restored", load=appointments_of_lines)
def _appointment(line: Line, reader: Reader, known: dict[int, Appointment]) -> str | None:
    said = {
        "booked": _("Appointment booked"),
        "cancelled": _("Appointment cancelled"),
        "restored": _("Cancelled appointment kept after all"),
    }
    return with_facts(_knowingly(said[line.row.verb], line, reader), line, reader, known)


@tells("moved", load=appointments_of_lines)
def _moved(line: Line, reader: Reader, known: dict[int, Appointment]) -> str | None:
    facts = line.row.facts
    said = (
        _("Appointment moved to somebody else’s calendar") if facts.get("moved_from") == facts.get("moved_to") else _("Appointment moved")
    )
    if facts.get("only") == "room":
        said = _("Appointment moved to another room")
    return with_facts(_knowingly(said, line, reader), line, reader, known)


@tells("arrived", "fulfilled", "missed", "mark_removed", "told_outside", load=appointments_of_lines)
def _marked(line: Line, reader: Reader, known: dict[int, Appointment]) -> str | None:
    said = {
        "arrived": _("Arrived"),
        "fulfilled": _("Visit took place"),
        "missed": _("Appointment missed"),
        "mark_removed": _("Mark taken back: the appointment stands as booked"),
        "told_outside": _("Written to about a time outside the hours"),
    }
    return with_facts(_knowingly(said[line.row.verb], line, reader), line, reader, known)


@tells("companion_added", "companion_removed", load=appointments_of_lines)
def _companion(line: Line, reader: Reader, known: dict[int, Appointment]) -> str | None:
    """Told with the name to who sees the appointment wholly, and to nobody else at all."""
    if not seen_wholly(line, reader, known):
        return None
    name = line.row.facts.get("name", "")
    comes = line.row.verb == "companion_added"
    return with_facts(
        _("%(name)s comes along", name=name) if comes else _("%(name)s does not come along any more", name=name), line, reader, known
    )


def _knowingly(said: str, line: Line, reader: Reader) -> str:
    """For staff alone: that it was done over something that stood in the way."""
    over = line.row.facts.get("anyway")
    if not over or reader.staff is None:
        return said
    return _("%(what)s, knowingly (%(reasons)s)", what=said, reasons=", ".join(why(code) for code in over))


def why(code: str) -> str:
    """What stood in the way, in a few words for staff; `code` as in `deciding.words`."""
    return {
        "past": _("in the past"),
        "no_working_hours": _("outside the hours"),
        "does_not_fit": _("longer than the hours left"),
        "closed_holiday": _("while closed"),
        "practitioner_away": _("while away"),
        "fully_booked": _("over something booked"),
        "buffer": _("within the pause of another appointment"),
        "no_room": _("without a free room"),
        "held": _("while somebody was booking online"),
        "patient_limit": _("with another appointment of the person at that time"),
    }.get(code, "")


@tells("handed_over", load=appointments_of_lines)
def _handed_over(line: Line, reader: Reader, known: dict[int, Appointment]) -> str | None:
    """One line in each person's ledger; neither names the other person."""
    gives = line.row.facts.get("does") == "gives"
    return with_facts(
        _("Appointment moved to somebody else") if gives else _("Appointment moved here from somebody else"), line, reader, known
    )


def with_facts(said: str, line: Line, reader: Reader, known: dict[int, Appointment]) -> str | None:
    """Who did it themselves is told that they did, if nothing more; nobody else of what they may not see."""
    one = known.get(line.row.facts.get("appointment"))
    if one is not None and _is_with_another(one, reader):
        return None
    how = _seen(one, reader) if one is not None and one.profile_id == reader.profile.id else None  # of a merged record's, too
    if how is None:
        return said if reader.knows_all or line.is_by(reader) else None
    facts = {"what": said, "when": _when(line.row, one), "service": one.service.name, "practitioner": one.practitioner.name}
    return (
        _("%(what)s: %(when)s, %(service)s with %(practitioner)s", **facts)
        if how == EVERYTHING
        else _("%(what)s: %(when)s", what=said, when=facts["when"])
    )


def seen_wholly(line: Line, reader: Reader, known: dict[int, Appointment]) -> bool:
    """Whether the line is about an appointment of which this reader may know everything."""
    one = known.get(line.row.facts.get("appointment"))
    return (
        one is not None and not _is_with_another(one, reader) and one.profile_id == reader.profile.id and _seen(one, reader) == EVERYTHING
    )


def _is_with_another(one: Appointment, reader: Reader) -> bool:
    """Who does not see everybody sees who comes to them, and of a person's other visits nothing (MISSION M24), here as in booking/desk."""
    staff = reader.staff
    return staff is not None and not staff.may(EVERYBODY) and one.practitioner.staff_member_id != staff.id


def _seen(one: Appointment, reader: Reader) -> str | None:
    return EVERYTHING if reader.link is None else seen(reader.link, one, reader.on)


def _when(row: LedgerLine, one: Appointment) -> str:
    """The time as it was then: a booking that was moved later is told with its first one."""
    old, new = (_moment(row.facts[name], one) if name in row.facts else "" for name in ("moved_from", "moved_to"))
    if old and new and old != new:
        return _("from %(old)s to %(new)s", old=old, new=new)
    if new:
        return new
    return _moment(row.facts["at"], one) if "at" in row.facts else _moment(one.starts_at, one)


def _moment(at: datetime | str, one: Appointment) -> str:
    at = datetime.fromisoformat(at) if isinstance(at, str) else at
    today = clock.now().astimezone(ZoneInfo(one.zone)).date()
    return moment(at, one.zone, today, locale=get_locale())
