"""What is written about an appointment: whom it goes to, what it says to each, and when it is not said any more."""

from datetime import UTC, datetime, timedelta

import html5lib
import pytest

from booking import emails
from booking.models import Appointment
from portal import clock
from portal import letters as letters_module
from portal.access import BOOK, CHANGE, GET_NOTICES, SEE_TIMES
from portal.database import db, transact
from portal.models import Link
from tests.mails import account, appointment, change, letter_to, outbox, profile, readers, same_as_snapshot

PRIYA, DANIEL = "priya@example.com", "daniel@example.com"
WHEN = datetime(2026, 12, 17, 14, 0, tzinfo=UTC)  # Thursday, 9am in Toronto


def announce(what, row, *facts, **more):
    transact(what, row, *facts, clock.now(), **more)


@pytest.fixture
def leos(context, cast):
    """Leo's appointment, announced."""
    row = appointment(cast, "leo", WHEN)
    announce(emails.announce_booked, row)
    return row


def test_both_parents_are_told_each_at_their_own_address(leos):
    assert readers("booked") == [DANIEL, PRIYA]


def test_neither_parent_learns_of_the_other(leos):
    for reader, other in ((PRIYA, "daniel"), (DANIEL, "priya")):
        letter = letter_to(reader, "booked")
        everything = letter.subject + letter.text + letter.html + letter.enclosures[0].content.decode()
        assert other not in everything.lower() and "okafor" not in everything.lower()


def test_the_words_of_a_booking(leos):
    same_as_snapshot("booked-for-a-child", letter_to(PRIYA, "booked"))


def test_the_words_of_ones_own_booking(context, cast):
    announce(emails.announce_booked, appointment(cast, "priya", WHEN, service="sport"))
    same_as_snapshot("booked-own", letter_to(PRIYA, "booked"))


def test_the_words_of_a_move(leos):
    change(leos, starts_at=WHEN + timedelta(days=1, hours=4), ends_at=WHEN + timedelta(days=1, hours=4, minutes=50), sequence=1)
    announce(emails.announce_moved, leos, WHEN)
    same_as_snapshot("moved", letter_to(PRIYA, "moved"))


def test_the_words_of_a_cancellation(leos):
    change(leos, status="cancelled", cancelled_at=clock.now(), sequence=1)
    announce(emails.announce_cancelled, leos)
    same_as_snapshot("cancelled", letter_to(PRIYA, "cancelled"))


def test_the_words_of_a_reminder(leos, clock):
    clock.set(2026, 12, 15, 14, 0)
    (first, _later) = outbox("reminder", to_address=PRIYA)
    same_as_snapshot("reminder", emails.reminder(first, clock.at))


def test_the_words_of_a_discreet_practice(context, cast):
    announce(emails.announce_booked, appointment(cast, "priya", WHEN, service="evaluation", slug="beau-rivage"))
    letter = letter_to(PRIYA, "booked")
    same_as_snapshot("booked-discreet", letter)
    assert "valuation" not in letter.text + letter.html + letter.enclosures[0].content.decode()


def test_a_reader_in_another_zone_reads_both_hours(leos):
    change(account("priya"), zone="America/Vancouver")
    letter = letter_to(PRIYA, "booked")
    same_as_snapshot("booked-read-in-vancouver", letter)
    assert "In Vancouver that is Thursday 17 December at 7am." in letter.html


def test_a_zone_with_the_same_clock_is_not_worth_a_word(leos):
    change(account("priya"), zone="America/New_York")
    assert "Times are in" not in letter_to(PRIYA, "booked").text


def test_the_language_is_the_readers(leos):
    change(account("priya"), language="fr")
    assert letter_to(PRIYA, "booked").language == "fr"
    assert letter_to(DANIEL, "booked").language == "en"


