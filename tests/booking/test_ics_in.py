"""What a calendar of another program takes: repeats, exceptions, whole days, zones; and what it does not."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from booking.ics_in import Problem, taken

TORONTO = ZoneInfo("America/Toronto")
LOW, HIGH = (int(datetime(*parts, tzinfo=UTC).timestamp()) for parts in ((2026, 12, 3), (2028, 1, 3)))


def file(*events: str, extra: str = "") -> str:
    bodies = "".join(f"BEGIN:VEVENT\n{event}\nEND:VEVENT\n" for event in events)
    return f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//Test//EN\n{extra}{bodies}END:VCALENDAR\n".replace("\n", "\r\n")


def read(*events: str, zone: str = "America/Toronto", extra: str = "", low: int = LOW, high: int = HIGH, most: int = 5000):
    return taken(file(*events, extra=extra), zone, low, high, most)


def spans(*events: str, **kwargs) -> list[str]:
    """ "2026-12-14 09:00–10:00" by the clock of `zone`."""
    zone = ZoneInfo(kwargs.get("zone", "America/Toronto"))
    return [
        f"{datetime.fromtimestamp(one.start, zone):%Y-%m-%d %H:%M}–{datetime.fromtimestamp(one.end, zone):%H:%M}"
        for one in read(*events, **kwargs).entries
    ]


NINE = "UID:a\nDTSTART;TZID=America/Toronto:20261214T090000\nDTEND;TZID=America/Toronto:20261214T100000\nSUMMARY:Dentist"


def test_an_entry_takes_its_time_and_says_its_title():
    (entry,) = read(NINE).entries
    assert (entry.title, entry.key, entry.end - entry.start) == ("Dentist", "a", 3600)
    assert spans(NINE) == ["2026-12-14 09:00–10:00"]


def test_a_weekly_entry_keeps_its_hour_when_the_clocks_change():
    found = spans(NINE + "\nRRULE:FREQ=WEEKLY;COUNT=20")
    assert len(found) == 20 and {one[11:] for one in found} == {"09:00–10:00"}
    assert found[-1].startswith("2027-04-26")


def test_taken_out_moved_cancelled_and_added_occurrences():
    series = NINE + "\nRRULE:FREQ=WEEKLY;COUNT=5\nEXDATE;TZID=America/Toronto:20261221T090000\nRDATE;TZID=America/Toronto:20261230T150000"
    moved = "UID:a\nRECURRENCE-ID;TZID=America/Toronto:20261228T090000\nDTSTART;TZID=America/Toronto:20261228T113000\nDTEND;TZID=America/Toronto:20261228T120000\nSUMMARY:Later"
    off = "UID:a\nRECURRENCE-ID;TZID=America/Toronto:20270104T090000\nDTSTART;TZID=America/Toronto:20270104T090000\nDURATION:PT1H\nSTATUS:CANCELLED"
    assert spans(series, moved, off) == [
        "2026-12-14 09:00–10:00", "2026-12-28 11:30–12:00", "2026-12-30 15:00–16:00", "2027-01-11 09:00–10:00",
    ]  # fmt: skip


def test_a_moved_occurrence_is_still_the_same_one():
    series = NINE + "\nRRULE:FREQ=WEEKLY;COUNT=3"
    moved = "UID:a\nRECURRENCE-ID:20261221T140000Z\nDTSTART:20261222T140000Z\nDTEND:20261222T150000Z"
    before, after = ({one.key: one.start for one in read(*events).entries} for events in ((series,), (series, moved)))
    assert before.keys() == after.keys()
    assert [key for key in before if before[key] != after[key]] == ["a 20261221T140000Z"]


@pytest.mark.parametrize("until", ["20261228T140000Z", "20261228T090000", "20261228"])
def test_a_series_lasts_up_to_its_end_however_that_is_written(until):
    """In another zone, by the clock of its start, or as a day: the last one is as busy as the others."""
    assert [one[:10] for one in spans(f"{NINE}\nRRULE:FREQ=WEEKLY;UNTIL={until}")] == ["2026-12-14", "2026-12-21", "2026-12-28"]


def test_this_and_all_that_follow_are_moved_and_each_of_them_takes_its_time():
    moved = "UID:a\nRECURRENCE-ID;RANGE=THISANDFUTURE;TZID=America/Toronto:20261221T090000\nDTSTART;TZID=America/Toronto:20261221T113000\nDURATION:PT30M"
    assert spans(f"{NINE}\nRRULE:FREQ=WEEKLY;COUNT=4", moved) == [
        "2026-12-14 09:00–10:00", "2026-12-21 11:30–12:00", "2026-12-28 11:30–12:00", "2027-01-04 11:30–12:00",
    ]  # fmt: skip


def test_a_whole_day_that_ends_on_itself_is_that_day():
    assert spans("UID:b\nDTSTART;VALUE=DATE:20261214\nDTEND;VALUE=DATE:20261214") == ["2026-12-14 00:00–00:00"]


def test_whole_days_are_those_of_where_the_practitioner_works():
    holiday = "UID:h\nDTSTART;VALUE=DATE:20261216\nDTEND;VALUE=DATE:20261218\nSUMMARY:Away"
    assert spans(holiday) == ["2026-12-16 00:00–00:00", "2026-12-17 00:00–00:00"]
    assert spans(holiday, zone="America/Vancouver") == ["2026-12-16 00:00–00:00", "2026-12-17 00:00–00:00"]
    assert spans("UID:d\nDTSTART;VALUE=DATE:20261216") == ["2026-12-16 00:00–00:00"]


def test_the_day_of_the_long_night_is_whole_too():
    (entry,) = read("UID:n\nDTSTART;VALUE=DATE:20271107\nDTEND;VALUE=DATE:20271108").entries[:1]
    assert sum(one.end - one.start for one in read("UID:n\nDTSTART;VALUE=DATE:20271107\nDTEND;VALUE=DATE:20271108").entries) == 25 * 3600
    assert datetime.fromtimestamp(entry.start, TORONTO).hour == 0


def test_what_lasts_for_days_comes_day_by_day():
    trip = "UID:t\nDTSTART;TZID=America/Toronto:20261216T180000\nDTEND;TZID=America/Toronto:20261219T080000"
    assert spans(trip) == ["2026-12-16 18:00–00:00", "2026-12-17 00:00–00:00", "2026-12-18 00:00–00:00", "2026-12-19 00:00–08:00"]


def test_what_never_ends_reaches_no_further_than_is_asked():
    assert len(read("UID:e\nDTSTART:20200101T000000Z\nDTEND:22000101T000000Z").entries) == 397


@pytest.mark.parametrize(
    "start, expected",
    [
        ("DTSTART:20261214T140000Z", "2026-12-14 09:00–10:00"),
        ("DTSTART;TZID=Europe/Paris:20261214T150000", "2026-12-14 09:00–10:00"),
        ("DTSTART;TZID=Eastern Standard Time:20261214T090000", "2026-12-14 09:00–10:00"),  # Outlook's names
        ("DTSTART:20261214T090000", "2026-12-14 09:00–10:00"),  # floating: by the clock on the wall
    ],
)
def test_zones_by_name_by_outlooks_name_and_without(start, expected):
    assert spans(f"UID:z\n{start}\nDURATION:PT1H") == [expected]


def test_a_zone_that_only_the_file_describes():
    zone = "BEGIN:VTIMEZONE\nTZID:Our own\nBEGIN:STANDARD\nDTSTART:19700101T000000\nTZOFFSETFROM:-0200\nTZOFFSETTO:-0200\nEND:STANDARD\nEND:VTIMEZONE\n"
    assert spans("UID:v\nDTSTART;TZID=Our own:20261214T120000\nDURATION:PT30M", extra=zone) == ["2026-12-14 09:00–09:30"]


def test_a_calendars_own_zone_is_that_of_its_floating_times():
    assert spans("UID:f\nDTSTART:20261214T150000\nDURATION:PT1H", extra="X-WR-TIMEZONE:Europe/Paris\n") == ["2026-12-14 09:00–10:00"]
    assert spans("UID:f\nDTSTART:20261214T090000\nDURATION:PT1H", extra="X-WR-TIMEZONE:Nowhere/At all\n") == ["2026-12-14 09:00–10:00"]


@pytest.mark.parametrize("said", ["TRANSP:TRANSPARENT", "STATUS:CANCELLED", "X-MICROSOFT-CDO-BUSYSTATUS:FREE", "DURATION:PT0S"])
def test_what_is_free_cancelled_or_has_no_length_takes_nothing(said):
    length = "" if said.startswith("DURATION") else "\nDURATION:PT1H"
    assert spans(f"UID:x\nDTSTART:20261214T140000Z{length}\n{said}") == []


def test_a_file_that_calls_something_off_takes_nothing():
    assert spans(NINE, extra="METHOD:PUBLISH\n") == spans(NINE)
    assert read(NINE, NINE.replace("UID:a", "UID:b") + "\nRRULE:FREQ=WEEKLY;COUNT=3", extra="METHOD:CANCEL\n") == ([], True)


def test_what_came_from_here_does_not_come_back():
    assert spans("UID:abcd-with@porchlight\nDTSTART:20261214T140000Z\nDURATION:PT1H") == []


@pytest.mark.parametrize("kind", ["PRIVATE", "CONFIDENTIAL"])
def test_the_title_of_a_private_entry_stays_private(kind):
    (entry,) = read(f"{NINE}\nCLASS:{kind}").entries
    assert entry.title == ""


def test_a_title_is_one_short_line():
    (entry,) = read(NINE.replace("Dentist", "Den\\ntist\\, " + "x" * 300)).entries
    assert entry.title.startswith("Den tist, x") and len(entry.title) == 120


def test_keys_fit_are_told_apart_and_stay_the_same():
    long = [f"UID:{'u' * 400}{n}\nDTSTART:20261214T1{n}0000Z\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=2" for n in range(3)]
    without = ["DTSTART:20261214T140000Z\nDURATION:PT1H", "DTSTART:20261214T150000Z\nDURATION:PT1H"]
    keys = [one.key for one in read(*long, *without).entries]
    assert len(set(keys)) == 8 and max(map(len, keys)) <= 255
    assert sorted(keys) == sorted(one.key for one in read(*long, *without).entries)


def test_an_entry_nobody_understands_is_left_out_and_said():
    found = read(NINE, "UID:b\nSUMMARY:When?", "UID:c\nDTSTART:20261214T140000Z\nDURATION:PT1H\nRRULE:FREQ=WEEKLY;UNTIL=never")
    assert "Dentist" in [one.title for one in found.entries] and not found.is_whole
    assert read(NINE).is_whole


@pytest.mark.parametrize(
    "text", ["", "BEGIN:VCALENDAR", "hello", "<?xml version='1.0'?><a/>", "BEGIN:VEVENT\r\nEND:VEVENT\r\n", "\x00\x01PK\x03\x04"]
)
def test_what_is_no_calendar_is_refused(text):
    with pytest.raises(Problem) as refused:
        taken(text, "America/Toronto", LOW, HIGH, 5000)
    assert refused.value.code == "no_calendar"


def test_there_is_an_end_to_how_much_is_taken():
    with pytest.raises(Problem) as refused:
        read(NINE + "\nRRULE:FREQ=DAILY", most=300)
    assert refused.value.code == "too_many"
    with pytest.raises(Problem):
        read(NINE + "\nRRULE:FREQ=MINUTELY;COUNT=2000\nTRANSP:TRANSPARENT", most=300)
