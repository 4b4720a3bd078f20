"""A time kept for minutes while somebody confirms (AVAILABILITY §10). One per owner."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.database import db


class Hold(db.Model):
    """`owner` is the visitor key of a browser's session; it survives signing in. Live iff `expires_at > now`."""

    __tablename__ = "holds"
    __table_args__ = (
        CheckConstraint("ends_at > starts_at", name="order"),
        Index("ix_holds_practice_expires", "practice_id", "expires_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    practice_id: Mapped[int] = mapped_column(ForeignKey("practices.id"))
    owner: Mapped[str] = mapped_column(String(64), unique=True)
    location_id: Mapped[int] = mapped_column(ForeignKey("locations.id"))
    service_id: Mapped[int] = mapped_column(ForeignKey("services.id"))
    practitioner_id: Mapped[int] = mapped_column(ForeignKey("practitioners.id"))
    room_id: Mapped[int | None] = mapped_column(ForeignKey("rooms.id"))
    any_practitioner: Mapped[bool] = mapped_column(default=False)  # the person said "anyone"
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    before_minutes: Mapped[int] = mapped_column(default=0)
    after_minutes: Mapped[int] = mapped_column(default=0)
    room_before_minutes: Mapped[int] = mapped_column(default=0)
    room_after_minutes: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    renewed_at: Mapped[datetime | None]

    def is_live(self, now: datetime) -> bool:
        return self.expires_at > now
