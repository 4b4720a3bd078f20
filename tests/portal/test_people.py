"""Profiles people make themselves: usable at once, provisional, never matched, never doubled."""

from datetime import date

import pytest
from sqlalchemy import select

from portal import access, people
from portal.database import db, transact
from portal.models import LedgerLine, Link, Profile, Registration

NEXT = "/at/riverside/book/what?what=abc&who=old"
TODDLER = {
    "given_name": "Noor",
    "family_name": "Haddad",
    "born_on-day": "1",
    "born_on-month": "2",
    "born_on-year": "2024",
    "relationship": "parent",
    "may_decide": "y",
}
GRANDMOTHER = TODDLER | {"given_name": "Salma", "born_on-year": "1944", "relationship": "carer"}


@pytest.fixture
def nadia(browse, cast):
    return browse(as_=cast.nadia)


def add(browser, follow=False, **changes):
    page = browser.page(f"/at/riverside/add-person?next={NEXT.replace('&', '%26').replace('?', '%3F')}")
    values = TODDLER | changes
    return browser.submit(page, follow=follow, **{name: value for name, value in values.items() if value is not None})


def newest(app):
    """The latest profile with its link and registration."""
    with app.app_context():
        profile = db.session.scalar(select(Profile).order_by(Profile.id.desc()).limit(1))
        link = db.session.scalar(select(Link).where(Link.profile_id == profile.id))
        return profile, link, db.session.scalar(select(Registration).where(Registration.profile_id == profile.id))


def test_a_child_can_be_booked_for_at_once_and_waits_for_staff(app, cast, nadia):
    answer = add(nadia)
    profile, link, registration = newest(app)
    assert (profile.name, profile.born_on, profile.is_provisional) == ("Noor Haddad", date(2024, 2, 1), True)
    assert (link.account_id, link.relationship, link.ground) == (cast.nadia.id, "parent", "made online")
    assert registration.account_id == cast.nadia.id and registration.accepted_at is None
    assert answer.response.location == f"/at/riverside/book/what?who={profile.public_id}&what=abc"
    with app.app_context():
        line = db.session.scalar(select(LedgerLine).where(LedgerLine.profile_id == profile.id))
        assert (line.verb, line.account_id, line.link_id) == ("registered", cast.nadia.id, link.id)


def test_who_cares_for_an_adult_sees_what_they_booked_and_no_more(app, nadia):
    add(nadia, **GRANDMOTHER | {"may_decide": None})
    profile, link, _ = newest(app)
    assert link.relationship == "carer" and set(link.permissions) == {access.SEE_TIMES, access.BOOK, access.CHANGE, access.GET_NOTICES}


@pytest.mark.parametrize(
    "changes, sentence",
    [
        ({"given_name": ""}, "Enter their first name"),
        ({"family_name": ""}, "Enter their last name"),
        ({"born_on-day": "", "born_on-month": "", "born_on-year": ""}, "Enter their date of birth"),
        ({"born_on-year": "2027"}, "Date of birth must be in the past"),
        ({"relationship": None}, "Select your relationship"),
        ({"relationship": "self"}, "Select your relationship"),
        ({"may_decide": None}, "Tick to show you are allowed to make health decisions for them"),
        ({"born_on-year": "1990"}, "Someone who is 18 or older is an adult"),
        ({"relationship": "carer"}, "Someone under 18 is a child"),
    ],
)
def test_what_cannot_be_right_is_said_in_words(app, nadia, changes, sentence):
    answer = add(nadia, follow=True, **changes)
    assert answer.status == 422 and sentence in answer.text
    assert newest(app)[0].given_name != "Noor"


def test_a_childs_form_offers_nothing_of_the_parents_own(nadia):
    page = nadia.page("/at/riverside/add-person")
    for name in ("given_name", "family_name", "born_on-day", "born_on-month", "born_on-year"):
        assert page.all("input", name=name)[0].get("autocomplete") == "off"


def test_sending_it_twice_makes_one_person(app, nadia):
    first, second = add(nadia), add(nadia)
    assert first.response.location == second.response.location


def test_somebody_who_looks_the_same_at_the_practice_is_not_attached(app, cast, nadia):
    """Leo Shah is there already, with his real birthday: a stranger who knows it gets a new profile, not his."""
    leo = cast.leo
    born = {"born_on-day": str(leo.born_on.day), "born_on-month": str(leo.born_on.month), "born_on-year": str(leo.born_on.year)}
    add(nadia, given_name="Leo", family_name="Shah", **born)
    assert newest(app)[0].id != leo.id


def test_there_is_an_end_to_adding(app, nadia):
    for number in range(people.MOST_WAITING):
        assert add(nadia, given_name=f"Noor {number}").status == 302
    answer = add(nadia, follow=True)
    assert answer.status == 409 and "Call the clinic to add another." in answer.text


def test_a_practice_that_takes_nobody_new_says_why(app, cast, nadia, clock):
    with app.app_context():
        practice = cast.riverside

        def close():
            here = db.session.merge(practice)
            here.closed_to_new_at, here.closed_to_new_reason = clock(), "We take new patients again in March."

        transact(close)
    answer = nadia.page("/at/riverside/add-person")
    assert answer.status == 409 and "We take new patients again in March." in answer.text


def test_the_way_back_stays_here(app, nadia):
    page = nadia.page("/at/riverside/add-person?next=//evil.example")
    assert nadia.submit(page, follow=False, **TODDLER).response.location.startswith("/at/riverside/?who=")


def test_ones_own_profile_is_made_once(app, cast, clock):
    with app.app_context():
        nadia, practice = cast.nadia, cast.beau_rivage
        first, link = transact(people.own_profile, nadia, practice, clock())
        again, same = transact(people.own_profile, nadia, practice, clock())
        assert (first.id, link.id) == (again.id, same.id)
        assert link.relationship == "self" and set(link.permissions) == set(access.PERMISSIONS)
        assert (first.name, first.email, first.is_provisional) == ("Nadia Haddad", "nadia@example.com", True)


def test_a_revoked_link_is_not_found_again(app, cast, clock):
    with app.app_context():
        priya, practice = cast.priya, cast.riverside
        before, link = transact(people.own_profile, priya, practice, clock())
        transact(lambda: db.session.merge(link).revoke(clock()))
        after, _ = transact(people.own_profile, priya, practice, clock())
        assert before.id != after.id and not before.is_provisional and after.is_provisional
