"""The index follows every change, and what it finds is of this practice, stands, and was not told apart (M4, SAFETY §6)."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event, insert, select, update

from portal import clock, ledger_words, likeness_words, links, lookalikes, match_index, match_people, match_search, matching
from portal.access import default_permissions
from portal.database import db, transact
from portal.matching import Person
from portal.models import DifferentPeople, LedgerLine, Link, MatchKey, Profile

MARTA = {
    "given_name": "Marta",
    "family_name": "Kowalczyk",
    "born_on": date(1980, 4, 7),
    "phone": "+14165550199",
    "email": "marta@example.org",
}

PHONE = "+14165550111"


@pytest.fixture
def here(context, cast):
    return cast


def add(practice, **facts) -> Profile:
    def use_case():
        profile = Profile(practice_id=practice.id, created_at=clock.now(), **(MARTA | facts))
        db.session.add(profile)
        db.session.flush()
        return profile

    return transact(use_case)


def change(row, **facts) -> None:
    transact(lambda: [setattr(db.session.get(type(row), row.id), name, value) for name, value in facts.items()])


def held(profile) -> set[str]:
    db.session.rollback()
    return set(db.session.scalars(select(MatchKey.key).where(MatchKey.profile_id == profile.id)))


def of(profile) -> set[str]:
    return set(matching.keys(match_people.own(profile)))


def names(found) -> list[int]:
    return [one.profile.id for one in found]


# --- keys ---


def test_whoever_is_added_is_found_at_once(here):
    one = add(here.riverside)
    assert held(one) == of(one) != set() and match_index.key_some() == 0
    found = lookalikes.find(here.riverside, Person(**{name: MARTA[name] for name in ("given_name", "family_name", "born_on")}))
    assert names(found) == [one.id] and found[0].profile.practice.slug == "riverside" and found[0].likeness.evidence


@pytest.mark.parametrize(
    "changed",
    [
        {"given_name": "Ewa"},
        {"family_name": "Nowak"},
        {"born_on": date(1981, 5, 8)},
        {"born_on": None},
        {"phone": "+14165550100"},
        {"email": ""},
        {"street": "12 Elm Road", "postal_code": "M5V 2T6"},
        {"card_number": "1234 567 890 AB"},
    ],
    ids=lambda facts: next(iter(facts)),
)
def test_keys_follow_every_change_that_matters(here, changed):
    one = add(here.riverside)
    before = held(one)
    change(one, **changed)
    assert held(one) == of(db.session.get(Profile, one.id)) != before


def test_two_who_change_different_things_both_count(here):
    """The second to write had read the record before the first one's change; on SQLite they take turns anyway."""
    one = add(here.riverside)

    def use_case():
        mine = db.session.get(Profile, one.id)
        past_us = update(Profile.__table__).where(Profile.id == one.id).values(phone="+15195550100")
        db.session.connection().execute(past_us)
        mine.given_name = "Ewa"

    transact(use_case)
    db.session.expire_all()
    assert held(one) == of(db.session.get(Profile, one.id)) and one.phone == "+15195550100"


def statements(work) -> list[str]:
    said = []

    def note(_connection, _cursor, statement, *_):
        said.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        work()
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    return said


def test_a_change_of_anything_else_costs_nothing(here):
    one = add(here.riverside)
    said = statements(lambda: change(one, staff_alert="Door on the left", language="fr", email_consent_at=clock.now()))
    assert said and not any("match_keys" in it for it in said)


def in_bulk(practice, count: int = 1, **facts) -> list[int]:
    rows = [MARTA | {"practice_id": practice.id, "created_at": clock.now()} | facts for _ in range(count)]
    return transact(lambda: list(db.session.scalars(insert(Profile).returning(Profile.id), rows)))