def test_without_an_account_the_language_is_the_persons_then_the_practices(context, cast):
    change(profile("walter"), email="walter@example.com", language="fr")
    announce(emails.announce_booked, appointment(cast, "walter", WHEN, by="dana"))
    assert letter_to("walter@example.com", "booked").language == "fr"
    change(profile("walter"), language="")
    assert letter_to("walter@example.com", "booked").language == "en"


def test_a_person_without_account_and_address_gets_nothing(context, cast):
    announce(emails.announce_booked, appointment(cast, "walter", WHEN, by="dana"))
    assert outbox() == []


def test_a_letter_to_a_person_without_an_account_asks_them_to_call(context, cast):
    change(profile("walter"), email="walter@example.com")
    announce(emails.announce_booked, appointment(cast, "walter", WHEN, by="dana"))
    same_as_snapshot("booked-without-account", letter_to("walter@example.com", "booked"))


def test_who_refused_mail_is_left_alone_and_their_parents_are_not(context, cast):
    change(profile("kiran"), email_refused_at=clock.now(), email="kiran@example.com")
    announce(emails.announce_booked, appointment(cast, "kiran", WHEN))
    assert readers("booked") == [PRIYA]


def test_a_refusal_after_queueing_counts(context, cast):
    announce(emails.announce_booked, appointment(cast, "kiran", WHEN))
    assert readers("booked") == ["kiran@example.com", PRIYA]
    change(profile("kiran"), email_refused_at=clock.now())
    assert letter_to("kiran@example.com", "booked") is None
    assert letter_to(PRIYA, "booked") is not None


def test_one_address_gets_one_mail_even_if_it_is_on_the_record_too(context, cast):
    change(profile("leo"), email="Priya@Example.com")
    announce(emails.announce_booked, appointment(cast, "leo", WHEN))
    assert readers("booked") == [DANIEL, PRIYA]


def test_the_address_on_a_childs_record_is_told_too(context, cast):
    change(profile("leo"), email="grandma@example.com")
    announce(emails.announce_booked, appointment(cast, "leo", WHEN))
    assert readers("booked") == [DANIEL, "grandma@example.com", PRIYA]


def test_the_record_does_not_bring_back_somebody_whose_link_has_ended(context, cast):
    change(profile("leo"), email=DANIEL)
    change(cast.link("daniel", "leo"), revoked_at=clock.now())
    announce(emails.announce_booked, appointment(cast, "leo", WHEN))
    assert readers("booked") == [PRIYA]


def test_a_revoked_link_stops_the_mail_that_waits(leos, cast):
    change(cast.link("daniel", "leo"), revoked_at=clock.now())
    assert letter_to(DANIEL, "booked") is None
    assert letter_to(PRIYA, "booked") is not None


def test_a_link_that_ended_yesterday_gets_nothing(context, cast):
    change(cast.link("daniel", "leo"), ends_on=datetime(2026, 12, 9).date())
    announce(emails.announce_booked, appointment(cast, "leo", WHEN))
    assert readers("booked") == [PRIYA]


def test_a_closed_account_gets_nothing(context, cast):
    change(account("daniel"), closed_at=clock.now())
    announce(emails.announce_booked, appointment(cast, "leo", WHEN))
    assert readers("booked") == [PRIYA]


def test_without_notices_only_who_did_it_is_told(context, cast):
    for name in ("priya", "daniel"):
        change(cast.link(name, "leo"), permissions=[SEE_TIMES, BOOK, CHANGE])
    row = appointment(cast, "leo", WHEN, by="priya")
    announce(emails.announce_booked, row)
    assert readers("booked") == [PRIYA]
    assert readers("reminder") == []
    assert letter_to(PRIYA, "booked") is not None
    change(row, status="cancelled", cancelled_at=clock.now(), sequence=1)
    announce(emails.announce_cancelled, row, by=account("daniel"))
    assert readers("cancelled") == [DANIEL]


