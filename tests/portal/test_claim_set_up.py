"""An account for who was invited: at the address the mail went to, or through a mail; what is there already is never touched (SAFETY §2, §7)."""

import re
from datetime import date
from urllib.parse import quote

import pytest
from sqlalchemy import event

from portal import claims, clock, letters, passwords
from portal.claims import CheckNeeded, Circumstances
from portal.database import db, transact
from portal.mailed_links import COPIED, MAILED
from portal.models import Account, Invitation, LedgerLine, Link, MailedLink, Profile, Registration, SessionRow, Signup
from portal.seed import PASSWORD
from portal.signup import Wanted
from tests.house.test_fuzz import NONSENSE
from tests.portal.invited import MIA, account_at, expire, invite, link_row, links_of, row, rows
from tests.portal.post import code_in, mails, token_in

BORN_1941 = {"born_on-day": "11", "born_on-month": "10", "born_on-year": "1941"}


def set_up(browser, one, path=None, follow=True, **changes):
    page = browser.page(path or one.mailed)
    return browser.submit(browser.page(page.links()["Set up my account"]), follow=follow, **MIA | changes)


def test_a_mailed_link_makes_the_account_at_its_address_and_signs_in(app, cast, browse, clock):
    one = invite(app, cast)
    browser = browse()
    page = set_up(browser, one)
    assert page.h1 == "Book for Leo S. at Riverside Physiotherapy" and "You are signed in as Mia Roy (mia@example.com)." in page.text
    account = account_at(app, "mia@example.com")
    assert (account.name, account.born_on, account.verified_at, account.phone) == ("Mia Roy", date(1990, 4, 3), clock(), "")
    assert passwords.matches(account.password_hash, MIA["password"])
    assert links_of(app, account) == [] and row(app, Invitation, one.id).accepted_at is None, "accepting is a step of its own"
    assert not rows(app, Profile, Profile.given_name == "Mia") and not rows(app, Registration, Registration.account_id == account.id)
    assert not mails(app, "verify") and [line.account_id for line in rows(app, LedgerLine, LedgerLine.verb == "signed_up")] == [account.id]
    page = browser.submit(page, "/claim/accept")
    assert "You can now book for Leo" in page.text
    assert [(link.profile_id, link.relationship) for link in links_of(app, account)] == [(cast.leo.id, "parent")]


def test_the_form_is_one_a_password_manager_can_save(app, cast, browse):
    one = invite(app, cast)
    browser = browse()
    page = browser.page(browser.page(one.mailed).links()["Set up my account"])
    (username,) = page.all("input", autocomplete="username")
    assert username.get("value") == "mia@example.com" and username.get("readonly") is not None
    assert [each.get("type") for each in page.all("input", autocomplete="new-password")] == ["password"]
    (form,) = [form for form in page.all("form") if any(each is username for each in form.iter())]
    assert any(each.get("autocomplete") == "new-password" for each in form.iter())
    assert browser.submit(page, follow=False, **MIA).status == 302, "success is a navigation"


def test_the_address_is_the_one_the_mail_went_to_whatever_is_sent(app, cast, browse):
    one = invite(app, cast)
    set_up(browse(), one, email="nadia2@example.com")
    assert account_at(app, "nadia2@example.com") is None and account_at(app, "mia@example.com")


def test_what_is_wrong_is_said_and_the_rest_kept(app, cast, browse):
    one = invite(app, cast)
    page = set_up(browse(), one, password="short", given_name="")
    assert page.status == 422 and "Enter your first name" in page.text and "Password must have 10 characters or more" in page.text
    assert page.form()["family_name"] == "Roy" and page.form()["password"] == "" and account_at(app, "mia@example.com") is None


def test_who_is_too_young_makes_no_account(app, cast, browse):
    page = set_up(browse(), invite(app, cast), **{"born_on-year": "2012"})
    assert page.status == 422 and "You must be 16 or older to have your own account." in page.text


