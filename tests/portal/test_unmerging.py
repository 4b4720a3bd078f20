"""A merge taken back: what it changed returns, what was done since is kept and assigned one by one (MISSION F8)."""

from datetime import timedelta

import pytest

from portal import access, invitations, links, mailed_links, merge_preview, unmerging
from portal.access import BOOK, CHANGE, SEE_DETAILS, SEE_TIMES
from portal.database import db, transact
from portal.merge_choices import Choices
from portal.models import Invitation, LedgerLine, Link, Profile
from tests.portal.merging import differences, rows, staff_of
from tests.portal.test_merges import Here, lines


@pytest.fixture
def here(context, clock):
    return Here(clock)


def sides(merge) -> dict[str, str]:
    return {one.key: one.side for one in unmerging.items(merge)}


# --- who may, and when ---


def test_staff_take_it_back_for_thirty_days_and_an_admin_with_a_reason_afterwards(here, clock):
    desk = staff_of(here.practice, here.now, access.FRONT_DESK, "Tom")
    merge = here.merge()
    clock.forward(days=30)
    assert merge.is_recent(clock())
    clock.forward(seconds=1)
    for staff, why in ((desk, "the wrong Mia"), (here.staff, ""), (here.staff, "  ")):
        with pytest.raises(unmerging.NeedsReview):
            transact(unmerging.unmerge, staff, merge, {}, clock(), why)
    transact(unmerging.unmerge, here.staff, merge, {}, clock(), " the wrong Mia ")
    assert merge.undone_why == "the wrong Mia" and merge.undone_by_id == here.staff.account_id and not here.new.is_merged


def test_the_front_desk_may_on_the_thirtieth_day(here, clock):
    desk, merge = staff_of(here.practice, here.now, access.FRONT_DESK, "Tom"), here.merge()
    clock.forward(days=30)
    transact(unmerging.unmerge, desk, merge, {}, clock())
    assert merge.is_undone


def test_it_is_taken_back_once_and_both_ledgers_say_so(here):
    merge = here.merge()
    here.undo(merge)
    with pytest.raises(unmerging.NotMerged):
        here.undo(merge)
    assert [(one.profile_id, one.facts["merge"]) for one in lines("unmerged")] == [(here.old.id, merge.id), (here.new.id, merge.id)]


def test_what_was_parted_may_be_merged_again_even_the_other_way_round(here):
    here.undo(here.merge())
    again = here.merge(here.old, here.new)
    assert here.old.is_merged and not here.new.is_merged
    before = rows()
    here.undo(again)
    here.merge(here.new, here.old)
    assert differences(before, rows()), "and that changes something"


# --- rows made since ---


def test_every_row_made_since_is_asked_for_by_name(here):
    ada = here.account("ada")
    merge = here.merge()
    link = here.link(ada, here.old, "parent")
    booked, invited = here.book(link), here.invite("ben@mail.example", here.old)
    asked = {one.key: one for one in unmerging.items(merge)}
    assert set(asked) == {f"links:{link.id}", f"appointments:{booked.id}", f"invitations:{invited.id}"}
    assert "Visit" in asked[f"appointments:{booked.id}"].words and "Ada" in asked[f"links:{link.id}"].words
    for wrong in ({}, {key: "target" for key in list(asked)[:-1]}, dict.fromkeys(asked, "both")):
        with pytest.raises(unmerging.NotAssigned) as refused:
            transact(unmerging.unmerge, here.staff, merge, wrong, here.now)
        assert {one.key for one in refused.value.facts["items"]} == {key for key in asked if wrong.get(key) != "target"}
    db.session.expire_all()
    assert not merge.is_undone and here.new.is_merged


@pytest.mark.parametrize("side", ["source", "target"])
def test_what_was_made_since_goes_where_staff_say(here, side):
    ada = here.account("ada")
    merge = here.merge()
    link = here.link(ada, here.old, "parent")
    booked, invited = here.book(link), here.invite("ben@mail.example", here.old)
    here.undo(merge, **dict.fromkeys(sides(merge), side))
    whose = here.new if side == "source" else here.old
    assert {one.profile_id for one in (link, booked, invited)} == {whose.id}
    assert here.may(ada, whose) == set(access.PERMISSIONS) and here.may(ada, here.old if side == "source" else here.new) == set()


def test_a_booking_is_proposed_to_the_side_whose_access_made_it(here):
    ada, ben = here.account("ada"), here.account("ben")
    here.link(ada, here.old)
    link = here.link(ben, here.new, "carer")
    merge = here.merge()
    theirs, mine = (
        here.book(link, "2026-12-21 10:00"),
        here.book(db.session.query(Link).filter_by(account_id=ada.id).one(), "2026-12-22 10:00"),
    )
    assert sides(merge) == {f"appointments:{theirs.id}": "source", f"appointments:{mine.id}": "target"}


