"""What for: a service with its length, and who offers it."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from booking.models.planned import Planned
from portal.database import db
from portal.ids import public_id


class Service(Planned, db.Model):
    """Lengths, steps and buffers are minutes of elapsed time; money is minor units of the practice's currency."""

    __tablename__ = "services"
    __table_args__ = (
        # Shorter than a tick would leave no trace in the database's last word; occupancy.py looks no further than these ends.
        CheckConstraint("duration_minutes >= 5 AND duration_minutes <= 2880", name="duration"),
        CheckConstraint("step_minutes IS NULL OR step_minutes > 0", name="step"),
        CheckConstraint("before_minutes BETWEEN 0 AND 480 AND after_minutes BETWEEN 0 AND 480", name="buffers"),
        CheckConstraint("room_before_minutes BETWEEN 0 AND 480 AND room_after_minutes BETWEEN 0 AND 480", name="room_buffers"),
        CheckConstraint("for_people IN ('everyone', 'new', 'returning')", name="for_people"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(16), unique=True, default=public_id)
    practice_id: Mapped[int] = mapped_column(ForeignKey("practices.id"), index=True)
    name: Mapped[str] = mapped_column(String(120))
    discipline: Mapped[str] = mapped_column(String(60), default="")  # the heading it stands under
    about: Mapped[str] = mapped_column(default="")  # who it is for, one sentence
    bring: Mapped[str] = mapped_column(default="")  # one thing a line
    duration_minutes: Mapped[int]
    step_minutes: Mapped[int | None]  # None: the calendar tick, 15
    before_minutes: Mapped[int] = mapped_column(default=0)
    after_minutes: Mapped[int] = mapped_column(default=0)
    buffers_inside: Mapped[bool] = mapped_column(default=False)
    price_cents: Mapped[int | None]  # None: not shown
    for_people: Mapped[str] = mapped_column(String(10), default="everyone")
    room_kind: Mapped[str] = mapped_column(String(30), default="")  # empty: no room needed
    room_before_minutes: Mapped[int] = mapped_column(default=0)
    room_after_minutes: Mapped[int] = mapped_column(default=0)
    position: Mapped[int] = mapped_column(default=0)
    offline_at: Mapped[datetime | None]  # since then only staff book it
    archived_at: Mapped[datetime | None]


class ServicePractitioner(Planned, db.Model):
    __tablename__ = "service_practitioners"
    __table_args__ = (UniqueConstraint("service_id", "practitioner_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    practice_id: Mapped[int] = mapped_column(ForeignKey("practices.id"), index=True)
    service_id: Mapped[int] = mapped_column(ForeignKey("services.id"))
    practitioner_id: Mapped[int] = mapped_column(ForeignKey("practitioners.id"), index=True)
