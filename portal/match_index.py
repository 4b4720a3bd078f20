"""The index of the look-alikes: keys of portal/matching.py by which people are found without comparing everybody.

Whoever adds or changes a person through the session has their keys made in the same flush. Whoever does it past the session (a bulk
insert, an import, a statement) leaves `keyed` at 0 or calls `rekey`; those, and rows keyed by an older version of
portal/matching.py, get theirs in the background, a portion at a time (portal/match_search.py).
"""

import logging
from collections import defaultdict
from collections.abc import Collection, Hashable, Mapping
from heapq import nlargest
from itertools import chain
from math import log2

from sqlalchemy import Row, delete, event, func, inspect, insert, or_, select, text, update
from sqlalchemy.orm import Session

from portal import matching
from portal.among import among
from portal.database import db, transact
from portal.match_people import FIELDS, ROW, own
from portal.models import MatchKey, Practice, Profile

log = logging.getLogger(__name__)

PORTION = 200  # people whose keys are written in one transaction: a few hundredths of a second
MOST_ROWS = 1500  # of the index, looked at for one person; the rarest keys come first
MANY = 2.0**20  # more people than a practice has
_TOUCHED = "profiles to key"
_AT_ONCE = text("INSERT INTO match_keys (practice_id, key, profile_id) SELECT * FROM unnest(CAST(:practices AS integer[]), CAST(:keys AS varchar[]), CAST(:profiles AS integer[]))")


# --- kept with every change ---


@event.listens_for(Session, "before_flush")
def _see_changes(session, _context, _instances):
    touched = [one for one in chain(session.new, session.dirty) if isinstance(one, Profile) and _matters(one)]
    for one in touched:
        one.keyed = matching.VERSION
    session.info[_TOUCHED] = touched


@event.listens_for(Session, "after_flush")
def _key_them(session, _context):
    touched = session.info.pop(_TOUCHED, ())
    if touched:  # read anew: our row is locked now, and somebody else may have changed another of its columns
        connection = session.connection()
        rows = connection.execute(select(*ROW).where(Profile.id.in_([one.id for one in touched]))).all()
        _write(connection, {row: _keys(row) for row in rows})


def _matters(profile: Profile) -> bool:
    state = inspect(profile)
    return state.pending or any(state.attrs[field].history.has_changes() for field in FIELDS)


def _keys(row: Row) -> Collection[str]:
    try:
        return matching.keys(own(row))
    except Exception:  # a name nobody thought of must stop neither a booking nor the others; it is found by nothing
        log.exception("profile %s has no keys", row.id)
        return ()


def _write(connection, made: Mapping[Row, Collection[str]]) -> None:
    connection.execute(delete(MatchKey.__table__).where(among(MatchKey.profile_id, [row.id for row in made])))
    rows = sorted((row.practice_id, key, row.id) for row, keys in made.items() for key in keys)
    if rows and connection.dialect.name == "postgresql":  # one statement instead of thousands: four times as quick
        columns = {name: list(values) for name, values in zip(("practices", "keys", "profiles"), zip(*rows))}
        connection.execute(_AT_ONCE, columns)
    elif rows:
        connection.execute(insert(MatchKey.__table__), [dict(zip(("practice_id", "key", "profile_id"), row)) for row in rows])


# --- made in the background ---


def rekey(ids: Collection[int]) -> None:
    """Have the keys of these profiles made anew: for whoever changed them by a statement. A use case."""
    db.session.execute(update(Profile).where(Profile.id.in_(ids)).values(keyed=0).execution_options(synchronize_session=False))


def key_some(portion: int = PORTION) -> int:
    """Make the keys of some who have none, or old ones; gives how many. Reading and reckoning keep nobody waiting."""
    rows = db.session.execute(select(*ROW).where(_WAITING).limit(portion)).all()
    made = {row: _keys(row) for row in rows}
    db.session.rollback()
    return transact(_store, made) if made else 0


def _store(made: Mapping[Row, Collection[str]]) -> int:
    """Write down the keys of those who are still as they were read. A use case."""
    ids = [row.id for row in made]
    still = select(*ROW).where(Profile.id.in_(ids), _WAITING).order_by(Profile.id).with_for_update(skip_locked=True)
    same = {row: made[row] for row in db.session.execute(still) if row in made}
    _write(db.session.connection(), same)
    db.session.connection().execute(update(Profile.__table__).where(among(Profile.id, [row.id for row in same])).values(keyed=matching.VERSION))
    return len(same)


def waiting(practice: Practice) -> int:
    """How many people of a practice are not in the index as they should be."""
    return db.session.scalar(select(func.count()).where(Profile.practice_id == practice.id, _WAITING))


_WAITING = or_(Profile.keyed < matching.VERSION, Profile.keyed > matching.VERSION)


# --- asked ---


def candidates(practice_id: int, asked: Mapping[Hashable, Collection[str]], most: int = 60) -> dict[Hashable, list[int]]:
    """For whoever asks with some keys, the ids of the profiles that share the most and the rarest of them, the best first.

    One statement, or three where a key is everybody's ("unknown" as a telephone): then it is looked at last or not at all.
    """
    wanted = {key for keys in asked.values() for key in keys}
    holders = _holders(practice_id, wanted, MOST_ROWS * max(len(asked), 1))
    return {asker: _ranked(keys, holders, most) for asker, keys in asked.items()}


def _ranked(keys: Collection[str], holders: Mapping[str, list[int]], most: int) -> list[int]:
    weights, looked = defaultdict(float), 0
    for ids in sorted((holders[key] for key in keys if key in holders), key=len):
        if looked and looked + len(ids) > MOST_ROWS:
            break
        looked += len(ids)
        weight = log2(MANY / len(ids))
        for one in ids[:MOST_ROWS]:
            weights[one] += weight
    return nlargest(most, weights, key=lambda one: (weights[one], -one)) if len(weights) > most else sorted(weights, key=lambda one: (-weights[one], one))


def _holders(practice_id: int, keys: Collection[str], limit: int) -> dict[str, list[int]]:
    """Who holds each key, as far as `limit` rows go: the rarest keys first, and the last of them perhaps in part."""
    rows = _rows(practice_id, keys, limit + 1)
    if len(rows) > limit:
        here = (MatchKey.practice_id == practice_id, among(MatchKey.key, keys))
        counts = db.session.execute(select(MatchKey.key, func.count()).where(*here).group_by(MatchKey.key)).all()
        rare, total = [], 0
        for key, count in sorted(counts, key=lambda one: one[1]):
            if rare and total + count > limit:
                break
            rare.append(key)
            total += count
        rows = _rows(practice_id, rare, limit)
    found = defaultdict(list)
    for key, profile_id in rows:
        found[key].append(profile_id)
    return dict(found)


def _rows(practice_id: int, keys: Collection[str], limit: int) -> list:
    if not keys:
        return []
    found = select(MatchKey.key, MatchKey.profile_id).where(MatchKey.practice_id == practice_id, among(MatchKey.key, keys))
    return db.session.execute(found.limit(limit)).all()
