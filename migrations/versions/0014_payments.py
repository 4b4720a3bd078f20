"""What is due for an appointment, and what came in or went back: entries with receipts numbered per practice."""

import sqlalchemy as sa
from alembic import op

from portal.database import UtcDateTime

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

METHODS = "'cash', 'card', 'transfer', 'cheque', 'insurance', 'other'"


def upgrade():
    op.create_table(
        "payments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("practice_id", sa.Integer(), nullable=False),
        sa.Column("appointment_id", sa.Integer(), nullable=False),
        sa.Column("profile_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("of_id", sa.Integer(), nullable=True),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("method", sa.String(length=10), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("receipt_number", sa.Integer(), nullable=False),
        sa.Column("idempotency_key", sa.String(length=64), nullable=False),
        sa.Column("recorded_by_id", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("kind IN ('payment', 'refund', 'reversal')", name=op.f("ck_payments_kind")),
        sa.CheckConstraint(f"method IN ({METHODS})", name=op.f("ck_payments_method")),
        sa.CheckConstraint("amount > 0", name=op.f("ck_payments_amount")),
        sa.CheckConstraint("(kind = 'payment') = (of_id IS NULL)", name=op.f("ck_payments_of")),
        sa.ForeignKeyConstraint(["practice_id"], ["practices.id"], name=op.f("fk_payments_practice_id")),
        sa.ForeignKeyConstraint(["appointment_id"], ["appointments.id"], name=op.f("fk_payments_appointment_id")),
        sa.ForeignKeyConstraint(["profile_id"], ["profiles.id"], name=op.f("fk_payments_profile_id")),
        sa.ForeignKeyConstraint(["of_id"], ["payments.id"], name=op.f("fk_payments_of_id")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["staff_members.id"], name=op.f("fk_payments_recorded_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payments")),
        sa.UniqueConstraint("public_id", name=op.f("uq_payments_public_id")),
        sa.UniqueConstraint("idempotency_key", name=op.f("uq_payments_idempotency_key")),
        sa.UniqueConstraint("practice_id", "receipt_number", name=op.f("uq_payments_receipt_number")),
    )
    once = sa.text("kind = 'reversal'")
    op.create_index("uq_payments_reversed_once", "payments", ["of_id"], unique=True, sqlite_where=once, postgresql_where=once)
    op.create_index("ix_payments_practice_received", "payments", ["practice_id", "received_on"])
    op.create_index(op.f("ix_payments_appointment_id"), "payments", ["appointment_id"])
    op.create_index(op.f("ix_payments_profile_id"), "payments", ["profile_id"])
    op.create_table(
        "amounts_due",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("practice_id", sa.Integer(), nullable=False),
        sa.Column("appointment_id", sa.Integer(), nullable=False),
        sa.Column("for_missed", sa.Boolean(), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("set_by_id", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("amount >= 0", name=op.f("ck_amounts_due_amount")),
        sa.ForeignKeyConstraint(["practice_id"], ["practices.id"], name=op.f("fk_amounts_due_practice_id")),
        sa.ForeignKeyConstraint(["appointment_id"], ["appointments.id"], name=op.f("fk_amounts_due_appointment_id")),
        sa.ForeignKeyConstraint(["set_by_id"], ["staff_members.id"], name=op.f("fk_amounts_due_set_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_amounts_due")),
    )
    op.create_index(op.f("ix_amounts_due_appointment_id"), "amounts_due", ["appointment_id"])


def downgrade():
    op.drop_table("amounts_due")
    op.drop_table("payments")
