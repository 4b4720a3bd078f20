"""An account that works at a practice, with a role."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.access import ROLES
from portal.database import db
from portal.models.account import Account
from portal.models.practice import Practice


class StaffMember(db.Model):
    __tablename__ = "staff_members"
    __table_args__ = (
        UniqueConstraint("practice_id", "account_id"),
        CheckConstraint(f"role IN ({', '.join(repr(role) for role in ROLES)})", name="role"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    practice_id: Mapped[int] = mapped_column(ForeignKey("practices.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    role: Mapped[str] = mapped_column(String(20))
    created_at: Mapped[datetime]
    left_at: Mapped[datetime | None]

    account: Mapped[Account] = relationship()
    practice: Mapped[Practice] = relationship()

    @property
    def may_invite(self) -> bool:
        """Whether this role lets people in: invites them and sees who has access; the practice decides (`inviting_roles`)."""
        return self.role in self.practice.inviting_roles
