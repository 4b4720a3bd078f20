"""Mails about appointments: who is told when one is booked, moved, cancelled, and what the letters say.

`announce_…` queue inside the transaction of the change. `appointment.sequence` must have been raised by then: a row whose
sequence is not the appointment's any more tells old news and is not sent.
"""

from datetime import UTC, datetime
from typing import NamedTuple

from flask_babel import force_locale

from booking import calendar_files, reminders
from booking.disclosure import Told, told
from booking.models import Appointment, Location, Practitioner
from booking.recipients import Recipient, links_to, recipients
from portal import filters
from portal.database import db
from portal.letters import Enclosure, Letter, compose, letter, reading_language
from portal.models import Account, OutboxMail
from portal.outbox import Mail, enqueue_all, supersede
from portal.public_url import public_url

OUTSIDE = "outside"


def announce_booked(appointment: Appointment, now: datetime, by: Account | None = None, tell: bool = True) -> None:
    """Tell everyone concerned and queue the reminders. `by`: the account that did it, if it is not the booker. `tell` False: reminders only."""
    _announce("booked", appointment, now, by, tell)


def announce_moved(
    appointment: Appointment,
    old_start: datetime,
    now: datetime,
    by: Account | None = None,
    old_practitioner: int | None = None,
    tell: bool = True,
    old_location: int | None = None,
) -> None:
    """The appointment is at its new time already. What waited about the old one is superseded, reminders are made anew."""
    was = {"old_practitioner": old_practitioner} if old_practitioner else {}
    was |= {"old_location": old_location} if old_location else {}
    _announce("moved", appointment, now, by, tell, old_start=int(old_start.timestamp()), **was)


def announce_cancelled(
    appointment: Appointment, now: datetime, by: Account | None = None, by_clinic: bool = False, tell: bool = True
) -> None:
    """Tell everyone concerned; the reminders are superseded."""
    _announce("cancelled", appointment, now, by, tell, **({"by_clinic": 1} if by_clinic else {}))


def announce_passed(old: Appointment, new: Appointment, now: datetime, by: Account) -> None:
    """The time of `old`, cancelled, is `new`'s now. Who is told of both wholly reads it in one letter, everybody else only of theirs."""
    _announce("cancelled", old, now, by, became=new.id, became_sequence=new.sequence)
    _announce("booked", new, now, by, was=old.id, was_sequence=old.sequence)


def announce_restored(appointment: Appointment, now: datetime, by: Account | None = None, tell: bool = True) -> None:
    """A cancellation was undone: the appointment stands again, with its reminders."""
    _announce("booked", appointment, now, by, tell)


def announce_together(
    template: str, appointments: list[Appointment], now: datetime, was: dict[int, tuple[datetime, int, int]] | None = None, **refs: int
) -> None:
    """One letter about several appointments of one person that staff booked, moved or cancelled in one act; `appointments` in the order of time.

    Each has been announced with `tell` False: that made its reminders. `was`: when each moved one was, with whom, and at which location.
    """
    first, also = appointments[0], [[one.id, one.sequence] for one in appointments[1:]]
    old = {str(number): [int(at.timestamp()), *whom_and_where] for number, (at, *whom_and_where) in (was or {}).items()}
    said = {**({"also": also} if also else {}), **({"old": old} if old else {}), **refs}  # with "also" it outlives news of only one of them
    news = [
        Mail(
            template,
            to=one.address,
            dedupe=f"{template}:{first.id}.{first.sequence}+{len(also)}:{one.who}",
            refs={"appointment": first.id, "sequence": first.sequence, "who": one.who, "by": first.booked_by_id, **said},
            account_id=one.account.id if one.account else None,
        )
        for one in recipients(first, links_to(first.profile), now, first.booked_by_id)
    ]
    enqueue_all(news, now=now, about=reminders.about(first), practice_id=first.practice_id)


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


def about_outside(appointment: Appointment) -> str:
    """What a mail about a time outside the hours is about: this very time of the appointment."""
    return f"outside:{appointment.id}.{appointment.sequence}"


def announce_outside(appointment: Appointment, now: datetime) -> bool:
    """The hours have changed around an appointment: whoever sees it wholly reads that the clinic will get in touch. Whether anybody is written to."""
    by_id, on = appointment.booked_by_id, filters.local(now, appointment.practice.zone).date()
    news = [
        Mail(
            OUTSIDE,
            to=one.address,
            dedupe=f"{about_outside(appointment)}:{one.who}",
            refs={"appointment": appointment.id, "sequence": appointment.sequence, "who": one.who, "by": by_id},
            account_id=one.account.id if one.account else None,
        )
        for one in recipients(appointment, links_to(appointment.profile), now, by_id)
        if (may := told(appointment, one.link, on)) is not None and not may.busy
    ]
    enqueue_all(news, now=now, about=about_outside(appointment), practice_id=appointment.practice_id)
    return bool(news)


