"""Money at the desk: parts, refunds, mistakes, receipts without gaps; nothing is edited, nothing is paid twice by accident."""

from datetime import date

import pytest
from sqlalchemy import delete, exc, select, update

from booking import by_staff, companions, groups, payment_words, payments  # noqa: F401  (the words of the ledger)
from booking.errors import NotYours
from booking.models import AmountDue, Payment
from booking.payments import CannotReverse, PaysMore, RefundTooEarly, RefundTooHigh
from portal import ledger_words, merge_preview, unmerging
from portal.database import db, transact
from portal.errors import Busy
from portal.merge_choices import Choices
from portal.models import LedgerLine
from portal.uniting import SOURCE
from tests.booking.at_the_desk import NINE, TEN, Desk, lines
from tests.booking.clinic import Clinic
from tests.portal.merging import merged, staff_of

TODAY = date(2026, 12, 10)


@pytest.fixture
def desk(context, clock):
    return Desk(clock())


@pytest.fixture
def visit(desk):
    """Leo's visit, which costs 80."""
    return costing(desk, desk.book(), 8000)


def costing(desk, one, price):
    return desk.clinic.change(one, price_cents=price)


def pay(desk, one, amount, method="card", key="", **more) -> Payment:
    key = key or f"key {one.id} {amount} {len(entries())}"
    return transact(payments.record, more.pop("by", desk.dana), one, amount, method, TODAY, desk.now, key, **more)


def give_back(desk, payment, amount, key="") -> Payment:
    return transact(
        payments.refund, desk.dana, payment, amount, "cash", TODAY, desk.now, key or f"back {payment.id} {amount} {len(entries())}"
    )


def take_back(desk, entry, key="") -> Payment:
    return transact(payments.reverse, desk.dana, entry, "typed wrong", TODAY, desk.now, key or f"wrong {entry.id} {len(entries())}")


def set_due(desk, one, amount, reason="agreed"):
    return transact(payments.set_due, desk.dana, one, amount, reason, desk.now)


def entries() -> list[Payment]:
    return list(db.session.scalars(select(Payment).order_by(Payment.id)))


def sums(one) -> tuple[int, int, int]:
    found = payments.sums_of(one)
    return found.due, found.paid, found.left


# --- in parts ---


def test_a_visit_is_paid_in_parts_and_what_is_left_is_reckoned(desk, visit):
    assert sums(visit) == (8000, 0, 8000)
    first = pay(desk, visit, 3000, "insurance", note="claim 12")
    assert sums(visit) == (8000, 3000, 5000)
    pay(desk, visit, 5000, "cash")
    assert sums(visit) == (8000, 8000, 0)
    assert (first.method, first.note, first.received_on, first.currency, first.recorded_by_id) == (
        "insurance",
        "claim 12",
        TODAY,
        "CAD",
        desk.dana.id,
    )
    assert [one.receipt_number for one in entries()] == [1, 2] and [line.verb for line in lines()][-2:] == ["paid", "paid"]


def test_more_than_is_due_is_recorded_only_by_who_was_shown_how_much(desk, visit):
    with pytest.raises(PaysMore) as refused:
        pay(desk, visit, 9000)
    assert refused.value.facts == {"left": 8000, "over": 1000} and entries() == []
    with pytest.raises(PaysMore):
        pay(desk, visit, 9001, over_known=1000)  # that is more than was shown
    pay(desk, visit, 9000, over_known=1000)
    assert payments.sums_of(visit).over == 1000
    with pytest.raises(PaysMore):
        pay(desk, visit, 1, over_known=0)


def test_what_another_desk_recorded_meanwhile_is_asked_about_again(desk, visit):
    pay(desk, visit, 8000)
    with pytest.raises(PaysMore) as refused:
        pay(desk, visit, 8000)
    assert refused.value.facts == {"left": 0, "over": 8000} and len(entries()) == 1


