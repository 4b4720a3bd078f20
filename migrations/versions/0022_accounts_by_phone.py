"""Accounts are found by their telephone: people who wrote down the number of who acts for somebody may be that somebody (portal/match_people.py)."""

from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade():
    op.create_index("ix_accounts_phone", "accounts", ["phone"])


def downgrade():
    op.drop_index("ix_accounts_phone", "accounts")
