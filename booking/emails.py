"""Mails about appointments: who is told when one is booked, moved, cancelled, and what the letters say.

`announce_…` queue inside the transaction of the change. `appointment.sequence` must have been raised by then: a row whose
sequence is not the appointment's any more tells old news and is not sent.
"""

from datetime import UTC, datetime
from typing import NamedTuple

from flask_babel import force_locale

from booking import calendar_files, reminders
from booking.disclosure import Told, told
from booking.models import Appointment
from booking.recipients import Recipient, links_to, recipients
from portal import filters
from portal.database import db
from portal.letters import Enclosure, Letter, compose, letter, reading_language
from portal.models import Account, OutboxMail
from portal.outbox import Mail, enqueue_all, supersede
from portal.public_url import public_url


def announce_booked(appointment: Appointment, now: datetime, by: Account | None = None, tell: bool = True) -> None:
    """Tell everyone concerned and queue the reminders. `by`: the account that did it, if it is not the booker. `tell` False: reminders only."""
    _announce("booked", appointment, now, by, tell)


def announce_moved(
    appointment: Appointment, old_start: datetime, now: datetime, by: Account | None = None, old_practitioner: int | None = None, tell: bool = True
) -> None:
    """The appointment is at its new time already. What waited about the old one is superseded, reminders are made anew."""
    was = {"old_practitioner": old_practitioner} if old_practitioner else {}
    _announce("moved", appointment, now, by, tell, old_start=int(old_start.timestamp()), **was)


def announce_cancelled(appointment: Appointment, now: datetime, by: Account | None = None, by_clinic: bool = False, tell: bool = True) -> None:
    """Tell everyone concerned; the reminders are superseded."""
    _announce("cancelled", appointment, now, by, tell, **({"by_clinic": 1} if by_clinic else {}))


def announce_passed(old: Appointment, new: Appointment, now: datetime, by: Account) -> None:
    """The time of `old`, cancelled, is `new`'s now. Who is told of both wholly reads it in one letter, everybody else only of theirs."""
    _announce("cancelled", old, now, by, became=new.id, became_sequence=new.sequence)
    _announce("booked", new, now, by, was=old.id, was_sequence=old.sequence)


def announce_restored(appointment: Appointment, now: datetime, by: Account | None = None, tell: bool = True) -> None:
    """A cancellation was undone: the appointment stands again, with its reminders."""
    _announce("booked", appointment, now, by, tell)


def _announce(template: str, appointment: Appointment, now: datetime, by: Account | None, tell: bool = True, **refs: int) -> None:
    about, links = reminders.about(appointment), links_to(appointment.profile)
    by_id = by.id if by else appointment.booked_by_id
    news = [
        Mail(
            template,
            to=one.address,
            dedupe=f"{template}:{appointment.id}.{appointment.sequence}:{one.who}",
            refs={"appointment": appointment.id, "sequence": appointment.sequence, "who": one.who, "by": by_id, **refs},
            account_id=one.account.id if one.account else None,
        )
        for one in (recipients(appointment, links, now, by_id) if tell else [])
    ]
    if appointment.sequence:  # there is older news
        supersede(about)
    coming = [] if template == "cancelled" else reminders.mails(appointment, links, now)
    enqueue_all(news + coming, now=now, about=about, practice_id=appointment.practice_id)


@letter("booked")
def booked(mail: OutboxMail, now: datetime) -> Letter | None:
    appointment = _current(mail)
    if appointment is None or appointment.is_cancelled or appointment.ends_at <= now:
        return None
    was = _other_half(mail, "was", now) if _told_wholly(mail, appointment, now) else None
    return _write(mail, appointment, now, was=was)


@letter("moved")
def moved(mail: OutboxMail, now: datetime) -> Letter | None:
    appointment = _current(mail)
    if appointment is None or appointment.is_cancelled or appointment.ends_at <= now:
        return None
    return _write(mail, appointment, now, old_start=datetime.fromtimestamp(mail.refs["old_start"], UTC))


