"""Look-alikes, merges that can be taken back, and answers to registrations; address, health card and file number of a person."""

import sqlalchemy as sa
from alembic import op

from portal.database import UtcDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

OF_A_PERSON = [
    ("street", sa.String(length=120), ""),
    ("city", sa.String(length=80), ""),
    ("postal_code", sa.String(length=12), ""),
    ("card_number", sa.String(length=30), ""),
    ("card_region", sa.String(length=10), ""),
    ("file_number", sa.String(length=20), ""),
    ("keyed", sa.Integer(), "0"),
]


def upgrade():
    op.create_table(
        "different_people",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("practice_id", sa.Integer(), nullable=False),
        sa.Column("one_id", sa.Integer(), nullable=False),
        sa.Column("other_id", sa.Integer(), nullable=False),
        sa.Column("decided_at", UtcDateTime(), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=False),
        sa.Column("taken_back_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("one_id < other_id", name=op.f("ck_different_people_order")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["accounts.id"], name=op.f("fk_different_people_decided_by_id")),
        sa.ForeignKeyConstraint(["one_id"], ["profiles.id"], name=op.f("fk_different_people_one_id")),
        sa.ForeignKeyConstraint(["other_id"], ["profiles.id"], name=op.f("fk_different_people_other_id")),
        sa.ForeignKeyConstraint(["practice_id"], ["practices.id"], name=op.f("fk_different_people_practice_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_different_people")),
    )
    with op.batch_alter_table("different_people", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_different_people_other_id"), ["other_id"], unique=False)
        batch_op.create_index(
            "uq_different_people_pair",
            ["one_id", "other_id"],
            unique=True,
            sqlite_where=sa.text("taken_back_at IS NULL"),
            postgresql_where=sa.text("taken_back_at IS NULL"),
        )

    op.create_table(
        "look_alikes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("practice_id", sa.Integer(), nullable=False),
        sa.Column("one_id", sa.Integer(), nullable=False),
        sa.Column("other_id", sa.Integer(), nullable=False),
        sa.Column("grade", sa.String(length=8), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.Column("found_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("grade IN ('certain', 'possible')", name=op.f("ck_look_alikes_grade")),
        sa.CheckConstraint("one_id < other_id", name=op.f("ck_look_alikes_order")),
        sa.ForeignKeyConstraint(["one_id"], ["profiles.id"], name=op.f("fk_look_alikes_one_id")),
        sa.ForeignKeyConstraint(["other_id"], ["profiles.id"], name=op.f("fk_look_alikes_other_id")),
        sa.ForeignKeyConstraint(["practice_id"], ["practices.id"], name=op.f("fk_look_alikes_practice_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_look_alikes")),
    )
    with op.batch_alter_table("look_alikes", schema=None) as batch_op:
        batch_op.create_index("ix_look_alikes_best", ["practice_id", "score"], unique=False)
        batch_op.create_index(batch_op.f("ix_look_alikes_other_id"), ["other_id"], unique=False)
        batch_op.create_index("uq_look_alikes_pair", ["one_id", "other_id"], unique=True)

    op.create_table(
        "match_keys",
        sa.Column("practice_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("profile_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["practice_id"], ["practices.id"], name=op.f("fk_match_keys_practice_id")),
        sa.ForeignKeyConstraint(["profile_id"], ["profiles.id"], name=op.f("fk_match_keys_profile_id")),
        sa.PrimaryKeyConstraint("practice_id", "key", "profile_id", name=op.f("pk_match_keys")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("match_keys", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_match_keys_profile_id"), ["profile_id"], unique=False)

    op.create_table(
        "match_runs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("practice_id", sa.Integer(), nullable=False),
        sa.Column("started_at", UtcDateTime(), nullable=False),
        sa.Column("started_by_id", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("found", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("lease_until", UtcDateTime(), nullable=True),
        sa.Column("finished_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["practice_id"], ["practices.id"], name=op.f("fk_match_runs_practice_id")),
        sa.ForeignKeyConstraint(["started_by_id"], ["staff_members.id"], name=op.f("fk_match_runs_started_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_match_runs")),
    )
    with op.batch_alter_table("match_runs", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_match_runs_practice_id"), ["practice_id"], unique=False)
        batch_op.create_index(
            "uq_match_runs_going_on",
            ["practice_id"],
            unique=True,
            sqlite_where=sa.text("finished_at IS NULL"),
            postgresql_where=sa.text("finished_at IS NULL"),
        )

    op.create_table(
        "merges",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("practice_id", sa.Integer(), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("target_id", sa.Integer(), nullable=False),
        sa.Column("merged_at", UtcDateTime(), nullable=False),
        sa.Column("merged_by_id", sa.Integer(), nullable=False),
        sa.Column("choices", sa.JSON(), nullable=False),
        sa.Column("stood", sa.JSON(), nullable=False),
        sa.Column("undone_at", UtcDateTime(), nullable=True),
        sa.Column("undone_by_id", sa.Integer(), nullable=True),
        sa.Column("undone_why", sa.String(length=500), nullable=False),
        sa.CheckConstraint("source_id <> target_id", name=op.f("ck_merges_two_people")),
        sa.ForeignKeyConstraint(["merged_by_id"], ["accounts.id"], name=op.f("fk_merges_merged_by_id")),
        sa.ForeignKeyConstraint(["practice_id"], ["practices.id"], name=op.f("fk_merges_practice_id")),
        sa.ForeignKeyConstraint(["source_id"], ["profiles.id"], name=op.f("fk_merges_source_id")),
        sa.ForeignKeyConstraint(["target_id"], ["profiles.id"], name=op.f("fk_merges_target_id")),
        sa.ForeignKeyConstraint(["undone_by_id"], ["accounts.id"], name=op.f("fk_merges_undone_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_merges")),
        sa.UniqueConstraint("public_id", name=op.f("uq_merges_public_id")),
    )
    with op.batch_alter_table("merges", schema=None) as batch_op:
        batch_op.create_index("ix_merges_practice_at", ["practice_id", "merged_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_merges_target_id"), ["target_id"], unique=False)
        batch_op.create_index(
            "uq_merges_standing",
            ["source_id"],
            unique=True,
            sqlite_where=sa.text("undone_at IS NULL"),
            postgresql_where=sa.text("undone_at IS NULL"),
        )

    op.create_table(
        "merge_changes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("practice_id", sa.Integer(), nullable=False),
        sa.Column("merge_id", sa.Integer(), nullable=False),
        sa.Column("table_name", sa.String(length=40), nullable=False),
        sa.Column("row_id", sa.Integer(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["merge_id"], ["merges.id"], name=op.f("fk_merge_changes_merge_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["practice_id"], ["practices.id"], name=op.f("fk_merge_changes_practice_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_merge_changes")),
    )
    with op.batch_alter_table("merge_changes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_merge_changes_merge_id"), ["merge_id"], unique=False)
        batch_op.create_index("ix_merge_changes_row", ["table_name", "row_id"], unique=False)

    with op.batch_alter_table("links", schema=None) as batch_op:
        batch_op.add_column(sa.Column("united_with_id", sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f("ix_links_united_with_id"), ["united_with_id"], unique=False)
        batch_op.create_foreign_key(batch_op.f("fk_links_united_with_id"), "links", ["united_with_id"], ["id"])

    with op.batch_alter_table("profiles", schema=None) as batch_op:
        for name, kind, default in OF_A_PERSON:
            batch_op.add_column(sa.Column(name, kind, nullable=False, server_default=default))
    with op.batch_alter_table("profiles", schema=None) as batch_op:
        for name, kind, _default in OF_A_PERSON:
            batch_op.alter_column(name, existing_type=kind, existing_nullable=False, server_default=None)
        batch_op.create_index("ix_profiles_not_keyed", ["keyed", "id"], unique=False)

    with op.batch_alter_table("registrations", schema=None) as batch_op:
        batch_op.add_column(sa.Column("answered_by_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("later_at", UtcDateTime(), nullable=True))
        batch_op.create_foreign_key(batch_op.f("fk_registrations_answered_by_id"), "accounts", ["answered_by_id"], ["id"])


def downgrade():
    with op.batch_alter_table("registrations", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_registrations_answered_by_id"), type_="foreignkey")
        batch_op.drop_column("later_at")
        batch_op.drop_column("answered_by_id")

    with op.batch_alter_table("profiles", schema=None) as batch_op:
        batch_op.drop_index("ix_profiles_not_keyed")
        for name, _kind, _default in reversed(OF_A_PERSON):
            batch_op.drop_column(name)

    with op.batch_alter_table("links", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_links_united_with_id"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_links_united_with_id"))
        batch_op.drop_column("united_with_id")

    with op.batch_alter_table("merge_changes", schema=None) as batch_op:
        batch_op.drop_index("ix_merge_changes_row")
        batch_op.drop_index(batch_op.f("ix_merge_changes_merge_id"))

    op.drop_table("merge_changes")
    with op.batch_alter_table("merges", schema=None) as batch_op:
        batch_op.drop_index("uq_merges_standing", sqlite_where=sa.text("undone_at IS NULL"), postgresql_where=sa.text("undone_at IS NULL"))
        batch_op.drop_index(batch_op.f("ix_merges_target_id"))
        batch_op.drop_index("ix_merges_practice_at")

    op.drop_table("merges")
    with op.batch_alter_table("match_runs", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_match_runs_going_on", sqlite_where=sa.text("finished_at IS NULL"), postgresql_where=sa.text("finished_at IS NULL")
        )
        batch_op.drop_index(batch_op.f("ix_match_runs_practice_id"))

    op.drop_table("match_runs")
    with op.batch_alter_table("match_keys", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_match_keys_profile_id"))

    op.drop_table("match_keys")
    with op.batch_alter_table("look_alikes", schema=None) as batch_op:
        batch_op.drop_index("uq_look_alikes_pair")
        batch_op.drop_index(batch_op.f("ix_look_alikes_other_id"))
        batch_op.drop_index("ix_look_alikes_best")

    op.drop_table("look_alikes")
    with op.batch_alter_table("different_people", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_different_people_pair", sqlite_where=sa.text("taken_back_at IS NULL"), postgresql_where=sa.text("taken_back_at IS NULL")
        )
        batch_op.drop_index(batch_op.f("ix_different_people_other_id"))

    op.drop_table("different_people")
