"""The outstanding invitations of a practice: states, search, pages, sending again one or several; one passed on by hand, one deleted."""

from datetime import UTC, datetime, timedelta
from urllib.parse import unquote

import pytest
from sqlalchemy import func, select

from portal import mailed_links
from portal.database import db
from portal.models import Invitation, LedgerLine, MailedLink, OutboxMail
from tests import mails
from tests.portal.test_staff_people import statements
from tests.portal.test_staff_portal_accounts import change, invite

LIST = "/staff/riverside/invitations"
ORIGIN = {"Origin": "http://localhost"}


@pytest.fixture
def tom(cast, browse):
    return browse(cast.tom, staff=True)


@pytest.fixture
def five(app, cast, clock):
    """One in each state, by name; and two that wait for nobody."""
    now = clock()
    at = {
        name: invite(app, cast, f"{name}@example.com", second_check="code" if name == "locked" else "")
        for name in ("open", "expired", "locked", "refused", "taken", "gone")
    }
    for name, facts in {
        "expired": {"expires_at": now},
        "locked": {"tries": 5},
        "refused": {"refused_at": now},
        "taken": {"accepted_at": now},
        "gone": {"deleted_at": now},
    }.items():
        change(app, Invitation, at[name], **facts)
    return at


def shown(page) -> set[str]:
    return {name for name in ("open", "expired", "locked", "refused", "taken", "gone") if f"{name}@example.com" in page.html}


def one(app, public_id) -> Invitation:
    with app.app_context():
        found = db.session.scalar(select(Invitation).where(Invitation.public_id == public_id))
        db.session.expunge_all()
        return found


def test_what_waits_is_counted_and_told_apart_by_state(tom, five):
    page = tom.page(LIST)
    assert shown(page) == {"open", "expired", "locked", "refused"}
    tabs = [words for words, href in page.links().items() if href.startswith(LIST) and words[-1:].isdigit()]
    assert tabs == ["All 4", "Sent 1", "Expired 1", "Too many wrong answers 1", "Said it is not them 1"]
    for state in ("open", "expired", "locked", "refused"):
        only = tom.page(f"{LIST}?state={state}")
        assert shown(only) == {state} and [a.get("href") for a in only.all("a", aria_current="page")][1] == f"{LIST}?state={state}"
    assert shown(tom.page(f"{LIST}?state=odd")) == shown(page)


def test_the_state_of_a_statement_is_the_state_of_the_model(app, cast, browse, five, clock):
    for span in ({}, {"hours": 71, "minutes": 59}, {"minutes": 1}):
        clock.forward(**span)
        with app.app_context():
            waiting = db.session.scalars(select(Invitation).where(Invitation.accepted_at.is_(None), Invitation.deleted_at.is_(None))).all()
            said = {state: sum(one.state(clock()) == state for one in waiting) for state in ("open", "expired", "locked", "refused")}
        page = browse(cast.tom, staff=True).page(LIST)
        told = {"open": "Sent", "expired": "Expired", "locked": "Too many wrong answers", "refused": "Said it is not them"}
        assert all(f"{told[state]} {number}" in page.links() for state, number in said.items() if number)


def test_what_did_not_arrive_has_its_own_list(tom, five, app):
    """However the mail was lost: refused for good, or never written."""
    assert "Could not be delivered" not in "".join(tom.page(LIST).links())
    with app.app_context():
        for name, state in (("open", "failed"), ("expired", "aborted"), ("refused", "failed"), ("locked", "sent")):
            about = f"invitation:{db.session.scalar(select(Invitation.id).where(Invitation.public_id == five[name]))}"
            mails.change(db.session.scalars(select(OutboxMail).where(OutboxMail.about == about)).one(), state=state)
    assert "Could not be delivered 2" in tom.page(LIST).links()
    only = tom.page(f"{LIST}?state=undelivered")
    assert shown(only) == {"open", "expired"}
    assert shown(tom.page(f"{LIST}?state=undelivered&q=expi")) == {"expired"}


def test_all_of_a_page_are_ticked_without_a_script(tom, five):
    page = tom.page(LIST)
    assert not [box for box in page.all("input", name="which") if box.get("checked") is not None]
    ticked = tom.page(page.links()["Tick all on this page"].partition("#")[0])
    boxes = ticked.all("input", name="which")
    assert len(boxes) == 3 and all(box.get("checked") is not None for box in boxes) and "Untick all" in ticked.links()


def test_found_by_name_or_address(tom, five, app, cast):
    invite(app, cast, "nana@example.com", whom="anya")
    assert shown(tom.page(f"{LIST}?q=expi")) == {"expired"}
    only = tom.page(f"{LIST}?q=Shah+Anya")
    assert "nana@example.com" in only.html and shown(only) == set()
    assert "No invitation was found for “zz”." in tom.page(f"{LIST}?q=zz").text


