"""A mail or a text message to be sent, written in the transaction that caused it (SAFETY §5). Holds ids, never texts."""

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.database import db

EMAIL, SMS = CHANNELS = ("email", "sms")  # the words of portal/consents.py
STATES = ("queued", "sending", "sent", "failed", "aborted", "superseded", "held")


class OutboxMail(db.Model):
    __tablename__ = "outbox_mails"
    __table_args__ = (
        CheckConstraint(f"state IN ({', '.join(repr(state) for state in STATES)})", name="state"),
        CheckConstraint(f"channel IN ({', '.join(repr(channel) for channel in CHANNELS)})", name="channel"),
        Index("ix_outbox_mails_due", "state", "due_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    practice_id: Mapped[int | None] = mapped_column(ForeignKey("practices.id"))
    template: Mapped[str] = mapped_column(String(40))  # a function in an emails.py, a folder in templates/email/
    dedupe_key: Mapped[str] = mapped_column(String(200), unique=True)
    about: Mapped[str] = mapped_column(String(60), default="", index=True)  # "appointment:12": what to supersede
    channel: Mapped[str] = mapped_column(String(10), default=EMAIL, server_default=EMAIL)
    to_address: Mapped[str] = mapped_column(String(254))  # of a text message: E.164
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))  # whose language and zone; None: by address
    refs: Mapped[dict] = mapped_column(JSON, default=dict)  # {"appointment": 12}
    message_id: Mapped[str] = mapped_column(String(120))  # the same on every try
    state: Mapped[str] = mapped_column(String(12), default="queued")
    attempts: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    lease_until: Mapped[datetime | None]
    fence: Mapped[int] = mapped_column(default=0)  # raised with every claim; only the last claimer may mark sent
    sent_at: Mapped[datetime | None]
    last_error: Mapped[str] = mapped_column(default="")