@letter("cancelled")
def cancelled(mail: OutboxMail, now: datetime) -> Letter | None:
    appointment = _current(mail)
    if appointment is None or not appointment.is_cancelled:
        return None
    if _told_wholly(mail, appointment, now) and _other_half(mail, "became", now):
        return None  # the letter about whom it is for now says it
    return _write(mail, appointment, now)


@letter("reminder")
def reminder(mail: OutboxMail, now: datetime) -> Letter | None:
    appointment = _current(mail)
    if appointment is None or appointment.status != "booked" or not reminders.is_timely(appointment, mail.refs["hours"], now):
        return None
    return _write(mail, appointment, now, attach=False)


def _current(mail: OutboxMail) -> Appointment | None:
    """The appointment, unless it has changed since: then a newer mail tells about it."""
    appointment = db.session.get(Appointment, mail.refs["appointment"])
    return appointment if appointment is not None and appointment.sequence == mail.refs["sequence"] else None


class Half(NamedTuple):
    """The other appointment of a hand-over, as the reader may know it."""

    appointment: Appointment
    own: bool
    may: Told


def _other_half(mail: OutboxMail, name: str, now: datetime) -> Half | None:
    """The appointment that the refs call `name`, if it still is as it was then and this reader is told all of it."""
    other = db.session.get(Appointment, mail.refs[name]) if name in mail.refs else None
    if other is None or other.sequence != mail.refs[f"{name}_sequence"]:
        return None
    return _told_wholly(mail, other, now)


def _told_wholly(mail: OutboxMail, appointment: Appointment, now: datetime) -> Half | None:
    """What the account this mail is for is told of an appointment, if it is told everything of it."""
    found = recipients(appointment, links_to(appointment.profile), now, mail.refs.get("by"))
    reader = next((one for one in found if one.account is not None and one.account.id == mail.account_id), None)
    may = told(appointment, reader.link, filters.local(now, appointment.practice.zone).date()) if reader else None
    return Half(appointment, reader.is_own, may) if may is not None and not may.busy else None


def _write(mail: OutboxMail, appointment: Appointment, now: datetime, attach: bool = True, was: Half | None = None, **facts) -> Letter | None:
    reader = _reader(mail, appointment, now)
    if reader is None:
        return None
    practice, profile = appointment.practice, appointment.profile
    may = told(appointment, reader.link, filters.local(now, practice.zone).date())
    if may is None:
        return None
    enclosures = [_enclosed(appointment, may)] if attach else []
    if was is not None:
        enclosures.append(_enclosed(was.appointment, was.may, "before.ics"))
    wishes = (reader.account.language if reader.account else "", profile.language, practice.language)
    with force_locale(reading_language(*wishes)):
        return compose(
            "busy" if may.busy else mail.template,
            practice=practice,
            to=reader.address,
            enclosures=tuple(enclosures),
            appointment=appointment,
            profile=profile,
            may=may,
            news=mail.template,
            was=was,
            own=reader.is_own,
            reader=reader.account.given_name if reader.account else profile.given_name,
            reader_zone=_other_zone(reader, appointment),
            address=public_url("booking.appointment", public_id=appointment.public_id) if reader.account else "",
            practice_page=public_url("booking.practice", slug=practice.slug),
            **facts,
        )


def _reader(mail: OutboxMail, appointment: Appointment, now: datetime) -> Recipient | None:
    """The recipient of this row, if they may still be told; their address may be a new one."""
    still = recipients(appointment, links_to(appointment.profile), now, mail.refs.get("by"))
    return next((one for one in still if one.who == mail.refs["who"]), None)


def _other_zone(reader: Recipient, appointment: Appointment) -> str:
    """The reader's own zone where its clocks show another time, else an empty string (LOOK §3)."""
    zone = reader.account.zone if reader.account else appointment.profile.zone
    if not zone:
        return ""
    here, there = (filters.local(appointment.starts_at, name) for name in (appointment.zone, zone))
    return zone if here.utcoffset() != there.utcoffset() else ""


def _enclosed(appointment: Appointment, may: Told, name: str = "appointment.ics") -> Enclosure:
    content = calendar_files.calendar_file(appointment, may)
    return Enclosure(name, content, parameters={"method": "PUBLISH"})
