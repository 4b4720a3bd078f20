"""A practice's own logo, as it was uploaded and found to be a picture."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from portal.database import db


class PracticeLogo(db.Model):
    __tablename__ = "practice_logos"

    practice_id: Mapped[int] = mapped_column(ForeignKey("practices.id"), primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)  # PNG, made anew from what came
    changed_at: Mapped[datetime]
