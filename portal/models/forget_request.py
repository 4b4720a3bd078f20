"""A person asks to be forgotten; staff say yes or no. After a yes, what the law keeps stays until `keep_until`, then it is erased."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.orm import relationship as related

from portal.database import db
from portal.ids import public_id
from portal.models.account import Account
from portal.models.link import Link
from portal.models.profile import Profile

_WAITS = "granted_at IS NULL AND refused_at IS NULL AND taken_back_at IS NULL"
_KEPT = "granted_at IS NOT NULL AND erased_at IS NULL"


class ForgetRequest(db.Model):
    """`reason` is the asker's, `answer` the practice's sentence to them when it says no."""

    __tablename__ = "forget_requests"
    __table_args__ = (
        Index("uq_forget_requests_waiting", "profile_id", unique=True, sqlite_where=db.text(_WAITS), postgresql_where=db.text(_WAITS)),
        Index("ix_forget_requests_practice", "practice_id", sqlite_where=db.text(_WAITS), postgresql_where=db.text(_WAITS)),
        Index("ix_forget_requests_kept", "keep_until", sqlite_where=db.text(_KEPT), postgresql_where=db.text(_KEPT)),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(16), unique=True, default=public_id)
    practice_id: Mapped[int] = mapped_column(ForeignKey("practices.id"))
    profile_id: Mapped[int] = mapped_column(ForeignKey("profiles.id"), info={"on_merge": "keep"})  # read through who stands for them
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    link_id: Mapped[int] = mapped_column(ForeignKey("links.id"))
    reason: Mapped[str] = mapped_column(String(500), default="")
    asked_at: Mapped[datetime]
    taken_back_at: Mapped[datetime | None]
    granted_at: Mapped[datetime | None]
    refused_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    answer: Mapped[str] = mapped_column(String(500), default="")
    keep_until: Mapped[date | None]  # the day after which the rest is erased
    erased_at: Mapped[datetime | None]

    profile: Mapped[Profile] = related()
    account: Mapped[Account] = related(foreign_keys=[account_id])
    link: Mapped[Link] = related()

    @property
    def is_waiting(self) -> bool:
        return not (self.granted_at or self.refused_at or self.taken_back_at)
