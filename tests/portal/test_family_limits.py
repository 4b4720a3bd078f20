"""Nobody gives more than they have now, nor for longer; and no stranger writes to anybody under the clinic's name (MISSION F5, SAFETY §7)."""

from datetime import date, timedelta

import pytest

from portal import deciding, family, invitations, links
from portal.access import BOOK, CHANGE, GET_NOTICES, MANAGE_ACCESS, PERMISSIONS, SEE_DETAILS, SEE_TIMES
from portal.database import db, transact
from portal.models import Account, Invitation, Link, Practice
from portal.people import own_profile
from tests.portal.homes import change, fresh, give, lines, of_age
from tests.portal.invited import invite, row, rows
from tests.portal.post import mails

NAME = "Win a prize at http://evil.example"


def path(link, rest="") -> str:
    return f"/family/{link.public_id}{rest}"


def send(browser, link, email="granny@example.com", **fields):
    return browser.submit(browser.page(path(link, "/give")), **{"email": email, "relationship": "trusted", "level": "busy", **fields})


@pytest.fixture
def leo(cast):
    return cast.link("priya", "leo")


@pytest.fixture
def kirans(app, cast, clock, leo):
    """What the mother gave long before Leo turned 12; staff gave her back everything but the details after."""
    of_age(app, cast, cast.leo, 13, [[12, "narrow"]])
    change(app, leo, permissions=[SEE_TIMES, BOOK, CHANGE, MANAGE_ACCESS, GET_NOTICES], decided_on=clock().date())
    return give(app, cast.kiran, cast.leo, permissions=list(PERMISSIONS), given_by=cast.priya, decided_on=date(2020, 1, 1))


def test_what_an_age_step_took_comes_back_only_from_who_has_it(app, cast, browse, clock, leo, kirans):
    browser = browse(cast.priya)
    page = browser.page(path(leo, f"/people/{kirans.public_id}"))
    assert "Everything" not in page.text and "Only that Leo is busy, not what for" in page.text
    assert browser.submit(page, level="everything", may=["book"]).status == 422
    with app.app_context(), pytest.raises(links.NotYoursToDecide):
        mine, theirs = db.session.get(Link, leo.id), db.session.get(Link, kirans.id)
        transact(deciding.change, mine, theirs, [SEE_TIMES, SEE_DETAILS], clock())
    assert not lines(app, "step_answered")
    browser.submit(page, level="busy", may=["book"])
    assert fresh(app, kirans).permissions == [SEE_TIMES, BOOK]


# --- for no longer than one has it ---


@pytest.fixture
def daniels(app, cast, clock):
    """The father's access to Leo, with a last day."""
    link = cast.link("daniel", "leo")
    change(app, link, ends_on=clock().date() + timedelta(days=3))
    return fresh(app, link)


def test_who_has_access_until_a_date_gives_it_until_then_at_most(app, cast, browse, clock, daniels):
    browser = browse(cast.daniel)
    assert "Without a date it lasts as long as yours, until 13 December 2026." in browser.page(path(daniels, "/give")).text
    later = {"until-day": "14", "until-month": "12", "until-year": "2026"}
    assert "The last day must be 13 December 2026 or earlier, as yours is" in send(browser, daniels, **later).text
    send(browser, daniels)
    (found,) = rows(app, Invitation, Invitation.email_key == "granny@example.com")
    assert found.ends_on == daniels.ends_on
    with app.app_context(), pytest.raises(invitations.MayNotInvite):
        wanted = invitations.Wanted("aunt@example.com", "trusted", (SEE_TIMES,), ends_on=date(2027, 1, 1))
        transact(deciding.give, db.session.get(Link, daniels.id), wanted, clock())


def test_an_invitation_sent_before_the_last_day_was_set_is_not_for_ever(app, cast, clock):
    sent = invite(app, cast, "leo", "granny@example.com", "trusted", by=cast.link("daniel", "leo"))
    with app.app_context():
        assert invitations.is_still_meant(db.session.get(Invitation, sent.id), clock())
    change(app, cast.link("daniel", "leo"), ends_on=clock().date())
    clock.forward(minutes=6)
    with app.app_context():
        assert not invitations.is_still_meant(db.session.get(Invitation, sent.id), clock())
        with pytest.raises(invitations.MayNotInvite):
            transact(deciding.send_again, db.session.get(Link, cast.link("daniel", "leo").id), db.session.get(Invitation, sent.id), clock())


def test_who_is_given_more_ends_with_the_one_who_gives_it_and_who_is_given_less_does_not(app, cast, browse, daniels):
    weis = give(app, cast.wei, cast.leo, permissions=[SEE_TIMES, BOOK], given_by=cast.daniel, review_on=date(2027, 2, 1))
    browser = browse(cast.daniel)
    page = browser.page(path(daniels, f"/people/{weis.public_id}"))
    assert "Your own access ends after 13 December 2026. If you give Wei more than now, theirs ends then too." in page.text
    page = browser.submit(page, level="busy", may=[])
    assert fresh(app, weis).ends_on is None and not lines(app, "access_dated")
    browser.submit(browser.page(path(daniels, f"/people/{weis.public_id}")), level="busy", may=["book"])
    now = fresh(app, weis)
    assert (now.ends_on, now.review_on, now.permissions) == (daniels.ends_on, date(2027, 2, 1), [SEE_TIMES, BOOK])
    (line,) = lines(app, "access_dated")
    assert line.facts["as"] == "person" and line.account_id == cast.daniel.id


