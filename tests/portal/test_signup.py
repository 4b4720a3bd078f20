"""Create your account → check your email → in. Known and unknown addresses walk the same path."""

from datetime import date

import pytest
from sqlalchemy import func, select

from portal import mailed_links, passwords, signup
from portal.database import db, transact
from portal.mailed_links import LinkEnded
from portal.models import Account, LedgerLine, Link, MailedLink, Practice, Profile, Registration, SessionRow, Signup
from portal.signup import AlreadyHere, TooManyMails, Wanted
from portal.seed import name_id
from tests.conftest import START
from tests.portal.post import code_in, link_of, mails, token_in

PASSWORD = "otter violin lantern"
MIA = {
    "given_name": "Mia",
    "family_name": "Roy",
    "born_on-day": "3",
    "born_on-month": "4",
    "born_on-year": "1990",
    "email": "mia@example.com",
    "phone": "416 555 0117",
    "password": PASSWORD,
}


def riverside(app, **facts):
    with app.app_context():
        practice = dict(
            slug="riverside",
            name="Riverside Physiotherapy",
            zone="America/Toronto",
            country="CA",
            phone="+14165550134",
            email="hello@riverside.example",
        )
        transact(lambda: db.session.add(Practice(**practice | facts)))


def sign_up(browser, path="/sign-up", **changes):
    return browser.submit(browser.page(path), **MIA | changes)


def rows(app, model, *where):
    with app.app_context():
        found = list(db.session.scalars(select(model).where(*where)))
        db.session.expunge_all()
        return found


# ---- the form ----


@pytest.mark.parametrize(
    "changes, sentence",
    [
        ({"given_name": " "}, "Enter your first name"),
        ({"family_name": ""}, "Enter your last name"),
        ({"given_name": "x" * 81}, "First name must be 80 characters or less"),
        ({"born_on-day": "", "born_on-month": "", "born_on-year": ""}, "Enter your date of birth"),
        ({"born_on-day": ""}, "Date of birth must include a day"),
        ({"born_on-month": ""}, "Date of birth must include a month"),
        ({"born_on-year": ""}, "Date of birth must include a year"),
        ({"born_on-day": "31", "born_on-month": "2"}, "Date of birth must be a real date"),
        ({"born_on-day": "x"}, "Date of birth must be a real date"),
        ({"born_on-day": "0003"}, "Date of birth must be a real date"),
        ({"born_on-month": "jui"}, "Date of birth must be a real date"),
        ({"born_on-year": "99999999999999999999"}, "Year must have 4 numbers, like 1987"),
        ({"born_on-year": "90"}, "Year must have 4 numbers, like 1987"),
        ({"born_on-year": "1990x"}, "Year must have 4 numbers, like 1987"),
        ({"born_on-year": "1850"}, "Date of birth must be a real date: check the year 1850"),
        ({"born_on-year": "2027"}, "Date of birth must be in the past"),
        ({"born_on-year": "2011"}, "You must be 16 or older to have your own account. Ask a parent to book for you."),
        ({"email": ""}, "Enter your email address"),
        ({"email": "mia@example"}, "Enter an email address in the correct format, like name@example.com"),
        ({"phone": "call me"}, "Enter a phone number, like 416 555 0117"),
        ({"password": ""}, "Enter a password"),
        ({"password": "tooshort"}, "Password must have 10 characters or more"),
        ({"password": "password123"}, "Choose a password that is harder to guess"),
        ({"password": "MiaRoy12345"}, "Choose a password that is harder to guess"),
    ],
)
def test_what_cannot_be_right_is_said_in_words_and_the_rest_is_kept(app, browse, changes, sentence):
    page = sign_up(browse(), **changes)
    assert page.status == 422
    assert "There is a problem" + sentence in page.text.replace("There is a problem ", "There is a problem")
    assert page.all("title")[0].text.startswith("Error: ")
    kept = page.form()
    assert kept["password"] == ""
    assert {name: value for name, value in kept.items() if name in MIA and name != "password"} == {
        name: " ".join(value.split()) for name, value in (MIA | changes).items() if name != "password"
    } | ({"phone": kept["phone"]})
    assert not mails(app) and not rows(app, Signup)


