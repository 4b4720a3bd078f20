"""An appointment. Moving changes it in place (same id, same calendar UID, higher sequence); the ledger keeps what it was."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, literal_column, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from booking.models.place import Location, Room
from booking.models.practitioner import Practitioner
from booking.models.revised import Revised
from booking.models.service import Service
from portal.database import db
from portal.ids import public_id
from portal.models import Practice, Profile

BLOCKING = ("booked", "arrived", "fulfilled")
STANDS = f"status IN ({', '.join(repr(status) for status in BLOCKING)})"
BLOCKS = literal_column(f"appointments.{STANDS}")  # in the very words of the partial index, or it would not serve
STATUSES = (*BLOCKING, "cancelled", "noshow")  # FHIR AppointmentStatus
HANDED_OVER = "handed over"  # begins the `change_key` of a cancelled one whose time went to another person: it cannot be restored
GOT_FROM = "got from "  # in the `change_key` of one that came about so, before the id of the one it was


def got_from(number: int) -> tuple[str, str]:
    """The `change_key` of an appointment that came about from the one with this id; the second, once its own time went on to another."""
    return f"{GOT_FROM}{number}", f"{HANDED_OVER}, {GOT_FROM}{number}"


class Appointment(Revised, db.Model):
    __tablename__ = "appointments"
    __table_args__ = (
        CheckConstraint("ends_at > starts_at", name="order"),
        CheckConstraint(f"status IN ({', '.join(repr(status) for status in STATUSES)})", name="status"),
        CheckConstraint("booked_by_id IS NOT NULL OR booked_by_staff_id IS NOT NULL", name="booked_by_somebody"),
        # Everything the engine reads of an appointment, so that a month of twenty people never touches the table.
        Index(
            "ix_appointments_practitioner_start",
            "practitioner_id",
            "starts_at",
            "ends_at",
            "before_minutes",
            "after_minutes",
            "status",
            "id",
            sqlite_where=text(STANDS),
            postgresql_where=text(STANDS),
        ),
        Index("ix_appointments_practice_start", "practice_id", "starts_at"),
        Index("ix_appointments_profile_start", "profile_id", "starts_at"),
        Index(
            "ix_appointments_room_start",
            "room_id",
            "starts_at",
            sqlite_where=text("room_id IS NOT NULL"),
            postgresql_where=text("room_id IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(16), unique=True, default=public_id)
    practice_id: Mapped[int] = mapped_column(ForeignKey("practices.id"))
    location_id: Mapped[int] = mapped_column(ForeignKey("locations.id"))
    profile_id: Mapped[int] = mapped_column(ForeignKey("profiles.id"))
    service_id: Mapped[int] = mapped_column(ForeignKey("services.id"))
    practitioner_id: Mapped[int] = mapped_column(ForeignKey("practitioners.id"))
    room_id: Mapped[int | None] = mapped_column(ForeignKey("rooms.id"))
    booked_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    booked_by_staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff_members.id"))
    link_id: Mapped[int | None] = mapped_column(ForeignKey("links.id"))  # through which link it was booked
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    wall_start: Mapped[str] = mapped_column(String(16))  # "2027-01-05T15:00" in `zone`: what was promised (AVAILABILITY §11)
    zone: Mapped[str] = mapped_column(String(60))
    before_minutes: Mapped[int] = mapped_column(default=0)
    after_minutes: Mapped[int] = mapped_column(default=0)
    room_before_minutes: Mapped[int] = mapped_column(default=0)
    room_after_minutes: Mapped[int] = mapped_column(default=0)
    status: Mapped[str] = mapped_column(String(10), default="booked")
    # beside others at one time: a seat of a group, or knowingly overbooked
    lane: Mapped[int] = mapped_column(default=0, server_default="0")
    group_id: Mapped[int | None] = mapped_column(ForeignKey("blocks.id"), index=True)  # the group it is a seat of
    series_id: Mapped[int | None] = mapped_column(ForeignKey("series.id"), index=True)
    note: Mapped[str] = mapped_column(String(500), default="")
    price_cents: Mapped[int | None]
    sequence: Mapped[int] = mapped_column(default=0)
    idempotency_key: Mapped[str] = mapped_column(String(64), unique=True)
    change_key: Mapped[str] = mapped_column(String(64), default="")  # the form that moved it last
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]  # last booked, moved, cancelled or restored: the undo runs from here
    cancelled_at: Mapped[datetime | None]
    cancel_reason: Mapped[str] = mapped_column(String(200), default="", server_default="")  # for staff
    arrived_at: Mapped[datetime | None]
    # who did the last change; none: the patient's side
    changed_by_staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff_members.id"))
    moved_from: Mapped[datetime | None]  # where the last move came from, for its undo
    moved_from_practitioner_id: Mapped[int | None] = mapped_column(ForeignKey("practitioners.id"))

    practice: Mapped[Practice] = relationship()
    location: Mapped[Location] = relationship()
    profile: Mapped[Profile] = relationship()
    service: Mapped[Service] = relationship()
    practitioner: Mapped[Practitioner] = relationship(foreign_keys=[practitioner_id])
    room: Mapped[Room | None] = relationship()

    @property
    def is_cancelled(self) -> bool:
        return self.cancelled_at is not None

    @property
    def was_changed_by_clinic(self) -> bool:
        """Whether staff booked, moved, cancelled or restored it last: that is not the patient's to undo."""
        return self.changed_by_staff_id is not None

    @property
    def was_handed_over(self) -> bool:
        """Whether it was cancelled because another person has its time now (booking/handover.py)."""
        return self.is_cancelled and self.change_key.startswith(HANDED_OVER)

    @property
    def came_from(self) -> int | None:
        """The id of the appointment whose time this one took over; None if it was booked, or has been moved since."""
        _before, found, known = self.change_key.partition(GOT_FROM)
        return int(known) if found and known.isdecimal() else None

    def hand_time_to(self, other: "Appointment", now: datetime) -> None:
        """Cancelled, because the time is `other`'s from now on."""
        self.status, self.cancelled_at, self.changed_at, self.changed_by_staff_id = "cancelled", now, now, None
        self.change_key = got_from(self.came_from)[1] if self.came_from else HANDED_OVER
        self.sequence += 1
        other.change_key = got_from(self.id)[0]

    @property
    def reference(self) -> str:
        """What a person reads out on the phone: `"K3V7-Q2M4"`."""
        return f"{self.public_id[:4]}-{self.public_id[4:8]}".upper()
