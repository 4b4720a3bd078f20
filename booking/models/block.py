"""Time of a practitioner that no appointment takes: a staff block, an entry of an imported calendar, or a group with its seats."""

from datetime import datetime, timedelta

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from booking.models.place import Location, Room
from booking.models.practitioner import Practitioner
from booking.models.revised import Revised
from booking.models.service import Service
from portal.database import db
from portal.ids import public_id

STANDS = "removed_at IS NULL"
LONGEST_BLOCK = timedelta(days=35)  # what is longer is days off; the calendar looks no further back, and imported entries come day by day


class Block(Revised, db.Model):
    """Foreign busy time to the engine (AVAILABILITY §4). `title` is for staff. With `seats` it is a group: a service given to so many at once."""

    __tablename__ = "blocks"
    __table_args__ = (
        CheckConstraint("ends_at > starts_at", name="order"),
        CheckConstraint("(seats IS NULL) = (service_id IS NULL)", name="seats_of_a_service"),
        CheckConstraint("seats IS NULL OR seats BETWEEN 1 AND 200", name="seats"),
        CheckConstraint("source_id IS NULL OR seats IS NULL", name="imported_or_group"),
        Index("ix_blocks_practitioner_start", "practitioner_id", "starts_at", sqlite_where=text(STANDS), postgresql_where=text(STANDS)),
        Index("ix_blocks_practitioner_end", "practitioner_id", "ends_at", sqlite_where=text(STANDS), postgresql_where=text(STANDS)),
        Index("ix_blocks_practice_start", "practice_id", "starts_at"),
        Index(
            "ix_blocks_source",
            "source_id",
            "uid",
            sqlite_where=text("source_id IS NOT NULL"),
            postgresql_where=text("source_id IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(16), unique=True, default=public_id)
    practice_id: Mapped[int] = mapped_column(ForeignKey("practices.id"))
    practitioner_id: Mapped[int] = mapped_column(ForeignKey("practitioners.id"))
    location_id: Mapped[int] = mapped_column(ForeignKey("locations.id"))
    room_id: Mapped[int | None] = mapped_column(ForeignKey("rooms.id"), index=True)
    service_id: Mapped[int | None] = mapped_column(ForeignKey("services.id"))
    series_id: Mapped[int | None] = mapped_column(ForeignKey("series.id"), index=True)
    source_id: Mapped[int | None] = mapped_column(ForeignKey("calendar_sources.id"))
    uid: Mapped[str] = mapped_column(String(255), default="")  # of the entry in its calendar
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    title: Mapped[str] = mapped_column(String(120), default="")
    seats: Mapped[int | None]
    before_minutes: Mapped[int] = mapped_column(default=0)
    after_minutes: Mapped[int] = mapped_column(default=0)
    room_before_minutes: Mapped[int] = mapped_column(default=0)
    room_after_minutes: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff_members.id"))  # none: imported
    removed_at: Mapped[datetime | None]
    removed_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff_members.id"))

    practitioner: Mapped[Practitioner] = relationship()
    location: Mapped[Location] = relationship()
    room: Mapped[Room | None] = relationship()
    service: Mapped[Service | None] = relationship()

    @property
    def is_group(self) -> bool:
        return self.seats is not None