def test_somebody_is_old_enough_on_their_birthday_and_not_the_day_before(app, browse, clock):
    birthday = {"born_on-day": "10", "born_on-month": "12", "born_on-year": "2010"}  # sixteen today
    assert sign_up(browse(), **birthday).h1 == "Check your email"
    assert sign_up(browse(), **birthday | {"born_on-day": "11"}).status == 422


def test_the_month_of_birth_may_be_a_name(app, browse):
    assert sign_up(browse(), **{"born_on-month": "déc"}).h1 == "Check your email"
    (pending,) = rows(app, Signup)
    assert pending.born_on == date(1990, 12, 3)


def test_a_practice_may_choose_another_age(app, browse):
    riverside(app, youngest_account_years=14)
    assert sign_up(browse(), "/sign-up?at=riverside", **{"born_on-year": "2012"}).h1 == "Check your email"
    assert "You must be 14 or older" in sign_up(browse(), "/sign-up?at=riverside", **{"born_on-year": "2013"}).text


def test_the_page_wears_the_practice_it_came_from(app, browse):
    riverside(app)
    assert "Riverside Physiotherapy" in browse().page("/sign-up?at=riverside").html
    assert "Riverside Physiotherapy" in browse().page("/sign-up?next=/at/riverside/book/confirm%3Fwhat=x").html
    assert "Riverside" not in browse().page("/sign-up?at=nowhere").html


def test_looking_at_the_form_sets_no_cookie(app, browse):
    assert "Set-Cookie" not in browse().page("/sign-up").response.headers


@pytest.mark.parametrize(
    "path, back",
    [
        ("/at/riverside/book/confirm?what=x&with=any&at=1797000000&lang=fr", "/at/riverside/book/when?what=x&with=any&lang=fr"),
        ("/at/riverside/book/confirm", "/at/riverside/book/when"),
        ("/at/riverside/book/what", None),
        ("/privacy", None),
        ("//evil.example/at/riverside/book/confirm", None),
        ("https://evil.example/at/riverside/book/confirm", None),
        ("/at//evil.example/book/confirm", None),
        ("", None),
    ],
)
def test_who_came_with_a_time_can_go_back_to_the_times(app, browse, path, back):
    for way in ("/sign-up", "/sign-in"):
        page = browse().page(way, query_string={"next": path})
        assert [a.get("href") for a in page.all("a", class_="back")] == ([back] if back else [])


# ---- one mail, link and code ----


def test_a_new_address_gets_one_mail_and_no_account_yet(app, browse):
    page = sign_up(browse())
    assert page.h1 == "Check your email" and "mia@example.com" in page.text and "It works for 1 hour." in page.text
    (mail,) = mails(app)
    assert (mail.template, mail.to_address, mail.account_id) == ("verify", "mia@example.com", None)
    assert mail.refs == {"link": link_of(app, mail).id} and mail.dedupe_key == f"verify:{mail.refs['link']}"
    assert rows(app, Account) == []
    (pending,) = rows(app, Signup)
    assert passwords.matches(pending.password_hash, PASSWORD) and pending.phone == "+14165550117" and pending.born_on == date(1990, 4, 3)


def test_the_code_brings_them_straight_in_at_the_step_they_left(app, browse):
    riverside(app)
    browser = browse()
    page = sign_up(browser, "/sign-up?at=riverside&next=/privacy%3Fx=1")
    code = code_in(app, mails(app)[0])
    answer = browser.submit(page, follow=False, code=f" {code[:3]} {code[3:]} ")
    assert (answer.status, answer.response.location) == (302, "/privacy?x=1")
    (account,) = rows(app, Account)
    assert (account.email, account.email_key, account.name) == ("mia@example.com", "mia@example.com", "Mia Roy")
    (session,) = rows(app, SessionRow)
    assert session.account_id == account.id
    (profile,), (link,), (registration,) = rows(app, Profile), rows(app, Link), rows(app, Registration)
    assert profile.is_provisional and profile.born_on == date(1990, 4, 3)
    assert (link.relationship, link.account_id, link.profile_id) == ("self", account.id, profile.id)
    assert (registration.account_id, registration.profile_id, registration.accepted_at) == (account.id, profile.id, None)
    assert {line.verb for line in rows(app, LedgerLine)} == {"signed_up", "registered"}


