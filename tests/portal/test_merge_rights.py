"""Who a merge lets in: never somebody the practice would not have, not unasked, and never with more than was said (SAFETY §3, §6, HOUSE decision 9)."""

from datetime import date, timedelta

import pytest

from portal import access, links, mailed_links, merge_preview, merges, people
from portal.access import BOOK, MANAGE_ACCESS, SEE_TIMES, SELF
from portal.database import db, transact
from portal.merge_choices import Choices
from portal.models import Invitation, Merge, MergeChange
from tests.portal.merging import merged, staff_of
from tests.portal.test_merges import Here, lines

STEPS = [[12, "narrow"], [16, "pause"]]


@pytest.fixture
def here(context, clock):
    return Here(clock)


def seen(here, source=None, target=None, by=None, **choices):
    db.session.expire_all()
    return merge_preview.preview(source or here.new, target or here.old, Choices(**choices), here.now, by=by or here.staff)


def asked(here, *pair, **choices) -> dict[str, str]:
    """First word of a key → what staff tick."""
    return {one.key.split()[0]: one.words for one in seen(here, *pair, **choices).conflicts if one.needs_confirming}


def born(here, years: int) -> date:
    return here.now.date().replace(year=here.now.year - years, day=1)


# --- nobody is a child themselves ---


def test_a_login_of_ones_own_does_not_become_that_of_a_child(here):
    here.change(here.old, born_on=born(here, 8))
    here.change(here.new, born_on=None)
    eve = here.account("eve")
    link = here.link(eve, here.new)
    assert asked(here)["child"] == "Eve Test is the person themselves on one record; on the other the person is 8. Probably two people."
    with pytest.raises(merges.NotConfirmed):
        here.merge(ticked=False)
    merge = here.merge()
    assert here.may(eve) == set() and link.revoked_at and lines("access_ended")
    here.undo(merge)
    assert here.may(eve, here.new) == set(access.PERMISSIONS)


def test_nor_when_the_childs_record_is_the_one_that_goes(here):
    here.change(here.old, born_on=None)
    here.change(here.new, born_on=born(here, 8))
    eve = here.account("eve")
    here.link(eve, here.old)
    assert "child" in asked(here)
    here.merge()
    assert here.may(eve) == set()


def test_an_age_that_is_old_enough_asks_nothing_and_a_mother_stays_a_mother(here):
    here.change(here.old, born_on=born(here, 16), email="eve@mail.example")
    eve, mother = here.account("eve"), here.account("mother")
    here.link(eve, here.new)
    assert "child" not in asked(here)
    here.change(here.old, born_on=born(here, 8))
    here.change(here.new, born_on=None)
    here.link(mother, here.old, "parent"), here.link(mother, here.new, SELF)
    here.merge()
    assert here.may(mother) == set(access.PERMISSIONS) and here.may(eve) == set()


def test_whoever_comes_to_somebody_kept_safe_is_named(here):
    eve = here.account("eve")
    here.link(eve, here.new, "parent")
    for safe, other in ((here.old, here.new), (here.new, here.old)):
        here.change(safe, safe_at=here.now), here.change(other, safe_at=None)
        assert asked(here)["safe"].endswith("New here: Eve Test.")
    assert "New here" not in asked(here, access={eve.public_id: "end"})["safe"]


# --- nobody gets past an age step by registering again ---


@pytest.fixture
def zoe(here):
    """Seventeen, with a father whose access is paused: her record and the one his second account made online."""
    here.clinic.change(here.practice, age_steps=STEPS)
    here.change(here.old, given_name="Zoe", born_on=born(here, 17))
    here.link(here.account("dad"), here.old, "parent", decided_on=date(2020, 1, 1))
    here.dad2 = here.account("dadtwo")
    return transact(people.add, here.dad2, here.practice, "parent", "Zoe", "Roy", born(here, 17), here.now)


