"""A second step when signing in: an account's app and recovery codes, and the practice that asks its staff for it."""

import sqlalchemy as sa
from alembic import op

from portal.database import UtcDateTime

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "recovery_codes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("used_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_recovery_codes_account_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_codes")),
        sa.UniqueConstraint("account_id", "code_hash", name=op.f("uq_recovery_codes_account_id_code_hash")),
    )
    with op.batch_alter_table("accounts", schema=None) as batch_op:
        batch_op.add_column(sa.Column("second_factor_at", UtcDateTime(), nullable=True))
        batch_op.add_column(sa.Column("second_factor_nonce", sa.String(length=64), server_default="", nullable=False))
        batch_op.add_column(sa.Column("second_factor_used", sa.Integer(), server_default="0", nullable=False))
    with op.batch_alter_table("practices", schema=None) as batch_op:
        batch_op.add_column(sa.Column("second_factor_at", UtcDateTime(), nullable=True))


def downgrade():
    with op.batch_alter_table("practices", schema=None) as batch_op:
        batch_op.drop_column("second_factor_at")
    with op.batch_alter_table("accounts", schema=None) as batch_op:
        batch_op.drop_column("second_factor_used")
        batch_op.drop_column("second_factor_nonce")
        batch_op.drop_column("second_factor_at")
    op.drop_table("recovery_codes")
