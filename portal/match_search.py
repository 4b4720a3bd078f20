"""The postman's third work, a portion at a time: keys for those who have none, the search of a whole practice for look-alikes that
staff started, and a look at everybody who was added or changed, so that the list of pairs stays true by itself.

A portion's pairs and how far it is are stored in one short transaction (portal/match_pairs.py), so whoever was killed in between is
carried on after. A run belongs to one worker until its lease ends; should two walk on the same one, the place tells who was first.
Whoever waits to be looked up belongs to nobody: two who look up the same person find the same.
"""

import time
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import delete, func, or_, select, update

from portal import clock, match_index, match_pairs, search_index
from portal.database import db, transact
from portal.errors import Busy
from portal.models import LookAlike, MatchRun, Practice, Profile, StaffMember
from portal.traffic import Aside, work_through

PORTION = 250  # people looked up at once: a tenth of a second with their candidates, and requests are stepped aside for
SLICE_SECONDS = 1.0  # then mails get their turn
LEASE = timedelta(seconds=30)
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
    until, aside = time.perf_counter() + (SLICE_SECONDS if seconds is None else seconds), Aside()
    try:
        works = (
            search_index.word_some,
            match_index.key_some,
            lambda: _search(now, until, aside),
            lambda: see_some(now or clock.now(), aside),
        )
        return work_through(works, until, aside)
    except Busy:  # the next round tries again
        return True


def _search(now: datetime | None, until: float, aside: Aside) -> bool:
    """Take a run, and go on with it until it is over, or our time."""
    mine = taken = _claimed(now or clock.now())
    while mine is not None:
        mine = go_on(mine, now or clock.now(), aside=aside)
        aside.step()
        if mine is not None and time.perf_counter() >= until:
            transact(_let_go, mine)
            return True
    return taken is not None


def see_some(now: datetime, aside: Aside | None = None, portion: int | None = None) -> int:
    """Look up some who were added or changed (PORTION of them); how many need not be looked up any more."""
    practice_id, ids = match_index.unseen(portion or PORTION)
    looked = match_pairs.look_up(practice_id, ids, aside or Aside()) if ids else None
    db.session.rollback()
    return transact(match_pairs.store, looked, now) if looked else 0


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
    """A use case. Whoever is getting keys is waited for, and who gets them from now on is not the search's to pass (match_index)."""
    practices = select(MatchRun.practice_id).where(_free(now))
    db.session.execute(select(Practice.id).where(Practice.id.in_(practices)).order_by(Practice.id).with_for_update(key_share=True))
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


def go_on(mine: Claim, now: datetime, portion: int | None = None, aside: Aside | None = None) -> Claim | None:
    """Look up the next people (PORTION of them); None when the run is over, or somebody else's."""
    ids = list(
        db.session.scalars(
            select(Profile.id).where(*_standing(mine.practice_id), Profile.id > mine.place).order_by(Profile.id).limit(portion or PORTION)
        )
    )
    looked = match_pairs.look_up(mine.practice_id, ids, aside or Aside(), later=True) if ids else None
    db.session.rollback()
    if looked:
        return transact(_store, mine, looked, now)
    return mine if transact(_end, mine, now) else None


def _standing(practice_id: int) -> tuple:
    return Profile.practice_id == practice_id, Profile.merged_at.is_(None)


def _store(mine: Claim, looked: match_pairs.Looked, now: datetime) -> Claim | None:
    """A use case."""
    place = looked.ids[-1]
    if not _mine(
        mine, place=place, done=MatchRun.done + len(looked.ids), found=MatchRun.found + len(looked.pairs), lease_until=now + LEASE
    ):
        return None
    match_pairs.store(looked, max(now, mine.started_at))  # whoever started it may have a clock that runs ahead
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
