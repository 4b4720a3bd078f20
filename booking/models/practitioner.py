"""Who is seen. Their row is what a booking locks (SAFETY §1)."""

from datetime import date, datetime

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from booking.models.planned import Planned
from portal.database import db
from portal.ids import public_id


class Practitioner(Planned, db.Model):
    __tablename__ = "practitioners"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(16), unique=True, default=public_id)
    practice_id: Mapped[int] = mapped_column(ForeignKey("practices.id"), index=True)
    staff_member_id: Mapped[int | None] = mapped_column(ForeignKey("staff_members.id"), unique=True)
    name: Mapped[str] = mapped_column(String(120))  # "Maya Chen", "Dr. Ines Roy": as patients say it
    profession: Mapped[str] = mapped_column(String(80), default="")
    languages: Mapped[list] = mapped_column(JSON, default=list)  # ["en", "fr"]
    about: Mapped[str] = mapped_column(default="")
    banner_text: Mapped[str] = mapped_column(String(200), default="")
    banner_from: Mapped[date | None]
    banner_until: Mapped[date | None]
    offline_at: Mapped[datetime | None]  # since then only staff book with them
    closed_to_new_at: Mapped[datetime | None]  # since then online only for people they have seen
    position: Mapped[int] = mapped_column(default=0)
    left_at: Mapped[datetime | None]
