"""Calendar files, read back by the library, and byte by byte where the byte matters."""

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from flask_babel import force_locale
from icalendar import Calendar

from booking.calendar_files import calendar_feed, calendar_file, google_link, outlook_link, summary
from booking.disclosure import ONLY_BUSY, Told, told
from portal.access import BOOK, SEE_DETAILS, SEE_TIMES
from tests.mails import appointment, change, profile

WHEN = datetime(2026, 12, 3, 14, 0, tzinfo=UTC)
ALL, NOTHING = Told(service=True, practitioner=True), Told(service=False, practitioner=False)


@pytest.fixture
def leos(context, cast):
    return appointment(cast, "leo", WHEN)


def event(content: bytes):
    (found,) = Calendar.from_ical(content).walk("VEVENT")
    return found


def test_the_file_of_an_appointment(leos):
    assert calendar_file(leos, ALL).decode().replace("\r\n ", "").split("\r\n") == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Riverside Physiotherapy//Booking//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        "BEGIN:VEVENT",
        "SUMMARY:Physiotherapy for Leo",
        "DTSTART:20261203T140000Z",
        "DTEND:20261203T145000Z",
        "DTSTAMP:20261210T150000Z",
        f"UID:{leos.public_id}@porchlight",
        "SEQUENCE:0",
        "DESCRIPTION:With Maya Chen\\nBring: Comfortable clothes\\, A list of your medicines\\n"
        f"Change or cancel: https://booking.example/appointments/{leos.public_id}\\nCall (416) 555-0134",
        "LAST-MODIFIED:20261210T150000Z",
        "LOCATION:Riverside Physiotherapy\\, 12 Mill Street\\, Toronto",
        "STATUS:CONFIRMED",
        f"URL:https://booking.example/appointments/{leos.public_id}",
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        "DESCRIPTION:Physiotherapy for Leo",
        "TRIGGER:-PT2H",
        "END:VALARM",
        "END:VEVENT",
        "END:VCALENDAR",
        "",
    ]


def test_a_move_keeps_the_uid_and_raises_the_sequence(leos):
    before = event(calendar_file(leos, ALL))
    change(leos, starts_at=WHEN + timedelta(days=1), ends_at=WHEN + timedelta(days=1, minutes=50), sequence=1)
    after = event(calendar_file(leos, ALL))
    assert before["uid"] == after["uid"] and (before["sequence"], after["sequence"]) == (0, 1)
    assert after["dtstart"].dt == WHEN + timedelta(days=1)


def test_a_cancelled_one_says_so_and_does_not_ring(leos):
    change(leos, status="cancelled", cancelled_at=WHEN, sequence=2)
    found = event(calendar_file(leos, ALL))
    assert (found["status"], found["sequence"]) == ("CANCELLED", 2)
    assert not found.walk("VALARM")


def test_what_may_not_be_told_is_nowhere_in_the_file(leos):
    content = calendar_file(leos, NOTHING).decode().replace("\r\n ", "")
    assert "SUMMARY:Appointment at Riverside Physiotherapy for Leo" in content
    assert "Maya" not in content and "Initial" not in content and "medicines" not in content


def test_no_health_detail_in_the_title(context, cast):
    assert summary(appointment(cast, "leo", WHEN, service="pelvic"), ALL) == "Physiotherapy for Leo"


def test_a_name_cannot_write_a_line_of_its_own(leos):
    change(profile("leo"), given_name="Leo\r\nATTENDEE:mailto:x@example.com\nEND:VEVENT\u2028x\x0b; , \\")
    change(leos.service, bring="a\r\nATTACH:https://evil.example/\rEND:VCALENDAR")
    content = calendar_file(leos, ALL)
    found = event(content)
    assert "attendee" not in found and "attach" not in found
    assert content.split(b"\r\n").count(b"END:VEVENT") == 1
    assert found["summary"] == "Physiotherapy for Leo ATTENDEE:mailto:x@example.com END:VEVENT x ; , \\"


def test_lines_are_folded_at_75_octets_also_inside_of_letters(leos):
    change(profile("leo"), given_name="Zoë-Éléonore-" * 6)
    content = calendar_file(leos, ALL)
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))
    assert b"\n" not in content.replace(b"\r\n", b"")
    assert event(content)["summary"] == "Physiotherapy for " + "Zoë-Éléonore-" * 6


