"""A practice: the tenant. Every table that belongs to one carries its `practice_id`."""

from datetime import date, datetime
from random import randrange

from sqlalchemy import JSON, CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from portal import own_fields
from portal.access import ROLES, Step, steps
from portal.database import db


class Practice(db.Model):
    __tablename__ = "practices"
    __table_args__ = (
        CheckConstraint("calls_people IN ('patient', 'client')", name="calls_people"),
        CheckConstraint("reminder_detail IN ('full', 'discreet')", name="reminder_detail"),
        CheckConstraint("length(banner_text) <= 200", name="banner_length"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    about: Mapped[str] = mapped_column(default="")
    calls_people: Mapped[str] = mapped_column(String(10), default="patient")
    language: Mapped[str] = mapped_column(String(10), default="en")
    zone: Mapped[str] = mapped_column(String(60))  # IANA; locations may differ
    country: Mapped[str] = mapped_column(String(2))  # ISO 3166-1, for phones and holidays
    region: Mapped[str] = mapped_column(String(10), default="")  # ISO 3166-2 without the country
    currency: Mapped[str] = mapped_column(String(3), default="CAD")
    phone: Mapped[str] = mapped_column(String(20))  # E.164
    phone_hours: Mapped[str] = mapped_column(default="")  # "Monday to Friday, 8am to 6pm", in the practice's words
    email: Mapped[str] = mapped_column(String(254))
    street: Mapped[str] = mapped_column(default="")
    city: Mapped[str] = mapped_column(default="")
    access_note: Mapped[str] = mapped_column(default="")  # "Step-free entrance. Parking behind the building."
    colour: Mapped[str] = mapped_column(String(7), default="#155e75")
    logo: Mapped[str] = mapped_column(default="img/practice.svg")  # below static/
    banner_text: Mapped[str] = mapped_column(String(200), default="")
    banner_from: Mapped[date | None]
    banner_until: Mapped[date | None]
    closed_to_new_at: Mapped[datetime | None]
    closed_to_new_reason: Mapped[str] = mapped_column(default="")
    no_times_text: Mapped[str] = mapped_column(String(200), default="", server_default="")  # what people read when a month has no time
    pay_url: Mapped[str] = mapped_column(String(300), default="", server_default="")
    # why one cannot pay online, and whom to ask
    payments_off_reason: Mapped[str] = mapped_column(String(200), default="", server_default="")
    # of the uploaded logo; empty: the one named by `logo`
    logo_version: Mapped[str] = mapped_column(String(16), default="", server_default="")
    # raised when an admin saves: two never write over each other unseen
    revision: Mapped[int] = mapped_column(default=0, server_default="0")
    second_factor_at: Mapped[datetime | None]  # since when staff sign in with a second step
    files_from_people_at: Mapped[datetime | None]  # since when people may add files to their own record; None: staff alone do
    youngest_account_years: Mapped[int] = mapped_column(default=16)
    reminder_detail: Mapped[str] = mapped_column(String(10), default="full")
    reminder_hours: Mapped[list] = mapped_column(JSON, default=lambda: [48, 2])
    text_hours: Mapped[list] = mapped_column(JSON, default=list, server_default="[]")  # the same for text messages; none: they are off
    age_steps: Mapped[list] = mapped_column(JSON, default=list)  # [[12, "narrow"], [16, "pause"]]; see portal/access.py
    inviting_roles: Mapped[list] = mapped_column(JSON, default=lambda: list(ROLES))  # who may invite and see portal accounts
    claim_hours: Mapped[int] = mapped_column(default=72)  # how long an invitation works, and again when it is sent again
    bulk_claim_hours: Mapped[int] = mapped_column(default=7 * 24)
    own_fields: Mapped[list] = mapped_column(JSON, default=lambda: list(own_fields.USUAL))  # which details people change themselves
    # what people are asked for while it is missing
    wanted_facts: Mapped[list] = mapped_column(JSON, default=lambda: list(own_fields.WANTED))
    keeps_years: Mapped[int | None]  # how long records are kept after the last visit; None: the usual of the region (portal/keeping.py)
    keeps_words: Mapped[str] = mapped_column(String(300), default="", server_default="")  # why, in the practice's words
    # Raised with every change of hours, services, rules. Begins anywhere, so that a cache never takes one database for another.
    timetable_version: Mapped[int] = mapped_column(default=lambda: randrange(1_000_000_000))

    @property
    def address(self) -> str:
        return ", ".join(part for part in (self.street, self.city) if part)

    @property
    def steps(self) -> list[Step]:
        """The age steps, youngest first; none until the practice turns them on."""
        return steps(self.age_steps) if self.age_steps else []

    @property
    def accepts_new(self) -> bool:
        return self.closed_to_new_at is None

    def banner(self, today: date) -> str:
        """The message to show on a local date, or an empty string."""
        early = self.banner_from is not None and today < self.banner_from
        late = self.banner_until is not None and today > self.banner_until
        return "" if early or late else self.banner_text
