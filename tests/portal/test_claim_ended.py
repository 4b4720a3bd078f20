"""Used, replaced, expired, withdrawn, refused, locked, too old, forged: each its own sentence and next step (SAFETY §2)."""

from datetime import timedelta

import pytest
from itsdangerous import URLSafeSerializer

from portal import invitations, mailed_links
from portal.access import PERMISSIONS
from portal.database import db
from portal.models import Invitation, Link, MailedLink, Profile
from portal.seed import PASSWORD
from portal.sweep import sweep
from tests.portal.invited import change, delete, expire, invite, link_row, resend, row, rows, sent
from tests.portal.post import mails

SECRETS = ("Leo", "Shah", "Walter", "mia@example.com", "nadia@example.com", "mi…")


def silent(page) -> bool:
    """Whether the page tells nothing about the person, nor the address."""
    main = page.html[page.html.index("<main") :]
    return not any(secret in main for secret in SECRETS)


def accept(app, cast, browse, one):
    browser = browse(as_=cast.nadia)
    browser.submit(browser.page(one.mailed), "/claim/accept")
    return browser


def test_used(app, cast, browse):
    one = invite(app, cast, email="nadia@example.com")
    accepter = accept(app, cast, browse, one)
    page = browse().page(one.mailed)
    assert (page.status, page.h1) == (410, "This invitation has been used") and silent(page)
    assert "sign in with the account you used then" in page.text and page.links()["Sign in"].startswith("/sign-in")
    mine = accepter.page(one.mailed)
    assert "You have accepted it." in mine.text and mine.links()["Book an appointment"].startswith("/for/")
    assert "You have accepted it." not in browse(as_=cast.daniel).page(one.mailed).text


def test_replaced_and_the_new_one_works(app, cast, browse):
    one = invite(app, cast, email="nadia@example.com")
    new = resend(app, cast, one)
    page = browse().page(one.mailed)
    assert (
        (page.status, page.h1) == (410, "We sent you a newer link") and "Use the link in the latest message." in page.text and silent(page)
    )
    assert "Is there none? Call (416) 555-0134." in page.text
    accept(app, cast, browse, new)
    assert row(app, Invitation, one.id).accepted_by_id == cast.nadia.id
    assert browse().page(one.mailed).h1 == browse().page(new.mailed).h1 == "This invitation has been used"


def test_a_replaced_link_cannot_be_used_by_a_page_that_was_open(app, cast, browse):
    one = invite(app, cast, email="nadia@example.com")
    browser = browse(as_=cast.nadia)
    page = browser.page(one.mailed)
    resend(app, cast, one)
    assert browser.submit(page, "/claim/accept").h1 == "We sent you a newer link"
    assert row(app, Invitation, one.id).accepted_at is None


@pytest.mark.parametrize(
    "act, heading", [(delete, "This invitation was withdrawn"), (lambda app, *_: expire(app), "This invitation has expired")]
)
def test_what_happens_between_the_pages_is_said(app, cast, browse, act, heading):
    one = invite(app, cast, email="nadia@example.com")
    browser = browse()
    page = browser.page(one.mailed)
    page = browser.page(page.links()["Sign in and connect"])
    page = browser.submit(page, email="nadia@example.com", password=PASSWORD)
    act(app, cast, one)
    if heading.endswith("expired"):
        browser = browse(as_=cast.nadia)  # 73 hours later the session has ended too
        page = browser.page(one.mailed)
        assert page.h1 == heading
    else:
        assert browser.submit(page, "/claim/accept").h1 == heading
    assert row(app, Invitation, one.id).accepted_at is None


def test_expired_says_how_long_it_worked_and_a_new_link_goes_to_the_same_address(app, cast, browse, clock):
    one = invite(app, cast, email="nadia@example.com")
    expire(app)
    browser = browse()
    page = browser.page(one.mailed)
    assert (page.status, page.h1) == (410, "This invitation has expired") and silent(page)
    assert "It worked for 72 hours, until Sunday 13 December at 10am. We can send a new link to the same address." in page.text
    page = browser.submit(page, "/claim/again")
    assert "We sent a new link to the address that was invited." in page.text and silent(page) and page.h1 == "We sent you a newer link"
    *_old, mail = mails(app, "invitation")
    assert mail.to_address == "nadia@example.com" and mail.refs["link"] != one.link_id
    with app.app_context():
        new = sent(db.session.get(Invitation, one.id))
        assert db.session.get(MailedLink, new.link_id).expires_at == clock() + timedelta(hours=72)
    accept(app, cast, browse, new)
    assert row(app, Invitation, one.id).accepted_by_id == cast.nadia.id


