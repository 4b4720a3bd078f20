"""A link (and code) that went out by mail. Immutable but for how it ended (SAFETY §2)."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.database import db
from portal.ids import secret


class MailedLink(db.Model):
    """`purpose` + one subject (a sign-up, an account, an invitation of either kind). The token in the mail is `[id, nonce, channel]`, signed."""

    __tablename__ = "mailed_links"
    __table_args__ = (
        CheckConstraint("coalesce(signup_id, account_id, invitation_id, staff_invitation_id) IS NOT NULL", name="has_subject"),
        Index("ix_mailed_links_subject", "purpose", "account_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    purpose: Mapped[str] = mapped_column(String(20))  # see portal/mailed_links.py
    signup_id: Mapped[int | None] = mapped_column(ForeignKey("signups.id", ondelete="CASCADE"), index=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"))
    invitation_id: Mapped[int | None] = mapped_column(ForeignKey("invitations.id", ondelete="CASCADE"), index=True)
    staff_invitation_id: Mapped[int | None] = mapped_column(ForeignKey("staff_invitations.id", ondelete="CASCADE"), index=True)
    sent_to: Mapped[str] = mapped_column(String(254))  # never updated
    nonce: Mapped[str] = mapped_column(String(64), default=secret)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    replaced_at: Mapped[datetime | None]  # a newer one was sent

    def state(self, now: datetime) -> str:
        """One of used, replaced, revoked, expired, open: each is a different sentence for the reader."""
        if self.used_at:
            return "used"
        if self.replaced_at:
            return "replaced"
        if self.revoked_at:
            return "revoked"
        return "open" if self.expires_at > now else "expired"
