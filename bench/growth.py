"""Does a month cost more when there is a million appointments behind it? The same month, the same days, a thousandfold history."""

import time
from collections.abc import Iterator
from datetime import date
from statistics import median

from sqlalchemy import text

from bench import Row
from bench.world import NOW, application, fill, practice_with
from booking.models import Appointment
from booking.queries import open_times
from booking.timetable import timetable
from booking.wishes import Wish
from portal.database import db, transact
from portal.models import Profile
from tests.databases import fresh, postgresql

PRACTITIONERS, MANY, AIM = 20, 1_000_000, 1.3
FIRST, LAST = date(2027, 1, 1), date(2027, 1, 31)
COLUMNS = (
    "public_id, idempotency_key, practice_id, location_id, profile_id, service_id, practitioner_id, booked_by_id, starts_at, ends_at,"
    " wall_start, zone, before_minutes, after_minutes, room_before_minutes, room_after_minutes, status, note, sequence, change_key,"
    " created_at, changed_at"
)
# One appointment every half hour of the past, day and night, for everybody in turn.
VALUES = (
    "'h' || i, 'h' || i, :practice, :place, :profile, :service, :first + i % :people, :account, {start}, {end},"
    " '', 'America/Toronto', 0, 0, 0, 0, 'fulfilled', '', 0, '', {made}, {made}"
)
NUMBERS = {
    "sqlite": "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < :many - 1)",
    "postgresql": "WITH n(i) AS (SELECT * FROM generate_series(0, :many - 1))",
}


def history(practice_id: int, many: int) -> None:
    """A use case: so many appointments before today, in one statement."""
    dialect = db.engine.dialect.name
    start = ":now - (i / :people + 2) * 1800"
    instant = "{}" if dialect == "sqlite" else "to_timestamp({})"
    instants = {"start": instant.format(start), "end": instant.format(f"{start} + 1800"), "made": instant.format(":now - 86400")}
    stranger = Profile(practice_id=practice_id, given_name="History", created_at=NOW)
    db.session.add(stranger)
    db.session.flush()
    least = {name: db.session.scalar(text(f"SELECT min(id) FROM {name}")) for name in ("locations", "services", "practitioners", "accounts")}
    values = dict(
        practice=practice_id, place=least["locations"], profile=stranger.id, service=least["services"], first=least["practitioners"],
        people=PRACTITIONERS, account=least["accounts"], now=int(NOW.timestamp()) // 1800 * 1800, many=many,
    )  # fmt: skip
    select = f"SELECT {VALUES.format(**instants)} FROM n"
    numbers, insert = NUMBERS[dialect], f"INSERT INTO appointments ({COLUMNS})"
    db.session.execute(text(f"{numbers} {insert} {select}" if dialect == "sqlite" else f"{insert} {numbers} {select}"), values)


def grow(practice_id: int) -> None:
    """Make a million of them; indexes are made after, which is quicker by far."""
    indexes = list(Appointment.__table__.indexes)
    for index in indexes:
        index.drop(db.engine)
    transact(history, practice_id, MANY)
    for index in indexes:
        index.create(db.engine)
    tidy()


def tidy() -> None:
    """What a database in use has done by itself: statistics, and on PostgreSQL the map of pages everybody may see."""
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("VACUUM ANALYZE" if db.engine.dialect.name == "postgresql" else "ANALYZE")


def month_ms(practice) -> float:
    """Milliseconds until the month's open times with anyone are known, the database's part included."""
    wish, taken = Wish(timetable(practice).services()[0]), []
    for _ in range(60):
        db.session.rollback()
        assert practice.id
        began = time.perf_counter()
        open_times(practice, wish, FIRST, LAST, NOW)
        taken.append((time.perf_counter() - began) * 1000)
    return median(taken[5:])


def rows() -> Iterator[Row]:
    with postgresql() as server, fresh(server, "bench_growth") as url:
        for name, address in (("SQLite", None), ("PostgreSQL", url)):
            with application(address):
                practice = transact(practice_with, PRACTITIONERS)[0]
                transact(fill, practice.id, 7, 10, 25)  # a thousand, in one week of January
                tidy()
                few = month_ms(practice)
                grow(practice.id)
                many = month_ms(practice)
                yield Row(f"{name}: a month of {PRACTITIONERS}, a thousand appointments", few, "ms")
                yield Row(f"{name}: the same with a million", many, "ms", few)
                yield Row(f"{name}: a million over a thousand", many / few, "times", aim=AIM)