def test_a_bulk_invitation_says_its_days(app, cast, browse):
    one = invite(app, cast)
    change(app, Invitation, one.id, life_hours=7 * 24)
    resend(app, cast, one)
    with app.app_context():
        new = sent(db.session.get(Invitation, one.id))
    expire(app, 8 * 24)
    assert "It worked for 7 days, until " in browse().page(new.mailed).text


def test_asking_again_and_again_is_refused_with_the_hour(app, cast, browse, clock):
    one = invite(app, cast)
    expire(app)
    browser = browse()
    page = browser.submit(browser.page(one.mailed), "/claim/again")
    count = len(rows(app, MailedLink))
    again = browser.submit(page, "/claim/again")
    assert "We sent it a moment ago. Wait until 11:05am before asking again." in again.text and len(rows(app, MailedLink)) == count
    for _n in range(4):
        clock.forward(minutes=6)
        page = browser.submit(page, "/claim/again")
    assert "We sent a new link" in page.text
    clock.forward(minutes=6)
    assert "We have sent it several times today. Use the latest message, or call the clinic." in browser.submit(page, "/claim/again").text
    assert len(rows(app, MailedLink)) == count + 4


def test_withdrawn(app, cast, browse):
    one = invite(app, cast)
    delete(app, cast, one)
    page = browse().page(one.mailed)
    assert (page.status, page.h1) == (410, "This invitation was withdrawn") and "(416) 555-0134" in page.text and silent(page)
    assert not mails(app, "invitation")


def test_a_withdrawn_one_sends_no_new_link(app, cast, browse):
    one = invite(app, cast)
    browser = browse()
    expire(app)
    page = browser.page(one.mailed)
    delete(app, cast, one)
    answer = browser.submit(page, "/claim/again")
    assert (
        answer.h1 == "This invitation was withdrawn"
        and "This invitation has ended already." in answer.text
        and not mails(app, "invitation")
    )


def test_a_locked_one_is_opened_again_by_staff_alone(app, cast, browse):
    one = invite(app, cast, second_check="birth_date")
    change(app, Invitation, one.id, tries=5)
    expire(app)
    browser = browse()
    page = browser.page(one.mailed)
    assert (page.status, page.h1) == (403, "We cannot confirm this is you") and silent(page)
    asked = {"csrf_token": browse().page("/forgot").form()["csrf_token"], "invitation": one.public_id}
    assert browser.post("/claim/again", data=asked, headers={"Origin": "http://localhost"}).status_code == 302
    assert len(rows(app, MailedLink)) == 1
    new = resend(app, cast, one)
    assert browse().page(new.mailed).h1 == "Set up online booking" and row(app, Invitation, one.id).tries == 0


@pytest.mark.parametrize("token", ["x.y", "WzEsIngiXQ.abc", "a" * 3000, "é.é"])
def test_forged(app, cast, browse, token):
    invite(app, cast)
    page = browse().page(f"/claim/{token}")
    assert (page.status, page.h1) == (404, "This link does not work") and "Part of the address may be missing." in page.text


def test_nothing_opened_at_all(app, cast, browse):
    assert browse().page("/claim/").h1 == "This link does not work"


@pytest.mark.parametrize("purpose", ["verify", "reset", "change_address"])
def test_a_link_for_something_else_opens_no_invitation(app, cast, browse, purpose):
    one = invite(app, cast)
    with app.app_context():
        link = db.session.get(MailedLink, one.link_id)
        token = mailed_links.tokens.sign(f"link.{purpose}", [link.id, link.nonce, "mailed"])
    assert browse().page(f"/claim/{token}").status == 404
    assert browse().page(one.mailed.replace("/claim/", "/new-password/")).status == 404


def test_a_leaked_database_opens_nothing(app, cast, browse):
    """Row id and nonce are known, the key is not; and the other way round."""
    one = invite(app, cast)
    link = link_row(app, one)
    guess = URLSafeSerializer("another key", salt="porchlight.link.claim").dumps([link.id, link.nonce, "mailed"])
    assert browse().page(f"/claim/{guess}").h1 == "This link does not work"
    with app.app_context():
        guess = mailed_links.tokens.sign("link.claim", [link.id, "guessed", "mailed"])
    assert browse().page(f"/claim/{guess}").h1 == "This link is too old"


