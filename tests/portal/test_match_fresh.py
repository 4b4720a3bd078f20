"""The list of duplicates stays true by itself: whoever is added or changed is looked up in the background, without a click (MISSION F8)."""

from datetime import date

import pytest
from sqlalchemy import delete, func, select, update

from portal import clock, links, lookalikes, match_index, match_pairs, match_search, matching, unmerging
from portal.access import default_permissions
from portal.database import db, transact
from portal.models import LookAlike, MatchKey, MatchRun, Profile
from portal.traffic import Aside
from tests.portal.merging import merged
from tests.portal.test_lookalikes import MARTA, add, change, in_bulk, statements
from tests.portal.test_match_search import pairs, search


@pytest.fixture
def here(context, cast):
    """Everybody was looked up; the two who are in there twice are told apart."""
    while match_search.work(clock.now()):
        pass
    for name in ("amara", "maria"):
        transact(lookalikes.remember_different, cast.profile(name), cast.profile(f"{name}-on-file"), clock.now(), by=cast.staff("dana"))
    assert match_index.waiting(cast.riverside) == 0 and pairs(cast) == []
    return cast


def go_on() -> None:
    while match_search.work(clock.now()):
        pass


def test_a_practice_that_never_searched_has_its_list_by_itself(context, cast):
    known = [{cast.profile(name).id, cast.profile(f"{name}-on-file").id} for name in ("amara", "maria")]
    go_on()
    assert sorted(map(sorted, pairs(cast))) == sorted(map(sorted, known)) and lookalikes.progress(cast.riverside) is None
    assert db.session.scalar(select(func.count()).select_from(MatchRun)) == 0


def test_whoever_is_added_is_listed_beside_whom_they_look_like(here):
    first = add(here.riverside)
    add(here.beau_rivage)
    go_on()
    assert pairs(here) == []
    second = add(here.riverside)
    assert pairs(here) == [], "no request waits for it"
    go_on()
    assert pairs(here) == [{first.id, second.id}] and lookalikes.count_listed(here.staff("dana")) == 1
    assert pairs(here, "sylvie", "beau-rivage") == []


def test_an_import_past_the_session_is_looked_up_too(here):
    ids = in_bulk(here.riverside, 2)
    go_on()
    assert pairs(here) == [set(ids)]


@pytest.mark.parametrize("older", [True, False], ids=["the older record", "the newer record"])
def test_a_change_makes_and_ends_a_pair_whichever_record_it_is(here, older):
    one, other = add(here.riverside), add(here.riverside, given_name="Zbigniew", born_on=date(1951, 2, 3), phone="", email="")
    go_on()
    assert pairs(here) == []
    mine = one if older else other
    change(mine, **{name: getattr(other if older else one, name) for name in MARTA})
    go_on()
    assert pairs(here) == [{one.id, other.id}]
    change(mine, given_name="Ewa", family_name="Nowak", born_on=date(1999, 9, 9), phone="", email="")
    go_on()
    assert pairs(here) == [] and db.session.scalar(select(LookAlike.id).where(LookAlike.one_id == one.id)) is None


def test_what_is_said_of_a_pair_follows_too(here):
    one, other = add(here.riverside), add(here.riverside)
    go_on()
    change(other, phone="+14165550100")
    go_on()
    (pair,) = lookalikes.listed(here.staff("dana"), 1).rows
    assert pair.likeness == lookalikes.likeness(lookalikes.person_of(one), lookalikes.person_of(db.session.get(Profile, other.id)))
    assert ("phone", "different") in pair.likeness.evidence


def test_who_was_told_apart_stays_so_through_a_change(here):
    amara = here.profile("amara")
    change(amara, city="Montréal")
    go_on()
    assert pairs(here) == []


def test_who_is_merged_drops_out_and_is_back_when_that_is_undone(here, clock):
    one, other, third = (add(here.riverside) for _ in range(3))
    go_on()
    assert sorted(map(sorted, pairs(here))) == [[one.id, other.id], [one.id, third.id], [other.id, third.id]]
    staff = here.staff("dana")
    done = merged(staff, db.session.get(Profile, one.id), db.session.get(Profile, other.id), clock())
    go_on()
    assert pairs(here) == [{other.id, third.id}] and match_index.waiting(here.riverside) == 0
    transact(unmerging.unmerge, staff, done, {}, clock())
    go_on()
    assert sorted(map(sorted, pairs(here))) == [[one.id, other.id], [one.id, third.id], [other.id, third.id]]