def test_an_account_that_is_there_is_never_touched(app, cast, browse):
    """Takeover by invitation: whoever holds the link chooses no password for an account that exists."""
    one = invite(app, cast, email="nadia@example.com")
    before, sessions = repr_of(app, cast.nadia.id), len(rows(app, SessionRow, SessionRow.account_id == cast.nadia.id))
    browser = browse()
    page = set_up(browser, one, password="my own words now")
    assert page.status == 409 and "There is already an account with this address" in page.text
    assert page.links()["Sign in and connect"].startswith("/sign-in?next=/claim/accept")
    assert repr_of(app, cast.nadia.id) == before
    assert len(rows(app, SessionRow, SessionRow.account_id == cast.nadia.id)) == sessions and browser.get("/account").status_code == 302
    assert row(app, Invitation, one.id).accepted_at is None and link_row(app, one).used_at is None


def repr_of(app, account_id: int) -> list:
    account = row(app, Account, account_id)
    return [repr(getattr(account, column.key)) for column in Account.__table__.c]


@pytest.mark.parametrize("email", ["nadia@example.com", "NADIA@example.com", "ｎadia@example.com"])
def test_an_address_written_otherwise_is_the_same_address(app, cast, browse, email):
    before = repr_of(app, cast.nadia.id)
    one = invite(app, cast, email=email)
    assert set_up(browse(), one).status == 409 and repr_of(app, cast.nadia.id) == before


def test_no_password_changes_in_the_whole_flow(app, cast, browse):
    hashes = {account.id: account.password_hash for account in rows(app, Account)}
    for channel in ("mailed", "copied"):
        one = invite(app, cast, "leo" if channel == "mailed" else "anya", email="nadia@example.com")
        browser = browse()
        set_up(browser, one, getattr(one, channel), email="nadia@example.com", password="my own words now")
        page = browser.page(browser.page(one.mailed).links()["Sign in and connect"])
        page = browser.submit(page, email="nadia@example.com", password=PASSWORD)
        browser.submit(page, "/claim/accept")
    assert {account.id: account.password_hash for account in rows(app, Account)} == hashes
    assert {link.profile_id for link in links_of(app, cast.nadia)} >= {cast.leo.id, cast.anya.id}


def test_the_second_check_stands_before_the_form(app, cast, browse):
    one = invite(app, cast, "walter", relationship="self", second_check="birth_date")
    browser = browse()
    page = browser.page(one.mailed)
    assert browser.page("/claim/set-up").h1 == page.h1 == "Set up online booking"
    browser.post("/claim/set-up", data=MIA | page.form("/claim/check"))
    assert account_at(app, "mia@example.com") is None
    page = browser.submit(page, "/claim/check", **BORN_1941)
    page = browser.page(page.links()["Set up my account"])
    values = page.form()
    assert [values[name] for name in ("given_name", "family_name", *BORN_1941)] == ["Walter", "Brandt", *BORN_1941.values()], (
        "not asked twice"
    )


def test_nobody_is_named_on_the_form_before_anything_was_proven(app, cast, browse):
    one = invite(app, cast, "walter", relationship="self")
    browser = browse()
    browser.page(one.mailed)
    page = browser.page("/claim/set-up")
    assert "Walter" not in page.html and "Brandt" not in page.html and page.form()["given_name"] == ""


# ---- a link that was passed on by hand proves no mailbox ----


def test_a_copied_link_goes_through_a_mail(app, cast, browse):
    one = invite(app, cast)
    browser = browse()
    page = browser.page(one.copied)
    page = browser.page(page.links()["Set up my account"])
    assert "mia@example.com" not in page.html and page.form()["email"] == "", "who was handed a link is not told the address"
    page = browser.submit(page, **MIA, email="mia@example.com")
    assert page.h1 == "Check your email" and "Riverside Physiotherapy" in page.html and account_at(app, "mia@example.com") is None
    page = browser.submit(page, code=code_in(app, mails(app, "verify")[0]))
    assert page.h1 == "Book for Leo S. at Riverside Physiotherapy"
    account = account_at(app, "mia@example.com")
    assert not rows(app, Registration, Registration.account_id == account.id) and links_of(app, account) == []
    browser.submit(page, "/claim/accept")
    assert [link.profile_id for link in links_of(app, account)] == [cast.leo.id]


