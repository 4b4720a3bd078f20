"""What somebody may do, in words that are true for who reads them (MISSION F6)."""

import pytest

from portal import access_words
from portal.access import BOOK, CHANGE, PERMISSIONS, SEE_DETAILS, SEE_TIMES
from portal.models import Link, Practice, Profile
from tests.portal.homes import change

PRACTICE = Practice(id=1, slug="riverside", name="Riverside", zone="America/Toronto", age_steps=[])


def link(permissions, relationship: str = "parent") -> Link:
    profile = Profile(id=1, practice_id=1, practice=PRACTICE, given_name="Leo", family_name="X")
    return Link(id=1, practice_id=1, profile=profile, relationship=relationship, permissions=list(permissions))


@pytest.mark.parametrize(
    ("permissions", "relationship", "mine", "theirs"),
    [
        (PERMISSIONS, "parent", "Change the time and cancel", "Change the time and cancel"),
        ((SEE_TIMES, BOOK, CHANGE), "parent", "Change and cancel what you book yourself", "Change and cancel what they book themselves"),
        ((BOOK, CHANGE), "trusted", "Change and cancel what you book yourself", "Change and cancel what they book themselves"),
        ((SEE_TIMES, CHANGE), "self", "Change the time and cancel", "Change and cancel what they book themselves"),
    ],
    ids=["everything", "busy", "nothing", "oneself"],
)
def test_who_sees_less_than_everything_changes_only_what_they_booked(context, permissions, relationship, mine, theirs):
    of = link(permissions, relationship)
    with context.test_request_context():
        assert access_words.permission(CHANGE, of) == mine
        assert access_words.permission(CHANGE, of, mine=False) == theirs


def test_the_page_says_it_of_what_holds_now(cast, browse, app):
    from_page = browse(as_=cast.daniel).page(f"/family/{cast.link('daniel', 'leo').public_id}").text
    assert "Change the time and cancel" in from_page
    change(app, cast.link("daniel", "leo"), permissions=[name for name in PERMISSIONS if name != SEE_DETAILS])
    page = browse(as_=cast.daniel).page(f"/family/{cast.link('daniel', 'leo').public_id}").text
    assert "Change and cancel what you book yourself" in page and "Change the time and cancel" not in page
