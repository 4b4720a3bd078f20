"""A file about a person, added by staff or by whoever acts for them. Its bytes are in the store (portal/storage.py), not here."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.database import db
from portal.file_kinds import MEDIA
from portal.ids import public_id
from portal.models.account import Account
from portal.models.link import Link
from portal.models.profile import Profile

UNSEEN = "seen_at IS NULL AND link_id IS NOT NULL AND removed_at IS NULL"


class File(db.Model):
    __tablename__ = "files"
    __table_args__ = (
        Index("ix_files_profile", "profile_id", "created_at"),
        Index("ix_files_practice", "practice_id", "created_at"),
        Index(
            "ix_files_removed",
            "removed_at",
            sqlite_where=db.text("removed_at IS NOT NULL AND erased_at IS NULL"),
            postgresql_where=db.text("removed_at IS NOT NULL AND erased_at IS NULL"),
        ),
        Index("ix_files_unseen", "practice_id", sqlite_where=db.text(UNSEEN), postgresql_where=db.text(UNSEEN)),
        CheckConstraint(f"media IN ({', '.join(repr(media) for media in MEDIA)})", name="media"),
        CheckConstraint("size > 0", name="not_empty"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(16), unique=True, default=public_id)
    practice_id: Mapped[int] = mapped_column(ForeignKey("practices.id"))
    profile_id: Mapped[int] = mapped_column(ForeignKey("profiles.id"))
    name: Mapped[str] = mapped_column(String(120))  # as it was called where it came from, cleaned, with the ending that fits `media`
    media: Mapped[str] = mapped_column(String(20))  # as its content says: portal/file_kinds.py
    size: Mapped[int] = mapped_column(BigInteger)  # bytes, of the file as it came
    sha256: Mapped[str] = mapped_column(String(64))
    store_key: Mapped[str] = mapped_column(String(50), unique=True)
    pages: Mapped[int] = mapped_column(default=0)  # pictures to look at in the store: of a picture 1, of a PDF its first pages
    all_pages: Mapped[int] = mapped_column(default=0)  # of a PDF, how many there are
    added_by_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    link_id: Mapped[int | None] = mapped_column(ForeignKey("links.id"))  # through which it was added; None: by staff
    created_at: Mapped[datetime]
    shared_at: Mapped[datetime | None]  # since when the person sees it, and who sees the details of their appointments
    seen_at: Mapped[datetime | None]  # when somebody of the practice first opened it
    removed_at: Mapped[datetime | None]
    removed_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    erased_at: Mapped[datetime | None]  # its bytes are gone for good

    profile: Mapped[Profile] = relationship()
    added_by: Mapped[Account] = relationship(foreign_keys=[added_by_id])
    link: Mapped[Link | None] = relationship()

    @property
    def is_from_staff(self) -> bool:
        return self.link_id is None

    @property
    def is_new(self) -> bool:
        """Whether it came from a person and nobody of the practice has opened it yet."""
        return not self.is_from_staff and self.seen_at is None

    @property
    def is_shared(self) -> bool:
        return self.shared_at is not None

    @property
    def is_text(self) -> bool:
        return self.media == "text/plain"