@pytest.mark.parametrize("turned", [False, True])
def test_who_registers_somebody_again_is_bound_by_the_age_steps_of_the_record(here, zoe, turned):
    assert here.may(here.dad2, zoe) == set(access.PERMISSIONS)
    here.change(here.old, created_at=here.now - timedelta(days=2000))
    pair = (here.old, zoe) if turned else (zoe, here.old)
    [said] = [one for one in seen(here, *pair).reaches if one.account.id == here.dad2.id]
    assert said.may == frozenset() and said.is_stepped
    merge = here.merge(*pair)
    assert here.may(here.dad2, pair[1]) == set()
    noted = [one for one in db.session.query(MergeChange).filter_by(table_name="links") if "decided_on" in one.after]
    assert [one.before["decided_on"] for one in noted] == [here.now.date().isoformat()], "in the journal"
    here.undo(merge)
    assert here.may(here.dad2, zoe) == set(access.PERMISSIONS)


def test_so_is_whoever_they_let_in(here, zoe):
    here.change(here.old, created_at=here.now - timedelta(days=2000))
    mine = next(link for link in links.links_to(zoe) if link.account_id == here.dad2.id)
    aunt = here.account("aunt")
    transact(links.grant, aunt, zoe, "parent", access.PERMISSIONS, here.now, ground="invited by a person", given_by=mine.account)
    here.merge(zoe, here.old)
    assert here.may(aunt) == here.may(here.dad2) == set()


def test_what_the_practice_has_decided_since_holds(here, zoe):
    here.change(here.old, created_at=here.now - timedelta(days=2000))
    here.now += timedelta(days=1)
    here.clock.forward(days=1)
    mine = next(link for link in links.links_to(zoe) if link.account_id == here.dad2.id)
    transact(links.decide, mine, (SEE_TIMES,), here.now, by=here.staff.account, as_staff=True)
    here.merge(zoe, here.old)
    assert here.may(here.dad2) == {SEE_TIMES}


# --- everybody who comes in is asked about ---


@pytest.mark.parametrize("relationship", [SELF, "parent"])
def test_an_account_with_another_address_than_the_record_is_asked_about(here, relationship):
    eve = here.account("eve")
    here.link(eve, here.new, relationship)
    assert (
        asked(here)["address"]
        == "Nothing in the record shows that eve@mail.example belongs to this person. Make sure, by phone for example."
    )
    here.change(here.old, email="mother@mail.example")
    assert asked(here)["address"].startswith("eve@mail.example is not the address in the record.")
    here.change(here.old, email="EVE@mail.example")
    assert "address" not in asked(here)
    here.change(here.old, email="")
    assert "address" not in asked(here, access={eve.public_id: "end"})


def test_nor_do_they_come_in_unasked_the_other_way_round(here):
    """The known record goes into the registration: its account stays where it is, and reaches all the same what the practice knew."""
    here.change(here.new, provisional_at=here.now)
    here.link(here.account("eve"), here.new)
    here.change(here.old, email="ada@mail.example")
    assert "address" in asked(here, here.old, here.new)
    with pytest.raises(merges.NotConfirmed):
        here.merge(here.old, here.new, ticked=False)


def test_a_tick_is_for_the_address_that_was_looked_at(here):
    eve = here.account("eve")
    here.link(eve, here.new)
    [key] = [one.key for one in seen(here).conflicts if one.key.startswith("address")]
    here.change(eve, email="eve2@mail.example", email_key="eve2@mail.example")
    with pytest.raises(merges.NotConfirmed) as refused:
        transact(merges.merge, here.staff, here.new, here.old, Choices(confirmed=frozenset({key})), seen(here).mark, here.now)
    assert [one.key.split()[:2] for one in refused.value.facts["conflicts"]] == [["address", eve.public_id]]


@pytest.mark.parametrize("known_by", ["phone", "email", "the phone of the account"])
def test_who_was_let_in_no_more_is_recognised_by_phone_and_address(here, known_by):
    ex, other = here.account("ex"), here.account("other")
    transact(links.revoke, here.link(ex, here.old, "carer"), here.now, by=here.staff.account, as_staff=True)
    here.link(other, here.new)
    here.change(ex, phone="+14165550177")
    assert "known" not in asked(here)
    if known_by == "the phone of the account":
        here.change(other, phone="+14165550177")
    else:
        here.change(here.new, **{known_by: {"phone": "+14165550177", "email": "Ex@mail.example"}[known_by]})
    assert asked(here)["known"] == "The access of Ex Test to this record was ended, and the other record has their phone number or address."


# --- nobody may more than before, unasked ---


