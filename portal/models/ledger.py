"""What happened to a person's data and appointments, in facts: who, what, for whom, through which link."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.database import db


class LedgerLine(db.Model):
    """`verb` is a past participle: booked, moved, cancelled, restored, registered, viewed, signed_in …"""

    __tablename__ = "ledger_lines"
    __table_args__ = (Index("ix_ledger_lines_profile_at", "profile_id", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    practice_id: Mapped[int | None] = mapped_column(ForeignKey("practices.id"), index=True)
    profile_id: Mapped[int | None] = mapped_column(ForeignKey("profiles.id"), info={"on_merge": "keep"})
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"), index=True)
    link_id: Mapped[int | None] = mapped_column(ForeignKey("links.id"))
    verb: Mapped[str] = mapped_column(String(30))
    facts: Mapped[dict] = mapped_column(JSON, default=dict)
    at: Mapped[datetime]
