"""The person an appointment is for, as one practice knows them. May exist without any account."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal import access
from portal.database import db
from portal.ids import public_id
from portal.models.practice import Practice


class Profile(db.Model):
    __tablename__ = "profiles"
    __table_args__ = (
        Index("ix_profiles_name", "practice_id", "family_name", "given_name"),
        Index("ix_profiles_born", "practice_id", "born_on"),
        CheckConstraint("replaced_by_id IS NULL OR replaced_by_id <> id", name="not_its_own_target"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(16), unique=True, default=public_id)
    practice_id: Mapped[int] = mapped_column(ForeignKey("practices.id"), index=True)
    given_name: Mapped[str] = mapped_column(String(80))
    family_name: Mapped[str] = mapped_column(String(80), default="")
    born_on: Mapped[date | None]
    email: Mapped[str] = mapped_column(String(254), default="")
    phone: Mapped[str] = mapped_column(String(20), default="")  # E.164
    language: Mapped[str] = mapped_column(String(10), default="")
    zone: Mapped[str] = mapped_column(String(60), default="")
    staff_alert: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]
    provisional_at: Mapped[datetime | None]  # made by the person online, waiting for staff
    safe_at: Mapped[datetime | None]  # nobody who acts for them learns of the others, nor of any address (F6); staff decide
    email_consent_at: Mapped[datetime | None]
    email_refused_at: Mapped[datetime | None]
    replaced_by_id: Mapped[int | None] = mapped_column(
        ForeignKey("profiles.id"), index=True, info={"on_merge": "keep"}
    )
    merged_at: Mapped[datetime | None]

    practice: Mapped[Practice] = relationship()

    @property
    def name(self) -> str:
        return f"{self.given_name} {self.family_name}".strip()

    @property
    def initials(self) -> str:
        return (self.given_name[:1] + self.family_name[:1]).upper()

    @property
    def is_provisional(self) -> bool:
        return self.provisional_at is not None

    @property
    def is_safe(self) -> bool:
        """Whether those who act for this person are kept apart."""
        return self.safe_at is not None

    def age(self, on: date) -> int | None:
        """Full years on a date; None when the practice does not know the date of birth."""
        return None if self.born_on is None else access.age(self.born_on, on)
