"""The account's own pages about a second step when signing in: set up, recovery codes, off; who learns of it, and what a thief of the database gets."""

import base64
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import select

from portal import second_factor
from portal.database import db, transact
from portal.models import Account, LedgerLine, RecoveryCode, SessionRow
from portal.second_factor import WrongCode, WrongRecoveryCode
from portal.seed import PASSWORD
from tests.mails import letter_to, outbox, same_as_snapshot
from tests.portal.invited import rows
from tests.portal.second_steps import PAGE, app_shows, key_on, set_up

PRIYA = "priya@example.com"


@pytest.fixture
def priya(browse, cast):
    return browse(as_=cast.priya)


def stored(app) -> Account:
    (account,) = rows(app, Account, Account.email == PRIYA)
    return account


def told(app) -> list[str]:
    """What the mails to Priya are about, oldest first."""
    with app.app_context():
        return [mail.refs["what"] for mail in outbox("second_step", to_address=PRIYA)]


# ---- set up ----


def test_scanned_confirmed_and_ten_codes_shown_once(app, priya, clock):
    assert "Off" in priya.page("/account").text
    key, codes = set_up(priya, clock())
    assert len(set(codes)) == 10 and all(len(code) == 19 for code in codes)
    assert stored(app).second_factor_at == clock() and told(app) == ["on"]
    page = priya.page(PAGE)
    assert "Recovery codes left10" in page.text and codes[0] not in page.html and key not in page.html.replace(" ", "")
    assert [line.account_id for line in rows(app, LedgerLine, LedgerLine.verb == "second_step_on")] == [stored(app).id]


def test_the_picture_and_the_link_tell_an_app_what_the_key_tells(priya):
    page = priya.page(PAGE)
    address = page.links()["The app is on this phone: open it"]
    assert (
        address.startswith("otpauth://totp/Porchlight:priya%40example.com?")
        and f"secret={key_on(page)}" in address
        and "issuer=Porchlight" in address
    )
    assert len(base64.b32decode(key_on(page))) == 20 and 'aria-label="QR code for your app"' in page.html


def test_a_page_shown_again_fits_what_was_scanned_and_another_session_gets_another_key(priya, browse, cast):
    key = key_on(priya.page(PAGE))
    again = priya.submit(priya.page(PAGE), code="000000")
    assert again.status == 422 and "That code is not right." in again.text and key_on(again) == key
    assert key_on(browse(as_=cast.priya).page(PAGE)) != key != key_on(browse(as_=cast.daniel).page(PAGE))


@pytest.mark.parametrize(
    "typed, said", [("", "Enter the 6-digit code"), ("12345", "Enter the 6-digit code"), ("٣٣٣٣٣٣", "Enter the 6-digit code")]
)
def test_what_is_no_code_is_said(app, priya, typed, said):
    answer = priya.submit(priya.page(PAGE), code=typed)
    assert answer.status == 422 and said in answer.text and stored(app).second_factor_at is None


def test_it_needs_the_password_of_a_moment_ago(priya, clock):
    clock.forward(minutes=11)
    assert priya.page(PAGE).h1 == "Enter your password again"


def test_every_other_browser_is_signed_out_by_it(app, priya, browse, cast, clock):
    other = browse(as_=cast.priya)
    set_up(priya, clock())
    assert other.page("/account").h1 == "Sign in" and priya.page("/account").h1 == "Your details and sign-in"


def test_a_second_setting_up_makes_another_key(priya, clock):
    key, codes = set_up(priya, clock())
    priya.submit(priya.page(f"{PAGE}/off"), password=PASSWORD, code=codes[0])
    assert key_on(priya.page(PAGE)) != key


def test_where_it_leads_on_is_only_ever_here(priya, clock):
    page = priya.page(f"{PAGE}?next=//evil.example/")
    done = priya.submit(page, code=app_shows(key_on(page), clock()))
    assert done.links()["I have kept them: continue"] == "/account"


# ---- the database alone, the key alone ----


def test_neither_the_secret_nor_a_code_is_stored(app, priya, clock):
    key, codes = set_up(priya, clock())
    with app.app_context():
        everything = "".join(repr(row) for table in db.metadata.sorted_tables for row in db.session.execute(select(table)))
    assert key not in everything and base64.b32decode(key).hex() not in everything
    assert not [code for code in codes if code in everything or code.replace("-", "") in everything]


