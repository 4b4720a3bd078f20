"""A receipt by mail: what it says to whom, how little a discreet practice says, and who is not written to any more."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from booking import payments, receipt_letters
from portal import clock
from portal.access import SEE_TIMES
from portal.database import transact
from portal.ids import secret
from tests.mails import appointment, change, letter_to, outbox, same_as_snapshot

WHEN = datetime(2026, 12, 8, 14, 0, tzinfo=UTC)  # Tuesday, 9am in Toronto
TODAY = date(2026, 12, 10)


def paid(cast, row, staff="dana", slug="riverside"):
    change(row, price_cents=12000)
    return transact(payments.record, cast.staff(staff, slug), row, 4550, "card", TODAY, clock.now(), secret(), note="for staff")


def mailed(cast, payment, name, staff="dana", slug="riverside"):
    """To the reader of that given name."""
    found = receipt_letters.who_may_read(payment.appointment, clock.now()).values()
    to = next(one for one in found if one.account is not None and one.account.given_name == name)
    transact(receipt_letters.send, cast.staff(staff, slug), payment, to, secret(), clock.now())
    return to.address


def same(name, letter, payment):
    """The exact words, but for the id that is new each time."""
    same_as_snapshot(name, replace(letter, text=letter.text.replace(payment.public_id, "k3v7q2m4x5a6b2cd")))


@pytest.fixture
def leos(context, cast):
    return paid(cast, appointment(cast, "leo", WHEN))


def test_the_words_of_a_receipt(leos, cast):
    letter = letter_to(mailed(cast, leos, "Priya"), "receipt")
    same("receipt-for-a-child", letter, leos)
    assert "for staff" not in letter.text + letter.html and "/receipts/" in letter.text


def test_the_words_of_a_refund_and_of_a_correction(leos, cast):
    dana = cast.staff("dana")
    back = transact(payments.refund, dana, leos, 550, "cash", TODAY, clock.now(), "back")
    same("receipt-refund", letter_to(mailed(cast, back, "Daniel"), "receipt"), back)
    wrong = transact(payments.reverse, dana, back, "typed wrong", TODAY, clock.now(), "wrong")
    same("receipt-correction", letter_to(mailed(cast, wrong, "Priya"), "receipt"), wrong)


def test_a_discreet_practice_says_neither_what_for_nor_how_much_in_the_subject(context, cast):
    payment = paid(cast, appointment(cast, "priya", WHEN, service="evaluation", slug="beau-rivage"), "sylvie", "beau-rivage")
    letter = letter_to(mailed(cast, payment, "Priya", "sylvie", "beau-rivage"), "receipt")
    same("receipt-discreet", letter, payment)
    assert "45" not in letter.subject and "valuation" not in letter.subject + letter.text + letter.html


def test_who_may_not_read_it_any_more_is_not_written_to(leos, cast):
    mailed(cast, leos, "Daniel")
    change(cast.link("daniel", "leo"), permissions=[SEE_TIMES])
    assert letter_to("daniel@example.com", "receipt") is None
    assert "Daniel" not in [
        one.account.given_name for one in receipt_letters.who_may_read(leos.appointment, clock.now()).values() if one.account
    ]


def test_who_wants_no_notices_may_still_ask_for_a_receipt(leos, cast):
    change(cast.link("daniel", "leo"), permissions=["see_times", "see_details"])
    assert letter_to(mailed(cast, leos, "Daniel"), "receipt") is not None


def test_a_receipt_that_was_a_mistake_says_so_when_it_leaves(leos, cast):
    to = mailed(cast, leos, "Priya")
    transact(payments.reverse, cast.staff("dana"), leos, "typed wrong", TODAY, clock.now(), "wrong")
    assert "This receipt was a mistake and counts no more." in letter_to(to, "receipt").text


def test_the_address_of_the_record_is_used_where_nobody_signs_in_and_not_if_mail_is_refused(context, cast):
    payment = paid(cast, appointment(cast, "walter", WHEN, by="dana"))
    change(cast.walter, email="walter@home.example")
    found = receipt_letters.who_may_read(payment.appointment, clock.now())
    assert "walter@home.example" in [one.address for one in found.values()]
    transact(receipt_letters.send, cast.staff("dana"), payment, found["own"], secret(), clock.now())
    assert "/receipts/" not in letter_to("walter@home.example", "receipt").text, "a page that only accounts open"
    change(cast.walter, email_refused_at=clock.now())
    assert "own" not in receipt_letters.who_may_read(payment.appointment, clock.now()) and len(outbox("receipt")) == 1
