"""Portal accounts on a person's page: who has access, who was invited, whom to contact first, and contacts kept apart."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from portal import invitations, links
from portal.database import db, transact
from portal.invitations import Wanted
from portal.models import Invitation, LedgerLine, Link, OutboxMail, Practice, Profile
from tests import mails
from tests.portal.test_staff_people import statements

LEO = "/staff/riverside/people/{}/accounts"


@pytest.fixture
def accounts(cast):
    return LEO.format(cast.leo.public_id)


def invite(app, cast, email="aunt@example.com", whom="leo", relationship="carer", by="dana", **facts) -> str:
    """The public id of a new invitation."""
    with app.app_context():
        wanted = Wanted(email, relationship, ("see_times", "book"), **facts)
        return transact(invitations.invite, cast.staff(by), getattr(cast, whom), wanted, app.config["CLOCK"]()).public_id


def change(app, model, public_id, **facts) -> None:
    with app.app_context():
        found = db.session.scalar(select(model).where(model.public_id == public_id))
        transact(lambda: [setattr(found, name, value) for name, value in facts.items()] and db.session.add(found))


def row_of(page, words: str) -> str:
    """The text of the table row in which the words stand."""
    rows = [" ".join("".join(row.itertext()).split()) for row in page.all("tr")]
    return next(row for row in rows if words in row)


def test_everybody_with_access_is_told_in_words(cast, browse, app, accounts):
    daniel = cast.link("daniel", "leo")
    change(app, Link, daniel.public_id, permissions=["see_times", "book"], ends_on=date(2027, 1, 31), review_on=date(2027, 1, 10))
    page = browse(cast.tom, staff=True).page(accounts)
    assert (page.h1, page.html.count("<title>Portal accounts – Leo Shah")) == ("Leo Shah", 1)
    hers, his = row_of(page, "priya@example.com"), row_of(page, "daniel@example.com")
    assert "Priya Shah" in hers and "Parent" in hers and "Sees everything, books, moves and cancels, decides who else has access." in hers
    assert "Gets them" in hers and "Made online" in hers
    assert "Sees only that Leo is busy, books." in his and "None" in his
    assert "Last day: Sunday 31 January" in his
    assert "To be checked on Sunday 10 January" in his
    assert "Portal accounts" in page.links()


def test_age_steps_and_ended_access_are_told(cast, browse, app, clock):
    with app.app_context():
        riverside = cast.riverside
        transact(lambda: setattr(db.session.get(Practice, riverside.id), "age_steps", [[12, "narrow"], [16, "pause"]]))
    change(app, Link, cast.link("priya", "anya").public_id, decided_on=date(2020, 1, 1))
    change(app, Link, cast.link("priya", "kiran").public_id, decided_on=date(2020, 1, 1))
    tom = browse(cast.tom, staff=True)
    anya = row_of(tom.page(LEO.format(cast.profile("anya").public_id)), "priya@example.com")
    assert "Sees only that Anya is busy, books, moves and cancels." in anya and "Narrowed Since Anya turned 12 on" in anya
    assert "Pauses on" in anya and "when Anya turns 16" in anya
    kiran = row_of(tom.page(LEO.format(cast.profile("kiran").public_id)), "priya@example.com")
    assert "Paused Sees and does nothing since Kiran turned 16" in kiran and "None" in kiran
    change(app, Link, cast.link("daniel", "anya").public_id, ends_on=date(2026, 12, 9))
    assert "Ended Wednesday 9 December" in row_of(tom.page(LEO.format(cast.profile("anya").public_id)), "daniel@example.com")


def test_every_state_of_an_invitation_has_its_words_and_its_menu(cast, browse, app, clock, accounts):
    now = clock()
    at = {
        name: invite(app, cast, f"{name}@example.com", second_check="birth_date" if name == "locked" else "")
        for name in ("open", "expired", "locked", "refused", "taken", "gone")
    }
    change(app, Invitation, at["open"], sent_at=now - timedelta(days=2), sent_count=3)
    change(app, Invitation, at["expired"], expires_at=now)
    change(app, Invitation, at["locked"], tries=5)
    change(app, Invitation, at["refused"], refused_at=now)
    change(app, Invitation, at["taken"], accepted_at=now)
    change(app, Invitation, at["gone"], deleted_at=now)
    page = browse(cast.tom, staff=True).page(accounts)
    told = {name: row_of(page, f"{name}@example.com") for name in at if name != "gone"}
    assert "gone@example.com" not in page.html
    assert (
        "Sent 2 days ago" in told["open"]
        and "Sent 3 times, on its way." in told["open"]
        and "Works until Sunday 13 December at 10am." in told["open"]
    )
    assert "Expired" in told["expired"] and "Worked until Thursday 10 December at 10am. Sent once." in told["expired"]
    assert "Too many wrong answers" in told["locked"] and "Said it is not them" in told["refused"] and "Account set up" in told["taken"]
    assert "Dana Wright" in told["open"]
    items = {
        name: [word for word in ("Send again", "Copy link", "Print", "Email the link yourself", "Delete invitation…") if word in told[name]]
        for name in told
    }
    assert items["open"] == ["Send again", "Copy link", "Print", "Email the link yourself", "Delete invitation…"]
    assert items["expired"] == items["locked"] == ["Send again", "Delete invitation…"]
    assert items["refused"] == ["Delete invitation…"] and items["taken"] == []


@pytest.mark.parametrize(
    "state, words",
    [
        ("sent", "delivered."),
        ("failed", "Could not be delivered"),
        ("held", "Waits for a mail server"),
        ("queued", "on its way."),
        ("sending", "on its way."),
    ],
)
def test_what_became_of_the_mail(cast, browse, app, accounts, state, words):
    invite(app, cast)
    with app.app_context():
        mail = mails.outbox("invitation")[-1]
        transact(lambda: setattr(db.session.get(OutboxMail, mail.id), "state", state))
    assert words in row_of(browse(cast.tom, staff=True).page(accounts), "aunt@example.com")


def test_the_code_to_say_stands_in_the_list(cast, browse, app, accounts):
    public_id = invite(app, cast, second_check="code")
    with app.app_context():
        code = invitations.spoken_code(db.session.scalar(select(Invitation).where(Invitation.public_id == public_id)))
    assert f"Say this code on the telephone: {code}" in row_of(browse(cast.tom, staff=True).page(accounts), "aunt@example.com")


def test_one_account_is_primary(cast, browse, app, accounts):
    tom, mine = browse(cast.tom, staff=True), cast.link("daniel", "leo").public_id
    done = tom.submit(tom.page(accounts), f"{mine}/primary")
    assert "Daniel Okafor is now whom you contact first." in done.text and "Primary" in row_of(done, "daniel@example.com")
    her = cast.link("priya", "leo").public_id
    done = tom.submit(done, f"{her}/primary")
    assert "Primary" in row_of(done, "priya@example.com") and "Make primary" in row_of(done, "daniel@example.com")


def test_contacts_are_kept_apart_and_no_more(cast, browse, app, accounts):
    tom = browse(cast.tom, staff=True)
    done = tom.submit(tom.page(accounts), "/safe")
    assert "Contacts are kept apart now." in done.text and "Contacts kept apart" in done.text
    assert "decides who else has access" not in row_of(done, "priya@example.com")
    with app.app_context():
        assert db.session.get(Profile, cast.leo.id).is_safe
        assert db.session.scalar(select(LedgerLine.account_id).where(LedgerLine.verb == "kept_safe")) == cast.tom.id
    asked = tom.page(done.links()["Stop keeping contacts apart…"])
    assert asked.h1 == "Stop keeping contacts apart?" and "Priya Shah, Daniel Okafor can then learn of each other again" in asked.text
    with app.app_context():
        assert db.session.get(Profile, cast.leo.id).is_safe, "looking changes nothing"
    done = tom.submit(asked)
    assert "Contacts are no longer kept apart." in done.text
    assert tom.page(accounts.replace("accounts", "safe")).h1 == "Leo Shah", "nothing to ask about"
    with app.app_context():
        assert not db.session.get(Profile, cast.leo.id).is_safe


def test_who_decides_is_said_as_it_is(cast, browse, app, accounts):
    """Leo has no account: he decides nothing yet. Kiran has one."""
    tom = browse(cast.tom, staff=True)
    assert "Only the practice will decide who has access." in tom.page(accounts).text
    kiran = LEO.format(cast.profile("kiran").public_id)
    assert "Only you and Kiran will decide who has access." in tom.page(kiran).text


@pytest.mark.parametrize("is_safe", [False, True])
def test_where_contacts_are_kept_apart_the_invitations_that_stay_open_are_listed(cast, browse, app, accounts, clock, is_safe):
    """Whoever turns it on sees at once what may still be taken up; a guardian's invitation cannot be then."""
    public_id = invite(app, cast)
    taken = invite(app, cast, "gone@example.com")
    change(app, Invitation, taken, refused_at=clock())
    with app.app_context():
        wanted = Wanted("friend@example.com", "trusted", ("see_times",))
        transact(invitations.invite, cast.link("priya", "leo"), cast.leo, wanted, clock())
        transact(links.keep_safe, cast.leo, is_safe, clock(), by=cast.staff("dana"))
    page = browse(cast.tom, staff=True).page(accounts)
    (listed,) = page.all("ul", aria_labelledby="standing")
    assert [" ".join("".join(one.itertext()).split()) for one in listed] == [
        "aunt@example.com Carer Delete for the invitation to aunt@example.com"
    ]
    assert f"/staff/riverside/invitations/{public_id}/delete" in page.html
    assert not browse(cast.tom, staff=True).page(LEO.format(cast.anya.public_id)).all("ul", aria_labelledby="standing")


