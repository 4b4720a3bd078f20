"""The search of a whole practice: complete, in portions, carried on after whoever stopped; its list holds what still waits for an answer."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from portal import clock, lookalikes, match_pairs, match_people, match_search, postman, rounds
from portal.access import default_permissions
from portal.database import db, transact
from portal.errors import Busy
from portal.models import Link, LookAlike, MatchRun, Profile
from tests.portal.test_lookalikes import add, change, in_bulk, statements


@pytest.fixture
def here(context, cast):
    return cast


def start(cast, by="dana", slug="riverside") -> MatchRun:
    return transact(match_search.start_search, cast.staff(by, slug), clock.now())


def search(cast, by="dana", slug="riverside") -> MatchRun:
    """From the beginning to the end."""
    start(cast, by, slug)
    while match_search.work(clock.now()):
        pass
    db.session.expire_all()
    run = lookalikes.progress(cast.staff(by, slug).practice)
    assert run.is_finished and run.lease_until is None
    return run


def pairs(cast, by="dana", slug="riverside") -> list[set[int]]:
    db.session.expire_all()
    return [{pair.one.id, pair.other.id} for pair in lookalikes.listed(cast.staff(by, slug), 1).rows]


def twin_records(practice, count: int = 1) -> list[set[int]]:
    """So many people, twice each."""
    return [
        {add(practice, given_name=name, phone="", email="").id for _ in range(2)}
        for name in ("Marta", "Ewa", "Zofia", "Jan", "Piotr")[:count]
    ]


def test_everybody_is_looked_at_and_every_pair_listed_once_with_why(here):
    known = {frozenset((here.profile(name).id, here.profile(f"{name}-on-file").id)) for name in ("amara", "maria")}
    made, run = twin_records(here.riverside, 3), search(here)
    assert run.done == run.total == len(db.session.scalars(select(Profile).where(Profile.practice_id == here.riverside.id)).all())
    assert {frozenset(pair) for pair in pairs(here)} == {frozenset(pair) for pair in made} | known
    assert run.found == len(known) + 3 == lookalikes.count_listed(here.staff("dana")) and run.percent == 100
    for pair in lookalikes.listed(here.staff("dana"), 1).rows:
        one, other = (lookalikes.person_of(each) for each in (pair.one, pair.other))
        assert pair.likeness == lookalikes.likeness(one, other)


def test_certain_ones_come_first_and_the_best_of_them(here):
    twin_records(here.riverside, 2)
    for born_on in (None, None):
        add(here.riverside, given_name="Basia", family_name="Wrona", born_on=born_on, phone="", email="")
    search(here)
    shown = [(pair.likeness.grade != "certain", -pair.likeness.score) for pair in lookalikes.listed(here.staff("dana"), 1).rows]
    assert shown == sorted(shown) and {grade for grade, _score in shown} == {False, True}


def test_a_page_of_the_list_costs_as_many_statements_however_long_it_is(here):
    twin_records(here.riverside, 5)
    search(here)
    db.session.expunge_all()
    staff = here.staff("dana")
    said = statements(lambda: [(pair.one.name, pair.other.name) for pair in lookalikes.listed(staff, 1).rows])
    assert len(said) == 4


def test_each_practice_is_searched_by_itself(here):
    twin_records(here.beau_rivage)
    add(here.riverside, phone="", email="")
    run = search(here, "sylvie", "beau-rivage")
    assert run.found == 1 == len(pairs(here, "sylvie", "beau-rivage")) and lookalikes.progress(here.riverside) is None
    assert len(pairs(here)) == 2


def test_who_came_past_the_session_is_prepared_first(here):
    ids = set(in_bulk(here.riverside, 2))
    run = search(here)
    assert ids in pairs(here) and run.done == run.total


def test_an_address_of_who_acts_for_them_makes_a_pair_from_either_side(here):
    """The index holds own facts; only the one with the mother's account finds the other, whichever record is older."""
    for link_first in (True, False):
        name = "Ola" if link_first else "Ula"
        one, other = (add(here.riverside, given_name=name, family_name=family, born_on=None, phone="", email=email) for family, email in
                      sorted((("Shah", ""), ("Wrona", "priya@example.com")), reverse=not link_first))  # fmt: skip
        child = one if one.family_name == "Shah" else other
        link = Link(
            practice_id=child.practice_id, account_id=here.priya.id, profile_id=child.id, relationship="parent", created_at=clock.now()
        )
        link.permissions = list(default_permissions("parent"))
        transact(db.session.add, link)
        near = match_pairs._near(here.riverside.id, match_people.known([one.id, other.id]), later=True)
        assert (other.id if child is one else one.id) in near[child.id]


