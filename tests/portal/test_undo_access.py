"""A merge taken back never brings in again who was put out since, nor leaves anybody with more than before (HOUSE decision 9)."""

from datetime import timedelta

import pytest

from portal import claims, invitations, link_life, links, mailed_links, unmerging
from portal.access import BOOK, PERMISSIONS, SEE_DETAILS, SEE_TIMES, SELF
from portal.database import db, transact
from portal.errors import DomainError
from portal.mailed_links import LinkEnded
from portal.models import Invitation, Link, Profile
from tests.portal.test_merges import Here


@pytest.fixture
def here(context, clock):
    return Here(clock)


def sides(merge) -> dict[str, str]:
    return {key: one.side for one in unmerging.items(merge) for key in one.keys}


def words(merge) -> list[str]:
    return [one.words for one in unmerging.items(merge)]


def later(here, **more) -> None:
    here.clock.forward(**more or {"hours": 1})
    here.now = here.clock()


def revoke(here, link) -> None:
    transact(links.revoke, db.session.get(Link, link.id), here.now, by=here.staff.account, as_staff=True)


def let_in(here, account, permissions=(SEE_TIMES,)) -> Link:
    return here.accept(account, mailed_links.latest_claim(here.invite(account.email, here.old, permissions=permissions)))


def state(here, invitation) -> str:
    db.session.expire_all()
    return db.session.get(Invitation, invitation.id).state(here.now)


# --- ended since ---


@pytest.mark.parametrize("is_targets", [True, False])
def test_an_invitation_stays_closed_when_the_access_of_its_address_was_ended_since(here, is_targets):
    ada, (with_access, invited) = here.account("ada"), (here.new, here.old) if is_targets else (here.old, here.new)
    link = here.link(ada, with_access, "carer", (SEE_TIMES, BOOK))
    one = here.invite("ada@mail.example", invited, permissions=PERMISSIONS)
    mailed = mailed_links.latest_claim(one)
    merge = here.merge()
    later(here)
    revoke(here, link)
    here.undo(merge)
    assert state(here, one) == "deleted" and mailed_links.latest_claim(one).state(here.now) == "revoked"
    with pytest.raises(LinkEnded):
        here.accept(ada, mailed)
    assert here.may(ada) == here.may(ada, here.new) == set() and claims.waiting_for(ada, here.now) == []


def test_a_former_address_of_who_was_put_out_opens_nothing_either(here):
    ada = here.account("ada")
    link, one = here.link(ada, here.new, "carer"), here.invite("ada@mail.example", here.old)
    merge = here.merge()
    later(here)
    here.change(ada, email="eve@mail.example", email_key="eve@mail.example", former_keys=["ada@mail.example"])
    revoke(here, link)
    here.undo(merge)
    assert state(here, one) == "deleted"


def test_it_opens_again_where_nothing_was_ended(here):
    one = here.invite("ada@mail.example", here.old)
    here.link(here.account("ada"), here.new, "carer")
    merge = here.merge()
    later(here)
    here.undo(merge)
    assert state(here, one) == "open" and mailed_links.latest_claim(one).state(here.now) == "open"


def test_access_given_anew_and_ended_again_leaves_what_the_merge_ended_ended(here):
    ann = here.account("ann")
    here.link(ann, here.old, "parent")
    revoke(here, here.link(ann, here.new, "parent"))
    later(here)
    merge = here.merge()
    later(here)
    revoke(here, let_in(here, ann))
    here.undo(merge)
    assert here.may(ann) == here.may(ann, here.new) == set()


def test_of_access_that_goes_on_beside_what_was_given_anew_only_that_much_returns(here):
    eve = here.account("eve")
    here.link(eve, here.new, "carer", PERMISSIONS)
    merge = here.merge(access={eve.public_id: "end"})
    later(here)
    anew = let_in(here, eve, (SEE_TIMES, BOOK))
    here.undo(merge, **{f"links:{anew.id}": "target"})
    assert here.may(eve, here.new) == here.may(eve) == {SEE_TIMES, BOOK}


