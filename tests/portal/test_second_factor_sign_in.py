"""The right password is not enough any more: nothing opens before the second step, whichever way somebody comes in, and nobody locks the owner out."""

import pytest
from sqlalchemy import select

from portal import signing_in, throttle
from portal.database import db, transact
from portal.models import Account, LedgerLine, SessionRow, ThrottleCount
from portal.seed import PASSWORD
from tests.mails import outbox
from tests.portal.invited import rows
from tests.portal.post import mails, token_in
from tests.portal.second_steps import PAGE, app_shows, set_up, with_password

PRIYA = "priya@example.com"
ASKED = "Enter your code"


class Phone:
    """Priya's: `code()` is what its app shows now."""

    def __init__(self, key, codes, clock):
        self.key, self.codes, self.clock = key, codes, clock

    def code(self) -> str:
        return app_shows(self.key, self.clock())


@pytest.fixture
def phone(browse, cast, clock):
    """Priya has set up a second step, in a browser that she has closed; a while ago."""
    found = Phone(*set_up(browse(as_=cast.priya), clock()), clock)
    clock.forward(minutes=30)
    return found


def at(browser, place: str):
    browser.environ_base = {**browser.environ_base, "REMOTE_ADDR": place}
    return browser


def test_password_then_code_and_they_land_where_they_were_going(app, browse, cast, phone):
    browser = browse()
    asked = with_password(browser, PRIYA, "/sign-in?next=/account/language%3Fx=1")
    assert asked.h1 == ASKED and browser.page("/account").h1 == "Sign in"
    assert browser.submit(asked, follow=False, code=phone.code()).response.location == "/account/language?x=1"
    assert browser.page("/account").h1 == "Your details and sign-in"
    assert len(rows(app, LedgerLine, LedgerLine.verb == "signed_in")) == 1


def test_nothing_is_open_between_the_two(app, browse, cast, phone):
    browser = browse()
    with_password(browser, PRIYA)
    (row,) = (one for one in rows(app, SessionRow) if "half" in one.data)
    assert (row.account_id, row.signed_in_at) == (None, None)
    for path in ("/account", "/appointments", "/family", PAGE, "/prove", "/account/password"):
        assert browser.get(path).location.startswith("/sign-in?"), path
    assert (
        "Priya" not in browser.page("/").html
        and browser.get_cookie("browser") is None
        and rows(app, LedgerLine, LedgerLine.verb == "signed_in") == []
    )


def test_each_step_gives_the_session_a_new_id(browse, cast, phone):
    browser = browse()
    browser.submit(browser.page("/forgot"), email="x@example.com")  # anything that makes a session
    ids = [browser.get_cookie("session").value]
    asked = with_password(browser, PRIYA)
    ids.append(browser.get_cookie("session").value)
    browser.submit(asked, code=phone.code())
    ids.append(browser.get_cookie("session").value)
    assert len(set(ids)) == 3
    for old in ids[:2]:
        thief = browse()
        thief.set_cookie("session", old)
        assert thief.page("/account").h1 == "Sign in" and thief.page("/sign-in/code").h1 == "Sign in"


def test_known_and_unknown_addresses_look_the_same_until_the_password_is_right(browse, cast, phone):
    def answer(email):
        page = browse()
        said = page.submit(page.page("/sign-in"), email=email, password="not the password")
        return said.status, said.text.replace(email, "…"), sorted(said.response.headers.keys())

    assert answer(PRIYA) == answer("daniel@example.com") == answer("nobody@example.com")


@pytest.mark.parametrize("wrong", ["000000", "of another account", "of yesterday", "used"])
def test_a_wrong_code_is_said_and_asked_for_again(browse, cast, phone, clock, wrong):
    code = {"of another account": app_shows("A" * 32, clock()), "of yesterday": app_shows(phone.key, clock.at.replace(day=9))}.get(
        wrong, wrong
    )
    if wrong == "used":
        code, other = phone.code(), browse()
        other.submit(with_password(other, PRIYA), code=code)
    browser = browse()
    answer = browser.submit(with_password(browser, PRIYA), code=code)
    assert answer.status == 422 and "That code is not right" in answer.text and answer.h1 == ASKED
    assert browser.page("/account").h1 == "Sign in"


def test_without_the_password_there_is_nothing_to_answer(browse, cast, phone):
    browser = browse()
    assert browser.get("/sign-in/code?next=/family").location == "/sign-in?next=/family"
    token = browser.page("/sign-in").form()["csrf_token"]
    for path in ("/sign-in/code", "/sign-in/recovery-code"):
        for code in (phone.code(), phone.codes[0]):
            answer = browser.post(path, data={"csrf_token": token, "code": code}, headers={"Origin": "http://localhost"})
            assert answer.location == "/sign-in"
    assert browser.page("/account").h1 == "Sign in"