@letter("booked")
def booked(mail: OutboxMail, now: datetime) -> Letter | None:
    standing = [one for one in _current(mail) if not one.is_cancelled and one.ends_at > now]
    if not standing:
        return None
    was = _other_half(mail, "was", now) if _told_wholly(mail, standing[0], now) else None
    return _write(mail, standing, now, was=was)


@letter("moved")
def moved(mail: OutboxMail, now: datetime) -> Letter | None:
    standing = [one for one in _current(mail) if not one.is_cancelled and one.ends_at > now]
    if not standing:
        return None
    said = mail.refs.get("old", {}).get(str(standing[0].id)) or (
        mail.refs["old_start"],
        mail.refs.get("old_practitioner"),
        mail.refs.get("old_location"),
    )
    at, practitioner, *where = said  # a row that waited through an update of ours may say no place
    old_start, here = datetime.fromtimestamp(at, UTC), standing[0].location
    there = db.session.get(Location, where[0]) if where and where[0] else here
    is_elsewhere = there.id != here.id
    before = db.session.get(Practitioner, practitioner) if practitioner and old_start == standing[0].starts_at else None
    zone = there.zone if is_elsewhere else standing[0].zone
    return _write(mail, standing, now, old_start=old_start, old_practitioner=before, old_zone=zone, other_place=is_elsewhere)


@letter("cancelled")
def cancelled(mail: OutboxMail, now: datetime) -> Letter | None:
    gone = [one for one in _current(mail) if one.is_cancelled]
    if not gone:
        return None
    if _told_wholly(mail, gone[0], now) and _other_half(mail, "became", now):
        return None  # the letter about whom it is for now says it
    return _write(mail, gone, now, by_clinic="by_clinic" in mail.refs)


@letter("reminder")
def reminder(mail: OutboxMail, now: datetime) -> Letter | None:
    standing = [one for one in _current(mail) if one.status == "booked" and reminders.is_timely(one, mail.refs["hours"], now)]
    return _write(mail, standing, now, attach=False) if standing else None


@letter(OUTSIDE)
def outside(mail: OutboxMail, now: datetime) -> Letter | None:
    standing = [one for one in _current(mail) if one.status == "booked" and one.starts_at > now]
    return _write(mail, standing, now, attach=False) if standing else None


def _current(mail: OutboxMail) -> list[Appointment]:
    """The appointments the mail is about, but for those that have changed since: newer mails tell about them."""
    about = [(mail.refs["appointment"], mail.refs["sequence"]), *mail.refs.get("also", ())]
    rows = [(db.session.get(Appointment, number), sequence) for number, sequence in about]
    return [one for one, sequence in rows if one is not None and one.sequence == sequence]


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


def _write(
    mail: OutboxMail, appointments: list[Appointment], now: datetime, attach: bool = True, was: Half | None = None, **facts
) -> Letter | None:
    """About the first of them, with the others as a list of times."""
    appointment = appointments[0]
    reader = _reader(mail, appointment, now)
    if reader is None:
        return None
    practice, profile = appointment.practice, appointment.profile
    on = filters.local(now, practice.zone).date()
    may = told(appointment, reader.link, on)
    # with whom somebody is busy at the same time is nothing to this reader
    if may is None or may.busy and (facts.get("old_practitioner") or mail.template == OUTSIDE):
        return None
    also = [(one, allowed) for one in appointments[1:] if (allowed := told(one, reader.link, on)) is not None]
    enclosures = [_enclosed((appointment, may), *also)] if attach else []
    if was is not None:
        enclosures.append(_enclosed((was.appointment, was.may), name="before.ics"))
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
            also=[one for one, _may in also],
            news=mail.template,
            was=was,
            own=reader.is_own,
            reader=reader.account.given_name if reader.account else profile.given_name,
            reader_zone=_other_zone(reader, [appointment, *(one for one, _may in also)]),
            address=public_url("booking.appointment", public_id=appointment.public_id) if reader.account else "",
            practice_page=public_url("booking.practice", slug=practice.slug),
            **facts,
        )


def _reader(mail: OutboxMail, appointment: Appointment, now: datetime) -> Recipient | None:
    """The recipient of this row, if they may still be told; their address may be a new one."""
    still = recipients(appointment, links_to(appointment.profile), now, mail.refs.get("by"))
    return next((one for one in still if one.who == mail.refs["who"]), None)


def _other_zone(reader: Recipient, appointments: list[Appointment]) -> str:
    """The reader's own zone where its clocks show another time at any of these, else an empty string (LOOK §3)."""
    zone = reader.account.zone if reader.account else appointments[0].profile.zone

    def offset(one: Appointment, name: str):
        return filters.local(one.starts_at, name).utcoffset()

    return zone if zone and any(offset(one, one.zone) != offset(one, zone) for one in appointments) else ""


def _enclosed(*appointments: tuple[Appointment, Told], name: str = "appointment.ics") -> Enclosure:
    return Enclosure(name, calendar_files.calendar_file_of_several(list(appointments)), parameters={"method": "PUBLISH"})