def test_the_session_gets_a_new_id_when_the_visitor_becomes_somebody(app, browse):
    browser = browse()
    page = sign_up(browser)
    before = browser.get_cookie("session").value
    browser.submit(page, follow=False, code=code_in(app, mails(app)[0]))
    assert browser.get_cookie("session").value != before
    old = browse()
    old.set_cookie("session", before)
    assert old.get("/account").status_code == 302


def test_at_the_front_door_no_profile_is_made(app, browse):
    browser = browse()
    browser.submit(sign_up(browser), follow=False, code=code_in(app, mails(app)[0]))
    assert len(rows(app, Account)) == 1 and rows(app, Profile) == []


def test_a_practice_that_takes_nobody_new_gets_no_registration(app, browse, clock):
    riverside(app, closed_to_new_at=clock())
    browser = browse()
    browser.submit(sign_up(browser, "/sign-up?at=riverside"), follow=False, code=code_in(app, mails(app)[0]))
    assert len(rows(app, Account)) == 1 and rows(app, Registration) == []


def test_existing_profiles_are_never_matched_by_address_or_name(app, browse, clock):
    riverside(app)
    twin = dict(given_name="Mia", family_name="Roy", born_on=date(1990, 4, 3), email="mia@example.com", created_at=clock())
    with app.app_context():
        transact(lambda: db.session.add(Profile(practice_id=db.session.scalar(select(Practice.id)), **twin)))
    browser = browse()
    browser.submit(sign_up(browser, "/sign-up?at=riverside"), follow=False, code=code_in(app, mails(app)[0]))
    known, new = sorted(rows(app, Profile), key=lambda profile: profile.id)
    assert [link.profile_id for link in rows(app, Link)] == [new.id] and not known.is_provisional


def test_a_wrong_code_is_said_so_and_five_are_enough(app, browse, clock):
    browser = browse()
    page = sign_up(browser)
    right = code_in(app, mails(app)[0])
    wrong = f"{(int(right) + 1) % 1_000_000:06d}"
    assert "Enter the 6-digit code" in browser.submit(page, code="12 34").text
    for _ in range(5):
        assert "That code is not right. Check it and try again" in browser.submit(page, code=wrong).text
    ended = browser.submit(page, code=right)
    assert ended.status == 429 and "Wait 15 minutes" in ended.text and rows(app, Account) == []
    clock.forward(minutes=15)
    browser.submit(page, follow=False, code=right)
    assert len(rows(app, Account)) == 1


def test_a_code_that_ended_is_replaced_by_a_new_one_at_once(app, browse, clock):
    browser = browse()
    page = sign_up(browser)
    code = code_in(app, mails(app)[0])
    for _ in range(3):
        clock.forward(minutes=20)
        browser.page("/check-email")  # still there: the session is not idle
    answer = browser.submit(page, code=code)
    assert answer.status == 422 and "That code has expired. We sent a new one to mia@example.com" in answer.text
    browser.submit(answer, follow=False, code=code_in(app, mails(app)[-1]))
    assert len(rows(app, Account)) == 1


def test_a_code_belongs_to_one_signup_only(app, browse):
    mine, theirs = browse(), browse()
    page = sign_up(mine)
    sign_up(theirs, email="zoe@example.com")
    assert "That code is not right" in mine.submit(page, code=code_in(app, mails(app)[1])).text


# ---- again, and to another address ----


def test_sending_again_replaces_the_link_and_says_when(app, browse):
    browser = browse()
    page = sign_up(browser, zone="America/Toronto")
    first = token_in(app, mails(app)[0])
    old_code = code_in(app, mails(app)[0])
    again = browser.submit(page, "/check-email/again")
    assert "We sent it again at 10am." in again.text
    (second,) = mails(app)  # the one that still waited is taken back
    assert "We sent you a newer link" in browser.page(f"/confirm-email/{first}").text
    assert "That code is not right" in browser.submit(again, None, code=old_code).text
    browser.submit(again, None, follow=False, code=code_in(app, second))
    assert len(rows(app, Account)) == 1


