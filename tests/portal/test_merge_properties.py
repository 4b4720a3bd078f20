"""Random worlds: a merge taken back leaves everything as it was, and no merge gives anybody more than its preview said (MISSION F8)."""

from datetime import timedelta
from random import Random

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from booking import timetable
from portal import merge_preview, unmerging
from portal.database import db, transact
from portal.merge_choices import Choices
from portal.models import Profile
from tests.databases import empty
from tests.portal.merged_life import Life
from tests.portal.merging import World, differences, merged, rights, rows

# Not shrunk: a world is small, and its seed is named. Every run tries the same worlds.
BOUNDED = settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    database=None,
    phases=(Phase.generate,),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
DICE = st.integers(0, 10**9).map(Random)


@pytest.fixture
def world(context, clock):
    """A maker of worlds: `world(dice, people)`, each in an empty database."""

    def make(dice, people: int) -> World:
        db.session.rollback()
        db.session.remove()
        empty(db.engine, db.metadata)
        timetable.forget()  # hypothesis seeds the dice that number it
        return World(dice, clock(), people)

    return make


def days(now) -> list:
    return [now.date() + timedelta(days=n) for n in (0, 1, 2, 30, 365, 399, 401, 2000, 4000)]


def chain(world) -> list:
    """Random merges one after another, until one record is left or the dice are tired of it."""
    standing, done = list(world.people), []
    while len(standing) > 1 and (not done or world.dice.random() < 0.7):
        source, target = world.dice.sample(standing, 2)
        done.append(merged(world.staff, source, target, world.now + timedelta(minutes=len(done)), **world.choices(source, target)))
        standing.remove(source)
    return done


@given(DICE, st.integers(2, 4))
@BOUNDED
def test_merges_taken_back_leave_every_row_and_right_as_it_was(world, dice, people):
    here = world(dice, people)
    before, could = rows(), rights(days(here.now))
    done = chain(here)
    for n, merge in enumerate(reversed(done)):
        transact(unmerging.unmerge, here.staff, merge, {one.key: one.side for one in unmerging.items(merge)}, here.now + timedelta(hours=n))
    assert differences(before, rows()) == []
    assert rights(days(here.now)) == could


@given(DICE, st.integers(2, 3))
@BOUNDED
def test_nobody_may_more_afterwards_than_the_preview_said(world, dice, people):
    here = world(dice, people)
    for n in range(people - 1):
        source, target = dice.sample([one for one in here.people if not db.session.get(Profile, one.id).is_merged], 2)
        wishes = here.choices(source, target)
        now, could = here.now + timedelta(minutes=n), rights(days(here.now))
        seen = merge_preview.preview(source, target, Choices(wishes["details"], wishes["access"]), now)
        merged(here.staff, source, target, now, **wishes)
        may = rights(days(here.now))
        assert {one for one in may if one[1] == source.id} == set(), "nobody reaches the tombstone"
        promised = {one.account.id: one for one in seen.reaches}
        asked = {one.key for one in seen.conflicts if one.needs_confirming}
        for account_id in {one for one, profile_id in may if profile_id == target.id} | promised.keys():
            has, said = may.get((account_id, target.id), [frozenset()])[0], promised[account_id]
            assert has == said.may, "what the preview said is what is"
            mine, theirs = (could.get((account_id, one.id), [frozenset()])[0] for one in (source, target))
            if said.ended_on:
                assert has == frozenset(), "what was ended on either side is ended"
            if said.outcome is not None and not here.practice.steps:
                assert has <= (mine & theirs if said.source and said.target else mine | theirs)
            is_told = f"wider {said.account.public_id}" in asked
            assert has <= mine | theirs or (here.practice.steps and is_told), "another date of birth moves the age steps, and it is said"