def test_the_list_takes_as_many_statements_for_many_as_for_few(cast, browse, app, accounts):
    tom = browse(cast.tom, staff=True)
    invite(app, cast)
    tom.page(accounts)
    few = statements(app, lambda: tom.page(accounts))
    for i in range(8):
        invite(app, cast, f"more{i}@example.com", second_check="code")
    with app.app_context():
        for name in ("nadia", "kiran", "wei", "amara"):
            transact(links.grant, getattr(cast, name), cast.leo, "carer", ("book",), app.config["CLOCK"](), ground="", given_by=cast.priya)
    page = tom.page(accounts)
    assert "From Priya Shah" in row_of(page, "nadia@example.com") and "Sees only what they book, books." in row_of(
        page, "nadia@example.com"
    )
    assert statements(app, lambda: tom.page(accounts)) <= few + 1 <= 20  # one more: the names of who gave


def test_only_roles_that_may_invite_see_it(cast, browse, app, accounts):
    person = accounts.removesuffix("/accounts")
    with app.app_context():
        transact(lambda: setattr(db.session.get(Practice, cast.riverside.id), "inviting_roles", ["admin"]))
        mails.appointment(cast, "leo", datetime(2026, 12, 14, 13, tzinfo=UTC))
    for name in ("tom", "maya"):
        asker = browse(getattr(cast, name), staff=True)
        assert asker.get(accounts).status_code == asker.get("/staff/riverside/invitations").status_code == 404
        page = asker.page(person)
        assert "Portal accounts" not in page.links() and "Invitations" not in page.links()
    assert browse(cast.dana, staff=True).get(accounts).status_code == 200