def test_a_persons_own_access_returns_in_place_of_what_they_were_given_for_somebody_else(here):
    eve = here.account("eve")
    own = here.link(eve, here.new, SELF)
    merge = here.merge(access={eve.public_id: "end"})
    later(here)
    anew = let_in(here, eve)
    assert sides(merge)[f"links:{anew.id}"] == "source"
    here.undo(merge)
    assert here.may(eve, here.new) == set(PERMISSIONS) and here.may(eve) == set()
    assert own.revoked_at is None and anew.united_with_id == own.id


# --- last days ---


@pytest.mark.parametrize("of_source", [True, False])
def test_the_last_day_of_one_side_ends_nothing_on_the_other(here, of_source):
    ada, last = here.account("ada"), here.now.date() + timedelta(days=2)
    lasting, ending = (here.old, here.new) if of_source else (here.new, here.old)
    here.link(ada, lasting, "parent")
    here.link(ada, ending, "parent", ends_on=last)
    merge = here.merge()
    later(here, days=5)
    link_life.daily(here.now)
    assert here.may(ada) == set()
    here.undo(merge)
    assert here.may(ada, lasting) == set(PERMISSIONS) and here.may(ada, ending) == set()


def test_a_last_day_that_staff_set_since_and_that_has_passed_is_one_on_both_sides(here):
    ada = here.account("ada")
    one, _other = here.link(ada, here.old, "parent"), here.link(ada, here.new, "parent")
    merge = here.merge()
    transact(links.set_dates, one, here.now.date() + timedelta(days=2), None, here.now, by=here.staff.account)
    later(here, days=5)
    link_life.daily(here.now)
    here.undo(merge)
    assert here.may(ada) == here.may(ada, here.new) == set()


# --- who let them in ---


def test_whom_the_sources_people_let_in_goes_with_them_and_it_says_so(here):
    eve, accomplice, third = here.account("eve"), here.account("accomplice"), here.account("third")
    eves = here.link(eve, here.new)
    here.link(here.account("ann"), here.old)
    merge = here.merge()
    later(here)

    def invited(by, email, may=(SEE_TIMES, BOOK, "manage_access")):
        return transact(invitations.invite, db.session.get(Link, by.id), here.old, invitations.Wanted(email, "carer", may), here.now)

    taken = here.accept(accomplice, mailed_links.latest_claim(invited(eves, "accomplice@mail.example")))
    again = here.accept(third, mailed_links.latest_claim(invited(taken, "third@mail.example", (SEE_TIMES,))))
    invited(eves, "other@mail.example")
    visit = here.book(taken)
    assert sides(merge)[f"appointments:{visit.id}"] == "source"
    assert set(sides(merge).values()) == {"source"}
    assert words(merge)[:3] == [
        "Access of Accomplice Test (Carer), from Eve Test",
        "Access of Third Test (Carer), from Accomplice Test",
        "Invitation to ot…@mail.example, from Eve Test",
    ]
    here.undo(merge)
    for account in (eve, accomplice, third):
        assert here.may(account) == set()
    assert again.profile_id == here.new.id and {one.profile_id for one in db.session.query(Invitation)} == {here.new.id}


def test_whom_the_targets_people_let_in_stays_with_them(here):
    ann = here.link(here.account("ann"), here.old)
    here.link(here.account("eve"), here.new)
    merge = here.merge()
    one = transact(invitations.invite, ann, here.old, invitations.Wanted("ben@mail.example", "carer", (SEE_TIMES,)), here.now)
    assert sides(merge) == {f"invitations:{one.id}": "target"} and words(merge) == ["Invitation to be…@mail.example, from Ann Test"]


@pytest.mark.parametrize("side", ["source", "target"])
def test_access_and_the_invitation_it_came_of_are_one_thing(here, side):
    merge = here.merge()
    link = let_in(here, here.account("ada"))
    [one] = unmerging.items(merge)
    assert one.key == f"links:{link.id}" and len(one.also) == 1
    transact(unmerging.unmerge, here.staff, merge, {one.key: side}, here.now)
    whose = here.new if side == "source" else here.old
    assert link.profile_id == whose.id == db.session.query(Invitation).one().profile_id