def test_more_than_three_messages_in_ten_minutes_are_refused_in_words(app, browse, clock):
    browser = browse()
    page = sign_up(browser, zone="America/Toronto")
    for _ in range(2):
        assert "We sent it again" in browser.submit(page, "/check-email/again").text
    assert "We have sent 3 messages. Wait until 10:10am before asking again." in browser.submit(page, "/check-email/again").text
    assert len(rows(app, MailedLink)) == 3
    clock.forward(minutes=10)
    assert "We sent it again" in browser.submit(page, "/check-email/again").text


def test_nobodys_mailbox_is_flooded_from_many_places(app, browse):
    for place in range(14):
        sign_up_from(browse(), f"203.0.113.{place}")
    assert len(rows(app, MailedLink)) == 10


def sign_up_from(browser, place, **changes):
    browser.environ_base = {**browser.environ_base, "REMOTE_ADDR": place}
    return sign_up(browser, **changes)


def test_many_signups_from_one_place_are_stopped(app, browse):
    with app.app_context():
        for number in range(30):
            transact(begin, f"nobody{number}@example.com")
        with pytest.raises(TooManyMails):
            transact(begin, "mia@example.com")


def begin(email, doubtful=False, **changes):
    wanted = dict(
        email=email, password_hash="x", given_name="Mia", family_name="Roy", born_on=date(1990, 4, 3), phone="", language="en", zone=""
    )
    return signup.begin(Wanted(**wanted | changes), START, practice=None, visitor="", next_path="", network="here", doubtful=doubtful)


def test_a_mistyped_address_is_mended_without_typing_all_again(app, browse):
    browser = browse()
    page = sign_up(browser, email="mia@exampel.org")
    page = browser.submit(page, "/check-email/address", email="mia@example.com")
    assert "mia@example.com" in page.text
    (mail,) = mails(app)
    assert mail.to_address == "mia@example.com"
    browser.submit(page, None, follow=False, code=code_in(app, mail))
    (account,) = rows(app, Account)
    assert (account.email, account.given_name) == ("mia@example.com", "Mia") and passwords.matches(account.password_hash, PASSWORD)


def test_a_mended_address_must_be_an_address(app, browse):
    browser = browse()
    answer = browser.submit(sign_up(browser), "/check-email/address", email="mia@")
    assert answer.status == 422 and "Enter an email address in the correct format" in answer.text


@pytest.mark.parametrize("chosen, sent_to", [("mia@gmail.com", "mia@gmail.com"), ("mia@gmial.com", "mia@gmial.com")])
def test_a_likely_slip_is_asked_about_before_anything_is_sent(app, browse, chosen, sent_to):
    browser = browse()
    page = sign_up(browser, email="mia@gmial.com")
    assert "Did you mean gmail.com?" in page.text and mails(app) == []
    assert [b.text for b in page.all("button", name="email")] == ["Use mia@gmail.com", "Keep mia@gmial.com"]
    page = browser.submit(page, "/check-email/address", email=chosen)
    assert page.h1 == "Check your email"
    assert [mail.to_address for mail in mails(app)] == [sent_to]


def test_the_page_that_asks_is_a_question_and_says_which_time_is_held(app, browse, cast):
    browser = browse()
    when = browser.page(f"/at/riverside/book/when?what={name_id('service sport')}&with=any")
    confirm = browser.submit(when, "book/hold", at=when.all("button", name="at")[0].get("value"))
    page = sign_up(browser, confirm.response.request.full_path, email="mia@gmail.con")
    assert page.h1 == "Is your email address right?" and "is held until" in page.text
    assert "Did you mean gmail.com?" in page.text


def test_a_slip_while_mending_the_address_is_asked_about_too_and_only_once(app, browse):
    browser = browse()
    page = browser.submit(sign_up(browser), "/check-email/address", email="mia@gmail.con")
    assert "Did you mean gmail.com?" in page.text and [mail.to_address for mail in mails(app)] == ["mia@example.com"]
    assert browser.submit(page, "/check-email/address", email="mia@gmail.con").h1 == "Check your email"
    assert [mail.to_address for mail in mails(app)] == ["mia@gmail.con"]


# ---- the known address ----