def test_people_who_came_past_the_session_are_waited_for_and_then_found(here):
    while match_search.work():
        pass
    (one,) = in_bulk(here.riverside)
    in_bulk(here.beau_rivage, given_name="Ewa")
    person = match_people.own(db.session.get(Profile, one))
    assert lookalikes.find(here.riverside, person) == []
    preparing = lookalikes.preparing(here.riverside, few=0)
    assert lookalikes.preparing(here.riverside) is None, "nobody need read that of a few"
    assert preparing.total - preparing.done == 1 and preparing.done > 5
    while match_search.work():
        pass
    assert names(lookalikes.find(here.riverside, person)) == [one]
    assert lookalikes.preparing(here.riverside, few=0) is lookalikes.preparing(here.beau_rivage, few=0) is None


@pytest.mark.parametrize("looked_up", [True, False], ids=["looked up", "waiting"])
@pytest.mark.parametrize("later", [-1, 1])
def test_keys_of_another_version_are_made_anew(here, later, looked_up):
    one, version = add(here.riverside), matching.VERSION + later

    def use_case():
        keyed = -version if looked_up else version * match_index.STAMPS + 5
        db.session.execute(update(Profile).where(Profile.id == one.id).values(keyed=keyed))
        db.session.add(MatchKey(practice_id=one.practice_id, key="of old", profile_id=one.id))

    transact(use_case)
    assert match_index.key_some() == 1 and held(one) == of(one)
    assert match_index.key_some() == 0


def test_whoever_changes_people_by_a_statement_has_them_keyed_anew(here):
    one = add(here.riverside)
    transact(
        lambda: (db.session.execute(update(Profile).where(Profile.id == one.id).values(phone="+15195550100")), match_index.rekey([one.id]))
    )
    assert match_index.key_some() == 1
    db.session.expire_all()
    assert held(one) == of(db.session.get(Profile, one.id))


@pytest.mark.parametrize("past_us", [False, True])
def test_keys_reckoned_of_what_has_changed_meanwhile_are_not_written(here, monkeypatch, past_us):
    (one,) = in_bulk(here.riverside)
    store = match_index._store

    def late(made):
        if past_us:
            db.session.connection().execute(update(Profile.__table__).where(Profile.id == one).values(given_name="Ewa"))
        else:
            db.session.get(Profile, one).given_name = "Ewa"
            db.session.flush()
        return store(made)

    with monkeypatch.context() as changing:
        changing.setattr(match_index, "_store", late)
        assert match_index.key_some() == 0
    assert match_index.key_some() == past_us
    db.session.expire_all()
    assert held(db.session.get(Profile, one)) == of(db.session.get(Profile, one))


def test_a_name_that_cannot_be_keyed_stops_nobody(here, monkeypatch, caplog):
    make = matching.keys
    monkeypatch.setattr(matching, "keys", lambda person: make(person) if person.given_name != "Ewa" else 1 / 0)
    one, other = add(here.riverside, given_name="Ewa"), add(here.riverside)
    assert held(one) == set() and held(other) and "has no keys" in caplog.text
    in_bulk(here.riverside, given_name="Ewa")
    assert match_index.key_some() == 1 and match_index.key_some() == 0


# --- who is found ---


def test_neither_the_other_practice_nor_the_merged_nor_oneself(here):
    one, other = add(here.riverside), add(here.riverside)
    add(here.beau_rivage)
    gone = add(here.riverside)
    change(gone, merged_at=clock.now(), replaced_by_id=one.id)
    assert names(lookalikes.like(one)) == [other.id] and names(lookalikes.like(other)) == [one.id]
    assert lookalikes.like_each([one, gone]) == {one.id: lookalikes.like(one), gone.id: []}


def test_the_best_come_first_and_no_more_than_asked(here):
    one = add(here.riverside)
    weak, strong = add(here.riverside, born_on=None, phone="", email=""), add(here.riverside)
    assert names(lookalikes.like(one)) == [strong.id, weak.id]
    assert names(lookalikes.like(one, most=1)) == [strong.id]


