"""What a member of staff may do more or less than their role."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table("staff_members", schema=None) as batch_op:
        batch_op.add_column(sa.Column("unusual", sa.JSON(), server_default="{}", nullable=False))


def downgrade():
    with op.batch_alter_table("staff_members", schema=None) as batch_op:
        batch_op.drop_column("unusual")
