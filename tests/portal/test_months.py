"""Months as people write them."""

import pytest

from portal.months import month_number


@pytest.mark.parametrize(
    "typed, number",
    [
        ("3", 3), ("03", 3), ("12", 12), ("March", 3), ("march", 3), ("MAR", 3), ("mars", 3), ("Sept", 9), ("sept.", 9), ("déc", 12), ("DÉC.", 12), ("dec", 12),
        ("février", 2), ("fevrier", 2), ("fév", 2), ("août", 8), ("aout", 8), ("juin", 6), ("juil", 7), ("jun", 6), ("mai", 5), ("May", 5), ("de\u0301c", 12),
        ("enero", 1), ("ene.", 1), ("Abril", 4), ("mayo", 5), ("junio", 6), ("jul", 7), ("ago", 8), ("diciembre", 12), ("dic.", 12),
    ],
)  # fmt: skip
def test_a_month_may_be_written_as_a_number_or_a_name_in_any_of_our_languages(typed, number):
    assert month_number(typed) == number


@pytest.mark.parametrize("typed", ["", "m", "ma", "jui", "Marchy", "smarch", "003", "-3", "+3", "3.0", "...", "m a r", "٣"])
def test_what_names_no_month_or_two_of_them_is_refused(typed):
    with pytest.raises(ValueError):
        month_number(typed)