def test_a_copied_link_and_the_mail_opened_in_another_browser(app, cast, browse):
    """There the invitation was never opened; it waits for the address that has just been proven."""
    one = invite(app, cast)
    browser = browse()
    set_up(browser, one, one.copied, email="mia@example.com")
    other = browse()
    page = other.page(f"/confirm-email/{token_in(app, mails(app, 'verify')[0])}")
    page = other.submit(page, password=MIA["password"])
    assert page.h1 == "Book for Leo S. at Riverside Physiotherapy"


def test_a_copied_link_with_another_address_needs_the_second_check(app, cast, browse):
    one = invite(app, cast)
    browser = browse()
    page = set_up(browser, one, one.copied, email="eve@example.com")
    page = browser.submit(page, code=code_in(app, mails(app, "verify")[0]))
    assert page.h1 == "This invitation was sent to another address" and row(app, Invitation, one.id).accepted_at is None


def test_the_use_case_itself_refuses_a_copied_link(app, cast, browse, clock):
    one = invite(app, cast)
    wanted = Wanted("mia@example.com", "x", "Mia", "Roy", date(1990, 1, 1), "", "en", "")
    with app.app_context():
        how = Circumstances(db.session.get(MailedLink, one.link_id), COPIED, True)
        with pytest.raises(CheckNeeded):
            transact(claims.set_up, how, wanted, clock())
        transact(lambda: setattr(db.session.get(Invitation, one.id), "second_check", "birth_date"))
        with pytest.raises(CheckNeeded):
            transact(claims.set_up, Circumstances(how.link, MAILED, False), wanted, clock())
    assert account_at(app, "mia@example.com") is None


def answer_for(app, cast, browse, email: str, monkeypatch) -> dict:
    """Everything somebody outside can see of setting up with a copied link, and how much work it was."""
    one = invite(app, cast, email=email)
    browser, hashed, statements = browse(), [], []
    page = browser.page(browser.page(one.copied).links()["Set up my account"])
    with monkeypatch.context() as patch, app.app_context():
        real = passwords.hashed
        patch.setattr(passwords, "hashed", lambda text: (hashed.append(text), real(text))[1])

        def count(_connection, _cursor, statement, *_rest):
            statements.append(" ".join(statement.split()[:4]))

        event.listen(db.engine, "before_cursor_execute", count)
        try:
            first = browser.submit(page, follow=False, **MIA, email=email)
        finally:
            event.remove(db.engine, "before_cursor_execute", count)
    after = browser.page(first.response.location)
    body = re.sub(r'nonce="[^"]*"|name="csrf_token" value="[^"]*"', "", after.html).replace(email, "ADDRESS")
    headers = sorted((name, value) for name, value in first.response.headers if name not in ("Set-Cookie", "Date"))
    return {"status": first.status, "headers": headers, "body": body, "hashed": len(hashed), "statements": len(statements)}


def test_known_and_unknown_addresses_look_the_same_and_cost_the_same(app, cast, browse, monkeypatch):
    known = answer_for(app, cast, browse, "nadia@example.com", monkeypatch)
    unknown = answer_for(app, cast, browse, "nobody@example.com", monkeypatch)
    assert known == unknown and known["hashed"] == 1
    assert [mail.template for mail in mails(app) if mail.template != "invitation"] == ["welcome_back", "verify"]


def test_a_known_address_is_told_by_mail_and_comes_back_to_the_invitation(app, cast, browse):
    one = invite(app, cast, email="nadia@example.com")
    set_up(browse(), one, one.copied, email="nadia@example.com")
    (mail,) = mails(app, "welcome_back")
    with app.app_context():
        assert "/sign-in?next=/claim/" in letters.write(mail, clock.now()).text


def test_nobody_changes_a_copied_link_into_a_mailed_one(app, cast, browse):
    one = invite(app, cast)
    assert one.mailed != one.copied and one.mailed.split(".")[0] != one.copied.split(".")[0]
    mixed = one.mailed.split(".")[0] + "." + one.copied.split(".")[1]
    assert browse().page(mixed).status == 404


