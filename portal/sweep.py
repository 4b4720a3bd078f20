"""The one maintenance job: forget what has ended, and fold SQLite's log back into its file (SAFETY §1)."""

from datetime import datetime, timedelta

from sqlalchemy import delete

from portal import batches, file_sweep, forgetting, imports, link_life, sessions, signup, throttle
from portal.database import db, transact
from portal.models import MailedLink, OutboxMail
from portal.signals import sweeping

MAILS_KEPT = timedelta(days=90)  # who got what is in the ledger; addresses are not kept for ever
LINKS_KEPT = timedelta(days=90)  # as long as an old mail deserves "this link was used" instead of "never seen"
ENDED = ("sent", "failed", "aborted", "superseded")


def sweep(now: datetime) -> None:
    """Everything there is to forget, in one short transaction each; what links with a life have to say; bytes of files; then the log."""
    for use_case in (sessions.sweep, throttle.sweep, signup.sweep, batches.sweep, imports.sweep, forgetting.sweep, _old_mails, _old_links, lambda now: sweeping.send(None, now=now)):
        transact(use_case, now)
    link_life.daily(now)
    file_sweep.run(now)
    fold_log()


def _old_mails(now: datetime) -> None:
    db.session.execute(delete(OutboxMail).where(OutboxMail.state.in_(ENDED), OutboxMail.due_at <= now - MAILS_KEPT))


def _old_links(now: datetime) -> None:
    db.session.execute(delete(MailedLink).where(MailedLink.expires_at <= now - LINKS_KEPT))


def fold_log() -> None:
    """SQLite's write-ahead log is checkpointed from here alone, outside any transaction."""
    db.session.rollback()
    if db.engine.dialect.name != "sqlite":
        return
    connection = db.engine.raw_connection()
    try:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").close()
    finally:
        connection.close()
