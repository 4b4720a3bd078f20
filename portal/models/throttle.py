"""How often something was tried lately, in a table all workers share (SAFETY §3)."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from portal.database import db


class ThrottleCount(db.Model):
    __tablename__ = "throttle_counts"

    key: Mapped[str] = mapped_column(String(120), primary_key=True)  # "sign-in:" + hash of the address
    window_ends_at: Mapped[datetime] = mapped_column(index=True)
    count: Mapped[int] = mapped_column(default=0)
