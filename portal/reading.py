"""Who looked at a person's data: staff, and whoever acts for the person; for the person to read (SAFETY §6).

One ledger line per account, person and local day. Call it when the page is made: writing ends the reading transaction.
Raises Busy, as nothing may be read without a trace.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import insert, select

from portal.among import among
from portal.database import db, epoch, transact
from portal.models import Account, LedgerLine, Link, StaffMember

VIEWED, L = "viewed", LedgerLine.__table__.c


class Read(NamedTuple):
    """Somebody's data shown to an account, as staff (`link_id` None) or through a link. `since`: the midnight before, in epoch seconds."""

    practice_id: int
    profile_id: int
    link_id: int | None
    since: int

    @property
    def key(self) -> tuple[int, bool]:
        return self.profile_id, self.link_id is None


def note_viewed(staff: StaffMember, profile_ids: Iterable[int], now: datetime) -> None:
    """One line per person this staff member has not looked at yet on the practice's date. Writes only if there is a new one."""
    since = _midnight(now, staff.practice.zone)
    _note(staff.account_id, {Read(staff.practice_id, profile_id, None, since) for profile_id in profile_ids}, now)


def note_read(links: Iterable[Link], now: datetime) -> None:
    """One line per person whom these links' account has not looked at yet that day. Nobody is told of reading about themselves.

    All links are of one account, with profile and practice loaded.
    """
    others = [link for link in links if not link.is_self]
    reads = {Read(link.practice_id, link.profile_id, link.id, _midnight(now, link.profile.practice.zone)) for link in others}
    if reads:
        _note(others[0].account_id, reads, now)


def _midnight(now: datetime, zone: str) -> int:
    return int(now.astimezone(ZoneInfo(zone)).replace(hour=0, minute=0, second=0).timestamp())


def _note(account_id: int, reads: set[Read], now: datetime) -> None:
    new = _new(account_id, reads)
    if new:
        transact(_write, account_id, new, now)


def _new(account_id: int, reads: set[Read]) -> set[Read]:
    """Those of which there is no line yet."""
    if not reads:
        return reads
    people, since = {read.profile_id for read in reads}, datetime.fromtimestamp(min(read.since for read in reads), UTC)
    lines = select(L.profile_id, L.link_id, epoch(L.at)).where(among(L.profile_id, people), L.at >= since, L.verb == VIEWED, L.account_id == account_id)
    seen: dict[tuple[int, bool], int] = {}
    for profile_id, link_id, at in db.session.connection().execute(lines):
        key = profile_id, link_id is None
        seen[key] = max(at, seen.get(key, at))
    return {read for read in reads if read.key not in seen or seen[read.key] < read.since}


def _write(account_id: int, reads: set[Read], now: datetime) -> None:
    db.session.execute(select(Account.id).where(Account.id == account_id).with_for_update(key_share=True))  # two tabs take turns
    who = dict(account_id=account_id, verb=VIEWED, at=now)
    rows = [
        dict(practice_id=read.practice_id, profile_id=read.profile_id, link_id=read.link_id, facts={"as": "person" if read.link_id else "staff"}, **who)
        for read in sorted(_new(account_id, reads), key=lambda read: read.profile_id)
    ]
    if rows:
        db.session.execute(insert(LedgerLine), rows)
