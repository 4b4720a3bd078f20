"""Lists that leave the house as files: what is written down of each, and what became of the practice's lists so far.

An export is made in steps that hold no lock for long: the ids of what is wanted, then some hundred rows at a time onto the disk, each
person among them noted as looked at; last of all one line for the practice. Only then the file is sent.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from flask_babel import lazy_gettext as _
from sqlalchemy import select

from portal import ledger
from portal.database import db
from portal.errors import DomainError
from portal.models import Account, LedgerLine, StaffMember
from portal.permissions import EVERYBODY, EXPORT

EXPORTED = "exported"
AT_ONCE = 500  # rows read and people noted in one go


class MayNotExport(DomainError):
    """The permission was taken away while the file was made."""

    status = 403
    message = _("You may not export lists any more. Nothing was saved.")


class Earlier(NamedTuple):
    """An export: when, by whom, what in words."""

    at: datetime
    by: str
    words: str


_tellers: dict[str, Callable[[dict], str]] = {}


def told(what: str):
    """Have `tell(facts)` say in words what an export of this kind was: facts as they were recorded."""

    def mark(tell: Callable[[dict], str]):
        _tellers[what] = tell
        return tell

    return mark


def in_turns(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    return (ids[start : start + AT_ONCE] for start in range(0, len(ids), AT_ONCE))


def record(staff: StaffMember, what: str, rows: int, facts: dict, now: datetime) -> None:
    """One line for the practice, without a name of anybody in the list. Raises MayNotExport. A use case."""
    db.session.refresh(staff)
    if not staff.may(EXPORT):
        raise MayNotExport()
    ledger.record(EXPORTED, now, practice_id=staff.practice_id, account=staff.account, what=what, rows=rows, **facts)


def earlier(staff: StaffMember, most: int = 10) -> list[Earlier]:
    """The newest exports of the practice; one's own for who does not see everybody."""
    whose = () if staff.may(EVERYBODY) else (LedgerLine.account_id == staff.account_id,)
    here = (LedgerLine.practice_id == staff.practice_id, LedgerLine.profile_id.is_(None), LedgerLine.verb == EXPORTED, *whose)
    found = (
        select(LedgerLine, Account)
        .join(Account, Account.id == LedgerLine.account_id)
        .where(*here)
        .order_by(LedgerLine.at.desc(), LedgerLine.id.desc())
    )
    return [
        Earlier(line.at, account.name, _tellers[line.facts["what"]](line.facts)) for line, account in db.session.execute(found.limit(most))
    ]
