"""First house: every table of portal and booking."""

import sqlalchemy as sa
from alembic import op

from portal.database import UtcDateTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "accounts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("email_key", sa.String(length=254), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("given_name", sa.String(length=80), nullable=False),
        sa.Column("family_name", sa.String(length=80), nullable=False),
        sa.Column("born_on", sa.Date(), nullable=True),
        sa.Column("phone", sa.String(length=20), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("zone", sa.String(length=60), nullable=False),
        sa.Column("verified_at", UtcDateTime(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounts")),
        sa.UniqueConstraint("email_key", name=op.f("uq_accounts_email_key")),
        sa.UniqueConstraint("public_id", name=op.f("uq_accounts_public_id")),
    )
    op.create_table(
        "practices",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("calls_people", sa.String(length=10), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("zone", sa.String(length=60), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("region", sa.String(length=10), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=False),
        sa.Column("phone_hours", sa.String(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("street", sa.String(), nullable=False),
        sa.Column("city", sa.String(), nullable=False),
        sa.Column("access_note", sa.String(), nullable=False),
        sa.Column("colour", sa.String(length=7), nullable=False),
        sa.Column("logo", sa.String(), nullable=False),
        sa.Column("banner_text", sa.String(length=200), nullable=False),
        sa.Column("banner_from", sa.Date(), nullable=True),
        sa.Column("banner_until", sa.Date(), nullable=True),
        sa.Column("closed_to_new_at", UtcDateTime(), nullable=True),
        sa.Column("closed_to_new_reason", sa.String(), nullable=False),
        sa.Column("youngest_account_years", sa.Integer(), nullable=False),
        sa.Column("reminder_detail", sa.String(length=10), nullable=False),
        sa.Column("reminder_hours", sa.JSON(), nullable=False),
        sa.Column("timetable_version", sa.Integer(), nullable=False),
        sa.CheckConstraint("calls_people IN ('patient', 'client')", name=op.f("ck_practices_calls_people")),
        sa.CheckConstraint("reminder_detail IN ('full', 'discreet')", name=op.f("ck_practices_reminder_detail")),
        sa.CheckConstraint("length(banner_text) <= 200", name=op.f("ck_practices_banner_length")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_practices")),
        sa.UniqueConstraint("slug", name=op.f("uq_practices_slug")),
    )
    op.create_table(
        "throttle_counts",
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("window_ends_at", UtcDateTime(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_throttle_counts")),
    )
    op.create_index(op.f("ix_throttle_counts_window_ends_at"), "throttle_counts", ["window_ends_at"])
    op.create_table(
        "feeds",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("nonce", sa.String(length=64), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("revoked_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_feeds_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feeds")),
    )
    op.create_index(op.f("ix_feeds_account_id"), "feeds", ["account_id"])
    op.create_table(
        "holidays_worked",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("practice_id", sa.Integer(), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["practice_id"], ["practices.id"], name=op.f("fk_holidays_worked_practice_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_holidays_worked")),
        sa.UniqueConstraint("practice_id", "on_date", name=op.f("uq_holidays_worked_practice_id_on_date")),
    )
    op.create_table(
        "locations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("practice_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("street", sa.String(), nullable=False),
        sa.Column("city", sa.String(), nullable=False),
        sa.Column("zone", sa.String(length=60), nullable=False),
        sa.ForeignKeyConstraint(["practice_id"], ["practices.id"], name=op.f("fk_locations_practice_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_locations")),
    )
    op.create_index(op.f("ix_locations_practice_id"), "locations", ["practice_id"])
    op.create_table(
        "outbox_mails",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("practice_id", sa.Integer(), nullable=True),
        sa.Column("template", sa.String(length=40), nullable=False),
        sa.Column("dedupe_key", sa.String(length=200), nullable=False),
        sa.Column("about", sa.String(length=60), nullable=False),
        sa.Column("to_address", sa.String(length=254), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("refs", sa.JSON(), nullable=False),
        sa.Column("message_id", sa.String(length=120), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=False),
        sa.Column("lease_until", UtcDateTime(), nullable=True),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("sent_at", UtcDateTime(), nullable=True),
        sa.Column("last_error", sa.String(), nullable=False),
        sa.CheckConstraint(
            "state IN ('queued', 'sending', 'sent', 'failed', 'aborted', 'superseded', 'held')", name=op.f("ck_outbox_mails_state")
        ),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_outbox_mails_account_id")),
        sa.ForeignKeyConstraint(["practice_id"], ["practices.id"], name=op.f("fk_outbox_mails_practice_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox_mails")),
        sa.UniqueConstraint("dedupe_key", name=op.f("uq_outbox_mails_dedupe_key")),
    )
    op.create_index(op.f("ix_outbox_mails_about"), "outbox_mails", ["about"])
    op.create_index("ix_outbox_mails_due", "outbox_mails", ["state", "due_at"])
    op.create_table(
        "profiles",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("practice_id", sa.Integer(), nullable=False),
        sa.Column("given_name", sa.String(length=80), nullable=False),
        sa.Column("family_name", sa.String(length=80), nullable=False),
        sa.Column("born_on", sa.Date(), nullable=True),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("zone", sa.String(length=60), nullable=False),
        sa.Column("staff_alert", sa.String(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("provisional_at", UtcDateTime(), nullable=True),
        sa.Column("email_consent_at", UtcDateTime(), nullable=True),
        sa.Column("email_refused_at", UtcDateTime(), nullable=True),
        sa.Column("replaced_by_id", sa.Integer(), nullable=True),
        sa.Column("merged_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("replaced_by_id IS NULL OR replaced_by_id <> id", name=op.f("ck_profiles_not_its_own_target")),
        sa.ForeignKeyConstraint(["practice_id"], ["practices.id"], name=op.f("fk_profiles_practice_id")),
        sa.ForeignKeyConstraint(["replaced_by_id"], ["profiles.id"], name=op.f("fk_profiles_replaced_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_profiles")),
        sa.UniqueConstraint("public_id", name=op.f("uq_profiles_public_id")),
    )
    op.create_index("ix_profiles_name", "profiles", ["practice_id", "family_name", "given_name"])
    op.create_index(op.f("ix_profiles_practice_id"), "profiles", ["practice_id"])
    op.create_index(op.f("ix_profiles_replaced_by_id"), "profiles", ["replaced_by_id"])
    op.create_table(
        "services",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("practice_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("discipline", sa.String(length=60), nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("bring", sa.String(), nullable=False),
        sa.Column("duration_minutes", sa.Integer(), nullable=False),
        sa.Column("step_minutes", sa.Integer(), nullable=True),
        sa.Column("before_minutes", sa.Integer(), nullable=False),
        sa.Column("after_minutes", sa.Integer(), nullable=False),
        sa.Column("buffers_inside", sa.Boolean(), nullable=False),
        sa.Column("price_cents", sa.Integer(), nullable=True),
        sa.Column("for_people", sa.String(length=10), nullable=False),
        sa.Column("room_kind", sa.String(length=30), nullable=False),
        sa.Column("room_before_minutes", sa.Integer(), nullable=False),
        sa.Column("room_after_minutes", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("archived_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("for_people IN ('everyone', 'new', 'returning')", name=op.f("ck_services_for_people")),
        sa.CheckConstraint("before_minutes BETWEEN 0 AND 480 AND after_minutes BETWEEN 0 AND 480", name=op.f("ck_services_buffers")),
        sa.CheckConstraint("duration_minutes >= 5 AND duration_minutes <= 2880", name=op.f("ck_services_duration")),
        sa.CheckConstraint(
            "room_before_minutes BETWEEN 0 AND 480 AND room_after_minutes BETWEEN 0 AND 480", name=op.f("ck_services_room_buffers")
        ),
        sa.CheckConstraint("step_minutes IS NULL OR step_minutes > 0", name=op.f("ck_services_step")),
        sa.ForeignKeyConstraint(["practice_id"], ["practices.id"], name=op.f("fk_services_practice_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_services")),
        sa.UniqueConstraint("public_id", name=op.f("uq_services_public_id")),
    )
    op.create_index(op.f("ix_services_practice_id"), "services", ["practice_id"])
    op.create_table(
        "sessions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("idle_minutes", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("signed_in_at", UtcDateTime(), nullable=True),
        sa.Column("last_seen_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_sessions_account_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sessions")),
        sa.UniqueConstraint("key_hash", name=op.f("uq_sessions_key_hash")),
    )
    op.create_index(op.f("ix_sessions_account_id"), "sessions", ["account_id"])
    op.create_index(op.f("ix_sessions_expires_at"), "sessions", ["expires_at"])
    op.create_table(
        "signups",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("practice_id", sa.Integer(), nullable=True),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("email_key", sa.String(length=254), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("given_name", sa.String(length=80), nullable=False),
        sa.Column("family_name", sa.String(length=80), nullable=False),
        sa.Column("born_on", sa.Date(), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("zone", sa.String(length=60), nullable=False),
        sa.Column("visitor", sa.String(length=64), nullable=False),
        sa.Column("next_path", sa.String(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("confirmed_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["practice_id"], ["practices.id"], name=op.f("fk_signups_practice_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signups")),
        sa.UniqueConstraint("public_id", name=op.f("uq_signups_public_id")),
    )
    op.create_index(op.f("ix_signups_email_key"), "signups", ["email_key"])
    op.create_table(
        "staff_members",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("practice_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("left_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("role IN ('admin', 'practitioner', 'front_desk')", name=op.f("ck_staff_members_role")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_staff_members_account_id")),
        sa.ForeignKeyConstraint(["practice_id"], ["practices.id"], name=op.f("fk_staff_members_practice_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_members")),
        sa.UniqueConstraint("practice_id", "account_id", name=op.f("uq_staff_members_practice_id_account_id")),
    )
    op.create_index(op.f("ix_staff_members_account_id"), "staff_members", ["account_id"])
    op.create_table(
        "closures",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("practice_id", sa.Integer(), nullable=False),
        sa.Column("location_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=True),
        sa.Column("last_on", sa.Date(), nullable=True),
        sa.Column("starts_at", UtcDateTime(), nullable=True),
        sa.Column("ends_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("(first_on IS NULL) <> (starts_at IS NULL)", name=op.f("ck_closures_dates_or_span")),
        sa.CheckConstraint("(first_on IS NULL) = (last_on IS NULL)", name=op.f("ck_closures_both_dates")),
        sa.CheckConstraint("last_on IS NULL OR last_on >= first_on", name=op.f("ck_closures_dates")),
        sa.ForeignKeyConstraint(["location_id"], ["locations.id"], name=op.f("fk_closures_location_id")),
        sa.ForeignKeyConstraint(["practice_id"], ["practices.id"], name=op.f("fk_closures_practice_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_closures")),
    )
    op.create_index(op.f("ix_closures_practice_id"), "closures", ["practice_id"])
    op.create_table(
        "links",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("practice_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("profile_id", sa.Integer(), nullable=False),
        sa.Column("relationship", sa.String(length=20), nullable=False),
        sa.Column("permissions", sa.JSON(), nullable=False),
        sa.Column("ground", sa.String(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("review_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("revoked_at", UtcDateTime(), nullable=True),
        sa.Column("revoked_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("relationship IN ('self', 'parent', 'guardian', 'carer', 'trusted')", name=op.f("ck_links_relationship")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_links_account_id")),
        sa.ForeignKeyConstraint(["practice_id"], ["practices.id"], name=op.f("fk_links_practice_id")),
        sa.ForeignKeyConstraint(["profile_id"], ["profiles.id"], name=op.f("fk_links_profile_id")),
        sa.ForeignKeyConstraint(["revoked_by_id"], ["accounts.id"], name=op.f("fk_links_revoked_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_links")),
        sa.UniqueConstraint("public_id", name=op.f("uq_links_public_id")),
    )
    op.create_index(op.f("ix_links_practice_id"), "links", ["practice_id"])
    op.create_index(op.f("ix_links_profile_id"), "links", ["profile_id"])
    op.create_index(
        "uq_links_live",
        "links",
        ["account_id", "profile_id"],
        unique=True,
        sqlite_where=sa.text("revoked_at IS NULL"),
        postgresql_where=sa.text("revoked_at IS NULL"),
    )
    op.create_table(
        "mailed_links",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("signup_id", sa.Integer(), nullable=True),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("sent_to", sa.String(length=254), nullable=False),
        sa.Column("nonce", sa.String(length=64), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("used_at", UtcDateTime(), nullable=True),
        sa.Column("revoked_at", UtcDateTime(), nullable=True),
        sa.Column("replaced_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("signup_id IS NOT NULL OR account_id IS NOT NULL", name=op.f("ck_mailed_links_has_subject")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_mailed_links_account_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["signup_id"], ["signups.id"], name=op.f("fk_mailed_links_signup_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mailed_links")),
    )
    op.create_index(op.f("ix_mailed_links_signup_id"), "mailed_links", ["signup_id"])
    op.create_index("ix_mailed_links_subject", "mailed_links", ["purpose", "account_id"])
    op.create_table(
        "practitioners",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("practice_id", sa.Integer(), nullable=False),
        sa.Column("staff_member_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("profession", sa.String(length=80), nullable=False),
        sa.Column("languages", sa.JSON(), nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("banner_text", sa.String(length=200), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("left_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["practice_id"], ["practices.id"], name=op.f("fk_practitioners_practice_id")),
        sa.ForeignKeyConstraint(["staff_member_id"], ["staff_members.id"], name=op.f("fk_practitioners_staff_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_practitioners")),
        sa.UniqueConstraint("public_id", name=op.f("uq_practitioners_public_id")),
        sa.UniqueConstraint("staff_member_id", name=op.f("uq_practitioners_staff_member_id")),
    )
    op.create_index(op.f("ix_practitioners_practice_id"), "practitioners", ["practice_id"])
    op.create_table(
        "registrations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("practice_id", sa.Integer(), nullable=False),
        sa.Column("profile_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("accepted_at", UtcDateTime(), nullable=True),
        sa.Column("merged_at", UtcDateTime(), nullable=True),
        sa.Column("declined_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_registrations_account_id")),
        sa.ForeignKeyConstraint(["practice_id"], ["practices.id"], name=op.f("fk_registrations_practice_id")),
        sa.ForeignKeyConstraint(["profile_id"], ["profiles.id"], name=op.f("fk_registrations_profile_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registrations")),
        sa.UniqueConstraint("profile_id", name=op.f("uq_registrations_profile_id")),
        sa.UniqueConstraint("public_id", name=op.f("uq_registrations_public_id")),
    )
    op.create_index(op.f("ix_registrations_practice_id"), "registrations", ["practice_id"])
    op.create_table(
        "rooms",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("practice_id", sa.Integer(), nullable=False),
        sa.Column("location_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.ForeignKeyConstraint(["location_id"], ["locations.id"], name=op.f("fk_rooms_location_id")),
        sa.ForeignKeyConstraint(["practice_id"], ["practices.id"], name=op.f("fk_rooms_practice_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rooms")),
    )
    op.create_index(op.f("ix_rooms_practice_id"), "rooms", ["practice_id"])
    op.create_table(
        "appointments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("practice_id", sa.Integer(), nullable=False),
        sa.Column("location_id", sa.Integer(), nullable=False),
        sa.Column("profile_id", sa.Integer(), nullable=False),
        sa.Column("service_id", sa.Integer(), nullable=False),
        sa.Column("practitioner_id", sa.Integer(), nullable=False),
        sa.Column("room_id", sa.Integer(), nullable=True),
        sa.Column("booked_by_id", sa.Integer(), nullable=True),
        sa.Column("booked_by_staff_id", sa.Integer(), nullable=True),
        sa.Column("link_id", sa.Integer(), nullable=True),
        sa.Column("starts_at", UtcDateTime(), nullable=False),
        sa.Column("ends_at", UtcDateTime(), nullable=False),
        sa.Column("wall_start", sa.String(length=16), nullable=False),
        sa.Column("zone", sa.String(length=60), nullable=False),
        sa.Column("before_minutes", sa.Integer(), nullable=False),
        sa.Column("after_minutes", sa.Integer(), nullable=False),
        sa.Column("room_before_minutes", sa.Integer(), nullable=False),
        sa.Column("room_after_minutes", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("price_cents", sa.Integer(), nullable=True),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("idempotency_key", sa.String(length=64), nullable=False),
        sa.Column("change_key", sa.String(length=64), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.Column("cancelled_at", UtcDateTime(), nullable=True),
        sa.Column("moved_from", UtcDateTime(), nullable=True),
        sa.Column("moved_from_practitioner_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("status IN ('booked', 'arrived', 'fulfilled', 'cancelled', 'noshow')", name=op.f("ck_appointments_status")),
        sa.CheckConstraint("booked_by_id IS NOT NULL OR booked_by_staff_id IS NOT NULL", name=op.f("ck_appointments_booked_by_somebody")),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_appointments_order")),
        sa.ForeignKeyConstraint(["booked_by_id"], ["accounts.id"], name=op.f("fk_appointments_booked_by_id")),
        sa.ForeignKeyConstraint(["booked_by_staff_id"], ["staff_members.id"], name=op.f("fk_appointments_booked_by_staff_id")),
        sa.ForeignKeyConstraint(["link_id"], ["links.id"], name=op.f("fk_appointments_link_id")),
        sa.ForeignKeyConstraint(["location_id"], ["locations.id"], name=op.f("fk_appointments_location_id")),
        sa.ForeignKeyConstraint(
            ["moved_from_practitioner_id"], ["practitioners.id"], name=op.f("fk_appointments_moved_from_practitioner_id")
        ),
        sa.ForeignKeyConstraint(["practice_id"], ["practices.id"], name=op.f("fk_appointments_practice_id")),
        sa.ForeignKeyConstraint(["practitioner_id"], ["practitioners.id"], name=op.f("fk_appointments_practitioner_id")),
        sa.ForeignKeyConstraint(["profile_id"], ["profiles.id"], name=op.f("fk_appointments_profile_id")),
        sa.ForeignKeyConstraint(["room_id"], ["rooms.id"], name=op.f("fk_appointments_room_id")),
        sa.ForeignKeyConstraint(["service_id"], ["services.id"], name=op.f("fk_appointments_service_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appointments")),
        sa.UniqueConstraint("idempotency_key", name=op.f("uq_appointments_idempotency_key")),
        sa.UniqueConstraint("public_id", name=op.f("uq_appointments_public_id")),
    )
    op.create_index("ix_appointments_practice_start", "appointments", ["practice_id", "starts_at"])
    op.create_index(
        "ix_appointments_practitioner_start",
        "appointments",
        ["practitioner_id", "starts_at", "ends_at", "before_minutes", "after_minutes", "status", "id"],
        sqlite_where=sa.text("status IN ('booked', 'arrived', 'fulfilled')"),
        postgresql_where=sa.text("status IN ('booked', 'arrived', 'fulfilled')"),
    )
    op.create_index("ix_appointments_profile_start", "appointments", ["profile_id", "starts_at"])
    op.create_index(
        "ix_appointments_room_start",
        "appointments",
        ["room_id", "starts_at"],
        sqlite_where=sa.text("room_id IS NOT NULL"),
        postgresql_where=sa.text("room_id IS NOT NULL"),
    )
    op.create_table(
        "breaks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("practice_id", sa.Integer(), nullable=False),
        sa.Column("practitioner_id", sa.Integer(), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=True),
        sa.Column("on_date", sa.Date(), nullable=True),
        sa.Column("begins", sa.Integer(), nullable=False),
        sa.Column("ends", sa.Integer(), nullable=False),
        sa.CheckConstraint("(weekday IS NULL) <> (on_date IS NULL)", name=op.f("ck_breaks_weekday_or_date")),
        sa.ForeignKeyConstraint(["practice_id"], ["practices.id"], name=op.f("fk_breaks_practice_id")),
        sa.ForeignKeyConstraint(["practitioner_id"], ["practitioners.id"], name=op.f("fk_breaks_practitioner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_breaks")),
    )
    op.create_index(op.f("ix_breaks_practice_id"), "breaks", ["practice_id"])
    op.create_table(
        "caps",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("practice_id", sa.Integer(), nullable=False),
        sa.Column("practitioner_id", sa.Integer(), nullable=True),
        sa.Column("service_id", sa.Integer(), nullable=True),
        sa.Column("location_id", sa.Integer(), nullable=True),
        sa.Column("period", sa.String(length=5), nullable=False),
        sa.Column("max_count", sa.Integer(), nullable=True),
        sa.Column("max_minutes", sa.Integer(), nullable=True),
        sa.CheckConstraint("period IN ('day', 'week', 'month')", name=op.f("ck_caps_period")),
        sa.CheckConstraint("max_count IS NOT NULL OR max_minutes IS NOT NULL", name=op.f("ck_caps_says_something")),
        sa.ForeignKeyConstraint(["location_id"], ["locations.id"], name=op.f("fk_caps_location_id")),
        sa.ForeignKeyConstraint(["practice_id"], ["practices.id"], name=op.f("fk_caps_practice_id")),
        sa.ForeignKeyConstraint(["practitioner_id"], ["practitioners.id"], name=op.f("fk_caps_practitioner_id")),
        sa.ForeignKeyConstraint(["service_id"], ["services.id"], name=op.f("fk_caps_service_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_caps")),
    )
    op.create_index(op.f("ix_caps_practice_id"), "caps", ["practice_id"])
    op.create_table(
        "date_overrides",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("practice_id", sa.Integer(), nullable=False),
        sa.Column("practitioner_id", sa.Integer(), nullable=False),
        sa.Column("location_id", sa.Integer(), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("windows", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["location_id"], ["locations.id"], name=op.f("fk_date_overrides_location_id")),
        sa.ForeignKeyConstraint(["practice_id"], ["practices.id"], name=op.f("fk_date_overrides_practice_id")),
        sa.ForeignKeyConstraint(["practitioner_id"], ["practitioners.id"], name=op.f("fk_date_overrides_practitioner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_date_overrides")),
        sa.UniqueConstraint(
            "practitioner_id", "location_id", "on_date", name=op.f("uq_date_overrides_practitioner_id_location_id_on_date")
        ),
    )
    op.create_index(op.f("ix_date_overrides_practice_id"), "date_overrides", ["practice_id"])
    op.create_table(
        "holds",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("practice_id", sa.Integer(), nullable=False),
        sa.Column("owner", sa.String(length=64), nullable=False),
        sa.Column("location_id", sa.Integer(), nullable=False),
        sa.Column("service_id", sa.Integer(), nullable=False),
        sa.Column("practitioner_id", sa.Integer(), nullable=False),
        sa.Column("room_id", sa.Integer(), nullable=True),
        sa.Column("any_practitioner", sa.Boolean(), nullable=False),
        sa.Column("starts_at", UtcDateTime(), nullable=False),
        sa.Column("ends_at", UtcDateTime(), nullable=False),
        sa.Column("before_minutes", sa.Integer(), nullable=False),
        sa.Column("after_minutes", sa.Integer(), nullable=False),
        sa.Column("room_before_minutes", sa.Integer(), nullable=False),
        sa.Column("room_after_minutes", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("renewed_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_holds_order")),
        sa.ForeignKeyConstraint(["location_id"], ["locations.id"], name=op.f("fk_holds_location_id")),
        sa.ForeignKeyConstraint(["practice_id"], ["practices.id"], name=op.f("fk_holds_practice_id")),
        sa.ForeignKeyConstraint(["practitioner_id"], ["practitioners.id"], name=op.f("fk_holds_practitioner_id")),
        sa.ForeignKeyConstraint(["room_id"], ["rooms.id"], name=op.f("fk_holds_room_id")),
        sa.ForeignKeyConstraint(["service_id"], ["services.id"], name=op.f("fk_holds_service_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_holds")),
        sa.UniqueConstraint("owner", name=op.f("uq_holds_owner")),
    )
    op.create_index("ix_holds_practice_expires", "holds", ["practice_id", "expires_at"])
    op.create_table(
        "ledger_lines",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("practice_id", sa.Integer(), nullable=True),
        sa.Column("profile_id", sa.Integer(), nullable=True),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("link_id", sa.Integer(), nullable=True),
        sa.Column("verb", sa.String(length=30), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_ledger_lines_account_id")),
        sa.ForeignKeyConstraint(["link_id"], ["links.id"], name=op.f("fk_ledger_lines_link_id")),
        sa.ForeignKeyConstraint(["practice_id"], ["practices.id"], name=op.f("fk_ledger_lines_practice_id")),
        sa.ForeignKeyConstraint(["profile_id"], ["profiles.id"], name=op.f("fk_ledger_lines_profile_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_lines")),
    )
    op.create_index(op.f("ix_ledger_lines_account_id"), "ledger_lines", ["account_id"])
    op.create_index(op.f("ix_ledger_lines_practice_id"), "ledger_lines", ["practice_id"])
    op.create_index("ix_ledger_lines_profile_at", "ledger_lines", ["profile_id", "at"])
    op.create_table(
        "opening_hours",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("practice_id", sa.Integer(), nullable=False),
        sa.Column("practitioner_id", sa.Integer(), nullable=False),
        sa.Column("location_id", sa.Integer(), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("opens", sa.Integer(), nullable=False),
        sa.Column("closes", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("service_ids", sa.JSON(none_as_null=True), nullable=True),
        sa.CheckConstraint("closes >= 0 AND closes <= 1440", name=op.f("ck_opening_hours_closes")),
        sa.CheckConstraint("opens >= 0 AND opens <= 1440", name=op.f("ck_opening_hours_opens")),
        sa.CheckConstraint("weekday BETWEEN 0 AND 6", name=op.f("ck_opening_hours_weekday")),
        sa.ForeignKeyConstraint(["location_id"], ["locations.id"], name=op.f("fk_opening_hours_location_id")),
        sa.ForeignKeyConstraint(["practice_id"], ["practices.id"], name=op.f("fk_opening_hours_practice_id")),
        sa.ForeignKeyConstraint(["practitioner_id"], ["practitioners.id"], name=op.f("fk_opening_hours_practitioner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opening_hours")),
    )
    op.create_index(op.f("ix_opening_hours_practice_id"), "opening_hours", ["practice_id"])
    op.create_index(op.f("ix_opening_hours_practitioner_id"), "opening_hours", ["practitioner_id"])
    op.create_table(
        "rules",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("practice_id", sa.Integer(), nullable=False),
        sa.Column("practitioner_id", sa.Integer(), nullable=True),
        sa.Column("service_id", sa.Integer(), nullable=True),
        sa.Column("horizon", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("notice_minutes", sa.Integer(), nullable=True),
        sa.Column("cutoff_minute", sa.Integer(), nullable=True),
        sa.Column("change_notice_minutes", sa.Integer(), nullable=True),
        sa.Column("most_upcoming", sa.Integer(), nullable=True),
        sa.Column("one_per_day", sa.Boolean(), nullable=True),
        sa.Column("anchor_midnight", sa.Boolean(), nullable=True),
        sa.CheckConstraint("practitioner_id IS NULL OR service_id IS NULL", name=op.f("ck_rules_one_level")),
        sa.ForeignKeyConstraint(["practice_id"], ["practices.id"], name=op.f("fk_rules_practice_id")),
        sa.ForeignKeyConstraint(["practitioner_id"], ["practitioners.id"], name=op.f("fk_rules_practitioner_id")),
        sa.ForeignKeyConstraint(["service_id"], ["services.id"], name=op.f("fk_rules_service_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rules")),
        sa.UniqueConstraint("practitioner_id", name=op.f("uq_rules_practitioner_id")),
        sa.UniqueConstraint("service_id", name=op.f("uq_rules_service_id")),
    )
    op.create_index(op.f("ix_rules_practice_id"), "rules", ["practice_id"])
    op.create_index(
        "uq_rules_of_the_practice",
        "rules",
        ["practice_id"],
        unique=True,
        sqlite_where=sa.text("practitioner_id IS NULL AND service_id IS NULL"),
        postgresql_where=sa.text("practitioner_id IS NULL AND service_id IS NULL"),
    )
    op.create_table(
        "service_practitioners",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("practice_id", sa.Integer(), nullable=False),
        sa.Column("service_id", sa.Integer(), nullable=False),
        sa.Column("practitioner_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["practice_id"], ["practices.id"], name=op.f("fk_service_practitioners_practice_id")),
        sa.ForeignKeyConstraint(["practitioner_id"], ["practitioners.id"], name=op.f("fk_service_practitioners_practitioner_id")),
        sa.ForeignKeyConstraint(["service_id"], ["services.id"], name=op.f("fk_service_practitioners_service_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_practitioners")),
        sa.UniqueConstraint("service_id", "practitioner_id", name=op.f("uq_service_practitioners_service_id_practitioner_id")),
    )
    op.create_index(op.f("ix_service_practitioners_practice_id"), "service_practitioners", ["practice_id"])
    op.create_index(op.f("ix_service_practitioners_practitioner_id"), "service_practitioners", ["practitioner_id"])
    op.create_table(
        "times_off",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("practice_id", sa.Integer(), nullable=False),
        sa.Column("practitioner_id", sa.Integer(), nullable=False),
        sa.Column("starts_at", UtcDateTime(), nullable=False),
        sa.Column("ends_at", UtcDateTime(), nullable=False),
        sa.Column("private_reason", sa.String(), nullable=False),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_times_off_order")),
        sa.ForeignKeyConstraint(["practice_id"], ["practices.id"], name=op.f("fk_times_off_practice_id")),
        sa.ForeignKeyConstraint(["practitioner_id"], ["practitioners.id"], name=op.f("fk_times_off_practitioner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_times_off")),
        sa.UniqueConstraint("public_id", name=op.f("uq_times_off_public_id")),
    )
    op.create_index(op.f("ix_times_off_practice_id"), "times_off", ["practice_id"])
    op.create_index(op.f("ix_times_off_practitioner_id"), "times_off", ["practitioner_id"])
    op.create_table(
        "ticks",
        sa.Column("resource", sa.String(length=12), nullable=False),
        sa.Column("lane", sa.Integer(), nullable=False),
        sa.Column("tick", sa.BigInteger(), nullable=False),
        sa.Column("practice_id", sa.Integer(), nullable=False),
        sa.Column("appointment_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["appointment_id"], ["appointments.id"], name=op.f("fk_ticks_appointment_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["practice_id"], ["practices.id"], name=op.f("fk_ticks_practice_id")),
        sa.PrimaryKeyConstraint("resource", "lane", "tick", name=op.f("pk_ticks")),
    )
    op.create_index(op.f("ix_ticks_appointment_id"), "ticks", ["appointment_id"])


LAST_FIRST = (
    "ticks",
    "times_off",
    "service_practitioners",
    "rules",
    "opening_hours",
    "ledger_lines",
    "holds",
    "date_overrides",
    "caps",
    "breaks",
    "appointments",
    "rooms",
    "registrations",
    "practitioners",
    "mailed_links",
    "links",
    "closures",
    "staff_members",
    "signups",
    "sessions",
    "services",
    "profiles",
    "outbox_mails",
    "locations",
    "holidays_worked",
    "feeds",
    "throttle_counts",
    "practices",
    "accounts",
)


def downgrade():
    for table in LAST_FIRST:
        op.drop_table(table)
