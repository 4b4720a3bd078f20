"""A private calendar address of an account: off until asked for, revocable."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.database import db
from portal.ids import secret


class Feed(db.Model):
    __tablename__ = "feeds"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    nonce: Mapped[str] = mapped_column(String(64), default=secret)  # the address is `[id, nonce]`, signed
    created_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
