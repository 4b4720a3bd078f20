"""The desk: blocks, groups and series on the calendar, companions, calendars in and out, and who set what."""

import sqlalchemy as sa
from alembic import op

from portal.database import UtcDateTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "series",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("practice_id", sa.Integer(), nullable=False),
        sa.Column("every_days", sa.Integer(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("every_days BETWEEN 1 AND 366", name=op.f("ck_series_every")),
        sa.CheckConstraint("times BETWEEN 2 AND 104", name=op.f("ck_series_times")),
        sa.ForeignKeyConstraint(["created_by_id"], ["staff_members.id"], name=op.f("fk_series_created_by_id")),
        sa.ForeignKeyConstraint(["practice_id"], ["practices.id"], name=op.f("fk_series_practice_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_series")),
        sa.UniqueConstraint("public_id", name=op.f("uq_series_public_id")),
    )
    with op.batch_alter_table("series", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_series_practice_id"), ["practice_id"], unique=False)

    op.create_table(
        "calendar_sources",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("practice_id", sa.Integer(), nullable=False),
        sa.Column("practitioner_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("url", sa.String(length=2000), nullable=False),
        sa.Column("etag", sa.String(length=255), nullable=False),
        sa.Column("content", sa.String(), nullable=True),
        sa.Column("read_at", UtcDateTime(), nullable=True),
        sa.Column("failed_at", UtcDateTime(), nullable=True),
        sa.Column("problem", sa.String(length=40), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=True),
        sa.Column("lease_until", UtcDateTime(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=False),
        sa.Column("removed_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["created_by_id"], ["staff_members.id"], name=op.f("fk_calendar_sources_created_by_id")),
        sa.ForeignKeyConstraint(["practice_id"], ["practices.id"], name=op.f("fk_calendar_sources_practice_id")),
        sa.ForeignKeyConstraint(["practitioner_id"], ["practitioners.id"], name=op.f("fk_calendar_sources_practitioner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_sources")),
        sa.UniqueConstraint("public_id", name=op.f("uq_calendar_sources_public_id")),
    )
    with op.batch_alter_table("calendar_sources", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_calendar_sources_practice_id"), ["practice_id"], unique=False)

    op.create_table(
        "practitioner_feeds",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("practice_id", sa.Integer(), nullable=False),
        sa.Column("practitioner_id", sa.Integer(), nullable=False),
        sa.Column("nonce", sa.String(length=64), nullable=False),
        sa.Column("shows", sa.String(length=10), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=False),
        sa.Column("revoked_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("shows IN ('names', 'busy')", name=op.f("ck_practitioner_feeds_shows")),
        sa.ForeignKeyConstraint(["created_by_id"], ["staff_members.id"], name=op.f("fk_practitioner_feeds_created_by_id")),
        sa.ForeignKeyConstraint(["practice_id"], ["practices.id"], name=op.f("fk_practitioner_feeds_practice_id")),
        sa.ForeignKeyConstraint(["practitioner_id"], ["practitioners.id"], name=op.f("fk_practitioner_feeds_practitioner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_practitioner_feeds")),
    )
    with op.batch_alter_table("practitioner_feeds", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_practitioner_feeds_practitioner_id"), ["practitioner_id"], unique=False)

    op.create_table(
        "setting_changes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("practice_id", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("table_name", sa.String(length=40), nullable=False),
        sa.Column("row_id", sa.Integer(), nullable=False),
        sa.Column("practitioner_id", sa.Integer(), nullable=True),
        sa.Column("column", sa.String(length=40), nullable=False),
        sa.Column("old", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("new", sa.JSON(none_as_null=True), nullable=True),
        sa.ForeignKeyConstraint(["practice_id"], ["practices.id"], name=op.f("fk_setting_changes_practice_id")),
        sa.ForeignKeyConstraint(["practitioner_id"], ["practitioners.id"], name=op.f("fk_setting_changes_practitioner_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff_members.id"], name=op.f("fk_setting_changes_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_setting_changes")),
    )
    with op.batch_alter_table("setting_changes", schema=None) as batch_op:
        batch_op.create_index("ix_setting_changes_practice_at", ["practice_id", "at"], unique=False)
        batch_op.create_index("ix_setting_changes_row", ["table_name", "row_id", "column"], unique=False)

    op.create_table(
        "blocks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("practice_id", sa.Integer(), nullable=False),
        sa.Column("practitioner_id", sa.Integer(), nullable=False),
        sa.Column("location_id", sa.Integer(), nullable=False),
        sa.Column("room_id", sa.Integer(), nullable=True),
        sa.Column("service_id", sa.Integer(), nullable=True),
        sa.Column("series_id", sa.Integer(), nullable=True),
        sa.Column("source_id", sa.Integer(), nullable=True),
        sa.Column("uid", sa.String(length=255), nullable=False),
        sa.Column("starts_at", UtcDateTime(), nullable=False),
        sa.Column("ends_at", UtcDateTime(), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("seats", sa.Integer(), nullable=True),
        sa.Column("before_minutes", sa.Integer(), nullable=False),
        sa.Column("after_minutes", sa.Integer(), nullable=False),
        sa.Column("room_before_minutes", sa.Integer(), nullable=False),
        sa.Column("room_after_minutes", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), server_default="0", nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("removed_at", UtcDateTime(), nullable=True),
        sa.Column("removed_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("(seats IS NULL) = (service_id IS NULL)", name=op.f("ck_blocks_seats_of_a_service")),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_blocks_order")),
        sa.CheckConstraint("seats IS NULL OR seats BETWEEN 1 AND 200", name=op.f("ck_blocks_seats")),
        sa.CheckConstraint("source_id IS NULL OR seats IS NULL", name=op.f("ck_blocks_imported_or_group")),
        sa.ForeignKeyConstraint(["created_by_id"], ["staff_members.id"], name=op.f("fk_blocks_created_by_id")),
        sa.ForeignKeyConstraint(["location_id"], ["locations.id"], name=op.f("fk_blocks_location_id")),
        sa.ForeignKeyConstraint(["practice_id"], ["practices.id"], name=op.f("fk_blocks_practice_id")),
        sa.ForeignKeyConstraint(["practitioner_id"], ["practitioners.id"], name=op.f("fk_blocks_practitioner_id")),
        sa.ForeignKeyConstraint(["removed_by_id"], ["staff_members.id"], name=op.f("fk_blocks_removed_by_id")),
        sa.ForeignKeyConstraint(["room_id"], ["rooms.id"], name=op.f("fk_blocks_room_id")),
        sa.ForeignKeyConstraint(["series_id"], ["series.id"], name=op.f("fk_blocks_series_id")),
        sa.ForeignKeyConstraint(["service_id"], ["services.id"], name=op.f("fk_blocks_service_id")),
        sa.ForeignKeyConstraint(["source_id"], ["calendar_sources.id"], name=op.f("fk_blocks_source_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_blocks")),
        sa.UniqueConstraint("public_id", name=op.f("uq_blocks_public_id")),
    )
    with op.batch_alter_table("blocks", schema=None) as batch_op:
        batch_op.create_index("ix_blocks_practice_start", ["practice_id", "starts_at"], unique=False)
        batch_op.create_index(
            "ix_blocks_practitioner_start",
            ["practitioner_id", "starts_at"],
            unique=False,
            sqlite_where=sa.text("removed_at IS NULL"),
            postgresql_where=sa.text("removed_at IS NULL"),
        )
        batch_op.create_index(batch_op.f("ix_blocks_room_id"), ["room_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_blocks_series_id"), ["series_id"], unique=False)
        batch_op.create_index(
            "ix_blocks_source",
            ["source_id", "uid"],
            unique=False,
            sqlite_where=sa.text("source_id IS NOT NULL"),
            postgresql_where=sa.text("source_id IS NOT NULL"),
        )

    op.create_table(
        "companions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("practice_id", sa.Integer(), nullable=False),
        sa.Column("appointment_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("relation", sa.String(length=60), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["appointment_id"], ["appointments.id"], name=op.f("fk_companions_appointment_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["created_by_id"], ["staff_members.id"], name=op.f("fk_companions_created_by_id")),
        sa.ForeignKeyConstraint(["practice_id"], ["practices.id"], name=op.f("fk_companions_practice_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_companions")),
    )
    with op.batch_alter_table("companions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_companions_appointment_id"), ["appointment_id"], unique=False)

    with op.batch_alter_table("appointments", schema=None) as batch_op:
        batch_op.add_column(sa.Column("lane", sa.Integer(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("group_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("series_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("cancel_reason", sa.String(length=200), server_default="", nullable=False))
        batch_op.add_column(sa.Column("arrived_at", UtcDateTime(), nullable=True))
        batch_op.add_column(sa.Column("revision", sa.Integer(), server_default="0", nullable=False))
        batch_op.create_index(batch_op.f("ix_appointments_group_id"), ["group_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_appointments_series_id"), ["series_id"], unique=False)
        batch_op.create_foreign_key(batch_op.f("fk_appointments_series_id"), "series", ["series_id"], ["id"])
        batch_op.create_foreign_key(batch_op.f("fk_appointments_group_id"), "blocks", ["group_id"], ["id"])

    with op.batch_alter_table("locations", schema=None) as batch_op:
        batch_op.add_column(sa.Column("archived_at", UtcDateTime(), nullable=True))

    with op.batch_alter_table("practitioners", schema=None) as batch_op:
        batch_op.add_column(sa.Column("banner_from", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("banner_until", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("offline_at", UtcDateTime(), nullable=True))
        batch_op.add_column(sa.Column("closed_to_new_at", UtcDateTime(), nullable=True))

    with op.batch_alter_table("rooms", schema=None) as batch_op:
        batch_op.add_column(sa.Column("archived_at", UtcDateTime(), nullable=True))

    with op.batch_alter_table("services", schema=None) as batch_op:
        batch_op.add_column(sa.Column("offline_at", UtcDateTime(), nullable=True))


def downgrade():
    with op.batch_alter_table("services", schema=None) as batch_op:
        batch_op.drop_column("offline_at")

    with op.batch_alter_table("rooms", schema=None) as batch_op:
        batch_op.drop_column("archived_at")

    with op.batch_alter_table("practitioners", schema=None) as batch_op:
        batch_op.drop_column("closed_to_new_at")
        batch_op.drop_column("offline_at")
        batch_op.drop_column("banner_until")
        batch_op.drop_column("banner_from")

    with op.batch_alter_table("locations", schema=None) as batch_op:
        batch_op.drop_column("archived_at")

    with op.batch_alter_table("appointments", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_appointments_group_id"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_appointments_series_id"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_appointments_series_id"))
        batch_op.drop_index(batch_op.f("ix_appointments_group_id"))
        batch_op.drop_column("revision")
        batch_op.drop_column("arrived_at")
        batch_op.drop_column("cancel_reason")
        batch_op.drop_column("series_id")
        batch_op.drop_column("group_id")
        batch_op.drop_column("lane")

    with op.batch_alter_table("companions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_companions_appointment_id"))

    op.drop_table("companions")
    with op.batch_alter_table("blocks", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_blocks_source", sqlite_where=sa.text("source_id IS NOT NULL"), postgresql_where=sa.text("source_id IS NOT NULL")
        )
        batch_op.drop_index(batch_op.f("ix_blocks_series_id"))
        batch_op.drop_index(batch_op.f("ix_blocks_room_id"))
        batch_op.drop_index(
            "ix_blocks_practitioner_start", sqlite_where=sa.text("removed_at IS NULL"), postgresql_where=sa.text("removed_at IS NULL")
        )
        batch_op.drop_index("ix_blocks_practice_start")

    op.drop_table("blocks")
    with op.batch_alter_table("setting_changes", schema=None) as batch_op:
        batch_op.drop_index("ix_setting_changes_row")
        batch_op.drop_index("ix_setting_changes_practice_at")

    op.drop_table("setting_changes")
    with op.batch_alter_table("practitioner_feeds", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_practitioner_feeds_practitioner_id"))

    op.drop_table("practitioner_feeds")
    with op.batch_alter_table("calendar_sources", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_calendar_sources_practice_id"))

    op.drop_table("calendar_sources")
    with op.batch_alter_table("series", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_series_practice_id"))

    op.drop_table("series")