def test_access_that_came_of_the_sources_invitation_is_proposed_to_the_source(here):
    one, other = here.invite("ada@mail.example", here.new), here.invite("ben@mail.example", here.old)
    merge = here.merge()
    given = here.accept(here.account("ada"), mailed_links.latest_claim(one))
    kept = here.accept(here.account("ben"), mailed_links.latest_claim(other))
    assert sides(merge) == {f"links:{given.id}": "source", f"links:{kept.id}": "target"}
    here.undo(merge)
    assert given.profile_id == here.new.id == one.profile_id and kept.profile_id == here.old.id == other.profile_id


def test_lines_about_what_goes_back_go_with_it(here):
    link = here.link(here.account("ada"), here.new)
    merge = here.merge()
    booked = here.book(link)
    line = db.session.query(LedgerLine).filter_by(verb="booked").one()
    assert line.profile_id == here.old.id
    here.undo(merge)
    assert line.profile_id == booked.profile_id == here.new.id


# --- access ---


def test_access_taken_since_stays_taken_on_both_sides(here):
    ada = here.account("ada")
    here.link(ada, here.old, "parent"), here.link(ada, here.new, "parent")
    merge = here.merge()
    carrier = next(one for one in links.links_to(here.old))
    transact(links.revoke, carrier, here.now, by=here.staff.account, as_staff=True)
    here.undo(merge)
    assert here.may(ada) == here.may(ada, here.new) == set()


def test_a_permission_taken_since_stays_taken_and_one_given_since_stays_with_the_survivor(here):
    ada = here.account("ada")
    one, other = here.link(ada, here.old, "parent", (SEE_TIMES, BOOK)), here.link(ada, here.new, "parent", (SEE_TIMES, BOOK, CHANGE))
    merge = here.merge()
    transact(links.decide, one, (SEE_TIMES, SEE_DETAILS), here.now, by=here.staff.account, as_staff=True)
    here.undo(merge)
    assert here.may(ada) == {SEE_TIMES, SEE_DETAILS} and here.may(ada, here.new) == {SEE_TIMES, CHANGE} and other.united_with_id is None


def test_a_last_day_that_was_set_since_holds_on_both_sides(here):
    ada, last = here.account("ada"), here.now.date() + timedelta(days=9)
    one, other = here.link(ada, here.old, "parent"), here.link(ada, here.new, "parent", ends_on=here.now.date() + timedelta(days=90))
    merge = here.merge()
    transact(links.set_dates, one, last, None, here.now, by=here.staff.account)
    here.undo(merge)
    assert one.ends_on == other.ends_on == last and other.revoked_at is None


def test_what_an_age_step_had_taken_does_not_come_back_because_staff_decided_since(here):
    """Found by the random worlds: staff answered for what they saw, not for what the step had hidden."""
    here.change(here.practice, age_steps=[[12, "narrow"]])
    ada = here.account("ada")
    for person in (here.old, here.new):
        here.change(person, born_on=here.now.date().replace(year=here.now.year - 13))
    one = here.link(ada, here.old, "parent", decided_on=here.now.date() - timedelta(days=900))
    here.link(ada, here.new, "parent", (SEE_TIMES, BOOK))
    merge = here.merge()
    transact(links.decide, one, (BOOK, CHANGE), here.now, by=here.staff.account, as_staff=True)
    here.undo(merge)
    assert SEE_DETAILS not in here.may(ada) and here.may(ada) >= {BOOK, CHANGE}


def test_taking_access_since_and_giving_it_back_gives_nothing_twice(here):
    """Given anew to the same account since: with the source it is that access, and the old one stays ended."""
    ada = here.account("ada")
    here.link(ada, here.new, "parent")
    merge = here.merge()
    transact(links.revoke, links.links_to(here.old)[0], here.now, by=here.staff.account, as_staff=True)
    anew = here.link(ada, here.old, "carer", (SEE_TIMES,))
    assert sides(merge) == {f"links:{anew.id}": "source"}
    here.undo(merge)
    assert here.may(ada, here.new) == {SEE_TIMES} and here.may(ada) == set()


def test_access_ended_by_the_merge_returns_but_never_twice(here):
    ada = here.account("ada")
    here.link(ada, here.old, "parent")
    transact(links.revoke, here.link(ada, here.new, "parent"), here.now, by=here.staff.account, as_staff=True)
    merge = here.merge()
    anew = here.link(ada, here.old, "carer", (SEE_TIMES,))
    here.undo(merge, **{f"links:{anew.id}": "target"})
    assert here.may(ada) == {SEE_TIMES}, "let in anew since: that is what staff know of"
    assert here.may(ada, here.new) == set()


