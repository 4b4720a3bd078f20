"""What patients, their families and staff read of what the desk did: letters, pages, calendar files, the history. Never a reason, never a block."""

from dataclasses import replace

import pytest
from flask_babel import force_locale

from booking import by_staff, companions, repeats, together
from booking.models import Location
from booking.timetable import timetable
from portal import history, letters
from portal.access import BOOK, SEE_TIMES
from portal.database import db, transact
from portal.ledger_words import Reader
from tests.booking.at_the_desk import Desk as AtTheDesk
from tests.booking.clinic import at, day
from tests.booking.riverside_desk import SECRET, WHEN, Desk
from tests.mails import account, change, letter_to, outbox, readers, same_as_snapshot

PRIYA, DANIEL = "priya@example.com", "daniel@example.com"


@pytest.fixture
def desk(context, cast):
    return Desk(cast)


@pytest.fixture
def leos(desk):
    return desk.book()


def without_address(letter, one):
    """Its address is made by chance."""
    return replace(letter, text=letter.text.replace(one.public_id, "its-address"))


def text(template, to=PRIYA) -> str:
    return letter_to(to, template).text


# --- letters ---


def test_both_homes_are_told_once_each(desk, leos):
    assert readers("booked") == [DANIEL, PRIYA]
    transact(by_staff.move, desk.dana, leos, desk.wish(), WHEN + 7200, desk.now, "move", anyway=True)
    assert readers("moved") == [DANIEL, PRIYA] and readers("booked") == []
    transact(by_staff.cancel, desk.dana, leos, desk.now, reason=SECRET)
    assert readers("cancelled") == [DANIEL, PRIYA] and readers("moved") == [] == readers("reminder")


def test_who_cancelled_is_said_and_never_why(desk, leos):
    transact(by_staff.cancel, desk.dana, leos, desk.now, reason=SECRET)
    letter = letter_to(PRIYA, "cancelled")
    same_as_snapshot("cancelled-by-clinic", letter)
    for row in outbox("cancelled"):
        written = letters.write(row, desk.now)
        assert SECRET not in f"{written.text}{written.html}{written.enclosures}"


def test_the_same_time_with_somebody_else_is_no_new_time(desk, leos, cast):
    other = next(one for one in timetable(desk.dana.practice).offered_by(desk.wish().service) if one.id != leos.practitioner_id)
    transact(together.move_all, desk.dana, [leos], other, desk.now, anyway=True)
    letter = letter_to(PRIYA, "moved")
    assert "new time" not in letter.text.casefold() and other.name in letter.text and "The time stays the same." in letter.text
    same_as_snapshot("moved-to-a-colleague", without_address(letter, leos))


def test_one_letter_tells_of_a_whole_series(desk, leos):
    found = transact(repeats.repeat, desk.dana, leos, 7, 4, desk.now, "series", anyway=True)
    assert len(found.made) == 3 and readers("booked") == [DANIEL, DANIEL, PRIYA, PRIYA]
    row = next(row for row in outbox("booked", to_address=PRIYA) if "also" in row.refs)
    letter = letters.write(row, desk.now)
    same_as_snapshot("booked-series", without_address(letter, found.made[0]))
    assert letter.enclosures[0].content.count(b"BEGIN:VEVENT") == 3


def test_what_changed_before_the_letter_left_is_left_out_and_the_rest_is_told(desk, leos):
    first, second, third = transact(repeats.repeat, desk.dana, leos, 7, 4, desk.now, "series", anyway=True).made
    transact(by_staff.cancel, desk.dana, first, desk.now)
    transact(by_staff.move, desk.dana, third, desk.wish(), at("2027-01-06 16:30"), desk.now, "move", anyway=True)
    row = next(row for row in outbox("booked", to_address=PRIYA) if "also" in row.refs)
    letter = letters.write(row, desk.now)
    assert row.state == "queued" and letter.enclosures[0].content.count(b"BEGIN:VEVENT") == 1
    assert "22 December" not in letter.text and "29 December" in letter.text and "January" not in letter.text, "other letters tell of those"


def test_one_letter_for_a_series_that_moves_or_ends(desk, leos):
    rows = [leos, *transact(repeats.repeat, desk.dana, leos, 7, 3, desk.now, "series", anyway=True).made]
    transact(repeats.move_following, desk.dana, leos, desk.wish(), WHEN + 3600, desk.now, "later", anyway=True)
    assert readers("moved") == [DANIEL, PRIYA]
    same_as_snapshot("moved-series", without_address(letter_to(PRIYA, "moved"), leos))
    transact(repeats.cancel_following, desk.dana, leos, desk.now, reason=SECRET)
    assert readers("cancelled") == [DANIEL, PRIYA] and all(row.is_cancelled for row in rows)
    same_as_snapshot("cancelled-series", letter_to(PRIYA, "cancelled"))
    assert letters.write(next(row for row in outbox("moved", to_address=PRIYA)), desk.now) is None, "it is no news any more"


