"""Money at the desk: record what came in, give back, take back a mistake, say what is due. Use cases, run through `transact`.

Entries are added and never changed. Everything is reckoned again under the appointment's lock, so that two desks never take the same
money twice; the practice's row is locked after it, for the number of the receipt. Amounts are minor units of the practice's currency.
"""

from collections.abc import Callable
from datetime import date, datetime

from flask_babel import lazy_gettext as _
from sqlalchemy import func, select

from booking import owed
from booking.by_staff import locked, number_of
from booking.by_staff import record as remember
from booking.errors import NotYours
from booking.models import AmountDue, Appointment, Payment
from booking.owed import MISSED, PAYMENT, REFUND, REVERSAL
from booking.placing import lock_rows
from portal.database import db
from portal.errors import Busy, DomainError, on_violation
from portal.models import Practice, StaffMember


class PaysMore(DomainError):
    """More than is left to pay, and nobody has said that this is known: `facts["left"]`, and `facts["over"]` beyond it. Nothing was recorded."""

    message = _("This is more than is left to pay. Nothing was recorded yet.")


class DueChanged(DomainError):
    """The visit was cancelled, or somebody said another amount, since the form was shown: what was meant for one is not taken for the other."""

    message = _(
        "Nothing was changed yet: the visit or the amount due is not what it was when you opened this page. What you typed is kept. Look again, then save."
    )


class RefundTooHigh(DomainError):
    """`facts["left"]`: how much of the payment can still be given back."""

    message = _("This is more than is left of that payment. Nothing was recorded.")


class RefundTooEarly(DomainError):
    """Money goes back on the day it came in, or later: `facts["since"]`."""

    message = _("Money cannot be given back before it came in. Nothing was recorded.")


class CannotReverse(DomainError):
    """It was taken back already, or something of it was given back."""

    message = _("This entry was taken back already, or money of it was given back. Look at the entries again.")


def record(
    staff: StaffMember,
    appointment: Appointment,
    amount: int,
    method: str,
    received_on: date,
    now: datetime,
    key: str,
    *,
    note: str = "",
    over_known: int = 0,
) -> Payment:
    """Money came in. `key` is the form's idempotency key: the same key answers with the same payment.

    `over_known`: how far beyond what is due was shown and confirmed. Raises PaysMore, NotYours.
    """
    appointment = locked(staff, appointment, None)

    def may() -> None:
        known = sums_of(appointment)
        over = amount - known.left
        if over > max(over_known, 0):
            raise PaysMore(left=known.left, over=over)

    entry = dict(kind=PAYMENT, amount=amount, method=method, received_on=received_on, note=note, currency=appointment.practice.currency)
    return _once(staff, appointment, key, now, may, "paid", entry)


def refund(
    staff: StaffMember, payment: Payment, amount: int, method: str, received_on: date, now: datetime, key: str, *, note: str = ""
) -> Payment:
    """Money of one payment goes back, in parts too: never more than was paid with it, nor before. Raises RefundTooHigh, RefundTooEarly, NotYours."""
    appointment, payment = _locked_with(staff, payment)
    if received_on < payment.received_on:
        raise RefundTooEarly(since=payment.received_on)

    def may() -> None:
        left = owed.refundable(payment, entries_of(appointment))
        if amount > left:
            raise RefundTooHigh(left=left)

    entry = dict(kind=REFUND, of_id=payment.id, amount=amount, method=method, received_on=received_on, note=note, currency=payment.currency)
    return _once(staff, appointment, key, now, may, "refunded", entry)


def reverse(staff: StaffMember, mistake: Payment, why: str, today: date, now: datetime, key: str) -> Payment:
    """An entry was wrong: one more entry takes it back wholly, dated `today`. Raises CannotReverse, NotYours."""
    appointment, mistake = _locked_with(staff, mistake)

    def may() -> None:
        if not owed.may_reverse(mistake, entries_of(appointment)):
            raise CannotReverse()

    common = dict(amount=mistake.amount, method=mistake.method, currency=mistake.currency)
    return _once(
        staff, appointment, key, now, may, "payment_reversed", dict(kind=REVERSAL, of_id=mistake.id, received_on=today, note=why, **common)
    )


