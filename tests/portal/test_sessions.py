"""Sessions are rows: they end when they should, and a copied cookie ends with them."""

import pytest
from sqlalchemy import func, select

from portal import sessions
from portal.database import db, transact
from portal.models import SessionRow
from portal.seed import PASSWORD

ACCOUNT = "Your details and sign-in"


@pytest.fixture
def priya(browse, cast):
    browser = browse()
    browser.submit(browser.page("/sign-in"), follow=False, email="priya@example.com", password=PASSWORD)
    return browser


def rows(app):
    with app.app_context():
        return list(db.session.scalars(select(SessionRow).order_by(SessionRow.id)))


@pytest.mark.parametrize("path", ["/", "/sign-in", "/sign-up", "/forgot", "/at/riverside/", "/privacy", "/nowhere"])
def test_looking_around_leaves_no_cookie_and_no_row(app, browse, cast, path):
    assert "Set-Cookie" not in browse().get(path).headers
    assert rows(app) == []


def test_every_page_says_that_it_depends_on_who_asks(browse, cast, priya):
    assert "Cookie" in browse().get("/sign-in").headers["Vary"] and "Cookie" in priya.get("/account").headers["Vary"]


def test_the_cookie_cannot_be_read_by_scripts_or_sent_by_foreign_forms(app, browse, cast):
    browser = browse()
    answer = browser.submit(browser.page("/sign-in"), follow=False, email="priya@example.com", password=PASSWORD)
    (cookie,) = [line for line in answer.response.headers.getlist("Set-Cookie") if line.startswith("session=")]
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie and "Path=/" in cookie and "Expires" not in cookie


def test_the_database_does_not_hold_the_cookie(app, priya):
    key = priya.get_cookie("session").value
    (row,) = rows(app)
    assert len(key) >= 43 and key.encode() not in row.key_hash and len(row.key_hash) == 32


def test_patients_are_signed_out_after_30_minutes_and_told_so(priya, clock):
    clock.forward(minutes=29)
    assert priya.page("/account").h1 == ACCOUNT
    clock.forward(minutes=30)
    page = priya.page("/account")
    assert page.h1 == "Sign in" and "You were signed out after 30 minutes to protect your information." in page.text


def test_staff_are_signed_out_after_15_minutes(browse, cast, clock):
    browser = browse()
    browser.submit(browser.page("/sign-in"), follow=False, email="dana@example.com", password=PASSWORD)
    clock.forward(minutes=14)
    assert browser.page("/account").h1 == ACCOUNT
    clock.forward(minutes=15)
    assert "You were signed out after 15 minutes" in browser.page("/account").text


def test_nobody_stays_longer_than_12_hours_however_busy(priya, clock):
    for _ in range(35):
        clock.forward(minutes=20)
        assert priya.page("/account").h1 == ACCOUNT
    clock.forward(minutes=20)
    page = priya.page("/account")
    assert page.h1 == "Sign in" and "You were signed out after 12 hours" in page.text


def test_a_visitor_whose_session_ended_was_never_signed_in_and_is_not_told_so(app, browse, cast, clock):
    browser = browse()
    browser.submit(browser.page("/forgot"), email="x@example.com")
    clock.forward(minutes=31)
    assert "You were signed out" not in browser.page("/account").text


def test_being_seen_is_written_at_most_once_a_minute(app, priya, clock):
    begun = rows(app)[0].last_seen_at
    clock.forward(seconds=59)
    priya.page("/account")
    assert rows(app)[0].last_seen_at == begun
    clock.forward(seconds=1)
    priya.page("/account")
    assert rows(app)[0].last_seen_at == clock()


def test_a_made_up_cookie_is_nobody(browse, cast):
    browser = browse()
    for key in ("x", "", "a" * 4000, "é"):
        browser.set_cookie("session", key)
        assert browser.page("/account").h1 == "Sign in"


def test_a_new_session_replaces_the_row_of_the_old_one(app, priya):
    before = rows(app)
    priya.submit(priya.page("/account"), "/sign-out")
    priya.submit(priya.page("/sign-in"), follow=False, email="priya@example.com", password=PASSWORD)
    after = rows(app)
    assert len(before) == len(after) == 1 and before[0].key_hash != after[0].key_hash


def test_ended_sessions_are_forgotten(app, priya, clock):
    with app.app_context():
        transact(sessions.sweep, clock.forward(hours=11))
        assert db.session.scalar(select(func.count()).select_from(SessionRow)) == 1
        transact(sessions.sweep, clock.forward(hours=1))
        assert db.session.scalar(select(func.count()).select_from(SessionRow)) == 0


def test_a_closed_account_is_out_on_the_next_request(app, cast, priya, clock):
    with app.app_context():
        account = cast.priya
        transact(lambda: setattr(db.session.merge(account), "closed_at", clock()))
    assert priya.page("/account").h1 == "Sign in"


def test_a_clock_that_is_put_back_keeps_nobody_signed_in(priya, clock):
    """Seen next year, somebody would not have been idle before next year."""
    clock.forward(minutes=20)
    clock.forward(days=-365)
    assert priya.page("/account").h1 == "Sign in"


def test_after_it_was_put_back_a_little_the_password_is_asked_again(priya, clock):
    assert priya.page("/account/password").h1 == "Change your password"
    clock.forward(minutes=-15)
    assert priya.page("/account").h1 == ACCOUNT and priya.page("/account/password").h1 != "Change your password"