def test_who_sees_only_that_somebody_is_busy_reads_nothing_else(leos, cast):
    change(cast.link("daniel", "leo"), permissions=[SEE_TIMES, BOOK, GET_NOTICES])
    letters = {"booked": letter_to(DANIEL, "booked"), "reminder": _reminder(DANIEL)}
    change(leos, starts_at=WHEN + timedelta(days=1), ends_at=WHEN + timedelta(days=1, minutes=50), sequence=1)
    announce(emails.announce_moved, leos, WHEN)
    letters["moved"] = letter_to(DANIEL, "moved")
    change(leos, status="cancelled", cancelled_at=clock.now(), sequence=2)
    announce(emails.announce_cancelled, leos)
    letters["cancelled"] = letter_to(DANIEL, "cancelled")
    for news, letter in letters.items():
        same_as_snapshot(f"busy-{news}", letter)
        told = letter.subject + letter.text + letter.html + "".join(one.content.decode() for one in letter.enclosures)
        for word in ("Maya Chen", "Initial assessment", "medicines", "Priya", "ppointment for", "Parking"):
            assert word not in told
        assert len(letter.enclosures) == (news != "reminder")


def _reminder(address: str):
    row = next(one for one in outbox("reminder", state="queued", to_address=address) if one.refs["hours"] == 48)
    return letters_module.write(row, row.due_at)


def test_who_sees_nothing_is_told_of_nothing_but_what_they_booked_themselves(context, cast):
    change(cast.link("daniel", "leo"), permissions=[BOOK, GET_NOTICES])
    announce(emails.announce_booked, appointment(cast, "leo", WHEN, by="priya"))
    assert DANIEL not in readers("booked") + readers("reminder")
    announce(emails.announce_booked, appointment(cast, "leo", WHEN + timedelta(days=2), by="daniel"))
    assert readers("booked") == [DANIEL, PRIYA, PRIYA] and "Maya Chen" in letter_to(DANIEL, "booked").text


def test_narrowed_meanwhile_the_waiting_mail_says_no_more_than_it_may(leos, cast):
    change(cast.link("daniel", "leo"), permissions=[BOOK, GET_NOTICES])
    assert letter_to(DANIEL, "booked") is None


def test_the_address_of_a_record_is_not_used_while_the_person_is_kept_safe(context, cast):
    change(profile("walter"), email="walter@example.com", safe_at=clock.now())
    announce(emails.announce_booked, appointment(cast, "walter", WHEN, by="dana"))
    assert "walter@example.com" not in readers("booked")


@pytest.mark.parametrize("facts", [{"permissions": [SEE_TIMES, GET_NOTICES]}, {"revoked_at": True}], ids=["busy", "revoked"])
def test_who_changed_address_is_not_the_person_at_the_old_one(context, cast, facts):
    """The record still holds the address Daniel's account had before: what reaches it says no more than his access, or nothing."""
    change(profile("leo"), email=DANIEL)
    change(cast.link("daniel", "leo"), **{name: clock.now() if value is True else value for name, value in facts.items()})
    change(account("daniel"), email="d2@example.com", email_key="d2@example.com", former_keys=[DANIEL])
    announce(emails.announce_booked, appointment(cast, "leo", WHEN, by="priya"))
    assert DANIEL not in readers("booked")


def test_mail_follows_an_account_to_its_new_address(leos):
    change(account("priya"), email="priya@new.example.com", email_key="priya@new.example.com")
    assert letter_to(PRIYA, "booked").to == "priya@new.example.com"


def test_a_person_who_made_an_account_in_between_still_gets_the_mail(context, cast):
    change(profile("walter"), email="walter@example.com")
    announce(emails.announce_booked, appointment(cast, "walter", WHEN, by="dana"))
    own = dict(practice_id=cast.riverside.id, relationship="self", permissions=[GET_NOTICES], created_at=clock.now())
    transact(lambda: db.session.add(Link(account_id=account("nadia").id, profile_id=profile("walter").id, **own)))
    assert letter_to("walter@example.com", "booked").to == "nadia@example.com"


