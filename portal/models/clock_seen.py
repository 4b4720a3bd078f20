"""What the clock said at the rounds of the postman: one row, by which portal/erasing.py knows how far it may be believed."""

from datetime import datetime

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.database import db


class ClockSeen(db.Model):
    __tablename__ = "clock_seen"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    proven_at: Mapped[datetime]  # up to here things may be erased for good
    seen_at: Mapped[datetime]  # is proven next
    last_at: Mapped[datetime]  # at the last round
    run_seconds: Mapped[int] = mapped_column(default=0)  # how long rounds have gone on since it said `seen_at`
