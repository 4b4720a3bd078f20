"""How the installation is: the database and the queue of mails, in numbers."""

import sqlite3
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError

from portal import texting, transport
from portal.database import db
from portal.errors import Busy
from portal.models import OutboxMail
from portal.models.outbox_mail import EMAIL, SMS

MENDED = (3, 51, 3)
WAL_RESET = (
    "This SQLite is older than 3.51.3 and has the WAL-reset bug: very rarely, two processes that checkpoint at the same "
    "moment can damage the database. Run one process, or update SQLite, or use PostgreSQL."
)
LATE_AFTER_SECONDS = 600


def condition(now: datetime) -> dict:
    """`status` is "ok", or "late" when mails or text messages wait for more than ten minutes. Raises Busy when the database does not answer."""
    try:
        mail, texts = _mail(now), _channel(SMS, texting.kind(), now)
    except DBAPIError as error:
        raise Busy() from error
    late = max(mail["oldest_due_seconds"], texts["oldest_due_seconds"]) > LATE_AFTER_SECONDS
    return {"status": "late" if late else "ok", "database": _database(), "mail": mail, "texts": texts}


def _mail(now: datetime) -> dict:
    return _channel(EMAIL, transport.kind(), now)


def _channel(channel: str, kind: str, now: datetime) -> dict:
    due = select(func.count(), func.min(OutboxMail.due_at)).where(
        OutboxMail.channel == channel, OutboxMail.state.in_(("queued", "sending")), OutboxMail.due_at <= now
    )
    waiting, oldest = db.session.execute(due).one()
    states = (
        select(OutboxMail.state, func.count())
        .where(OutboxMail.channel == channel, OutboxMail.state.in_(("held", "failed")))
        .group_by(OutboxMail.state)
    )
    counts = dict(db.session.execute(states).all())
    return {
        "transport": kind,
        "due": waiting,
        "oldest_due_seconds": int((now - oldest).total_seconds()) if oldest else 0,
        "held": counts.get("held", 0),
        "failed": counts.get("failed", 0),
    }


def _database() -> dict:
    found = {"reachable": True, "kind": db.engine.dialect.name}
    if found["kind"] == "sqlite":
        found["version"] = sqlite3.sqlite_version
        if sqlite3.sqlite_version_info < MENDED:
            found["warning"] = WAL_RESET
    return found
