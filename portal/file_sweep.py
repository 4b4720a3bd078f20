"""Forget bytes: of files that were removed long enough ago, and of those that never got a row. Outside any transaction, as it waits for the store."""

import logging
from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import select, update

from portal import uploads
from portal.database import db, transact
from portal.models import File
from portal.storage import PART, file_key, store

log = logging.getLogger(__name__)

ORPHANS_OF_DAYS = 30  # how far back it is looked for bytes without a row
AT_ONCE = 500


def run(now: datetime, until: datetime | None = None) -> None:
    """Killed in the middle, it does the rest next time: bytes go first, then the row says so. `until`: what was over by then; None: now."""
    _erase_removed(now, until or now)
    _erase_orphans(until or now)


def _erase_removed(now: datetime, until: datetime) -> None:
    long_ago = until - timedelta(hours=current_app.config["FILES_KEPT_HOURS"])
    gone = list(
        db.session.scalars(
            select(File).where(File.removed_at < long_ago, File.erased_at.is_(None)).order_by(File.removed_at).limit(AT_ONCE)
        )
    )
    for file in gone:
        uploads.erase(file)
    if gone:
        transact(db.session.execute, update(File).where(File.id.in_([file.id for file in gone])).values(erased_at=now))


def _erase_orphans(until: datetime) -> None:
    """A key says the day it was begun; what is younger than a day may still be waiting for its row. A store of which this database knows
    nothing at all is somebody else's, and left alone."""
    days = [(until - timedelta(days=ago)).date() for ago in range(2, 2 + ORPHANS_OF_DAYS)]
    there = [key for day in days for key in store().keys(day)]
    if not there:
        return
    since = until - timedelta(days=3 + ORPHANS_OF_DAYS)
    known = set(db.session.scalars(select(File.store_key).where(File.created_at >= since)))
    db.session.rollback()
    if known.isdisjoint(map(file_key, there)):
        log.warning("the store holds %d files that this database does not know; nothing was erased", len(there))
        return
    for key in there:
        if file_key(key) not in known or key.endswith(PART):
            store().erase(key)
