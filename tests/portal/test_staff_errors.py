"""What staff read when a page says no: in their own frame, with a way back to Today, not on the patient's page."""

import pytest

from portal import invitations, links
from portal.errors import Busy
from portal.links import NotYoursToDecide
from tests.portal.test_staff_portal_accounts import LEO, invite

ORIGIN = {"Origin": "http://localhost"}


def in_staff_frame(page) -> bool:
    return "Go to Today" in page.links() and "Day list" in page.links() and "If you need help, call" not in page.text


@pytest.mark.parametrize(
    "path", ["/staff/riverside/people/nobody", "/staff/riverside/invitations/nobody/link", "/staff/riverside/people/nobody/history"]
)
def test_what_is_not_there(cast, browse, path):
    page = browse(cast.tom, staff=True).page(path)
    assert page.status == 404 and in_staff_frame(page)


def test_a_page_for_another_role(cast, browse):
    page = browse(cast.tom, staff=True).page("/staff/riverside/settings/access")
    assert page.status == 404 and in_staff_frame(page)


def test_a_rule_that_says_no(cast, browse, monkeypatch):
    tom = browse(cast.tom, staff=True)
    accounts = LEO.format(cast.leo.public_id)

    def no(*args, **kwargs):
        raise NotYoursToDecide()

    monkeypatch.setattr(links, "make_primary", no)
    page = tom.page(accounts)
    said = tom.submit(page, "/primary")
    assert said.status >= 400 and in_staff_frame(said)


def test_a_house_in_trouble_asks_the_database_nothing_more(cast, browse, monkeypatch):
    tom = browse(cast.tom, staff=True)

    def busy(*args, **kwargs):
        raise Busy()

    page = tom.page(LEO.format(cast.leo.public_id))
    monkeypatch.setattr(links, "keep_safe", busy)
    said = tom.submit(page, "/safe")
    assert said.status == 503 and "Day list" not in said.links()


@pytest.mark.parametrize("who", ["priya", "sylvie"])
def test_strangers_learn_of_no_frame(cast, browse, who):
    page = browse(getattr(cast, who), staff=who == "sylvie").page("/staff/riverside/people/nobody")
    assert page.status == 404 and "Day list" not in page.links() and "Riverside" not in page.text


def test_too_soon_says_when(app, cast, browse, clock):
    public_id = invite(app, cast)
    tom = browse(cast.tom, staff=True)
    said = tom.submit(tom.page("/staff/riverside/invitations"), f"{public_id}/resend")
    assert said.status == 200 and "We sent it a moment ago. You can send it again from 10:05am." in said.text


def test_one_that_ended_meanwhile_is_a_note_on_the_list(app, cast, browse, clock, monkeypatch):
    public_id = invite(app, cast)
    tom = browse(cast.tom, staff=True)

    def ended(*args, **kwargs):
        raise invitations.InvitationEnded()

    monkeypatch.setattr(invitations, "resend", ended)
    said = tom.submit(tom.page("/staff/riverside/invitations"), f"{public_id}/resend")
    assert said.status == 200 and "This invitation has ended already." in said.text