def test_who_is_merged_or_told_apart_leaves_the_list_at_once(here):
    twin_records(here.riverside, 2)
    search(here)
    first, second, *_rest = lookalikes.listed(here.staff("dana"), 1).rows
    count = lookalikes.count_listed(here.staff("dana"))
    change(first.one, merged_at=clock.now(), replaced_by_id=first.other.id)
    transact(lookalikes.remember_different, second.other, second.one, clock.now(), by=here.staff("tom"))
    assert lookalikes.count_listed(here.staff("dana")) == count - 2
    assert not any({first.one.id, first.other.id} == pair or {second.one.id, second.other.id} == pair for pair in pairs(here))
    transact(lookalikes.take_back, second.one, second.other, clock.now(), by=here.staff("tom"))
    assert {second.one.id, second.other.id} in pairs(here)


def test_the_next_search_forgets_what_is_no_pair_any_more_and_keeps_the_rest(here, clock):
    made = twin_records(here.riverside, 2)
    search(here)
    one = db.session.get(Profile, min(made[0]))
    change(one, given_name="Bronisława", family_name="Zając", born_on=None)
    assert made[0] in pairs(here)
    clock.forward(minutes=5)
    search(here)
    assert made[0] not in pairs(here) and made[1] in pairs(here)
    assert {row.found_at for row in db.session.scalars(select(LookAlike))} == {clock.at}


def test_starting_twice_is_one_search_and_afterwards_a_new_one(here):
    first = start(here)
    assert start(here, by="tom").id == first.id and len(db.session.scalars(select(MatchRun)).all()) == 1
    assert lookalikes.progress(here.riverside).id == first.id and first.percent == 0 and not first.is_finished
    while match_search.work(clock.now()):
        pass
    assert start(here, by="tom").id != first.id


def test_progress_is_told_after_every_portion(here, monkeypatch):
    in_bulk(here.riverside, 10, given_name="Zbigniew")
    monkeypatch.setattr(match_search, "PORTION", 4)
    run, seen = start(here), []
    while match_search.work(clock.now(), seconds=0):
        db.session.expire_all()
        seen.append((run.done, run.percent, run.is_finished))
    assert seen == sorted(seen) and len({done for done, *_ in seen}) >= run.total // 4
    assert seen[-1] == (run.total, 100, True) and seen[0][1] < 50 and all((percent == 100) == finished for _done, percent, finished in seen)


def test_a_slice_ends_and_gives_the_run_back(here, monkeypatch):
    monkeypatch.setattr(match_search, "PORTION", 3)
    run = start(here)
    assert match_search.work(clock.now(), seconds=0)
    db.session.expire_all()
    assert run.done == 3 and run.lease_until is None


def test_who_died_is_carried_on_after_when_the_lease_ends(here, clock):
    run = start(here)
    dead = match_search._claimed(clock())
    dead = match_search.go_on(dead, clock(), portion=3)
    assert not match_search.work(clock())  # it is his
    clock.forward(seconds=int(match_search.LEASE.total_seconds()))
    while match_search.work(clock()):
        pass
    db.session.expire_all()
    assert run.is_finished and run.done == run.total
    assert match_search.go_on(dead, clock(), portion=3) is None, "who was thought dead adds nothing"
    db.session.expire_all()
    assert run.done == run.total


def test_a_lease_from_a_clock_that_ran_ahead_has_ended(here, clock):
    run = start(here)
    change(run, lease_until=clock() + timedelta(days=1))
    while match_search.work(clock()):
        pass
    db.session.expire_all()
    assert run.is_finished


def test_of_two_on_one_run_the_first_to_store_counts(here):
    run = start(here)
    one = match_search._claimed(clock.now())
    assert match_search.go_on(one, clock.now(), portion=3).place > one.place
    assert match_search.go_on(one, clock.now(), portion=3) is None
    db.session.expire_all()
    assert run.done == 3


def test_a_busy_database_is_for_the_next_round(here, monkeypatch):
    start(here)

    def busy(*_, **__):
        raise Busy()

    monkeypatch.setattr(match_search, "go_on", busy)
    assert match_search.work(clock.now()) is True


def test_the_postman_searches_beside_his_mails_and_goes_on_at_once(app, cast, monkeypatch):
    with app.app_context():
        run_id = start(cast).id
    walk, delivered = rounds.Rounds(app, every=600), []
    monkeypatch.setattr(match_search, "PORTION", 3)
    monkeypatch.setattr(match_search, "SLICE_SECONDS", 0)

    def deliver():
        delivered.append(1)
        run = db.session.get(MatchRun, run_id, populate_existing=True)
        if run.is_finished or len(delivered) > 50:
            walk.stop()

    monkeypatch.setattr(postman, "deliver_due", deliver)
    walk.walk()
    assert 3 < len(delivered) <= 50


def test_the_command_once_does_all_of_it(app, cast):
    with app.app_context():
        run_id = start(cast).id
    assert app.test_cli_runner().invoke(args=["postman", "--once"]).exit_code == 0
    with app.app_context():
        assert db.session.get(MatchRun, run_id).is_finished