def test_nobody_waits_is_a_sentence(tom):
    assert "No invitation waits for an answer." in tom.page(LIST).text


def test_one_is_sent_again_and_the_link_before_is_replaced(cast, browse, five, app, clock):
    clock.forward(hours=80)
    tom = browse(cast.tom, staff=True)
    before = one(app, five["expired"])
    done = tom.submit(tom.page(LIST), f"{five['expired']}/resend")
    assert done.h1 == "Leo Shah" and "We sent the invitation to expired@example.com again." in done.text
    after = one(app, five["expired"])
    assert (after.sent_count, after.state(clock())) == (before.sent_count + 1, "open")
    assert after.expires_at == clock() + timedelta(hours=72)
    with app.app_context():
        states = [
            link.state(clock())
            for link in db.session.scalars(select(MailedLink).where(MailedLink.invitation_id == after.id).order_by(MailedLink.id))
        ]
    assert states == ["replaced", "open"]


def test_who_sends_it_again_in_the_list_stays_there(tom, five, clock):
    clock.forward(minutes=6)
    there, token = f"{LIST}?state=expired", tom.page(LIST).form("again")["csrf_token"]
    for sent_from, lands in (
        (f"http://localhost{there}", there),
        ("http://localhost/account", "/accounts"),
        ("https://evil.example/", "/accounts"),
    ):
        headers = ORIGIN | {"Referer": sent_from}
        answer = tom.post(f"{LIST}/{five['expired']}/resend", data={"csrf_token": token}, headers=headers)
        assert answer.status_code == 302 and answer.location.endswith(lands)


def test_wrong_answers_are_forgiven_when_staff_send_it_again(tom, five, app, clock):
    clock.forward(minutes=6)
    tom.submit(tom.page(LIST), f"{five['locked']}/resend")
    assert (one(app, five["locked"]).tries, one(app, five["locked"]).state(clock())) == (0, "open")


def test_several_are_sent_again_at_once(tom, five, app, clock, cast):
    clock.forward(minutes=6)
    fresh = invite(app, cast, "fresh@example.com")
    page = tom.page(LIST)
    token = page.form("again")["csrf_token"]
    assert five["refused"] not in [box.get("value") for box in page.all("input", type="checkbox")]
    chosen = [five["open"], five["expired"], fresh, five["gone"], five["refused"], "nobodys"]
    done = tom.post(f"{LIST}/again", data={"csrf_token": token, "which": chosen}, headers=ORIGIN, follow_redirects=True).get_data(
        as_text=True
    )
    assert "2 invitations were sent again." in done and "2 were left out: they were sent a moment ago, or have ended." in done
    assert [one(app, public_id).sent_count for public_id in chosen[:4]] == [2, 2, 1, 1]
    nothing = tom.post(f"{LIST}/again", data={"csrf_token": token}, headers=ORIGIN, follow_redirects=True).get_data(as_text=True)
    assert "Tick the invitations to send again." in nothing


def test_fifty_on_a_page_in_a_fixed_number_of_statements(tom, app, cast):
    invite(app, cast)
    tom.page(LIST)
    few = statements(app, lambda: tom.page(LIST))
    for i in range(60):
        invite(app, cast, f"more{i}@example.com", second_check="code")
    first, second = tom.page(LIST), tom.page(f"{LIST}?page=2")
    assert [len(page.all("input", type="checkbox")) for page in (first, second)] == [50, 11]
    assert statements(app, lambda: tom.page(LIST)) == few <= 12


def test_the_link_is_shown_to_be_passed_on_by_hand(tom, five, app, clock):
    page = tom.page(f"{LIST}/{five['open']}/link")
    (field,) = page.all("input", id="link")
    address = field.get("value")
    assert address.startswith("https://booking.example/claim/") and field.get("readonly") is not None
    assert mailed_links_channel(app, address) == mailed_links.COPIED
    assert (
        "Whoever has it can take up the invitation for Leo Shah." in page.text
        and "It works until Sunday 13 December at 10am, once." in page.text
    )
    (letter,) = [href for words, href in page.links().items() if words == "Email the link yourself"]
    assert letter.startswith("mailto:open@example.com?subject=") and address in unquote(letter) and "Leo" not in unquote(letter)
    assert page.html.count("<svg") == 1
    before = one(app, five["open"])
    assert (before.sent_count, before.tries) == (1, 0)  # looking spends nothing


