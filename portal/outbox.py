"""Mail leaves through here: a row in the transaction that caused it, delivered after the commit (SAFETY §5)."""

from datetime import datetime

from flask import current_app
from sqlalchemy import select, update

from portal.database import db
from portal.ids import secret
from portal.models import Account, OutboxMail


def enqueue(
    template: str,
    *,
    to: str,
    dedupe: str,
    now: datetime,
    refs: dict | None = None,
    about: str = "",
    account: Account | None = None,
    practice_id: int | None = None,
    due_at: datetime | None = None,
) -> OutboxMail | None:
    """Queue one mail to `to`, once per `dedupe` for ever; None if it was there. `refs` are ids to render from.

    `account` decides language and zone. `about` ("appointment:12") lets a later change supersede what still waits.
    """
    if db.session.scalar(select(OutboxMail.id).where(OutboxMail.dedupe_key == dedupe)):
        return None
    domain = current_app.config["MAIL_DEFAULT_SENDER"].rpartition("@")[2]
    mail = OutboxMail(
        template=template,
        to_address=to,
        dedupe_key=dedupe,
        refs=refs or {},
        about=about,
        account_id=account.id if account else None,
        practice_id=practice_id,
        message_id=f"<{secret()}@{domain}>",
        created_at=now,
        due_at=due_at or now,
    )
    db.session.add(mail)
    return mail


def supersede(about: str, template: str | None = None) -> None:
    """What still waits about a thing is no longer true: the reminders of an appointment that was moved."""
    waiting = update(OutboxMail).where(OutboxMail.about == about, OutboxMail.state.in_(("queued", "held")))
    db.session.execute(
        (waiting if template is None else waiting.where(OutboxMail.template == template)).values(state="superseded")
    )
