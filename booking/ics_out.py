"""A practitioner's calendar for other programs: who comes and when, or only that they are busy. No notes, no telephone numbers, nothing of staff.

Calendars are shared with families and assistants, so names are there only where somebody chose so. Written by icalendar, which escapes and folds.
"""

from datetime import UTC, datetime, timedelta

from flask_babel import gettext as _
from icalendar import Calendar, Event

from booking.ics_in import OURS
from booking.models import Appointment, Block, PractitionerFeed
from booking.practitioner_feeds import NAMES
from portal.letters import one_line


def practitioner_calendar(feed: PractitionerFeed, name: str, appointments: list[Appointment], blocks: list[Block], now: datetime) -> bytes:
    """The whole calendar under `name`. What is not in it any more leaves the calendar that subscribed."""
    calendar, tells = Calendar(), feed.shows == NAMES
    for key, value in (("version", "2.0"), ("prodid", "-//Porchlight//Practitioner//EN"), ("calscale", "GREGORIAN"), ("method", "PUBLISH")):
        calendar.add(key, value)
    calendar.add("x-wr-calname", one_line(name))
    calendar.add("refresh-interval", timedelta(hours=1), parameters={"VALUE": "DURATION"})
    groups = {one.id for one in blocks if one.is_group}
    for one in appointments:
        if one.group_id in groups and not tells:
            continue  # busy with the group is busy once
        event = _event(f"{one.public_id}-with", one, one.sequence, one.changed_at, tells and one.profile.name)
        if tells:
            event.add("location", one_line(", ".join(part for part in (one.location.name, one.location.address) if part)))
        calendar.add_component(event)
    for one in blocks:
        title = one.title or (one.service.name if one.service else "")
        calendar.add_component(_event(f"{one.public_id}-block", one, one.revision, now, tells and title))
    return calendar.to_ical()


def _event(key: str, one: Appointment | Block, sequence: int, changed_at: datetime, title: str | bool) -> Event:
    """The UID is another one than the patient has for it: both may meet in one program."""
    event = Event()
    event.add("uid", f"{key}{OURS}")
    event.add("sequence", sequence)
    event.add("dtstamp", changed_at.astimezone(UTC))
    event.add("dtstart", one.starts_at.astimezone(UTC))
    event.add("dtend", one.ends_at.astimezone(UTC))
    event.add("summary", one_line(title or _("Busy")))
    event.add("status", "CONFIRMED")
    if not title:
        event.add("class", "PRIVATE")
    return event
