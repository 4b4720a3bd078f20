"""Appointments for other calendars (LOOK §7): a file for one, a feed of many, links that open a web calendar.

Written by icalendar, which escapes, folds at 75 octets and ends lines with CRLF. UTC times with `Z`, as Apple's calendar
refuses offsets. The same UID for the life of an appointment, a higher SEQUENCE with every change; who is told only that somebody is
busy gets 0 and the moment of making the file as DTSTAMP, by which calendars tell which is newer (RFC 5546, 2.1.5). In the reader's language.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

from flask_babel import gettext as _
from icalendar import Alarm, Calendar, Event

from booking.disclosure import Told
from booking.models import Appointment
from portal import clock
from portal.filters import phone_display
from portal.letters import one_line
from portal.public_url import public_url

CONTENT_TYPE = "text/calendar; charset=utf-8; method=PUBLISH"
REMIND_BEFORE = timedelta(hours=2)


def calendar_file(appointment: Appointment, told: Told) -> bytes:
    """The one appointment; a cancelled one takes itself out of the calendar that holds it."""
    return _calendar(appointment.practice.name, [(appointment, told)]).to_ical()


def calendar_file_of_several(appointments: list[tuple[Appointment, Told]]) -> bytes:
    """Several of one practice in one file, for a letter about all of them."""
    return _calendar(appointments[0][0].practice.name, appointments).to_ical()


def calendar_feed(name: str, appointments: Iterable[tuple[Appointment, Told]]) -> bytes:
    """What a subscribed calendar shows under `name`."""
    calendar = _calendar(name, appointments)
    calendar.add("x-wr-calname", one_line(name))
    calendar.add("refresh-interval", timedelta(hours=1), parameters={"VALUE": "DURATION"})
    return calendar.to_ical()


def summary(appointment: Appointment, told: Told) -> str:
    """ "Physiotherapy for Leo", "Appointment at Riverside Physiotherapy for Leo" where the service is not told, or just "Busy: Leo"."""
    person = appointment.profile.given_name
    if told.busy:
        return one_line(_("Busy: %(person)s", person=person))
    if told.service:
        what = appointment.service.discipline or appointment.service.name
        return one_line(_("%(what)s for %(person)s", what=what, person=person))
    return one_line(_("Appointment at %(practice)s for %(person)s", practice=appointment.practice.name, person=person))


def google_link(appointment: Appointment, told: Told) -> str:
    """Opens Google Calendar with the appointment filled in."""
    times = "/".join(f"{_utc(at):%Y%m%dT%H%M%SZ}" for at in (appointment.starts_at, appointment.ends_at))
    facts = {"action": "TEMPLATE", "text": summary(appointment, told), "dates": times, "location": _place(appointment)}
    return "https://calendar.google.com/calendar/render?" + urlencode(facts)


def outlook_link(appointment: Appointment, told: Told) -> str:
    """Opens Outlook on the web with the appointment filled in."""
    facts = {
        "path": "/calendar/action/compose",
        "rru": "addevent",
        "subject": summary(appointment, told),
        "startdt": f"{_utc(appointment.starts_at):%Y-%m-%dT%H:%M:%SZ}",
        "enddt": f"{_utc(appointment.ends_at):%Y-%m-%dT%H:%M:%SZ}",
        "location": _place(appointment),
    }
    return "https://outlook.live.com/calendar/0/action/compose?" + urlencode(facts)


def _calendar(publisher: str, appointments: Iterable[tuple[Appointment, Told]]) -> Calendar:
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", f"-//{one_line(publisher)}//Booking//EN")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    for appointment, told in appointments:
        calendar.add_component(_event(appointment, told))
    return calendar


def _event(appointment: Appointment, told: Told) -> Event:
    event, title = Event(), summary(appointment, told)
    event.add("uid", f"{appointment.public_id}@porchlight")
    if told.busy:  # how often and when it was changed is nothing to this reader; of equal sequences the file made later counts
        event.add("sequence", 0)
        event.add("dtstamp", _utc(clock.now()))
    else:
        event.add("sequence", appointment.sequence)
        event.add("dtstamp", _utc(appointment.changed_at))
        event.add("last-modified", _utc(appointment.changed_at))
    event.add("dtstart", _utc(appointment.starts_at))
    event.add("dtend", _utc(appointment.ends_at))
    event.add("summary", title)
    event.add("url", _address(appointment))
    event.add("status", "CANCELLED" if appointment.is_cancelled else "CONFIRMED")
    if told.busy:
        event.add("description", _address(appointment))
        event.add("class", "PRIVATE")
        return event
    event.add("description", _description(appointment, told))
    event.add("location", _place(appointment))
    if not appointment.is_cancelled:
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", title)
        alarm.add("trigger", -REMIND_BEFORE)
        event.add_component(alarm)
    return event


def _description(appointment: Appointment, told: Told) -> str:
    practice, lines = appointment.practice, []
    if told.practitioner:
        lines.append(_("With %(practitioner)s", practitioner=appointment.practitioner.name))
    if told.service and appointment.service.bring:
        lines.append(_("Bring: %(things)s", things=", ".join(appointment.service.bring.splitlines())))
    lines.append(_("Change or cancel: %(address)s", address=_address(appointment)))
    lines.append(_("Call %(phone)s", phone=phone_display(practice.phone, practice.country)))
    return "\n".join(one_line(line) for line in lines)


def _place(appointment: Appointment) -> str:
    parts = (appointment.practice.name, appointment.location.address or appointment.practice.address)
    return one_line(", ".join(part for part in parts if part))


def _address(appointment: Appointment) -> str:
    return public_url("booking.appointment", public_id=appointment.public_id)


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)
