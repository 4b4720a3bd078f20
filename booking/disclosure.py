"""What a reader may know of one appointment: the one rule (MISSION F6), and what of it may leave the house in mails and calendars.

Lists, pages, feeds, calendar files, mails, warnings and changes all ask `seen`; nobody decides it anew.
"""

from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from booking.models import Appointment
from portal.access import BUSY, EVERYTHING, NOTHING, SEE_DETAILS, SEE_TIMES, level
from portal.models import Link


def seen(link: Link, appointment: Appointment, on: date) -> str | None:
    """ "everything", "busy", or None: for this reader there is no such appointment. `on` is the practice's local date.

    The person sees everything of themselves, and an account what it booked itself, as long as the link allows anything at all.
    Past visits are a detail: somebody who sees only when the person is busy has no use for them.
    """
    may = link.permissions_on(on)
    if not may:
        return None  # ended, paused by an age step, or nothing was given
    if link.is_self or appointment.booked_by_id == link.account_id:
        return EVERYTHING
    found = level(may)
    if found == BUSY and _day_of(appointment) < on:
        return None
    return None if found == NOTHING else found


def reaches(link: Link, appointment: Appointment, permission: str, on: date) -> bool:
    """Whether the reader behind `link` may do this with the appointment. Only what is seen wholly can be changed."""
    how = seen(link, appointment, on)
    if permission == SEE_TIMES:
        return how is not None
    return how == EVERYTHING and (permission == SEE_DETAILS or link.allows(permission, on))


def wrote(link: Link, appointment: Appointment) -> bool:
    """Whether the note on it is the reader's own; nobody else but staff reads it."""
    return appointment.booked_by_id is not None and appointment.booked_by_id == link.account_id


def knows_all(link: Link, on: date) -> bool:
    """Whether a sentence may be about what this person has already: the reader sees everything there is."""
    return link.level(on) == EVERYTHING or (link.is_self and link.is_live(on))


def blind_account(link: Link, on: date) -> int | None:
    """The account that may not find out, by the times that are missing, when a person kept safe is at the clinic; None for all others."""
    blind = link.profile.is_safe and not link.is_self and link.level(on) == NOTHING
    return link.account_id if blind else None


@dataclass(frozen=True)
class Told:
    """Which facts go into a mail or a calendar. `busy`: person and time and nothing else, not even that it is a visit."""

    service: bool
    practitioner: bool
    busy: bool = False


ONLY_BUSY = Told(False, False, True)


def told(appointment: Appointment, link: Link | None, on: date) -> Told | None:
    """What the reader behind `link` is told; None: nothing at all. Without a link (the person's own address) only the practice decides.

    A discreet practice never names the service: others in a home may see mails and calendars too.
    """
    how = EVERYTHING if link is None else seen(link, appointment, on)
    if how == BUSY:
        return ONLY_BUSY
    return how and Told(service=appointment.practice.reminder_detail == "full", practitioner=True)


def _day_of(appointment: Appointment) -> date:
    return appointment.starts_at.astimezone(ZoneInfo(appointment.practice.zone)).date()
