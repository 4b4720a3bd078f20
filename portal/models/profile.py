"""The person an appointment is for, as one practice knows them. May exist without any account. What M27 asks of a record stands here in
columns, so that a merge offers each and takes it back; further numbers and people to ring are rows of their own (further_number, contact)."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal import access
from portal.database import db
from portal.ids import public_id
from portal.models.practice import Practice

MOBILE, HOME, WORK, OTHER = KINDS = ("mobile", "home", "work", "other")  # of telephone numbers
STANDING = "merged_at IS NULL"
# Columns that say nothing of the person: what the record is, when, and what became of it.
_RECORD = "id public_id practice_id created_at provisional_at safe_at replaced_by_id merged_at forgotten_at"
HOUSEKEEPING = frozenset((*_RECORD.split(), "keyed", "worded"))


def _text(most: int):
    return mapped_column(String(most), default="", server_default="")


class Profile(db.Model):
    __tablename__ = "profiles"
    __table_args__ = (
        Index("ix_profiles_name", "practice_id", "family_name", "given_name"),
        # counts everybody without reading them
        Index("ix_profiles_standing", "practice_id", "id", sqlite_where=db.text(STANDING), postgresql_where=db.text(STANDING)),
        Index("ix_profiles_born", "practice_id", "born_on"),
        Index("ix_profiles_file", "practice_id", "file_number"),
        Index("ix_profiles_not_keyed", "keyed", "id"),
        Index("ix_profiles_not_worded", "worded", "id"),
        CheckConstraint("replaced_by_id IS NULL OR replaced_by_id <> id", name="not_its_own_target"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(16), unique=True, default=public_id)
    practice_id: Mapped[int] = mapped_column(ForeignKey("practices.id"))
    given_name: Mapped[str] = mapped_column(String(80))
    family_name: Mapped[str] = mapped_column(String(80), default="")
    middle_name: Mapped[str] = _text(80)
    preferred_name: Mapped[str] = _text(80)  # what they are called
    salutation: Mapped[str] = _text(20)
    pronouns: Mapped[str] = _text(40)
    sex_at_birth: Mapped[str] = _text(40)  # "female", "male", "intersex", or in their own words
    born_on: Mapped[date | None]
    email: Mapped[str] = mapped_column(String(254), default="")
    phone: Mapped[str] = mapped_column(String(20), default="")  # E.164: the one to ring first
    phone_kind: Mapped[str] = _text(10)  # of KINDS; empty: not known
    language: Mapped[str] = mapped_column(String(10), default="")
    zone: Mapped[str] = mapped_column(String(60), default="")
    street: Mapped[str] = mapped_column(String(120), default="")
    unit: Mapped[str] = _text(20)
    city: Mapped[str] = mapped_column(String(80), default="")
    postal_code: Mapped[str] = mapped_column(String(12), default="")
    card_number: Mapped[str] = mapped_column(String(30), default="")  # health card, as printed
    card_region: Mapped[str] = mapped_column(String(10), default="")  # ISO 3166-2 without the country: who issued it
    card_version: Mapped[str] = _text(4)
    card_expires_on: Mapped[date | None]
    program: Mapped[str] = _text(80)  # who pays instead: an insurer, a compensation board
    program_number: Mapped[str] = _text(40)
    program_region: Mapped[str] = _text(10)  # as card_region
    billing_authorisation: Mapped[str] = _text(60)
    case_number: Mapped[str] = _text(40)
    sessions_needed: Mapped[int | None]
    billing_notes: Mapped[str] = mapped_column(default="", server_default="")  # staff only
    referred_by: Mapped[str] = _text(120)
    veteran_id: Mapped[str] = _text(30)
    file_number: Mapped[str] = mapped_column(String(20), default="")  # the practice's own
    staff_alert: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]
    provisional_at: Mapped[datetime | None]  # made by the person online, waiting for staff
    safe_at: Mapped[datetime | None]  # nobody who acts for them learns of the others, nor of any address (F6); staff decide
    email_consent_at: Mapped[datetime | None]
    email_refused_at: Mapped[datetime | None]
    sms_consent_at: Mapped[datetime | None]
    sms_refused_at: Mapped[datetime | None]
    voice_consent_at: Mapped[datetime | None]
    voice_refused_at: Mapped[datetime | None]
    qualified_at: Mapped[datetime | None]  # staff found that they qualify for their program
    forgotten_at: Mapped[datetime | None]  # they asked, and staff agreed: kept as long as the law wants (portal/forgetting.py)
    replaced_by_id: Mapped[int | None] = mapped_column(ForeignKey("profiles.id"), index=True, info={"on_merge": "keep"})
    merged_at: Mapped[datetime | None]
    # whether there are keys to find them by, and whether they were looked up since the last change: portal/match_index.py
    keyed: Mapped[int] = mapped_column(default=0)
    # of which VERSION the words are that they are searched by: portal/search_index.py
    worded: Mapped[int] = mapped_column(default=0, server_default="0")

    practice: Mapped[Practice] = relationship()

    @property
    def name(self) -> str:
        return f"{self.given_name} {self.family_name}".strip()

    @property
    def initials(self) -> str:
        return (self.given_name[:1] + self.family_name[:1]).upper()

    @property
    def address(self) -> str:
        """ "12 Elm Street, 4B, Toronto M4C 1B5"."""
        return ", ".join(part for part in (self.street, self.unit, f"{self.city} {self.postal_code}".strip()) if part)

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
