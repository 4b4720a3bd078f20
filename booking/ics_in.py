"""A calendar file as stretches of time that are taken. Runs where it may take long or be killed: see ics_child.py.

icalendar reads the file, recurring-ical-events says when its entries happen: RRULE, RDATE, EXDATE, changed and cancelled single
occurrences. A zone is looked up by its name; one that only the file describes (VTIMEZONE) is built of that. Nothing here asks the time.
"""

import hashlib
from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

import recurring_ical_events
from icalendar import Calendar

from booking.hours import day_start

DAY = 86_400
LONGEST_KEY, LONGEST_TITLE = 255, 120
OURS = "@porchlight"  # entries that came from here: a practitioner who subscribes to both sides is not blocked by their own appointments
PRIVATE = ("PRIVATE", "CONFIDENTIAL")


class Problem(Exception):
    """Why a calendar could not be read: a short code, put into words by booking/desk/calendar_words.py."""

    def __init__(self, code: str):
        super().__init__(code)
        self.code = code


class Entry(NamedTuple):
    """Taken from `start` to `end` (epoch seconds). `key` is the same at the next reading; `title` is empty where the owner marked it private."""

    key: str
    start: int
    end: int
    title: str


class Found(NamedTuple):
    """`is_whole`: every entry of the file could be understood."""

    entries: list[Entry]
    is_whole: bool


def taken(content: str, zone: str, low: int, high: int, most: int) -> Found:
    """What lies between two instants, in order. Whole days and times without a zone are meant in `zone` (IANA), where the practitioner works.

    Free time (TRANSPARENT), what was cancelled and what has no length take nothing. What lasts longer than a day comes day by day.
    Raises Problem: "no_calendar", "too_many" (more than `most`).
    """
    found, events, is_whole = {}, [], True
    for calendar in _calendars(content):
        events += (some := _Events(calendar, low, high, most)).events
        is_whole = is_whole and some.is_whole
    often = Counter(_uid(event) for event in events)
    for event in events:
        uid = _uid(event)
        repeats = often[uid] > 1 or "RRULE" in event or "RDATE" in event
        key = _key(uid, _stamp(_name_of(event)) if repeats else "")
        for entry in _pieces(key, event["DTSTART"].dt, event["DTEND"].dt, _title(event), zone, low, high):
            found[entry.key] = entry
        if len(found) > most:
            raise Problem("too_many")
    return Found(sorted(found.values(), key=lambda entry: (entry.start, entry.key)), is_whole)


class _Events:
    """Every happening of one calendar that takes time, around the span. What cannot be understood is left out, and `is_whole` says so."""

    def __init__(self, calendar: Calendar, low: int, high: int, most: int):
        said = [one for one in calendar.walk("VEVENT") if hasattr(one.get("DTSTART"), "dt")]
        self.events, self.is_whole, seen = [], len(said) == len(calendar.walk("VEVENT")), 0
        for one in said:
            _read_kindly(one)
        calendar.subcomponents = [one for one in calendar.subcomponents if one.name != "VEVENT"] + said
        all_of_it = recurring_ical_events.of(calendar, keep_recurrence_attributes=True, skip_bad_series=True).series
        self.is_whole = self.is_whole and len(all_of_it) == len({str(one.get("UID", id(one))) for one in said})
        span = datetime.fromtimestamp(low - DAY, UTC), datetime.fromtimestamp(high + DAY, UTC)  # the sun is not everywhere at once
        for series in all_of_it:
            try:
                for occurrence in series.between(*span):
                    seen += 1
                    if seen > 4 * most:  # also of what takes no time
                        raise Problem("too_many")
                    event = occurrence.as_component(keep_recurrence_attributes=True)
                    self.events += [event] if _takes_time(event) else []
            except (ValueError, TypeError, KeyError, AttributeError, OverflowError):
                self.is_whole = False


def _read_kindly(event) -> None:
    """What other programs write beside the standard, as they mean it: a series lasts through the day, or up to the time by the clock of its
    start, that its end names; and a whole day that ends on itself is that day."""
    start, end, rules = event["DTSTART"].dt, getattr(event.get("DTEND"), "dt", None), event.get("RRULE")
    for rule in rules if isinstance(rules, list) else [rules]:
        for number, until in enumerate(rule.get("UNTIL", ()) if isinstance(rule, dict) else ()):
            if isinstance(start, datetime) and start.tzinfo and isinstance(until, date) and until.year < 9999:  # which is for ever
                until = until if isinstance(until, datetime) else datetime.combine(until, time(23, 59, 59))
                rule["UNTIL"][number] = until if until.tzinfo else until.replace(tzinfo=start.tzinfo).astimezone(UTC)
    if not isinstance(start, datetime) and end == start:
        event["DTEND"].dt = start + timedelta(days=1)


