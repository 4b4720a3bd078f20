"""Appointments in other calendars: a file for one, and a private address that can be taken back."""

import pytest
from icalendar import Calendar

from portal.database import db, transact
from portal.models import Account, Link
from tests.booking.walking import book, path


@pytest.fixture
def anyas(cast, browse):
    return path(book(browse(as_=cast.priya), who=cast.anya, what=cast.follow_up, with_=cast.maya_chen, day="2026-12-15"))


def feed_address(page) -> str:
    """The private address on the settings page, as a path of this site."""
    return next(field.get("value") for field in page.all("input") if field.get("id") == "address").removeprefix("https://booking.example")


def opened(browser) -> str:
    return feed_address(browser.submit(browser.page("/appointments/calendar"), "calendar"))


def events(answer) -> list:
    assert answer.status_code == 200
    return list(Calendar.from_ical(answer.data).walk("VEVENT"))


def test_the_file_of_one_appointment_opens_where_calendars_do(cast, browse, anyas):
    answer = browse(as_=cast.priya).get(anyas + ".ics")
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8; method=PUBLISH"
    assert answer.headers["Content-Disposition"].startswith("inline")
    assert answer.headers["Cache-Control"] == "no-store"
    (event,) = events(answer)
    assert str(event["summary"]) == "Physiotherapy for Anya"
    assert event["dtstart"].dt.isoformat() == "2026-12-15T21:30:00+00:00"


def test_after_a_cancellation_the_file_takes_it_out_again(cast, browse, anyas):
    browser = browse(as_=cast.priya)
    browser.submit(browser.page(anyas + "/cancel"), "cancel")
    (event,) = events(browser.get(anyas + ".ics"))
    assert str(event["status"]) == "CANCELLED" and event["sequence"] == 1


def test_the_private_address_is_off_until_somebody_asks_for_it(cast, browse, anyas):
    browser = browse(as_=cast.priya)
    page = browser.page("/appointments/calendar")
    assert "It is off now." in page.text
    page = browser.submit(page, "calendar")
    assert page.links()["Add it to my calendar"].startswith("webcal://booking.example/calendar/")


def test_it_shows_every_person_and_practice_to_whoever_has_it_without_a_sign_in(cast, browse, anyas):
    address = opened(browse(as_=cast.priya))
    there = {"who": cast.profile("priya", "beau-rivage"), "what": cast.massotherapie_60, "with_": cast.mathieu_cormier}
    book(browse(as_=cast.priya), slug="beau-rivage", day="2026-12-16", **there)
    stranger = browse()
    answer = stranger.get(address)
    names = {str(event["summary"]) for event in events(answer)}
    assert {"Physiotherapy for Anya", "Appointment at Clinique Beau-Rivage for Priya"} <= names
    assert "Set-Cookie" not in answer.headers


def test_a_new_address_closes_the_old_one_and_stopping_closes_it_for_good(cast, browse, anyas):
    browser = browse(as_=cast.priya)
    first = opened(browser)
    second = opened(browser)
    assert first != second
    assert browse().get(first).status_code == 404
    assert browse().get(second).status_code == 200
    page = browser.submit(browser.page("/appointments/calendar"), "calendar", stop="1")
    assert "It is off now." in page.text
    assert browse().get(second).status_code == 404


def test_what_a_revoked_link_showed_is_gone_from_it_at_once(app, cast, browse, anyas):
    address = opened(browse(as_=cast.daniel))
    assert [event for event in events(browse().get(address)) if "Anya" in event["summary"]]

    def revoke():
        db.session.get(Link, cast.link("daniel", "anya").id).revoke(app.config["CLOCK"]())

    with app.app_context():
        transact(revoke)
    assert not [event for event in events(browse().get(address)) if "Anya" in event["summary"]]


def test_it_ends_with_the_account(app, cast, browse, anyas):
    address = opened(browse(as_=cast.priya))

    def close():
        db.session.get(Account, cast.priya.id).closed_at = app.config["CLOCK"]()

    with app.app_context():
        transact(close)
    assert browse().get(address).status_code == 404


@pytest.mark.parametrize("token", ["x", "WzEsImEiXQ.abc", "a" * 3000, "%F0%9F%98%80", "..%2f"])
def test_a_forged_address_is_not_there(cast, browse, token):
    assert browse().get(f"/calendar/{token}.ics").status_code == 404