def test_who_acts_for_a_person_makes_and_ends_a_pair(here):
    """A child whose name is mistyped, and whose old record has the mother's address."""
    add(here.riverside, given_name="Ola", born_on=None, email="priya@example.com", phone="")
    new = add(here.riverside, given_name="Ola", family_name="Kowalszyck", born_on=None, email="", phone="")
    go_on()
    assert pairs(here) == []
    link = transact(
        lambda: links.grant(here.priya, db.session.get(Profile, new.id), "parent", default_permissions("parent"), clock.now(), ground="x")
    )
    go_on()
    assert len(pairs(here)) == 1
    change(here.priya, email_key="priya@elsewhere.example", email="priya@elsewhere.example")
    go_on()
    assert pairs(here) == []
    change(here.priya, email_key="priya@example.com", email="priya@example.com")
    go_on()
    assert len(pairs(here)) == 1
    change(link, revoked_at=clock.now())
    go_on()
    assert pairs(here) == []


@pytest.mark.parametrize(
    ("contact", "of_account"),
    [({"email": "priya@example.com", "phone": ""}, {}), ({"email": "", "phone": "+14165550177"}, {"phone": "+14165550177"})],
    ids=["address", "telephone"],
)
def test_who_has_the_address_of_the_one_who_acts_finds_the_person_acted_for(here, contact, of_account):
    """The old record is changed by mistake and put right again; nothing of the new one, whose mother made it, changed at all."""
    change(here.priya, **of_account)
    old = add(here.riverside, given_name="Ola", born_on=None, **contact)
    new = add(here.riverside, given_name="Ola", family_name="Kowalszyck", born_on=None, email="", phone="")
    transact(
        lambda: links.grant(here.priya, db.session.get(Profile, new.id), "parent", default_permissions("parent"), clock.now(), ground="x")
    )
    go_on()
    listed = pairs(here)
    assert {old.id, new.id} in listed
    change(old, given_name="Kasper", family_name="Zielinski", email="", phone="")
    go_on()
    assert {old.id, new.id} not in pairs(here)
    change(old, given_name="Ola", family_name=MARTA["family_name"], **contact)
    go_on()
    assert pairs(here) == listed


# --- nothing lost, nothing for nothing ---


EWA = {"given_name": "Ewa", "family_name": "Nowak", "born_on": date(1999, 9, 9), "phone": "", "email": ""}


def again(profile) -> None:
    """As after a change."""
    transact(lambda: db.session.execute(update(Profile).where(Profile.id == profile.id).values(keyed=match_index.stamp())))


@pytest.mark.parametrize("who", ["asked about", "compared with"])
@pytest.mark.parametrize("alike", ["no more", "now"])
def test_who_changes_while_they_are_looked_up_is_looked_up_again(here, who, alike):
    old, new = add(here.riverside), add(here.riverside)
    changed = new if who == "asked about" else old
    go_on()
    if alike == "now":  # and so the pair would be struck out
        change(changed, **EWA)
    again(new)
    looked = match_pairs.look_up(here.riverside.id, [new.id], Aside())
    db.session.rollback()
    assert (set(looked.pairs), looked.gone) == ((set(), {(old.id, new.id)}) if alike == "now" else ({(old.id, new.id)}, set()))
    change(changed, **(MARTA if alike == "now" else EWA))
    go_on()
    true = pairs(here)
    assert true == ([{old.id, new.id}] if alike == "now" else [])
    assert transact(match_pairs.store, looked, clock.now()) == 0 and pairs(here) == true, "what was read before the change counts no more"


def test_two_who_look_up_the_same_find_the_same(here):
    one, other = add(here.riverside), add(here.riverside)
    both = [match_pairs.look_up(here.riverside.id, [one.id, other.id], Aside()) for _ in range(2)]
    db.session.rollback()
    assert [transact(match_pairs.store, looked, clock.now()) for looked in both] == [2, 0]
    assert pairs(here) == [{one.id, other.id}] and match_index.waiting(here.riverside) == 0


