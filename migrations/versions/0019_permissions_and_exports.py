"""Files that nobody of the practice has looked at yet.

The permissions "files" and "payments" need no column: a member keeps only what differs from the usual of their role (0010), and both are
usual for every role, so whoever had them before they were permissions has them still. "export" is usual for admins alone.
"""

import sqlalchemy as sa
from alembic import op

from portal.database import UtcDateTime

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

UNSEEN = sa.text("seen_at IS NULL AND link_id IS NOT NULL AND removed_at IS NULL")


def upgrade():
    with op.batch_alter_table("files", schema=None) as batch_op:
        batch_op.add_column(sa.Column("seen_at", UtcDateTime(), nullable=True))
        batch_op.create_index("ix_files_unseen", ["practice_id"], sqlite_where=UNSEEN, postgresql_where=UNSEEN)
    _remember_who_looked()


def _remember_who_looked():
    """What staff opened before is not new to them: the ledger knows when."""
    files = sa.table("files", sa.column("id", sa.Integer), sa.column("seen_at", UtcDateTime))
    lines = sa.table(
        "ledger_lines", sa.column("id"), sa.column("verb"), sa.column("link_id"), sa.column("facts", sa.JSON), sa.column("at", UtcDateTime)
    )
    opened = sa.select(lines.c.facts, lines.c.at).where(lines.c.verb == "file_opened", lines.c.link_id.is_(None)).order_by(lines.c.id)
    for facts, at in op.get_bind().execute(opened).all():
        op.execute(files.update().where(files.c.id == facts["file"], files.c.seen_at.is_(None)).values(seen_at=at))


def downgrade():
    with op.batch_alter_table("files", schema=None) as batch_op:
        batch_op.drop_index("ix_files_unseen")
        batch_op.drop_column("seen_at")
