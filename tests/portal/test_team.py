"""Colleagues are invited, join with the address that was invited, get another role, leave; one admin is always left."""

import pytest
from sqlalchemy import select

from portal import mailed_links, team
from portal.access import ADMIN, FRONT_DESK, PRACTITIONER
from portal.database import db, transact
from portal.models import LedgerLine, MailedLink, OutboxMail, StaffInvitation, StaffMember
from tests.mails import letter_to
from tests.portal.homes import change
from tests.portal.invited import rows

TEAM = "/staff/riverside/settings/staff"


@pytest.fixture
def dana(browse, cast):
    return browse(as_=cast.dana, staff=True)


def invite(reader, email="nadia@example.com", role=FRONT_DESK):
    return reader.submit(reader.page(TEAM), "settings/staff", email=email, role=role)


def address(app) -> str:
    """The path in the newest invitation."""
    with app.app_context():
        link = db.session.scalar(select(MailedLink).where(MailedLink.purpose == "join").order_by(MailedLink.id.desc()).limit(1))
        return f"/join/{mailed_links.token(link)}"


def test_a_colleague_is_invited_and_joins_with_the_address_that_was_invited(app, browse, cast, dana):
    assert "We invite nadia@example.com." in invite(dana).html
    with app.app_context():
        letter = letter_to("nadia@example.com", "staff_invitation")
        assert (
            letter.subject == "Riverside Physiotherapy invites you to its staff pages"
            and "Your role: Front desk." in letter.text
            and "/join/" in letter.text
        )
    nadia = browse(as_=cast.nadia)
    page = nadia.page(address(app))
    assert page.h1 == "Work with Riverside Physiotherapy" and nadia.get("/staff/riverside/").status_code == 404, "looking lets nobody in"
    assert nadia.submit(page).h1.startswith("Today")
    (here,) = rows(app, StaffMember, StaffMember.account_id == cast.nadia.id)
    assert (here.role, here.left_at) == (FRONT_DESK, None)
    assert [line.facts["role"] for line in rows(app, LedgerLine, LedgerLine.verb == "staff_joined")] == [FRONT_DESK]
    assert nadia.page(address(app)).h1 == "This invitation has been used"


def test_another_account_cannot_take_it_up(app, browse, cast, dana):
    invite(dana)
    priya = browse(as_=cast.priya)
    page = priya.page(address(app))
    assert "The invitation went to another address" in page.text and "nadia" not in page.text
    answer = priya.post("/join/", data={"csrf_token": page.form("sign-out")["csrf_token"]}, headers={"Origin": "http://localhost"})
    assert answer.status_code == 403 and rows(app, StaffMember, StaffMember.account_id == cast.priya.id) == []
    assert rows(app, StaffInvitation)[0].accepted_at is None


def test_who_is_not_signed_in_signs_in_first_and_comes_back(app, browse, cast, dana):
    invite(dana)
    stranger = browse()
    page = stranger.page(address(app))
    assert page.links()["Sign in"].endswith("next=/join/") or "next=%2Fjoin%2F" in page.links()["Sign in"]
    back = stranger.submit(stranger.page(page.links()["Sign in"]), email="nadia@example.com", password="porchlight demo 2026")
    assert back.h1 == "Work with Riverside Physiotherapy" and back.form() is not None
    assert stranger.submit(back).h1.startswith("Today")


@pytest.mark.parametrize(
    "how, heading",
    [("again", "We sent you a newer invitation"), ("withdraw", "This invitation was taken back"), ("later", "This invitation has expired")],
)
def test_an_invitation_that_ended_says_why(app, browse, dana, clock, how, heading):
    invite(dana)
    old = address(app)
    clock.forward(minutes=6)
    if how == "later":
        clock.forward(hours=24)
    else:
        dana.submit(dana.page(TEAM), how)
    assert browse().page(old).h1 == heading
    assert browse().page("/join/not-ours").h1 == "This link does not work"


def test_it_is_not_sent_twice_in_a_row_nor_to_who_works_here(app, dana):
    invite(dana)
    assert "Wait 5 minutes before sending it again." in dana.submit(dana.page(TEAM), "again").html
    page = invite(dana, "tom@example.com")
    assert page.status == 409 and "Somebody with this address works here already." in page.text and 'value="tom@example.com"' in page.html
    assert len(rows(app, OutboxMail, OutboxMail.template == "staff_invitation")) == 1