def test_a_new_key_of_the_installation_leaves_apps_working_while_the_old_one_is_kept(app, priya, clock, monkeypatch):
    key, codes = set_up(priya, clock())
    clock.forward(minutes=1)
    old = app.config["SECRET_KEY"]
    monkeypatch.setitem(app.config, "SECRET_KEY", "another key of the installation")
    with app.app_context():
        account = db.session.scalar(select(Account).where(Account.email == PRIYA))
        with pytest.raises(WrongCode):
            transact(second_factor.spend_code, account, app_shows(key, clock()), clock())
        monkeypatch.setitem(app.config, "SECRET_KEY_FALLBACKS", [old])
        transact(second_factor.spend_code, account, app_shows(key, clock()), clock())
        monkeypatch.setitem(app.config, "SECRET_KEY_FALLBACKS", [])
        transact(second_factor.spend_recovery_code, account, codes[0], clock())  # depends on no key


# ---- codes ----


@pytest.fixture
def on(app, cast, context, clock):
    """Priya's account and her key, in a context of its own; the code of now is spent."""
    account, nonce = db.session.get(Account, cast.priya.id), "n" * 64
    key = second_factor.secret(account, nonce)
    transact(second_factor.turn_on, account, nonce, app_shows(key, clock()), clock(), 0)
    return account, key


@pytest.mark.parametrize("steps, fits", [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_phones_clock_may_be_half_a_minute_off(on, clock, steps, fits):
    account, key = on
    now = clock.forward(minutes=5)
    code = app_shows(key, now + timedelta(seconds=30 * steps))
    try:
        transact(second_factor.spend_code, account, code, now)
        assert fits
    except WrongCode:
        assert not fits


def test_a_code_is_taken_once_and_none_before_it_after_it(on, clock):
    account, key = on
    with pytest.raises(WrongCode):
        transact(second_factor.spend_code, account, app_shows(key, clock()), clock())  # it set the second step up
    before = clock.forward(minutes=5)
    later = clock.forward(seconds=30)
    transact(second_factor.spend_code, account, app_shows(key, later), later)
    for code in (app_shows(key, later), app_shows(key, before)):
        with pytest.raises(WrongCode):
            transact(second_factor.spend_code, account, code, later)


def test_a_code_used_while_the_clock_ran_ahead_locks_nobody_out(on, clock):
    account, key = on
    ahead = clock.forward(days=365)
    transact(second_factor.spend_code, account, app_shows(key, ahead), ahead)
    now = clock.forward(days=-364)
    transact(second_factor.spend_code, account, app_shows(key, now), now)
    with pytest.raises(WrongCode):
        transact(second_factor.spend_code, account, app_shows(key, now), now)


def test_of_simultaneous_tries_with_one_code_one_wins(app, cast, on, clock):
    account, key = on
    code, start = app_shows(key, clock.forward(minutes=1)), Barrier(8)

    def attempt(_number):
        with app.app_context():
            start.wait()
            try:
                transact(second_factor.spend_code, db.session.get(Account, account.id), code, clock())
                return 1
            except WrongCode:
                return 0

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(attempt, range(8))) == 1


def test_of_simultaneous_tries_with_one_recovery_code_one_wins(app, on, clock):
    account, _key = on
    code, start = transact(second_factor.renew_codes, account, clock())[0], Barrier(8)

    def attempt(_number):
        with app.app_context():
            start.wait()
            try:
                transact(second_factor.spend_recovery_code, db.session.get(Account, account.id), code, clock())
                return 1
            except WrongRecoveryCode:
                return 0

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(attempt, range(8))) == 1
    assert second_factor.codes_left(account) == 9


def test_a_recovery_code_is_read_as_people_write_it(on, clock, monkeypatch):
    account, _key = on
    monkeypatch.setattr(second_factor, "public_id", lambda: "olb2olb2olb2olb2")
    monkeypatch.setattr(second_factor, "CODES", 1)
    transact(second_factor.renew_codes, account, clock())
    transact(second_factor.spend_recovery_code, account, "0L8 2-01B2 OLB2\u2013olb2 ", clock())


