"""What a link and a birth date do not give: a person's own access, access that staff bounded, an invitation opened in another tab (SAFETY §2)."""

import json
from datetime import date, timedelta

import pytest

from portal import invitations, mailed_links
from portal.access import BOOK, GET_NOTICES, PAUSE, SEE_TIMES
from portal.claims import Circumstances, TheirsAlone, accept
from portal.database import db, transact
from portal.mailed_links import MAILED, RESET, LinkEnded
from portal.models import Account, Invitation, LedgerLine, Link, MailedLink, Practice, Profile, SessionRow
from tests.portal.invited import MIA, account_at, change, expire, invite, links_of, row, rows
from tests.portal.post import mails, token_in

BORN = {"born_on-day": "2", "born_on-month": "6", "born_on-year": "2010"}  # Leo, once he is sixteen
WALTERS = {"born_on-day": "11", "born_on-month": "10", "born_on-year": "1941"}
ALONE = "You act for this person, or did before. Their own access is for them alone."


@pytest.fixture
def leo(app, cast):
    """Sixteen, and at sixteen Riverside pauses what everybody else may do. Both parents' links are older than that."""
    change(app, Practice, cast.riverside.id, age_steps=[[16, PAUSE]])
    change(app, Profile, cast.leo.id, born_on=date(2010, 6, 2))
    for link in rows(app, Link, Link.profile_id == cast.leo.id):
        change(app, Link, link.id, decided_on=date(2020, 1, 1))
    return cast.leo


def daniels(app, cast) -> Link:
    (link,) = rows(app, Link, Link.profile_id == cast.leo.id, Link.account_id == cast.daniel.id)
    return link


def own_at(app, cast, email: str, **more):
    """An invitation to Leo himself. Whose account has access is not invited again: so access came after the invitation."""
    one = invite(app, cast, "leo", "leo.own@example.com", "self", **more)
    change(app, Invitation, one.id, email=email, email_key=email)
    change(app, MailedLink, one.link_id, sent_to=email)
    return one


def code_of(app, one) -> str:
    with app.app_context():
        return invitations.spoken_code(db.session.get(Invitation, one.id))


# ---- a person's own access ----


@pytest.mark.parametrize("revoked", [False, True])
@pytest.mark.parametrize(
    "check, email", [("", "daniel@example.com"), ("birth_date", "daniel@example.com"), ("code", "leo.own@example.com")]
)
def test_a_paused_parent_does_not_take_up_the_young_persons_own_invitation(app, cast, leo, browse, clock, check, email, revoked):
    before = daniels(app, cast)
    if revoked:
        change(app, Link, before.id, revoked_at=clock())
    one = own_at(app, cast, email, second_check=check)
    browser = browse(as_=cast.daniel)
    page = browser.page(one.mailed)
    if check:
        page = browser.submit(page, "/claim/check", **(BORN if check == "birth_date" else {"code": code_of(app, one)}))
    assert (page.status, page.h1) == (403, "This is for the person themselves") and ALONE in page.text
    assert "Leo" not in page.html and "Shah" not in page.html and "(416) 555-0134" in page.text
    asked = page.form("/claim/switch")
    answer = browser.post("/claim/accept", data={**asked, "invitation": one.public_id}, headers={"Origin": "http://localhost"})
    assert (
        answer.status_code == 403 and row(app, Invitation, one.id).accepted_at is None and row(app, MailedLink, one.link_id).used_at is None
    )
    after = row(app, Link, before.id)
    assert (after.permissions, after.decided_on, after.relationship) == (before.permissions, before.decided_on, "parent")
    assert len(rows(app, Link, Link.profile_id == leo.id, Link.account_id == cast.daniel.id)) == 1
    assert browser.submit(page, "/claim/switch").h1 == "Sign in", "who shares the browser changes the account"


def test_the_use_case_itself_refuses_them(app, cast, leo, clock):
    one = own_at(app, cast, "daniel@example.com")
    with app.app_context(), pytest.raises(TheirsAlone):
        transact(
            accept, db.session.get(Account, cast.daniel.id), Circumstances(db.session.get(MailedLink, one.link_id), MAILED, True), clock()
        )


def test_what_is_theirs_alone_hides_no_other_invitation(app, cast, leo, browse):
    own = own_at(app, cast, "daniel@example.com")
    walters = invite(app, cast, "walter", "daniel@example.com", "carer")
    browser = browse(as_=cast.daniel)
    page = browser.page("/claim/")
    assert page.h1 == "Book for Walter B. at Riverside Physiotherapy"
    done = browser.submit(page, "/claim/accept")
    assert "You can now book for Walter" in done.text and done.response.request.path.startswith("/for/")
    assert browser.page(f"/invitations/{own.public_id}").status == 403 and row(app, Invitation, walters.id).accepted_at