def test_a_form_pressed_twice_is_one_payment(desk, visit):
    assert pay(desk, visit, 3000, key="one form") == pay(desk, visit, 3000, key="one form") and len(entries()) == 1
    other = costing(desk, desk.book(TEN), 8000)
    with pytest.raises(NotYours):
        pay(desk, other, 3000, key="one form")


# --- given back, taken back ---


def test_never_more_goes_back_than_was_paid_with_it(desk, visit):
    first, _second = pay(desk, visit, 3000), pay(desk, visit, 5000)
    give_back(desk, first, 1000)
    with pytest.raises(RefundTooHigh) as refused:
        give_back(desk, first, 2001)
    assert refused.value.facts == {"left": 2000}
    last = give_back(desk, first, 2000)
    assert sums(visit) == (8000, 5000, 3000) and last.of_id == first.id and last.receipt_number == 4
    for nothing in (first, last):
        with pytest.raises(RefundTooHigh):
            give_back(desk, nothing, 1)


def test_no_money_goes_back_before_it_came_in(desk, visit):
    paid = pay(desk, visit, 8000)
    with pytest.raises(RefundTooEarly, check=lambda error: error.facts["since"] == TODAY):
        transact(payments.refund, desk.dana, paid, 100, "cash", date(2026, 12, 9), desk.now, "early")
    assert sums(visit) == (8000, 8000, 0)


def test_a_mistake_is_taken_back_by_an_entry_and_both_stay(desk, visit):
    wrong = pay(desk, visit, 800)
    taken = take_back(desk, wrong)
    assert sums(visit) == (8000, 0, 8000) and (taken.amount, taken.of_id, taken.note) == (800, wrong.id, "typed wrong")
    assert [one.kind for one in entries()] == ["payment", "reversal"]
    for again in (wrong, taken):
        with pytest.raises(CannotReverse):
            take_back(desk, again)
    assert len(entries()) == 2


def test_a_payment_of_which_something_went_back_is_a_mistake_only_after_that_is_taken_back(desk, visit):
    paid = pay(desk, visit, 8000)
    back = give_back(desk, paid, 500)
    with pytest.raises(CannotReverse):
        take_back(desk, paid)
    take_back(desk, back), take_back(desk, paid)
    assert sums(visit) == (8000, 0, 8000) and [one.receipt_number for one in entries()] == [1, 2, 3, 4]


def test_nothing_is_ever_edited_or_deleted(desk, visit):
    paid, said = pay(desk, visit, 8000), set_due(desk, visit, 7000)

    def edit(row, **values):
        row = db.session.merge(row)
        for name, value in values.items():
            setattr(row, name, value)
        db.session.flush()

    for mischief in (
        lambda: edit(paid, amount=1),
        lambda: edit(paid, note="something else"),
        lambda: edit(said, reason="none"),
        lambda: db.session.delete(db.session.merge(paid)),
        lambda: db.session.delete(db.session.merge(said)),
    ):
        with pytest.raises(RuntimeError, match="never edited or deleted"):
            transact(mischief)


@pytest.mark.parametrize(
    "values, constraint",
    [
        ({"amount": 0}, "ck_payments_amount"),
        ({"kind": "gift"}, "ck_payments_kind"),
        ({"method": "shells"}, "ck_payments_method"),
        ({"kind": "refund"}, "ck_payments_of"),
    ],
)
def test_the_database_says_no_too(desk, visit, values, constraint):
    paid = pay(desk, visit, 100)
    with pytest.raises(exc.IntegrityError, match=constraint):
        transact(db.session.execute, update(Payment).where(Payment.id == paid.id).values(**values))


def test_the_databases_word_about_numbers_and_mistakes_is_said_in_ours(desk, visit):
    one, two = pay(desk, visit, 100), pay(desk, visit, 100)
    with pytest.raises(Busy):
        transact(db.session.execute, update(Payment).where(Payment.id == two.id).values(receipt_number=one.receipt_number))
    first = take_back(desk, one)
    with pytest.raises(CannotReverse):
        transact(db.session.execute, update(Payment).where(Payment.id == two.id).values(kind="reversal", of_id=first.of_id))


