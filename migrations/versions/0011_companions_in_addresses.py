"""Companions stand in addresses by a random name, as everything does."""

import sqlalchemy as sa
from alembic import op

from portal.ids import public_id

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table("companions", schema=None) as batch_op:
        batch_op.add_column(sa.Column("public_id", sa.String(length=16), nullable=True))
    companions = sa.table("companions", sa.column("id", sa.Integer), sa.column("public_id", sa.String))
    names = [{"number": number, "name": public_id()} for number in op.get_bind().scalars(sa.select(companions.c.id)).all()]
    if names:
        op.get_bind().execute(
            companions.update().where(companions.c.id == sa.bindparam("number")).values(public_id=sa.bindparam("name")), names
        )
    with op.batch_alter_table("companions", schema=None) as batch_op:
        batch_op.alter_column("public_id", existing_type=sa.String(length=16), nullable=False)
        batch_op.create_unique_constraint(batch_op.f("uq_companions_public_id"), ["public_id"])


def downgrade():
    with op.batch_alter_table("companions", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("uq_companions_public_id"), type_="unique")
        batch_op.drop_column("public_id")
