"""The reading of calendars, beside the postman (portal/errands.py): claim one, have it read by a process of its own, store what differs.

Nothing is written while a calendar is read, and what changed is stored in portions, so that a booking never waits for it. Whoever dies
in between is followed by the next when the lease ends. A reading that fails changes no block.
"""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from flask import current_app
from sqlalchemy import bindparam, delete, insert, or_, select, update

from booking.ics_in import Entry, Problem
from booking.ics_reading import Job, Reading, read
from booking.models import Block, CalendarSource, Location, OpeningHours, Practitioner
from portal import clock
from portal.database import db, transact
from portal.errands import on_errand
from portal.errors import Busy
from portal.ids import public_id
from portal.models import Practice

BEHIND, AHEAD = timedelta(days=7), timedelta(days=396)  # what is kept of the past, and thirteen months
EVERY, EVERY_FILE = timedelta(hours=1), timedelta(hours=24)  # a file does not change, but its next days come into reach
SOON, LATE = timedelta(minutes=15), timedelta(hours=12)  # after trouble: as long as it has lasted already, within these
LEASE = timedelta(minutes=5)  # longer than any reading takes
PORTION = 200  # blocks written in one transaction: a few hundredths of a second
SLICE_SECONDS = 60.0


class Claim(NamedTuple):
    """A calendar that is mine until the lease ends."""

    id: int
    lease: datetime


class Place(NamedTuple):
    """Whose blocks, and where they are put."""

    practice_id: int
    practitioner_id: int
    location_id: int
    zone: str


class Difference(NamedTuple):
    """From the blocks there are to the entries there should be."""

    gone: list[int]  # block ids
    new: list[Entry]
    changed: list[tuple[int, Entry]]


@on_errand
def work(now: datetime | None = None, seconds: float = SLICE_SECONDS) -> int:
    """Read what is due, for so many seconds. `now`: a frozen one, for tests. Answers how many were read."""
    until, done = time.monotonic() + seconds, 0
    while time.monotonic() < until and (mine := _claimed(now or clock.now())) is not None:
        try:
            _read_one(mine, now or clock.now())
        except Busy:  # the lease ends, and the next round tries again
            continue
        done += 1
    return done


def _claimed(now: datetime) -> Claim | None:
    """One that is due: a cheap look first."""
    waiting = db.session.scalar(select(CalendarSource.id).where(_due(now)).limit(1))
    db.session.rollback()
    return transact(_claim, now) if waiting is not None else None


def _due(now: datetime):
    free = or_(CalendarSource.lease_until.is_(None), CalendarSource.lease_until <= now, CalendarSource.lease_until > now + 2 * LEASE)
    works = select(Practitioner.id).where(Practitioner.id == CalendarSource.practitioner_id, Practitioner.left_at.is_(None)).exists()
    return CalendarSource.removed_at.is_(None) & (CalendarSource.due_at <= now) & free & works


def _claim(now: datetime) -> Claim | None:
    """A use case."""
    first = select(CalendarSource.id).where(_due(now)).order_by(CalendarSource.due_at, CalendarSource.id).limit(1)
    found = db.session.scalar(first.with_for_update(skip_locked=True, of=CalendarSource))
    if found is None:
        return None
    lease = now + LEASE
    db.session.execute(update(CalendarSource).where(CalendarSource.id == found).values(lease_until=lease))
    return Claim(found, lease)


def _read_one(mine: Claim, now: datetime) -> None:
    source = db.session.get(CalendarSource, mine.id, populate_existing=True)
    place, low, high = _place(source), now - BEHIND, now + AHEAD
    job = Job(
        url=source.url,
        content=source.content or "",
        etag=source.etag,
        zone=place.zone,
        low=int(low.timestamp()),
        high=int(high.timestamp()),
        anew=source.read_at is None or source.failed_at is not None or _day(source.read_at, place.zone) != _day(now, place.zone),
        networks=tuple(current_app.config["CALENDAR_NETWORKS"]),
    )
    db.session.rollback()  # no transaction stays open while others are waited for
    try:
        found = read(job)
    except Problem as problem:
        transact(_failed, mine, problem.code, now)
        return
    if found.entries is not None and not _stored(mine, place, found.entries, now):
        return  # somebody removed it, or has taken it over
    transact(_finished, mine, found, now)


def _day(at: datetime, zone: str):
    return at.astimezone(ZoneInfo(zone)).date()


