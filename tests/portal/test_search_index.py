"""The words people are searched by stay true, whoever writes a record."""

import pytest
from sqlalchemy import insert, select

from portal import search_index
from portal.database import db, transact
from portal.models import FurtherNumber, Profile, SearchWord
from portal.staff import finding
from tests.mails import change


@pytest.fixture
def tom(context, cast):
    return cast.staff("tom")


def found(staff, asked) -> list[str]:
    return [one.name for one in finding.people(staff, asked, 1).rows]


def test_a_change_is_found_at_once_and_the_old_words_no_more(tom, cast):
    change(cast.walter, family_name="Zimmermann", phone="+14165559988", preferred_name="Wally")
    for asked in ("zimmer", "wally", "555 9988", "walter zimmermann"):
        assert found(tom, asked) == ["Walter Zimmermann"], asked
    assert found(tom, "brandt") == [] and found(tom, "555 0176") == []


def test_a_further_number_finds_them_until_it_is_removed(tom, cast, clock):
    number = FurtherNumber(
        practice_id=cast.walter.practice_id, profile_id=cast.walter.id, number="+14165557711", kind="work", created_at=clock()
    )
    transact(lambda: (db.session.add(number), db.session.flush()))
    assert found(tom, "416 555 7711") == ["Walter Brandt"]
    change(number, removed_at=clock())
    assert found(tom, "416 555 7711") == []
    change(number, removed_at=None)
    change(number, profile_id=cast.leo.id)  # as a merge does
    assert found(tom, "416 555 7711") == ["Leo Shah"]


def test_who_came_in_past_the_session_is_found_after_the_background_work(tom, cast, clock):
    rows = [
        dict(practice_id=tom.practice_id, given_name="Bulk", family_name=f"Number{n}", created_at=clock(), public_id=f"bulk{n:012}")
        for n in range(7)
    ]
    transact(lambda: db.session.execute(insert(Profile), rows))
    assert found(tom, "bulk") == []
    while search_index.word_some(3):
        pass
    assert len(found(tom, "bulk")) == 7 and search_index.word_some() == 0


def test_a_name_nobody_can_fold_stops_nothing(tom, cast, monkeypatch):
    monkeypatch.setattr(search_index.search_words, "words", lambda facts: 1 / 0)
    change(cast.walter, family_name="Unheard")
    assert db.session.scalar(select(SearchWord).where(SearchWord.profile_id == cast.walter.id)) is None


@pytest.mark.parametrize(
    "asked, expected",
    [
        ("brandtt", ["Walter Brandt"]), ("rbandt", ["Walter Brandt"]), ("waltr brnadt", ["Walter Brandt"]), ("brandt waltr", ["Walter Brandt"]), ("lep", []), ("xrandt", []),
    ],
)  # fmt: skip
def test_a_slip_of_the_finger_is_forgiven_where_nobody_else_is_meant(tom, asked, expected):
    page = finding.people(tom, asked, 1)
    assert [one.name for one in page.rows] == expected and page.is_close is bool(expected)


def test_whoever_fits_comes_before_whoever_nearly_does(tom, cast, clock):
    person = Profile(practice_id=tom.practice_id, given_name="Una", family_name="Brand", created_at=clock())
    transact(lambda: (db.session.add(person), db.session.flush()))
    assert found(tom, "brand") == ["Una Brand", "Walter Brandt"] and not finding.people(tom, "brand", 1).is_close


def test_no_practice_finds_the_people_of_another(context, cast):
    staff = cast.staff("dana", "riverside")
    assert {one.practice_id for asked in ("e", "a", "cot", "514") for one in finding.people(staff, asked, 1).rows} <= {staff.practice_id}


def test_a_birth_date_finds_whose_it_is(tom, cast):
    born = cast.leo.born_on
    for asked in (f"{born:%Y-%m-%d}", f"{born.day} {born:%B} {born.year}", f"{born.day}/{born.month}/{born.year}"):
        assert "Leo Shah" in found(tom, asked), asked