def test_known_and_unknown_addresses_get_the_same_answer(app, browse, cast):
    def answer(email):
        response = browse_and_post(browse(), email)
        headers = {name: value for name, value in response.headers if name not in ("Set-Cookie", "Date")}
        return response.status_code, headers, response.get_data(as_text=True)

    assert answer("priya@example.com") == answer("nobody-here@example.com")


def browse_and_post(browser, email):
    values = browser.page("/sign-up").form()
    del values[""]
    return browser.post("/sign-up", data=values | MIA | {"email": email}, headers={"Origin": "http://localhost"})


def test_known_and_unknown_addresses_see_the_same_page_afterwards(app, browse, cast):
    def text(email):
        page = sign_up(browse(), email=email)
        return page.text.replace(email, "…"), page.status, sorted(page.links())

    assert text("priya@example.com") == text("nobody-here@example.com")


def test_known_and_unknown_addresses_cost_the_same_hashing(app, browse, cast, monkeypatch):
    calls = []
    real = passwords.hashed
    monkeypatch.setattr(passwords, "hashed", lambda password: calls.append(password) or real(password))
    sign_up(browse(), email="priya@example.com")
    sign_up(browse(), email="nobody-here@example.com")
    assert calls == [PASSWORD, PASSWORD]


def test_the_owner_of_a_known_address_is_told_by_mail(app, browse, cast):
    sign_up(browse(), "/sign-up?at=riverside&next=/at/riverside/book/confirm", email="PRIYA@example.com")
    (mail,) = mails(app)
    (pending,) = rows(app, Signup)
    assert (mail.template, mail.to_address, mail.account_id) == ("welcome_back", "priya@example.com", cast.priya.id)
    assert mail.refs == {"signup": pending.id} and pending.next_path == "/at/riverside/book/confirm"


def test_a_twin_of_a_known_address_sends_mail_to_the_known_one_only(app, browse, cast):
    sign_up(browse(), email="\uff50riya@example.com")  # a full-width p: another mailbox for the world, one account for us
    assert [mail.to_address for mail in mails(app)] == ["priya@example.com"]


def test_no_code_ever_opens_a_known_account(app, browse, cast):
    browser = browse()
    page = sign_up(browser, email="priya@example.com")
    with app.app_context():
        code = mailed_links.code(db.session.scalar(select(MailedLink)))
    answer = browser.submit(page, code=code)  # even the one in a million
    assert answer.status == 409 and answer.h1 == "You already have an account"
    assert browser.get("/account").status_code == 302


# ---- the link ----


def test_opening_the_link_changes_nothing_and_hides_the_token(app, browse):
    sign_up(browse())
    token = token_in(app, mails(app)[0])
    for method in ("get", "head"):
        answer = getattr(browse(), method)(f"/confirm-email/{token}")
        assert (answer.status_code, answer.location) == (302, "/confirm-email/")
    assert browse().get(f"/confirm-email/{token}", follow_redirects=True).status_code == 200
    assert rows(app, Account) == [] and rows(app, MailedLink)[0].used_at is None


def test_in_the_same_browser_one_button_confirms(app, browse):
    browser = browse()
    sign_up(browser, "/sign-up?next=/privacy")
    page = browser.page(f"/confirm-email/{token_in(app, mails(app)[0])}")
    assert page.h1 == "Confirm your email address" and not page.all("input", type="password")
    answer = browser.submit(page, follow=False)
    assert answer.response.location == "/privacy" and len(rows(app, Account)) == 1


def test_the_page_names_the_practice_and_not_the_person(app, browse):
    riverside(app)
    sign_up(browse(), "/sign-up?at=riverside")
    page = browse().page(f"/confirm-email/{token_in(app, mails(app)[0])}")
    assert "Riverside Physiotherapy" in page.text
    assert "Mia" not in page.html and "mia@example.com" not in page.html
    assert page.text.startswith("Confirm your email address Confirm it, and your account") and page.text.endswith(
        "close this page and nothing happens."
    )


