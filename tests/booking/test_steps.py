"""The state of a booking in the address: whatever stands there is read, bounded, or named as unreadable."""

from datetime import date

import pytest
from werkzeug.datastructures import MultiDict

from booking.steps import UNKNOWN, Steps

LEO, MASSAGE, RAVI = "q5dbd3bb2h7ibotc", "4alevvobfnxiw3hv", "r6ctmira6zs4ydlq"


def read(**args) -> Steps:
    return Steps.read("riverside", MultiDict({name.rstrip("_"): value for name, value in args.items()}))


def test_everything_that_was_chosen_is_read_and_written_back():
    steps = read(who=LEO, what=MASSAGE, with_=RAVI, month="2027-01", day="2027-01-05", at="1799179200", move=LEO)
    assert (steps.who, steps.what, steps.with_, steps.move) == (LEO, MASSAGE, RAVI, LEO)
    assert (steps.month, steps.day, steps.at) == (date(2027, 1, 1), date(2027, 1, 5), 1799179200)
    assert read(**{name.replace("with", "with_"): value for name, value in steps.args().items()}) == steps


def test_anyone_and_me_are_words():
    assert read(with_="any").with_ == "any" and read(who="me").who == "me"
    assert read(what="any").what == UNKNOWN and read(with_="me").with_ == UNKNOWN


@pytest.mark.parametrize("odd", ["x", "A" * 16, "q5dbd3bb2h7ibot1", "q5dbd3bb2h7ibotc ", "q" * 4000, "\0", "' OR 1=1", "😀"])
def test_what_no_id_looks_like_is_nobodys(odd):
    assert read(who=odd).who == read(what=odd).what == read(with_=odd).with_ == read(move=odd).move == UNKNOWN


@pytest.mark.parametrize("name,odd", [
    ("month", "2027-13"), ("month", "2027"), ("month", "1999-12"), ("month", "2027-01-05"), ("month", "٢٠٢٧-٠١"),
    ("day", "2027-02-29"), ("day", "0001-01-01"), ("day", "9999-12-31"), ("day", "20270105"), ("day", "2027-W01-1"), ("day", "2027-01-05T10"),
    ("at", "-1"), ("at", "1e9"), ("at", "4102444800"), ("at", "9223372036854775808"), ("at", "١٧٩٩١٧٩٢٠٠"), ("at", "soon"),
])  # fmt: skip
def test_what_says_nothing_is_left_out_and_named(name, odd):
    steps = read(**{name: odd})
    assert getattr(steps, name) is None and steps.unread == (name,)


def test_the_next_step_is_the_first_open_question():
    assert read().next_step == "what"
    assert read(what=MASSAGE).next_step == "with_whom"
    assert read(what=MASSAGE, with_="any").next_step == "when"
    assert read(what=MASSAGE, with_="any", at="1799179200").next_step == "confirm"
