"""A text note of staff about a person. Nobody else ever reads it. What it said before stays in `note_versions`."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.database import db
from portal.ids import public_id
from portal.models.account import Account
from portal.models.profile import Profile


class Note(db.Model):
    __tablename__ = "notes"
    __table_args__ = (Index("ix_notes_profile", "profile_id", "created_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(16), unique=True, default=public_id)
    practice_id: Mapped[int] = mapped_column(ForeignKey("practices.id"), index=True)
    profile_id: Mapped[int] = mapped_column(ForeignKey("profiles.id"))
    title: Mapped[str] = mapped_column(String(120))
    text: Mapped[str]
    version: Mapped[int] = mapped_column(default=1)  # raised with every change: two never write over each other unseen
    copied_from_id: Mapped[int | None] = mapped_column(ForeignKey("notes.id"))
    written_by_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    created_at: Mapped[datetime]
    changed_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    changed_at: Mapped[datetime | None]

    profile: Mapped[Profile] = relationship()
    written_by: Mapped[Account] = relationship(foreign_keys=[written_by_id])
    changed_by: Mapped[Account | None] = relationship(foreign_keys=[changed_by_id])
    copied_from: Mapped["Note | None"] = relationship(remote_side=[id])


class NoteVersion(db.Model):
    """What a note said before a change: who had written that, and when."""

    __tablename__ = "note_versions"
    __table_args__ = (UniqueConstraint("note_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    practice_id: Mapped[int] = mapped_column(ForeignKey("practices.id"))
    note_id: Mapped[int] = mapped_column(ForeignKey("notes.id"))
    number: Mapped[int]
    title: Mapped[str] = mapped_column(String(120))
    text: Mapped[str]
    written_by_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    written_at: Mapped[datetime]

    written_by: Mapped[Account] = relationship()