def test_each_reads_it_in_their_language_and_at_their_hour(desk):
    change(account("priya"), language="fr", zone="America/Los_Angeles")
    desk.book()
    mine, his = letter_to(PRIYA, "booked"), letter_to(DANIEL, "booked")
    assert (mine.language, his.language) == ("fr", "en")
    plain = mine.text.replace("\u202f", " ").replace("\u00a0", " ")
    assert "13 h 30" in plain and "16 h 30" in plain and "4:30pm" in his.text and "1:30pm" not in his.text


def test_who_sees_only_that_somebody_is_busy_hears_nothing_of_with_whom(desk, cast, leos):
    link = cast.link("daniel", "leo")
    change(db.session.merge(link), permissions=[SEE_TIMES, "get_notices"])
    other = next(one for one in timetable(desk.dana.practice).offered_by(desk.wish().service) if one.id != leos.practitioner_id)
    transact(together.move_all, desk.dana, [leos], other, desk.now, anyway=True)
    assert letter_to(DANIEL, "moved") is None and other.name in text("moved")
    transact(repeats.repeat, desk.dana, leos, 7, 3, desk.now, "series", anyway=True)
    row = next(row for row in outbox("booked", to_address=DANIEL) if "also" in row.refs)
    told = letters.write(row, desk.now)
    assert "is busy" in told.text and other.name not in told.text and "29 December" in told.text


@pytest.mark.parametrize("following", [False, True])
def test_moved_to_another_place_the_letter_says_so_and_the_old_time_by_the_clock_it_was_known_by(context, clock, following):
    """From Toronto at nine to Omar in Los Angeles, at 3pm Toronto time."""
    one_of = AtTheDesk(clock())
    west = one_of.clinic.add(Location(practice_id=one_of.clinic.practice.id, name="West", zone="America/Los_Angeles", street="9 Sea Road"))
    omar = one_of.wish(person=one_of.clinic.practitioner("Omar", one_of.visit, location=west))
    one = one_of.book()
    if following:
        transact(repeats.repeat, one_of.dana, one, 7, 2, clock(), "series")
        transact(repeats.move_following, one_of.dana, one, omar, at("2026-12-14 15:00"), clock(), "form")
    else:
        one_of.move(one, at("2026-12-14 15:00"), wish=omar)
    said = letters.write(outbox("moved", state="queued")[0], clock())
    for body in (said.text, said.html):
        assert "It was Monday 14 December at 9am, Toronto time." in body and "It is at another place now." in body and "9 Sea Road" in body


def test_a_series_names_the_zone_if_the_readers_clock_differs_at_any_of_its_times(context, clock):
    """Jamaica does not change its clocks: from the second time on it is an hour behind Toronto."""
    one_of = AtTheDesk(clock())
    change(one_of.leo.account, zone="America/Jamaica")
    transact(repeats.repeat, one_of.dana, one_of.book(at("2027-02-22 09:00")), 7, 4, clock(), "series")
    series = next(row for row in outbox("booked", state="queued") if "also" in row.refs)
    said = letters.write(series, clock())
    assert "In Jamaica that is Monday 1 March 2027 at 9am." in " ".join(said.text.split())
    for line in ("Monday 8 March 2027, 9am to 10am (9am in Jamaica)\n", "Monday 15 March 2027, 9am to 10am (8am in Jamaica)\n"):
        assert f"- {line}" in said.text and line.strip() in said.html


# --- the history ---


def entries(reader: Reader) -> list[str]:
    return [one.what for _day, rows in history.of(reader).days for one in rows]


def test_the_history_says_it_in_plain_words_to_staff_and_family(desk, cast):
    leos = desk.book(start=at("2026-12-15 21:00"))
    transact(companions.add, desk.dana, leos, "Maria Silva", "", desk.now)
    transact(by_staff.mark, desk.dana, leos, "noshow", leos.starts_at)
    transact(by_staff.mark, desk.dana, leos, "booked", leos.starts_at)
    transact(by_staff.mark, desk.dana, leos, "arrived", leos.starts_at)
    transact(by_staff.cancel, desk.dana, leos, leos.starts_at, reason=SECRET)
    on, leo = day("2026-12-10"), cast.leo
    said = entries(Reader(leo, None, on, desk.dana))
    starts = [
        "Appointment cancelled",
        "Arrived",
        "Mark taken back",
        "Appointment missed",
        "Maria Silva comes along",
        "Appointment booked, knowingly (",
    ]
    assert [line.startswith(word) for line, word in zip(said, starts)] == [True] * 6, said
    family = entries(Reader(leo, cast.link("priya", "leo"), on))
    assert "knowingly" not in str(family) and "Appointment booked: " in str(family) and "Maria Silva comes along" in str(family)
    assert SECRET not in str(said + family)
    with force_locale("fr"):
        assert entries(Reader(leo, cast.link("priya", "leo"), on))


def test_who_sees_less_reads_nothing_of_companions(desk, leos, cast):
    transact(companions.add, desk.dana, leos, "Maria Silva", "", desk.now)
    change(db.session.merge(cast.link("daniel", "leo")), permissions=[SEE_TIMES, BOOK])
    assert "Maria" not in str(entries(Reader(cast.leo, cast.link("daniel", "leo"), day("2026-12-10"))))
