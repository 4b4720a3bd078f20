"""The database's last word: one row per five minutes of an appointment's body and resource (SAFETY §1.3)."""

from sqlalchemy import BigInteger, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.database import db

TICK_SECONDS = 300


class Tick(db.Model):
    """`resource` is "p12" (practitioner 12) or "r3" (room 3); lane 0, more lanes for groups and logged overbooking."""

    __tablename__ = "ticks"

    resource: Mapped[str] = mapped_column(String(12), primary_key=True)
    lane: Mapped[int] = mapped_column(primary_key=True, default=0)
    tick: Mapped[int] = mapped_column(BigInteger, primary_key=True)  # epoch seconds // 300
    practice_id: Mapped[int] = mapped_column(ForeignKey("practices.id"))
    appointment_id: Mapped[int] = mapped_column(ForeignKey("appointments.id", ondelete="CASCADE"), index=True)
