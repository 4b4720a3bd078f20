"""Calendars in and out: one that blocks a practitioner's times, and the private address of a practitioner's own."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from booking.models.practitioner import Practitioner
from portal.database import db
from portal.ids import public_id, secret


class CalendarSource(db.Model):
    """An uploaded file (`url` empty) or a subscribed address; its entries are Blocks. `problem`: why the last reading failed, for staff."""

    __tablename__ = "calendar_sources"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(16), unique=True, default=public_id)
    practice_id: Mapped[int] = mapped_column(ForeignKey("practices.id"), index=True)
    practitioner_id: Mapped[int] = mapped_column(ForeignKey("practitioners.id"))
    name: Mapped[str] = mapped_column(String(120))
    url: Mapped[str] = mapped_column(String(2000), default="")
    etag: Mapped[str] = mapped_column(String(255), default="")
    content: Mapped[str | None]  # the calendar as it was read last: entries that repeat go on past the days blocked so far
    read_at: Mapped[datetime | None]
    failed_at: Mapped[datetime | None]
    problem: Mapped[str] = mapped_column(String(40), default="")
    due_at: Mapped[datetime | None]
    lease_until: Mapped[datetime | None]
    created_at: Mapped[datetime]
    created_by_id: Mapped[int] = mapped_column(ForeignKey("staff_members.id"))
    removed_at: Mapped[datetime | None]

    practitioner: Mapped[Practitioner] = relationship()


class PractitionerFeed(db.Model):
    """The private calendar address of a practitioner: `[id, nonce]`, signed. Off until made, revocable."""

    __tablename__ = "practitioner_feeds"
    __table_args__ = (CheckConstraint("shows IN ('names', 'busy')", name="shows"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    practice_id: Mapped[int] = mapped_column(ForeignKey("practices.id"))
    practitioner_id: Mapped[int] = mapped_column(ForeignKey("practitioners.id"), index=True)
    nonce: Mapped[str] = mapped_column(String(64), default=secret)
    shows: Mapped[str] = mapped_column(String(10), default="busy")  # calendars are shared: names only when asked for
    created_at: Mapped[datetime]
    created_by_id: Mapped[int] = mapped_column(ForeignKey("staff_members.id"))
    revoked_at: Mapped[datetime | None]

    practitioner: Mapped[Practitioner] = relationship()
