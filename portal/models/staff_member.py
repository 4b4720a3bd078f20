"""An account that works at a practice, with a role, and what it may do more or less than the role."""

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal import permissions
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
    unusual: Mapped[dict] = mapped_column(JSON, default=dict, server_default="{}")  # {"everybody": true}; see portal/permissions.py
    created_at: Mapped[datetime]
    left_at: Mapped[datetime | None]

    account: Mapped[Account] = relationship()
    practice: Mapped[Practice] = relationship()

    @property
    def permissions(self) -> frozenset[str]:
        """What they may do at this moment; nothing for who left."""
        return permissions.held(self.role, self.practice.inviting_roles, self.unusual or {}) if self.left_at is None else frozenset()

    @property
    def usual(self) -> frozenset[str]:
        """What their role may do by itself."""
        return permissions.usual(self.role, self.practice.inviting_roles)

    @property
    def standing(self) -> str:
        """The role and all permissions in one word: what somebody set in another standing is not theirs to take back."""
        return " ".join((self.role, *sorted(self.permissions)))

    def may(self, permission: str) -> bool:
        return permission in self.permissions

    @property
    def may_invite(self) -> bool:
        """Whether they let people in: invite them and see who has access."""
        return self.may(permissions.INVITE)
