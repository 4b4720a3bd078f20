"""My appointments: over all people and practices, each as far as this reader may see it."""

import pytest
from sqlalchemy import event, select
from sqlalchemy.engine import Engine

from booking.models import Appointment
from portal.database import db, transact
from portal.models import Link
from tests.booking.walking import book, path


@pytest.fixture
def anyas(cast, browse):
    """An appointment of Anya's, booked by her mother for Tuesday 15 December: its page."""
    return book(browse(as_=cast.priya), who=cast.anya, what=cast.follow_up, with_=cast.maya_chen, day="2026-12-15")


@pytest.fixture
def own(cast, browse):
    """One of Priya's own at the other practice, on Wednesday 16 December."""
    there = {"who": cast.profile("priya", "beau-rivage"), "what": cast.massotherapie_60, "with_": cast.mathieu_cormier}
    return book(browse(as_=cast.priya), slug="beau-rivage", day="2026-12-16", **there)


def cards(page) -> list[str]:
    return [" ".join("".join(card.itertext()).split()) for card in page.all("article")]


def test_coming_ones_stand_by_date_each_with_person_and_practice(cast, browse, anyas, own):
    page = browse(as_=cast.priya).page("/appointments")
    assert page.h1 == "Your appointments"
    found = cards(page)
    assert found[0].startswith("Tuesday 15 December at 4:30pm") and "Anya" in found[0]
    assert "Follow-up physiotherapy with Maya Chen" in found[0] and "Riverside Physiotherapy" in found[0]
    assert found[1].startswith("Wednesday 16 December") and "You" in found[1] and "Clinique Beau-Rivage" in found[1]


def test_each_offers_a_new_time_a_calendar_file_and_cancelling(cast, browse, anyas):
    links = browse(as_=cast.priya).page("/appointments").links()
    assert links["Change time: Tuesday 15 December at 4:30pm, Anya"] == path(anyas) + "/move"
    assert links["Add to calendar"] == path(anyas) + ".ics"
    assert links["Cancel…"] == path(anyas) + "/cancel"


def test_inside_the_notice_there_is_only_the_telephone(cast, browse, clock, anyas):
    clock.set(2026, 12, 14, 21, 31)
    page = browse(as_=cast.priya).page("/appointments")
    assert "Call (416) 555-0134 to change this. It is less than 24 hours away." in cards(page)[0]
    assert "Cancel…" not in page.links()
    one = browse(as_=cast.priya).page(path(anyas))
    assert "It is less than 24 hours away." in one.text and "Change time" not in one.links()


def test_past_ones_have_their_own_list(cast, browse, clock, anyas):
    assert "Tuesday 15 December at 4:30pm" not in browse(as_=cast.priya).page("/appointments?past=1").text
    clock.set(2026, 12, 15, 22, 0)
    assert "Tuesday 15 December at 4:30pm" in browse(as_=cast.priya).page("/appointments?past=1").text
    page = browse(as_=cast.priya).page(path(anyas))
    assert page.h1 == "Past appointment" and "Book again" in page.links()


def test_nothing_booked_offers_to_book(cast, browse):
    page = browse(as_=cast.amara).page("/appointments")
    assert "You have no appointments booked." in page.text
    assert page.links()["Book an appointment"] == "/at/riverside/book/who"
    assert "Nothing here yet." in browse(as_=cast.amara).page("/appointments?past=1").text
    assert "open the page of your clinic" in browse(as_=cast.nadia).page("/appointments").text


def test_the_other_parent_sees_it_and_a_stranger_finds_nothing(cast, browse, anyas):
    assert browse(as_=cast.daniel).page(path(anyas)).h1 == "Appointment confirmed"
    for stranger in (cast.kiran, cast.dana, cast.nadia):
        for page in (path(anyas), path(anyas) + "/cancel", path(anyas) + "/move", path(anyas) + ".ics", "/appointments/" + "a" * 16):
            assert browse(as_=stranger).get(page).status_code == 404
    assert path(browse().page(path(anyas))) == "/sign-in"


def test_who_may_see_times_only_learns_that_somebody_is_busy_and_no_more(app, cast, browse, anyas):
    def narrow():
        db.session.get(Link, cast.link("daniel", "anya").id).permissions = ["see_times", "change"]

    with app.app_context():
        transact(narrow)
    browser = browse(as_=cast.daniel)
    for page in (browser.page("/appointments"), browser.page(path(anyas))):
        assert "Anya" in page.text and "Tuesday 15 December" in page.text and "4:30pm" in page.text and "usy" in page.text
        for words in ("Maya", "Follow-up", "Mill Street", "Reference", "Change time", "Cancel", "Directions", "Cost"):
            assert words not in page.text
    assert page.h1 == "Anya is busy" and "You see only that Anya is busy. Ask the clinic if you need to know more." in page.text
    calendar = browser.get(path(anyas) + ".ics").get_data(as_text=True)
    assert "SUMMARY:Busy: Anya" in calendar and "Maya" not in calendar and "LOCATION" not in calendar


