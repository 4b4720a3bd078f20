"""The person's own side of their record: what they may change, what is missing, what they changed, who asks to be forgotten."""

import json

import sqlalchemy as sa
from alembic import op

from portal.database import UtcDateTime

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_OWN = ["preferred_name", "pronouns", "phones", "address", "emergency", "email", "language", "zone"]
_WANTED = ["phones", "born_on", "emergency"]
_UNNOTED = "noted_at IS NULL"
_WAITS = "granted_at IS NULL AND refused_at IS NULL AND taken_back_at IS NULL"
_KEPT = "granted_at IS NOT NULL AND erased_at IS NULL"


def upgrade():
    with op.batch_alter_table("practices", schema=None) as batch_op:
        batch_op.add_column(sa.Column("own_fields", sa.JSON(), nullable=False, server_default=json.dumps(_OWN)))
        batch_op.add_column(sa.Column("wanted_facts", sa.JSON(), nullable=False, server_default=json.dumps(_WANTED)))
        batch_op.add_column(sa.Column("keeps_years", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("keeps_words", sa.String(length=300), nullable=False, server_default=""))
    with op.batch_alter_table("practices", schema=None) as batch_op:
        for name in ("own_fields", "wanted_facts"):
            batch_op.alter_column(name, existing_type=sa.JSON(), existing_nullable=False, server_default=None)
    with op.batch_alter_table("links", schema=None) as batch_op:
        batch_op.add_column(sa.Column("missing_put_off", sa.String(length=100), nullable=False, server_default=""))
    with op.batch_alter_table("profiles", schema=None) as batch_op:
        batch_op.add_column(sa.Column("forgotten_at", UtcDateTime(), nullable=True))
    own_changes()
    forget_requests()


def own_changes():
    op.create_table(
        "own_changes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("practice_id", sa.Integer(), nullable=False),
        sa.Column("profile_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("link_id", sa.Integer(), nullable=False),
        sa.Column("what", sa.JSON(), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.Column("noted_at", UtcDateTime(), nullable=True),
        sa.Column("noted_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_own_changes_account_id")),
        sa.ForeignKeyConstraint(["link_id"], ["links.id"], name=op.f("fk_own_changes_link_id")),
        sa.ForeignKeyConstraint(["noted_by_id"], ["accounts.id"], name=op.f("fk_own_changes_noted_by_id")),
        sa.ForeignKeyConstraint(["practice_id"], ["practices.id"], name=op.f("fk_own_changes_practice_id")),
        sa.ForeignKeyConstraint(["profile_id"], ["profiles.id"], name=op.f("fk_own_changes_profile_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_own_changes")),
    )
    with op.batch_alter_table("own_changes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_own_changes_profile_id"), ["profile_id"], unique=False)
        batch_op.create_index(
            "ix_own_changes_waiting",
            ["practice_id", "changed_at"],
            unique=False,
            sqlite_where=sa.text(_UNNOTED),
            postgresql_where=sa.text(_UNNOTED),
        )


def forget_requests():
    op.create_table(
        "forget_requests",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("practice_id", sa.Integer(), nullable=False),
        sa.Column("profile_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("link_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column("taken_back_at", UtcDateTime(), nullable=True),
        sa.Column("granted_at", UtcDateTime(), nullable=True),
        sa.Column("refused_at", UtcDateTime(), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("answer", sa.String(length=500), nullable=False),
        sa.Column("keep_until", sa.Date(), nullable=True),
        sa.Column("erased_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_forget_requests_account_id")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["accounts.id"], name=op.f("fk_forget_requests_decided_by_id")),
        sa.ForeignKeyConstraint(["link_id"], ["links.id"], name=op.f("fk_forget_requests_link_id")),
        sa.ForeignKeyConstraint(["practice_id"], ["practices.id"], name=op.f("fk_forget_requests_practice_id")),
        sa.ForeignKeyConstraint(["profile_id"], ["profiles.id"], name=op.f("fk_forget_requests_profile_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_forget_requests")),
        sa.UniqueConstraint("public_id", name=op.f("uq_forget_requests_public_id")),
    )
    with op.batch_alter_table("forget_requests", schema=None) as batch_op:
        batch_op.create_index(
            "uq_forget_requests_waiting", ["profile_id"], unique=True, sqlite_where=sa.text(_WAITS), postgresql_where=sa.text(_WAITS)
        )
        batch_op.create_index(
            "ix_forget_requests_practice", ["practice_id"], unique=False, sqlite_where=sa.text(_WAITS), postgresql_where=sa.text(_WAITS)
        )
        batch_op.create_index(
            "ix_forget_requests_kept", ["keep_until"], unique=False, sqlite_where=sa.text(_KEPT), postgresql_where=sa.text(_KEPT)
        )


def downgrade():
    for table in ("forget_requests", "own_changes"):
        op.drop_table(table)
    with op.batch_alter_table("profiles", schema=None) as batch_op:
        batch_op.drop_column("forgotten_at")
    with op.batch_alter_table("links", schema=None) as batch_op:
        batch_op.drop_column("missing_put_off")
    with op.batch_alter_table("practices", schema=None) as batch_op:
        for name in ("keeps_words", "keeps_years", "wanted_facts", "own_fields"):
            batch_op.drop_column(name)
