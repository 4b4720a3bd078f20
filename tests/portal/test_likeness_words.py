"""How alike two people are, in words: what is the same, what nearly, and what speaks against it."""

from datetime import date
from itertools import product

import pytest
from flask_babel import force_locale

from portal import likeness_words
from portal.matching import _BORN, _CARD, _FAMILY, _GIVEN, _REACH, Evidence, Likeness, Person, likeness

HOWS = [
    ("name", ["same", "order"]),
    ("given_name", _GIVEN),
    ("family_name", [*_FAMILY, "changed", "order"]),
    ("born_on", _BORN),
    ("card", _CARD),
    *((reach, _REACH) for reach in ("phone", "email", "address")),
]


@pytest.fixture(autouse=True)
def english(app):
    with app.test_request_context(), force_locale("en"):
        yield


def said(*evidence, grade="possible") -> str:
    return likeness_words.words(Likeness(grade, 0.5, tuple(Evidence(*one) for one in evidence)))


@pytest.mark.parametrize(
    "evidence, words",
    [
        ([("born_on", "same"), ("phone", "same"), ("given_name", "short")], "same birth date and phone, short form of the same first name"),
        ([("born_on", "same"), ("name", "same"), ("card", "different")], "same birth date and name, but another health card"),
        ([("born_on", "swapped"), ("name", "same")], "same name, day and month of birth swapped"),
        ([("name", "order"), ("born_on", "same")], "same birth date, first and last name swapped"),
        (
            [("given_name", "same"), ("family_name", "changed"), ("born_on", "digit")],
            "same first name, another last name, birth date differs in one figure",
        ),
        (
            [("name", "same"), ("phone", "different"), ("email", "different"), ("address", "different")],
            "same name, but another phone, email and address",
        ),
        ([("name", "same"), ("born_on", "missing")], "same name, no birth date to compare"),
        ([("card", "same"), ("given_name", "different")], "same health card, but another first name"),
    ],
)
def test_the_evidence_in_words(evidence, words):
    assert said(*evidence) == words


@pytest.mark.parametrize("field, how", [(field, how) for field, hows in HOWS for how in hows if how != "missing"])
def test_whatever_can_be_found_is_said(field, how):
    """Also in pairs with something that is the same: no two things run into one another."""
    alone = said((field, how))
    assert alone and "%" not in alone and "_" not in alone and not alone.startswith(",")
    assert said(("born_on", "same"), (field, how)).count("same birth date") == 1


def test_what_is_not_known_of_one_is_not_said():
    assert said(("name", "same"), ("phone", "missing"), ("card", "missing")) == "same name"


def test_the_words_of_two_people_who_are_one():
    maria = Person("Maria", "Souza", date(1984, 3, 2), frozenset({"+14165550101"}))
    other = Person("María", "Sousa", date(1984, 2, 3), frozenset({"+14165550101"}))
    words = likeness_words.words(likeness(maria, other))
    assert "same" in words and "phone" in words and "day and month of birth swapped" in words


def test_the_tag_says_how_sure_it_is():
    alike, nearly = Evidence("born_on", "same"), Evidence("given_name", "short")
    exact, sure, perhaps = (
        Likeness("certain", 0.9, (alike,)),
        Likeness("certain", 0.9, (alike, nearly)),
        Likeness("possible", 0.5, (alike,)),
    )
    assert [likeness_words.tag(one) for one in (exact, sure, perhaps, None)] == ["Exact match", "Very likely", "Looks alike", "No match"]
    assert [likeness_words.kind(one) for one in (exact, sure, perhaps, None)] == ["ok", "ok", "warn", "info"]


def test_it_reads_the_same_in_both_orders():
    people = [
        Person("Leo", "Shah", date(2018, 6, 2)),
        Person("Leonardo", "Shah", date(2018, 6, 2)),
        Person("Shah", "Leo", date(2018, 2, 6)),
    ]
    for one, other in product(people, people):
        forth, back = likeness(one, other), likeness(other, one)
        assert (forth is None) == (back is None)
        if forth:
            assert likeness_words.words(forth) == likeness_words.words(back)
