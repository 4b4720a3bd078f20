"""A forgotten password: one page for known and unknown, one link, one use."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import select

from portal import accounts, mailed_links, passwords
from portal.database import db, transact
from portal.evenly import SECONDS
from portal.mailed_links import LinkEnded
from portal.models import Account, LedgerLine, MailedLink, SessionRow
from portal.seed import PASSWORD
from tests.portal.post import link_of, mails, token_in

PRIYA = "priya@example.com"
NEW = "walrus teapot gravel"


def ask(browser, email=PRIYA, path="/forgot"):
    return browser.submit(browser.page(path), email=email)


def opened(app, browser, number=-1):
    return browser.page(f"/new-password/{token_in(app, mails(app, 'reset')[number])}")


def test_known_and_unknown_addresses_see_the_same_page(app, browse, cast):
    def text(email):
        page = ask(browse(), email)
        headers = {name: value for name, value in page.response.headers.items() if name not in ("Set-Cookie", "Content-Length")}
        return page.text.replace(email, "…"), page.status, headers

    assert text(PRIYA) == text("nobody@example.com")
    assert [(mail.to_address, mail.account_id) for mail in mails(app, "reset")] == [(PRIYA, cast.priya.id)]


def test_known_and_unknown_addresses_take_the_same_time(app, browse, cast, monkeypatch):
    waits = []
    monkeypatch.setattr("portal.evenly.time.sleep", waits.append)
    ask(browse())
    ask(browse(), "nobody@example.com")
    assert len(waits) == 2 and all(wait < SECONDS for wait in waits)


def test_the_mail_goes_to_the_address_on_record_not_to_its_twin(app, browse, cast):
    ask(browse(), "\uff50riya@example.com")
    assert [(mail.to_address, link_of(app, mail).sent_to) for mail in mails(app)] == [(PRIYA, PRIYA)]


def test_a_mailbox_that_only_shares_the_key_gets_nothing(app, browse, cast):
    """strasse@ and straße@ are two mailboxes and one key: the mail goes where the account is."""

    def move():
        priya = db.session.scalar(select(Account).where(Account.email == PRIYA))
        priya.email, priya.email_key = "straße@example.com", "strasse@example.com"

    with app.app_context():
        transact(move)
    ask(browse(), "strasse@example.com")
    assert [mail.to_address for mail in mails(app)] == ["straße@example.com"]


def test_the_link_lets_them_choose_a_new_password_and_signs_them_in(app, browse, cast):
    browser = browse()
    ask(browser, path="/forgot?next=/privacy")
    page = opened(app, browser)
    assert page.h1 == "Choose a new password" and "priya" not in page.text.lower()
    answer = browser.submit(page, follow=False, new_password=NEW)
    assert answer.response.location == "/privacy"
    assert browser.page("/account").h1 == "Your details and sign-in"
    with app.app_context():
        account = db.session.scalar(select(Account).where(Account.email == PRIYA))
        assert passwords.matches(account.password_hash, NEW) and not passwords.matches(account.password_hash, PASSWORD)
        assert "password_changed" in db.session.scalars(select(LedgerLine.verb).where(LedgerLine.account_id == account.id)).all()
    assert [mail.to_address for mail in mails(app, "password_changed")] == [PRIYA]


def test_every_other_session_ends(app, browse, cast):
    elsewhere, browser = browse(as_=cast.priya), browse()
    daniel = browse(as_=cast.daniel)
    ask(browser)
    browser.submit(opened(app, browser), follow=False, new_password=NEW)
    assert elsewhere.page("/account").h1 == "Sign in"
    assert daniel.page("/account").h1 == "Your details and sign-in"


def test_opening_the_link_spends_nothing(app, browse, cast):
    ask(browse())
    token = token_in(app, mails(app, "reset")[0])
    for method in ("head", "get", "get"):
        answer = getattr(browse(), method)(f"/new-password/{token}")
        assert (answer.status_code, answer.location) == (302, "/new-password/")
    assert link_of(app, mails(app, "reset")[0]).used_at is None


@pytest.mark.parametrize(
    "password, sentence", [("", "Enter a password"), ("short", "10 characters or more"), ("priyashah1987", "harder to guess")]
)
def test_a_password_that_will_not_do_spends_nothing(app, browse, cast, password, sentence):
    browser = browse()
    ask(browser)
    answer = browser.submit(opened(app, browser), new_password=password)
    assert answer.status == 422 and sentence in answer.text
    assert link_of(app, mails(app, "reset")[0]).used_at is None


def test_a_used_link_says_so(app, browse, cast):
    browser = browse()
    ask(browser)
    browser.submit(opened(app, browser), follow=False, new_password=NEW)
    answer = opened(app, browse())
    assert answer.status == 410 and answer.h1 == "This link has been used"


def test_a_newer_link_replaces_the_older(app, browse, cast):
    browser = browse()
    ask(browser)
    first = token_in(app, mails(app, "reset")[0])
    ask(browser)
    assert len(mails(app, "reset")) == 1, "the first was not sent yet: it is taken back"
    answer = browse().page(f"/new-password/{first}")
    assert answer.status == 410 and answer.h1 == "We sent you a newer link"
    assert opened(app, browse()).h1 == "Choose a new password"


def test_a_link_ends_after_an_hour_and_offers_a_new_one(app, browse, cast, clock):
    ask(browse())
    clock.forward(minutes=60)
    other = browse()
    answer = opened(app, other)
    assert answer.status == 410 and "This link has expired It worked for 1 hour." in answer.text
    assert other.submit(answer, "/again").h1 == "We sent a new link"
    assert opened(app, other).h1 == "Choose a new password"


def test_nobodys_mailbox_is_flooded_and_the_latest_link_works(app, browse, cast, clock):
    for _ in range(6):
        assert ask(browse()).h1 == "Check your email"
    with app.app_context():
        assert len(db.session.scalars(select(MailedLink)).all()) == 3
    assert opened(app, browse()).h1 == "Choose a new password"


def test_a_closed_account_gets_no_link(app, browse, cast, clock):
    with app.app_context():
        transact(lambda: setattr(db.session.scalar(select(Account).where(Account.email == PRIYA)), "closed_at", clock()))
    assert ask(browse()).h1 == "Check your email" and mails(app) == []


def test_a_changed_password_revokes_links_that_were_asked_for(app, browse, cast, clock):
    ask(browse())
    with app.app_context():
        transact(accounts.change_password, cast.priya, passwords.hashed(NEW), clock(), 0)
    answer = opened(app, browse())
    assert answer.status == 410 and "It was taken back" in answer.text


def test_of_32_simultaneous_tries_one_wins(app, cast, clock):
    with app.app_context():
        account = cast.priya
        link = transact(mailed_links.make, mailed_links.RESET, clock(), to=account.email, account=account)
    together = Barrier(8)

    def accept(number):
        with app.app_context():
            together.wait()
            try:
                transact(accounts.reset, link.id, f"hash {number}", clock())
                return number
            except LinkEnded as ended:
                assert ended.facts["state"] == "used"
                return None
            finally:
                db.session.remove()

    with ThreadPoolExecutor(8) as pool:
        winners = [number for number in pool.map(accept, range(32)) if number is not None]
    assert len(winners) == 1
    with app.app_context():
        assert db.session.scalar(select(Account.password_hash).where(Account.email == PRIYA)) == f"hash {winners[0]}"
    assert len(mails(app, "password_changed")) == 1


def test_the_session_of_the_reset_page_belongs_to_nobody_before_the_button(app, browse, cast):
    browser = browse()
    ask(browser)
    opened(app, browser)
    with app.app_context():
        assert db.session.scalars(select(SessionRow.account_id)).all() == [None]