def test_a_cancelled_appointment_is_not_announced_as_booked(leos):
    change(leos, status="cancelled", cancelled_at=clock.now())
    assert letter_to(PRIYA, "booked") is None


def test_old_news_is_not_sent_after_newer(leos):
    change(leos, sequence=1)
    assert letter_to(PRIYA, "booked") is None


def test_a_move_supersedes_what_waited_about_the_old_time(leos):
    change(leos, starts_at=WHEN + timedelta(days=1), ends_at=WHEN + timedelta(days=1, minutes=50), sequence=1)
    announce(emails.announce_moved, leos, WHEN)
    assert {row.state for row in outbox("booked")} == {"superseded"}
    assert readers("moved") == [DANIEL, PRIYA]


def test_a_restored_appointment_is_announced_again(leos):
    change(leos, status="cancelled", cancelled_at=clock.now(), sequence=1)
    announce(emails.announce_cancelled, leos)
    change(leos, status="booked", cancelled_at=None, sequence=2)
    announce(emails.announce_restored, leos)
    assert readers("cancelled") == []
    assert readers("booked") == [DANIEL, PRIYA]
    assert len(readers("reminder")) == 4


def test_announcing_twice_queues_once(leos):
    before = len(outbox())
    announce(emails.announce_booked, leos)
    assert len([row for row in outbox() if row.state == "queued"]) <= before
    assert readers("booked") in ([], [DANIEL, PRIYA])


def test_rows_hold_ids_and_never_texts(leos):
    for row in outbox():
        assert "Leo" not in str(row.refs) and "Maya" not in str(row.refs) + row.dedupe_key + row.about
        assert "@" not in str(row.refs) + row.dedupe_key


def test_a_name_cannot_write_a_header(leos):
    change(profile("leo"), given_name="Leo\r\nBcc: all@example.com\x07")
    assert letter_to(PRIYA, "booked").subject == "Booked: appointment for Leo Bcc: all@example.com on Thursday 17 December at 9am"


def test_names_are_text_in_html(leos):
    change(profile("leo"), given_name="<b>Leo</b>")
    assert "&lt;b&gt;Leo&lt;/b&gt;" in letter_to(PRIYA, "booked").html


@pytest.mark.parametrize("template", ["booked", "moved", "cancelled", "reminder"])
def test_the_html_is_whole_and_plain(leos, template):
    if template == "moved":
        change(leos, sequence=1)
        announce(emails.announce_moved, leos, WHEN)
    if template == "cancelled":
        change(leos, status="cancelled", cancelled_at=clock.now(), sequence=1)
        announce(emails.announce_cancelled, leos)
    letter = emails.reminder(outbox("reminder", to_address=PRIYA)[0], clock.now()) if template == "reminder" else letter_to(PRIYA, template)
    tree = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(letter.html)
    assert len(list(tree.iter("h1"))) == 1
    assert tree.get("lang") == "en"
    assert not list(tree.iter("table")) and not list(tree.iter("img")) and not list(tree.iter("script"))
    assert not [element for element in tree.iter() if element.get("style")]
    assert all(a.get("href").startswith(("https://booking.example/", "tel:")) for a in tree.iter("a"))
    assert bool(letter.enclosures) == (template != "reminder")


def test_the_calendar_file_goes_along(leos):
    (file,) = letter_to(PRIYA, "booked").enclosures
    assert file.name == "appointment.ics" and b"STATUS:CONFIRMED" in file.content
    assert file.parameters == {"method": "PUBLISH"}


def test_an_appointment_that_is_gone_is_not_written_about(leos):
    rows = outbox("booked")
    transact(lambda: db.session.delete(db.session.get(Appointment, leos.id)))
    assert [emails.booked(row, clock.now()) for row in rows] == [None, None]