@given(DICE, st.integers(2, 3))
@BOUNDED
def test_whatever_is_done_in_between_ends_on_exactly_one_side(world, dice, people):
    here = world(dice, people)
    source, target, *others = here.people
    before, could = rows(), rights(days(here.now))
    merge = merged(here.staff, source, target, here.now, **here.choices(source, target))
    after_merge, may_merged = rows(), rights(days(here.now))
    life = Life(here, target, others)
    for _n in range(dice.randrange(1, 12)):
        life.something()
    later = life.merges_to_take_back()
    if unmerging.blocked_by(merge) is not None:
        with pytest.raises(unmerging.LaterMergeFirst) as refused:
            transact(unmerging.unmerge, here.staff, merge, {one.key: one.side for one in unmerging.items(merge)}, life.now)
        assert refused.value.facts["merge"].id in {one.id for one in later}
    for one in reversed(later):
        transact(unmerging.unmerge, here.staff, one, {item.key: item.side for item in unmerging.items(one)}, life.now)
    before_undo, may_before_undo = rows(), rights(days(here.now))
    asked = [(one, dice.choice(("source", "target"))) for one in unmerging.items(merge)]
    sides = {key: side for one, side in asked for key in one.keys}
    transact(unmerging.unmerge, here.staff, merge, sides, life.now)
    after = rows()
    for name in after:
        if any("profile_id" in row and name not in ("match_keys", "search_words") for row in after[name]):
            assert_each_on_one_side(name, [one[name] for one in (before, before_undo, after)], sides, source, target)
    for name in after.keys() - {
        "profiles",
        "links",
        "invitations",
        "mailed_links",
        "outbox_mails",
        "match_keys",
        "search_words",
        "look_alikes",
    }:
        untouched = [row["id"] for row in after_merge[name] if row in before_undo[name] and "id" in row]
        assert [row for row in before[name] if row.get("id") in untouched] == [row for row in after[name] if row.get("id") in untouched]
    assert_nothing_taken_comes_back(life, source, target, could, may_merged, may_before_undo)
    assert_what_was_edited_is_kept(life, sides, source, target)


def assert_each_on_one_side(name: str, kept: list, sides: dict, source, target) -> None:
    before, before_undo, after = ({row["id"]: row for row in some} for some in kept)
    assert before_undo.keys() == after.keys() >= before.keys()
    for one, row in after.items():
        if one in before:
            assert row["profile_id"] == before[one]["profile_id"], f"{name} {one} is whose it was"
        elif before_undo[one]["profile_id"] == target.id:
            side = sides.get(f"{name}:{one}", "target")
            whole = {key: value for key, value in row.items() if key not in ("profile_id", "primary_at")}
            if row.get("united_with_id") and before_undo[one]["revoked_at"] is None:
                assert after[row["united_with_id"]]["relationship"] == "self", "a person's own access goes before what was given anew"
                continue
            assert row["profile_id"] == {"source": source.id, "target": target.id}[side]
            assert whole == {key: before_undo[one][key] for key in whole}, f"{name} {one} is as it was made"
        else:
            assert row == before_undo[one]


def assert_nothing_taken_comes_back(life, source, target, could, may_merged, may_before_undo) -> None:
    """What the safe flag takes is nobody's decision about one access: it never binds the person themselves."""
    was_safe = "keep_safe" in life.done or life.is_safe
    may, by_flag = rights(days(life.now)), {"manage_access"} if was_safe else set()
    every_day = [frozenset()] * len(days(life.now))
    for account in life.world.accounts:
        merged_may, last = (found.get((account.id, target.id), every_day) for found in (may_merged, may_before_undo))
        for person in (source, target):
            has, had = (found.get((account.id, person.id), every_day) for found in (may, could))
            assert not has[0] & (merged_may[0] - last[0] - by_flag), f"{account.given_name} was taken something and has it for {person.id}"
            if life.world.practice.steps and source.born_on != target.born_on:
                continue  # every record has its own age steps
            assert has[0] - by_flag <= had[0] | last[0], "nothing comes from nowhere"
            for then, merged_then, last_then in zip(has, merged_may, last):
                assert not then & (merged_then - last_then - by_flag), f"{account.given_name} was taken something and has it one day"


def assert_what_was_edited_is_kept(life, sides, source, target) -> None:
    db.session.expire_all()
    for name, value in life.edited.items():
        side = sides.get(f"profiles:{name}", "target")
        assert getattr(source if side == "source" else target, name) == value
    if life.was_kept_safe:
        assert source.is_safe and target.is_safe