def test_another_role_counts_on_the_next_page(app, browse, cast, dana):
    tom = browse(as_=cast.tom, staff=True)
    assert tom.get(TEAM).status_code == 404
    dana.submit(dana.page(f"{TEAM}/{cast.tom.public_id}"), role=ADMIN)
    assert tom.get(TEAM).status_code == 200
    (line,) = rows(app, LedgerLine, LedgerLine.verb == "staff_role_changed")
    assert (line.facts["before"], line.facts["after"], line.account_id) == (FRONT_DESK, ADMIN, cast.dana.id)


def test_who_left_sees_nothing_from_the_next_page_on_and_can_be_asked_back(app, browse, cast, dana):
    tom = browse(as_=cast.tom, staff=True)
    dana.submit(dana.page(f"{TEAM}/{cast.tom.public_id}"), "leave")
    assert tom.get("/staff/riverside/").status_code == 404
    invite(dana, "tom@example.com", PRACTITIONER)
    tom.submit(tom.page(address(app)))
    (here,) = rows(app, StaffMember, StaffMember.account_id == cast.tom.id, StaffMember.practice_id == cast.riverside.id)
    assert (here.role, here.left_at) == (PRACTITIONER, None)


def test_somebody_has_to_be_admin(app, cast, dana):
    page = dana.submit(dana.page(f"{TEAM}/{cast.dana.public_id}"), role=FRONT_DESK)
    assert "Somebody has to be admin." in page.html
    assert "Somebody has to be admin." in dana.submit(dana.page(f"{TEAM}/{cast.dana.public_id}"), "leave").html
    assert rows(app, StaffMember, StaffMember.account_id == cast.dana.id)[0].role == ADMIN


def test_two_admins_who_let_each_other_go_leave_one(app, context, cast):
    """The second is judged after the first."""
    tom, dana = (cast.staff(name) for name in ("tom", "dana"))
    change(app, tom, role=ADMIN)
    now = app.config["CLOCK"]()
    mine, theirs = db.session.get(StaffMember, dana.id), db.session.get(StaffMember, tom.id)
    transact(team.leave, mine, theirs, now)
    with pytest.raises(team.LastAdmin):
        transact(team.leave, theirs, mine, now)


def test_inviting_asks_for_the_password_again(app, browse, cast, clock):
    dana = browse(as_=cast.dana, staff=True)
    page = dana.page(TEAM)
    clock.forward(minutes=11)
    assert dana.submit(page, "settings/staff", email="x@example.com", role=ADMIN).h1 != "Staff"
    assert rows(app, StaffInvitation) == []


@pytest.mark.parametrize("how", ["leave", "role"])
def test_whom_an_admin_invited_does_not_come_in_when_that_admin_is_none_any_more(app, browse, cast, dana, how):
    change(app, cast.staff("tom"), role=ADMIN)
    invite(browse(as_=cast.tom, staff=True), role=ADMIN)
    if how == "leave":
        dana.submit(dana.page(f"{TEAM}/{cast.tom.public_id}"), "leave")
    else:
        dana.submit(dana.page(f"{TEAM}/{cast.tom.public_id}"), role=FRONT_DESK)
    assert browse(as_=cast.nadia).page(address(app)).h1 == "This invitation was taken back"
    assert rows(app, StaffInvitation)[0].withdrawn_at is not None and rows(app, StaffMember, StaffMember.account_id == cast.nadia.id) == []


def test_an_old_invitation_changes_the_role_of_nobody_who_works_here(app, browse, cast, dana):
    """Dana's address became the invited one: she stays the admin there has to be."""
    invite(dana)
    change(app, cast.nadia, email="other@example.com", email_key="other@example.com")
    change(app, cast.dana, email="nadia@example.com", email_key="nadia@example.com")
    page = dana.submit(dana.page(address(app)))
    assert page.status == 409 and "Somebody with this address works here already." in page.text
    assert rows(app, StaffMember, StaffMember.account_id == cast.dana.id)[0].role == ADMIN
