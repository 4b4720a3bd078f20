"""Up to which time things may be erased for good. A machine that starts with its clock far ahead, or is set so by mistake, must not forget
people, files and lists early: nothing brings them back when the clock is put right.

What cannot be taken back is therefore judged not by what the clock says, but by what it said before rounds have gone on for half a day. A
pause between two rounds counts for two hours at most, and a leap for nothing, so a leap ahead proves nothing, nor does one after another;
where the clock is put back, what it said beyond is forgotten. Erasing lags a day behind at most, while the site runs. Access is never
judged so.
"""

import logging
from datetime import UTC, datetime, timedelta

from portal.database import db
from portal.models import ClockSeen

log = logging.getLogger(__name__)

PROVEN_AFTER = timedelta(hours=12)  # of rounds: as long as somebody has to notice and put the clock right
MOST_OF_A_PAUSE = timedelta(hours=2)
A_LEAP = timedelta(days=4)  # a long weekend without power is none
NEVER = datetime(1970, 1, 1, tzinfo=UTC)


def until(now: datetime) -> datetime:
    """The instant up to which may be erased, never later than `now`; to be asked at every round, at least once an hour. A use case."""
    row = db.session.get(ClockSeen, 1, with_for_update=True, populate_existing=True)
    if row is None:
        row = ClockSeen(id=1, proven_at=NEVER, seen_at=now, last_at=now, run_seconds=0)
        db.session.add(row)
    passed, row.last_at = now - row.last_at, now
    if passed > A_LEAP:
        log.warning(
            "the clock went on by %s since the last round: nothing more is erased for good until it has run for %s",
            passed,
            2 * PROVEN_AFTER,
        )
    if now < row.seen_at:
        row.proven_at, row.seen_at, row.run_seconds = min(row.proven_at, now), now, 0
    elif timedelta(0) < passed <= A_LEAP:
        row.run_seconds += int(min(passed, MOST_OF_A_PAUSE).total_seconds())
    if row.run_seconds >= PROVEN_AFTER.total_seconds():
        row.proven_at, row.seen_at, row.run_seconds = row.seen_at, now, 0
    return row.proven_at