# --- what is due ---


def test_another_amount_is_due_for_one_visit_and_why_is_kept(desk, visit):
    other = costing(desk, desk.book(TEN), 8000)
    set_due(desk, visit, 5000, "student"), set_due(desk, visit, 4000, "hardship")
    assert sums(visit) == (4000, 0, 4000) and sums(other) == (8000, 0, 8000)
    assert [(one.amount, one.reason) for one in payments.said_of(visit)] == [(5000, "student"), (4000, "hardship")]
    assert set_due(desk, visit, 4000, "again") is None and len(payments.said_of(visit)) == 2


def test_of_a_visit_that_was_cancelled_or_missed_staff_say_what_is_due(desk, visit):
    desk.cancel(visit)
    assert sums(visit) == (0, 0, 0)
    set_due(desk, visit, 4000, "called too late")
    assert sums(visit) == (4000, 0, 4000)
    pay(desk, visit, 4000)
    missed = costing(desk, desk.book(TEN), 8000)
    desk.mark(missed, "noshow")
    assert sums(missed) == (0, 0, 0)
    desk.mark(missed, "arrived")
    assert sums(missed) == (8000, 0, 8000), "they came after all"


def test_every_seat_of_a_group_has_its_own_money(desk):
    group = transact(groups.open, desk.dana, desk.wish(), NINE, 4, desk.now)
    one, two = (transact(groups.seat, desk.dana, group, desk.clinic.person(name).profile, desk.now, name) for name in ("Ann", "Ben"))
    for seat in (one, two):
        costing(desk, seat, 2000)
    pay(desk, one, 2000), set_due(desk, two, 500)
    assert sums(one) == (2000, 2000, 0) and sums(two) == (500, 0, 500)


def test_companions_are_never_billed(desk, visit):
    desk.do(companions.add, visit, "Maria", "mother")
    assert sums(visit) == (8000, 0, 8000)


def test_a_currency_without_small_change_is_paid_too(desk):
    desk.clinic.change(desk.clinic.practice, currency="JPY")
    visit = costing(desk, desk.book(), 4500)
    assert pay(desk, visit, 4500).currency == "JPY" and sums(visit) == (4500, 4500, 0)


# --- who, and receipts ---


def test_only_this_clinic_and_only_ones_own_calendar(desk, visit, clock):
    tom = staff_of(Clinic(clock(), "other").practice, desk.now, name="Tom")
    ravi = staff_of(desk.clinic.practice, desk.now, "practitioner", name="Ravi")  # not Ines
    paid = pay(desk, visit, 100)
    for stranger in (tom, ravi):
        for use_case, facts in (
            (payments.record, (visit, 100, "cash", TODAY, desk.now, "x")),
            (payments.refund, (paid, 100, "cash", TODAY, desk.now, "y")),
            (payments.reverse, (paid, "why", TODAY, desk.now, "z")),
            (payments.set_due, (visit, 100, "why", desk.now)),
        ):
            with pytest.raises(NotYours):
                transact(use_case, stranger, *facts)
    assert len(entries()) == 1


def test_receipts_are_numbered_per_practice_and_what_was_refused_leaves_no_gap(desk, visit, clock):
    pay(desk, visit, 1000)
    for _try in range(3):
        with pytest.raises(PaysMore):
            pay(desk, visit, 100_000)
    other = Desk.__new__(Desk)
    other.clinic = Clinic(clock(), "other")
    other.visit = other.clinic.service()
    other.ines = other.clinic.practitioner("Ines", other.visit)
    other.leo, other.dana = other.clinic.person("Leo"), staff_of(other.clinic.practice, other.now, "front_desk", name="Dora")
    there = costing(other, other.book(key="there"), 8000)
    assert [pay(other, there, 100).receipt_number, pay(desk, visit, 1000).receipt_number, pay(other, there, 200).receipt_number] == [
        1,
        2,
        2,
    ]


