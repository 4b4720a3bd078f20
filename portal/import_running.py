"""Writes the rows of a list to the records, a portion a transaction. A row is done in the transaction that wrote it, so whoever was killed in
between is carried on after, and nobody is made twice.

Written past the session: keys of the look-alikes and words of the search are made in the background (`keyed` and `worded` at 0). Between the
rehearsal and now somebody may have been added, changed or merged: such a row is left out, and says why.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import bindparam, func, select, update

from portal import import_making, import_people, import_reading, import_updating, match_people
from portal.database import db
from portal.import_judging import person_of
from portal.import_reading import Read
from portal.import_verdicts import NEW
from portal.imports import LEFT, MADE, UPDATED
from portal.match_people import ROW
from portal.matching import likeness
from portal.models import ImportRow, PeopleImport, Practice, Profile

PORTION = 30  # rows; one portion keeps others who write waiting for a few hundredths of a second
ADDED_MEANWHILE = "added_meanwhile"  # why a row was left out after all


@dataclass
class Line:
    """A row to be written. `profile_id`: whom it is about, then who was made; `journal`: what was done, to be taken back."""

    id: int
    kind: str
    choice: str
    previous_id: str
    changes: dict
    read: Read
    profile_id: int | None = None
    journal: dict = field(default_factory=dict)

    @property
    def makes(self) -> bool:
        return self.choice == NEW or (self.kind == NEW and not self.choice)


def running() -> PeopleImport | None:
    going = (PeopleImport.started_at.is_not(None), PeopleImport.finished_at.is_(None))
    return db.session.scalar(
        select(PeopleImport).where(*going).order_by(PeopleImport.started_at).limit(1).execution_options(populate_existing=True)
    )


def planned(found: PeopleImport, portion: int | None = None) -> list[Line]:
    """The next rows: what they say is the same since it was started, so it is read while nobody waits."""
    columns = (ImportRow.id, ImportRow.kind, ImportRow.choice, ImportRow.previous_id, ImportRow.changes, ImportRow.facts)
    mine = (ImportRow.import_id == found.id, ImportRow.sheet == found.sheet, ImportRow.done_at.is_(None))
    rows = db.session.execute(select(*columns).where(*mine).order_by(ImportRow.position).limit(portion or PORTION))
    return [Line(*row[:5], import_reading.from_kept(row.facts)) for row in rows]


def run(import_id: int, lines: Collection[Line], now: datetime) -> bool:
    """Write these; False when nothing is left. A use case."""
    found = db.session.get(PeopleImport, import_id, with_for_update=True, populate_existing=True)
    if found is None or not found.started_at or found.finished_at:
        return False
    if not lines:
        found.finished_at = now
        return False
    # Whoever adds somebody by hand takes turns with us: they see whom we added, and we whom they did.
    db.session.execute(select(Practice.id).where(Practice.id == found.practice_id).with_for_update(key_share=True))
    about = _locked([line.id for line in lines])
    lines = [line for line in lines if line.id in about]  # another postman may have been faster
    for line in lines:
        line.profile_id = about[line.id]
    made, known = [line for line in lines if line.makes], [line for line in lines if not line.makes]
    left = _met_meanwhile(found, made)
    import_making.make(found, [line for line in made if line.id not in left], found.started_by, now)
    left |= import_updating.change(found, known, found.started_by, now)
    if lines:
        db.session.connection().execute(_DONE, [_outcome(line, left, now) for line in lines])
    found.seen_to = db.session.scalar(select(func.max(Profile.id))) or found.seen_to
    return True


_DONE = (
    update(ImportRow.__table__)
    .where(ImportRow.__table__.c.id == bindparam("row_id"))
    .values({name: bindparam(f"new_{name}") for name in ("profile_id", "journal", "outcome", "why", "done_at")})
)


def _outcome(line: Line, left: Mapping[int, str], now: datetime) -> dict:
    outcome = LEFT if line.id in left else MADE if line.makes else UPDATED
    why = [left[line.id]] if line.id in left else []
    return {
        "row_id": line.id,
        "new_profile_id": line.profile_id,
        "new_journal": line.journal,
        "new_outcome": outcome,
        "new_why": why,
        "new_done_at": now,
    }


def _locked(row_ids: Collection[int]) -> dict[int, int | None]:
    """Row id → whom it is about, of rows that wait; the people are locked. While we wait for them, a merge may lead rows to somebody else."""
    waiting = select(ImportRow.id, ImportRow.profile_id).where(ImportRow.id.in_(row_ids), ImportRow.done_at.is_(None))
    before = dict(db.session.connection().execute(waiting).all())
    ids = sorted({one for one in before.values() if one})
    if not ids:
        return before
    db.session.execute(select(Profile.id).where(Profile.id.in_(ids)).order_by(Profile.id).with_for_update())
    after = dict(db.session.connection().execute(waiting).all())
    return after if {one for one in after.values() if one} <= set(ids) else _locked(row_ids)


def _met_meanwhile(found: PeopleImport, lines: list[Line]) -> dict[int, str]:
    """Rows of people whom somebody has added since the rehearsal, or whose number somebody got."""
    unseen = [line for line in lines if line.kind == NEW]
    left = dict.fromkeys(import_people.owners(found, {line.id: (line.read, line.previous_id) for line in unseen}), ADDED_MEANWHILE)
    newer = select(*ROW).where(Profile.practice_id == found.practice_id, Profile.id > found.seen_to, Profile.merged_at.is_(None))
    people = [match_people.own(one) for one in db.session.connection().execute(newer)]
    for line in unseen if people else ():
        mine = person_of(line.read)
        if any(likeness(mine, one) for one in people):
            left[line.id] = ADDED_MEANWHILE
    return left
