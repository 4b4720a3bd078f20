"""Lists of people from another product: the import, its rows, what its columns were; and an index by which a file number is found."""

import sqlalchemy as sa
from alembic import op

from portal.database import UtcDateTime

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "import_columns",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("practice_id", sa.Integer(), nullable=False),
        sa.Column("header_key", sa.String(length=64), nullable=False),
        sa.Column("columns", sa.JSON(), nullable=False),
        sa.Column("date_order", sa.String(length=3), nullable=False),
        sa.Column("only_blanks", sa.Boolean(), nullable=False),
        sa.Column("saved_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["practice_id"], ["practices.id"], name=op.f("fk_import_columns_practice_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_columns")),
        sa.UniqueConstraint("practice_id", "header_key", name=op.f("uq_import_columns_practice_id_header_key")),
    )
    op.create_table(
        "imports",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("practice_id", sa.Integer(), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=False),
        sa.Column("file_name", sa.String(length=120), nullable=False),
        sa.Column("sheets", sa.JSON(), nullable=False),
        sa.Column("sheet", sa.Integer(), nullable=False),
        sa.Column("columns", sa.JSON(), nullable=False),
        sa.Column("date_order", sa.String(length=3), nullable=False),
        sa.Column("only_blanks", sa.Boolean(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("judged", sa.Integer(), nullable=False),
        sa.Column("seen_to", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("read_at", UtcDateTime(), nullable=True),
        sa.Column("mapped_at", UtcDateTime(), nullable=True),
        sa.Column("judged_at", UtcDateTime(), nullable=True),
        sa.Column("started_at", UtcDateTime(), nullable=True),
        sa.Column("started_by_id", sa.Integer(), nullable=True),
        sa.Column("finished_at", UtcDateTime(), nullable=True),
        sa.Column("undo_started_at", UtcDateTime(), nullable=True),
        sa.Column("undo_started_by_id", sa.Integer(), nullable=True),
        sa.Column("undone_at", UtcDateTime(), nullable=True),
        sa.Column("cleared_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("date_order IN ('', 'dmy', 'mdy')", name=op.f("ck_imports_date_order")),
        sa.ForeignKeyConstraint(["made_by_id"], ["staff_members.id"], name=op.f("fk_imports_made_by_id")),
        sa.ForeignKeyConstraint(["practice_id"], ["practices.id"], name=op.f("fk_imports_practice_id")),
        sa.ForeignKeyConstraint(["started_by_id"], ["staff_members.id"], name=op.f("fk_imports_started_by_id")),
        sa.ForeignKeyConstraint(["undo_started_by_id"], ["staff_members.id"], name=op.f("fk_imports_undo_started_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_imports")),
        sa.UniqueConstraint("public_id", name=op.f("uq_imports_public_id")),
    )
    with op.batch_alter_table("imports", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_imports_practice_id"), ["practice_id"], unique=False)
        batch_op.create_index(
            "uq_imports_running",
            ["practice_id"],
            unique=True,
            sqlite_where=sa.text("started_at IS NOT NULL AND finished_at IS NULL"),
            postgresql_where=sa.text("started_at IS NOT NULL AND finished_at IS NULL"),
        )
        batch_op.create_index(
            "uq_imports_undoing",
            ["practice_id"],
            unique=True,
            sqlite_where=sa.text("undo_started_at IS NOT NULL AND undone_at IS NULL"),
            postgresql_where=sa.text("undo_started_at IS NOT NULL AND undone_at IS NULL"),
        )
    op.create_table(
        "import_rows",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("practice_id", sa.Integer(), nullable=False),
        sa.Column("import_id", sa.Integer(), nullable=False),
        sa.Column("sheet", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("cells", sa.JSON(), nullable=False),
        sa.Column("name", sa.String(length=170), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("problems", sa.JSON(), nullable=False),
        sa.Column("notes", sa.JSON(), nullable=False),
        sa.Column("profile_id", sa.Integer(), nullable=True),
        sa.Column("likeness", sa.JSON(), nullable=False),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.Column("marks", sa.JSON(), nullable=False),
        sa.Column("same_as", sa.Integer(), nullable=True),
        sa.Column("previous_id", sa.String(length=100), nullable=False),
        sa.Column("choice", sa.String(length=6), nullable=False),
        sa.Column("outcome", sa.String(length=8), nullable=False),
        sa.Column("why", sa.JSON(), nullable=False),
        sa.Column("journal", sa.JSON(), nullable=False),
        sa.Column("done_at", UtcDateTime(), nullable=True),
        sa.Column("undone_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("choice IN ('', 'skip', 'new', 'update')", name=op.f("ck_import_rows_choice")),
        sa.CheckConstraint("kind IN ('', 'new', 'update', 'same', 'alike', 'twice', 'invalid')", name=op.f("ck_import_rows_kind")),
        sa.CheckConstraint("outcome IN ('', 'made', 'updated', 'left', 'undone', 'kept')", name=op.f("ck_import_rows_outcome")),
        sa.ForeignKeyConstraint(["import_id"], ["imports.id"], name=op.f("fk_import_rows_import_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["practice_id"], ["practices.id"], name=op.f("fk_import_rows_practice_id")),
        sa.ForeignKeyConstraint(["profile_id"], ["profiles.id"], name=op.f("fk_import_rows_profile_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_rows")),
        sa.UniqueConstraint("import_id", "sheet", "position", name=op.f("uq_import_rows_import_id_sheet_position")),
    )
    with op.batch_alter_table("import_rows", schema=None) as batch_op:
        batch_op.create_index("ix_import_rows_kind", ["import_id", "kind", "position"], unique=False)
        batch_op.create_index("ix_import_rows_previous", ["practice_id", "previous_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_import_rows_profile_id"), ["profile_id"], unique=False)
        batch_op.create_index("ix_import_rows_waiting", ["import_id", "done_at", "position"], unique=False)
    with op.batch_alter_table("profiles", schema=None) as batch_op:
        batch_op.create_index("ix_profiles_file", ["practice_id", "file_number"], unique=False)


def downgrade():
    with op.batch_alter_table("profiles", schema=None) as batch_op:
        batch_op.drop_index("ix_profiles_file")
    with op.batch_alter_table("import_rows", schema=None) as batch_op:
        batch_op.drop_index("ix_import_rows_waiting")
        batch_op.drop_index(batch_op.f("ix_import_rows_profile_id"))
        batch_op.drop_index("ix_import_rows_previous")
        batch_op.drop_index("ix_import_rows_kind")
    op.drop_table("import_rows")
    with op.batch_alter_table("imports", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_imports_undoing",
            sqlite_where=sa.text("undo_started_at IS NOT NULL AND undone_at IS NULL"),
            postgresql_where=sa.text("undo_started_at IS NOT NULL AND undone_at IS NULL"),
        )
        batch_op.drop_index(
            "uq_imports_running",
            sqlite_where=sa.text("started_at IS NOT NULL AND finished_at IS NULL"),
            postgresql_where=sa.text("started_at IS NOT NULL AND finished_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_imports_practice_id"))
    op.drop_table("imports")
    op.drop_table("import_columns")
