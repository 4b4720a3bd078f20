"""The index of the look-alikes: keys of portal/matching.py by which people are found without comparing everybody.

Whoever adds or changes a person through the session has their keys made in the same flush. Whoever does it past the session (a bulk
insert, an import, a statement) leaves `keyed` at 0 or calls `rekey`; those, and rows keyed by an older version of
portal/matching.py, get theirs in the background, a portion at a time (portal/match_search.py).

`Profile.keyed` tells both: a stamp, of VERSION and new with every change, of whoever has keys and waits to be looked up; -VERSION of
whoever was looked up since (portal/match_pairs.py). So who looked somebody up can tell whether they are still as they were.

A search of a whole practice compares each with those of a higher id only. Who changes while it goes on may have become like somebody it
has passed: stamps of its half, the upper, are of those who had their keys before it began; the others it leaves to be looked up alone.
"""

import logging
import random
from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Mapping
from heapq import nlargest
from itertools import chain
from math import log2

from sqlalchemy import Row, and_, case, delete, event, false, func, insert, inspect, or_, select, text, update
from sqlalchemy.orm import Session

from portal import matching
from portal.among import among
from portal.database import db, transact
from portal.match_people import FIELDS, ROW, own
from portal.models import Account, Link, MatchKey, MatchRun, Practice, Profile

log = logging.getLogger(__name__)

PORTION = 200  # people whose keys are written in one transaction: a few hundredths of a second
MOST_ROWS = 1500  # of the index, looked at for one person; the rarest keys come first
MANY = 2.0**20  # more people than a practice has
STAMPS = 10_000_000
SEEN = -matching.VERSION
_FIRST, _LAST = matching.VERSION * STAMPS, (matching.VERSION + 1) * STAMPS - 1
_UPPER = _FIRST + STAMPS // 2
UNSEEN = Profile.keyed.between(_FIRST, _LAST)  # has keys, and was not looked up since the last change
_WAITING = and_(
    Profile.forgotten_at.is_(None), or_(Profile.keyed < SEEN, and_(Profile.keyed > SEEN, Profile.keyed < _FIRST), Profile.keyed > _LAST)
)
_TOUCHED, _REACHED = "profiles to key", "links and accounts that reach others now"
_AT_ONCE = text(
    "INSERT INTO match_keys (practice_id, key, profile_id) SELECT * FROM unnest(CAST(:practices AS integer[]), CAST(:keys AS varchar[]), CAST(:profiles AS integer[]))"
)


# --- kept with every change ---


@event.listens_for(Session, "before_flush")
def _see_changes(session, _context, _instances):
    touched = [one for one in chain(session.new, session.dirty) if isinstance(one, Profile) and _matters(one)]
    for one in touched:
        one.keyed = stamp()
    session.info[_TOUCHED] = touched
    session.info[_REACHED] = _reached(chain(session.new, session.dirty))


@event.listens_for(Session, "after_flush")
def _key_them(session, _context):
    touched = session.info.pop(_TOUCHED, ())
    if touched:  # read anew: our row is locked now, and somebody else may have changed another of its columns
        connection = session.connection()
        rows = connection.execute(select(*ROW).where(Profile.id.in_([one.id for one in touched]))).all()
        _write(connection, {row: _keys(row) for row in rows})
    links, accounts = session.info.pop(_REACHED, ((), ()))
    ids = {one.profile_id for one in links} - {one.id for one in touched}
    if ids or accounts:
        theirs = select(Link.profile_id).where(Link.account_id.in_([one.id for one in accounts]), Link.revoked_at.is_(None))
        reached = or_(Profile.id.in_(ids), Profile.id.in_(theirs) if accounts else false()), or_(Profile.keyed == SEEN, UNSEEN)
        # Who is at work on a record is not waited for: a merge, which holds it, may be waiting for this link.
        free = select(Profile.id).where(*reached).order_by(Profile.id).with_for_update(skip_locked=True, key_share=True)
        session.connection().execute(update(Profile.__table__).where(Profile.id.in_(free)).values(keyed=stamp()))


def stamp(before_any_search: bool = False) -> int:
    """A new value for `Profile.keyed`, of the upper half if they are as they are since before a search of their practice began."""
    return random.randrange(_UPPER, _LAST + 1) if before_any_search else random.randrange(_FIRST, _UPPER)


def is_unseen(keyed: int | None) -> bool:
    """UNSEEN, of a value that was read."""
    return keyed is not None and _FIRST <= keyed <= _LAST


def may_be_passed(keyed: int | None) -> bool:
    """Of whom a search of the whole practice found all that it passes: they need not be looked up alone."""
    return keyed is not None and _UPPER <= keyed <= _LAST


def _matters(profile: Profile) -> bool:
    """Nobody looks for who is to be forgotten (portal/forgetting.py)."""
    return profile.forgotten_at is None and (inspect(profile).pending or _changed(profile, FIELDS | {"merged_at"}))


def _reached(rows: Iterable) -> tuple[list[Link], list[Account]]:
    """How the people of these links and accounts are reached becomes another: their keys stay, but they are to be looked up again."""
    rows = list(rows)
    links = [one for one in rows if isinstance(one, Link) and (inspect(one).pending or _changed(one, {"profile_id", "revoked_at"}))]
    return links, [one for one in rows if isinstance(one, Account) and inspect(one).persistent and _changed(one, {"email_key", "phone"})]


