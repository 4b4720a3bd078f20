"""Amounts as people type them."""

import pytest

from portal.money import MOST, BadMoney, minor_units, plain_amount


@pytest.mark.parametrize(
    "text, cents",
    [
        ("120", 12000), ("$120.50", 12050), ("120,5", 12050), ("120,50 $", 12050), ("1 200", 120000), ("1\u202f200,00", 120000), ("1,200.00", 120000),
        ("1.200,00", 120000), ("0", 0), ("", None), ("  ", None), ("CAD 85", 8500),
    ],
)  # fmt: skip
def test_an_amount_is_read_the_way_people_write_it(text, cents):
    assert minor_units(text, "CAD") == cents


@pytest.mark.parametrize("text", ["a lot", "-5", "12.345,6.7", "1e3", "9" * 12, "12.", "٣", "0.500", "0,005"])
def test_what_is_no_amount_is_refused(text):
    with pytest.raises(BadMoney):
        minor_units(text, "CAD")


@pytest.mark.parametrize(
    "text, currency, amount", [("¥4,500", "JPY", 4500), ("JPY 4500", "JPY", 4500), ("KWD 4.500", "KWD", 4500), ("CHF 80", "CHF", 8000)]
)
def test_the_currency_may_be_typed_with_it(text, currency, amount):
    assert minor_units(text, currency) == amount


def test_a_currency_without_small_change_has_none():
    assert minor_units("1200", "JPY") == 1200 and plain_amount(1200, "JPY") == "1200"
    with pytest.raises(BadMoney):
        minor_units("12.50", "JPY")


@pytest.mark.parametrize("text, fils", [("4.500", 4500), ("4,5", 4500), ("45", 45000), ("1,234.500", 1234500), ("0.005", 5)])
def test_a_currency_with_three_figures_of_small_change_is_not_read_a_thousandfold(text, fils):
    assert minor_units(text, "KWD") == fils
    assert minor_units(plain_amount(fils, "KWD"), "KWD") == fils, "what is filled in is read back"


@pytest.mark.parametrize("cents", [None, 0, 5, 8500, 12050, MOST])
def test_what_is_shown_is_read_back(cents):
    assert minor_units(plain_amount(cents, "CAD"), "CAD") == cents
