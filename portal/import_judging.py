"""The rehearsal of a list: every row read, looked up and judged, a portion at a time. Nothing but rows of the list is written.

Reading and reckoning keep nobody waiting; what was found out is stored in one short transaction, if nobody else came first and the
columns are still the same.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from flask import current_app
from sqlalchemy import bindparam, func, select, update

from portal import (
    care_keeper,
    import_cells,
    import_names,
    import_people,
    import_reading,
    import_verdicts,
    lookalikes,
    match_index,
    match_people,
)
from portal.care_keeper import LOCATION, PRACTITIONER, Named
from portal.database import db, transact
from portal.import_cells import Setting
from portal.import_reading import Problem, Read
from portal.import_verdicts import ALIKE, INVALID, SAME, TWICE, UPDATE, Known, Verdict
from portal.imports import previous_key
from portal.matching import Likeness, Person, likeness, lookup_keys
from portal.models import ImportRow, PeopleImport, Practice, Profile
from portal.traffic import Aside

PORTION = 100  # rows


class Judged(NamedTuple):
    """A row, what it says, and what becomes of it."""

    row_id: int
    position: int
    read: Read
    previous_id: str
    verdict: Verdict
    changes: dict
    likeness: Likeness | None


def waiting() -> PeopleImport | None:
    """One whose columns were told and that is not rehearsed wholly."""
    open_ = (PeopleImport.mapped_at.is_not(None), PeopleImport.judged_at.is_(None), PeopleImport.started_at.is_(None))
    return db.session.scalar(
        select(PeopleImport).where(*open_).order_by(PeopleImport.id).limit(1).execution_options(populate_existing=True)
    )


def judge_some(found: PeopleImport, now: datetime, aside: Aside | None = None, portion: int | None = None) -> bool:
    """The next rows; whether there may be more to do."""
    aside = aside or Aside()
    turn, place = found.turn, found.place
    newest = found.seen_to if place else db.session.scalar(select(func.max(Profile.id))) or 0
    mine = (ImportRow.import_id == found.id, ImportRow.sheet == found.sheet, ImportRow.position > place)
    rows = db.session.execute(
        select(ImportRow.id, ImportRow.position, ImportRow.cells).where(*mine).order_by(ImportRow.position).limit(portion or PORTION)
    ).all()
    if not rows:
        twice = _doubles(found)
        db.session.rollback()
        return transact(_finish, found.id, turn, twice, now)
    judged = judge(found, rows, now, aside)
    db.session.rollback()
    return transact(_store, found.id, turn, place, newest, judged)


def judge(found: PeopleImport, rows, now: datetime, aside: Aside) -> list[Judged]:
    """`rows`: id, position and cells. Reads only."""
    practice = db.session.get(Practice, found.practice_id)
    here = setting(practice, found.date_order, now)
    reads = {}
    for number, row in enumerate(rows):
        read = import_reading.row(row.cells, found.columns, here, practice.region)
        reads[row.id] = read, previous_key(found, read.previous_id)
        if number % 50 == 49:
            aside.step()
    sound = {row_id: both for row_id, both in reads.items() if not both[0].problems}
    owners = import_people.owners(found, sound)
    aside.step()
    alike = look_alikes(practice.id, {row_id: read for row_id, (read, _previous) in sound.items() if row_id not in owners}, aside)
    ids = {one for numbers in owners.values() for its in numbers.values() for one in its} | {
        pairs[0][0] for pairs in alike.values() if pairs
    }
    known, compared = import_people.known(ids), match_people.people(ids)
    judged = []
    for row in rows:
        read, previous = reads[row.id]
        numbers = owners.get(row.id, {})
        mine = person_of(read)
        likes = {one: likeness(mine, compared[one]) for its in numbers.values() for one in its}
        best = alike.get(row.id, [])
        verdict = import_verdicts.judge(read, numbers, known, best, likes)
        judged.append(_judged(row, read, previous, verdict, known, best, only_blanks=found.only_blanks))
    return judged


def setting(practice: Practice, order: str, now: datetime) -> Setting:
    named, keys = care_keeper.keeper().named(practice.id), {PRACTITIONER: import_names.key, LOCATION: import_cells.place_key}
    care = {what: _by_key(named.get(what, ()), key) for what, key in keys.items()}
    return Setting(practice.country, tuple(current_app.config["LANGUAGES"]), now.astimezone(ZoneInfo(practice.zone)).date(), order, care)


def _by_key(named: Sequence[Named], key: Callable[[str], str]) -> dict[str, list[Named]]:
    found = defaultdict(list)
    for one in named:
        found[key(one.name)].append(one)
    return dict(found)


def _judged(row, read: Read, previous: str, verdict: Verdict, known: Mapping[int, Known], best, *, only_blanks: bool) -> Judged:
    changes = {}
    if verdict.kind in (UPDATE, ALIKE):
        changes = import_verdicts.changes(read, known[verdict.person], import_reading.as_kept(read)["facts"], only_blanks=only_blanks)
        if verdict.kind == UPDATE and not changes:
            verdict = verdict._replace(kind=SAME)
    return Judged(row.id, row.position, read, previous, verdict, changes, best[0][1] if verdict.kind == ALIKE else None)


def person_of(read: Read) -> Person:
    """What a row says, to compare."""
    facts = read.facts
    texts = {name: facts.get(name, "") for name in ("given_name", "family_name", "street", "city", "postal_code")}
    card = "".join(filter(str.isalnum, facts.get("card_number", ""))).upper()
    reach = {"phones": frozenset(one.number for one in read.numbers), "emails": frozenset(filter(None, (facts.get("email", "").lower(),)))}
    return Person(born_on=facts.get("born_on"), card=card, **reach, **texts)


def look_alikes(practice_id: int, reads: Mapping[int, Read], aside: Aside) -> dict[int, list[tuple[int, Likeness]]]:
    """Row id → people of the practice who look like that, the best first."""
    asked = {("row", row_id): person_of(read) for row_id, read in reads.items()}
    if not asked:
        return {}
    near = match_index.candidates(practice_id, {asker: lookup_keys(person) for asker, person in asked.items()})
    aside.step()
    found = lookalikes.judged(asked, near)
    aside.step()
    return {asker[1]: pairs for asker, pairs in found.items()}


_UPDATE = (
    update(ImportRow.__table__)
    .where(ImportRow.__table__.c.id == bindparam("row_id"))
    .values(
        {
            name: bindparam(f"new_{name}")
            for name in ("name", "kind", "facts", "problems", "notes", "profile_id", "likeness", "changes", "marks", "previous_id")
        }
    )
)


def _store(import_id: int, turn: int, place: int, newest: int, judged: list[Judged]) -> bool:
    """A use case."""
    found = db.session.get(PeopleImport, import_id, with_for_update=True, populate_existing=True)
    if found is None or found.started_at or (found.turn, found.place) != (turn, place):
        return True  # somebody else was first, or the columns are others now
    db.session.connection().execute(_UPDATE, [_values(one) for one in judged])
    found.place, found.judged, found.seen_to = judged[-1].position, found.judged + len(judged), newest
    return True


def _values(one: Judged) -> dict:
    verdict = one.verdict
    problems = [*one.read.problems, *([Problem(-1, verdict.problem, verdict.detail)] if verdict.problem else [])]
    how = one.likeness
    said = {"grade": how.grade, "score": how.score, "evidence": [list(it) for it in how.evidence]} if how else {}
    values = {
        "name": one.read.name[:170], "kind": verdict.kind, "facts": import_reading.as_kept(one.read), "problems": [list(it) for it in problems],
        "notes": [list(it) for it in one.read.notes], "profile_id": verdict.person, "likeness": said, "changes": one.changes,
        "marks": import_verdicts.marks(one.read, verdict, one.previous_id), "previous_id": one.previous_id,
    }  # fmt: skip
    return {"row_id": one.row_id, **{f"new_{name}": value for name, value in values.items()}}


def _doubles(found: PeopleImport) -> dict[int, int]:
    """Position of a row of somebody who stands in the list twice → that of the first."""
    mine = (ImportRow.import_id == found.id, ImportRow.sheet == found.sheet, ImportRow.kind != INVALID)
    rows = db.session.execute(select(ImportRow.position, ImportRow.marks).where(*mine).order_by(ImportRow.position)).all()
    return import_verdicts.doubles(tuple(row) for row in rows)


def _finish(import_id: int, turn: int, twice: Mapping[int, int], now: datetime) -> bool:
    """Then it is rehearsed. A use case."""
    found = db.session.get(PeopleImport, import_id, with_for_update=True, populate_existing=True)
    if found is None or found.started_at or found.turn != turn:
        return True
    if twice:
        table = ImportRow.__table__
        said = update(table).where(table.c.import_id == found.id, table.c.sheet == found.sheet, table.c.position == bindparam("at"))
        db.session.connection().execute(
            said.values(kind=TWICE, same_as=bindparam("first")), [{"at": at, "first": first} for at, first in twice.items()]
        )
    found.judged_at = now
    return False
