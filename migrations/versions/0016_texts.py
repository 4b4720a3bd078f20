"""Text messages: an outbox for two channels, and how long before an appointment a practice reminds by text."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table("outbox_mails", schema=None) as batch_op:
        batch_op.add_column(sa.Column("channel", sa.String(length=10), server_default="email", nullable=False))
        batch_op.create_check_constraint(batch_op.f("ck_outbox_mails_channel"), "channel IN ('email', 'sms')")
    with op.batch_alter_table("practices", schema=None) as batch_op:
        batch_op.add_column(sa.Column("text_hours", sa.JSON(), server_default="[]", nullable=False))


def downgrade():
    with op.batch_alter_table("practices", schema=None) as batch_op:
        batch_op.drop_column("text_hours")
    with op.batch_alter_table("outbox_mails", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_outbox_mails_channel"), type_="check")
        batch_op.drop_column("channel")
