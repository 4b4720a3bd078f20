"""What is due, paid and left: sums over entries, tried with every order of taking, giving back and taking back mistakes."""

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking import owed
from booking.owed import PAYMENT, REFUND, REVERSAL, Sums


@dataclass
class Entry:
    id: int
    kind: str
    amount: int
    of_id: int | None = None


@pytest.mark.parametrize(
    "status, price, said, due",
    [
        ("booked", 8000, [], 8000),
        ("fulfilled", 8000, [(False, 5000)], 5000),
        ("fulfilled", 8000, [(False, 5000), (False, 0)], 0),
        ("booked", None, [], 0),
        ("booked", None, [(False, 3000)], 3000),
        ("cancelled", 8000, [], 0),
        ("noshow", 8000, [], 0),
        ("noshow", 8000, [(True, 4000)], 4000),
        ("cancelled", 8000, [(False, 5000)], 0),  # said of the visit, which does not take place
        ("arrived", 8000, [(True, 4000)], 8000),  # they came after all
        ("arrived", 8000, [(False, 5000), (True, 4000)], 5000),
    ],
)
def test_what_is_due_is_the_price_or_the_last_word_of_staff_about_the_visit_as_it_stands(status, price, said, due):
    assert owed.due(status, price, said) == due


@pytest.mark.parametrize(
    "due, paid, left, over", [(8000, 0, 8000, 0), (8000, 4500, 3500, 0), (8000, 8000, 0, 0), (8000, 9000, 0, 1000), (0, 500, 0, 500)]
)
def test_what_is_left_is_never_less_than_nothing(due, paid, left, over):
    assert (Sums(due, paid).left, Sums(due, paid).over) == (left, over)


def test_a_mistake_counts_no_more_and_its_taking_back_stays():
    entries = [
        Entry(1, PAYMENT, 4500),
        Entry(2, REVERSAL, 4500, 1),
        Entry(3, PAYMENT, 5400),
        Entry(4, REFUND, 400, 3),
        Entry(5, REVERSAL, 400, 4),
    ]
    assert owed.paid(entries) == 5400 and owed.paid(list(reversed(entries))) == 5400
    assert owed.refundable(entries[2], entries) == 5400 and owed.refundable(entries[0], entries) == 0
    assert [owed.may_reverse(one, entries) for one in entries] == [False, False, True, False, False]


steps = st.lists(st.tuples(st.sampled_from((PAYMENT, REFUND, REVERSAL)), st.integers(1, 100), st.integers(0, 9)), max_size=25)


@given(steps)
def test_whatever_is_allowed_what_was_paid_is_what_came_in_and_stayed(wanted):
    """Only what the rules let through is done; then nothing is ever below nothing, and no payment gives back more than it was."""
    entries: list[Entry] = []
    for kind, amount, which in wanted:
        of = entries[which % len(entries)] if entries else None
        if kind == PAYMENT:
            entries.append(Entry(len(entries), PAYMENT, amount))
        elif kind == REFUND and of and amount <= owed.refundable(of, entries):
            entries.append(Entry(len(entries), REFUND, amount, of.id))
        elif kind == REVERSAL and of and owed.may_reverse(of, entries):
            entries.append(Entry(len(entries), REVERSAL, of.amount, of.id))
    wrong = owed.reversed_ids(entries)
    stays = [one for one in entries if one.id not in wrong and one.kind != REVERSAL]
    by_hand = sum(one.amount for one in stays if one.kind == PAYMENT) - sum(one.amount for one in stays if one.kind == REFUND)
    assert owed.paid(entries) == by_hand >= 0
    assert all(0 <= owed.refunded(one, entries) <= one.amount for one in entries if one.kind == PAYMENT)
