"""The short addresses that a practice prints: they lead where one can go on, also years later."""

import pytest
from sqlalchemy import update

from booking.models import Practitioner, Service
from portal.database import db, transact
from tests.booking.walking import arguments, path, times


@pytest.fixture
def change(app, clock):
    def now(model, row, **facts):
        def use_case():
            db.session.execute(update(model).where(model.id == row.id).values(**facts))
            practice = db.session.get(type(row), row.id).practice_id
            db.session.execute(db.text("UPDATE practices SET timetable_version = timetable_version + 1 WHERE id = :id"), {"id": practice})

        with app.app_context():
            transact(use_case)

    return now


def test_a_service_leads_a_stranger_to_with_whom(cast, browse):
    page = browse().page(f"/at/riverside/service/{cast.follow_up.public_id}")
    assert path(page).endswith("/with") and arguments(page) == {"what": cast.follow_up.public_id}
    assert "Maya Chen" in page.text and "Follow-up physiotherapy" in page.text


def test_a_service_that_one_person_offers_leads_to_the_times(cast, browse):
    page = browse().page(f"/at/riverside/service/{cast.massage_60.public_id}")
    assert path(page).endswith("/when") and times(page)


def test_a_practitioner_leads_to_what_they_offer_and_then_to_their_times(cast, browse):
    browser = browse()
    page = browser.page(f"/at/riverside/practitioner/{cast.ravi_kumar.public_id}")
    assert path(page).endswith("/what") and "With Ravi Kumar." in page.text
    assert "Massage, 60 minutes" in page.text and "Counselling session" not in page.text
    when = browser.page(next(url for words, url in page.links().items() if words.startswith("Massage, 60")))
    assert path(when).endswith("/when") and arguments(when)["with"] == cast.ravi_kumar.public_id and times(when)
    assert "Counselling session" in browser.page(page.links()["Show what everybody offers"]).text


def test_who_is_signed_in_is_asked_for_whom_and_keeps_what_the_address_said(cast, browse):
    page = browse(cast.priya).page(f"/at/riverside/service/{cast.follow_up.public_id}")
    assert page.h1 == "Who is this appointment for?" and cast.follow_up.public_id in page.html
    page = browse(cast.nadia).page(f"/at/riverside/practitioner/{cast.ravi_kumar.public_id}")
    assert path(page).endswith("/what") and "With Ravi Kumar." in page.text


def test_they_outlive_a_new_name(cast, browse, change):
    change(Service, cast.follow_up, name="Second visit")
    change(Practitioner, cast.ravi_kumar, name="Ravi Kumar-Smith")
    assert "Second visit" in browse().page(f"/at/riverside/service/{cast.follow_up.public_id}").text
    assert "With Ravi Kumar-Smith." in browse().page(f"/at/riverside/practitioner/{cast.ravi_kumar.public_id}").text


def test_what_is_no_longer_offered_is_told_with_what_there_is(cast, browse, change, clock):
    change(Service, cast.follow_up, archived_at=clock.at)
    page = browse().page(f"/at/riverside/service/{cast.follow_up.public_id}")
    assert page.status == 404 and "is not offered here now. Choose another." in page.text and "Massage, 60 minutes" in page.text
    change(Practitioner, cast.ravi_kumar, left_at=clock.at)
    page = browse().page(f"/at/riverside/practitioner/{cast.ravi_kumar.public_id}")
    assert page.status == 404 and "does not work here now. Choose what you need." in page.text and "Initial assessment" in page.text


def test_the_other_practice_s_ids_are_told_the_same(cast, browse):
    page = browse().page(f"/at/beau-rivage/service/{cast.follow_up.public_id}")
    assert page.status == 404 and "Follow-up physiotherapy" not in page.text
    page = browse().page(f"/at/beau-rivage/practitioner/{cast.maya_chen.public_id}")
    assert page.status == 404 and "Maya Chen" not in page.text


def test_a_made_up_address_sets_no_cookie_and_does_not_break(cast, browse):
    for made_up in ("x", "a" * 300, "%00", "any"):
        answer = browse().get(f"/at/riverside/service/{made_up}")
        assert answer.status_code in (302, 400) and "Set-Cookie" not in answer.headers
