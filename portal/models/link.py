"""An account may act for a profile: as whom, with which permissions, from when to when. Revoked, never deleted."""

from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.orm import relationship as related

from portal.access import RELATIONSHIPS
from portal.database import db
from portal.ids import public_id
from portal.models.account import Account
from portal.models.profile import Profile


class Link(db.Model):
    __tablename__ = "links"
    __table_args__ = (
        Index(
            "uq_links_live",
            "account_id",
            "profile_id",
            unique=True,
            sqlite_where=db.text("revoked_at IS NULL"),
            postgresql_where=db.text("revoked_at IS NULL"),
        ),
        CheckConstraint(f"relationship IN ({', '.join(repr(name) for name in RELATIONSHIPS)})", name="relationship"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(16), unique=True, default=public_id)
    practice_id: Mapped[int] = mapped_column(ForeignKey("practices.id"), index=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    profile_id: Mapped[int] = mapped_column(ForeignKey("profiles.id"), index=True)
    relationship: Mapped[str] = mapped_column(String(20))
    permissions: Mapped[list] = mapped_column(JSON, default=list)  # names from portal/access.py
    ground: Mapped[str] = mapped_column(default="")  # why: "made online", "invited by the practice"
    created_at: Mapped[datetime]
    review_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    revoked_at: Mapped[datetime | None]
    revoked_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))

    account: Mapped[Account] = related(foreign_keys=[account_id])
    profile: Mapped[Profile] = related()

    def allows(self, permission: str, on: date) -> bool:
        """Whether this link carries a permission on the practice's local date."""
        return self.is_live(on) and permission in self.permissions

    def is_live(self, on: date) -> bool:
        """Neither revoked nor past its last day, `ends_on`."""
        return self.revoked_at is None and (self.ends_on is None or on <= self.ends_on)

    def revoke(self, now: datetime, by: Account | None = None) -> None:
        self.revoked_at, self.revoked_by_id = now, by.id if by else None
