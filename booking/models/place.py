"""Where: a location with its own zone, and its rooms."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from booking.models.planned import Planned
from portal.database import db
from portal.ids import public_id


class Location(Planned, db.Model):
    __tablename__ = "locations"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(16), unique=True, default=public_id)
    practice_id: Mapped[int] = mapped_column(ForeignKey("practices.id"), index=True)
    name: Mapped[str] = mapped_column(String(120))
    street: Mapped[str] = mapped_column(default="")
    city: Mapped[str] = mapped_column(default="")
    zone: Mapped[str] = mapped_column(String(60))  # IANA
    archived_at: Mapped[datetime | None]
    latitude: Mapped[float | None]  # degrees, where known: for how long the way from one clinic to another may take
    longitude: Mapped[float | None]

    @property
    def address(self) -> str:
        return ", ".join(part for part in (self.street, self.city) if part)


class Room(Planned, db.Model):
    """A row locked with the practitioner while booking a service that needs a room of its kind."""

    __tablename__ = "rooms"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(16), unique=True, default=public_id)
    practice_id: Mapped[int] = mapped_column(ForeignKey("practices.id"), index=True)
    location_id: Mapped[int] = mapped_column(ForeignKey("locations.id"))
    name: Mapped[str] = mapped_column(String(60))
    kind: Mapped[str] = mapped_column(String(30))  # "treatment", "gym": what a service asks for
    archived_at: Mapped[datetime | None]
