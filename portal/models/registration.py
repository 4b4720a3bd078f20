"""A profile somebody made for themselves online, waiting for staff under one name: "New registrations" (M4)."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.database import db
from portal.ids import public_id
from portal.models.account import Account
from portal.models.profile import Profile


class Registration(db.Model):
    __tablename__ = "registrations"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(16), unique=True, default=public_id)
    practice_id: Mapped[int] = mapped_column(ForeignKey("practices.id"), index=True)
    profile_id: Mapped[int] = mapped_column(ForeignKey("profiles.id"), unique=True, info={"on_merge": "keep"})
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    created_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    merged_at: Mapped[datetime | None]
    declined_at: Mapped[datetime | None]
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))  # who accepted or merged it
    later_at: Mapped[datetime | None]  # "decide later": it waits behind the others

    profile: Mapped[Profile] = relationship()
    account: Mapped[Account] = relationship(foreign_keys=[account_id])
    answered_by: Mapped[Account | None] = relationship(foreign_keys=[answered_by_id])

    @property
    def is_waiting(self) -> bool:
        return self.accepted_at is None and self.merged_at is None and self.declined_at is None


ENDS = (Registration.accepted_at, Registration.merged_at, Registration.declined_at)
NOT_ANSWERED = tuple(end.is_(None) for end in ENDS)  # what `is_waiting` says, as conditions on a statement
