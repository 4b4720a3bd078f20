"""Does a month cost more when there is a million appointments behind it? The same month, the same days, a thousandfold history."""

import time
from collections.abc import Iterator
from datetime import date

from sqlalchemy import text
from sqlalchemy.schema import CreateIndex

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
    "'h' || i, 'h' || i, {practice}, {place}, {profile}, {service}, {first} + i % {people}, {account}, {start}, {end},"
    " '', 'America/Toronto', 0, 0, 0, 0, 'fulfilled', '', 0, '', {made}, {made}"
)
SQLITE = "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < {last}) INSERT INTO appointments ({columns}) SELECT {values} FROM n"
POSTGRESQL = "INSERT INTO appointments ({columns}) SELECT {values} FROM generate_series(0, {last}) AS n(i)"


def stranger(practice_id: int) -> dict[str, int]:
    """A use case: somebody whose history it is, and the other ids its rows need."""
    profile = Profile(practice_id=practice_id, given_name="History", created_at=NOW)
    db.session.add(profile)
    db.session.flush()
    least = {
        name: db.session.scalar(text(f"SELECT min(id) FROM {name}")) for name in ("locations", "services", "practitioners", "accounts")
    }
    return dict(
        practice=practice_id, profile=profile.id, place=least["locations"], service=least["services"], first=least["practitioners"],
        account=least["accounts"], people=PRACTITIONERS,
    )  # fmt: skip


def history(facts: dict[str, int], postgres: bool) -> str:
    """The one statement that inserts all of it."""
    now = int(NOW.timestamp()) // 1800 * 1800
    start = f"{now} - (i / {PRACTITIONERS} + 2) * 1800"
    instant = "to_timestamp({})" if postgres else "{}"
    instants = {"start": instant.format(start), "end": instant.format(f"{start} + 1800"), "made": instant.format(now - 86400)}
    values = VALUES.format(**facts, **instants)
    return (POSTGRESQL if postgres else SQLITE).format(columns=COLUMNS, values=values, last=MANY - 1)


def grow(practice_id: int) -> None:
    """Make a million of them. Foreign keys are not asked a million times, and indexes are made after: quicker by far."""
    facts, postgres = transact(stranger, practice_id), db.engine.dialect.name == "postgresql"
    indexes = [(f"DROP INDEX {index.name}", str(CreateIndex(index).compile(db.engine))) for index in Appointment.__table__.indexes]
    connection = db.engine.raw_connection()
    cursor = connection.cursor()
    cursor.execute("SET session_replication_role = replica" if postgres else "PRAGMA foreign_keys = OFF")
    for statement in (*(drop for drop, _ in indexes), history(facts, postgres), *(create for _, create in indexes)):
        cursor.execute(statement)
    connection.commit()
    connection.detach()
    connection.close()
    db.engine.dispose()  # what was switched off went with the connection
    tidy()


def tidy() -> None:
    """What a database in use has done by itself: statistics, and on PostgreSQL the map of pages everybody may see."""
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("VACUUM ANALYZE" if db.engine.dialect.name == "postgresql" else "ANALYZE")


def month_ms(practice) -> float:
    """Milliseconds until the month's open times with anyone are known, the database's part included: the best of many, as both sizes
    are measured minutes apart on a machine that may have other things to do."""
    wish, taken = Wish(timetable(practice).services()[0]), []
    for _ in range(60):
        db.session.rollback()
        assert practice.id
        began = time.perf_counter()
        open_times(practice, wish, FIRST, LAST, NOW)
        taken.append((time.perf_counter() - began) * 1000)
    return min(taken)


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