def test_a_note_is_read_by_who_wrote_it(app, cast, browse, anyas):
    def note():
        db.session.scalar(select(Appointment).where(Appointment.public_id == path(anyas).rsplit("/", 1)[1])).note = "Left knee"

    with app.app_context():
        transact(note)
    assert "Left knee" in browse(as_=cast.priya).page(path(anyas)).text
    assert "Left knee" not in browse(as_=cast.daniel).page(path(anyas)).text


def test_the_page_of_an_appointment_has_all_one_needs_on_the_day(cast, browse, app, anyas):
    def add():
        one = db.session.scalar(select(Appointment).where(Appointment.public_id == path(anyas).rsplit("/", 1)[1]))
        one.service.bring, one.note = "Your health card\nShorts", "Left knee <b>"

    with app.app_context():
        transact(add)
    page = browse(as_=cast.priya).page(path(anyas))
    links = page.links()
    for words in (
        "Your health card",
        "Step-free entrance",
        "(416) 555-0134",
        "Left knee <b>",
        "Reference: ",
        "until Monday 14 December at 4:30pm",
    ):
        assert words in page.text
    assert links["Directions"].startswith("https://maps.apple.com/?q=")
    assert links["Google Calendar"].startswith("https://calendar.google.com/") and links["Outlook.com"].startswith(
        "https://outlook.live.com/"
    )
    assert links["Apple, Outlook or other (file)"] == path(anyas) + ".ics"
    assert links["Book for someone else in your family"] == "/at/riverside/book/who"


def test_the_readers_own_zone_is_said_beside_the_practices(app, cast, browse, anyas):
    def move_west():
        db.session.get(type(cast.priya), cast.priya.id).zone = "America/Vancouver"

    with app.app_context():
        transact(move_west)
    assert "2:30pm in Vancouver" in browse(as_=cast.priya).page(path(anyas)).text


def test_the_list_takes_few_statements_however_long_it_is(cast, browse, own):
    browser = browse(as_=cast.priya)
    for day in ("2026-12-14", "2026-12-15", "2026-12-16", "2026-12-18"):
        book(browser, who=cast.anya, what=cast.follow_up, with_=cast.maya_chen, day=day)
    said = []
    listen = lambda _conn, _cursor, statement, *_: said.append(statement)  # noqa: E731
    event.listen(Engine, "before_cursor_execute", listen)
    browser.get("/appointments")
    event.remove(Engine, "before_cursor_execute", listen)
    assert len([one for one in said if one.split()[0] not in ("BEGIN", "PRAGMA")]) <= 8, said
    assert len(cards(browser.page("/appointments"))) == 5


def test_a_cancelled_one_is_past_once_it_cannot_be_undone(cast, browse, clock, anyas):
    browser = browse(as_=cast.priya)
    browser.submit(browser.page(path(anyas) + "/cancel"), "cancel")
    assert "Cancelled" in cards(browser.page("/appointments"))[0]
    assert "Tuesday 15 December" not in browser.page("/appointments?past=1").text
    clock.forward(minutes=3, seconds=1)
    assert "Tuesday 15 December" not in browser.page("/appointments").text
    assert "Tuesday 15 December at 4:30pm" in cards(browser.page("/appointments?past=1"))[0]
    assert "Cancelled" in cards(browser.page("/appointments?past=1"))[0]


def test_across_zones_each_names_its_own_and_the_readers(app, cast, browse, anyas, own):
    found = cards(browse(as_=cast.priya).page("/appointments"))
    assert found[0].startswith("Tuesday 15 December at 4:30pm, Toronto time")
    assert ", Moncton time" in found[1]

    def move_east():
        db.session.get(type(cast.priya), cast.priya.id).zone = "Asia/Tokyo"

    with app.app_context():
        transact(move_east)
    browser = browse(as_=cast.priya)
    for page in ("/appointments", path(anyas), path(anyas) + "/cancel"):
        assert "Wednesday 16 December at 6:30am in Tokyo" in browser.page(page).text
    assert "Tokyo" in browser.page("/at/riverside/").text and "Tokyo" in browser.page(path(anyas) + "/move").text
