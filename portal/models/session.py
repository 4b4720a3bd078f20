"""A signed-in browser (or a visitor with a held time). Server side, so that signing out really ends it (SAFETY §3)."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.database import db
from portal.models.account import Account


class SessionRow(db.Model):
    __tablename__ = "sessions"

    id: Mapped[int] = mapped_column(primary_key=True)
    key_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)  # SHA-256 of the cookie
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), index=True)
    data: Mapped[dict] = mapped_column(JSON, default=dict)
    idle_minutes: Mapped[int]
    created_at: Mapped[datetime]
    signed_in_at: Mapped[datetime | None]  # when the password was last proven
    last_seen_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)  # absolute end

    account: Mapped[Account | None] = relationship(lazy="joined")
