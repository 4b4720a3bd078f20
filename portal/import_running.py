"""Writes the rows of a list to the records, a portion a transaction. A row is done in the transaction that wrote it, so whoever was killed in
between is carried on after, and nobody is made twice.

Written past the session: keys of the look-alikes and words of the search are made in the background (`keyed` and `worded` at 0). Between the
rehearsal and now somebody may have been added, changed or merged: such a row is left out, and says why.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import func, select

from portal import import_making, import_people, import_reading, import_updating, match_people
from portal.database import db
from portal.import_judging import person_of
from portal.import_verdicts import NEW
from portal.imports import LEFT, MADE, UPDATED
from portal.match_people import ROW
from portal.matching import likeness
from portal.models import ImportRow, PeopleImport, Practice, Profile

PORTION = 100  # rows; one portion keeps others who write waiting for a few hundredths of a second
ADDED_MEANWHILE = "added_meanwhile"  # why a row was left out after all


def running() -> PeopleImport | None:
    going = (PeopleImport.started_at.is_not(None), PeopleImport.finished_at.is_(None))
    return db.session.scalar(select(PeopleImport).where(*going).order_by(PeopleImport.started_at).limit(1).execution_options(populate_existing=True))


def run_some(import_id: int, now: datetime, portion: int | None = None) -> bool:
    """One portion; False when nothing is left. A use case."""
    found = db.session.get(PeopleImport, import_id, with_for_update=True, populate_existing=True)
    if found is None or not found.started_at or found.finished_at:
        return False
    # Whoever adds somebody by hand takes turns with us: they see whom we added, and we whom they did.
    db.session.execute(select(Practice.id).where(Practice.id == found.practice_id).with_for_update(key_share=True))
    mine = (ImportRow.import_id == found.id, ImportRow.sheet == found.sheet, ImportRow.done_at.is_(None))
    rows = list(db.session.scalars(select(ImportRow).where(*mine).order_by(ImportRow.position).limit(portion or PORTION)))
    if not rows:
        found.finished_at = now
        return False
    ids = _locked(rows)
    reads = {row.id: import_reading.from_kept(row.facts) for row in rows}
    left = _met_meanwhile(found, [row for row in rows if _makes(row)], reads)
    by = found.started_by
    with db.session.no_autoflush:
        made = [row for row in rows if _makes(row) and row.id not in left]
        import_making.make(found, made, reads, by, now)
        left |= import_updating.change(found, [row for row in rows if not _makes(row)], reads, ids, by, now)
    for row in rows:
        row.done_at = now
        row.outcome = LEFT if row.id in left else MADE if _makes(row) else UPDATED
        row.why = [left[row.id]] if row.id in left else []
    found.seen_to = db.session.scalar(select(func.max(Profile.id))) or found.seen_to
    return True


def _makes(row: ImportRow) -> bool:
    return row.choice == NEW or (row.kind == NEW and not row.choice)


def _locked(rows: Iterable[ImportRow]) -> set[int]:
    """The people the rows are about. While we wait for them, a merge may lead rows to somebody else."""
    rows = list(rows)
    ids = sorted({row.profile_id for row in rows if row.profile_id})
    db.session.execute(select(Profile.id).where(Profile.id.in_(ids)).order_by(Profile.id).with_for_update())
    again = select(ImportRow).where(ImportRow.id.in_([row.id for row in rows])).execution_options(populate_existing=True)
    if {row.profile_id for row in db.session.scalars(again) if row.profile_id} - set(ids):
        return _locked(rows)
    return set(ids)


def _met_meanwhile(found: PeopleImport, rows: list[ImportRow], reads: Mapping) -> dict[int, str]:
    """Rows of people whom somebody has added since the rehearsal, or whose number somebody got."""
    owners = import_people.owners(found, {row.id: (reads[row.id], row.previous_id) for row in rows if row.kind == NEW})
    left = dict.fromkeys(owners, ADDED_MEANWHILE)
    newer = select(*ROW).where(Profile.practice_id == found.practice_id, Profile.id > found.seen_to, Profile.merged_at.is_(None))
    people = [match_people.own(one) for one in db.session.connection().execute(newer)]
    for row in rows if people else ():
        mine = person_of(reads[row.id])
        if row.kind == NEW and any(likeness(mine, one) for one in people):
            left[row.id] = ADDED_MEANWHILE
    return left