# ---- other ways in, with the invitation in hand ----


def test_a_forgotten_password_on_the_way(app, cast, browse):
    one = invite(app, cast, email="nadia@example.com")
    browser = browse()
    page = browser.page(browser.page(one.mailed).links()["Sign in and connect"])
    page = browser.page(page.links()["I forgot my password"])
    browser.submit(page, email="nadia@example.com")
    page = browser.page(f"/new-password/{token_in(app, mails(app, 'reset')[0])}")
    assert browser.submit(page, new_password="otter violin lantern").h1 == "Book for Leo S. at Riverside Physiotherapy"


def test_an_ordinary_sign_up_on_the_way_makes_no_second_record(app, cast, browse):
    one = invite(app, cast, "walter", relationship="self")
    browser = browse()
    page = browser.page(browser.page(one.mailed).links()["Sign in and connect"])
    page = browser.submit(browser.page(page.links()["Create an account"]), **MIA, email="mia@example.com", phone="")
    page = browser.submit(page, code=code_in(app, mails(app, "verify")[0]))
    assert page.h1 == "Book online at Riverside Physiotherapy"
    browser.submit(page, "/claim/accept")
    account = account_at(app, "mia@example.com")
    assert [(link.profile_id, link.is_self, link.primary_at is not None) for link in links_of(app, account)] == [
        (cast.walter.id, True, True)
    ]
    assert not rows(app, Registration, Registration.account_id == account.id)


def test_nonsense_is_answered_in_words(app, cast, browse):
    one = invite(app, cast, second_check="birth_date")
    browser, strange = browse(), browse(as_=cast.nadia)
    token = browser.page(one.mailed).form("/claim/check")["csrf_token"]
    strange.page(one.mailed)
    for n, nonsense in enumerate(NONSENSE):
        field = ("day", "month", "year")[n % 3]
        date_of_birth = {"born_on-day": "2", "born_on-month": "6", "born_on-year": "2018"} | {f"born_on-{field}": nonsense}
        data = {**MIA, **date_of_birth, "code": nonsense, "email": nonsense, "zone": nonsense, "csrf_token": token}
        for client in (browser, strange):
            for path, named in (("check", one.public_id), ("set-up", one.public_id), ("accept", one.public_id), ("accept", nonsense)):
                answer = client.post(f"/claim/{path}", data=data | {"invitation": named}, headers={"Origin": "http://localhost"})
                assert answer.status_code < 500
        quoted = quote(nonsense.replace("\0", "")[:2000], safe="")
        assert browse().get(f"/claim/{quoted}").status_code in (302, 404, 308)
    assert account_at(app, "mia@example.com") is None and row(app, Invitation, one.id).accepted_at is None


# ---- what leaves the browser ----


def test_no_page_carries_the_token_in_its_address_or_its_links(app, cast, browse):
    one = invite(app, cast, second_check="birth_date")
    token = one.mailed.split("/")[2]
    browser = browse()
    answer = browser.get(one.mailed)
    assert (
        token not in answer.location
        and answer.headers["Referrer-Policy"] == "same-origin"
        and answer.headers["Cache-Control"] == "no-store"
    )
    for path in ("/claim/", "/claim/refuse", "/claim/set-up"):
        page = browser.page(path)
        assert token not in page.html and page.response.headers["Cache-Control"] == "no-store"
    with app.app_context():
        assert not [each for each in db.session.scalars(db.select(Signup)) if token in each.next_path]


def test_the_account_of_an_ended_invitation_is_not_made(app, cast, browse):
    one = invite(app, cast)
    browser = browse()
    browser.page(one.mailed)
    page = browser.page("/claim/set-up")
    expire(app)
    late = browse()
    late.page(one.mailed)
    answer = late.post("/claim/set-up", data=MIA | page.form(), headers={"Origin": "http://localhost"})
    assert answer.status_code == 410 and account_at(app, "mia@example.com") is None
    assert rows(app, Link, Link.profile_id == cast.leo.id)
