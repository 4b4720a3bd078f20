"""Someone who can sign in. One account works at every practice."""

from datetime import date, datetime

from flask_login import UserMixin
from sqlalchemy import JSON, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.database import db
from portal.ids import public_id


class Account(UserMixin, db.Model):
    __tablename__ = "accounts"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(16), unique=True, default=public_id)
    email: Mapped[str] = mapped_column(String(254))  # as typed, verified
    email_key: Mapped[str] = mapped_column(String(254), unique=True)  # see portal/addresses.py: address_key()
    # keys of the addresses it had before: its owner may still read mail there
    former_keys: Mapped[list] = mapped_column(JSON, default=list)
    password_hash: Mapped[str] = mapped_column(String(200))
    given_name: Mapped[str] = mapped_column(String(80))
    family_name: Mapped[str] = mapped_column(String(80))
    born_on: Mapped[date | None]
    phone: Mapped[str] = mapped_column(String(20), default="", index=True)  # E.164
    language: Mapped[str] = mapped_column(String(10), default="en")
    zone: Mapped[str] = mapped_column(String(60), default="")  # empty: the practice's zone
    verified_at: Mapped[datetime]
    created_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    second_factor_at: Mapped[datetime | None]  # since when signing in asks for a code of their app; see portal/second_factor.py
    second_factor_nonce: Mapped[str] = mapped_column(String(64), default="", server_default="")  # what the app's secret is derived from
    # the last 30 seconds (epoch // 30) whose code was accepted
    second_factor_used: Mapped[int] = mapped_column(default=0, server_default="0")

    @property
    def is_active(self) -> bool:
        return self.closed_at is None

    @property
    def keys(self) -> frozenset[str]:
        """The keys of every address this account has or had."""
        return frozenset((self.email_key, *(self.former_keys or ())))

    @property
    def name(self) -> str:
        return f"{self.given_name} {self.family_name}"

    @property
    def initials(self) -> str:
        return (self.given_name[:1] + self.family_name[:1]).upper()
