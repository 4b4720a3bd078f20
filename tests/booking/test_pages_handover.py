"""Wrong person: the pages that move an appointment to somebody else and keep its time."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from booking.models import Appointment
from portal.database import db, transact
from portal.models import Link
from tests import mails
from tests.booking.walking import book, path


@pytest.fixture
def anyas(cast, browse):
    """The address of an appointment booked for Anya, on Tuesday 15 December at 4:30pm."""
    return path(book(browse(as_=cast.priya), who=cast.anya, what=cast.follow_up, with_=cast.maya_chen, day="2026-12-15", note="Left knee"))


def rows(app) -> list[tuple]:
    with app.app_context():
        found = db.session.scalars(select(Appointment).where(Appointment.starts_at > app.config["CLOCK"]()).order_by(Appointment.id))
        return [(one.profile.given_name, one.status, f"{one.starts_at:%d %H:%M}") for one in found]


def permit(app, cast, account: str, person: str, *permissions: str) -> None:
    def happen():
        db.session.get(Link, cast.link(account, person).id).permissions = list(permissions)

    with app.app_context():
        transact(happen)


def button(page) -> str:
    return " ".join("".join(page.all("button", class_="btn")[-1].itertext()).split())


def status_words(page) -> str:
    return " ".join("".join(e.itertext()) for e in page.tree.iter() if e.get("role") == "status")


def test_the_page_of_an_appointment_offers_it(cast, browse, anyas):
    page = browse(as_=cast.priya).page(anyas)
    assert "Wrong person? Move it to somebody else" in page.text
    assert page.links()["Move it to somebody else"] == anyas + "/person"


def test_among_several_nobody_is_chosen_beforehand(cast, browse, anyas):
    browser = browse(as_=cast.priya)
    page = browser.page(anyas + "/person")
    assert page.h1 == "Who should it be for instead?" and "Now it is for Anya: Tuesday 15 December at 4:30pm with Maya Chen." in page.text
    assert [radio.get("value") for radio in page.all("input", type="radio")] == [
        cast.link("priya", name).public_id for name in ("priya", "kiran", "leo")
    ]
    assert not any("checked" in radio.keys() for radio in page.all("input", type="radio"))
    nobody = browser.page(anyas + "/person?go=1")
    assert nobody.status == 422 and "Select who it should be for" in nobody.text


def test_the_button_names_everything_and_the_time_is_kept(app, cast, browse, anyas):
    browser = browse(as_=cast.priya)
    page = browser.page(f"{anyas}/person?go=1&to={cast.link('priya', 'kiran').public_id}")
    assert page.h1 == "Move this appointment to Kiran?" and "until now for Anya Shah" in page.text
    assert button(page) == "Move to Kiran, same time: Tuesday 15 December at 4:30pm with Maya Chen"
    done = browser.submit(page, "person")
    assert path(done) != anyas and done.h1 == "Appointment confirmed"
    assert status_words(done) == "Moved to Kiran. Anya does not have it any more."
    assert "Kiran Shah with Maya Chen" in done.text and "Left knee" in done.text
    assert rows(app) == [("Anya", "cancelled", "15 21:30"), ("Kiran", "booked", "15 21:30")]
    again = browser.submit(page, "person")  # a double click
    assert path(again) == path(done) and len(rows(app)) == 2


def test_what_was_given_away_is_cancelled_for_good(cast, browse, anyas):
    browser = browse(as_=cast.priya)
    browser.submit(browser.page(f"{anyas}/person?to={cast.link('priya', 'kiran').public_id}"), "person")
    old = browser.page(anyas)
    assert old.h1 == "Appointment cancelled" and "Undo" not in old.text and "Kiran" not in old.text
    assert path(browser.page(anyas + "/person")) == anyas
    assert "STATUS:CANCELLED" in browser.get(anyas + ".ics").get_data(as_text=True)


def test_it_goes_back_and_to_oneself_in_the_same_way(app, cast, browse, anyas):
    browser = browse(as_=cast.priya)
    mine = browser.submit(browser.page(f"{anyas}/person?to={cast.link('priya', 'priya').public_id}"), "person")
    assert status_words(mine) == "Moved to you. Anya does not have it any more."
    page = browser.page(f"{path(mine)}/person?to={cast.link('priya', 'anya').public_id}")
    assert "until now for you" in page.text
    back = browser.submit(page, "person")
    assert status_words(back) == "Moved to Anya. You do not have it any more."
    assert [row[:2] for row in rows(app)] == [("Anya", "cancelled"), ("Priya", "cancelled"), ("Anya", "booked")]


def test_a_slip_is_undone_without_losing_the_time(app, cast, browse, anyas):
    """Undone it is Anya's again at the same time; who saw both sees one card, and no time in between was free."""
    browser = browse(as_=cast.priya)
    mine = browser.submit(browser.page(f"{anyas}/person?to={cast.link('priya', 'priya').public_id}"), "person")
    assert "Undo this booking" not in mine.text and "Move it back to Anya" in mine.text
    assert len([card for card in browser.page("/appointments").all("article") if "Cancelled" in "".join(card.itertext())]) == 0
    back = browser.submit(mine, "undo")
    assert path(back) == anyas and back.h1 == "Appointment confirmed"
    assert status_words(back) == "Moved to Anya. You do not have it any more."
    assert rows(app) == [("Anya", "booked", "15 21:30"), ("Priya", "cancelled", "15 21:30")]
    for page in ("/appointments", "/appointments?past=1"):
        cards = ["".join(card.itertext()) for card in browser.page(page).all("article")]
        assert cards and not any("Cancelled" in card and "15 December" in card for card in cards)
    late = browser.submit(mine, "undo")  # pressed again on the old page
    assert late.status == 409 and "This can no longer be undone" in late.text
    assert rows(app) == [("Anya", "booked", "15 21:30"), ("Priya", "cancelled", "15 21:30")]


