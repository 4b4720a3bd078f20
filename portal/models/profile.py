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
        Index("ix_profiles_not_keyed", "keyed", "id"),
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
    street: Mapped[str] = mapped_column(String(120), default="")
    city: Mapped[str] = mapped_column(String(80), default="")
    postal_code: Mapped[str] = mapped_column(String(12), default="")
    card_number: Mapped[str] = mapped_column(String(30), default="")  # health card, as printed
    card_region: Mapped[str] = mapped_column(String(10), default="")  # ISO 3166-2 without the country: who issued it
    file_number: Mapped[str] = mapped_column(String(20), default="")  # the practice's own
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
    keyed: Mapped[int] = mapped_column(default=0)  # whether there are keys to find them by, and whether they were looked up since the last change: portal/match_index.py

    practice: Mapped[Practice] = relationship()

    @property
    def name(self) -> str:
        return f"{self.given_name} {self.family_name}".strip()

    @property
    def initials(self) -> str:
        return (self.given_name[:1] + self.family_name[:1]).upper()

    @property
    def address(self) -> str:
        return ", ".join(part for part in (self.street, f"{self.city} {self.postal_code}".strip()) if part)

    @property
    def is_merged(self) -> bool:
        """Whether this record stands no more: `replaced_by_id` is the one that does, or did (portal/tombstones.py)."""
        return self.merged_at is not None

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
