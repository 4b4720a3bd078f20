"""Who opened a file of somebody: staff, and whoever acts for the person; for the person to read, as far as they see the file (SAFETY §6).

One ledger line per account, file and local day. Call it when the answer is made. Raises Busy, as nothing may be read without a trace.
"""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select, update

from portal import ledger
from portal.database import db, transact
from portal.models import Account, File, LedgerLine, Link, Profile, StaffMember

OPENED = "file_opened"


def note_opened(by: StaffMember | Link, file: File, now: datetime) -> None:
    """Nobody is told of reading about themselves. Writes only if there is a new line; the first of staff to open it has seen it."""
    if isinstance(by, Link) and by.is_self:
        return
    if not _noted(by, file, now) or isinstance(by, StaffMember) and file.is_new:
        transact(_write, by, file, now)


def _noted(by: StaffMember | Link, file: File, now: datetime) -> bool:
    zone = ZoneInfo(db.session.get(Profile, file.profile_id).practice.zone)
    since = now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0).astimezone(UTC)
    mine = (
        LedgerLine.profile_id == file.profile_id,
        LedgerLine.at >= since,
        LedgerLine.verb == OPENED,
        LedgerLine.account_id == by.account_id,
    )
    lines = db.session.execute(select(LedgerLine.facts, LedgerLine.link_id).where(*mine))
    return any(facts["file"] == file.id and (link_id is None) == isinstance(by, StaffMember) for facts, link_id in lines)


def _write(by: StaffMember | Link, file: File, now: datetime) -> None:
    account = db.session.get(Account, by.account_id, with_for_update={"key_share": True})  # two tabs take turns
    if isinstance(by, StaffMember) and file.is_new:
        db.session.execute(update(File).where(File.id == file.id, File.seen_at.is_(None)).values(seen_at=now))
    if not _noted(by, file, now):
        link = by if isinstance(by, Link) else None
        facts = {"file": file.id, "as": "person" if link else "staff"}
        ledger.record(OPENED, now, profile=db.session.get(Profile, file.profile_id), account=account, link=link, **facts)
