"""Mail and text messages leave through here: a row in the transaction that caused it, delivered after the commit (SAFETY §5)."""

from dataclasses import dataclass, field
from datetime import datetime
from email.utils import parseaddr

from flask import current_app
from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite

from portal.database import db
from portal.ids import secret
from portal.models import Account, OutboxMail
from portal.models.outbox_mail import EMAIL


ABOUT_ONE_THING = OutboxMail.refs["also"].as_string().is_(None)
NEW_MAIL = "new mail"  # in session.info, until the commit that lets the postman see it


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
    mail = OutboxMail(
        template=template,
        to_address=to,
        dedupe_key=dedupe,
        refs=refs or {},
        about=about,
        account_id=account.id if account else None,
        practice_id=practice_id,
        message_id=_message_id(),
        created_at=now,
        due_at=due_at or now,
    )
    db.session.add(mail)
    db.session().info[NEW_MAIL] = True
    return mail


@dataclass(frozen=True)
class Mail:
    """One of several to `enqueue_all`; the words are those of `enqueue`."""

    template: str
    to: str
    dedupe: str
    account_id: int | None = None
    refs: dict = field(default_factory=dict)
    due_at: datetime | None = None
    about: str = ""  # if it is not that of all
    channel: str = EMAIL


def enqueue_all(mails: list[Mail], *, now: datetime, about: str, practice_id: int | None) -> None:
    """Queue them in one statement; those that were there already are left as they are."""
    if not mails:
        return
    insert = (postgresql if db.engine.dialect.name == "postgresql" else sqlite).insert(OutboxMail.__table__)
    common = {"practice_id": practice_id, "created_at": now, "state": "queued", "attempts": 0, "fence": 0, "last_error": ""}
    rows = [
        {
            "template": mail.template,
            "channel": mail.channel,
            "to_address": mail.to,
            "dedupe_key": mail.dedupe,
            "account_id": mail.account_id,
            "refs": mail.refs,
            "message_id": _message_id(),
            "due_at": mail.due_at or now,
            "about": mail.about or about,
            **common,
        }
        for mail in mails
    ]
    db.session.execute(insert.on_conflict_do_nothing(index_elements=["dedupe_key"]), rows)
    db.session().info[NEW_MAIL] = True


def _message_id() -> str:
    return f"<{secret()}@{parseaddr(current_app.config['MAIL_DEFAULT_SENDER'])[1].rpartition('@')[2]}>"


def supersede(about: str, template: str | None = None) -> None:
    """What still waits about a thing is no longer true: the reminders of an appointment that was moved. A mail that says something
    else besides stays, and leaves that out when it is written."""
    waiting = update(OutboxMail).where(OutboxMail.about == about, OutboxMail.state.in_(("queued", "held")), ABOUT_ONE_THING)
    db.session.execute((waiting if template is None else waiting.where(OutboxMail.template == template)).values(state="superseded"))