def test_a_recovery_code_of_somebody_else_is_none(cast, on, clock):
    account, _key = on
    code = transact(second_factor.renew_codes, account, clock())[0]
    with pytest.raises(WrongRecoveryCode):
        transact(second_factor.spend_recovery_code, db.session.get(Account, cast.daniel.id), code, clock())


# ---- new ones, and off ----


def test_new_recovery_codes_end_the_old_ones(app, priya, clock):
    _key, old = set_up(priya, clock())
    page = priya.submit(priya.page(PAGE), "second-step/codes")
    assert page.h1 == "Your recovery codes" and not set(old) & {"".join(item.itertext()).strip() for item in page.all("li")}
    assert len(rows(app, RecoveryCode)) == 10 and told(app) == ["on", "codes"]
    off = priya.submit(priya.page(f"{PAGE}/off"), password=PASSWORD, code=old[0])
    assert off.status == 422 and "That code is not right" in off.text


@pytest.mark.parametrize("by", ["app", "recovery code"])
def test_off_needs_the_password_and_a_code(app, priya, clock, by):
    key, codes = set_up(priya, clock())
    now = clock.forward(minutes=1)
    code = f"{app_shows(key, now)[:3]} {app_shows(key, now)[3:]}" if by == "app" else codes[3].upper()
    page = priya.page(f"{PAGE}/off")
    assert "Password is not right" in priya.submit(page, password="not the password", code=code).text
    assert "That code is not right" in priya.submit(page, password=PASSWORD, code="000000").text
    assert stored(app).second_factor_at is not None
    assert priya.submit(page, password=PASSWORD, code=code).h1 == "Your details and sign-in"
    assert (stored(app).second_factor_at, stored(app).second_factor_nonce, rows(app, RecoveryCode)) == (None, "", [])
    assert told(app) == ["on", "off"]


def test_codes_cannot_be_guessed_there_either(app, priya, clock):
    key, _codes = set_up(priya, clock())
    page, now = priya.page(f"{PAGE}/off"), clock.forward(minutes=1)
    for number in range(10):
        priya.submit(page, password=PASSWORD, code=f"{number:06d}")
    assert (
        "Too many wrong codes." in priya.submit(page, password=PASSWORD, code=app_shows(key, now)).text
        and stored(app).second_factor_at is not None
    )


def test_whoever_runs_the_site_takes_it_away(app, priya, clock):
    set_up(priya, clock())
    run = app.test_cli_runner().invoke
    assert run(args=["take-second-step-away", "nobody@example.com"]).exit_code == 1
    assert run(args=["take-second-step-away", " PRIYA@example.com"]).exit_code == 0
    assert (
        stored(app).second_factor_at is None
        and told(app) == ["on", "taken"]
        and rows(app, SessionRow, SessionRow.account_id == stored(app).id) == []
    )
    assert run(args=["take-second-step-away", PRIYA]).exit_code == 1


# ---- the letter ----


@pytest.mark.parametrize("what", ["on", "off", "recovery", "codes", "taken", "taken-by-an-admin"])
def test_the_words_of_the_letter(cast, context, clock, what):
    account = db.session.get(Account, cast.priya.id)
    admin = {"by": cast.dana, "practice_id": cast.riverside.id} if what == "taken-by-an-admin" else {}
    left = {"left": 1} if what == "recovery" else {}
    transact(second_factor._tell, what.partition("-")[0], account, clock(), **admin, **left)
    letter = letter_to(PRIYA, "second_step")
    same_as_snapshot(f"second_step-{what}", letter)
    assert letter.sender_name == "Porchlight" and "@" not in letter.text


def test_what_a_practice_calls_itself_is_no_markup_in_it(cast, context, clock):
    transact(lambda: setattr(db.session.merge(cast.riverside), "name", "<b>R & S</b>"))
    transact(second_factor._tell, "taken", db.session.get(Account, cast.priya.id), clock(), by=cast.dana, practice_id=cast.riverside.id)
    letter = letter_to(PRIYA, "second_step")
    assert "an admin of <b>R & S</b> took" in letter.text and "<b>R" not in letter.html and "&lt;b&gt;R &amp; S" in letter.html