def test_who_became_primary_since_stays_so(here):
    """Found by the random worlds: access that returns brought its mark along."""
    ada, ben = here.account("ada"), here.account("ben")
    one = here.link(ada, here.old)
    here.link(ada, here.new)
    merge = here.merge(access={ada.public_id: "end"})
    other = here.link(ben, here.old)
    assert other.primary_at
    here.undo(merge, **{f"links:{other.id}": "target"})
    db.session.expire_all()
    assert other.primary_at and not one.primary_at and one.revoked_at is None


# --- details ---


def test_a_detail_that_was_edited_since_is_kept_where_staff_say(here):
    here.change(here.new, phone="+14165550101")
    for side in ("target", "source"):
        here.change(here.old, phone="")
        merge = here.merge()
        here.change(here.old, phone="+14165550199")
        assert sides(merge) == {"profiles:phone": "target"}
        here.undo(merge, **{"profiles:phone": side})
        assert (here.old.phone, here.new.phone) == (("+14165550199", "+14165550101") if side == "target" else ("", "+14165550199"))


@pytest.mark.parametrize("side", ["target", "source"])
def test_an_address_is_never_put_together_of_two(here, side):
    here.change(here.old, city="Toronto")
    here.change(here.new, street="1 Elm", city="Toronto", postal_code="M1")
    merge = here.merge()
    here.change(here.old, street="9 Oak", city="Ajax", postal_code="L1")
    here.undo(merge, **{"profiles:address": side})
    stands = ("9 Oak", "Ajax", "L1")
    of = [(one.street, one.city, one.postal_code) for one in (here.old, here.new)]
    assert of == ([stands, ("1 Elm", "Toronto", "M1")] if side == "target" else [("", "Toronto", ""), stands])


def test_part_of_an_address_edited_since_keeps_the_whole(here):
    here.change(here.new, street="1 Elm", city="Toronto")
    merge = here.merge()
    here.change(here.old, city="Ajax")
    here.undo(merge)
    assert (here.old.street, here.old.city) == ("1 Elm", "Ajax")


@pytest.mark.parametrize("column", ["safe_at", "email_refused_at"])
def test_protection_asked_for_since_holds_for_both(here, column):
    merge = here.merge()
    here.change(here.old, **{column: here.now})
    here.undo(merge)
    assert getattr(here.old, column) and getattr(here.new, column)


def test_protection_of_one_is_that_ones_alone_again(here):
    here.change(here.new, safe_at=here.now)
    merge = here.merge()
    assert here.old.is_safe
    here.undo(merge)
    assert here.new.is_safe and not here.old.is_safe


# --- invitations ---


def test_an_invitation_that_was_united_opens_again_unless_somebody_was_written_to_since(here):
    first, second = here.invite("ada@mail.example", here.old), here.invite("ada@mail.example", here.new)
    merge = here.merge()
    here.undo(merge)
    for one in (first, second):
        assert one.state(here.now) == "open" and mailed_links.latest_claim(one).state(here.now) == "open"
    merge = here.merge()
    transact(invitations.delete, first, here.now, by=here.staff)
    third = here.invite("ada@mail.example", here.old)
    here.undo(merge, **{f"invitations:{third.id}": "source"})
    standing = [one.id for one in db.session.query(Invitation) if one.state(here.now) == "open"]
    assert standing == [third.id] and third.profile_id == here.new.id


# --- in which order ---


def test_the_merge_that_has_to_go_first_is_named(here):
    third, fourth = here.person("Third"), here.person("Fourth")
    first = here.merge(here.new, here.old)
    second = here.merge(here.old, third)
    last = here.merge(third, fourth)
    for merge, blocking in ((first, second), (second, last)):
        with pytest.raises(unmerging.LaterMergeFirst) as refused:
            here.undo(merge)
        assert refused.value.facts["merge"].id == blocking.id
    for merge in (last, second, first):
        here.undo(merge)
    assert not any(one.is_merged for one in db.session.query(Profile))


def test_a_preview_after_an_undo_is_the_one_before(here):
    ada = here.account("ada")
    here.link(ada, here.new, "parent"), here.link(ada, here.old, "carer")
    seen = merge_preview.preview(here.new, here.old, Choices(), here.now).mark
    here.undo(here.merge())
    db.session.expire_all()
    assert merge_preview.preview(here.new, here.old, Choices(), here.now).mark == seen
