"""What a person, or who acts for them, changed of the record online: it waits until somebody of the practice has noted it."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.orm import relationship as related

from portal.database import db
from portal.models.account import Account
from portal.models.profile import Profile

_WAITS = "noted_at IS NULL"


class OwnChange(db.Model):
    """One form that was saved. `what`: names of portal/own_fields.py, or a channel with "yes" or "no" ("sms:no"); the values are in the ledger."""

    __tablename__ = "own_changes"
    __table_args__ = (
        Index("ix_own_changes_waiting", "practice_id", "changed_at", sqlite_where=db.text(_WAITS), postgresql_where=db.text(_WAITS)),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    practice_id: Mapped[int] = mapped_column(ForeignKey("practices.id"))
    # read through who stands for them
    profile_id: Mapped[int] = mapped_column(ForeignKey("profiles.id"), index=True, info={"on_merge": "keep"})
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    link_id: Mapped[int] = mapped_column(ForeignKey("links.id"))  # through which access
    what: Mapped[list] = mapped_column(JSON, default=list)
    changed_at: Mapped[datetime]
    noted_at: Mapped[datetime | None]
    noted_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))

    profile: Mapped[Profile] = related()
    account: Mapped[Account] = related(foreign_keys=[account_id])
