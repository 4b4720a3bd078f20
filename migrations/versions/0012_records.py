"""What a record says of a person: names, coverage, consents by channel; further numbers and contacts."""

import sqlalchemy as sa
from alembic import op

from portal.database import UtcDateTime

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def columns() -> list[sa.Column]:
    return [
        sa.Column("middle_name", sa.String(length=80), server_default="", nullable=False),
        sa.Column("preferred_name", sa.String(length=80), server_default="", nullable=False),
        sa.Column("salutation", sa.String(length=20), server_default="", nullable=False),
        sa.Column("pronouns", sa.String(length=40), server_default="", nullable=False),
        sa.Column("sex_at_birth", sa.String(length=40), server_default="", nullable=False),
        sa.Column("phone_kind", sa.String(length=10), server_default="", nullable=False),
        sa.Column("unit", sa.String(length=20), server_default="", nullable=False),
        sa.Column("card_version", sa.String(length=4), server_default="", nullable=False),
        sa.Column("program", sa.String(length=80), server_default="", nullable=False),
        sa.Column("program_number", sa.String(length=40), server_default="", nullable=False),
        sa.Column("program_region", sa.String(length=10), server_default="", nullable=False),
        sa.Column("billing_authorisation", sa.String(length=60), server_default="", nullable=False),
        sa.Column("case_number", sa.String(length=40), server_default="", nullable=False),
        sa.Column("referred_by", sa.String(length=120), server_default="", nullable=False),
        sa.Column("veteran_id", sa.String(length=30), server_default="", nullable=False),
        sa.Column("billing_notes", sa.String(), server_default="", nullable=False),
        sa.Column("card_expires_on", sa.Date(), nullable=True),
        sa.Column("sessions_needed", sa.Integer(), nullable=True),
        *(
            sa.Column(f"{name}_at", UtcDateTime(), nullable=True)
            for name in ("sms_consent", "sms_refused", "voice_consent", "voice_refused", "qualified")
        ),
    ]


def upgrade():
    with op.batch_alter_table("profiles", schema=None) as batch_op:
        for column in columns():
            batch_op.add_column(column)
    op.create_table(
        "further_numbers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("practice_id", sa.Integer(), nullable=False),
        sa.Column("profile_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("removed_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("kind IN ('mobile', 'home', 'work', 'other')", name=op.f("ck_further_numbers_kind")),
        sa.ForeignKeyConstraint(["practice_id"], ["practices.id"], name=op.f("fk_further_numbers_practice_id")),
        sa.ForeignKeyConstraint(["profile_id"], ["profiles.id"], name=op.f("fk_further_numbers_profile_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_further_numbers")),
    )
    op.create_table(
        "contacts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("practice_id", sa.Integer(), nullable=False),
        sa.Column("profile_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("relation", sa.String(length=60), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("emergency_at", UtcDateTime(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("removed_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["practice_id"], ["practices.id"], name=op.f("fk_contacts_practice_id")),
        sa.ForeignKeyConstraint(["profile_id"], ["profiles.id"], name=op.f("fk_contacts_profile_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contacts")),
        sa.UniqueConstraint("public_id", name=op.f("uq_contacts_public_id")),
    )
    for table in ("further_numbers", "contacts"):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.create_index(batch_op.f(f"ix_{table}_profile_id"), ["profile_id"], unique=False)
    usual_care()


def usual_care():
    op.create_table(
        "usual_care",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("practice_id", sa.Integer(), nullable=False),
        sa.Column("profile_id", sa.Integer(), nullable=False),
        sa.Column("practitioner_id", sa.Integer(), nullable=True),
        sa.Column("location_id", sa.Integer(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["location_id"], ["locations.id"], name=op.f("fk_usual_care_location_id")),
        sa.ForeignKeyConstraint(["practice_id"], ["practices.id"], name=op.f("fk_usual_care_practice_id")),
        sa.ForeignKeyConstraint(["practitioner_id"], ["practitioners.id"], name=op.f("fk_usual_care_practitioner_id")),
        sa.ForeignKeyConstraint(["profile_id"], ["profiles.id"], name=op.f("fk_usual_care_profile_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_usual_care")),
    )
    with op.batch_alter_table("usual_care", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_usual_care_practitioner_id"), ["practitioner_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_usual_care_profile_id"), ["profile_id"], unique=False)


def downgrade():
    for table in ("usual_care", "contacts", "further_numbers"):
        op.drop_table(table)
    with op.batch_alter_table("profiles", schema=None) as batch_op:
        for column in reversed(columns()):
            batch_op.drop_column(column.name)
