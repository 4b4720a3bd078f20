"""What pages, feeds and waiting mails say after the midnight of a birthday, and after access was taken away: on the very next request."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from booking import emails, feeds
from booking.models import Appointment
from portal import links
from portal.access import PAUSE
from portal.database import db, transact
from portal.models import Link
from portal.postman import deliver_due
from tests.booking.walking import hold, step
from tests.mails import appointment, change, outbox

TORONTO = ZoneInfo("America/Toronto")
EVE = datetime(2027, 1, 18, 23, 59, 59, tzinfo=TORONTO).astimezone(UTC)  # Anya is 14; she turns 15 a second later
VISIT = datetime(2027, 1, 21, 15, 0, tzinfo=UTC)
PRIYA = "priya@example.com"


@pytest.fixture
def eve(app, cast, clock):
    """A second before Anya's birthday, on which the practice pauses the access of others. She has an appointment that Priya booked."""
    with app.app_context():
        change(cast.riverside, age_steps=[[15, PAUSE]])
        for name in ("priya", "daniel"):
            change(cast.link(name, "anya"), decided_on=date(2025, 1, 1))
        clock.at = EVE
        row = appointment(cast, "anya", VISIT)
        transact(emails.announce_booked, row, clock.at)
        return row


def feed_address(app, account) -> str:
    with app.app_context():
        return f"/calendar/{feeds.feed_token(transact(feeds.open_feed, account, app.config['CLOCK']()))}.ics"


def test_a_booking_form_that_was_open_before_midnight_is_refused_with_the_reason(eve, app, cast, browse, clock):
    browser = browse(as_=cast.priya)
    page = hold(browser, who=cast.anya, what=cast.follow_up, with_="any")
    assert page.h1 == "Check and confirm"
    clock.forward(seconds=1)
    answer = browser.submit(page)
    assert answer.status == 403
    assert "Anya is 15 now, so your access is paused and nothing was booked or changed." in answer.text
    assert "Call the clinic." in answer.text and "can let you back in" not in answer.text  # too young for an account
    assert "(416) 555-0134" in answer.text
    with app.app_context():
        coming = db.session.scalars(select(Appointment).where(Appointment.profile_id == cast.anya.id, Appointment.starts_at > clock.at))
        assert [one.id for one in coming] == [eve.id]


def test_the_page_that_asks_who_says_who_is_missing_and_why(eve, cast, browse, clock):
    browser = browse(as_=cast.priya)
    assert "You cannot book for" not in browser.page(step("who")).text
    clock.forward(seconds=1)
    page = browser.page(step("who"))
    assert cast.anya.public_id not in {radio.get("value") for radio in page.all("input")}
    assert "You cannot book for Anya Shah at the moment: your access is paused." in page.text
    why = browser.page(page.links()["Why, and what you can do (Anya Shah)"])
    assert "Paused since Anya turned 15" in why.text


def test_somebody_elses_person_is_not_there_whatever_their_age(eve, cast, browse, clock):
    clock.forward(seconds=1)
    assert browse(as_=cast.nadia).get(step("what", who=cast.anya)).status_code == 404


def test_a_page_a_file_and_a_feed_know_nothing_of_the_appointment_any_more(eve, app, cast, browse, clock):
    browser, feed = browse(as_=cast.priya), feed_address(app, cast.priya)
    pages = (f"/appointments/{eve.public_id}", f"/appointments/{eve.public_id}.ics", f"/appointments/{eve.public_id}/cancel")
    assert {browser.get(path).status_code for path in pages} == {200}
    assert "Anya" in browse().get(feed).get_data(as_text=True)
    cancelling = browser.page(pages[2])
    clock.forward(seconds=1)
    assert {browser.get(path).status_code for path in pages} == {404}
    assert "Anya" not in browse().get(feed).get_data(as_text=True)
    assert browser.submit(cancelling).status == 404
    agenda = browser.page("/appointments").text
    assert (
        agenda.replace("The appointments of Anya are not shown: your access is paused. Why your access for Anya is paused", "").count(
            "Anya"
        )
        == 0
    )
    assert "not shown" in agenda


def test_the_other_people_of_the_account_are_as_they_were(eve, cast, browse, clock):
    clock.forward(seconds=1)
    page = hold(browse(as_=cast.priya), who=cast.leo, what=cast.follow_up, with_="any")
    assert page.h1 == "Check and confirm"


def sent_to(app, clock, template: str) -> list[str]:
    """Who got the mails of a template that were due by now."""
    with app.app_context():
        deliver_due(clock.at)
        return sorted(row.to_address for row in outbox(template, state="sent"))


def test_reminders_that_wait_are_not_sent_after_a_step(eve, app, clock):
    clock.at = VISIT - timedelta(hours=1)
    assert sent_to(app, clock, "reminder") == []
    with app.app_context():
        assert {row.state for row in outbox("reminder")} == {"aborted"}


def test_nor_to_whoever_lost_access_and_to_the_other_parent_still(eve, app, cast, clock):
    with app.app_context():
        change(cast.riverside, age_steps=[])
        transact(links.revoke, cast.link("priya", "anya"), clock.at, by=cast.dana, as_staff=True)
    clock.at = VISIT - timedelta(hours=1)
    assert set(sent_to(app, clock, "reminder")) == {"daniel@example.com"}


def test_access_taken_away_holds_on_the_very_next_request(eve, app, cast, browse, clock):
    browser, feed = browse(as_=cast.priya), feed_address(app, cast.priya)
    open_form = hold(browser, who=cast.anya, what=cast.follow_up, with_="any")
    with app.app_context():
        transact(links.revoke, cast.link("priya", "anya"), clock.at, by=cast.dana, as_staff=True)
    assert browser.submit(open_form).status == 404
    assert browser.get(f"/appointments/{eve.public_id}").status_code == 404
    assert "Anya" not in browse().get(feed).get_data(as_text=True)


def test_let_back_in_everything_is_there_again(eve, app, cast, browse, clock):
    clock.forward(seconds=1)
    with app.app_context():
        link = cast.link("priya", "anya")
        transact(links.decide, link, link.permissions, clock.at, by=cast.dana, as_staff=True)
        assert not db.session.get(Link, link.id).is_paused(date(2027, 1, 19))
    browser = browse(as_=cast.priya)
    assert browser.get(f"/appointments/{eve.public_id}").status_code == 200
    assert hold(browser, who=cast.anya, what=cast.follow_up, with_="any").h1 == "Check and confirm"
