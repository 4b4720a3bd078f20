"""Many invitations in one go: rehearsed as rows, queued in small portions, answered one by one (MISSION M11)."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.orm import relationship as related

from portal.database import db
from portal.ids import public_id
from portal.models.invitation import Invitation
from portal.models.profile import Profile
from portal.models.staff_member import StaffMember


class InvitationBatch(db.Model):
    __tablename__ = "invitation_batches"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(16), unique=True, default=public_id)
    practice_id: Mapped[int] = mapped_column(ForeignKey("practices.id"), index=True)
    made_by_id: Mapped[int] = mapped_column(ForeignKey("staff_members.id"))
    why: Mapped[str] = mapped_column(String(500), default="")  # the practice's note: why an account, what it shows
    life_hours: Mapped[int]
    created_at: Mapped[datetime]  # rehearsed
    started_at: Mapped[datetime | None]
    started_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff_members.id"))  # who last pressed send, continue or send again
    paused_at: Mapped[datetime | None]
    queued_at: Mapped[datetime | None]  # every row has become an invitation or was passed over
    told_at: Mapped[datetime | None]  # the sender has the mail that says it is done

    made_by: Mapped[StaffMember] = related(foreign_keys=[made_by_id])
    started_by: Mapped[StaffMember | None] = related(foreign_keys=[started_by_id])

    @property
    def sender(self) -> StaffMember:
        """In whose name it is sent, and who is told when it is done."""
        return self.started_by or self.made_by


class BatchRow(db.Model):
    """One line of the list, or one person of the filter. `problem` is a word of portal/rehearsal.py; empty: ready."""

    __tablename__ = "batch_rows"
    __table_args__ = (
        UniqueConstraint("batch_id", "position"),
        Index("ix_batch_rows_waiting", "batch_id", "done_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    practice_id: Mapped[int] = mapped_column(ForeignKey("practices.id"))
    batch_id: Mapped[int] = mapped_column(ForeignKey("invitation_batches.id", ondelete="CASCADE"))
    position: Mapped[int]  # the line number people see, from 1
    # the line as it came, for putting it right; every sign of it may be a doubled quotation mark
    typed: Mapped[str] = mapped_column(String(740), default="")
    name: Mapped[str] = mapped_column(String(170), default="")
    email: Mapped[str] = mapped_column(String(254), default="")
    relationship: Mapped[str] = mapped_column(String(20), default="self")
    profile_id: Mapped[int | None] = mapped_column(ForeignKey("profiles.id"), index=True)
    problem: Mapped[str] = mapped_column(String(30), default="")
    invitation_id: Mapped[int | None] = mapped_column(ForeignKey("invitations.id"))
    done_at: Mapped[datetime | None]

    profile: Mapped[Profile | None] = related()
    invitation: Mapped[Invitation | None] = related()
