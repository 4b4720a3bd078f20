"""Add user: an address, who they are, what they may do, a second check; the mail goes out and the list says so."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from portal import access, invitations
from portal.database import db, transact
from portal.models import Invitation, LedgerLine, Practice
from tests import mails
from tests.mails import outbox
from tests.portal.test_staff_portal_accounts import LEO, invite, row_of


@pytest.fixture
def form(cast):
    """The address of the page for Leo, who has no address in his contact details."""
    return f"{LEO.format(cast.leo.public_id)}/add"


def last(app) -> Invitation:
    with app.app_context():
        found = db.session.scalar(select(Invitation).order_by(Invitation.id.desc()))
        db.session.expunge_all()
        return found


def test_the_mother_is_invited_to_her_son_with_what_is_usual(cast, browse, app, clock, form):
    tom = browse(cast.tom, staff=True)
    done = tom.submit(tom.page(form), email=" Aunt@Example.com ", relationship="parent")
    assert "We sent an invitation to Aunt@example.com." in done.text and "Aunt@example.com" in row_of(done, "Parent Sent just now")
    one = last(app)
    assert (one.relationship, tuple(one.permissions), one.second_check) == ("parent", access.default_permissions("parent"), "")
    assert (one.invited_by_id, one.is_from_staff, one.ends_on, one.why) == (cast.tom.id, True, None, "")
    with app.app_context():
        assert [mail.to_address for mail in outbox("invitation")] == ["Aunt@example.com"]
        assert db.session.scalar(select(LedgerLine.account_id).where(LedgerLine.verb == "invited")) == cast.tom.id


def test_what_they_may_do_can_be_chosen_with_dates_and_a_line(cast, browse, app, form):
    tom = browse(cast.tom, staff=True)
    chosen = {
        "how": "chosen",
        "level": "busy",
        "book": "y",
        "ends_on": "2027-06-30",
        "review_on": "2027-03-01",
        "why": "As we said\non the phone",
    }
    page = tom.page(form)
    values = {name: value for name, value in page.form().items() if name not in ("", *access.PERMISSIONS)}  # the ticks taken off
    tom.post(
        form,
        data={**values, "email": "aunt@example.com", "relationship": "trusted", "second_check": "code", **chosen},
        headers={"Origin": "http://localhost"},
    )
    one = last(app)
    assert (one.permissions, one.second_check, one.why) == (["see_times", "book"], "code", "As we said on the phone")
    assert (str(one.ends_on), str(one.review_on)) == ("2027-06-30", "2027-03-01")


def test_the_code_is_told_at_once(cast, browse, app, form):
    tom = browse(cast.tom, staff=True)
    done = tom.submit(tom.page(form), email="aunt@example.com", relationship="carer", second_check="code")
    with app.app_context():
        code = invitations.spoken_code(db.session.get(Invitation, last(app).id))
    assert f"We sent an invitation to aunt@example.com. Say this code on the telephone: {code}" in done.text


def test_the_address_of_the_contact_details_is_offered(cast, browse, app):
    tom, form = browse(cast.tom, staff=True), f"{LEO.format(cast.profile('maria').public_id)}/add"
    page = tom.page(form)
    assert "maria@example.comIn the contact details" in page.text
    wrong = tom.submit(page, relationship="carer")
    assert wrong.status == 422 and "Select an address" in wrong.text
    done = tom.submit(wrong, relationship="carer", whose="other", email="son@example.com")
    assert "We sent an invitation to son@example.com." in done.text
    refused = tom.submit(tom.page(form), relationship="self", whose="maria@example.com", email="ignored@example.com")
    assert refused.status == 409 and "This address can already book for this person." in refused.text


@pytest.mark.parametrize(
    "changes, words",
    [
        ({}, "Enter an email address"),
        ({"email": "nobody"}, "Enter an email address in the correct format, like name@example.com"),
        ({"email": "x@example.com"}, "Select who they are"),
        ({"email": "x@example.com", "relationship": "owner"}, "Select who they are"),
        ({"email": "x@example.com", "relationship": "parent", "ends_on": "soon"}, "Enter a day as year-month-day, like 2027-01-15"),
        ({"email": "x@example.com", "relationship": "parent", "ends_on": "2026-12-09"}, "Choose today or a later day"),
        (
            {"email": "x@example.com", "relationship": "parent", "ends_on": "2027-01-01", "review_on": "2027-01-02"},
            "This is after the last day of the access",
        ),
        ({"email": "x@example.com", "relationship": "parent", "why": "x" * 501}, "The line must be 500 characters or less"),
    ],
)
def test_errors_in_words_and_nothing_sent(cast, browse, app, form, changes, words):
    page = browse(cast.tom, staff=True)
    page = page.submit(page.page(form), **changes)
    assert page.status == 422 and words in page.text and page.html.count("<title>Error:") == 1
    assert page.form().get("email", "") == changes.get("email", "")
    assert last(app) is None


def test_a_slip_in_the_address_is_asked_about_once(cast, browse, app, form):
    tom = browse(cast.tom, staff=True)
    asked = tom.submit(tom.page(form), email="aunt@gmial.com", relationship="carer", why="Hello", second_check="code")
    assert "Did you mean gmail.com?" in asked.text and last(app) is None
    assert [one.get("value") for one in asked.all("button", name="sure")] == ["aunt@gmail.com", "aunt@gmial.com"]
    tom.submit(asked, sure="aunt@gmail.com")
    assert (last(app).email, last(app).why, last(app).second_check) == ("aunt@gmail.com", "Hello", "code")
    asked = tom.submit(tom.page(form), email="aunt@gmial.com", relationship="carer")
    tom.submit(asked, sure="aunt@gmial.com")
    assert last(app).email == "aunt@gmial.com"
    # Enter in the field presses the first button: what was typed since counts
    tom.submit(asked, email="aunt@outlook.com", sure="aunt@gmail.com")
    assert last(app).email == "aunt@outlook.com"


def test_the_address_of_somebody_else_is_asked_about_before_it_lets_them_into_a_record(cast, browse, app):
    """Walter's record must not open to Priya because his name was the first in the list."""
    tom, form = browse(cast.tom, staff=True), f"{LEO.format(cast.walter.public_id)}/add"
    asked = tom.submit(tom.page(form), whose="other", email="Priya@example.com", relationship="self")
    assert (
        asked.status == 422
        and "Priya@example.com is the address of Priya Shah in your records. Whoever reads it will sign in as Walter Brandt." in asked.text
    )
    assert last(app) is None
    again = tom.submit(asked, email="daniel@example.com", anyway="Priya@example.com")  # typed since: asked about anew
    assert again.status == 422 and "the address of Daniel Okafor" in again.text and last(app) is None
    tom.submit(again, anyway="daniel@example.com")
    assert (last(app).email, last(app).relationship) == ("daniel@example.com", "self")