def test_who_does_not_know_the_other_person_is_offered_no_way_back(app, cast, browse, anyas):
    browser = browse(as_=cast.priya)
    kirans = path(browser.submit(browser.page(f"{anyas}/person?to={cast.link('priya', 'kiran').public_id}"), "person"))
    page = browse(as_=cast.kiran).page(kirans)
    assert "Move it back" not in page.text and "Undo" not in page.text and "Anya" not in page.text


def test_with_one_other_person_the_question_comes_at_once(app, cast, browse, anyas):
    page = browse(as_=cast.daniel).page(anyas)
    assert page.links()["Move it to Leo"] == anyas + "/person"
    assert browse(as_=cast.daniel).page(anyas + "/person").h1 == "Move this appointment to Leo?"


def test_why_it_cannot_be_is_said_before_the_button(app, cast, browse, anyas):
    """Leo has never been here: a follow-up is for him only once he is known, an appointment of his own at that time is in the way."""
    browser = browse(as_=cast.priya)
    book(browser, who=cast.leo, what=cast.concussion, with_=cast.maya_chen, day="2026-12-15")
    before = rows(app)
    early = browser.page(f"{anyas}/person?to={cast.link('priya', 'kiran').public_id}")

    def kirans():
        one = db.session.scalar(select(Appointment).where(Appointment.profile_id == cast.leo.id))
        was = db.session.scalar(select(Appointment).where(Appointment.profile_id == cast.anya.id, Appointment.status == "booked"))
        one.profile_id, one.starts_at, one.ends_at = cast.profile("kiran").id, was.starts_at, was.ends_at

    with app.app_context():
        transact(kirans)
    page = browser.page(f"{anyas}/person?to={cast.link('priya', 'kiran').public_id}")
    assert page.status == 409 and page.h1 == "This cannot be moved to Kiran"
    assert "Kiran already has an appointment at that time. Nothing was changed: it is still for Anya." in page.text
    assert page.links()["Choose somebody else"] == anyas + "/person"
    pressed = browser.submit(early, "person")  # a page from before
    assert pressed.status == 409 and pressed.text == page.text
    assert [row[1] for row in rows(app)] == ["booked"] * len(before)