def set_due(
    staff: StaffMember, appointment: Appointment, amount: int, reason: str, now: datetime, *, seen: str | None = None
) -> AmountDue | None:
    """Another amount is due than the price; for a cancelled or missed visit, any. None if that is what is due already. `seen`: the `due_mark`
    of what the form showed, None: not asked. Raises DueChanged, NotYours."""
    appointment = locked(staff, appointment, None)
    if sums_of(appointment).due == amount:
        return None
    if seen is not None and seen != due_mark(appointment):
        raise DueChanged()
    said = AmountDue(
        practice_id=staff.practice_id,
        appointment_id=appointment.id,
        for_missed=appointment.status in MISSED,
        amount=amount,
        currency=appointment.practice.currency,
        reason=reason,
        set_by_id=staff.id,
        created_at=now,
    )
    db.session.add(said)
    db.session.flush()
    remember("due_set", staff, appointment, now, at=appointment.starts_at, amount=amount, currency=said.currency, reason=reason)
    return said


# --- reads ---


def entries_of(appointment: Appointment) -> list[Payment]:
    """Everything about one appointment, oldest first."""
    return list(db.session.scalars(select(Payment).where(Payment.appointment_id == appointment.id).order_by(Payment.id)))


def said_of(appointment: Appointment) -> list[AmountDue]:
    """What staff said is due, oldest first."""
    return list(db.session.scalars(select(AmountDue).where(AmountDue.appointment_id == appointment.id).order_by(AmountDue.id)))


def due_mark(appointment: Appointment) -> str:
    """What a form about the amount due has seen: whether the visit takes place, and what is due."""
    return f"{'missed' if appointment.status in MISSED else 'stands'} {sums_of(appointment).due}"


def sums_of(appointment: Appointment) -> owed.Sums:
    return sums(appointment, said_of(appointment), entries_of(appointment))


def sums(appointment: Appointment, said: list[AmountDue], entries: list[Payment]) -> owed.Sums:
    words = [(one.for_missed, one.amount) for one in said]
    return owed.Sums(owed.due(appointment.status, appointment.price_cents, words), owed.paid(entries))


# --- how an entry is made ---


def _locked_with(staff: StaffMember, payment: Payment) -> tuple[Appointment, Payment]:
    """The appointment of an entry, locked, and the entry as it is now."""
    found = db.session.get(Payment, number_of(payment), populate_existing=True)
    if found is None or found.practice_id != staff.practice_id:
        raise NotYours()
    return locked(staff, db.session.get(Appointment, found.appointment_id), None), found


def _once(
    staff: StaffMember, appointment: Appointment, key: str, now: datetime, may: Callable[[], None], verb: str, entry: dict
) -> Payment:
    """The entry with this key, made now if it is not there yet and nothing is in its way."""
    before = db.session.scalar(select(Payment).where(Payment.idempotency_key == key))
    if before is not None:
        if before.recorded_by_id != staff.id or before.appointment_id != appointment.id:
            raise NotYours()
        return before
    may()
    made = Payment(
        practice_id=staff.practice_id,
        appointment_id=appointment.id,
        profile_id=appointment.profile_id,
        receipt_number=_next_number(staff.practice_id),
        idempotency_key=key,
        recorded_by_id=staff.id,
        created_at=now,
        **entry,
    )
    db.session.add(made)
    db.session.flush()
    facts = {"amount": made.amount, "currency": made.currency, "number": made.receipt_number, "method": made.method}
    remember(verb, staff, appointment, now, at=appointment.starts_at, **facts)
    return made


def _next_number(practice_id: int) -> int:
    """Without gaps: the row of the practice is locked until the entry is there or is not."""
    lock_rows(Practice, {practice_id})
    return 1 + (db.session.scalar(select(func.max(Payment.receipt_number)).where(Payment.practice_id == practice_id)) or 0)


# The database's own word: SQLite names columns, PostgreSQL the constraint.
on_violation(Busy, "payments.practice_id, payments.receipt_number", "uq_payments_receipt_number")
on_violation(CannotReverse, "payments.of_id", "uq_payments_reversed_once")
on_violation(Busy, "payments.idempotency_key", "uq_payments_idempotency_key")
