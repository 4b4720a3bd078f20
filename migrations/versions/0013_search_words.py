"""The words people are searched by. They are made in the background after the migration, a few hundred people at a time."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade():
    word = sa.String(length=80).with_variant(sa.String(length=80, collation="C"), "postgresql")
    op.create_table(
        "search_words",
        sa.Column("practice_id", sa.Integer(), nullable=False),
        sa.Column("word", word, nullable=False),
        sa.Column("profile_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["practice_id"], ["practices.id"], name=op.f("fk_search_words_practice_id")),
        sa.ForeignKeyConstraint(["profile_id"], ["profiles.id"], name=op.f("fk_search_words_profile_id")),
        sa.PrimaryKeyConstraint("practice_id", "word", "profile_id", name=op.f("pk_search_words")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("search_words", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_search_words_profile_id"), ["profile_id"], unique=False)
    with op.batch_alter_table("profiles", schema=None) as batch_op:
        batch_op.add_column(sa.Column("worded", sa.Integer(), server_default="0", nullable=False))
        batch_op.create_index("ix_profiles_not_worded", ["worded", "id"], unique=False)


def downgrade():
    with op.batch_alter_table("profiles", schema=None) as batch_op:
        batch_op.drop_index("ix_profiles_not_worded")
        batch_op.drop_column("worded")
    op.drop_table("search_words")