def test_inside_the_notice_it_is_not_offered_and_not_done(app, cast, browse, clock, anyas):
    early = browse(as_=cast.priya).page(f"{anyas}/person?to={cast.link('priya', 'kiran').public_id}")
    clock.set(2026, 12, 14, 21, 30, 1)
    browser = browse(as_=cast.priya)
    assert "Wrong person?" not in browser.page(anyas).text
    assert browser.page(anyas + "/person").status == 409
    refused = browser.submit(early, "person")
    assert refused.status == 409 and "(416) 555-0134" in refused.text
    assert [row[:2] for row in rows(app)] == [("Anya", "booked")]


def test_who_may_not_finds_no_door(app, cast, browse, anyas):
    kiran = cast.link("priya", "kiran").public_id
    for stranger in (cast.kiran, cast.nadia, cast.dana):
        assert browse(as_=stranger).get(anyas + "/person").status_code == 404
    for to in (
        cast.link("daniel", "leo").public_id,
        cast.link("priya", "anya").public_id,
        cast.link("priya", "priya", "beau-rivage").public_id,
        "a" * 16,
    ):
        assert browse(as_=cast.priya).page(anyas + "/person", query_string={"to": to}).status == 404
    permit(app, cast, "priya", "kiran", "see_times", "see_details")
    page = browse(as_=cast.priya).page(anyas + "/person")
    assert kiran not in [radio.get("value") for radio in page.all("input", type="radio")]
    permit(app, cast, "daniel", "anya", "see_times", "see_details", "book")
    assert browse(as_=cast.daniel).get(anyas + "/person").status_code == 404
    assert "Wrong person?" not in browse(as_=cast.daniel).page(anyas).text


def test_each_home_learns_of_its_own_and_nothing_of_the_other(app, cast, browse, anyas):
    """Daniel acts for Anya and Leo, not for Kiran: he reads that Anya's is cancelled, and neither who has it now nor that anybody has."""
    browser = browse(as_=cast.priya)
    browser.submit(browser.page(f"{anyas}/person?to={cast.link('priya', 'kiran').public_id}"), "person")
    with app.app_context():
        assert mails.readers("cancelled") == ["daniel@example.com", "priya@example.com"]
        assert mails.readers("booked") == ["kiran@example.com", "priya@example.com"]
        to_daniel, to_kiran = mails.letter_to("daniel@example.com", "cancelled"), mails.letter_to("kiran@example.com", "booked")
        assert "Kiran" not in to_daniel.text + to_daniel.html and "Anya" not in to_kiran.text + to_kiran.html
    for page in ("/appointments", anyas):
        words = browse(as_=cast.daniel).page(page).text
        assert "Kiran" not in words and "moved" not in words.lower()
    assert "Anya" not in browse(as_=cast.kiran).page("/appointments").text


def said_to(name: str) -> tuple:
    """What the two mails of a hand-over say to somebody: the subject of each, None for one that is not sent."""
    both = [mails.letter_to(f"{name}@example.com", template) for template in ("cancelled", "booked")]
    return tuple(letter and letter.subject for letter in both)


def test_who_is_told_of_both_reads_one_letter(app, cast, browse, anyas):
    """Priya moves it from Anya to herself and back: no "Cancelled" frightens her. Daniel acts for Anya alone, and reads what is hers."""
    browser = browse(as_=cast.priya)
    mine = browser.submit(browser.page(f"{anyas}/person?to={cast.link('priya', 'priya').public_id}"), "person")
    with app.app_context():
        assert said_to("priya") == (None, "Moved from Anya to you: Tuesday 15 December at 4:30pm")
        letter = mails.letter_to("priya@example.com", "booked")
        mails.same_as_snapshot("booked-moved-to-you", replace(letter, text=letter.text.replace(path(mine), "/appointments/its-id")))
        assert "is yours now. Anya does not have it any more." in letter.html
        names, files = zip(*((one.name, one.content.decode()) for one in letter.enclosures))
        assert names == ("appointment.ics", "before.ics") and "STATUS:CONFIRMED" in files[0] and "STATUS:CANCELLED" in files[1]
        to_daniel = mails.letter_to("daniel@example.com", "cancelled")
        assert to_daniel.subject == "Cancelled: appointment for Anya on Tuesday 15 December at 4:30pm" and "Priya" not in to_daniel.text
    browser.submit(mine, "undo")
    with app.app_context():
        assert said_to("priya") == (None, "Moved from you to Anya: Tuesday 15 December at 4:30pm")
        assert mails.letter_to("daniel@example.com", "booked").subject == "Booked: appointment for Anya on Tuesday 15 December at 4:30pm"
        assert mails.outbox("cancelled", state="queued", to_address="daniel@example.com") == []


