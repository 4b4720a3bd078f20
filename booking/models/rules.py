"""How far ahead, how soon, how often. The most specific row that says something wins: practice < practitioner < service."""

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from booking.models.planned import Planned
from portal.database import db

OF_THE_PRACTICE = "practitioner_id IS NULL AND service_id IS NULL"  # one row says what holds unless somebody says otherwise


class Rules(Planned, db.Model):
    """Empty columns say nothing and leave the word to the next level up. Minutes; `horizon` as booking/horizon.py stores it."""

    __tablename__ = "rules"
    __table_args__ = (
        CheckConstraint("practitioner_id IS NULL OR service_id IS NULL", name="one_level"),
        Index(
            "uq_rules_of_the_practice",
            "practice_id",
            unique=True,
            sqlite_where=text(OF_THE_PRACTICE),
            postgresql_where=text(OF_THE_PRACTICE),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    practice_id: Mapped[int] = mapped_column(ForeignKey("practices.id"), index=True)
    practitioner_id: Mapped[int | None] = mapped_column(ForeignKey("practitioners.id"), unique=True)
    service_id: Mapped[int | None] = mapped_column(ForeignKey("services.id"), unique=True)
    horizon: Mapped[dict | None] = mapped_column(JSON(none_as_null=True))
    notice_minutes: Mapped[int | None]
    cutoff_minute: Mapped[int | None]  # "until 16:00 of the previous open day": 960
    change_notice_minutes: Mapped[int | None]  # cancel and move until this long before
    most_upcoming: Mapped[int | None]
    one_per_day: Mapped[bool | None]
    anchor_midnight: Mapped[bool | None]


class Cap(Planned, db.Model):
    """At most so many appointments, or minutes, per local day, ISO week or month (AVAILABILITY §7)."""

    __tablename__ = "caps"
    __table_args__ = (
        CheckConstraint("period IN ('day', 'week', 'month')", name="period"),
        CheckConstraint("max_count IS NOT NULL OR max_minutes IS NOT NULL", name="says_something"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    practice_id: Mapped[int] = mapped_column(ForeignKey("practices.id"), index=True)
    practitioner_id: Mapped[int | None] = mapped_column(ForeignKey("practitioners.id"))
    service_id: Mapped[int | None] = mapped_column(ForeignKey("services.id"))
    location_id: Mapped[int | None] = mapped_column(ForeignKey("locations.id"))
    period: Mapped[str] = mapped_column(String(5))
    max_count: Mapped[int | None]
    max_minutes: Mapped[int | None]
