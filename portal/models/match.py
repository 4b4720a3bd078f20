"""What the search for look-alikes keeps: keys by which people are found, pairs that look alike, pairs that staff told apart."""

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.orm import relationship as related

from portal.database import db
from portal.models.account import Account
from portal.models.profile import Profile
from portal.models.staff_member import StaffMember


class MatchKey(db.Model):
    """People who share a key are worth comparing (portal/matching.py: keys). Made from the profile; of a merged one they wait."""

    __tablename__ = "match_keys"
    __table_args__ = {"sqlite_with_rowid": False}

    practice_id: Mapped[int] = mapped_column(ForeignKey("practices.id"), primary_key=True)
    key: Mapped[str] = mapped_column(String(40), primary_key=True)
    profile_id: Mapped[int] = mapped_column(ForeignKey("profiles.id"), primary_key=True, index=True, info={"on_merge": "keep"})


class LookAlike(db.Model):
    """A pair of the whole practice (portal/match_pairs.py); it counts while both records stand and nobody told them apart."""

    __tablename__ = "look_alikes"
    __table_args__ = (
        Index("uq_look_alikes_pair", "one_id", "other_id", unique=True),
        Index("ix_look_alikes_best", "practice_id", "score"),
        CheckConstraint("one_id < other_id", name="order"),
        CheckConstraint("grade IN ('certain', 'possible')", name="grade"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    practice_id: Mapped[int] = mapped_column(ForeignKey("practices.id"))
    one_id: Mapped[int] = mapped_column(ForeignKey("profiles.id"), info={"on_merge": "keep"})
    other_id: Mapped[int] = mapped_column(ForeignKey("profiles.id"), index=True, info={"on_merge": "keep"})
    grade: Mapped[str] = mapped_column(String(8))
    score: Mapped[int]  # 0 to 1000
    evidence: Mapped[list] = mapped_column(JSON, default=list)  # [["born_on", "same"], …]
    found_at: Mapped[datetime]

    one: Mapped[Profile] = related(foreign_keys=[one_id])
    other: Mapped[Profile] = related(foreign_keys=[other_id])


class DifferentPeople(db.Model):
    """Staff said that these are two people: never proposed again. A merge carries it over to the surviving record."""

    __tablename__ = "different_people"
    __table_args__ = (
        Index(
            "uq_different_people_pair",
            "one_id",
            "other_id",
            unique=True,
            sqlite_where=db.text("taken_back_at IS NULL"),
            postgresql_where=db.text("taken_back_at IS NULL"),
        ),
        CheckConstraint("one_id < other_id", name="order"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    practice_id: Mapped[int] = mapped_column(ForeignKey("practices.id"))
    one_id: Mapped[int] = mapped_column(ForeignKey("profiles.id"))
    other_id: Mapped[int] = mapped_column(ForeignKey("profiles.id"), index=True)
    decided_at: Mapped[datetime]
    decided_by_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    taken_back_at: Mapped[datetime | None]

    decided_by: Mapped[Account] = related()


class MatchRun(db.Model):
    """One search of a whole practice that staff started, done in small portions; `done` of `total` people looked at. One at a time goes on."""

    __tablename__ = "match_runs"
    __table_args__ = (
        Index(
            "uq_match_runs_going_on",
            "practice_id",
            unique=True,
            sqlite_where=db.text("finished_at IS NULL"),
            postgresql_where=db.text("finished_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    practice_id: Mapped[int] = mapped_column(ForeignKey("practices.id"), index=True)
    started_at: Mapped[datetime]
    started_by_id: Mapped[int] = mapped_column(ForeignKey("staff_members.id"))
    total: Mapped[int] = mapped_column(default=0)
    done: Mapped[int] = mapped_column(default=0)
    found: Mapped[int] = mapped_column(default=0)
    place: Mapped[int] = mapped_column(default=0)  # the last profile id looked at
    lease_until: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]

    started_by: Mapped[StaffMember] = related()

    @property
    def is_finished(self) -> bool:
        return self.finished_at is not None

    @property
    def percent(self) -> int:
        """Of the people, in whole numbers; 100 only when it is finished."""
        return 100 if self.is_finished else min(99, 100 * self.done // max(self.total, 1))
