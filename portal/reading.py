"""Who looked at a person's data: staff, and whoever acts for the person; for the person to read (SAFETY §6).

One ledger line per account, person and local day. Call it when the page is made: writing ends the reading transaction.
Raises Busy, as nothing may be read without a trace.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import insert, select

from portal.among import among
from portal.database import db, transact
from portal.models import Account, LedgerLine, Link, StaffMember

VIEWED, L = "viewed", LedgerLine.__table__.c


class Read(NamedTuple):
    """Somebody's data shown to an account, as staff (`link_id` None) or through a link. `since`: the midnight before, in epoch seconds."""

    practice_id: int
    profile_id: int
    link_id: int | None
    since: int


def note_viewed(staff: StaffMember, profile_ids: Iterable[int], now: datetime) -> None:
    """One line per person this staff member has not looked at yet on the practice's date. Writes only if there is a new one."""
    since = _midnight(now, staff.practice.zone)
    _note(staff.account_id, [Read(staff.practice_id, profile_id, None, since) for profile_id in set(profile_ids)], now)


def note_read(links: Iterable[Link], now: datetime) -> None:
    """One line per person whom these links' account has not looked at yet that day. Nobody is told of reading about themselves.

    All links are of one account, with profile and practice loaded.
    """
    others = [link for link in links if not link.is_self]
    reads = {Read(link.practice_id, link.profile_id, link.id, _midnight(now, link.profile.practice.zone)) for link in others}
    if reads:
        _note(others[0].account_id, list(reads), now)


def _midnight(now: datetime, zone: str) -> int:
    return int(now.astimezone(ZoneInfo(zone)).replace(hour=0, minute=0, second=0).timestamp())


def _note(account_id: int, reads: list[Read], now: datetime) -> None:
    new = _new(account_id, reads)
    if new:
        transact(_write, account_id, new, now)


def _new(account_id: int, reads: list[Read]) -> list[Read]:
    """Those of which there is no line yet. One statement; one more for each other midnight."""
    alike: dict[tuple[int, bool], list[Read]] = defaultdict(list)
    for read in reads:
        alike[read.since, read.link_id is None].append(read)
    found: list[Read] = []
    for (since, as_staff), theirs in alike.items():
        people, how = [read.profile_id for read in theirs], L.link_id.is_(None) if as_staff else L.link_id.is_not(None)
        lines = (
            select(L.profile_id)
            .distinct()
            .where(
                among(L.profile_id, people), L.at >= datetime.fromtimestamp(since, UTC), L.verb == VIEWED, L.account_id == account_id, how
            )
        )
        seen = set(db.session.connection().scalars(lines).all())
        found += [read for read in theirs if read.profile_id not in seen]
    return found


def _write(account_id: int, reads: list[Read], now: datetime) -> None:
    db.session.execute(select(Account.id).where(Account.id == account_id).with_for_update(key_share=True))  # two tabs take turns
    who = dict(account_id=account_id, verb=VIEWED, at=now)
    rows = [
        dict(
            practice_id=read.practice_id,
            profile_id=read.profile_id,
            link_id=read.link_id,
            facts={"as": "person" if read.link_id else "staff"},
            **who,
        )
        for read in sorted(_new(account_id, reads), key=lambda read: read.profile_id)
    ]
    if rows:
        db.session.execute(insert(LedgerLine), rows)