def _changed(row, fields: Iterable[str]) -> bool:
    state = inspect(row)
    return any(state.attrs[field].history.has_changes() for field in fields)


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
    ids, searched = [row.id for row in made], _searched({row.practice_id for row in made})
    still = select(*ROW).where(Profile.id.in_(ids), _WAITING).order_by(Profile.id).with_for_update(skip_locked=True)
    same = {row: made[row] for row in db.session.execute(still) if row in made}
    _write(db.session.connection(), same)
    for late in (False, True):
        theirs = [row.id for row in same if (row.practice_id in searched) is late]
        db.session.connection().execute(
            update(Profile.__table__).where(among(Profile.id, theirs)).values(keyed=stamp(before_any_search=not late))
        )
    return len(same)


def _searched(practice_ids: Collection[int]) -> set[int]:
    """Which of these practices are being searched; until the transaction ends no other search begins (match_search takes the same lock)."""
    db.session.execute(select(Practice.id).where(Practice.id.in_(practice_ids)).order_by(Practice.id).with_for_update(read=True))
    begun = MatchRun.finished_at.is_(None), or_(MatchRun.place > 0, MatchRun.lease_until.is_not(None))
    return set(db.session.scalars(select(MatchRun.practice_id).where(MatchRun.practice_id.in_(practice_ids), *begun)))


def waiting(practice: Practice) -> int:
    """How many people of a practice are not in the index as they should be, or were not looked up since the last change."""
    return db.session.scalar(
        select(func.count()).where(Profile.practice_id == practice.id, Profile.merged_at.is_(None), or_(UNSEEN, _WAITING))
    )


def unseen(most: int) -> tuple[int | None, list[int]]:
    """A practice, and some of its people who wait to be looked up. From any stamp on: two who ask do not do the same."""
    standing = Profile.merged_at.is_(None)
    last = db.session.scalar(select(Profile.keyed).where(UNSEEN, standing).order_by(Profile.keyed.desc()).limit(1))
    if last is None:
        return None, []
    some = select(Profile.practice_id, Profile.id).where(Profile.keyed.between(random.randrange(_FIRST, last + 1), last), standing)
    rows = db.session.connection().execute(some.order_by(Profile.keyed, Profile.id).limit(most)).all()
    practice_id = rows[0].practice_id if rows else None  # none: another postman was quicker
    return practice_id, sorted(row.id for row in rows if row.practice_id == practice_id)


def unchanged(keyed: Mapping[int, int | None]) -> set[int]:
    """Of these ids, who is as when `keyed` was read (None: did not stand), and stays so until the transaction ends. Somebody at work on a
    record is not waited for. For a use case."""
    if not keyed:
        return set()
    held = (
        select(Profile.id, case((Profile.merged_at.is_(None), Profile.keyed))).where(among(Profile.id, sorted(keyed))).order_by(Profile.id)
    )
    return {one for one, it in db.session.execute(held.with_for_update(skip_locked=True, key_share=True)) if it == keyed[one]}


def looked_up(ids: Collection[int]) -> None:
    """These, unchanged, need not be looked up again. For a use case."""
    if ids:
        db.session.connection().execute(update(Profile.__table__).where(among(Profile.id, ids)).values(keyed=SEEN))


# --- asked ---


def candidates(practice_id: int, asked: Mapping[Hashable, Collection[str]], most: int = 60, after: int = 0) -> dict[Hashable, list[int]]:
    """For whoever asks with some keys, the ids (above `after`) of the `most` profiles that share the most and the rarest of them, in any order.

    One statement, or three where a key is everybody's ("unknown" as a telephone): then it is looked at last or not at all.
    """
    wanted = {key for keys in asked.values() for key in keys}
    holders = _holders((MatchKey.practice_id == practice_id, MatchKey.profile_id > after), wanted, MOST_ROWS * max(len(asked), 1))
    return {asker: _ranked(keys, holders, most) for asker, keys in asked.items()}


def _ranked(keys: Collection[str], holders: Mapping[str, list[int]], most: int) -> list[int]:
    found = [holders[key] for key in keys if key in holders]
    if sum(map(len, found)) <= min(most, MOST_ROWS):
        return list(set().union(*found))  # hardly ever there is anybody to leave out
    weights, looked = defaultdict(float), 0
    for ids in sorted(found, key=len):
        if looked and looked + len(ids) > MOST_ROWS:
            break
        looked += len(ids)
        weight = log2(MANY / len(ids))
        for one in ids[:MOST_ROWS]:
            weights[one] += weight
    return nlargest(most, weights, key=lambda one: (weights[one], -one))


def _holders(here: tuple, keys: Collection[str], limit: int) -> dict[str, list[int]]:
    """Who `here` holds each key, as far as `limit` rows go: the rarest keys first, and the last of them perhaps in part."""
    rows = _rows(here, keys, limit + 1)
    if len(rows) > limit:
        counts = db.session.execute(select(MatchKey.key, func.count()).where(*here, among(MatchKey.key, keys)).group_by(MatchKey.key)).all()
        rare, total = [], 0
        for key, count in sorted(counts, key=lambda one: one[1]):
            if rare and total + count > limit:
                break
            rare.append(key)
            total += count
        rows = _rows(here, rare, limit)
    found = defaultdict(list)
    for key, profile_id in rows:
        found[key].append(profile_id)
    return dict(found)


def _rows(here: tuple, keys: Collection[str], limit: int) -> list:
    if not keys:
        return []
    found = select(MatchKey.key, MatchKey.profile_id).where(*here, among(MatchKey.key, keys))
    return db.session.connection().execute(found.limit(limit)).all()
