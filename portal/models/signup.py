"""A sign-up waiting for its address to be proven. No account exists before that, so nobody can register yours first."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.database import db
from portal.ids import public_id


class Signup(db.Model):
    __tablename__ = "signups"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(16), unique=True, default=public_id)
    practice_id: Mapped[int | None] = mapped_column(ForeignKey("practices.id"))  # where it began; None: at the front door
    email: Mapped[str] = mapped_column(String(254))
    email_key: Mapped[str] = mapped_column(String(254), index=True)
    password_hash: Mapped[str] = mapped_column(String(200))
    given_name: Mapped[str] = mapped_column(String(80))
    family_name: Mapped[str] = mapped_column(String(80))
    born_on: Mapped[date]
    phone: Mapped[str] = mapped_column(String(20), default="")
    language: Mapped[str] = mapped_column(String(10))
    zone: Mapped[str] = mapped_column(String(60), default="")
    visitor: Mapped[str] = mapped_column(String(64), default="")  # owner key of a held time, see booking holds
    next_path: Mapped[str] = mapped_column(default="")  # the step to come back to
    created_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