def test_who_acts_for_somebody_is_not_asked_about(cast, browse, app):
    tom, form = browse(cast.tom, staff=True), f"{LEO.format(cast.walter.public_id)}/add"
    tom.submit(tom.page(form), whose="other", email="priya@example.com", relationship="carer")
    assert last(app).email == "priya@example.com"


def test_a_practitioner_reads_no_name_they_may_not_see(cast, browse, app):
    with app.app_context():
        mails.appointment(cast, "walter", datetime(2026, 12, 14, 13, tzinfo=UTC))
    maya = browse(cast.maya, staff=True)
    asked = maya.submit(
        maya.page(f"{LEO.format(cast.walter.public_id)}/add"), whose="other", email="daniel@example.com", relationship="self"
    )
    assert "daniel@example.com is the address of somebody else in your records." in asked.text and "Okafor" not in asked.text


def test_a_level_below_everything_does_not_decide_who_has_access(cast, browse, app, form):
    tom = browse(cast.tom, staff=True)
    chosen = {"email": "aunt@example.com", "relationship": "carer", "level": "busy", "manage_access": "y"}
    assert "Who does not see everything cannot decide" in tom.submit(tom.page(form), how="chosen", **chosen).text and last(app) is None
    tom.submit(tom.page(form), **chosen)  # the usual was chosen: what stands below does not count
    assert last(app).permissions == list(access.default_permissions("carer"))


def test_who_was_invited_already_is_sent_it_again_from_there(cast, browse, app, clock, form):
    public_id = invite(app, cast, "aunt@example.com")
    tom = browse(cast.tom, staff=True)
    told = tom.submit(tom.page(form), email="AUNT@example.com", relationship="parent")
    assert told.status == 409 and "This address has an invitation already. Send it again instead." in told.text
    assert told.links()["Delete it"].endswith(f"/{public_id}/delete") and told.html.count('href="#email"') == 1
    early = tom.submit(told, f"{public_id}/resend")
    assert "We sent it a moment ago. You can send it again from 10:05am." in early.text
    clock.forward(minutes=6)
    done = tom.submit(told, f"{public_id}/resend")
    assert "We sent the invitation to aunt@example.com again." in done.text and last(app).sent_count == 2


def test_a_child_is_offered_no_account_of_its_own(cast, browse, app, form):
    tom = browse(cast.tom, staff=True)
    page = tom.page(form)
    assert "Leo is too young for an account of their own; that is possible from 16." in page.text
    assert "self" not in [one.get("value") for one in page.all("input", name="relationship")]
    refused = tom.submit(page, email="leo@example.com", relationship="self")
    assert refused.status == 409 and "Invite a parent or guardian." in refused.text and last(app) is None


def test_the_birth_date_is_asked_only_where_it_is_known(cast, browse, app, form):
    tom = browse(cast.tom, staff=True)
    assert "Date of birth" in tom.page(form).text
    with app.app_context():
        leo = cast.leo
        transact(lambda: setattr(db.session.merge(leo), "born_on", None))
    page = tom.page(form)
    assert "birth_date" not in [one.get("value") for one in page.all("input", name="second_check")]
    assert tom.submit(page, email="x@example.com", relationship="parent", second_check="birth_date").status == 422


def test_a_role_that_may_not_invite_cannot(cast, browse, app, form):
    tom = browse(cast.tom, staff=True)
    page = tom.page(form)
    with app.app_context():
        transact(lambda: setattr(db.session.get(Practice, cast.riverside.id), "inviting_roles", ["admin", "practitioner"]))
    values = {**page.form(), "email": "x@example.com", "relationship": "parent"}
    assert tom.post(form, data=values, headers={"Origin": "http://localhost"}).status_code == 404
    assert last(app) is None