def test_in_another_browser_the_password_chosen_at_signup_is_asked_for(app, browse):
    """Somebody registers your address with their password; you press the button in the mail: they must not be in (SAFETY §7)."""
    attacker = browse()
    sign_up(attacker, email="victim@example.com")
    victim = browse()
    page = victim.page(f"/confirm-email/{token_in(app, mails(app)[0])}")
    answer = victim.submit(page)
    assert answer.status == 422 and "Enter your password" in answer.text
    answer = victim.submit(page, password="not what was chosen")
    assert answer.status == 422 and rows(app, Account) == []


def test_the_right_password_in_another_browser_brings_the_held_time_along(app, browse):
    first = browse()
    keep_a_time(app, first, "owner-of-the-hold")
    sign_up(first, "/sign-up?next=/privacy")
    second = browse()
    page = second.page(f"/confirm-email/{token_in(app, mails(app)[0])}")
    answer = second.submit(page, follow=False, password=PASSWORD)
    assert answer.response.location == "/privacy"
    signed_in = [row for row in rows(app, SessionRow) if row.account_id]
    assert [row.data["visitor"] for row in signed_in] == ["owner-of-the-hold"]


def keep_a_time(app, browser, owner):
    """Give the browser a session as choosing a time does."""
    browser.submit(browser.page("/forgot"), email="x@example.com")
    with app.app_context():
        transact(lambda: setattr(db.session.scalar(select(SessionRow)), "data", {"visitor": owner}))


def test_five_wrong_passwords_at_the_link_are_enough(app, browse):
    sign_up(browse())
    other = browse()
    page = other.page(f"/confirm-email/{token_in(app, mails(app)[0])}")
    for _ in range(5):
        assert other.submit(page, password="not what was chosen").status == 422
    assert other.submit(page, password=PASSWORD).status == 429
    assert rows(app, Account) == []


def test_who_does_not_know_the_password_starts_again_with_their_own_details(app, browse):
    sign_up(browse(), email="victim@example.com", given_name="Mallory", password="mallory knows this one")
    victim = browse()
    page = victim.page(f"/confirm-email/{token_in(app, mails(app)[0])}")
    page = victim.page(page.links()["I do not know this password: start again with my own details"])
    assert "Mallory" not in page.html
    answer = victim.submit(page, follow=False, **MIA | {"given_name": "Vera", "email": "mallory@example.com"})
    assert answer.status == 302
    (account,) = rows(app, Account)
    assert (account.email, account.given_name) == ("victim@example.com", "Vera")
    assert passwords.matches(account.password_hash, PASSWORD) and not passwords.matches(account.password_hash, "mallory knows this one")


def test_the_browser_that_signed_up_is_told_when_another_one_confirmed(app, browse):
    first, second = browse(), browse()
    sign_up(first)
    second.submit(second.page(f"/confirm-email/{token_in(app, mails(app)[0])}"), follow=False, password=PASSWORD)
    assert first.page("/check-email").h1 == "You have already confirmed your email"


@pytest.mark.parametrize(
    "what_happened, status, sentence",
    [
        ("used", 410, "You have already confirmed your email."),
        ("replaced", 410, "We sent you a newer link"),
        ("expired", 410, "This link has expired It worked for 1 hour."),
        ("deleted", 410, "It is too old."),
        ("forged", 404, "Part of the address may be missing."),
    ],
)
def test_each_end_of_a_link_has_its_own_sentence(app, browse, clock, what_happened, status, sentence):
    browser = browse()
    page = sign_up(browser)
    token = token_in(app, mails(app)[0])
    if what_happened == "used":
        browser.submit(page, None, follow=False, code=code_in(app, mails(app)[0]))
    elif what_happened == "replaced":
        browser.submit(page, "/check-email/again")
    elif what_happened == "expired":
        clock.forward(minutes=60)
    elif what_happened == "deleted":
        with app.app_context():
            transact(signup.sweep, clock.forward(days=8))
    else:
        token = token[:-3] + "AAA"
    answer = browse().page(f"/confirm-email/{token}")
    assert answer.status == status and sentence in answer.text
    assert "mia" not in answer.text.lower()