@pytest.mark.parametrize("check", ["", "birth_date"])
def test_a_birth_date_makes_nobody_of_another_address_the_person(app, cast, browse, check):
    """Nadia holds Walter's link and knows his birth date, as his family does."""
    one = invite(app, cast, "walter", "walter@example.com", "self", second_check=check)
    browser = browse()
    page = browser.page(one.mailed)
    if check:
        page = browser.submit(page, "/claim/check", **WALTERS)
    page = browser.page(page.links()["Sign in and connect"])
    page = browser.submit(page, email="nadia@example.com", password="porchlight demo 2026")
    assert page.h1 == "This invitation was sent to another address" and not page.all("fieldset") and "Walter" not in page.html
    browser.post("/claim/check", data={**page.form("/claim/switch"), **WALTERS}, headers={"Origin": "http://localhost"})
    browser.post("/claim/accept", data=page.form("/claim/switch"), headers={"Origin": "http://localhost"})
    assert row(app, Invitation, one.id).accepted_at is None and row(app, Invitation, one.id).tries == 0


def test_the_code_that_staff_said_to_them_does(app, cast, browse):
    one = invite(app, cast, "walter", "walter@example.com", "self", second_check="code")
    browser = browse(as_=cast.nadia)
    page = browser.submit(browser.page(one.copied), "/claim/check", code=code_of(app, one))
    browser.submit(page, "/claim/accept")
    assert row(app, Invitation, one.id).accepted_by_id == cast.nadia.id


# ---- twins: two mailboxes, one key ----


@pytest.mark.parametrize(
    "invited, is_theirs",
    [("straße@example.com", False), ("STRASSE@example.com", True), ("strasse@EXAMPLE.com", True), ("ｓtrasse@example.com", False)],
)
def test_an_invitation_to_a_twin_of_the_address_is_anothers(app, cast, browse, invited, is_theirs):
    change(app, Account, cast.nadia.id, email="strasse@example.com", email_key="strasse@example.com")
    one = invite(app, cast, email=invited)
    browser = browse(as_=cast.nadia)
    assert (browser.get(f"/invitations/{one.public_id}").status_code == 302) == is_theirs
    assert ("This invitation was sent to another address" != browser.page(one.mailed).h1) == is_theirs
    assert (one.public_id in browser.page("/family").html) == is_theirs


# ---- what staff have bounded ----


def taken_up(app, cast, browse, one) -> Link:
    browser = browse(as_=cast.daniel)
    page = browser.submit(browser.page(one.copied), "/claim/check", **BORN | {"born_on-year": "2018"})
    assert "You can now" in browser.submit(page, "/claim/accept").text
    return daniels(app, cast)


def told(app, link: Link) -> list[tuple]:
    verbs = ("access_changed", "access_dated", "step_answered")
    return [(line.verb, line.account_id, line.facts) for line in rows(app, LedgerLine, LedgerLine.link_id == link.id) if line.verb in verbs]


@pytest.mark.parametrize("later", [None, 400])
def test_a_persons_invitation_moves_none_of_the_dates(app, cast, browse, clock, later):
    on, dana_s = clock().date(), daniels(app, cast)
    change(app, Link, dana_s.id, permissions=[SEE_TIMES], ends_on=on + timedelta(days=5), review_on=on + timedelta(days=2))
    with app.app_context():
        priya = cast.link("priya", "leo")
    ends_on = on + timedelta(days=later) if later else None
    one = invite(app, cast, email="dan@example.com", by=priya, permissions=(SEE_TIMES, GET_NOTICES), ends_on=ends_on)
    link = taken_up(app, cast, browse, one)
    assert (link.id, link.ends_on, link.review_on) == (dana_s.id, on + timedelta(days=5), on + timedelta(days=2))
    facts = {"before": [SEE_TIMES], "after": [SEE_TIMES, GET_NOTICES], "as": "person"}
    assert told(app, link) == [("access_changed", cast.daniel.id, facts)]


@pytest.mark.parametrize(
    "ends, review, offered_end, offered_review, then_ends, then_review",
    [(5, 2, None, None, None, 2), (5, 2, 9, 7, 9, 2), (5, 7, 3, 2, 5, 2), (None, None, 9, 7, None, 7), (5, 2, 5, 2, 5, 2)],
)
def test_the_practice_lengthens_access_and_looks_no_later(
    app, cast, browse, clock, ends, review, offered_end, offered_review, then_ends, then_review
):
    def day(days):
        return days and clock().date() + timedelta(days=days)

    def said(days):
        return days and day(days).isoformat()

    change(app, Link, daniels(app, cast).id, permissions=[BOOK], ends_on=day(ends), review_on=day(review))
    one = invite(app, cast, email="dan@example.com", permissions=(BOOK,), ends_on=day(offered_end), review_on=day(offered_review))
    link = taken_up(app, cast, browse, one)
    assert (link.ends_on, link.review_on) == (day(then_ends), day(then_review))
    was = {"was_ends_on": said(ends)} if ends else {}
    moved = [("access_dated", cast.daniel.id, {"ends_on": said(then_ends), "review_on": said(then_review), "as": "person"} | was)]
    assert told(app, link) == (moved if (ends, review) != (then_ends, then_review) else [])


