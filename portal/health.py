"""How the installation is: the database and the queue of mails, in numbers."""

import sqlite3
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError

from portal import transport
from portal.database import db
from portal.errors import Busy
from portal.models import OutboxMail

MENDED = (3, 51, 3)
WAL_RESET = (
    "This SQLite is older than 3.51.3 and has the WAL-reset bug: very rarely, two processes that checkpoint at the same "
    "moment can damage the database. Run one process, or update SQLite, or use PostgreSQL."
)
LATE_AFTER_SECONDS = 600


def condition(now: datetime) -> dict:
    """`status` is "ok", or "late" when mails wait for more than ten minutes. Raises Busy when the database does not answer."""
    try:
        mail = _mail(now)
    except DBAPIError as error:
        raise Busy() from error
    return {"status": "late" if mail["oldest_due_seconds"] > LATE_AFTER_SECONDS else "ok", "database": _database(), "mail": mail}


def _mail(now: datetime) -> dict:
    due = select(func.count(), func.min(OutboxMail.due_at)).where(OutboxMail.state.in_(("queued", "sending")), OutboxMail.due_at <= now)
    waiting, oldest = db.session.execute(due).one()
    states = select(OutboxMail.state, func.count()).where(OutboxMail.state.in_(("held", "failed"))).group_by(OutboxMail.state)
    counts = dict(db.session.execute(states).all())
    return {
        "transport": transport.kind(),
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