def test_another_date_of_birth_wakes_no_access_silently(here):
    here.clinic.change(here.practice, age_steps=STEPS)
    here.change(here.old, born_on=born(here, 17))
    here.change(here.new, born_on=born(here, 10))
    dad = here.account("dad")
    here.link(dad, here.old, "parent", decided_on=date(2012, 1, 1))
    assert "wider" not in asked(here)
    assert asked(here, details={"born_on": "source"})["wider"] == "Dad Test may do more than before, because the date of birth changes."
    with pytest.raises(merges.NotConfirmed) as refused:
        mark = seen(here).mark
        transact(
            merges.merge, here.staff, here.new, here.old, Choices({"born_on": "source"}, confirmed=frozenset({"born_on"})), mark, here.now
        )
    assert [one.key for one in refused.value.facts["conflicts"]] == [f"wider {dad.public_id}"]


# --- who may let nobody in does not by merging ---


@pytest.fixture
def desk(here):
    here.clinic.change(here.practice, inviting_roles=["admin"])
    return staff_of(here.practice, here.now, access.FRONT_DESK, "Tom")


def test_who_may_not_invite_lets_nobody_in_by_merging(here, desk):
    eve, ada = here.account("eve"), here.account("ada")
    here.link(eve, here.new), here.link(ada, here.old, "carer", (BOOK,))
    with pytest.raises(merges.MayNotLetIn) as refused:
        merged(desk, here.new, here.old, here.now)
    assert refused.value.status == 403
    assert str(refused.value.message) == "Your role cannot let Eve Test in. Choose “No access”, or ask somebody who may invite people."
    db.session.rollback()
    merged(desk, here.new, here.old, here.now, access={eve.public_id: "end"})
    assert here.may(eve) == set() and here.may(ada) == {BOOK}


def test_nor_the_other_way_round(here, desk):
    here.change(here.new, provisional_at=here.now)
    here.link(here.account("eve"), here.new)
    with pytest.raises(merges.MayNotLetIn) as refused:
        merged(desk, here.old, here.new, here.now)
    assert "Keep the other record instead" in str(refused.value.message)


def test_who_may_not_invite_reads_no_whole_address(here, desk):
    here.link(here.account("eve"), here.new), here.link(here.account("ada"), here.old)
    for by, is_whole in ((here.staff, True), (desk, False)):
        words = " ".join(one.words for one in seen(here, by=by).conflicts)
        assert ("eve@mail.example" in words, "ada@mail.example" in words, "ev…@mail.example" in words) == (is_whole, is_whole, not is_whole)
    assert "@" not in " ".join(one.key for one in seen(here).conflicts), "a tick says no address"


# --- an invitation to the record itself is none to the other ---


def test_an_invitation_of_the_record_stands_when_staff_let_nobody_in_through_the_other(here):
    eve = here.account("eve")
    here.link(eve, here.new)
    invited = here.invite("eve@mail.example", here.old)
    here.merge(access={eve.public_id: "end"})
    invited = db.session.get(Invitation, invited.id, populate_existing=True)
    assert invited.deleted_at is None
    here.accept(eve, mailed_links.latest_claim(invited))
    assert here.may(eve) == {SEE_TIMES, BOOK}


def test_one_of_the_other_record_ends_with_it(here):
    eve = here.account("eve")
    invited = here.invite("eve@mail.example", here.new)
    here.link(eve, here.new, "carer", (MANAGE_ACCESS,))
    here.merge(access={eve.public_id: "end"})
    assert db.session.get(Invitation, invited.id, populate_existing=True).deleted_at


# --- what is kept of the choices ---


def test_only_answers_to_what_was_asked_are_kept(here):
    eve = here.account("eve")
    here.link(eve, here.new)
    keys = frozenset(one.key for one in seen(here).conflicts)
    choices = Choices(
        {"phone": "source", "shoes": "target", "name": "neither"}, {eve.public_id: "keep", "x" * 5000: "end"}, keys | {"y" * 5000}
    )
    transact(merges.merge, here.staff, here.new, here.old, choices, seen(here).mark, here.now)
    kept = db.session.query(Merge).one().choices
    assert kept == {"details": {"phone": "source"}, "access": {eve.public_id: "keep"}, "confirmed": sorted(keys)}