def _name_of(event) -> date | datetime:
    """Which occurrence of a series it is. One that stands for all that follow gives each of them its own name: they are told by when they begin."""
    said = event["RECURRENCE-ID"]
    return event["DTSTART"].dt if "RANGE" in said.params else said.dt


def _uid(event) -> str:
    said = str(event.get("UID", ""))
    return said or hashlib.sha256(f"{event['DTSTART'].dt} {event['DTEND'].dt} {_title(event)}".encode()).hexdigest()[:20]


def _calendars(content: str) -> list[Calendar]:
    try:
        found = [one for one in Calendar.from_ical(content, multiple=True) if one.name == "VCALENDAR"]
    except (ValueError, IndexError, KeyError, TypeError) as error:
        raise Problem("no_calendar") from error
    if not found:
        raise Problem("no_calendar")
    for calendar in found:
        if "X-WR-TIMEZONE" in calendar and not _is_zone(str(calendar["X-WR-TIMEZONE"])):
            del calendar["X-WR-TIMEZONE"]
        if str(calendar.get("CALSCALE", "GREGORIAN")).upper() == "GREGORIAN":
            calendar.pop("CALSCALE", None)
        for event in calendar.walk("VEVENT") if str(calendar.get("METHOD", "")).upper() == "CANCEL" else ():
            event["STATUS"] = "CANCELLED"  # the file itself says so of all that is in it (RFC 5546 §3.2.5)
    return found


def _is_zone(name: str) -> bool:
    try:
        return bool(ZoneInfo(name))
    except (ValueError, OSError, KeyError):  # ZoneInfoNotFoundError is a KeyError
        return False


def _takes_time(event) -> bool:
    def said(name: str) -> str:
        return str(event.get(name, "")).upper()

    free = said("TRANSP") == "TRANSPARENT" or said("X-MICROSOFT-CDO-BUSYSTATUS") == "FREE"
    return not free and said("STATUS") != "CANCELLED" and not said("UID").endswith(OURS.upper())


def _title(event) -> str:
    if str(event.get("CLASS", "")).upper() in PRIVATE:
        return ""
    words = " ".join("".join(c if c.isprintable() else " " for c in str(event.get("SUMMARY", ""))).split())
    return words[:LONGEST_TITLE].strip()


def _stamp(when: date | datetime) -> str:
    """The name of an occurrence: when it would have begun."""
    if isinstance(when, datetime):
        return f"{when.astimezone(UTC):%Y%m%dT%H%M%SZ}" if when.tzinfo else f"{when:%Y%m%dT%H%M%S}"
    return f"{when:%Y%m%d}"


def _key(uid: str, occurrence: str) -> str:
    room = LONGEST_KEY - 40
    uid = uid if len(uid) <= room and uid.isprintable() else hashlib.sha256(uid.encode("utf-8", "replace")).hexdigest()
    return f"{uid} {occurrence}".rstrip()


def _pieces(key: str, start: date | datetime, end: date | datetime, title: str, zone: str, low: int, high: int) -> list[Entry]:
    """One entry, or one for each day of what is longer; none of what has no length or lies outside."""
    begins, ends = _instant(start, zone), _instant(end, zone)
    if ends - begins <= DAY:
        return [Entry(key, begins, ends, title)] if begins < ends and begins < high and ends > low else []
    pieces, day = [], datetime.fromtimestamp(max(begins, low), ZoneInfo(zone)).date()
    while (midnight := day_start(zone, day)) < min(ends, high):
        piece = max(midnight, begins), min(day_start(zone, day, 1), ends)
        if piece[0] < piece[1]:
            pieces.append(Entry(f"{key} #{day:%Y%m%d}", *piece, title))
        day += timedelta(days=1)
    return pieces


def _instant(when: date | datetime, zone: str) -> int:
    if not isinstance(when, datetime):
        return day_start(zone, when)
    return int((when if when.tzinfo else when.replace(tzinfo=ZoneInfo(zone))).timestamp())
