"""Money for an appointment: what staff say is due, and what came in or went back. Entries only: none is ever edited or deleted.

Amounts are minor units of `currency`, as the prices of services. What is due, paid and left is reckoned each time (booking/owed.py).
"""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, event, inspect, text
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from booking.models.appointment import Appointment
from booking.owed import METHODS, PAYMENT, REVERSAL
from portal.database import db
from portal.ids import public_id
from portal.models import Practice, Profile, StaffMember

FOLLOWS = {"profile_id"}  # whose it is goes where the appointment goes, in a merge and back


class Payment(db.Model):
    """`kind`: a payment came in, a refund gives back of the payment `of`, a reversal says that the entry `of` was a mistake.

    Every entry has the practice's next receipt number. `received_on` is the practice's date on which the money changed hands.
    """

    __tablename__ = "payments"
    __table_args__ = (
        CheckConstraint("kind IN ('payment', 'refund', 'reversal')", name="kind"),
        CheckConstraint(f"method IN ({', '.join(repr(method) for method in METHODS)})", name="method"),
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint("(kind = 'payment') = (of_id IS NULL)", name="of"),
        UniqueConstraint("practice_id", "receipt_number", name="uq_payments_receipt_number"),
        Index(
            "uq_payments_reversed_once",
            "of_id",
            unique=True,
            sqlite_where=text("kind = 'reversal'"),
            postgresql_where=text("kind = 'reversal'"),
        ),
        Index("ix_payments_practice_received", "practice_id", "received_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(16), unique=True, default=public_id)
    practice_id: Mapped[int] = mapped_column(ForeignKey("practices.id"))
    appointment_id: Mapped[int] = mapped_column(ForeignKey("appointments.id"), index=True)
    profile_id: Mapped[int] = mapped_column(ForeignKey("profiles.id"), index=True)
    kind: Mapped[str] = mapped_column(String(10))
    of_id: Mapped[int | None] = mapped_column(ForeignKey("payments.id"))
    amount: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    method: Mapped[str] = mapped_column(String(10))
    received_on: Mapped[date]
    note: Mapped[str] = mapped_column(String(200), default="")  # for staff
    receipt_number: Mapped[int]
    idempotency_key: Mapped[str] = mapped_column(String(64), unique=True)
    recorded_by_id: Mapped[int] = mapped_column(ForeignKey("staff_members.id"))
    created_at: Mapped[datetime]

    practice: Mapped[Practice] = relationship()
    appointment: Mapped[Appointment] = relationship()
    profile: Mapped[Profile] = relationship()
    recorded_by: Mapped[StaffMember] = relationship()
    of: Mapped["Payment | None"] = relationship(remote_side="Payment.id")

    @property
    def is_payment(self) -> bool:
        return self.kind == PAYMENT

    @property
    def is_reversal(self) -> bool:
        return self.kind == REVERSAL

    @property
    def gives_back(self) -> bool:
        """Whether money left the house, or was never in it: all but payments and taken-back refunds."""
        return (self.of.kind if self.is_reversal else self.kind) == (PAYMENT if self.is_reversal else "refund")


class AmountDue(db.Model):
    """What staff said is due in place of the price, and why; the last word counts. `for_missed`: said of a visit that was cancelled or
    missed, where nothing is due until somebody says so."""

    __tablename__ = "amounts_due"
    __table_args__ = (CheckConstraint("amount >= 0", name="amount"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    practice_id: Mapped[int] = mapped_column(ForeignKey("practices.id"))
    appointment_id: Mapped[int] = mapped_column(ForeignKey("appointments.id"), index=True)
    for_missed: Mapped[bool]
    amount: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    reason: Mapped[str] = mapped_column(String(200))  # for staff
    set_by_id: Mapped[int] = mapped_column(ForeignKey("staff_members.id"))
    created_at: Mapped[datetime]

    set_by: Mapped[StaffMember] = relationship()


@event.listens_for(Session, "before_flush")
def _entries_stay(session, _context, _instances):
    """A programmer's mistake, not a person's: entries are added, and nothing else."""
    gone = [row for row in session.deleted if isinstance(row, (Payment, AmountDue))]
    if gone or any(isinstance(row, (Payment, AmountDue)) and _changed(row) for row in session.dirty):
        raise RuntimeError("an entry about money is never edited or deleted: add one that takes it back")


def _changed(row) -> bool:
    columns = inspect(type(row)).column_attrs.keys()
    return any(inspect(row).attrs[name].history.has_changes() for name in set(columns) - FOLLOWS)
