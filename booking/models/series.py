"""Appointments or blocks that repeat: what was asked for; each of them is a row of its own that can be moved or cancelled alone."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.database import db
from portal.ids import public_id


class Series(db.Model):
    __tablename__ = "series"
    __table_args__ = (
        CheckConstraint("every_days BETWEEN 1 AND 366", name="every"),
        CheckConstraint("times BETWEEN 2 AND 104", name="times"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(16), unique=True, default=public_id)
    practice_id: Mapped[int] = mapped_column(ForeignKey("practices.id"), index=True)
    every_days: Mapped[int]  # by the local calendar: 7 is weekly at one wall-clock time
    times: Mapped[int]
    created_at: Mapped[datetime]
    created_by_id: Mapped[int] = mapped_column(ForeignKey("staff_members.id"))