@pytest.mark.parametrize(
    "check, warned, printed",
    [
        ("", "Whoever has it can take up the invitation for Leo Shah.", ""),
        ("code", "Whoever has it and the code you say can take up", "The clinic gives you a code by telephone."),
        ("birth_date", "Whoever has it and knows the date of birth can take up", "You are asked for a date of birth."),
    ],
)
def test_the_paper_tells_what_is_asked_and_names_nobody(tom, app, cast, check, warned, printed):
    public_id = invite(app, cast, second_check=check)
    assert tom.page(LIST).links()["Print"] == f"{LIST}/{public_id}/link#paper"
    page = tom.page(f"{LIST}/{public_id}/link")
    (slip,) = page.all("section", aria_label="On paper")
    paper = " ".join("".join(slip.itertext()).split())
    assert warned in page.text and printed in paper and "Leo" not in paper and "aunt@" not in paper
    assert page.all("input", id="link")[0].get("value").removeprefix("https://") in paper and paper.endswith(printed)


def mailed_links_channel(app, address: str) -> str:
    with app.app_context():
        return mailed_links.channel(mailed_links.read(mailed_links.CLAIM, address.rpartition("/")[2]))


def test_the_link_shown_is_the_newest(tom, five, app, clock):
    shown_before, shown_after = None, None
    for _ in range(2):
        shown_before, shown_after = shown_after, tom.page(f"{LIST}/{five['open']}/link").all("input", id="link")[0].get("value")
        clock.forward(minutes=6)
        token = tom.page(LIST).form("again")["csrf_token"]
        tom.post(f"{LIST}/{five['open']}/resend", data={"csrf_token": token}, headers=ORIGIN)
    with app.app_context():
        states = [
            mailed_links.open_link(mailed_links.CLAIM, address.rpartition("/")[2]).state(clock()) for address in (shown_before, shown_after)
        ]
    assert states == ["replaced", "replaced"]
    address = tom.page(f"{LIST}/{five['open']}/link").all("input", id="link")[0].get("value")
    with app.app_context():
        assert mailed_links.open_link(mailed_links.CLAIM, address.rpartition("/")[2]).state(clock()) == "open"


def test_a_link_that_ended_is_not_passed_on(tom, five):
    expired = tom.page(f"{LIST}/{five['expired']}/link")
    assert "The link no longer works." in expired.text and not expired.all("input", id="link") and "Send again" in expired.text
    refused = tom.page(f"{LIST}/{five['refused']}/link")
    assert not refused.all("input", id="link") and "Send again" not in refused.text


@pytest.mark.parametrize("name", ["open", "expired", "locked", "refused"])
def test_any_that_waits_can_be_deleted(tom, five, app, clock, cast, name):
    asked = tom.page(f"{LIST}/{five[name]}/delete")
    assert (
        asked.h1 == "Delete this invitation?"
        and f"Invitation to {name}@example.com, for Leo Shah." in asked.text
        and one(app, five[name]).deleted_at is None
    )
    done = tom.submit(asked)
    assert f"The invitation to {name}@example.com is deleted." in done.text and done.h1 == "Leo Shah"
    gone = one(app, five[name])
    assert (gone.state(clock()), gone.deleted_by_id) == ("deleted", cast.tom.id)
    with app.app_context():
        working = select(func.count()).where(
            MailedLink.invitation_id == gone.id, MailedLink.revoked_at.is_(None), MailedLink.replaced_at.is_(None)
        )
        assert db.session.scalar(working) == 0
        assert db.session.scalar(select(LedgerLine.account_id).where(LedgerLine.verb == "invitation_deleted")) == cast.tom.id
    for page in ("link", "delete"):
        assert tom.get(f"{LIST}/{five[name]}/{page}").status_code == 404


@pytest.mark.parametrize("name", ["taken", "gone"])
def test_what_is_settled_has_no_pages(tom, five, name):
    assert {tom.get(f"{LIST}/{five[name]}/{page}").status_code for page in ("link", "delete")} == {404}


def test_practitioners_see_invitations_for_their_own_people(cast, browse, app, five):
    maya = browse(cast.maya, staff=True)
    assert shown(maya.page(LIST)) == set() and maya.get(f"{LIST}/{five['open']}/link").status_code == 404
    token = maya.page("/account").form("sign-out")["csrf_token"]
    maya.post(f"{LIST}/again", data={"csrf_token": token, "which": [five["open"]]}, headers=ORIGIN)
    assert one(app, five["open"]).sent_count == 1
    with app.app_context():
        mails.appointment(cast, "leo", datetime(2026, 12, 14, 13, tzinfo=UTC))
    assert "open" in shown(maya.page(LIST)) and maya.get(f"{LIST}/{five['open']}/link").status_code == 200


def test_the_other_practice_sees_its_own(cast, browse, five):
    for name in ("sylvie", "rose", "camille"):
        page = browse(getattr(cast, name), staff=True).page("/staff/beau-rivage/invitations")
        assert shown(page) == set()
