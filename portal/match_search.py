"""The postman's third work: keys for those who have none, and the search of a whole practice for look-alikes, a portion at a time.

Reading and judging happen outside of any write; a portion's pairs and the place reached are stored in one short transaction, so
whoever was killed in between is carried on after. A run belongs to one worker until its lease ends; should two walk on the same
one, the place tells who was first.
"""

import time
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from portal import clock, match_index
from portal.database import db, transact
from portal.errors import Busy
from portal.lookalikes import judged
from portal.match_people import both
from portal.matching import Person, lookup_keys
from portal.models import LookAlike, MatchRun, Practice, Profile, StaffMember

PORTION = 100  # people looked up at once: a few hundredths of a second with their candidates
SLICE_SECONDS = 1.0  # then mails get their turn
LEASE = timedelta(seconds=30)
MOST_NEAR = 120  # candidates of one person, half of whom come before them
CLEARED = 1000  # pairs of an earlier search forgotten in one transaction


class Claim(NamedTuple):
    """A run that is mine until the lease ends, and how far it is."""

    run_id: int
    practice_id: int
    place: int
    started_at: datetime


def start_search(staff: StaffMember, now: datetime) -> MatchRun:
    """Have the whole practice searched for look-alikes. One that is going on is the answer to all who start one. A use case."""
    practice_id = staff.practice_id
    db.session.execute(select(Practice.id).where(Practice.id == practice_id).with_for_update(key_share=True))  # two clicks take turns
    running = db.session.scalar(select(MatchRun).where(MatchRun.practice_id == practice_id, MatchRun.finished_at.is_(None)))
    if running is not None:
        return running
    total = db.session.scalar(select(func.count()).where(*_standing(practice_id)))
    run = MatchRun(practice_id=practice_id, started_at=now, started_by_id=staff.id, total=total)
    db.session.add(run)
    db.session.flush()
    return run


def work(now: datetime | None = None, seconds: float | None = None) -> bool:
    """Go on for so many seconds (SLICE_SECONDS); whether anything is left to do. `now`: a frozen one, for tests."""
    until = time.perf_counter() + (SLICE_SECONDS if seconds is None else seconds)
    try:
        while match_index.key_some():
            if _pause(until):
                return True
        while (mine := _claimed(now or clock.now())) is not None:
            while mine is not None:
                mine = go_on(mine, now or clock.now())
                if _pause(until):
                    if mine is not None:
                        transact(_let_go, mine)
                    return True
    except Busy:  # the next round tries again
        return True
    return False


def _pause(until: float) -> bool:
    """Others get their turn; True when our time is over."""
    time.sleep(0.002)
    return time.perf_counter() >= until


def _claimed(now: datetime) -> Claim | None:
    """A run to go on with: a cheap look first."""
    waiting = db.session.scalar(select(MatchRun.id).where(_free(now)).limit(1))
    db.session.rollback()
    return transact(_claim, now) if waiting is not None else None


def _free(now: datetime):
    """With nobody, or with somebody whose lease has ended; a lease from a clock that ran ahead has ended too."""
    lapsed = or_(MatchRun.lease_until.is_(None), MatchRun.lease_until <= now, MatchRun.lease_until > now + 2 * LEASE)
    return MatchRun.finished_at.is_(None) & lapsed


def _claim(now: datetime) -> Claim | None:
    """A use case."""
    first = select(MatchRun.id).where(_free(now)).order_by(MatchRun.id).limit(1).with_for_update(skip_locked=True).scalar_subquery()
    taking = update(MatchRun).where(MatchRun.id == first).values(lease_until=now + LEASE).execution_options(synchronize_session=False)
    row = db.session.execute(taking.returning(MatchRun.id, MatchRun.practice_id, MatchRun.place, MatchRun.started_at)).one_or_none()
    return Claim(*row) if row else None


def _let_go(mine: Claim) -> None:
    """A use case."""
    _mine(mine, lease_until=None)


