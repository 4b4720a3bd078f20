"""The one maintenance job: forget what has ended, and fold SQLite's log back into its file (SAFETY §1).

Erased for good is only what was over at `until` (portal/erasing.py), a while before now.
"""

from datetime import datetime, timedelta

from sqlalchemy import delete

from portal import batches, erasing, file_sweep, forgetting, imports, link_life, postman, sessions, signup, throttle
from portal.database import db, transact
from portal.models import MailedLink, OutboxMail
from portal.signals import sweeping

MAILS_KEPT = timedelta(days=90)  # who got what is in the ledger; addresses are not kept for ever
LINKS_KEPT = timedelta(days=90)  # as long as an old mail deserves "this link was used" instead of "never seen"
ENDED = ("sent", "failed", "aborted", "superseded")


def sweep_believed(now: datetime) -> None:
    """A round of it: as much as the clock is to be believed."""
    sweep(now, transact(erasing.until, now))


def sweep(now: datetime, until: datetime | None = None) -> None:
    """Everything there is to forget, in one short transaction each; what links with a life have to say; bytes of files; then the log.

    `until` None: now.
    """
    until = until or now
    for use_case in (sessions.sweep, signup.sweep, batches.sweep, imports.sweep, _old_mails, _old_links):
        transact(use_case, until)
    transact(forgetting.sweep, now, until)
    for use_case in (throttle.sweep, postman.take_up_again, lambda now: sweeping.send(None, now=now)):
        transact(use_case, now)
    link_life.daily(now, until)
    file_sweep.run(now, until)
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