def test_ten_minutes_later_the_password_is_asked_for_again(browse, cast, phone, clock):
    browser = browse()
    asked = with_password(browser, PRIYA, "/sign-in?next=/family")
    clock.forward(minutes=10)
    page = browser.submit(asked, code=phone.code())
    assert page.h1 == "Sign in" and page.response.request.full_path == "/sign-in?next=/family"


@pytest.mark.parametrize("change", ["password", "closed", "second step"])
def test_what_was_half_done_ends_with_what_it_stood_on(app, browse, cast, phone, clock, change):
    browser = browse()
    asked = with_password(browser, PRIYA)
    values = {"password": {"password_hash": "-"}, "closed": {"closed_at": clock()}, "second step": {"second_factor_nonce": "x"}}[change]
    with app.app_context():
        transact(lambda: [setattr(db.session.get(Account, cast.priya.id), name, value) for name, value in values.items()])
    assert browser.submit(asked, code=phone.code()).h1 == "Sign in"


def test_nobody_is_signed_in_as_somebody_else_by_their_own_code(app, browse, cast, phone):
    """Daniel's browser is halfway; who is signed in by the second step is who typed the password."""
    browser = browse(as_=cast.daniel)
    with app.app_context(), app.test_request_context(headers={"Cookie": f"session={browser.get_cookie('session').value}"}):
        with pytest.raises(RuntimeError):
            signing_in.enter_halfway(db.session.get(Account, cast.priya.id), app.config["CLOCK"]())


# ---- what comes along ----


def test_a_held_time_comes_along_and_what_another_account_left_does_not(app, browse, cast, phone):
    for before, kept in ((browse(), {"visitor": "owner"}), (browse(as_=cast.daniel), {})):
        if not kept:
            before.page("/account")
        else:
            before.submit(before.page("/forgot"), email="x@example.com")
        key = before.get_cookie("session").value

        def leave():
            row = db.session.scalar(select(SessionRow).order_by(SessionRow.id.desc()).limit(1))
            row.data = {"visitor": "owner", "signup": 7}

        with app.app_context():
            transact(leave)
        with app.test_request_context(headers={"Cookie": f"session={key}"}) as context:
            priya = db.session.get(Account, cast.priya.id)
            assert signing_in.enter(priya, app.config["CLOCK"](), "/family") == "/sign-in/code?next=/family"
            assert {name: value for name, value in context.session.items() if name != "half"} == kept and context.session.account_id is None


def test_staff_are_marked_and_have_the_shorter_idle_time(app, browse, cast, clock):
    key, _codes = set_up(browse(as_=cast.dana, staff=True), clock())
    now, browser = clock.forward(minutes=1), browse()
    landed = browser.submit(with_password(browser, "dana@example.com"), code=app_shows(key, now))
    assert landed.h1.startswith("Today")
    row = rows(app, SessionRow, SessionRow.account_id == cast.dana.id)[-1]
    assert (row.idle_minutes, row.data) == (15, {"staff": True})


# ---- other ways in ----


def test_a_forgotten_password_does_not_lead_around_it(app, browse, cast, phone):
    browser = browse()
    browser.submit(browser.page("/forgot?next=/family"), email=PRIYA)
    page = browser.page(f"/new-password/{token_in(app, mails(app, 'reset')[-1])}")
    asked = browser.submit(page, new_password="walrus teapot gravel")
    assert asked.h1 == ASKED and browser.page("/account").h1 == "Sign in"
    assert browser.submit(asked, follow=False, code=phone.code()).response.location == "/family"


def test_a_reset_link_opened_while_somebody_else_is_signed_in_signs_them_out(app, browse, cast, phone):
    browser = browse(as_=cast.daniel)
    browser.submit(browser.page("/forgot"), email=PRIYA)
    browser.submit(browser.page(f"/new-password/{token_in(app, mails(app, 'reset')[-1])}"), new_password="walrus teapot gravel")
    assert browser.page("/account").h1 == "Sign in"


def test_a_new_password_or_address_in_the_signed_in_browser_asks_for_no_code(app, browse, cast, phone):
    browser = browse()
    browser.submit(with_password(browser, PRIYA), code=phone.code())
    page = browser.submit(browser.page("/account/password"), password=PASSWORD, new_password="walrus teapot gravel")
    assert page.h1 == "Your details and sign-in"
    browser.submit(browser.page("/account/email"), email="priya@example.org", password="walrus teapot gravel")
    page = browser.page(f"/confirm-address/{token_in(app, mails(app, 'address_change')[-1])}")
    assert browser.submit(page).h1 == "Your details and sign-in"


