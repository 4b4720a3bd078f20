"""An account may act for a profile: as whom, with which permissions, from when to when. Revoked, never deleted."""

from datetime import date, datetime, timedelta

from sqlalchemy import JSON, CheckConstraint, ColumnElement, ForeignKey, Index, String, or_
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.orm import relationship as related

from portal import access
from portal.access import RELATIONSHIPS, Step
from portal.database import db
from portal.ids import public_id
from portal.models.account import Account
from portal.models.profile import Profile


# Which rows the indexes of portal/link_life.py hold: few among many own links.
ACTING = "relationship <> 'self' AND revoked_at IS NULL"
ENDING = "ends_on IS NOT NULL AND revoked_at IS NULL"
REVIEWED = "review_on IS NOT NULL AND revoked_at IS NULL"


# How a link came about, as `ground` keeps it.
MADE_ONLINE, FROM_PRACTICE, FROM_PERSON = "made online", "invited by the practice", "invited by a person"


def _day_of_making(context) -> date:
    return context.get_current_parameters()["created_at"].date()


class Link(db.Model):
    __tablename__ = "links"
    __table_args__ = (
        Index(
            "uq_links_live",
            "account_id",
            "profile_id",
            unique=True,
            sqlite_where=db.text("revoked_at IS NULL"),
            postgresql_where=db.text("revoked_at IS NULL"),
        ),
        Index(
            "uq_links_primary",
            "profile_id",
            unique=True,
            sqlite_where=db.text("primary_at IS NOT NULL AND revoked_at IS NULL"),
            postgresql_where=db.text("primary_at IS NOT NULL AND revoked_at IS NULL"),
        ),
        Index("ix_links_acting", "practice_id", "profile_id", sqlite_where=db.text(ACTING), postgresql_where=db.text(ACTING)),
        Index("ix_links_ends", "practice_id", "ends_on", sqlite_where=db.text(ENDING), postgresql_where=db.text(ENDING)),
        Index("ix_links_review", "practice_id", "review_on", sqlite_where=db.text(REVIEWED), postgresql_where=db.text(REVIEWED)),
        CheckConstraint(f"relationship IN ({', '.join(repr(name) for name in RELATIONSHIPS)})", name="relationship"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(16), unique=True, default=public_id)
    practice_id: Mapped[int] = mapped_column(ForeignKey("practices.id"), index=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    profile_id: Mapped[int] = mapped_column(ForeignKey("profiles.id"), index=True)
    relationship: Mapped[str] = mapped_column(String(20))
    permissions: Mapped[list] = mapped_column(JSON, default=list)  # as given, names from portal/access.py; see permissions_on
    ground: Mapped[str] = mapped_column(default="")  # why: "made online", "invited by the practice"
    given_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))  # None: the practice, or the account itself
    created_at: Mapped[datetime]
    # When the permissions were last chosen: whoever chose knew of age steps up to then. Unless said, the day it was made.
    decided_on: Mapped[date] = mapped_column(default=_day_of_making)
    stepped_on: Mapped[date | None]  # the last age step that everybody was told about
    primary_at: Mapped[datetime | None]  # whom the practice contacts first about the person (M15)
    # what was missing when its holder said "not now"
    missing_put_off: Mapped[str] = mapped_column(String(100), default="", server_default="")
    review_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    revoked_at: Mapped[datetime | None]
    revoked_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    # A merge found the same account with access to both records: this one ended, and its access goes on in that one.
    united_with_id: Mapped[int | None] = mapped_column(ForeignKey("links.id"), index=True)

    account: Mapped[Account] = related(foreign_keys=[account_id])
    profile: Mapped[Profile] = related()

    @property
    def is_made_online(self) -> bool:
        return self.ground == MADE_ONLINE

    @property
    def is_from_practice(self) -> bool:
        return self.ground == FROM_PRACTICE

    @property
    def is_self(self) -> bool:
        return self.relationship == access.SELF

    def permissions_on(self, on: date) -> frozenset[str]:
        """What the link allows on the practice's local date: age steps, its end and the safe flag reckoned in."""
        if not self.is_live(on):
            return frozenset()
        return access.effective(self.permissions, self.relationship, self.step(on), self.profile.is_safe)

    def step(self, on: date) -> Step | None:
        """The age step that narrows or pauses this link on a date."""
        steps = self.profile.practice.steps
        return access.last_step(self.relationship, self.profile.born_on, steps, self.decided_on, on) if steps else None

    def next_step(self, on: date) -> Step | None:
        """The next one to come that will take more than holds now."""
        return access.next_step(self.relationship, self.profile.born_on, self.profile.practice.steps, on, self.step(on))

    def taken_by(self, step: Step) -> frozenset[str]:
        """What the link allowed on the eve of a step and does not on its day; empty when it changes nothing."""
        day = step.on(self.profile.born_on)
        eve, steps = day - timedelta(days=1), self.profile.practice.steps
        before, after = (access.last_step(self.relationship, self.profile.born_on, steps, self.decided_on, on) for on in (eve, day))
        held, holds = (access.effective(self.permissions, self.relationship, one, self.profile.is_safe) for one in (before, after))
        return held - holds

    def is_paused(self, on: date) -> bool:
        step = self.step(on)
        return step is not None and step.does == access.PAUSE

    def allows(self, permission: str, on: date) -> bool:
        """Whether this link carries a permission on the practice's local date."""
        return permission in self.permissions_on(on)

    def level(self, on: date) -> str:
        """What it shows of appointments this account did not book: everything, busy or nothing."""
        return access.level(self.permissions_on(on))

    def is_live(self, on: date) -> bool:
        """Neither revoked nor past its last day, `ends_on`."""
        return self.revoked_at is None and (self.ends_on is None or on <= self.ends_on)

    def revoke(self, now: datetime, by: Account | None = None) -> None:
        self.revoked_at, self.revoked_by_id = now, by.id if by else None


def live_on(on: date) -> ColumnElement[bool]:
    """What `Link.is_live` says, inside a statement."""
    return Link.revoked_at.is_(None) & or_(Link.ends_on.is_(None), Link.ends_on >= on)
