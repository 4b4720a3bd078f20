"""Who set what, and when: one row per value of a schedule, a rule or a service that staff changed."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.database import db
from portal.models import StaffMember


class SettingChange(db.Model):
    """`column` empty: the whole row was added (`new`) or removed (`old`). Dates as ISO text, minutes and cents as stored."""

    __tablename__ = "setting_changes"
    __table_args__ = (
        Index("ix_setting_changes_row", "table_name", "row_id", "column"),
        Index("ix_setting_changes_practice_at", "practice_id", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    practice_id: Mapped[int] = mapped_column(ForeignKey("practices.id"))
    at: Mapped[datetime]
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff_members.id"))
    table_name: Mapped[str] = mapped_column(String(40))
    row_id: Mapped[int]
    practitioner_id: Mapped[int | None] = mapped_column(ForeignKey("practitioners.id"))
    column: Mapped[str] = mapped_column(String(40), default="")
    old: Mapped[object | None] = mapped_column(JSON(none_as_null=True))
    new: Mapped[object | None] = mapped_column(JSON(none_as_null=True))

    staff: Mapped[StaffMember] = relationship()
