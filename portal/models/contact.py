"""Somebody to ring about a person: in an emergency, or at all. A name in the record, no access; access is a Link."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.database import db
from portal.ids import public_id


class Contact(db.Model):
    """`relation` in the words of who wrote it ("mother"); `phone` in E.164. Rows are not deleted, so that a merge can be taken back."""

    __tablename__ = "contacts"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(16), unique=True, default=public_id)
    practice_id: Mapped[int] = mapped_column(ForeignKey("practices.id"))
    profile_id: Mapped[int] = mapped_column(ForeignKey("profiles.id"), index=True)
    name: Mapped[str] = mapped_column(String(120))
    relation: Mapped[str] = mapped_column(String(60), default="")
    phone: Mapped[str] = mapped_column(String(20), default="")
    email: Mapped[str] = mapped_column(String(254), default="")
    emergency_at: Mapped[datetime | None]  # since when they are the one for emergencies
    created_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]