@pytest.mark.parametrize("permissions", [["see_times", "get_notices"], ["book", "get_notices"]], ids=["busy", "nothing"])
def test_who_is_not_told_all_of_one_of_them_is_told_of_no_move(app, cast, browse, anyas, permissions):
    permit(app, cast, "daniel", "leo", *permissions)
    browser = browse(as_=cast.priya)
    page = browser.page(f"{anyas}/person?to={cast.link('priya', 'leo').public_id}")
    browser.submit(page, "person")
    with app.app_context():
        assert mails.letter_to("daniel@example.com", "cancelled").subject.startswith("Cancelled: appointment for Anya")
        told = mails.outbox("booked", state="queued", to_address="daniel@example.com")
        assert not any("Moved" in mails.letter_to(row.to_address, "booked").subject for row in told)


def test_who_is_told_all_of_two_others_reads_from_whom_to_whom(app, cast, browse, anyas):
    browser = browse(as_=cast.priya)
    browser.submit(browser.page(f"{anyas}/person?to={cast.link('priya', 'leo').public_id}"), "person")
    with app.app_context():
        assert said_to("daniel") == (None, "Moved from Anya to Leo: Tuesday 15 December at 4:30pm")


def test_what_was_moved_again_before_it_was_told_is_told_as_cancelled(app, cast, browse, anyas):
    """The one letter about both is old news by then; that Anya has it no more must still be said."""
    browser = browse(as_=cast.priya)
    kirans = path(browser.submit(browser.page(f"{anyas}/person?to={cast.link('priya', 'kiran').public_id}"), "person"))
    with app.app_context():
        one = db.session.scalar(select(Appointment).where(Appointment.public_id == kirans.rpartition("/")[2]))
        mails.change(one, sequence=1)
        assert mails.letter_to("priya@example.com", "cancelled").subject.startswith("Cancelled: appointment for Anya")


def test_what_was_paid_stays_where_it_was_and_everybody_concerned_reads_so(app, cast, browse, anyas):
    """Anya's visit is paid and handed over to Kiran: his portal says nothing of the money, the desk reads where it is."""
    desk, here = browse(cast.tom, staff=True), "/desk/riverside/appointments/"
    anyas_here = here + anyas.rsplit("/", 1)[1]
    desk.submit(desk.page(anyas_here + "/payments/add"), amount="20", method="cash", know="y", over="99999")
    browser = browse(as_=cast.priya)
    page = browser.page(f"{anyas}/person?to={cast.link('priya', 'kiran').public_id}")
    assert "$20 was paid for this appointment. It does not go along: call" in page.text
    kirans = path(browser.submit(page, "person"))
    page = browse(as_=cast.kiran).page(kirans)
    assert "receipt" not in page.text.lower() and "$20" not in page.text and "Anya" not in page.text
    old, new = desk.page(anyas_here), desk.page(here + kirans.rsplit("/", 1)[1])
    assert "Kiran Shah has the time now. $20 that was paid stays with this appointment." in old.text and old.links()["Kiran Shah"]
    assert "Anya Shah had the time before. $20 that was paid stays with that appointment." in new.text
    page = browse(cast.maya, staff=True).page(anyas_here)
    assert "Kiran Shah has the time now." in page.text and ("$20" in page.text) == ("Payments" in page.text)