def test_a_feed_holds_many_under_one_name(leos, cast):
    other = appointment(cast, "priya", WHEN + timedelta(days=2), service="evaluation", slug="beau-rivage")
    calendar = Calendar.from_ical(calendar_feed("Priya", [(leos, ALL), (other, NOTHING)]))
    assert [str(found["summary"]) for found in calendar.walk("VEVENT")] == [
        "Physiotherapy for Leo",
        "Appointment at Clinique Beau-Rivage for Priya",
    ]
    assert calendar["x-wr-calname"] == "Priya"


def test_an_empty_feed_is_a_calendar(context):
    assert Calendar.from_ical(calendar_feed("Priya", [])).walk("VEVENT") == []


def test_titles_are_in_the_readers_language(leos):
    with force_locale("fr"):
        assert summary(leos, ALL) == "Physiotherapy pour Leo"


def test_google_and_outlook_are_filled_in(leos):
    google, outlook = (parse_qs(urlsplit(link(leos, ALL)).query) for link in (google_link, outlook_link))
    assert google["dates"] == ["20261203T140000Z/20261203T145000Z"]
    assert google["text"] == outlook["subject"] == ["Physiotherapy for Leo"]
    assert (outlook["startdt"], outlook["enddt"]) == (["2026-12-03T14:00:00Z"], ["2026-12-03T14:50:00Z"])
    assert google["location"] == ["Riverside Physiotherapy, 12 Mill Street, Toronto"]


def test_who_may_only_know_that_somebody_is_busy_reads_nothing_else(leos):
    busy = event(calendar_file(leos, ONLY_BUSY))
    assert (busy["SUMMARY"], busy["CLASS"], busy.get("LOCATION")) == ("Busy: Leo", "PRIVATE", None)
    assert busy["DESCRIPTION"] == f"https://booking.example/appointments/{leos.public_id}" and not busy.subcomponents
    assert {"DTSTART", "DTEND", "UID", "SEQUENCE", "STATUS"} <= busy.keys()


FULL, NO_SERVICE, NOTHING_AT_ALL = Told(True, True), Told(False, True), None


@pytest.mark.parametrize(
    "detail, permissions, expected",
    [
        ("full", [SEE_TIMES, SEE_DETAILS], FULL),
        ("full", [SEE_TIMES], ONLY_BUSY),
        ("full", [BOOK], NOTHING_AT_ALL),
        ("full", [], NOTHING_AT_ALL),
        ("discreet", [SEE_TIMES, SEE_DETAILS], NO_SERVICE),
        ("discreet", [SEE_TIMES], ONLY_BUSY),
        ("full", None, FULL),
        ("discreet", None, NO_SERVICE),
    ],
)
def test_the_practice_and_the_link_decide_what_is_told(leos, cast, detail, permissions, expected):
    link = None if permissions is None else cast.link("daniel", "leo")
    change(leos.practice, reminder_detail=detail)
    if link is not None:
        change(link, permissions=permissions)
    assert told(leos, link, WHEN.date()) == expected


@pytest.mark.parametrize("permissions, expected", [([BOOK], FULL), ([], NOTHING_AT_ALL)])
def test_what_an_account_booked_itself_it_sees_while_it_may_do_anything(context, cast, permissions, expected):
    row, link = appointment(cast, "leo", WHEN, by="daniel"), cast.link("daniel", "leo")
    change(link, permissions=permissions)
    assert told(row, link, WHEN.date()) == expected


def test_past_visits_are_a_detail(leos, cast):
    change(cast.link("daniel", "leo"), permissions=[SEE_TIMES])
    assert told(leos, cast.link("daniel", "leo"), WHEN.date() + timedelta(days=1)) is None


def test_who_may_only_know_that_somebody_is_busy_does_not_learn_of_changes(leos, clock):
    change(leos, sequence=4, changed_at=WHEN - timedelta(days=3))
    first = event(calendar_file(leos, ONLY_BUSY))
    assert (first["sequence"], first["dtstamp"].dt, first.get("last-modified")) == (0, clock().replace(microsecond=0), None)


def test_a_calendar_takes_the_later_file_of_the_busy_time(leos, clock):
    first = event(calendar_file(leos, ONLY_BUSY))
    clock.forward(hours=1)
    change(leos, starts_at=WHEN + timedelta(days=1), ends_at=WHEN + timedelta(days=1, minutes=50), sequence=1)
    second = event(calendar_file(leos, ONLY_BUSY))
    assert first["uid"] == second["uid"] and first["sequence"] <= second["sequence"] and first["dtstamp"].dt < second["dtstamp"].dt
    assert second["dtstart"].dt == WHEN + timedelta(days=1)
