"""Hours and absences as staff enter them. Hours are minutes of wall clock, 0 to 1440; `closes <= opens` is the next day."""

from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from booking.models.planned import Planned
from portal.database import db
from portal.ids import public_id

MINUTE_OF_DAY = "{0} >= 0 AND {0} <= 1440"


class OpeningHours(Planned, db.Model):
    """One weekly window of a practitioner at a location (AVAILABILITY §2.1)."""

    __tablename__ = "opening_hours"
    __table_args__ = (
        CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday"),
        CheckConstraint(MINUTE_OF_DAY.format("opens"), name="opens"),
        CheckConstraint(MINUTE_OF_DAY.format("closes"), name="closes"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    practice_id: Mapped[int] = mapped_column(ForeignKey("practices.id"), index=True)
    practitioner_id: Mapped[int] = mapped_column(ForeignKey("practitioners.id"), index=True)
    location_id: Mapped[int] = mapped_column(ForeignKey("locations.id"))
    weekday: Mapped[int]  # 0 = Monday
    opens: Mapped[int]
    closes: Mapped[int]
    valid_from: Mapped[date | None]
    valid_until: Mapped[date | None]
    service_ids: Mapped[list | None] = mapped_column(JSON(none_as_null=True))  # None: all services


class DateOverride(Planned, db.Model):
    """Replaces every weekly window of a practitioner at a location that starts on one date (§2.2)."""

    __tablename__ = "date_overrides"
    __table_args__ = (UniqueConstraint("practitioner_id", "location_id", "on_date"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    practice_id: Mapped[int] = mapped_column(ForeignKey("practices.id"), index=True)
    practitioner_id: Mapped[int] = mapped_column(ForeignKey("practitioners.id"))
    location_id: Mapped[int] = mapped_column(ForeignKey("locations.id"))
    on_date: Mapped[date]
    windows: Mapped[list] = mapped_column(JSON, default=list)  # [[540, 720], …]; empty: does not work


class Break(Planned, db.Model):
    """Splits windows, weekly or on one date; the window after it has its own anchor (§2.3)."""

    __tablename__ = "breaks"
    __table_args__ = (CheckConstraint("(weekday IS NULL) <> (on_date IS NULL)", name="weekday_or_date"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    practice_id: Mapped[int] = mapped_column(ForeignKey("practices.id"), index=True)
    practitioner_id: Mapped[int] = mapped_column(ForeignKey("practitioners.id"))
    weekday: Mapped[int | None]
    on_date: Mapped[date | None]
    begins: Mapped[int]
    ends: Mapped[int]


class TimeOff(Planned, db.Model):
    """A practitioner away between two instants. Why is for staff and is never shown to a patient."""

    __tablename__ = "times_off"
    __table_args__ = (CheckConstraint("ends_at > starts_at", name="order"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(16), unique=True, default=public_id)
    practice_id: Mapped[int] = mapped_column(ForeignKey("practices.id"), index=True)
    practitioner_id: Mapped[int] = mapped_column(ForeignKey("practitioners.id"), index=True)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    private_reason: Mapped[str] = mapped_column(default="")


class Closure(Planned, db.Model):
    """The practice or one location closed: whole local dates inclusive, or a span of instants. Its name is public."""

    __tablename__ = "closures"
    __table_args__ = (
        CheckConstraint("last_on IS NULL OR last_on >= first_on", name="dates"),
        CheckConstraint("(first_on IS NULL) = (last_on IS NULL)", name="both_dates"),
        CheckConstraint("(first_on IS NULL) <> (starts_at IS NULL)", name="dates_or_span"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    practice_id: Mapped[int] = mapped_column(ForeignKey("practices.id"), index=True)
    location_id: Mapped[int | None] = mapped_column(ForeignKey("locations.id"))
    name: Mapped[str] = mapped_column(String(120))
    first_on: Mapped[date | None]
    last_on: Mapped[date | None]
    starts_at: Mapped[datetime | None]
    ends_at: Mapped[datetime | None]


class HolidayWorked(Planned, db.Model):
    """ "We work on this one": a generated public holiday that is not a closure here."""

    __tablename__ = "holidays_worked"
    __table_args__ = (UniqueConstraint("practice_id", "on_date"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    practice_id: Mapped[int] = mapped_column(ForeignKey("practices.id"))
    on_date: Mapped[date]