def test_an_age_step_that_an_invitation_answers_is_written_down(app, cast, leo, browse):
    one = invite(app, cast, email="daniel2@example.com", permissions=(SEE_TIMES,))
    browser = browse(as_=cast.daniel)
    browser.submit(browser.submit(browser.page(one.copied), "/claim/check", **BORN), "/claim/accept")
    facts = {"before": [], "after": [SEE_TIMES], "as": "person", "age": 16}
    assert told(app, daniels(app, cast)) == [("step_answered", cast.daniel.id, facts)]


# ---- another invitation, opened in another tab meanwhile ----


SINCE = "You have opened another invitation since, so nothing was done."


def test_an_account_is_made_for_the_invitation_whose_form_was_read(app, cast, browse):
    """The form stands open; a link somebody else sent is opened meanwhile. Its owner would have got an account with these details."""
    mine, evil = invite(app, cast), invite(app, cast, "walter", "evil@example.com", "carer")
    browser = browse()
    browser.page(mine.mailed)
    page = browser.page("/claim/set-up")
    browser.page(evil.mailed)
    answer = browser.submit(page, **MIA)
    assert SINCE in answer.text and account_at(app, "evil@example.com") is account_at(app, "mia@example.com") is None
    browser.page(mine.mailed)
    assert browser.submit(browser.page("/claim/set-up"), **MIA).h1 == "Book for Leo S. at Riverside Physiotherapy"


def test_the_invitation_that_was_read_is_refused_and_no_other(app, cast, browse):
    first, second = invite(app, cast), invite(app, cast, "walter", "nadia@example.com", "carer")
    browser = browse()
    browser.page(first.mailed)
    page = browser.page("/claim/refuse")
    browser.page(second.mailed)
    assert SINCE in browser.submit(page).text
    assert row(app, Invitation, first.id).refused_at is row(app, Invitation, second.id).refused_at is None


def test_an_answer_is_no_try_at_another_invitation(app, cast, browse):
    first = invite(app, cast, second_check="birth_date")
    second = invite(app, cast, "walter", "nadia@example.com", "carer", second_check="birth_date")
    browser = browse()
    page = browser.page(first.mailed)
    browser.page(second.mailed)
    assert SINCE in browser.submit(page, "/claim/check", **BORN).text
    assert row(app, Invitation, first.id).tries == row(app, Invitation, second.id).tries == 0


def test_no_new_link_is_sent_for_another_invitation(app, cast, browse):
    first, second = invite(app, cast), invite(app, cast, "walter", "nadia@example.com", "carer")
    expire(app)
    browser = browse()
    page = browser.page(first.mailed)
    browser.page(second.mailed)
    assert SINCE in browser.submit(page, "/claim/again").text and len(rows(app, MailedLink)) == 2


# ---- a leaked database ----


def kept(app) -> str:
    return json.dumps([each.data for each in rows(app, SessionRow)])


def test_no_session_holds_what_opens_an_invitation(app, cast, browse):
    one = invite(app, cast, email="nadia@example.com")
    signed_in, stranger = browse(as_=cast.nadia), browse()
    for browser, path in ((signed_in, one.copied), (stranger, one.mailed), (browse(as_=cast.nadia), f"/invitations/{one.public_id}")):
        browser.page(path)
    words = kept(app)
    assert str(one.link_id) in words
    assert all(half not in words for path in (one.mailed, one.copied) for half in path.split("/")[2].split("."))
    with pytest.raises(LinkEnded) as refused, app.app_context():
        mailed_links.open_link("claim", json.dumps([one.link_id, row(app, MailedLink, one.link_id).nonce, "mailed"]))
    assert refused.value.facts["state"] == "forged"
    signed_in.submit(signed_in.page("/claim/"), "/claim/accept")
    assert cast.leo.id in {link.profile_id for link in links_of(app, cast.nadia)}, "and the browser goes on all the same"


def test_no_session_holds_what_changes_a_password(app, cast, browse):
    browser = browse()
    browser.submit(browser.page("/forgot"), email="priya@example.com")
    token = token_in(app, mails(app, RESET)[0])
    assert browser.page(f"/new-password/{token}").h1 == "Choose a new password"
    assert all(half not in kept(app) for half in token.split("."))