def _mine(mine: Claim, **values) -> bool:
    """Note something on a run that nobody else has taken further."""
    same = update(MatchRun).where(MatchRun.id == mine.run_id, MatchRun.place == mine.place, MatchRun.finished_at.is_(None))
    return db.session.execute(same.values(**values).execution_options(synchronize_session=False)).rowcount == 1


def go_on(mine: Claim, now: datetime, portion: int | None = None) -> Claim | None:
    """Look up the next people (PORTION of them); None when the run is over, or somebody else's."""
    ids = list(db.session.scalars(select(Profile.id).where(*_standing(mine.practice_id), Profile.id > mine.place).order_by(Profile.id).limit(portion or PORTION)))
    pairs = _pairs(mine.practice_id, ids) if ids else []
    db.session.rollback()
    if ids:
        return transact(_store, mine, ids, pairs, now)
    return mine if transact(_end, mine, now) else None


def _standing(practice_id: int) -> tuple:
    return Profile.practice_id == practice_id, Profile.merged_at.is_(None)


def _pairs(practice_id: int, ids: list[int]) -> list[dict]:
    """Everybody alike of these people, as rows."""
    people = both(ids)
    found = judged({one: whole for one, (_own, whole) in people.items()}, _near(practice_id, people))
    return [
        {
            "practice_id": practice_id,
            "one_id": min(asker, one),
            "other_id": max(asker, one),
            "grade": how.grade,
            "score": round(how.score * 1000),
            "evidence": [list(it) for it in how.evidence],
        }
        for asker, alike in found.items()
        for one, how in alike
    ]


def _near(practice_id: int, people: dict[int, tuple[Person, Person]]) -> dict[int, list[int]]:
    """Whom to compare each with. By their own facts people find each other, so the later of two is enough; by the address of who acts
    for one of them only that one finds the other, as the index holds own facts alone."""
    mine = {one: lookup_keys(own) for one, (own, _whole) in people.items()}
    more = {one: lookup_keys(whole) - mine[one] for one, (own, whole) in people.items() if whole is not own}
    near = {one: [other for other in others if other > one] for one, others in match_index.candidates(practice_id, mine, MOST_NEAR).items()}
    for one, others in match_index.candidates(practice_id, more, MOST_NEAR).items() if more else ():
        near[one] = list(dict.fromkeys(near[one] + others))
    return near


def _store(mine: Claim, ids: list[int], pairs: list[dict], now: datetime) -> Claim | None:
    """A use case. Pairs of an earlier search are written over."""
    place = ids[-1]
    if not _mine(mine, place=place, done=MatchRun.done + len(ids), found=MatchRun.found + len(pairs), lease_until=now + LEASE):
        return None
    if pairs:
        found_at = max(now, mine.started_at)  # whoever started it may have a clock that runs ahead
        pairs = {(one["one_id"], one["other_id"]): one | {"found_at": found_at} for one in pairs}  # two of one portion may have found each other
        insert = (postgresql if db.engine.dialect.name == "postgresql" else sqlite).insert(LookAlike.__table__)
        anew = {name: insert.excluded[name] for name in ("grade", "score", "evidence", "found_at")}
        statement = insert.on_conflict_do_update(index_elements=["one_id", "other_id"], set_=anew)
        db.session.execute(statement, list(pairs.values()))
    return mine._replace(place=place)


def _end(mine: Claim, now: datetime) -> bool:
    """Forget pairs that are none any more, some at a time; then it is finished. Whether anything is left. A use case."""
    if not _mine(mine, lease_until=now + LEASE):
        return False
    old = select(LookAlike.id).where(LookAlike.practice_id == mine.practice_id, LookAlike.found_at < mine.started_at).limit(CLEARED)
    if db.session.execute(delete(LookAlike).where(LookAlike.id.in_(old)).execution_options(synchronize_session=False)).rowcount:
        return True
    kept = db.session.scalar(select(func.count()).where(LookAlike.practice_id == mine.practice_id))
    _mine(mine, found=kept, finished_at=now, lease_until=None)
    return False
