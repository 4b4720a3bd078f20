"""The ledger of one person, page by page, latest first, in words and as far as the reader may know. The first argument is who reads.

Lines of records that were merged into this one are told with its own, each as far as this reader may know of this person.
"""

from collections.abc import Collection, Iterator
from datetime import UTC, date, datetime
from itertools import groupby
from typing import NamedTuple

from sqlalchemy import select, tuple_
from sqlalchemy.orm import aliased

from portal import apart, file_words, ledger_words, merge_ledger, own_words, record_words, tombstones
from portal.database import db
from portal.filters import local
from portal.ledger_words import Line, Reader
from portal.models import Account, LedgerLine, Link, StaffMember
from portal.reading import VIEWED

# Imported, so that the ledger can speak of merges, of records told apart, of files and details.
WORDS = (merge_ledger, apart, file_words, record_words, own_words)
PER_PAGE = 50
_AT_ONCE, _FARTHEST = 200, 5  # lines read at a time, and how often for one page: most may be nothing to this reader


class Entry(NamedTuple):
    """One line: when, what was done, by whom (may be empty)."""

    at: datetime
    what: str
    who: str


class History(NamedTuple):
    """Entries by the practice's local date, and `before`, in epoch seconds, for the next page; None on the last."""

    days: list[tuple[date, list[Entry]]]
    before: int | None


def of(reader: Reader, before: int | None = None) -> History:
    """What happened before an instant (epoch seconds), or the latest. A second is never torn over two pages."""
    entries, rest = [], None
    for entry in _entries(reader, _instant(before)):
        if entry is None:
            continue  # nothing to this reader
        if len(entries) >= PER_PAGE and entry.at < entries[-1].at:
            rest = int(entries[-1].at.timestamp())
            break
        entries.append(entry)
    zone = reader.profile.practice.zone
    days = groupby(entries, key=lambda entry: local(entry.at, zone).date())
    return History([(day, list(lines)) for day, lines in days], rest)


def since(reader: Reader, line_id: int, verbs: Collection[str]) -> list[Entry]:
    """What these verbs say happened after a line, the latest first."""
    rows = [row for row in _rows([reader.profile.id], None, None) if row[0].id > line_id and row[0].verb in verbs]
    return [entry for entry in _told(reader, rows) if entry is not None]


def by_people(reader: Reader, since: datetime, verbs: Collection[str]) -> list[Entry]:
    """What the person, or who acts for them, did of this kind from an instant on, the latest first."""
    whose = [reader.profile.id, *tombstones.sources(reader.profile)]
    rows = [row for row in _rows(whose, None, None) if row[0].at >= since and row[0].verb in verbs and not _is_by_staff(row[0])]
    return [entry for entry in _told(reader, rows) if entry is not None]


def _instant(before: int | None) -> datetime | None:
    return datetime.fromtimestamp(before, UTC) if before is not None else None


def _entries(reader: Reader, before: datetime | None) -> Iterator[Entry | None]:
    place, whose, looked = None, [reader.profile.id, *tombstones.sources(reader.profile)], {}
    for _turn in range(_FARTHEST):
        rows = _rows(whose, before, place)
        yield from _told(reader, [row for row in rows if not _is_told(row[0], looked, reader)])
        if len(rows) < _AT_ONCE:
            return
        place = rows[-1][0].at, rows[-1][0].id


def _is_told(row: LedgerLine, looked: dict[tuple, int], reader: Reader) -> bool:
    """Who looked at two records on one day, which are one since a merge, has looked once. `looked`: what was told, for whose record."""
    if row.verb != VIEWED:
        return False
    who = row.account_id, _is_by_staff(row), local(row.at, reader.profile.practice.zone).date()
    return looked.setdefault(who, row.profile_id) != row.profile_id


def _rows(whose: list[int], before: datetime | None, place: tuple | None) -> list:
    holder = aliased(Account)
    found = (
        select(LedgerLine, Account, Link, holder)
        .outerjoin(Account, Account.id == LedgerLine.account_id)
        .outerjoin(Link, Link.id == LedgerLine.link_id)
        .outerjoin(holder, holder.id == Link.account_id)
        .where(LedgerLine.profile_id.in_(whose))
        .order_by(LedgerLine.at.desc(), LedgerLine.id.desc())
        .limit(_AT_ONCE)
    )
    if before is not None:
        found = found.where(LedgerLine.at < before)
    if place is not None:
        found = found.where(tuple_(LedgerLine.at, LedgerLine.id) < place)
    return db.session.execute(found).all()


def _told(reader: Reader, rows: list) -> Iterator[Entry | None]:
    roles = _roles(reader, {account.id for _row, account, *_ in rows if account})
    carriers = {
        link_id: tombstones.carried_by(link_id)
        for link_id in {link.id for _row, _actor, link, _holder in rows if link and link.united_with_id}
    }
    known = ledger_words.loaded([row for row, *_ in rows])
    for row, actor, link, holder in rows:
        role = roles.get(actor.id) if actor and _is_by_staff(row) else None
        line = Line(row, actor, link, holder, role, carried_by=carriers.get(row.link_id))
        what = ledger_words.what(line, reader, known)
        yield Entry(row.at, what, ledger_words.who(line, reader)) if what else None


def _is_by_staff(row: LedgerLine) -> bool:
    """As the line says; what says nothing and came through no link was done by staff if by anybody who works here."""
    return row.facts["as"] == "staff" if "as" in row.facts else row.link_id is None


def _roles(reader: Reader, account_ids: set[int]) -> dict[int, str]:
    """The roles at this practice of those who work or worked there."""
    if not account_ids:
        return {}
    found = select(StaffMember.account_id, StaffMember.role)
    return dict(
        db.session.execute(
            found.where(StaffMember.practice_id == reader.profile.practice_id, StaffMember.account_id.in_(account_ids))
        ).all()
    )
