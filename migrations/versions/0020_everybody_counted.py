"""An index of those of a practice who stand: counting a hundred thousand people takes a twentieth of the time, and the search of
everybody for look-alikes finds its next portion at once. It takes the place of the one of the practice alone.

And one of the rows of an import that are still to be taken back: without it each portion read again past all that was done."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

STANDING = sa.text("merged_at IS NULL")
TO_UNDO = sa.text("outcome IN ('made', 'updated') AND undone_at IS NULL")


def upgrade():
    op.create_index("ix_profiles_standing", "profiles", ["practice_id", "id"], sqlite_where=STANDING, postgresql_where=STANDING)
    op.drop_index("ix_profiles_practice_id", "profiles")
    op.create_index("ix_import_rows_to_undo", "import_rows", ["import_id", "position"], sqlite_where=TO_UNDO, postgresql_where=TO_UNDO)


def downgrade():
    op.drop_index("ix_import_rows_to_undo", "import_rows")
    op.create_index("ix_profiles_practice_id", "profiles", ["practice_id"])
    op.drop_index("ix_profiles_standing", "profiles")
