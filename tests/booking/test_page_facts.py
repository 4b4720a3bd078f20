"""What pages show that is neither a rule nor a row."""

from datetime import date

import pytest

from booking import pages
from booking.hours import start_instant

TORONTO = "America/Toronto"


def test_the_day_has_three_parts_and_empty_ones_are_left_out(app):
    day = date(2026, 12, 15)
    at = [start_instant(TORONTO, day, minute) for minute in (0, 719, 720, 1019, 1020, 1439)]
    with app.test_request_context():
        assert pages.parts_of_day(at, TORONTO) == [("Morning", at[:2]), ("Afternoon", at[2:4]), ("Evening", at[4:])]
        assert pages.parts_of_day(at[3:4], TORONTO) == [("Afternoon", [at[3]])]


@pytest.mark.parametrize("days,words", [([5], "5"), ([5, 6], "5, 6"), ([5, 6, 7], "5 to 7"), ([1, 3, 4, 5, 9], "1, 3 to 5, 9"), ([], "")])
def test_days_in_a_row_are_named_by_their_ends(app, days, words):
    with app.test_request_context():
        assert pages.in_a_row(days) == words


@pytest.mark.parametrize(
    "name,letters", [("Maya Chen", "MC"), ("Dr. Ines Roy", "IR"), ("Cher", "C"), ("", ""), ("Anna Maria de Souza", "AS")]
)
def test_initials_leave_titles_out(name, letters):
    assert pages.initials(name) == letters


def test_services_keep_their_order_under_headings_that_keep_theirs():
    class Service:
        def __init__(self, name, discipline, about=""):
            self.name, self.discipline, self.about = name, discipline, about

    a, b, c = Service("A", "Massage"), Service("B", "Physio", "For knees"), Service("C", "Massage")
    assert pages.by_discipline([a, b, c]) == [("Massage", [a, c]), ("Physio", [b])]
    assert pages.matching([a, b, c], "physio KNEES") == [b]
    assert pages.matching([a, b, c], "") == [a, b, c]


def test_languages_are_a_list_in_words(app):
    with app.test_request_context():
        assert pages.language_list(("en", "fr")) == "English and French"
    with app.test_request_context("/?lang=fr"):
        assert pages.language_list(("en", "fr")) == "anglais et français"
