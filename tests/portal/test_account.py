"""Your details and sign-in: password, address, language and zone, everywhere out."""

import pytest
from sqlalchemy import select

from portal import accounts, passwords
from portal.database import db, transact
from portal.mailed_links import LinkEnded
from portal.models import Account, MailedLink
from portal.seed import PASSWORD
from portal.signup import AlreadyHere
from tests.portal.post import link_of, mails, token_in

PRIYA, NEW_ADDRESS = "priya@example.com", "priya.shah@example.org"
NEW = "walrus teapot gravel"


@pytest.fixture
def priya(browse, cast):
    return browse(as_=cast.priya)


def stored(app, email=PRIYA) -> Account:
    with app.app_context():
        return db.session.scalar(select(Account).where(Account.email == email))


def test_the_page_shows_what_is_known(priya):
    page = priya.page("/account")
    for words in ("Priya Shah", "4 May 1987", "(416) 555-0117", PRIYA, "English", "Leo Shah, at Riverside Physiotherapy"):
        assert words in page.text


def test_it_leads_to_what_each_clinic_holds_and_says_who_changes_it(cast, browse, priya):
    """Somebody with a new mobile looks here first."""
    page = priya.page("/account")
    record = priya.page(page.links()["You, at Riverside Physiotherapy"])
    assert priya.page(record.links()["My details and messages"]).h1.startswith("My details")
    assert "call the clinic" not in page.text and "open it below to see and change it" in page.text
    assert "call the clinic: they look after your record" in browse(cast.daniel).page("/account").text, (
        "of whom no clinic keeps a record under this account"
    )


def test_a_signed_in_page_is_not_kept_by_anybody(priya):
    assert priya.get("/account").headers["Cache-Control"] == "no-store"


# ---- password ----


def test_a_new_password_needs_the_old_one(app, priya):
    answer = priya.submit(priya.page("/account/password"), password="not the password", new_password=NEW)
    assert answer.status == 422 and "Password is not right" in answer.text
    assert passwords.matches(stored(app).password_hash, PASSWORD) and mails(app) == []


def test_a_new_password_ends_the_other_sessions_and_is_told_by_mail(app, browse, cast, priya):
    elsewhere = browse(as_=cast.priya)
    before = priya.get_cookie("session").value
    answer = priya.submit(priya.page("/account/password"), password=PASSWORD, new_password=NEW)
    assert answer.h1 == "Your details and sign-in" and "Your password is changed." in answer.text
    assert passwords.matches(stored(app).password_hash, NEW)
    assert priya.get_cookie("session").value != before
    assert elsewhere.page("/account").h1 == "Sign in"
    assert [(mail.template, mail.to_address) for mail in mails(app)] == [("password_changed", PRIYA)]


def test_a_guessable_password_is_refused(priya):
    answer = priya.submit(priya.page("/account/password"), password=PASSWORD, new_password="Shah-Priya-1987")
    assert answer.status == 422 and "Choose a password that is harder to guess" in answer.text


def test_a_password_manager_knows_whose_password_it_is(priya):
    page = priya.page("/account/password")
    assert [field.get("value") for field in page.all("input", autocomplete="username")] == [PRIYA]
    assert [field.get("name") for field in page.all("input", autocomplete="new-password")] == ["new_password"]
    assert [field.get("name") for field in page.all("input", autocomplete="current-password")] == ["password"]


def test_password_managers_find_the_page(browse):
    answer = browse().get("/.well-known/change-password")
    assert (answer.status_code, answer.location) == (302, "/account/password")


# ---- address ----


def ask_address(browser, email=NEW_ADDRESS, password=PASSWORD):
    return browser.submit(browser.page("/account/email"), email=email, password=password)


def opened(app, browser):
    return browser.page(f"/confirm-address/{token_in(app, mails(app, 'address_change')[-1])}")


def test_a_new_address_needs_the_password(app, priya):
    answer = ask_address(priya, password="not the password")
    assert answer.status == 422 and "Password is not right" in answer.text and mails(app) == []


def test_nothing_changes_until_the_new_address_is_confirmed_by_its_button(app, priya):
    assert ask_address(priya).h1 == "Check your email"
    (mail,) = mails(app)
    assert (mail.template, mail.to_address) == ("address_change", NEW_ADDRESS)
    assert opened(app, priya).h1 == "Use your new email address?"
    assert stored(app) is not None and stored(app, NEW_ADDRESS) is None


def test_confirming_moves_the_sign_in_tells_both_and_ends_other_sessions(app, browse, cast, priya):
    elsewhere = browse(as_=cast.priya)
    ask_address(priya)
    answer = priya.submit(opened(app, priya))
    assert "You now sign in with priya.shah@example.org." in answer.text
    account = stored(app, NEW_ADDRESS)
    assert (account.email_key, stored(app)) == (NEW_ADDRESS, None)
    assert elsewhere.page("/account").h1 == "Sign in"
    told = mails(app, "address_changed")
    assert [mail.to_address for mail in told] == [PRIYA, NEW_ADDRESS]
    assert len({mail.dedupe_key for mail in told}) == 2


def test_the_old_address_opens_nothing_any_more(app, browse, cast, priya):
    stranger = browse()
    stranger.submit(stranger.page("/forgot"), email=PRIYA)
    reset = token_in(app, mails(app, "reset")[0])
    ask_address(priya)
    priya.submit(opened(app, priya))
    assert stranger.page(f"/new-password/{reset}").status == 410


