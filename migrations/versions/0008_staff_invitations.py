"""Invitations to work at a practice, and the mailed links they go out with."""

import sqlalchemy as sa
from alembic import op

from portal.database import UtcDateTime

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

BEFORE = "signup_id IS NOT NULL OR account_id IS NOT NULL OR invitation_id IS NOT NULL"
AFTER = "coalesce(signup_id, account_id, invitation_id, staff_invitation_id) IS NOT NULL"


def upgrade():
    op.create_table(
        "staff_invitations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("practice_id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("email_key", sa.String(length=254), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("invited_by_id", sa.Integer(), nullable=False),
        sa.Column("sent_at", UtcDateTime(), nullable=False),
        sa.Column("accepted_at", UtcDateTime(), nullable=True),
        sa.Column("accepted_by_id", sa.Integer(), nullable=True),
        sa.Column("withdrawn_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("role IN ('admin', 'practitioner', 'front_desk')", name=op.f("ck_staff_invitations_role")),
        sa.ForeignKeyConstraint(["accepted_by_id"], ["accounts.id"], name=op.f("fk_staff_invitations_accepted_by_id")),
        sa.ForeignKeyConstraint(["invited_by_id"], ["accounts.id"], name=op.f("fk_staff_invitations_invited_by_id")),
        sa.ForeignKeyConstraint(["practice_id"], ["practices.id"], name=op.f("fk_staff_invitations_practice_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_invitations")),
        sa.UniqueConstraint("public_id", name=op.f("uq_staff_invitations_public_id")),
    )
    with op.batch_alter_table("staff_invitations", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_staff_invitations_practice_id"), ["practice_id"], unique=False)
    with op.batch_alter_table("mailed_links", schema=None) as batch_op:
        batch_op.add_column(sa.Column("staff_invitation_id", sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f("ix_mailed_links_staff_invitation_id"), ["staff_invitation_id"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_mailed_links_staff_invitation_id"), "staff_invitations", ["staff_invitation_id"], ["id"], ondelete="CASCADE"
        )
        batch_op.drop_constraint(batch_op.f("ck_mailed_links_has_subject"), type_="check")
        batch_op.create_check_constraint(batch_op.f("ck_mailed_links_has_subject"), AFTER)


def downgrade():
    op.execute("DELETE FROM mailed_links WHERE staff_invitation_id IS NOT NULL")
    with op.batch_alter_table("mailed_links", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_mailed_links_has_subject"), type_="check")
        batch_op.create_check_constraint(batch_op.f("ck_mailed_links_has_subject"), BEFORE)
        batch_op.drop_constraint(batch_op.f("fk_mailed_links_staff_invitation_id"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_mailed_links_staff_invitation_id"))
        batch_op.drop_column("staff_invitation_id")
    op.drop_table("staff_invitations")