def _place(source: CalendarSource) -> Place:
    """The first location they have hours at, else the practice's first."""
    theirs = (
        select(OpeningHours.location_id).where(OpeningHours.practitioner_id == source.practitioner_id).order_by(OpeningHours.id).limit(1)
    )
    where = db.session.get(Location, number) if (number := db.session.scalar(theirs)) else None
    where = where or db.session.scalar(
        select(Location).where(Location.practice_id == source.practice_id).order_by(Location.archived_at.is_not(None), Location.id).limit(1)
    )
    return Place(source.practice_id, source.practitioner_id, where.id, where.zone or db.session.get(Practice, source.practice_id).zone)


# --- what differs ---


def _stored(mine: Claim, place: Place, entries: list[Entry], now: datetime) -> bool:
    """Make the blocks those of the entries, a portion a transaction. False as soon as the calendar is not mine any more."""
    steps = _steps(mine.id, place, entries, now)
    for step, *facts in steps:
        if not transact(_portion, mine, step, facts):
            return False
        time.sleep(0.005)  # others get their turn
    return True


def _steps(source_id: int, place: Place, entries: list[Entry], now: datetime) -> Iterator[tuple]:
    found = difference(_standing(source_id), entries)
    db.session.rollback()
    for ids in _portions(found.gone):
        yield (delete(Block.__table__).where(Block.__table__.c.id.in_(ids)),)
    for some in _portions(found.changed):
        table = Block.__table__
        anew = update(table).where(table.c.id == bindparam("block")).values(
            starts_at=bindparam("starts"), ends_at=bindparam("ends"), title=bindparam("said"), revision=table.c.revision + 1
        )  # fmt: skip
        yield anew, [{"block": number, "starts": _at(one.start), "ends": _at(one.end), "said": one.title} for number, one in some]
    same = {
        "practice_id": place.practice_id,
        "practitioner_id": place.practitioner_id,
        "location_id": place.location_id,
        "source_id": source_id,
    }
    for some in _portions(found.new):
        yield (
            insert(Block),
            [
                {
                    "public_id": public_id(),
                    "uid": one.key,
                    "starts_at": _at(one.start),
                    "ends_at": _at(one.end),
                    "title": one.title,
                    "created_at": now,
                }
                | same
                for one in some
            ],
        )


def _portions(rows: list) -> Iterator[list]:
    return (rows[begin : begin + PORTION] for begin in range(0, len(rows), PORTION))


def _standing(source_id: int) -> dict[str, tuple[int, Entry]]:
    rows = db.session.execute(select(Block.id, Block.uid, Block.starts_at, Block.ends_at, Block.title).where(Block.source_id == source_id))
    return {row.uid: (row.id, Entry(row.uid, int(row.starts_at.timestamp()), int(row.ends_at.timestamp()), row.title)) for row in rows}


def difference(standing: dict[str, tuple[int, Entry]], entries: list[Entry]) -> Difference:
    """Pure. `standing`: key → (block id, the entry it was made of)."""
    wanted = {one.key: one for one in entries}
    return Difference(
        [number for key, (number, _entry) in standing.items() if key not in wanted],
        [one for one in entries if one.key not in standing],
        [(standing[key][0], one) for key, one in wanted.items() if key in standing and standing[key][1] != one],
    )


def _at(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


# --- written down ---


def _portion(mine: Claim, statement, facts: list) -> bool:
    """A use case."""
    if not _is_mine(mine):
        return False
    db.session.execute(statement.execution_options(synchronize_session=False), *facts)
    return True


def _finished(mine: Claim, found: Reading, now: datetime) -> None:
    """A use case."""
    if not _is_mine(mine):
        return
    source = db.session.get(CalendarSource, mine.id, populate_existing=True)
    if found.entries is not None:
        source.content, source.problem = found.content, "" if found.is_whole else "in_part"
    source.etag, source.read_at, source.failed_at, source.lease_until = found.etag, now, None, None
    source.due_at = now + (EVERY if source.url else EVERY_FILE)


def _failed(mine: Claim, code: str, now: datetime) -> None:
    """The blocks stay as they are. A use case."""
    if not _is_mine(mine):
        return
    source = db.session.get(CalendarSource, mine.id, populate_existing=True)
    source.failed_at = source.failed_at or now  # since when it has been failing
    source.problem, source.lease_until = code, None
    source.due_at = now + min(max(now - source.failed_at, SOON), LATE)


def _is_mine(mine: Claim) -> bool:
    """Still to be read, and by us. Locks it, so that a removal waits for the portion."""
    held = select(CalendarSource.id).where(
        CalendarSource.id == mine.id, CalendarSource.lease_until == mine.lease, CalendarSource.removed_at.is_(None)
    )
    return db.session.scalar(held.with_for_update()) is not None