def test_a_stranger_with_the_link_gets_nothing(app, browse, cast, priya):
    """The new address was mistyped, and whoever has that mailbox presses the button: it stays the owner's account."""
    ask_address(priya)
    assert opened(app, browse()).h1 == "Sign in"
    answer = opened(app, browse(as_=cast.daniel))
    assert answer.status == 404 and NEW_ADDRESS not in answer.html
    with app.app_context(), pytest.raises(accounts.NotYourLink):
        transact(accounts.confirm_address, cast.daniel, link_of(app, mails(app)[0]).id, app.config["CLOCK"](), 0)
    assert stored(app) is not None


def test_no_sign_in_page_carries_the_token(app, browse, cast, priya):
    ask_address(priya)
    token = token_in(app, mails(app)[0])
    assert token not in opened(app, browse()).response.request.full_path


def test_a_newer_question_replaces_the_older_link(app, priya):
    """Ask for an address of one's own, swap the question for somebody else's, press the first link: nothing foreign is confirmed."""
    ask_address(priya)
    first = mails(app)[0]
    token = token_in(app, first)
    ask_address(priya, "victim@example.com")
    answer = priya.page(f"/confirm-address/{token}")
    assert answer.status == 410 and answer.h1 == "We sent you a newer link"
    with app.app_context(), pytest.raises(LinkEnded):
        transact(accounts.confirm_address, stored(app), first.refs["link"], app.config["CLOCK"](), 0)


def test_what_is_confirmed_is_what_the_link_was_sent_to(app, cast, clock):
    with app.app_context():
        account = cast.priya
        link = transact(accounts.ask_address, account, NEW_ADDRESS, clock())
        transact(accounts.confirm_address, account, link.id, clock(), 0)
        assert db.session.get(Account, account.id, populate_existing=True).email == link.sent_to == NEW_ADDRESS


def test_the_addresses_left_behind_are_remembered(app, cast, clock):
    """Access that was taken away counts for the old mailbox too: see portal/own_reader.py."""
    with app.app_context():
        for email in (NEW_ADDRESS, "third@example.org", NEW_ADDRESS):
            link = transact(accounts.ask_address, cast.priya, email, clock.forward(hours=1))
            transact(accounts.confirm_address, cast.priya, link.id, clock(), 0)
        account = db.session.get(Account, cast.priya.id, populate_existing=True)
        assert account.former_keys == [PRIYA, "third@example.org"] and account.keys == {PRIYA, NEW_ADDRESS, "third@example.org"}


def test_an_address_that_has_an_account_is_told_to_nobody_but_its_owner(app, cast, clock, priya):
    def text(email):
        return ask_address(priya, email).text.replace(email, "…")

    assert text("daniel@example.com") == text("nobody@example.com")
    with app.app_context():
        link = transact(accounts.ask_address, cast.priya, "daniel@example.com", clock())
        with pytest.raises(AlreadyHere):
            transact(accounts.confirm_address, cast.priya, link.id, clock(), 0)
        assert db.session.get(MailedLink, link.id, populate_existing=True).used_at is None


def test_nobodys_mailbox_is_flooded(app, priya):
    for _ in range(3):
        assert ask_address(priya).status == 200
    answer = ask_address(priya)
    assert answer.status == 429 and "We have sent 3 messages." in answer.text


# ---- language and zone ----


def test_language_and_zone_are_ones_own(app, priya):
    answer = priya.submit(priya.page("/account/language"), language="fr", zone="America/Vancouver")
    account = stored(app)
    assert (account.language, account.zone) == ("fr", "America/Vancouver")
    assert answer.tree.get("lang") == "fr"
    priya.submit(priya.page("/account/language?lang=en"), language="en", zone="")
    assert stored(app).zone == ""


def test_zones_stand_by_city_in_their_part_of_the_world_and_ones_own_is_among_them(priya):
    priya.submit(priya.page("/account/language"), language="en", zone="Asia/Tokyo")
    groups = {group.get("label"): [option.text for option in group] for group in priya.page("/account/language?lang=en").all("optgroup")}
    assert list(groups) == ["Canada", "Elsewhere"]
    assert "St. John’s" in groups["Canada"] and "Tokyo" in groups["Elsewhere"]
    assert all(cities == sorted(cities) for cities in groups.values())
    assert priya.page("/account/language").form("")["zone"] == "Asia/Tokyo"


@pytest.mark.parametrize("changes", [{"zone": "Mars/Olympus"}, {"language": "xx"}])
def test_what_was_not_offered_is_refused(app, priya, changes):
    answer = priya.submit(priya.page("/account/language"), **{"language": "en", "zone": ""} | changes)
    assert answer.status == 422 and stored(app).language == "en"


# ---- everywhere ----


def test_signing_out_everywhere_means_everywhere(app, browse, cast, priya):
    elsewhere, daniel = browse(as_=cast.priya), browse(as_=cast.daniel)
    assert priya.submit(priya.page("/account"), "/sign-out-everywhere").h1 == "You are signed out"
    for browser in (priya, elsewhere):
        assert browser.page("/account").h1 == "Sign in"
    assert daniel.page("/account").h1 == "Your details and sign-in"


# ---- the short pages ----


@pytest.mark.parametrize(
    "path, h1",
    [("/privacy", "Privacy"), ("/terms", "Terms"), ("/help", "Help"), ("/accessibility", "Accessibility"), ("/", "Book an appointment")],
)
def test_anybody_may_read_how_this_works(browse, cast, path, h1):
    page = browse().page(path)
    assert page.h1 == h1 and "Set-Cookie" not in page.response.headers


def test_the_front_door_leads_strangers_to_the_practices_and_others_to_their_appointments(browse, cast, priya):
    assert browse().page("/").links()["Riverside Physiotherapy"] == "/at/riverside/"
    assert priya.get("/").location == "/appointments"