def test_who_was_looked_up_is_left_alone_until_the_next_change(here):
    one = add(here.riverside)
    go_on()
    said = statements(go_on)
    assert [it.split()[0] for it in said if it != "BEGIN"] == ["SELECT"] * 4  # of words to search by, keys, runs, and who waits
    change(one, staff_alert="Door on the left", language="fr")
    assert match_index.waiting(here.riverside) == 0


def test_a_search_of_the_whole_practice_looks_up_those_who_wait(context, cast):
    add(cast.riverside)
    search(cast)
    assert match_index.waiting(cast.riverside) == 0


def test_a_search_leaves_those_waiting_who_changed_meanwhile(here, monkeypatch):
    one, look_up = add(here.riverside), match_pairs.look_up
    keyed_in_the_background(one, add(here.riverside, given_name="Ewa", family_name="Nowak", phone="+14165550100", email=""))

    def late(*args, **kwargs):
        looked = look_up(*args, **kwargs)
        db.session.rollback()
        change(one, given_name="Ewa", family_name="Nowak", phone="+14165550100", email="")
        return looked

    transact(match_search.start_search, here.staff("dana"), clock.now())
    mine = match_search._claimed(clock.now())
    with monkeypatch.context() as changing:
        changing.setattr(match_pairs, "look_up", late)
        match_search.go_on(mine, clock.now())
    assert match_index.waiting(here.riverside) == 1
    go_on()
    assert len(pairs(here)) == 1


def keyed_in_the_background(*people) -> None:
    """As if they had come by a bulk insert."""
    transact(match_index.rekey, [one.id for one in people])
    while match_index.key_some():
        pass


def _keyless(ids: list[int]) -> None:
    match_index.rekey(ids)
    for row in (MatchKey, LookAlike):
        db.session.execute(delete(row))


def test_who_becomes_like_somebody_a_search_has_passed_is_found(here):
    """Who is passed was compared with higher ids as they were then; who changes since is compared with everybody."""
    passed, changed = add(here.riverside), add(here.riverside, given_name="Ewa", family_name="Nowak", phone="+14165550100", email="")
    go_on()
    keyed_in_the_background(passed, changed)
    transact(match_search.start_search, here.staff("dana"), clock.now())
    mine = match_search._claimed(clock.now())
    while mine.place < passed.id:
        mine = match_search.go_on(mine, clock.now(), portion=1)
    change(changed, given_name=passed.given_name, family_name=passed.family_name, phone=passed.phone)
    while mine:
        mine = match_search.go_on(mine, clock.now(), portion=1)
    go_on()
    assert {passed.id, changed.id} in pairs(here)


def test_who_has_no_keys_yet_when_a_search_comes_by_is_not_passed(here):
    """Somebody was at work on the record when keys were made: nobody finds it by them, and it waits for its own."""
    first, second = add(here.riverside), add(here.riverside)
    go_on()
    transact(_keyless, [first.id, second.id])
    transact(match_search.start_search, here.staff("dana"), clock.now())
    mine = match_search._claimed(clock.now())
    while mine:
        mine = match_search.go_on(mine, clock.now(), portion=1)
    assert match_index.waiting(here.riverside) == 2
    go_on()
    assert {first.id, second.id} in pairs(here) and match_index.waiting(here.riverside) == 0


def test_somebody_who_cannot_be_compared_stops_nobody(here, monkeypatch, caplog):
    gates = matching._first_gates
    monkeypatch.setattr(matching, "_first_gates", lambda a, b: 1 / 0 if ("ewa",) in (a.given, b.given) else gates(a, b))
    ids = [add(here.riverside, given_name=name).id for name in ("Ewa", "Marta", "Marta")]
    go_on()
    assert pairs(here) == [set(ids[1:])] and "cannot be compared" in caplog.text and match_index.waiting(here.riverside) == 0


def test_whom_another_postman_looked_up_in_between_is_nobody_to_look_up(here, monkeypatch):
    add(here.riverside)
    assert match_index.unseen(10)[1]
    # as if who waited had been looked up between the two questions
    monkeypatch.setattr(match_index.random, "randrange", lambda _first, beyond: beyond)
    assert match_index.unseen(10) == (None, [])
