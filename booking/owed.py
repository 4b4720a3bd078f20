"""What is due for an appointment, what was paid, what is left. Pure: plain values in, plain values out; amounts in minor units.

An *entry* has `id`, `kind`, `of_id` and `amount`; entries come all those of one appointment together, in any order.
"""

from collections.abc import Collection, Iterable
from typing import NamedTuple, Protocol

PAYMENT, REFUND, REVERSAL = "payment", "refund", "reversal"
METHODS = ("cash", "card", "transfer", "cheque", "insurance", "other")
MISSED = ("cancelled", "noshow")  # nothing is due of these until staff say so


class Entry(Protocol):
    id: int
    kind: str
    of_id: int | None
    amount: int


class Sums(NamedTuple):
    due: int
    paid: int

    @property
    def left(self) -> int:
        return max(self.due - self.paid, 0)

    @property
    def over(self) -> int:
        """Paid beyond what is due."""
        return max(self.paid - self.due, 0)


def due(status: str, price: int | None, said: Iterable[tuple[bool, int]]) -> int:
    """`said`: what staff said, oldest first: (of a missed visit, amount). Their last word about the visit as it stands, else its price;
    nothing for a visit that was cancelled or missed."""
    missed = status in MISSED
    words = [amount for for_missed, amount in said if for_missed == missed]
    if words:
        return words[-1]
    return 0 if missed else price or 0


def signs(entries: Collection[Entry]) -> dict[int, int]:
    """Entry id → 1 where it adds to what was paid, -1 where it takes away."""
    found: dict[int, int] = {}
    for one in sorted(entries, key=lambda entry: entry.id):  # what it is of was there before it
        found[one.id] = -found[one.of_id] if one.kind == REVERSAL else {PAYMENT: 1, REFUND: -1}[one.kind]
    return found


def paid(entries: Collection[Entry]) -> int:
    """What came in and stayed."""
    sign = signs(entries)
    return sum(sign[one.id] * one.amount for one in entries)


def reversed_ids(entries: Collection[Entry]) -> set[int]:
    """Which entries were mistakes."""
    return {one.of_id for one in entries if one.kind == REVERSAL}


def refunded(payment: Entry, entries: Collection[Entry]) -> int:
    """How much of a payment was given back."""
    wrong = reversed_ids(entries)
    return sum(one.amount for one in entries if one.kind == REFUND and one.of_id == payment.id and one.id not in wrong)


def refundable(payment: Entry, entries: Collection[Entry]) -> int:
    """How much of an entry can still be given back: nothing of what is no payment, or was a mistake."""
    if payment.kind != PAYMENT or payment.id in reversed_ids(entries):
        return 0
    return payment.amount - refunded(payment, entries)


def may_reverse(entry: Entry, entries: Collection[Entry]) -> bool:
    """Once, and no payment of which something was given back: that entry is taken back first."""
    return entry.kind != REVERSAL and entry.id not in reversed_ids(entries) and not refunded(entry, entries)