def test_a_used_link_offers_what_the_reader_can_do_next(app, browse):
    browser = browse()
    page = sign_up(browser)
    token = token_in(app, mails(app)[0])
    browser.submit(page, None, follow=False, code=code_in(app, mails(app)[0]))
    (main,) = browser.page(f"/confirm-email/{token}").all("main")
    assert ["".join(a.itertext()) for a in main.iter() if a.get("href")] == ["Your appointments"]
    (main,) = browse().page(f"/confirm-email/{token}").all("main")
    assert ["".join(a.itertext()) for a in main.iter() if a.get("href")] == ["Sign in"]


def test_an_expired_link_sends_a_new_one_to_the_same_address(app, browse, clock):
    sign_up(browse())
    clock.forward(minutes=60)
    other = browse()
    page = other.page(f"/confirm-email/{token_in(app, mails(app)[0])}")
    answer = other.submit(page, "/again")
    assert answer.h1 == "We sent a new link" and "mia" not in answer.text.lower()
    (mail,) = mails(app)
    assert mail.to_address == "mia@example.com"
    page = other.page(f"/confirm-email/{token_in(app, mail)}")
    assert page.all("input", type="password"), "asking for a link does not make this the browser that signed up"


def test_a_link_for_another_purpose_opens_nothing(app, browse):
    sign_up(browse())
    assert browse().page(f"/new-password/{token_in(app, mails(app)[0])}").status == 404


def test_a_link_may_be_used_once(app, context, clock):
    link = transact(lambda: signup.send(begin_row().id, clock(), "here"))
    transact(signup.confirm, link.id, clock())
    with pytest.raises(LinkEnded) as ended:
        transact(signup.confirm, link.id, clock())
    assert ended.value.facts["state"] == "used"


def begin_row(email="mia@example.com"):
    return begin(email, doubtful=True)


def test_two_signups_with_one_address_make_one_account(app, context, clock):
    first, second = (transact(lambda: signup.send(begin_row().id, clock(), "here")) for _ in range(2))
    transact(signup.confirm, first.id, clock())
    with pytest.raises(AlreadyHere):
        transact(signup.confirm, second.id, clock())
    assert db.session.scalar(select(func.count()).select_from(Account)) == 1
    assert db.session.get(MailedLink, second.id, populate_existing=True).used_at is None


def test_the_account_is_bound_to_the_address_the_link_was_sent_to(app, context, clock):
    pending = transact(begin_row)
    link = transact(signup.send, pending.id, clock(), "here")

    def readdress_quietly():
        row = db.session.get(Signup, pending.id)
        row.email = row.email_key = "victim@example.com"

    transact(readdress_quietly)
    assert transact(signup.confirm, link.id, clock()).email == "mia@example.com"


def test_unfinished_signups_are_forgotten(app, context, clock):
    transact(begin_row)
    transact(signup.sweep, clock.forward(days=6))
    assert db.session.scalar(select(func.count()).select_from(Signup)) == 1
    transact(signup.sweep, clock.forward(days=1))
    assert db.session.scalar(select(func.count()).select_from(Signup)) == 0


@pytest.mark.parametrize(
    "zone, kept",
    [("America/Vancouver", "America/Vancouver"), ("Mars/Olympus", ""), ("UTC", ""), ("Etc/GMT+5", ""), ("../../etc/passwd", ""), ("", "")],
)
def test_only_a_real_time_zone_is_kept(app, browse, zone, kept):
    sign_up(browse(), zone=zone)
    assert rows(app, Signup)[0].zone == kept


def test_the_account_speaks_the_language_of_the_page(app, browse):
    browser = browse()
    browser.submit(browser.page("/sign-up?lang=fr"), **MIA)
    assert rows(app, Signup)[0].language == "fr"


@pytest.mark.parametrize(
    "target", ["//evil.example", "https://evil.example", "/\\evil.example", "https:evil", "javascript:alert(1)", "x" * 3000]
)
def test_the_way_back_never_leads_elsewhere(app, browse, target):
    browser = browse()
    values = browser.page("/sign-up").form()
    del values[""]
    browser.post("/sign-up", query_string={"next": target}, data=values | MIA, headers={"Origin": "http://localhost"})
    assert rows(app, Signup)[0].next_path == ""


def test_without_a_signup_there_is_nothing_to_check(app, browse):
    assert browse().page("/check-email").h1 == "Create your account"
