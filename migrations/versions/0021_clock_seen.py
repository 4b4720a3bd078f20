"""What the clock said at the rounds of the postman, so that one far ahead erases nothing early (portal/erasing.py). One row; the first
round writes it."""

import sqlalchemy as sa
from alembic import op

from portal.database import UtcDateTime

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "clock_seen",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("proven_at", UtcDateTime(), nullable=False),
        sa.Column("seen_at", UtcDateTime(), nullable=False),
        sa.Column("last_at", UtcDateTime(), nullable=False),
        sa.Column("run_seconds", sa.Integer(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_clock_seen_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clock_seen")),
    )


def downgrade():
    op.drop_table("clock_seen")
