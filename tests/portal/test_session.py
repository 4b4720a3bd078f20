"""Sign in, sign out, and the password once more."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from portal import signing_in, throttle
from portal.database import db, transact
from portal.models import Account, LedgerLine, SessionRow, ThrottleCount
from portal.seed import PASSWORD

PRIYA = "priya@example.com"
NOT_RIGHT = "Email or password is not right"


def sign_in(browser, email=PRIYA, password=PASSWORD, path="/sign-in", follow=False, place=None):
    if place:
        browser.environ_base = {**browser.environ_base, "REMOTE_ADDR": place}
    return browser.submit(browser.page(path), follow=follow, email=email, password=password)


def session_rows(app):
    with app.app_context():
        return list(db.session.scalars(select(SessionRow)))


def test_the_right_password_opens_the_door(app, browse, cast):
    browser = browse()
    answer = sign_in(browser)
    assert (answer.status, answer.response.location) == (302, "/")
    assert browser.page("/account").h1 == "Your details and sign-in"
    with app.app_context():
        assert [line.account_id for line in db.session.scalars(select(LedgerLine).where(LedgerLine.verb == "signed_in"))] == [cast.priya.id]


def test_the_address_may_be_typed_in_capitals_and_with_spaces(browse, cast):
    assert sign_in(browse(), " PRIYA@Example.com ").status == 302


@pytest.mark.parametrize("email, password", [(PRIYA, "not the password"), ("nobody@example.com", PASSWORD)])
def test_a_wrong_password_and_an_unknown_address_get_one_sentence(browse, cast, email, password):
    answer = sign_in(browse(), email, password, follow=True)
    assert answer.status == 422 and NOT_RIGHT in answer.text
    assert answer.form()["email"] == email and answer.form()["password"] == ""


def test_known_and_unknown_addresses_get_the_same_answer(browse, cast):
    def answer(email):
        values = {"email": email, "password": "not the password", "csrf_token": browse().page("/sign-in").form()["csrf_token"]}
        response = browse().post("/sign-in", data=values, headers={"Origin": "http://localhost"})
        page = response.get_data(as_text=True).replace(email, "…")
        return response.status_code, sorted(response.headers.keys()), page[: page.index("csrf_token")]

    assert answer(PRIYA) == answer("nobody@example.com")


def test_known_and_unknown_addresses_are_compared_with_a_hash_of_the_same_cost(browse, cast, monkeypatch):
    seen = []
    monkeypatch.setattr("portal.passwords.matches", lambda stored, password: seen.append((stored or "")[:8]) or False)
    sign_in(browse(), PRIYA, "not the password", follow=True)
    sign_in(browse(), "nobody@example.com", "not the password", follow=True)
    assert seen == ["$argon2i", ""]  # the dummy is test_passwords.py's


def test_a_closed_account_does_not_open(app, browse, cast, clock):
    with app.app_context():
        transact(lambda: setattr(db.session.scalar(select(Account).where(Account.email == PRIYA)), "closed_at", clock()))
    assert NOT_RIGHT in sign_in(browse(), follow=True).text


@pytest.mark.parametrize(
    "email, password, sentence",
    [
        ("", PASSWORD, "Enter your email address"),
        (PRIYA, "", "Enter your password"),
        ("priya", "x", "Enter an email address in the correct format"),
    ],
)
def test_what_is_missing_is_said(browse, cast, email, password, sentence):
    answer = sign_in(browse(), email, password, follow=True)
    assert answer.status == 422 and sentence in answer.text


# ---- where they land ----


def test_they_land_on_the_step_they_left(browse, cast):
    assert (
        sign_in(browse(), path="/sign-in?next=/at/riverside/book/confirm%3Fwhat=a").response.location == "/at/riverside/book/confirm?what=a"
    )


@pytest.mark.parametrize(
    "target",
    ["//evil.example", "https://evil.example/", "/\\evil.example", "https:evil", "\\\\evil", "/ok\\..//evil", "javascript:alert(1)"],
)
def test_they_never_land_elsewhere(browse, cast, target):
    browser = browse()
    token = browser.page("/sign-in").form()["csrf_token"]
    answer = browser.post(
        "/sign-in",
        query_string={"next": target},
        data={"email": PRIYA, "password": PASSWORD, "csrf_token": token},
        headers={"Origin": "http://localhost"},
    )
    assert answer.location == "/"


@pytest.mark.parametrize(
    "path", ["/signed-out", "/sign-in", "/forgot", "/privacy", "/sign-up?next=/privacy", "/sign-in?next=/sign-up%3Fnext%3D/privacy"]
)
def test_signing_in_from_the_header_never_leads_back_to_the_lobby(browse, cast, path):
    browser = browse()
    page = browser.page(browser.page(path).links()["Sign in"])
    landed = browser.submit(page, follow=False, email=PRIYA, password=PASSWORD).response.location
    assert landed == ("/privacy" if "privacy" in path else "/")


def test_a_closed_page_leads_to_sign_in_and_back(browse, cast):
    browser = browse()
    page = browser.page("/account/language?x=1")
    assert page.h1 == "Sign in"
    assert browser.submit(page, follow=False, email=PRIYA, password=PASSWORD).response.location == "/account/language?x=1"


def test_a_held_time_survives_signing_in(app, browse, cast):
    browser = browse()
    browser.submit(browser.page("/forgot"), email="x@example.com")  # anything that makes a session
    with app.app_context():
        transact(lambda: setattr(db.session.scalar(select(SessionRow)), "data", {"visitor": "owner", "signup": 7}))
    sign_in(browser)
    (row,) = session_rows(app)
    assert row.data == {"visitor": "owner"} and row.account_id == cast.priya.id


def test_a_session_never_carries_over_from_one_account_to_another(app, browse, cast):
    browser = browse(as_=cast.daniel)
    with app.app_context():
        transact(lambda: setattr(db.session.scalar(select(SessionRow)), "data", {"visitor": "daniels", "staff": True}))
    with app.test_request_context(headers={"Cookie": f"session={browser.get_cookie('session').value}"}) as context:
        signing_in.enter(cast.priya, app.config["CLOCK"]())
        assert dict(context.session) == {}


def test_staff_have_a_shorter_idle_time_and_are_marked(app, browse, cast):
    browser = browse()
    sign_in(browser, "dana@example.com")
    (row,) = session_rows(app)
    assert (row.idle_minutes, row.data) == (15, {"staff": True})
    assert browser.get("/").location == "/staff/riverside/"


# ---- tries ----


def test_ten_wrong_passwords_close_this_place_for_a_quarter_of_an_hour(browse, cast, clock):
    browser = browse()
    for _ in range(10):
        assert NOT_RIGHT in sign_in(browser, password="not the password", follow=True).text
    answer = sign_in(browser, follow=True)
    assert answer.status == 429 and "Too many tries. Wait 15 minutes" in answer.text
    clock.forward(minutes=15)
    assert sign_in(browser).status == 302


def test_it_makes_no_difference_whether_the_address_is_known(browse, cast):
    browser = browse()
    for _ in range(10):
        sign_in(browser, "nobody@example.com", "not the password")
    assert sign_in(browser, "nobody@example.com", "not the password", follow=True).status == 429


def test_a_right_password_forgets_the_wrong_ones(browse, cast):
    for _ in range(3):
        browser = browse()
        for _ in range(6):
            sign_in(browser, password="not the password")
        assert sign_in(browser).status == 302


def test_a_stranger_elsewhere_cannot_lock_the_owner_out(browse, cast):
    for _ in range(12):
        sign_in(browse(), password="not the password", place="203.0.113.9")
    assert sign_in(browse(), place="198.51.100.7").status == 302


def test_a_known_browser_gets_in_whatever_strangers_do_even_next_to_it(app, browse, cast, clock):
    mine = browse()
    sign_in(mine, place="203.0.113.9")
    mine.submit(mine.page("/account"), "/sign-out")
    for _ in range(12):
        sign_in(browse(), password="not the password", place="203.0.113.9")  # the same waiting room
    with app.app_context():
        name = throttle.key("sign-in-anywhere", PRIYA)
        transact(lambda: db.session.merge(ThrottleCount(key=name, window_ends_at=clock() + timedelta(minutes=15), count=5000)))
    assert sign_in(browse(), place="198.51.100.7", follow=True).status == 429
    assert sign_in(mine, place="203.0.113.9").status == 302


def test_a_known_browser_has_ten_tries_as_well(browse, cast):
    mine = browse()
    sign_in(mine)
    mine.submit(mine.page("/account"), "/sign-out")
    for _ in range(10):
        sign_in(mine, password="not the password")
    assert sign_in(mine, follow=True).status == 429


def test_a_browser_known_to_one_account_is_a_stranger_to_the_next(browse, cast):
    mine = browse()
    sign_in(mine)
    mine.submit(mine.page("/account"), "/sign-out")
    for _ in range(10):
        sign_in(mine, "daniel@example.com", "not the password")
    assert sign_in(browse(), "daniel@example.com", follow=True).status == 429, "counted by place, not by browser"


def test_forwarded_headers_do_not_change_the_place(browse, cast):
    for number in range(10):
        browser = browse()
        browser.environ_base = {**browser.environ_base, "HTTP_X_FORWARDED_FOR": f"192.0.2.{number}"}
        sign_in(browser, password="not the password")
    browser = browse()
    browser.environ_base = {**browser.environ_base, "HTTP_X_FORWARDED_FOR": "192.0.2.99"}
    assert sign_in(browser, follow=True).status == 429


@pytest.mark.parametrize(
    "address, place", [("203.0.113.9", "203.0.113.9"), ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"), (None, ""), ("unix:", "")]
)
def test_a_household_is_one_place(address, place):
    assert throttle.network(address) == place


# ---- leaving ----


def test_signing_out_ends_the_session_for_a_copied_cookie_too(app, browse, cast):
    browser = browse()
    sign_in(browser)
    copy = browser.get_cookie("session").value
    page = browser.submit(browser.page("/account"), "/sign-out")
    assert page.h1 == "You are signed out" and session_rows(app) == []
    thief = browse()
    thief.set_cookie("session", copy)
    assert thief.page("/account").h1 == "Sign in"


def test_signing_out_needs_a_form(browse, cast):
    browser = browse(as_=cast.priya)
    assert browser.get("/sign-out").status_code == 405
    assert browser.page("/account").h1 == "Your details and sign-in"


# ---- the password once more ----


def test_what_matters_asks_for_the_password_again_after_ten_minutes(browse, cast, clock):
    browser = browse()
    sign_in(browser)
    assert browser.page("/account/password").h1 == "Change your password"
    clock.forward(minutes=11)
    page = browser.page("/account/password")
    assert page.h1 == "Enter your password again" and cast.priya.email in page.html
    assert "Password is not right" in browser.submit(page, password="not the password").text
    before = browser.get_cookie("session").value
    assert browser.submit(page, password=PASSWORD).h1 == "Change your password"
    assert browser.get_cookie("session").value != before


def test_tries_are_counted_there_too(browse, cast, clock):
    browser = browse()
    sign_in(browser)
    clock.forward(minutes=11)
    page = browser.page("/account/password")
    for _ in range(10):
        browser.submit(page, password="not the password")
    assert "Too many tries" in browser.submit(page, password=PASSWORD).text
