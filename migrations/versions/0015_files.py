"""Files of people, text notes of staff with what they said before, and practices whose people may add files."""

import sqlalchemy as sa
from alembic import op

from portal.database import UtcDateTime

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

MEDIA = "media IN ('application/pdf', 'image/jpeg', 'image/png', 'image/webp', 'text/plain')"
REMOVED = sa.text("removed_at IS NOT NULL AND erased_at IS NULL")


def upgrade():
    op.create_table(
        "files",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("practice_id", sa.Integer(), nullable=False),
        sa.Column("profile_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("media", sa.String(length=20), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("store_key", sa.String(length=50), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("all_pages", sa.Integer(), nullable=False),
        sa.Column("added_by_id", sa.Integer(), nullable=False),
        sa.Column("link_id", sa.Integer(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("shared_at", UtcDateTime(), nullable=True),
        sa.Column("removed_at", UtcDateTime(), nullable=True),
        sa.Column("removed_by_id", sa.Integer(), nullable=True),
        sa.Column("erased_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint(MEDIA, name=op.f("ck_files_media")),
        sa.CheckConstraint("size > 0", name=op.f("ck_files_not_empty")),
        sa.ForeignKeyConstraint(["practice_id"], ["practices.id"], name=op.f("fk_files_practice_id")),
        sa.ForeignKeyConstraint(["profile_id"], ["profiles.id"], name=op.f("fk_files_profile_id")),
        sa.ForeignKeyConstraint(["added_by_id"], ["accounts.id"], name=op.f("fk_files_added_by_id")),
        sa.ForeignKeyConstraint(["link_id"], ["links.id"], name=op.f("fk_files_link_id")),
        sa.ForeignKeyConstraint(["removed_by_id"], ["accounts.id"], name=op.f("fk_files_removed_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_files")),
        sa.UniqueConstraint("public_id", name=op.f("uq_files_public_id")),
        sa.UniqueConstraint("store_key", name=op.f("uq_files_store_key")),
    )
    op.create_index("ix_files_profile", "files", ["profile_id", "created_at"])
    op.create_index("ix_files_practice", "files", ["practice_id", "created_at"])
    op.create_index("ix_files_removed", "files", ["removed_at"], sqlite_where=REMOVED, postgresql_where=REMOVED)
    op.create_table(
        "notes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("practice_id", sa.Integer(), nullable=False),
        sa.Column("profile_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("copied_from_id", sa.Integer(), nullable=True),
        sa.Column("written_by_id", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("changed_by_id", sa.Integer(), nullable=True),
        sa.Column("changed_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["practice_id"], ["practices.id"], name=op.f("fk_notes_practice_id")),
        sa.ForeignKeyConstraint(["profile_id"], ["profiles.id"], name=op.f("fk_notes_profile_id")),
        sa.ForeignKeyConstraint(["copied_from_id"], ["notes.id"], name=op.f("fk_notes_copied_from_id")),
        sa.ForeignKeyConstraint(["written_by_id"], ["accounts.id"], name=op.f("fk_notes_written_by_id")),
        sa.ForeignKeyConstraint(["changed_by_id"], ["accounts.id"], name=op.f("fk_notes_changed_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notes")),
        sa.UniqueConstraint("public_id", name=op.f("uq_notes_public_id")),
    )
    op.create_index("ix_notes_practice_id", "notes", ["practice_id"])
    op.create_index("ix_notes_profile", "notes", ["profile_id", "created_at"])
    op.create_table(
        "note_versions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("practice_id", sa.Integer(), nullable=False),
        sa.Column("note_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("written_by_id", sa.Integer(), nullable=False),
        sa.Column("written_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["practice_id"], ["practices.id"], name=op.f("fk_note_versions_practice_id")),
        sa.ForeignKeyConstraint(["note_id"], ["notes.id"], name=op.f("fk_note_versions_note_id")),
        sa.ForeignKeyConstraint(["written_by_id"], ["accounts.id"], name=op.f("fk_note_versions_written_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_note_versions")),
        sa.UniqueConstraint("note_id", "number", name=op.f("uq_note_versions_note_id_number")),
    )
    with op.batch_alter_table("practices", schema=None) as batch_op:
        batch_op.add_column(sa.Column("files_from_people_at", UtcDateTime(), nullable=True))


def downgrade():
    with op.batch_alter_table("practices", schema=None) as batch_op:
        batch_op.drop_column("files_from_people_at")
    op.drop_table("note_versions")
    op.drop_table("notes")
    op.drop_table("files")
