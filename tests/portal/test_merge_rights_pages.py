"""What the merge page says and asks when rights would change: children, age steps, dates of birth, and staff who may let nobody in."""

from datetime import timedelta

import pytest

from portal.access import SELF
from portal.models import Merge, Registration
from portal.models.link import MADE_ONLINE
from tests.portal.homes import change, give, of_age
from tests.portal.invited import invite, rows
from tests.portal.pairs import RIVERSIDE, address, amara, beside, ticks

STEPS = [[12, "narrow"], [16, "pause"]]


@pytest.fixture
def pair(app, cast):
    return amara(app, cast)


@pytest.fixture
def tom(browse, cast):
    return browse(as_=cast.tom, staff=True)


@pytest.fixture
def desk(app, cast, tom):
    """Tom, where only admins invite."""
    change(app, cast.riverside, inviting_roles=["admin"])
    return tom


def access_of(page, who) -> list[str]:
    return [one.get("value") for one in page.all("input", name=f"access.{who.public_id}")]


def test_a_login_that_would_be_a_childs_ends_and_it_is_said_why(app, cast, tom, pair):
    page = tom.page(address(pair[0], cast.leo))
    assert "Probably two people." in page.text and f"child {cast.amara.public_id}" in ticks(page) and "born_on" in ticks(page)
    change(app, pair[0], born_on=None)
    page = tom.page(address(pair[0], cast.leo))
    assert "Amara Okoye is the person themselves on one record; on the other the person is" in page.text
    assert "Too young for an account of their own: this access ends." in page.text and access_of(page, cast.amara) == []


def test_access_made_online_is_limited_by_the_age_the_record_knows(app, cast, tom):
    of_age(app, cast, cast.leo, 17, STEPS)
    twin = beside(app, cast.leo, born_on=rows(app, type(cast.leo), type(cast.leo).id == cast.leo.id)[0].born_on)
    give(app, cast.wei, twin, "parent", ground=MADE_ONLINE)
    change(app, cast.leo, created_at=app.config["CLOCK"]() - timedelta(days=3000))
    page = tom.page(address(twin, cast.leo))
    assert "The clinic never decided about this access, so it is limited by age here." in page.text
    assert f"address {cast.wei.public_id}" in " ".join(ticks(page))


def test_another_date_of_birth_that_widens_access_takes_a_tick(app, cast, tom):
    of_age(app, cast, cast.leo, 17, STEPS)
    twin = beside(app, cast.leo, born_on=cast.anya.born_on)
    page = tom.page(f"{address(twin, cast.leo)}?detail.born_on=source")
    assert (
        "may do more than before, because the date of birth changes." in page.text
        and "May do more than before, because the date of birth changes." in page.text
    )
    assert [one for one in ticks(page) if one.startswith("wider ")] and not [
        one for one in ticks(tom.page(address(twin, cast.leo))) if one.startswith("wider ")
    ]


def test_who_may_not_invite_is_offered_no_access_alone_and_reads_why(app, cast, desk, pair):
    page = desk.page(address(*pair))
    assert access_of(page, cast.amara) == ["end"]
    assert "Your role cannot let this account in. Somebody who may invite people can." in page.text and "Amara Grace" in page.text
    refused = desk.submit(page, address(*pair), **{f"access.{cast.amara.public_id}": "keep"})
    assert refused.status == 403 and rows(app, Merge) == []
    assert "Your role cannot let Amara Okoye in. Choose “No access”, or ask somebody who may invite people." in refused.text
    assert desk.submit(page, address(*pair)).status == 200 and rows(app, Merge)[0].choices["access"] == {cast.amara.public_id: "end"}


def test_nor_may_they_the_other_way_round(app, cast, desk, pair):
    page = desk.page(address(*reversed(pair)))
    assert "Keep the other record instead, or ask somebody who may invite people." in page.text
    assert desk.submit(page, address(*reversed(pair))).status == 403 and rows(app, Merge) == []


def test_who_may_invite_decides(tom, cast, pair):
    assert access_of(tom.page(address(*pair)), cast.amara) == ["keep", "end"]


def test_who_may_not_invite_reads_no_whole_address_of_an_account(app, cast, desk, pair):
    change(app, pair[0], email="")
    change(app, pair[1], email="other@example.com")
    give(app, cast.daniel, pair[1], SELF)
    for path in (
        address(*reversed(pair)),
        address(*pair),
        f"{RIVERSIDE}/registrations",
        f"{RIVERSIDE}/registrations/{registration_of(app, pair[0])}",
    ):
        page = desk.page(path)
        assert "amara@example.com" not in page.html and "daniel@example.com" not in page.html, path
    change(app, cast.riverside, inviting_roles=["admin", "front_desk"])
    assert "amara@example.com is not the address in file 8841." in desk.page(address(*pair)).text


def registration_of(app, profile) -> str:
    return rows(app, Registration, Registration.profile_id == profile.id)[0].public_id


def test_an_invitation_through_a_record_that_lets_nobody_in_ends(app, cast, tom, pair):
    give(app, cast.wei, pair[0], "carer")
    invite(app, cast, "amara-on-file", "wei@example.com", "carer")
    page = tom.page(f"{address(*pair)}?access.{cast.wei.public_id}=end")
    assert "Invitation to wei@example.com (Carer): Stays open" in page.text
