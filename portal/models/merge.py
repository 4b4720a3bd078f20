"""Two profiles were one person: the source's rows went to the target, and a journal knows how to take it back (MISSION F8)."""

from datetime import datetime, timedelta

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.orm import relationship as related

from portal.database import db
from portal.ids import public_id
from portal.models.account import Account
from portal.models.profile import Profile

ONE_CLICK = timedelta(days=30)  # afterwards a merge is taken back by review (MISSION §5)


class Merge(db.Model):
    __tablename__ = "merges"
    __table_args__ = (
        Index(
            "uq_merges_standing",
            "source_id",
            unique=True,
            sqlite_where=db.text("undone_at IS NULL"),
            postgresql_where=db.text("undone_at IS NULL"),
        ),
        Index("ix_merges_practice_at", "practice_id", "merged_at"),
        CheckConstraint("source_id <> target_id", name="two_people"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(16), unique=True, default=public_id)
    practice_id: Mapped[int] = mapped_column(ForeignKey("practices.id"))
    source_id: Mapped[int] = mapped_column(ForeignKey("profiles.id"), info={"on_merge": "keep"})
    target_id: Mapped[int] = mapped_column(ForeignKey("profiles.id"), index=True, info={"on_merge": "keep"})
    merged_at: Mapped[datetime]
    merged_by_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    choices: Mapped[dict] = mapped_column(JSON, default=dict)  # what staff chose: portal/merge_choices.py
    # {"appointments.profile_id": [ids], "primary": [id]}: what was the target's before
    stood: Mapped[dict] = mapped_column(JSON, default=dict)
    undone_at: Mapped[datetime | None]
    undone_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    undone_why: Mapped[str] = mapped_column(String(500), default="")

    source: Mapped[Profile] = related(foreign_keys=[source_id])
    target: Mapped[Profile] = related(foreign_keys=[target_id])
    merged_by: Mapped[Account] = related(foreign_keys=[merged_by_id])
    undone_by: Mapped[Account | None] = related(foreign_keys=[undone_by_id])

    @property
    def is_undone(self) -> bool:
        return self.undone_at is not None

    @property
    def one_click_until(self) -> datetime:
        """Until when staff take it back by themselves, inclusive; afterwards an admin does, with a reason."""
        return self.merged_at + ONE_CLICK

    def is_recent(self, now: datetime) -> bool:
        return now <= self.one_click_until


class MergeChange(db.Model):
    """One row that a merge changed: its columns as they were and as they became, as JSON values (portal/merge_journal.py)."""

    __tablename__ = "merge_changes"
    __table_args__ = (Index("ix_merge_changes_row", "table_name", "row_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    practice_id: Mapped[int] = mapped_column(ForeignKey("practices.id"))
    merge_id: Mapped[int] = mapped_column(ForeignKey("merges.id", ondelete="CASCADE"), index=True)
    table_name: Mapped[str] = mapped_column(String(40))
    row_id: Mapped[int]
    before: Mapped[dict] = mapped_column(JSON, default=dict)
    after: Mapped[dict] = mapped_column(JSON, default=dict)
