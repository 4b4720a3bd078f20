"""A further telephone number of a person, beside the one to ring first (`Profile.phone`)."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.database import db
from portal.models.profile import KINDS


class FurtherNumber(db.Model):
    """`number` in E.164. Rows are not deleted, so that a merge can be taken back."""

    __tablename__ = "further_numbers"
    __table_args__ = (CheckConstraint(f"kind IN ({', '.join(repr(kind) for kind in KINDS)})", name="kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    practice_id: Mapped[int] = mapped_column(ForeignKey("practices.id"))
    profile_id: Mapped[int] = mapped_column(ForeignKey("profiles.id"), index=True)
    number: Mapped[str] = mapped_column(String(20))
    kind: Mapped[str] = mapped_column(String(10), default="other")
    created_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]