def test_the_link_to_a_new_address_leads_through_the_second_step(app, browse, cast, phone):
    first = browse(as_=cast.priya)
    first.submit(first.page("/account/email"), email="priya@example.org", password=PASSWORD)
    browser, link = browse(), f"/confirm-address/{token_in(app, mails(app, 'address_change')[-1])}"
    asked = browser.submit(browser.page(link), email=PRIYA, password=PASSWORD)
    assert asked.h1 == ASKED and browser.page(link).h1 == "Sign in" and rows(app, Account, Account.email == "priya@example.org") == []
    browser.submit(asked, code=phone.code())
    assert "priya@example.org" in browser.page(link).text


def test_the_password_once_more_stays_the_password(browse, cast, phone, clock):
    browser = browse()
    browser.submit(with_password(browser, PRIYA), code=phone.code())
    clock.forward(minutes=11)
    page = browser.page("/account/password")
    assert page.h1 == "Enter your password again" and browser.submit(page, password=PASSWORD).h1 == "Change your password"


# ---- recovery codes ----


def test_a_recovery_code_lets_in_once_and_the_mailbox_is_told(app, browse, cast, phone):
    browser = browse()
    page = browser.page(with_password(browser, PRIYA, "/sign-in?next=/account").links()["I do not have my phone"])
    wrong = browser.submit(page, code="k3v7-q2m4-x5a6-b2cd")
    assert wrong.status == 422 and "not right, or was used before" in wrong.text
    landed = browser.submit(page, code=phone.codes[4].upper())
    assert landed.h1 == "Your details and sign-in" and "You have 9 recovery codes left." in landed.html
    with app.app_context():
        assert [(mail.refs["what"], mail.refs.get("left")) for mail in outbox("second_step", to_address=PRIYA)] == [
            ("on", None),
            ("recovery", 9),
        ]
    other = browse()
    with_password(other, PRIYA)
    assert "was used before" in other.submit(other.page("/sign-in/recovery-code"), code=phone.codes[4]).text


# ---- tries ----


def guess(browser, times: int, path="/sign-in/code"):
    page = browser.page(path)
    for number in range(times):
        browser.submit(page, code=f"{number:06d}")
    return page


def test_ten_wrong_codes_close_this_place_for_a_quarter_of_an_hour(browse, cast, phone, clock):
    browser = browse()
    with_password(browser, PRIYA)
    page = guess(browser, 10)
    assert "Too many wrong codes." in browser.submit(page, code=phone.code()).text
    clock.forward(minutes=15)
    with_password(browser, PRIYA)
    assert browser.submit(page, code=phone.code()).h1 != ASKED


def test_a_new_browser_at_the_same_place_has_no_tries_of_its_own(browse, cast, phone):
    for _ in range(2):
        browser = browse()
        with_password(browser, PRIYA)
        guess(browser, 5)
    browser = browse()
    with_password(browser, PRIYA)
    assert "Too many wrong codes." in browser.submit(browser.page("/sign-in/code"), code=phone.code()).text


def test_who_knows_the_password_elsewhere_does_not_lock_the_owner_out(app, browse, cast, phone, clock):
    mine = at(browse(), "198.51.100.7")
    mine.submit(with_password(mine, PRIYA), code=phone.code())
    mine.submit(mine.page("/account"), "/sign-out")
    with app.app_context():
        counter = throttle.key("second-anywhere", cast.priya.public_id)
        transact(lambda: db.session.merge(ThrottleCount(key=counter, window_ends_at=clock().replace(hour=23), count=5000)))
    clock.forward(minutes=1)
    thief = at(browse(), "203.0.113.9")
    assert "Too many wrong codes." in thief.submit(with_password(thief, PRIYA), code="000000").text, "whatever place it comes from"
    asked = with_password(mine, PRIYA)  # a browser she has used before
    assert mine.submit(asked, code=phone.code()).h1 != ASKED
    new = at(browse(), "198.51.100.8")  # a new one: with a recovery code
    with_password(new, PRIYA)
    assert new.submit(new.page("/sign-in/recovery-code"), code=phone.codes[0]).h1 != "Use a recovery code"


def test_a_stranger_without_the_password_uses_up_no_codes(app, browse, cast, phone):
    for _ in range(12):
        stranger = browse()
        stranger.submit(stranger.page("/sign-in"), email=PRIYA, password="not the password")
        stranger.page("/sign-in/code")
    assert not [row.key for row in rows(app, ThrottleCount) if row.key.startswith("second")]


def test_the_password_alone_makes_no_browser_known(browse, cast, phone):
    """Else each new one would have ten tries of its own."""
    browser = browse()
    with_password(browser, PRIYA)
    assert browser.get_cookie("browser") is None
