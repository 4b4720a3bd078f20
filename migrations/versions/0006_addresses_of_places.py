"""Locations and rooms get names for their addresses: staff change them on pages of their own."""

import sqlalchemy as sa
from alembic import op

from portal.ids import public_id

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

TABLES = ("locations", "rooms")


def upgrade():
    for name in TABLES:
        with op.batch_alter_table(name, schema=None) as batch_op:
            batch_op.add_column(sa.Column("public_id", sa.String(length=16), nullable=True))
        table = sa.table(name, sa.column("id", sa.Integer), sa.column("public_id", sa.String))
        if not op.get_context().as_sql:
            for number in op.get_bind().scalars(sa.select(table.c.id)).all():
                op.execute(table.update().where(table.c.id == number).values(public_id=public_id()))
        with op.batch_alter_table(name, schema=None) as batch_op:
            batch_op.alter_column("public_id", existing_type=sa.String(length=16), nullable=False)
            batch_op.create_unique_constraint(batch_op.f(f"uq_{name}_public_id"), ["public_id"])


def downgrade():
    for name in reversed(TABLES):
        with op.batch_alter_table(name, schema=None) as batch_op:
            batch_op.drop_constraint(batch_op.f(f"uq_{name}_public_id"), type_="unique")
            batch_op.drop_column("public_id")
