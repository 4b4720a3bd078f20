"""What the merge page says of who can book for the person: before, afterwards, what they newly see, what ends and why (MISSION F8)."""

import pytest

from portal.access import BOOK, SEE_TIMES
from tests.portal.homes import change, give
from tests.portal.invited import invite
from tests.portal.pairs import address, amara, beside, ticks, visit


@pytest.fixture
def pair(app, cast):
    return amara(app, cast)


@pytest.fixture
def tom(browse, cast):
    return browse(as_=cast.tom, staff=True)


def test_who_acts_reads_before_and_after_with_what_they_newly_see(app, cast, tom):
    """A second record of Leo, made by his father: Priya's and his are different rights."""
    leo = cast.leo
    change(app, leo, file_number="17")
    twin = beside(app, leo, given_name="Leonardo")
    give(app, cast.wei, twin, "carer", [SEE_TIMES, BOOK])
    give(app, cast.daniel, twin, "parent", [SEE_TIMES, BOOK])
    for days in (3, 5, 7):
        visit(app, cast, "leo", days=-days)
    page = tom.page(address(twin, leo))
    assert "Wei Chen will see when the appointments of file 17 are, not what for." in page.text
    assert "Priya Shah will" not in page.text and "Keeps only what both records allow." in page.text
    assert {one.get("name") for one in page.all("input", type="radio") if one.get("name").startswith("access.")} == {
        f"access.{cast.wei.public_id}"
    }
    assert "can book for Leo." in page.text and "rights" in ticks(page)


def test_access_that_was_taken_away_on_one_record_ends_and_it_is_said_why(app, cast, tom, pair):
    give(app, cast.wei, pair[0], "carer")
    give(app, cast.wei, pair[1], "carer", revoked_at=app.config["CLOCK"]())
    page = tom.page(address(*pair))
    assert "The access to file 8841 was ended before. Merging gives nothing back, so it ends altogether." in page.text
    assert (
        "Wei Chen has no access." in page.text and "The access of Wei Chen was ended on one of the records. It ends on both." in page.text
    )
    assert not page.all("input", name=f"access.{cast.wei.public_id}") and not [one for one in ticks(page) if cast.wei.public_id in one]


def test_open_invitations_say_what_becomes_of_them(app, cast, tom, pair):
    for who, email in (
        ("amara", "aunt@example.com"),
        ("amara-on-file", "aunt@example.com"),
        ("amara", "uncle@example.com"),
        ("amara-on-file", "amara@example.com"),
    ):
        invite(app, cast, who, email, "carer")
    page = tom.page(address(*pair))
    assert page.all("input", name="q")[0].get("value") == "", "nothing of this page stands in the search box"
    for said in (
        "Open invitations 22",  # two on either side
        "Invitation to aunt@example.com (Carer): One is left, which offers only what both did",
        "Invitation to uncle@example.com (Carer): Stays open, for the one record",
        "Invitation to amara@example.com (Carer): Ends: who was invited has access already",
    ):
        assert said in page.text, said


def test_addresses_are_for_who_may_see_portal_accounts(app, cast, tom, pair):
    invite(app, cast, "amara", "uncle@example.com", "carer")
    change(app, cast.riverside, inviting_roles=["admin"])
    page = tom.page(address(*pair))
    assert "uncle@example.com" not in page.html and "un…@example.com" in page.text


def test_one_account_that_holds_both_records_may_be_a_mother_of_twins(app, cast, tom):
    """Two children of one mother, neither of them a new account's: nothing else would warn."""
    twin = beside(app, cast.leo, given_name="Noa", file_number="18")
    give(app, cast.priya, twin, "parent")
    page = tom.page(address(twin, cast.leo))
    assert f"both {cast.priya.public_id}" in ticks(page) and "Priya Shah has both records. Are they two people?" in page.text


def test_equal_rights_are_not_called_different(app, cast, tom):
    """Daniel acts for one record only; what he may do is what the others may."""
    twin = beside(app, cast.leo, file_number="19")
    give(app, cast.wei, twin, "parent")
    page = tom.page(address(twin, cast.leo))
    assert "act for one of the two records only." in page.text and "different rights" not in page.text and "rights" in ticks(page)