def test_too_old_and_the_invitation_lives_on(app, cast, browse, clock):
    """The sweep forgets links long after their end; what waits for an answer can still be sent again."""
    one = invite(app, cast, email="nadia@example.com")
    expire(app, 24 * 94)
    with app.app_context():
        sweep(clock())
        assert not db.session.scalars(db.select(MailedLink)).all() and invitations.copied_address(db.session.get(Invitation, one.id)) == ""
    page = browse().page(one.mailed)
    assert (page.status, page.h1) == (410, "This link is too old") and silent(page)
    new = resend(app, cast, one)
    accept(app, cast, browse, new)
    assert row(app, Invitation, one.id).accepted_by_id == cast.nadia.id


# ---- what is no longer meant ----


def from_a_parent(app, cast, **more):
    with app.app_context():
        link = cast.link("priya", "leo")
    return link, invite(app, cast, email="nadia@example.com", relationship="trusted", by=link, **more)


@pytest.mark.parametrize(
    "facts",
    [
        {"permissions": ["see_times", "book"]},
        {"permissions": [name for name in PERMISSIONS if name != "get_notices"]},
        "revoked",
        "closed",
        "safe",
    ],
    ids=str,
)
def test_who_may_no_longer_give_access_has_not_given_it(app, cast, browse, facts, clock):
    link, one = from_a_parent(app, cast)
    browser = browse(as_=cast.nadia)
    page = browser.page(one.mailed)
    assert "Priya Shah asks you to help Leo S. with appointments." in page.text
    if facts == "revoked":
        change(app, Link, link.id, revoked_at=clock())
    elif facts == "closed":
        change(app, type(cast.priya), cast.priya.id, closed_at=clock())
    elif facts == "safe":
        change(app, Profile, cast.leo.id, safe_at=clock())
    else:
        change(app, Link, link.id, **facts)
    assert browser.submit(page, "/claim/accept").h1 == "This invitation was withdrawn"
    assert row(app, Invitation, one.id).accepted_at is None
    assert browser.get(f"/invitations/{one.public_id}").status_code == 404


def test_what_the_practice_sent_stands_though_whoever_sent_it_has_left(app, cast, browse, clock):
    one = invite(app, cast, email="nadia@example.com")
    change(app, type(cast.staff("dana")), cast.staff("dana").id, left_at=clock())
    accept(app, cast, browse, one)
    assert row(app, Invitation, one.id).accepted_by_id == cast.nadia.id


def test_a_record_that_was_merged_away_is_not_attached(app, cast, browse, clock):
    one = invite(app, cast, email="nadia@example.com")
    browser = browse(as_=cast.nadia)
    page = browser.page(one.mailed)
    change(app, Profile, cast.leo.id, merged_at=clock(), replaced_by_id=cast.anya.id)
    assert browser.submit(page, "/claim/accept").h1 == "This invitation was withdrawn"


def test_a_closed_account_cannot_accept(app, cast, browse, clock):
    one = invite(app, cast, email="nadia@example.com")
    browser = browse(as_=cast.nadia)
    page = browser.page(one.mailed)
    change(app, type(cast.nadia), cast.nadia.id, closed_at=clock())
    answer = browser.submit(page, "/claim/accept", follow=False)
    assert answer.response.location.startswith("/sign-in") and row(app, Invitation, one.id).accepted_at is None


def test_someone_who_accepted_for_themselves_does_not_open_it_for_another(app, cast, browse):
    """A used link gives nobody else anything, though they hold it and pass for signed in."""
    one = invite(app, cast, email="nadia@example.com")
    accept(app, cast, browse, one)
    before = links_there(app)
    browser = browse(as_=cast.daniel)
    assert browser.page(one.mailed).h1 == "This invitation has been used"
    token = browser.page("/forgot").form()["csrf_token"]
    answer = browser.post("/claim/accept", data={"csrf_token": token, "invitation": one.public_id}, headers={"Origin": "http://localhost"})
    assert answer.status_code == 410 and links_there(app) == before


def links_there(app) -> int:
    return len(rows(app, Link))
