"""Who has one telephone, one address for mail and one birth date, or says nothing with any of them: what a strict reader tries next."""

from datetime import date

import pytest

from portal.matching import keys
from tests.portal.test_matching import HOME, grade, person

NOBODYS = {"phone": "+15555555555", "email": "no-email@none.example"}  # what is typed where a form insists


@pytest.mark.parametrize("pair", ["Anna Anne", "Maria Marie", "Julia Julie", "Christina Christine"])
def test_names_that_end_otherwise_are_looked_at_where_one_telephone_is_shared(pair):
    one, other = (person(f"{name}, Okafor", **HOME) for name in pair.split())
    assert grade(one, other) == "possible"
    assert grade(*(person(f"{name}, Okafor", street="12 Elm Road", postal_code="M5V 2T6") for name in pair.split())) == "certain"


def test_one_card_typed_for_anna_and_anne_is_looked_at_as_well():
    assert grade(person("Anna, Okafor", card="1234567890", **HOME), person("Anne, Okafor", card="1234567890", **HOME)) == "possible"


@pytest.mark.parametrize("pair", ["Minjun Minjae", "Minju Minjae", "Minju Minji"])
def test_korean_twins_are_never_proposed_though_one_of_their_names_is_listed(pair):
    assert grade(*(person(f"{name}, Kim", **HOME) for name in pair.split())) is None


@pytest.mark.parametrize("pair", ["Jónsdóttir Pálsdóttir", "Gunnarsdóttir Einarsdóttir"])
def test_daughters_of_two_fathers_are_two_people(pair):
    assert grade(*(person(f"Guðrún, {name}") for name in pair.split())) is None


def test_a_slip_at_the_beginning_of_a_long_name_is_a_slip_all_the_same():
    assert grade(person("Guðrún, Jónsdóttir"), person("Gudrun, Hjonsdottir")) == "certain"


def test_what_is_typed_where_nobody_knew_a_number_or_an_address_says_nothing():
    one, other = person("Sarah, Okafor", **NOBODYS), person("Sarah, Brandt", **NOBODYS)
    assert grade(one, other) is None
    assert not keys(one) & keys(other) - keys(person("Sarah, Brandt")), "nobody is found by it either"
    assert grade(person("Sarah, Okafor", None, **NOBODYS), person("Sarah, Okafor", date(1984, 3, 9), **NOBODYS)) == "possible"


@pytest.mark.parametrize("whole", ["王小明,", "小明王,"])
def test_a_chinese_name_that_stands_in_one_field_is_found(whole):
    assert grade(person(whole, **HOME), person("小明, 王", **HOME)) == "certain"
    assert grade(person("王小红,", **HOME), person("小明, 王", **HOME)) is None


def test_initials_are_looked_at_and_those_of_another_name_are_not():
    assert grade(person("J.P., Okafor", **HOME), person("Jean-Pierre, Okafor", **HOME)) == "possible"
    assert grade(person("J.R., Okafor", **HOME), person("Jean-Pierre, Okafor", **HOME)) is None
