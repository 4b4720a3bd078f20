"""Whom staff looked at, for the person to read (SAFETY §6)."""

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import insert, select

from portal.database import db, transact
from portal.models import LedgerLine, StaffMember

VIEWED = "viewed"


def note_viewed(staff: StaffMember, profile_ids: Iterable[int], now: datetime) -> None:
    """One ledger line per person this staff member has not looked at yet on the practice's date. Writes only if there is a new one.

    Call it when the page is made: writing ends the reading transaction. Raises Busy, as nothing may be read without a trace.
    """
    practice_id, account_id, zone = staff.practice_id, staff.account_id, staff.practice.zone
    new = _new(practice_id, account_id, set(profile_ids), _midnight(now, zone))
    if new:
        transact(_write, practice_id, account_id, new, now, zone)


def _midnight(now: datetime, zone: str) -> datetime:
    return now.astimezone(ZoneInfo(zone)).replace(hour=0, minute=0, second=0)


def _new(practice_id: int, account_id: int, asked: set[int], since: datetime) -> set[int]:
    if not asked:
        return asked
    seen = select(LedgerLine.profile_id).where(
        LedgerLine.profile_id.in_(asked),
        LedgerLine.at >= since,
        LedgerLine.verb == VIEWED,
        LedgerLine.practice_id == practice_id,
        LedgerLine.account_id == account_id,
    )
    return asked - set(db.session.scalars(seen))


def _write(practice_id: int, account_id: int, asked: set[int], now: datetime, zone: str) -> None:
    who = dict(practice_id=practice_id, account_id=account_id, verb=VIEWED, facts={"as": "staff"}, at=now, link_id=None)
    rows = [dict(profile_id=profile_id, **who) for profile_id in sorted(_new(practice_id, account_id, asked, _midnight(now, zone)))]
    if rows:
        db.session.execute(insert(LedgerLine), rows)