# --- taken up since ---


@pytest.mark.parametrize("is_sources", [True, False])
def test_what_an_invitation_of_the_other_record_added_is_taken_back(here, is_sources):
    ada, (hers, others) = here.account("ada"), (here.old, here.new) if is_sources else (here.new, here.old)
    last = here.now.date() + timedelta(days=90)
    link = here.link(ada, hers, "carer", (SEE_TIMES,), ends_on=last)
    one = here.invite("ada.other@mail.example", others, permissions=PERMISSIONS)
    merge = here.merge()
    later(here)
    here.accept(ada, mailed_links.latest_claim(one))
    assert here.may(ada) == set(PERMISSIONS) and link.ends_on is None
    here.undo(merge)
    assert here.may(ada, hers) == {SEE_TIMES} and here.may(ada, others) == set() and link.ends_on == last


def test_it_is_taken_back_from_access_that_was_united_too(here):
    ada = here.account("ada")
    for person in (here.old, here.new):
        here.link(ada, person, "carer", (SEE_TIMES,))
    one = here.invite("ada.other@mail.example", here.new, permissions=PERMISSIONS)
    merge = here.merge()
    later(here)
    here.accept(ada, mailed_links.latest_claim(one))
    here.undo(merge)
    assert here.may(ada) == here.may(ada, here.new) == {SEE_TIMES}


def test_what_the_records_own_invitation_added_stays(here):
    ada = here.account("ada")
    here.link(ada, here.old, "carer", (SEE_TIMES,))
    one = here.invite("ada.other@mail.example", here.old, permissions=(SEE_TIMES, SEE_DETAILS))
    merge = here.merge()
    later(here)
    here.accept(ada, mailed_links.latest_claim(one))
    here.undo(merge)
    assert here.may(ada) == {SEE_TIMES, SEE_DETAILS}


# --- answered since ---


@pytest.mark.parametrize("answer", ["deleted", "refused", "accepted"])
def test_an_answer_to_one_of_two_united_invitations_is_the_answer_to_both(here, answer):
    zed, (kept, gone) = (
        here.account("zed"),
        (here.invite("zed@mail.example", person, permissions=(SEE_TIMES,)) for person in (here.old, here.new)),
    )
    mailed = [mailed_links.latest_claim(one) for one in (kept, gone)]
    merge = here.merge()
    later(here)
    if answer == "deleted":
        transact(invitations.delete, db.session.get(Invitation, kept.id), here.now, by=here.staff)
    elif answer == "refused":
        transact(claims.refuse, mailed[1].id, here.now)
    else:
        here.accept(zed, mailed[1])
    here.undo(merge)
    assert (state(here, kept), state(here, gone)) == (answer, answer) and claims.waiting_for(zed, here.now) == []
    for link in mailed:
        with pytest.raises(DomainError):
            here.accept(zed, link)
    assert here.may(zed, here.new) == set()


# --- contacted first, kept apart ---


def test_the_survivor_has_its_first_contact_again_when_the_later_one_leaves(here):
    one, other = here.link(here.account("ann"), here.old, "parent"), here.link(here.account("ben"), here.new, "parent")
    for link in (one, other):
        transact(links.make_primary, link, here.now, by=here.staff)
    merge = here.merge()
    later(here)
    transact(links.make_primary, db.session.get(Link, other.id), here.now, by=here.staff)
    here.undo(merge)
    db.session.expire_all()
    assert one.primary_at and other.primary_at and (one.profile_id, other.profile_id) == (here.old.id, here.new.id)


def test_protection_lifted_since_stands_again_where_it_stood(here):
    for of_old, of_new in ((True, False), (False, True), (True, True)):
        here.change(here.old, safe_at=here.now if of_old else None)
        here.change(here.new, safe_at=here.now if of_new else None)
        merge = here.merge()
        later(here)
        transact(links.keep_safe, db.session.get(Profile, here.old.id), False, here.now, by=here.staff)
        here.undo(merge)
        db.session.expire_all()
        assert (here.old.is_safe, here.new.is_safe) == (of_old, of_new)
