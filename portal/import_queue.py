"""The postman's work on lists of people: rehearses, runs and takes back, a portion at a time, stepping aside for requests."""

import time
from datetime import datetime

from portal import clock, import_judging, import_running, import_undoing, match_index
from portal.database import db, transact
from portal.errors import Busy
from portal.traffic import Aside, work_through

SLICE_SECONDS = 1.0  # then mails get their turn


def work(now: datetime | None = None, seconds: float | None = None) -> bool:
    """Go on for so many seconds (SLICE_SECONDS); whether anything is left to do. `now`: a frozen one, for tests."""
    until, aside = time.perf_counter() + (SLICE_SECONDS if seconds is None else seconds), Aside()
    db.session.rollback()  # what was read before may be old
    try:
        works = (lambda: _run(now or clock.now()), lambda: _undo(now or clock.now()), lambda: _judge(now or clock.now(), aside))
        return work_through(works, until, aside)
    except Busy:  # the next round tries again
        return True


def _run(now: datetime) -> bool:
    found = import_running.running()
    if found is None:
        return False
    lines = import_running.planned(found)
    return transact(import_running.run, found.id, lines, now) or import_running.running() is not None


def _undo(now: datetime) -> bool:
    found = import_undoing.undoing()
    return found is not None and (transact(import_undoing.undo_some, found.id, now) or import_undoing.undoing() is not None)


def _judge(now: datetime, aside: Aside) -> bool:
    """A list is compared with people who can be found: those without keys get theirs first."""
    found = import_judging.waiting()
    if found is None:
        db.session.rollback()
        return False
    return match_index.key_some() > 0 or import_judging.judge_some(found, now, aside) or import_judging.waiting() is not None
