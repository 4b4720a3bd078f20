"""What an admin sets of a practice: messages, the way to pay, an uploaded logo."""

import sqlalchemy as sa
from alembic import op

from portal.database import UtcDateTime

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

TEXTS = (("no_times_text", 200), ("pay_url", 300), ("payments_off_reason", 200), ("logo_version", 16))


def upgrade():
    op.create_table(
        "practice_logos",
        sa.Column("practice_id", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["practice_id"], ["practices.id"], name=op.f("fk_practice_logos_practice_id")),
        sa.PrimaryKeyConstraint("practice_id", name=op.f("pk_practice_logos")),
    )
    with op.batch_alter_table("practices", schema=None) as batch_op:
        for name, length in TEXTS:
            batch_op.add_column(sa.Column(name, sa.String(length=length), server_default="", nullable=False))
        batch_op.add_column(sa.Column("revision", sa.Integer(), server_default="0", nullable=False))


def downgrade():
    with op.batch_alter_table("practices", schema=None) as batch_op:
        batch_op.drop_column("revision")
        for name, _length in reversed(TEXTS):
            batch_op.drop_column(name)
    op.drop_table("practice_logos")
