"""Whether the clinic or the patient changed an appointment last; blocks are found by when they end."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

STANDS = sa.text("removed_at IS NULL")


def upgrade():
    with op.batch_alter_table("appointments", schema=None) as batch_op:
        batch_op.add_column(sa.Column("changed_by_staff_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(batch_op.f("fk_appointments_changed_by_staff_id"), "staff_members", ["changed_by_staff_id"], ["id"])

    with op.batch_alter_table("blocks", schema=None) as batch_op:
        batch_op.create_index(
            "ix_blocks_practitioner_end", ["practitioner_id", "ends_at"], unique=False, sqlite_where=STANDS, postgresql_where=STANDS
        )


def downgrade():
    with op.batch_alter_table("blocks", schema=None) as batch_op:
        batch_op.drop_index("ix_blocks_practitioner_end", sqlite_where=STANDS, postgresql_where=STANDS)

    with op.batch_alter_table("appointments", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_appointments_changed_by_staff_id"), type_="foreignkey")
        batch_op.drop_column("changed_by_staff_id")
