"""Invitations, one by one and in batches; links with a life: who gave them, when they were decided, age steps, primary, safe."""

import sqlalchemy as sa
from alembic import op

from portal.database import UtcDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


SUBJECT = "signup_id IS NOT NULL OR account_id IS NOT NULL"
ACTING = "relationship <> 'self' AND revoked_at IS NULL"
ENDING = "ends_on IS NOT NULL AND revoked_at IS NULL"
REVIEWED = "review_on IS NOT NULL AND revoked_at IS NULL"
SUBJECTS = f"{SUBJECT} OR invitation_id IS NOT NULL"


def _swap_subject(batch_op, condition):
    batch_op.drop_constraint(op.f("ck_mailed_links_has_subject"), type_="check")
    batch_op.create_check_constraint(op.f("ck_mailed_links_has_subject"), condition)


def upgrade():
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    op.create_table(
        "invitation_batches",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("practice_id", sa.Integer(), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=False),
        sa.Column("why", sa.String(length=500), nullable=False),
        sa.Column("life_hours", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("started_at", UtcDateTime(), nullable=True),
        sa.Column("started_by_id", sa.Integer(), nullable=True),
        sa.Column("paused_at", UtcDateTime(), nullable=True),
        sa.Column("queued_at", UtcDateTime(), nullable=True),
        sa.Column("told_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["made_by_id"], ["staff_members.id"], name=op.f("fk_invitation_batches_made_by_id")),
        sa.ForeignKeyConstraint(["practice_id"], ["practices.id"], name=op.f("fk_invitation_batches_practice_id")),
        sa.ForeignKeyConstraint(["started_by_id"], ["staff_members.id"], name=op.f("fk_invitation_batches_started_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation_batches")),
        sa.UniqueConstraint("public_id", name=op.f("uq_invitation_batches_public_id")),
    )
    with op.batch_alter_table("invitation_batches", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_invitation_batches_practice_id"), ["practice_id"], unique=False)

    op.create_table(
        "invitations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("practice_id", sa.Integer(), nullable=False),
        sa.Column("profile_id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("email_key", sa.String(length=254), nullable=False),
        sa.Column("relationship", sa.String(length=20), nullable=False),
        sa.Column("permissions", sa.JSON(), nullable=False),
        sa.Column("second_check", sa.String(length=12), nullable=False),
        sa.Column("nonce", sa.String(length=64), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("why", sa.String(length=500), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("review_on", sa.Date(), nullable=True),
        sa.Column("life_hours", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("invited_by_id", sa.Integer(), nullable=True),
        sa.Column("is_from_staff", sa.Boolean(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=True),
        sa.Column("sent_count", sa.Integer(), nullable=False),
        sa.Column("sent_at", UtcDateTime(), nullable=True),
        sa.Column("expires_at", UtcDateTime(), nullable=True),
        sa.Column("accepted_at", UtcDateTime(), nullable=True),
        sa.Column("accepted_by_id", sa.Integer(), nullable=True),
        sa.Column("link_id", sa.Integer(), nullable=True),
        sa.Column("refused_at", UtcDateTime(), nullable=True),
        sa.Column("deleted_at", UtcDateTime(), nullable=True),
        sa.Column("deleted_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("relationship IN ('self', 'parent', 'guardian', 'carer', 'trusted')", name=op.f("ck_invitations_relationship")),
        sa.CheckConstraint("second_check IN ('', 'birth_date', 'code')", name=op.f("ck_invitations_second_check")),
        sa.ForeignKeyConstraint(["accepted_by_id"], ["accounts.id"], name=op.f("fk_invitations_accepted_by_id")),
        sa.ForeignKeyConstraint(["batch_id"], ["invitation_batches.id"], name=op.f("fk_invitations_batch_id")),
        sa.ForeignKeyConstraint(["deleted_by_id"], ["accounts.id"], name=op.f("fk_invitations_deleted_by_id")),
        sa.ForeignKeyConstraint(["invited_by_id"], ["accounts.id"], name=op.f("fk_invitations_invited_by_id")),
        sa.ForeignKeyConstraint(["link_id"], ["links.id"], name=op.f("fk_invitations_link_id")),
        sa.ForeignKeyConstraint(["practice_id"], ["practices.id"], name=op.f("fk_invitations_practice_id")),
        sa.ForeignKeyConstraint(["profile_id"], ["profiles.id"], name=op.f("fk_invitations_profile_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitations")),
        sa.UniqueConstraint("public_id", name=op.f("uq_invitations_public_id")),
    )
    with op.batch_alter_table("invitations", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_invitations_batch_id"), ["batch_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_invitations_email_key"), ["email_key"], unique=False)
        batch_op.create_index("ix_invitations_practice_sent", ["practice_id", "sent_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_invitations_profile_id"), ["profile_id"], unique=False)
        batch_op.create_index(
            "uq_invitations_open",
            ["profile_id", "email_key"],
            unique=True,
            sqlite_where=sa.text("accepted_at IS NULL AND deleted_at IS NULL AND refused_at IS NULL"),
            postgresql_where=sa.text("accepted_at IS NULL AND deleted_at IS NULL AND refused_at IS NULL"),
        )

    op.create_table(
        "batch_rows",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("practice_id", sa.Integer(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("typed", sa.String(length=740), nullable=False),
        sa.Column("name", sa.String(length=170), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("relationship", sa.String(length=20), nullable=False),
        sa.Column("profile_id", sa.Integer(), nullable=True),
        sa.Column("problem", sa.String(length=30), nullable=False),
        sa.Column("invitation_id", sa.Integer(), nullable=True),
        sa.Column("done_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["batch_id"], ["invitation_batches.id"], name=op.f("fk_batch_rows_batch_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["invitation_id"], ["invitations.id"], name=op.f("fk_batch_rows_invitation_id")),
        sa.ForeignKeyConstraint(["practice_id"], ["practices.id"], name=op.f("fk_batch_rows_practice_id")),
        sa.ForeignKeyConstraint(["profile_id"], ["profiles.id"], name=op.f("fk_batch_rows_profile_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batch_rows")),
        sa.UniqueConstraint("batch_id", "position", name=op.f("uq_batch_rows_batch_id_position")),
    )
    with op.batch_alter_table("batch_rows", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_batch_rows_profile_id"), ["profile_id"], unique=False)
        batch_op.create_index("ix_batch_rows_waiting", ["batch_id", "done_at"], unique=False)

    with op.batch_alter_table("links", schema=None) as batch_op:
        batch_op.add_column(sa.Column("decided_on", sa.Date(), nullable=True))
    made_on = "date(created_at, 'unixepoch')" if is_sqlite else "CAST(created_at AT TIME ZONE 'UTC' AS date)"
    op.execute(f"UPDATE links SET decided_on = {made_on}")
    with op.batch_alter_table("links", schema=None) as batch_op:
        batch_op.alter_column("decided_on", existing_type=sa.Date(), nullable=False)
        batch_op.add_column(sa.Column("given_by_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("stepped_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("primary_at", UtcDateTime(), nullable=True))
        batch_op.create_index(
            "uq_links_primary",
            ["profile_id"],
            unique=True,
            sqlite_where=sa.text("primary_at IS NOT NULL AND revoked_at IS NULL"),
            postgresql_where=sa.text("primary_at IS NOT NULL AND revoked_at IS NULL"),
        )
        batch_op.create_index(
            "ix_links_acting", ["practice_id", "profile_id"], unique=False, sqlite_where=sa.text(ACTING), postgresql_where=sa.text(ACTING)
        )
        batch_op.create_index(
            "ix_links_ends", ["practice_id", "ends_on"], unique=False, sqlite_where=sa.text(ENDING), postgresql_where=sa.text(ENDING)
        )
        batch_op.create_index(
            "ix_links_review",
            ["practice_id", "review_on"],
            unique=False,
            sqlite_where=sa.text(REVIEWED),
            postgresql_where=sa.text(REVIEWED),
        )
        batch_op.create_foreign_key(batch_op.f("fk_links_given_by_id"), "accounts", ["given_by_id"], ["id"])

    with op.batch_alter_table("locations", schema=None) as batch_op:
        batch_op.add_column(sa.Column("latitude", sa.Double(), nullable=True))
        batch_op.add_column(sa.Column("longitude", sa.Double(), nullable=True))

    with op.batch_alter_table("mailed_links", schema=None) as batch_op:
        batch_op.add_column(sa.Column("invitation_id", sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f("ix_mailed_links_invitation_id"), ["invitation_id"], unique=False)
        _swap_subject(batch_op, SUBJECTS)
        batch_op.create_foreign_key(
            batch_op.f("fk_mailed_links_invitation_id"), "invitations", ["invitation_id"], ["id"], ondelete="CASCADE"
        )

    new = (
        ("age_steps", sa.JSON(), "[]"),
        ("inviting_roles", sa.JSON(), '["admin", "practitioner", "front_desk"]'),
        ("claim_hours", sa.Integer(), "72"),
        ("bulk_claim_hours", sa.Integer(), "168"),
    )
    with op.batch_alter_table("practices", schema=None) as batch_op:
        for name, kind, default in new:
            batch_op.add_column(sa.Column(name, kind, nullable=False, server_default=default))
    with op.batch_alter_table("practices", schema=None) as batch_op:
        for name, kind, _default in new:
            batch_op.alter_column(name, existing_type=kind, existing_nullable=False, server_default=None)

    with op.batch_alter_table("accounts", schema=None) as batch_op:
        batch_op.add_column(sa.Column("former_keys", sa.JSON(), nullable=False, server_default="[]"))
    with op.batch_alter_table("accounts", schema=None) as batch_op:
        batch_op.alter_column("former_keys", existing_type=sa.JSON(), existing_nullable=False, server_default=None)

    with op.batch_alter_table("profiles", schema=None) as batch_op:
        batch_op.add_column(sa.Column("safe_at", UtcDateTime(), nullable=True))
        batch_op.create_index("ix_profiles_born", ["practice_id", "born_on"], unique=False)


def downgrade():
    with op.batch_alter_table("profiles", schema=None) as batch_op:
        batch_op.drop_index("ix_profiles_born")
        batch_op.drop_column("safe_at")

    with op.batch_alter_table("accounts", schema=None) as batch_op:
        batch_op.drop_column("former_keys")

    with op.batch_alter_table("practices", schema=None) as batch_op:
        batch_op.drop_column("bulk_claim_hours")
        batch_op.drop_column("claim_hours")
        batch_op.drop_column("inviting_roles")
        batch_op.drop_column("age_steps")

    op.execute("DELETE FROM mailed_links WHERE invitation_id IS NOT NULL")
    with op.batch_alter_table("mailed_links", schema=None) as batch_op:
        _swap_subject(batch_op, SUBJECT)
        batch_op.drop_constraint(batch_op.f("fk_mailed_links_invitation_id"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_mailed_links_invitation_id"))
        batch_op.drop_column("invitation_id")

    with op.batch_alter_table("locations", schema=None) as batch_op:
        batch_op.drop_column("longitude")
        batch_op.drop_column("latitude")

    with op.batch_alter_table("links", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_links_given_by_id"), type_="foreignkey")
        for name, where in (("ix_links_acting", ACTING), ("ix_links_ends", ENDING), ("ix_links_review", REVIEWED)):
            batch_op.drop_index(name, sqlite_where=sa.text(where), postgresql_where=sa.text(where))
        batch_op.drop_index(
            "uq_links_primary",
            sqlite_where=sa.text("primary_at IS NOT NULL AND revoked_at IS NULL"),
            postgresql_where=sa.text("primary_at IS NOT NULL AND revoked_at IS NULL"),
        )
        batch_op.drop_column("primary_at")
        batch_op.drop_column("stepped_on")
        batch_op.drop_column("decided_on")
        batch_op.drop_column("given_by_id")

    with op.batch_alter_table("batch_rows", schema=None) as batch_op:
        batch_op.drop_index("ix_batch_rows_waiting")
        batch_op.drop_index(batch_op.f("ix_batch_rows_profile_id"))

    op.drop_table("batch_rows")
    with op.batch_alter_table("invitations", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_invitations_open",
            sqlite_where=sa.text("accepted_at IS NULL AND deleted_at IS NULL AND refused_at IS NULL"),
            postgresql_where=sa.text("accepted_at IS NULL AND deleted_at IS NULL AND refused_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_invitations_profile_id"))
        batch_op.drop_index("ix_invitations_practice_sent")
        batch_op.drop_index(batch_op.f("ix_invitations_email_key"))
        batch_op.drop_index(batch_op.f("ix_invitations_batch_id"))

    op.drop_table("invitations")
    with op.batch_alter_table("invitation_batches", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_invitation_batches_practice_id"))

    op.drop_table("invitation_batches")
