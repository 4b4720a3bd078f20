"""A person answers about text messages on their own pages, or changes their number: the very next reminder obeys."""

from datetime import UTC, datetime, timedelta

import pytest

from booking import emails
from portal import clock as house_clock
from portal import mailbox, postman, text_answers
from portal.database import db, transact
from portal.models import Account
from tests import mails
from tests.portal.homes import change
from tests.portal.test_own_details import home_of

WHEN = datetime(2026, 12, 17, 14, 0, tzinfo=UTC)  # Thursday, 9am in Toronto
DAY_BEFORE = WHEN - timedelta(hours=24)


@pytest.fixture
def kiran(app, cast, browse, monkeypatch, tmp_path):
    """Riverside reminds by text and by mail a day before; Kiran says on their own page that they want texts, and has an appointment."""
    monkeypatch.setitem(app.config, "MAIL_FOLDER", str(tmp_path / "mail"))
    change(app, cast.riverside, text_hours=[24], reminder_hours=[24])
    browser, page = browse(cast.kiran), f"{home_of(cast.link('kiran', 'kiran'))}/messages"
    browser.submit(browser.page(page), sms="y")
    with app.app_context():
        row = mails.appointment(cast, "kiran", WHEN, service="follow-up", by="kiran")
        transact(emails.announce_booked, row, house_clock.now())
    return browser


def reminded(app, clock) -> tuple[list[str], list[str]]:
    """The numbers a text went to, and the addresses a reminder went to, by the day before."""
    with app.app_context():
        clock.at = DAY_BEFORE
        postman.deliver_due()
        found = mailbox.received()
        return [one.to for one in found if one.is_text], [one.to for one in found if not one.is_text and one.subject.startswith("Reminder")]


def page_of(cast, what: str = "") -> str:
    return f"{home_of(cast.link('kiran', 'kiran'))}{what}"


def test_who_agreed_is_reminded_by_both(app, cast, kiran, clock):
    texts, letters = reminded(app, clock)
    assert texts == ["+14165550119"] and any("kiran@example.com" in one for one in letters)


def test_after_withdrawing_the_reminder_comes_by_mail_only(app, cast, kiran, clock):
    kiran.submit(kiran.page(page_of(cast, "/messages")), sms=None)
    texts, letters = reminded(app, clock)
    assert texts == [] and any("kiran@example.com" in one for one in letters)


def test_after_wanting_no_mail_either_nothing_comes_to_the_person(app, cast, kiran, clock):
    kiran.submit(kiran.page(page_of(cast, "/messages")), sms=None, email=None)
    texts, letters = reminded(app, clock)
    assert texts == [] and not any("kiran@example.com" in one for one in letters)


def test_a_new_mobile_is_where_the_next_text_goes_and_the_page_says_so_before_and_after(app, cast, kiran, clock):
    form = kiran.page(page_of(cast, "/change"))
    assert "They go to the first mobile number here: if you change it, to the new one." in form.text
    page = kiran.submit(form, phone_0="647 555 0101")
    assert "Reminders go to (647) 555-0101." in page.text
    assert reminded(app, clock)[0] == ["+16475550101"]


def test_a_new_mobile_gets_nothing_while_the_answer_is_no(app, cast, kiran, clock):
    kiran.submit(kiran.page(page_of(cast, "/messages")), sms=None)
    form = kiran.page(page_of(cast, "/change"))
    assert "first mobile number" not in form.text
    page = kiran.submit(form, phone_0="647 555 0101")
    assert "Reminders go to" not in page.text and reminded(app, clock)[0] == []


def test_stop_from_the_telephone_stands_on_the_details_page_and_no_new_number_takes_it_back(app, cast, kiran, clock):
    with app.app_context():
        transact(text_answers.stop, "+14165550119", house_clock.now())
    assert "Text messagesNo, since 10 December 2026" in kiran.page(page_of(cast)).text
    kiran.submit(kiran.page(page_of(cast, "/change")), phone_0="647 555 0101")
    with app.app_context():
        transact(text_answers.start, "+14165550119", house_clock.now())  # whoever has the old telephone now
    assert reminded(app, clock)[0] == []


def test_a_page_that_was_open_while_stop_came_does_not_agree_again_unseen(app, cast, kiran):
    stale = kiran.page(page_of(cast, "/messages"))
    with app.app_context():
        transact(text_answers.stop, "+14165550119", house_clock.now())
    page = kiran.submit(stale, sms="y", voice="y")
    assert page.status == 409 and "Somebody changed this while you were looking." in page.text
    assert "Text messagesNo, since" in kiran.page(page_of(cast)).text


def test_where_the_clinic_sends_no_texts_the_page_says_so(app, cast, kiran):
    assert "sends no text messages" not in kiran.page(page_of(cast, "/messages")).text
    change(app, cast.riverside, text_hours=[])
    assert "The clinic sends no text messages at present." in kiran.page(page_of(cast, "/messages")).text
    assert "Reminders go to" not in kiran.page(page_of(cast)).text


def test_a_number_that_is_also_a_blind_guardians_is_said_to_get_nothing(app, cast, kiran, browse, clock):
    """Nobody learns why: that somebody acts for them is not for every reader."""
    with app.app_context():
        transact(lambda: setattr(db.session.get(Account, cast.priya.id), "phone", "+14165550119"))
    change(app, cast.link("priya", "kiran"), permissions=["book"])
    assert reminded(app, clock)[0] == [] and "Reminders go to" not in kiran.page(page_of(cast)).text
