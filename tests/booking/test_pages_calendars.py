"""Calendars of other programs, as staff see them: what a page says, who may, and what leads on."""

from io import BytesIO

import pytest
from sqlalchemy import select

from booking.calendar_rounds import work
from booking.models import Block, CalendarSource
from booking.seed_crowd import seed_coming
from portal.database import db, transact
from portal.seed import name_id
from portal.staff.settings_menu import entries
from tests.booking.calendar_servers import EVENT, calendar

MAYA, OLIVIER = name_id("practitioner maya"), name_id("practitioner olivier")
HERS = f"/desk/riverside/calendars/{MAYA}"


def added(browser, body: bytes = calendar(EVENT), name: str = "Private", path: str = HERS):
    data = {"csrf_token": browser.page(path).form()["csrf_token"], "name": name, "address": "", "file": (BytesIO(body), "mine.ics")}
    return browser.post(path, data=data, headers={"Origin": "http://localhost"}, content_type="multipart/form-data")


def subscribed(browser, address: str, name: str = "Google"):
    page = browser.page(HERS)
    token = page.form()["csrf_token"]
    return browser.post(HERS, data={"csrf_token": token, "name": name, "address": address}, headers={"Origin": "http://localhost"})


def read(app) -> None:
    with app.app_context():
        work(app.config["CLOCK"]())


def test_the_settings_name_the_page_for_every_role(cast, app):
    with app.test_request_context():
        for name in ("dana", "tom", "maya"):
            assert "/desk/riverside/calendars" in [one.url for one in entries(cast.staff(name))]


def test_the_list_says_whose_calendar_meets_which(cast, browse, app):
    browser = browse(cast.dana, staff=True)
    added(browser)
    page = browser.page("/desk/riverside/calendars")
    rows = [" ".join("".join(row.itertext()).split()) for row in page.all("tr")]
    assert any(row.startswith("Maya Chen") and row.endswith("No 1 calendar") for row in rows)
    assert any(row.startswith("Olivier Dubois") and row.endswith("No None") for row in rows)


def test_a_file_is_taken_in_read_and_removed_again(cast, browse, app):
    browser = browse(cast.dana, staff=True)
    there = added(browser).location
    page = browser.page(there)
    assert page.h1 == "Private" and "Being read This takes a few seconds." in page.text and page.all("progress")
    read(app)
    page = browser.page(there)
    assert "It blocks 1 time to come." in page.text and not page.all("progress")
    assert "Read it again" not in page.text, "a file is read once: nothing is promised that cannot be done"
    page = browser.submit(page, "/remove")
    assert "“Private” is removed. The times it kept free can be booked again." in page.text
    assert browser.get(there).status_code == 404
    with app.app_context():
        assert db.session.scalar(select(Block.id)) is None


def test_appointments_that_stand_in_its_way_stay_and_are_listed(cast, browse, app, clock):
    with app.app_context():
        transact(seed_coming, clock())
    browser = browse(cast.dana, staff=True)
    week = "BEGIN:VEVENT\r\nUID:week\r\nDTSTART;VALUE=DATE:20261211\r\nDTEND;VALUE=DATE:20261213\r\nSUMMARY:Away\r\nEND:VEVENT\r\n"
    there = added(browser, calendar(week)).location
    read(app)
    page = browser.page(there)
    assert "They stay booked. Move or cancel them if nobody can be there." in page.text
    links = [url for url in page.links().values() if "/calendar?date=2026-12-11" in url]
    assert links and f"with={MAYA}" in links[0]
    assert [one for one in page.links().values() if "/people/" in one]


def test_a_problem_is_said_in_words(cast, browse, app):
    browser = browse(cast.dana, staff=True)
    there = subscribed(browser, "http://127.0.0.1:9/private.ics").location
    read(app)
    page = browser.page(there)
    assert "Not read This address leads into a private network, not to the internet." in page.text
    assert "It blocks nothing yet." in page.text
    assert "Needs a look" in browser.page("/desk/riverside/calendars").text
    assert "Private network" not in browser.page(HERS).html and "Not read" in browser.page(HERS).text


@pytest.mark.parametrize(
    "facts, sentence",
    [
        ({"name": "", "address": "https://a.example/x"}, "Enter a name, like: private calendar"),
        ({"name": "x" * 121, "address": "https://a.example/x"}, "The name must be 120 characters or less"),
        ({"name": "Mine", "address": ""}, "Paste an address, or choose a file"),
        ({"name": "Mine", "address": "file:/etc/passwd"}, "This is not the address of a calendar. It begins with https:// or webcal://."),
        ({"name": "Mine", "address": "https://a.example/" + "x" * 2000}, "The address must be 2,000 characters or less"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_kept(cast, browse, facts, sentence):
    browser = browse(cast.dana, staff=True)
    page = browser.submit(browser.page(HERS), MAYA, **facts)
    assert page.status == 422 and sentence in page.text and "There is a problem" in page.text
    assert page.all("input", name="name")[0].get("value") == facts["name"]


@pytest.mark.parametrize("body", [b"<html></html>", b"\x00" * 40, calendar() + b"x" * 2001], ids=["html", "nonsense", "large"])
def test_a_file_that_is_no_calendar_or_too_large_is_refused(cast, browse, app, monkeypatch, body):
    monkeypatch.setattr("booking.calendar_sources.MOST_BYTES", 2000)
    answer = added(browse(cast.dana, staff=True), body)
    assert answer.status_code == 422
    with app.app_context():
        assert db.session.scalar(select(CalendarSource.id)) is None


def test_what_an_entry_or_a_calendar_is_called_stays_text(cast, browse, app):
    browser = browse(cast.dana, staff=True)
    there = added(browser, calendar(EVENT.replace("Dentist", "<script>alert(1)</script>")), name="<b>x</b>").location
    read(app)
    assert browser.page(there).h1 == "<b>x</b>"


def test_practitioners_see_only_their_own(cast, browse):
    browser = browse(cast.maya, staff=True)
    assert browser.get("/desk/riverside/calendars").location.endswith(MAYA)
    assert browser.get(HERS).status_code == 200
    assert browser.get(f"/desk/riverside/calendars/{OLIVIER}").status_code == 404
    theirs = added(browse(cast.dana, staff=True), path=f"/desk/riverside/calendars/{OLIVIER}").location
    assert browser.get(theirs).status_code == 404
    assert browser.get(theirs.replace(OLIVIER, MAYA)).status_code == 404


def test_nobody_else_finds_anything(cast, browse):
    for name in ("sylvie", "priya", "nadia"):
        assert browse(getattr(cast, name), staff=True).get(HERS).status_code == 404
    assert browse(cast.dana, staff=True).get(f"/desk/riverside/calendars/{name_id('practitioner camille')}").status_code == 404