def test_many_are_asked_about_in_as_few_statements_as_one(here):
    some = [add(here.riverside, given_name=f"Name{n}") for n in range(8)] + [add(here.riverside) for _ in range(2)]
    both = lookalikes.like_each(some)
    assert names(both[some[-1].id]) == [some[-2].id] and all(one.id in both for one in some)
    db.session.expunge_all()
    assert len(statements(lambda: lookalikes.like_each(some))) <= 10
    assert len(statements(lambda: lookalikes.like(some[-1]))) <= 11


def test_an_address_of_who_acts_for_them_counts_like_their_own(here):
    """A child its mother registered; the old record has the mother's address typed in."""
    old = add(here.riverside, given_name="Ola", born_on=None, email="Priya@Example.com", phone="")
    new = add(here.riverside, given_name="Ola", family_name="Shah", born_on=None, email="", phone="")
    assert names(lookalikes.like(new)) == []
    link = Link(practice_id=new.practice_id, account_id=here.priya.id, profile_id=new.id, relationship="parent", created_at=clock.now())
    link.permissions = list(default_permissions("parent"))
    transact(db.session.add, link)
    assert lookalikes.person_of(new).emails == {"priya@example.com"} == lookalikes.person_of(old).emails
    assert lookalikes.person_of(new, [link]) == lookalikes.person_of(new)
    assert old.id in match_index.candidates(new.practice_id, {0: matching.lookup_keys(lookalikes.person_of(new))})[0]
    change(link, revoked_at=clock.now())
    assert lookalikes.person_of(new).emails == set()


def test_a_key_that_everybody_has_hides_nobody(here, monkeypatch):
    """A telephone of the clinic's own, typed where nobody knew: who shares more is found before, in a bounded look."""
    monkeypatch.setattr(match_index, "MOST_ROWS", 40)
    in_bulk(here.riverside, 100, given_name="A", family_name="B", born_on=None, email="", phone="+14165550000")
    one, other = (add(here.riverside, phone="+14165550000") for _ in range(2))
    while match_search.work():
        pass
    assert names(lookalikes.like(one)) == [other.id]
    lonely = add(here.riverside, given_name="A", family_name="B", born_on=None, email="", phone="+14165550000")
    assert len(match_index.candidates(here.riverside.id, {0: held(lonely)})[0]) == 40


def test_no_more_of_the_index_is_looked_at_for_one_of_many(monkeypatch):
    monkeypatch.setattr(match_index, "MOST_ROWS", 10)
    holders = {"rare": [7, 8], "usual": [8, 9], "everybody's": list(range(10))}
    assert match_index._ranked(holders, holders, 60) == [8, 7, 9]
    assert match_index._ranked(["everybody's", "nobody's"], holders, 3) == [0, 1, 2]


DAYS = st.sampled_from(
    [
        None,
        date(1980, 4, 7),
        date(1980, 7, 4),
        date(1980, 4, 8),
        date(1984, 4, 7),
        date(2010, 4, 7),
        date(1990, 4, 7),
        date(1900, 1, 1),
        date(1, 4, 7),
    ]
)
CARDS = st.sampled_from(["", "1234567890", "1234567891", "99", "ABCDE12345", "1111111111"])


@given(DAYS, DAYS, CARDS, CARDS)
def test_whoever_is_gone_before_names_are_read_would_not_be_alike(born_on, other_born_on, card, other_card):
    facts = dict(
        given_name="Marta", family_name="Kowalczyk", phones=frozenset([PHONE]), street="12 Elm Road", city="Toronto", postal_code="M5V 2T6"
    )
    one, other = Person(born_on=born_on, card=card, **facts), Person(born_on=other_born_on, card=other_card, **facts)
    if match_people._are_far(one.ready, other_born_on, other_card):
        assert matching.likeness(one, other) is None


# --- told apart ---


