"""Who of some people is like whom in their practice, and the list of pairs kept true to it (models/match.py: LookAlike).

Looking reads and reckons outside of any write; storing is one short transaction, in which only those count who are still as they were
read. Whoever changed meanwhile stays waiting (match_index), and so does who looked like them: they are looked up again.
"""

import logging
from collections.abc import Callable, Collection, Iterable
from datetime import datetime
from itertools import chain
from typing import NamedTuple

from sqlalchemy import delete, or_, select
from sqlalchemy.dialects import postgresql, sqlite

from portal import match_index, match_people
from portal.among import among
from portal.database import db
from portal.match_people import Known
from portal.matching import Likeness, Person, likeness, lookup_keys
from portal.models import LookAlike
from portal.traffic import Aside

log = logging.getLogger(__name__)

MOST_NEAR = 120  # candidates of one person
Pair = tuple[int, int]  # ids of two profiles, the smaller first


class Looked(NamedTuple):
    """What looking up `ids` found; `keyed` of everybody in it as they were read, none of whoever stands no more. `later`: compared with
    higher ids only."""

    practice_id: int
    ids: list[int]
    keyed: dict[int, int | None]
    pairs: dict[Pair, Likeness]
    gone: set[Pair]  # listed, and alike no more
    later: bool = False


def look_up(practice_id: int, ids: list[int], aside: Aside, later: bool = False) -> Looked:
    """Compare each with the whole practice; or with those of a higher id, where everybody's turn comes."""
    listed = set() if later else _listed(ids)
    known = match_people.known({*ids, *chain(*listed)})
    aside.step()
    near = _near(practice_id, {one: known[one] for one in ids if one in known}, later, pause=aside.step)
    for pair in listed:
        for asker, other in (pair, pair[::-1]):
            if asker in near and other not in near[asker]:
                near[asker].append(other)
    aside.step()
    near = match_people.may_be({one: known[one].whole for one in near}, near, pause=aside.step)
    known |= match_people.known({other for others in near.values() for other in others} - known.keys())
    aside.step()
    pairs = {}
    for asker, others in near.items():
        pairs |= {
            _pair(asker, other): how
            for other in others
            if other in known and (how := _alike(asker, known[asker].whole, known[other].whole))
        }
        aside.step()
    keyed = {one: known[one].keyed if one in known else None for one in chain(ids, *listed, *pairs)}
    return Looked(practice_id, ids, keyed, pairs, listed - set(pairs), later)


def _alike(asker: int, one: Person, other: Person) -> Likeness | None:
    try:
        return likeness(one, other)
    except Exception:  # a name nobody thought of must stop neither the others nor the mails
        log.exception("profile %s cannot be compared", asker)
        return None


def _near(practice_id: int, known: dict[int, Known], later: bool, pause: Callable[[], None] = lambda: None) -> dict[int, list[int]]:
    """By their own facts two people find each other. The index holds no others: by the address of who acts for one of them that one finds
    the other, and where not everybody's turn comes the other is led back to them."""
    mine = {}
    for one, it in known.items():
        mine[one] = _keys(one, it.own)
        pause()
    more = {one: _keys(one, it.whole) - mine[one] for one, it in known.items() if it.whole is not it.own}
    near = match_index.candidates(practice_id, mine, MOST_NEAR, after=min(mine) if later and mine else 0)
    near = {one: [other for other in others if other > one or (other != one and not later)] for one, others in near.items()}
    led = [match_index.candidates(practice_id, more, MOST_NEAR)] if more else []
    led += [] if later else [match_people.reached_as(practice_id, {one: it.own for one, it in known.items()}, MOST_NEAR)]
    for one, others in chain.from_iterable(found.items() for found in led):
        near[one] = [other for other in dict.fromkeys(near[one] + others) if other != one]
    return near


def _keys(one: int, person: Person) -> frozenset[str]:
    try:
        return lookup_keys(person)
    except Exception:
        log.exception("profile %s cannot be looked up", one)
        return frozenset()


def _pair(one: int, other: int) -> Pair:
    return (one, other) if one < other else (other, one)


def _listed(ids: Collection[int]) -> set[Pair]:
    """Pairs of the list that one of these belongs to."""
    theirs = or_(among(LookAlike.one_id, ids), among(LookAlike.other_id, ids))
    return {tuple(row) for row in db.session.connection().execute(select(LookAlike.one_id, LookAlike.other_id).where(theirs))}


def store(looked: Looked, now: datetime) -> int:
    """Write down pairs, strike out those that are none, and note who need not be looked up again; gives how many those are. A use case."""
    paired = set(chain(*looked.pairs, *looked.gone))
    through = match_index.may_be_passed if looked.later else match_index.is_unseen
    waited = {one for one in looked.ids if through(looked.keyed[one])}
    same = match_index.unchanged({one: looked.keyed[one] for one in paired | waited})
    _strike(pair for pair in looked.gone if same.issuperset(pair))
    _write(looked.practice_id, {pair: how for pair, how in looked.pairs.items() if same.issuperset(pair)}, now)
    unsure = {one for pair in chain(looked.pairs, looked.gone) if not same.issuperset(pair) for one in pair}
    waited = (waited & same) - unsure
    match_index.looked_up(waited)
    return len(waited)


def _strike(pairs: Iterable[Pair]) -> None:
    for one, other in pairs:
        db.session.execute(
            delete(LookAlike).where(LookAlike.one_id == one, LookAlike.other_id == other).execution_options(synchronize_session=False)
        )


def _write(practice_id: int, pairs: dict[Pair, Likeness], now: datetime) -> None:
    """Those that are listed already are written over."""
    rows = [
        {
            "practice_id": practice_id,
            "one_id": one,
            "other_id": other,
            "grade": how.grade,
            "score": round(how.score * 1000),
            "evidence": [list(it) for it in how.evidence],
            "found_at": now,
        }
        for (one, other), how in sorted(pairs.items())
    ]
    if rows:
        insert = (postgresql if db.engine.dialect.name == "postgresql" else sqlite).insert(LookAlike.__table__)
        anew = {name: insert.excluded[name] for name in ("grade", "score", "evidence", "found_at")}
        db.session.execute(insert.on_conflict_do_update(index_elements=["one_id", "other_id"], set_=anew), rows)