# --- letters in the clinic's name ---


@pytest.fixture
def stranger(app, cast, clock):
    """Somebody whose record the clinic has not confirmed: made by themselves, online."""
    with app.app_context():
        transact(lambda: own_profile(db.session.get(Account, cast.nadia.id), db.session.get(Practice, cast.riverside.id), clock()))
    return rows(app, Link, Link.account_id == cast.nadia.id, Link.practice_id == cast.riverside.id)[0]


def test_who_is_not_confirmed_writes_no_note_and_three_invitations_a_day(app, cast, browse, stranger):
    browser = browse(cast.nadia)
    assert "why" not in browser.page(path(stranger, "/give")).form()
    for number in range(3):
        send(browser, stranger, f"a{number}@example.com", why="Call me")
    assert (
        browser.submit(
            browser.page(path(stranger, "/give")), follow=False, email="a3@example.com", relationship="trusted", level="busy"
        ).status
        == 429
    )
    found = rows(app, Invitation, Invitation.invited_by_id == cast.nadia.id)
    assert len(found) == 3 and {one.why for one in found} == {""}


def test_no_note_of_theirs_goes_out_however_it_came(app, cast, clock, stranger):
    wanted = invitations.Wanted("a@example.com", "trusted", (SEE_TIMES,), why="Pay here")
    with app.app_context():
        assert transact(deciding.give, db.session.get(Link, stranger.id), wanted, clock()).why == ""


def test_neither_does_a_confirmed_childs_record_lend_them_its_name(app, cast, stranger):
    childs = give(app, cast.nadia, cast.leo, "parent")
    with app.app_context():
        assert family.is_unconfirmed(db.session.get(Link, childs.id)) and not family.is_unconfirmed(
            db.session.get(Link, cast.link("priya", "leo").id)
        )


@pytest.mark.parametrize(
    "note",
    ["Pay at https://evil.example", "See WWW.evil.example", "Write to me@evil.example", "It is at evil.example/pay", "Look at evil.com"],
)
def test_a_note_leads_nowhere(app, cast, browse, leo, note):
    page = send(browse(cast.priya), leo, why=note)
    assert page.status == 422 and "Write the note without a web or email address" in page.text and note in page.html
    assert not mails(app, "invitation")


def test_a_note_in_plain_words_goes_out(app, cast, browse, leo):
    send(browse(cast.priya), leo, why="For Tuesdays, e.g. at 10.30. Thanks.Priya")
    assert len(mails(app, "invitation")) == 1


@pytest.mark.parametrize("name", [NAME, "www.evil.example", "me@evil.example"])
@pytest.mark.parametrize("field", ["given_name", "family_name"])
def test_a_name_is_no_address(app, cast, browse, leo, field, name):
    for browser, address in ((browse(), "/at/riverside/sign-up"), (browse(cast.priya), "/at/riverside/add-person")):
        page = browser.page(address)
        page = page if page.status == 200 else browser.page("/sign-up?at=riverside")
        page = browser.submit(page, **{field: name})
        assert page.status == 422 and "Enter a name without a web address" in page.text


def test_names_of_people_are_names(app, cast, browse):
    for name in ("J.R.", "Anne-Marie", "O’Neil", "St. John", "Éloïse d'Arc"):
        page = browse(cast.priya)
        page = page.submit(page.page("/at/riverside/add-person"), given_name=name, family_name=name)
        assert "Enter a name without a web address" not in page.text


def test_sending_again_counts_too(app, cast, browse, clock, leo, monkeypatch):
    monkeypatch.setattr(deciding, "MOST_SENT", 3)
    send(browse(cast.priya), leo)
    (sent,) = rows(app, Invitation, Invitation.email_key == "granny@example.com")
    said = []
    for _turn in range(3):
        clock.forward(minutes=6)
        with app.app_context():
            try:
                transact(deciding.send_again, db.session.get(Link, leo.id), db.session.get(Invitation, sent.id), clock())
                said.append("sent")
            except deciding.TooManyInvitations:
                said.append("too many")
    assert said == ["sent", "sent", "too many"] and row(app, Invitation, sent.id).sent_count == 3


def test_one_address_gets_few_from_whomever_in_a_day(app, cast, clock, monkeypatch):
    monkeypatch.setattr(deciding, "MOST_TO_ONE", 2)
    theirs = [cast.link("priya", "leo"), cast.link("daniel", "anya"), cast.link("kiran", "kiran")]

    def write(link):
        with app.app_context():
            transact(
                deciding.give, db.session.get(Link, link.id), invitations.Wanted("Granny@Example.com", "trusted", (SEE_TIMES,)), clock()
            )

    write(theirs[0])
    write(theirs[1])
    with pytest.raises(deciding.NotToThisAddress):
        write(theirs[2])
    clock.forward(days=1, minutes=1)
    write(theirs[2])


def test_an_invitation_that_is_not_theirs_to_know_reads_like_an_address_that_got_many(app, cast, browse, leo, monkeypatch):
    invite(app, cast, "leo", "shelter@example.com", "parent")
    hidden = send(browse(cast.priya), leo, "shelter@example.com")
    assert hidden.status == 422 and "has an invitation already" not in hidden.text
    monkeypatch.setattr(deciding, "MOST_TO_ONE", 0)
    many = send(browse(cast.priya), leo, "other@example.com")
    sentence = "We cannot invite this address online at the moment. Try again tomorrow, or call the clinic."
    assert sentence in hidden.text and sentence in many.text