def test_who_was_told_apart_is_not_proposed_again_until_it_is_taken_back(here):
    one, other, staff = add(here.riverside), add(here.riverside), here.staff("dana")
    for pair in ((one, other), (other, one)):
        transact(lookalikes.remember_different, *pair, clock.now(), by=staff)
    assert lookalikes.are_different(other, one) and len(db.session.scalars(select(DifferentPeople)).all()) == 1
    assert lookalikes.like(one) == lookalikes.like(other) == [] and lookalikes.like_each([one])[one.id] == []
    assert names(lookalikes.find(here.riverside, lookalikes.person_of(one))) == [one.id, other.id]
    for _ in range(2):
        transact(lookalikes.take_back, other, one, clock.now(), by=staff)
    assert not lookalikes.are_different(one, other) and names(lookalikes.like(one)) == [other.id]
    transact(lookalikes.remember_different, one, other, clock.now(), by=staff)
    assert lookalikes.like(one) == [] and len(db.session.scalars(select(DifferentPeople)).all()) == 2


def test_both_ledgers_say_so_to_staff_alone(here, app):
    one, staff = add(here.riverside), here.staff("dana")
    transact(lookalikes.remember_different, here.leo, one, clock.now(), by=staff)
    transact(lookalikes.take_back, here.leo, one, clock.now(), by=staff)
    rows = db.session.scalars(select(LedgerLine).where(LedgerLine.verb.startswith("told_apart")).order_by(LedgerLine.id)).all()
    assert [(row.profile_id, row.verb) for row in rows] == [
        (who.id, verb) for verb in ("told_apart", "told_apart_no_more") for who in (here.leo, one)
    ]
    line = ledger_words.Line(rows[0], here.dana, None, None, "admin")
    own = here.link("priya", "priya")
    with app.test_request_context():
        for who, name in (("dana", one.name), ("maya", "a similar record")):
            reader = ledger_words.Reader(here.leo, None, clock.today("UTC"), here.staff(who))
            assert ledger_words.what(line, reader, ledger_words.loaded([rows[0]])) == f"Not the same person as {name}"
        for link in (own, here.link("priya", "leo")):
            assert ledger_words.what(line, ledger_words.Reader(link.profile, link, clock.today("UTC")), {}) is None


def test_records_of_two_practices_are_no_pair(here):
    with pytest.raises(ValueError):
        transact(lookalikes.remember_different, add(here.riverside), add(here.beau_rivage), clock.now(), by=here.staff("dana"))
    with pytest.raises(ValueError):
        transact(lookalikes.remember_different, here.leo, here.leo, clock.now(), by=here.staff("dana"))


def test_what_is_only_of_who_acts_for_the_person_is_said_to_be_theirs(here, app):
    def said(given_name, **facts):
        found = lookalikes.find(here.riverside, Person(given_name=given_name, family_name="Shah", **facts))
        with app.test_request_context():
            return next(likeness_words.words(one.likeness, one.lent) for one in found if one.profile.given_name == given_name)

    change(here.leo, phone="", email="")
    change(here.priya, phone=PHONE)
    typed = {"born_on": here.leo.born_on, "phones": frozenset([PHONE])}
    assert said("Leo", **typed) == "same birth date and name, the phone of Priya Shah, who acts for Leo"
    change(here.leo, phone=PHONE)
    assert said("Leo", **typed) == "same birth date, name and phone"


def test_two_records_of_one_account_say_whose_phone_it_is(here, app):
    other = add(here.riverside, given_name="Leo", family_name="Shah", born_on=here.leo.born_on, phone="", email="")
    change(here.leo, phone="", email="")
    change(here.priya, phone=PHONE)
    transact(lambda: links.grant(here.priya, other, "parent", default_permissions("parent"), clock.now(), ground="x"))
    found = lookalikes.compared(here.leo, [other])[other.id]
    with app.test_request_context():
        assert (
            likeness_words.words(found.likeness, found.lent)
            == "same birth date and name, the email and phone of Priya Shah, who acts for both"
        )