# --- the ledger ---


def test_the_ledger_says_what_happened_with_the_reason_for_staff_alone(desk, visit):
    paid = pay(desk, visit, 8000)
    give_back(desk, paid, 500), set_due(desk, visit, 7500, "hardship fund")
    rows = [row for row in db.session.scalars(select(LedgerLine).order_by(LedgerLine.id)) if row.verb in ("paid", "refunded", "due_set")]
    known = ledger_words.loaded(rows)

    def said(reader):
        return [ledger_words.what(ledger_words.Line(row, desk.dana.account, None, None, "front_desk"), reader, known) for row in rows]

    whole = said(ledger_words.Reader(desk.leo.profile, None, TODAY, desk.dana))
    assert "$80 paid, receipt 1" in whole[0] and "$5 given back, receipt 2" in whole[1] and "$75 (hardship fund)" in whole[2]
    parent = said(ledger_words.Reader(desk.leo.profile, desk.leo, TODAY))
    assert "$80 paid, receipt 1" in parent[0] and "hardship" not in " ".join(parent)
    desk.clinic.change(desk.leo, permissions=["see_times", "manage_access"])
    assert said(ledger_words.Reader(desk.leo.profile, desk.leo, TODAY)) == [None, None, None], (
        "who sees only that somebody is busy reads nothing of money"
    )
    busy = ledger_words.Reader(desk.leo.profile, desk.leo, TODAY)
    loaded = payment_words.appointments_of_lines(rows)
    assert {payment_words.about_money(ledger_words.Line(row, None, None, None, None), busy, loaded) for row in rows} == {None}, (
        "not even of what they did"
    )


# --- two records become one person's ---


def test_payments_go_with_the_appointment_through_a_merge_and_come_back(desk, visit):
    admin = staff_of(desk.clinic.practice, desk.now, name="Ada")
    source, target = desk.leo.profile, desk.clinic.person("Leon").profile
    pay(desk, visit, 3000)
    preview = merge_preview.preview(source, target, Choices(), desk.now)
    assert [(one.source, one.target) for one in preview.counts if one.name == "payments"] == [(1, 0)]
    merge = merged(admin, source, target, desk.now)
    since = pay(desk, visit, 5000)
    assert {one.profile_id for one in entries()} == {target.id} and sums(visit) == (8000, 8000, 0)
    transact(unmerging.unmerge, admin, merge, {one.key: SOURCE for one in unmerging.items(merge)}, desk.now)
    db.session.expire_all()
    assert {one.profile_id for one in entries()} == {source.id} and db.session.get(Payment, since.id).profile_id == source.id


def test_what_is_paid_for_a_visit_made_since_goes_where_the_visit_goes(desk, visit):
    admin = staff_of(desk.clinic.practice, desk.now, name="Ada")
    source, target = desk.leo.profile, desk.clinic.person("Leon").profile
    merge = merged(admin, source, target, desk.now)
    made = [costing(desk, booked_for(desk, target, start), 8000) for start in (TEN, TEN + 7200)]
    paid = [pay(desk, one, 100) for one in made]
    sides = {one.key: "target" for one in unmerging.items(merge)} | {f"appointments:{made[0].id}": SOURCE}
    transact(unmerging.unmerge, admin, merge, sides, desk.now)
    db.session.expire_all()
    assert [db.session.get(Payment, one.id).profile_id for one in paid] == [source.id, target.id]


def booked_for(desk, profile, start):
    return transact(by_staff.book, desk.dana, profile, desk.wish(), start, desk.now, f"since {start}")


def test_rows_about_money_are_never_left_without_their_appointment(desk, visit):
    pay(desk, visit, 100), set_due(desk, visit, 50)
    assert db.session.scalar(select(AmountDue.appointment_id)) == visit.id
    with pytest.raises(exc.IntegrityError):
        transact(db.session.execute, delete(type(visit)).where(type(visit).id == visit.id))
