"""Health cards: true examples pass, a wrong figure is seen, and nobody is called wrong whose province publishes no rule."""

from datetime import date, timedelta

import pytest

from portal.health_cards import BORN, DIGIT, EXPIRED, EXPIRES, NAME, NO_VERSION, SEX, SHAPE, SHAPES, SOON, VERSION, Card, Holder, problems

TODAY = date(2026, 12, 10)
SOMEBODY, LAST = Holder(), Holder("First", "Last", date(1980, 2, 14), "male")


def of(number, region, version="", expires_on=None, holder=SOMEBODY):
    return problems(Card(number, region, version, expires_on), holder, TODAY)


@pytest.mark.parametrize(
    "number, region",
    [
        ("1234-567-897", "ON"),
        ("1234 567 897 AB", "ON"),  # the version behind the number, as it is printed
        ("9698 658 215", "BC"),  # of python-stdnum
        ("LASF 8002 1411", "QC"),  # of petalmd/health_card
        ("AAAA01010112", "QC"),
        ("AAAA01010110", "QC"),  # born in 2001
        ("AAAA01510117", "QC"),  # a woman
        ("12345-6789", "AB"),
        ("123 456 789", "SK"),
        ("123456789", "MB"),
        ("0123 456 789", "NS"),
        ("123-456-789", "NB"),
        ("12345678", "PE"),
        ("1234 5678 9012", "NL"),
        ("002-123-456", "YT"),
        ("N1234567", "NT"),
        ("123 456 789", "NU"),
    ],
)
def test_what_stands_on_true_cards_is_in_order(number, region):
    assert of(number, region) == []


@pytest.mark.parametrize("region, number", [("ON", "1234567897"), ("BC", "9698658215"), ("QC", "AAAA01010112")])
def test_every_other_last_figure_is_seen(region, number):
    for figure in "0123456789":
        if region == "QC" and figure == "0":
            continue  # as for somebody born in 2001
        assert of(number[:-1] + figure, region) == ([] if figure == number[-1] else [DIGIT])


@pytest.mark.parametrize(
    "number, region",
    [
        ("123456789", "ON"),
        ("12345678901", "ON"),
        ("8698658215", "BC"),
        ("AAAA0101011", "QC"),
        ("AAAA01410112", "QC"),
        ("AAAA01013211", "QC"),
        ("12345678", "AB"),
        ("1234567", "NT"),
        ("١٢٣٤٥٦٧٨٩", "AB"),
    ],
)
def test_a_number_of_another_shape_is_seen(number, region):
    assert of(number, region) == [SHAPE]


def test_versions_are_ontarios_alone():
    assert of("1234567897", "ON", "A") == of("1234567897", "ON", "ab") == of("1234567897", "ON") == []
    assert of("1234567897", "ON", "A1") == of("1234567897", "ON", "ABC") == [VERSION]
    assert of("123456789", "AB", "AB") == [NO_VERSION]


def test_a_card_that_ended_and_one_that_ends_soon():
    assert of("1234567897", "ON", "AB", TODAY - timedelta(days=1)) == [EXPIRED]
    assert of("1234567897", "ON", "AB", TODAY) == of("1234567897", "ON", "AB", TODAY + SOON) == [EXPIRES]
    assert of("1234567897", "ON", "AB", TODAY + SOON + timedelta(days=1)) == []
    assert of("", "ON", "", TODAY - timedelta(days=1)) == []


@pytest.mark.parametrize(
    "changes, found",
    [
        ({}, []),
        ({"family_name": "Lâstname-Other"}, []),
        ({"family_name": "Other"}, [NAME]),
        ({"given_name": "Anna"}, [NAME]),
        ({"family_name": ""}, []),
        ({"born_on": date(1980, 2, 15)}, [BORN]),
        ({"sex": "female"}, [SEX]),
        ({"sex": "something of their own"}, []),
    ],
)
def test_a_quebec_number_says_whose_it_is(changes, found):
    assert of("LASF80021411", "QC", holder=LAST._replace(**changes)) == found


def test_short_names_are_filled_up():
    assert NAME not in of("ROXM90010112", "QC", holder=Holder("Mia", "Ro"))
    assert NAME in of("ROAM90010112", "QC", holder=Holder("Mia", "Ro"))


@pytest.mark.parametrize("region", ["", "TX"])
def test_a_card_of_nobody_knows_where_is_left_alone(region):
    assert of("whatever 12", region) == []


def test_every_province_has_a_shape():
    assert len(SHAPES) == 13
