"""Who of an import stays as they are when it is taken back, and why. Reads alone.

Somebody who was made goes only if nothing hangs on them but what the import itself made: every table with a foreign key to people is asked,
so that a table of tomorrow keeps them too. Of somebody who was changed, each detail goes back that nobody has changed since.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from functools import lru_cache

from sqlalchemy import Column, CompoundSelect, bindparam, literal, or_, select, union

from portal import care_keeper
from portal.among import among
from portal.database import db
from portal.import_fields import CARE
from portal.import_making import OF_NOBODY
from portal.imports import KEPT_BACK, MADE, UPDATED
from portal.merge_journal import as_json
from portal.models import Contact, DifferentPeople, FurtherNumber, ImportRow, LedgerLine, LookAlike, MatchKey, Profile, SearchWord

MERGED, CHANGED, GONE = "merged", "changed", "gone"  # besides the names of tables: something there is about them
AT_ONCE = 500  # people asked about in one statement
OWN = frozenset(
    one.__tablename__ for one in (SearchWord, MatchKey, LookAlike, LedgerLine, ImportRow, FurtherNumber, Contact, DifferentPeople)
)


def reasons(rows: Iterable[ImportRow]) -> dict[int, list[str]]:
    """Row id → why its person is kept, or which details are ("changed city"); nothing for whom everything goes back."""
    rows = list(rows)
    people = _people([row.journal["profile"] for row in rows])
    made = {row.journal["profile"]: row for row in rows if row.outcome == MADE}
    moved = _care_moved(rows)
    used = _used(made)
    found = {}
    for row in rows:
        profile_id = row.journal["profile"]
        person = people.get(profile_id)
        if person is None:
            why = [GONE]
        elif person["merged_at"] is not None or row.profile_id != profile_id:
            why = [MERGED]
        elif row.outcome == MADE:
            why = [
                *(
                    one
                    for one in used.get(profile_id, ())
                    if one != care_keeper.keeper().table or "care" not in row.journal or profile_id in moved
                ),
                *([CHANGED] if _was_changed(person, row.journal["made"]) else []),
            ]
        else:
            why = [f"{CHANGED} {name}" for name in (*_changed_details(person, row.journal), *(CARE if profile_id in moved else ()))]
        if why:
            found[row.id] = list(dict.fromkeys(why))
    return found


def _people(ids: Collection[int]) -> dict[int, Mapping]:
    rows = db.session.connection().execute(select(Profile.__table__).where(among(Profile.id, ids))).mappings() if ids else ()
    return {row["id"]: row for row in rows}


def _was_changed(person: Mapping, made: Mapping) -> bool:
    return any(
        as_json(value) != made.get(name)
        for name, value in person.items()
        if name not in OF_NOBODY and (value not in (None, "", 0) or name in made)
    )


def _care_moved(rows: list) -> set[int]:
    """Those of whom somebody has said since whom they are seen by."""
    mine = {row.journal["profile"]: row.journal["care"] for row in rows if "care" in row.journal}
    standing = care_keeper.keeper().standing(mine) if mine else {}
    return {one for one, row in mine.items() if one not in standing or standing[one].row != row}


def _changed_details(person: Mapping, journal: Mapping) -> list[str]:
    after = journal["after"] | journal.get("answers", {"after": {}})["after"]
    return [name for name, value in after.items() if (as_json(person[name]) or None) != (value or None)]


def _used(made: Mapping[int, ImportRow]) -> dict[int, list[str]]:
    """Id of somebody made → what is about them that this import did not make."""
    found = defaultdict(list)
    if not made:
        return found
    ids = list(made)
    for begin in range(0, len(ids), AT_ONCE):
        for table, profile_id in db.session.connection().execute(_uses(to_people()), {"ids": ids[begin : begin + AT_ONCE]}):
            found[profile_id].append(table)
    for model, name in ((FurtherNumber, "numbers"), (Contact, "contacts")):
        for one in db.session.connection().execute(select(model.__table__).where(among(model.profile_id, made))):
            if one.id not in made[one.profile_id].journal.get(name, ()) or one.removed_at is not None:
                found[one.profile_id].append(model.__tablename__)
    mine = {row.id for row in made.values()}
    wrote = (among(ImportRow.profile_id, made), ImportRow.outcome.in_((MADE, UPDATED, KEPT_BACK)))
    for one in db.session.connection().execute(select(ImportRow.id, ImportRow.profile_id).where(*wrote)):
        if one.id not in mine:
            found[one.profile_id].append(ImportRow.__tablename__)  # a later list changed them
    apart = or_(among(DifferentPeople.one_id, made), among(DifferentPeople.other_id, made))
    for one in db.session.connection().execute(select(DifferentPeople.__table__).where(apart)):
        for profile_id, other in ((one.one_id, one.other_id), (one.other_id, one.one_id)):
            if profile_id in made and made[profile_id].journal.get("apart") != other:
                found[profile_id].append(DifferentPeople.__tablename__)
    return found


@lru_cache(maxsize=2)
def _uses(columns: tuple[Column, ...]) -> CompoundSelect:
    """One statement for all tables: table and person."""
    some = bindparam("ids", expanding=True)
    return union(*(select(literal(column.table.name), column).where(column.in_(some)) for column in columns))


@lru_cache(maxsize=2)
def to_people() -> tuple[Column, ...]:
    """Foreign keys to people, but those of the import's own traces."""
    tables = (table for table in db.metadata.sorted_tables if table.name not in OWN)
    return tuple(
        column for table in tables for column in table.c if any(key.target_fullname == "profiles.id" for key in column.foreign_keys)
    )
