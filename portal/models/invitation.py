"""Somebody was written to about one profile: whoever takes the invitation up may act for it (MISSION M6, M26)."""

from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.orm import relationship as related

from portal.access import RELATIONSHIPS
from portal.database import db
from portal.ids import public_id, secret
from portal.models.account import Account
from portal.models.profile import Profile

CHECKS = ("", "birth_date", "code")
MOST_TRIES = 5  # at the second check (SAFETY §2)
_OPEN = "accepted_at IS NULL AND deleted_at IS NULL AND refused_at IS NULL"


class Invitation(db.Model):
    """Bound to its address: `email` is never changed. Each sending is a MailedLink of its own."""

    __tablename__ = "invitations"
    __table_args__ = (
        Index("uq_invitations_open", "profile_id", "email_key", unique=True, sqlite_where=db.text(_OPEN), postgresql_where=db.text(_OPEN)),
        Index("ix_invitations_practice_sent", "practice_id", "sent_at"),
        CheckConstraint(f"relationship IN ({', '.join(repr(name) for name in RELATIONSHIPS)})", name="relationship"),
        CheckConstraint(f"second_check IN ({', '.join(repr(name) for name in CHECKS)})", name="second_check"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(16), unique=True, default=public_id)
    practice_id: Mapped[int] = mapped_column(ForeignKey("practices.id"))
    profile_id: Mapped[int] = mapped_column(ForeignKey("profiles.id"), index=True)
    email: Mapped[str] = mapped_column(String(254))
    email_key: Mapped[str] = mapped_column(String(254), index=True)
    relationship: Mapped[str] = mapped_column(String(20))
    permissions: Mapped[list] = mapped_column(JSON, default=list)
    second_check: Mapped[str] = mapped_column(String(12), default="")  # what must be known besides having the mail
    nonce: Mapped[str] = mapped_column(String(64), default=secret)  # the code said by phone is derived from it
    tries: Mapped[int] = mapped_column(default=0)  # at the second check, since staff last sent it
    why: Mapped[str] = mapped_column(String(500), default="")  # the inviter's own words
    ends_on: Mapped[date | None]  # of the access it gives
    review_on: Mapped[date | None]
    life_hours: Mapped[int]  # of each link that is sent
    created_at: Mapped[datetime]
    invited_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))  # None: the house itself, at an age step
    is_from_staff: Mapped[bool] = mapped_column(default=True)  # else from somebody who manages access
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("invitation_batches.id"), index=True)
    sent_count: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]  # of the newest link
    accepted_at: Mapped[datetime | None]
    accepted_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    link_id: Mapped[int | None] = mapped_column(ForeignKey("links.id"))
    refused_at: Mapped[datetime | None]  # "I am not this person"
    deleted_at: Mapped[datetime | None]
    deleted_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))

    profile: Mapped[Profile] = related()
    invited_by: Mapped[Account | None] = related(foreign_keys=[invited_by_id])

    @property
    def is_self(self) -> bool:
        return self.relationship == "self"

    def is_to(self, account: Account) -> bool:
        """Whether it went to this account's own mailbox. strasse@ and straße@ share a key, so that nobody signs up beside a twin of
        their address; they are two mailboxes all the same, and who reads the one has not proven the other."""
        mine, theirs = (email.rpartition("@")[0].lower() for email in (self.email, account.email))
        return self.email_key == account.email_key and mine == theirs

    @property
    def is_locked(self) -> bool:
        """The second check failed too often; staff may send it again."""
        return bool(self.second_check) and self.tries >= MOST_TRIES

    def state(self, now: datetime) -> str:
        """One of accepted, deleted, refused, locked, expired, open. Only the last three are outstanding."""
        if self.accepted_at:
            return "accepted"
        if self.deleted_at:
            return "deleted"
        if self.refused_at:
            return "refused"
        if self.is_locked:
            return "locked"
        return "expired" if self.expires_at is not None and self.expires_at <= now else "open"


# Conditions on a statement: not settled yet, where one that was refused still wants somebody's eyes; and waiting for its answer.
UNSETTLED = (Invitation.accepted_at.is_(None), Invitation.deleted_at.is_(None))
UNANSWERED = (*UNSETTLED, Invitation.refused_at.is_(None))