def test_nobody_elses_staff_nor_former_staff_nor_another_ones_practitioner_gets_in(cast, browse, app, clock, accounts):
    public_id = invite(app, cast)
    theirs = f"{accounts}/{cast.link('daniel', 'leo').public_id}"
    with app.app_context():
        olivier = cast.staff("olivier")
        transact(lambda: setattr(db.session.get(type(olivier), olivier.id), "left_at", clock()))
        before = rows()
    looks = [accounts, f"{accounts}/add", theirs, f"{theirs}/end"]
    looks += [f"/staff/riverside/invitations/{public_id}/{page}" for page in ("link", "delete")]
    posts = [f"{accounts}/add", theirs, f"{theirs}/end", f"{theirs}/primary", accounts.replace("accounts", "safe")]
    posts += [f"/staff/riverside/invitations/{public_id}/{page}" for page in ("resend", "delete")]
    for name in ("sylvie", "rose", "olivier", "maya", "priya"):  # Leo never had an appointment with Maya
        asker = browse(getattr(cast, name), staff=True)
        token = browse().page("/forgot").form()["csrf_token"]
        for elsewhere in (lambda path: path, lambda path: path.replace("riverside", "beau-rivage")):
            assert {path: asker.get(elsewhere(path)).status_code for path in looks} == dict.fromkeys(looks, 404)
            data = {"csrf_token": token, "email": "x@example.com", "relationship": "parent", "safe": "1"}
            answers = {path: asker.post(elsewhere(path), data=data, headers={"Origin": "http://localhost"}).status_code for path in posts}
            assert answers == dict.fromkeys(posts, 404)
    with app.app_context():
        assert rows() == before


def rows() -> list:
    tables = (Link, Invitation, OutboxMail, Profile, LedgerLine)
    return [sorted(map(repr, db.session.execute(select(*model.__table__.columns)))) for model in tables]
