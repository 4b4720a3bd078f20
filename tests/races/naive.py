"""Bookings as others write them, each with the hole its method has. If the harness does not catch them, the harness is broken."""

import sqlite3
import time
from collections.abc import Callable
from datetime import UTC, datetime

from sqlalchemy import create_engine, insert, select
from sqlalchemy.engine import Connection, Engine

from booking.errors import SlotTaken
from booking.models import Appointment, Practitioner
from portal.ids import public_id
from portal.models import Practice

A_MOMENT = 0.02  # between looking and writing: what a busy machine takes anyway


class Row:
    """What the harness wants to hear."""

    def __init__(self, name: str):
        self.public_id = name


def values_of(link, clinic, service, person, start: int) -> dict:
    """A row of `appointments` without ticks: the table that guards against holes like these is left out on purpose."""
    ends = start + service.duration_minutes * 60
    instants = {"starts_at": datetime.fromtimestamp(start, UTC), "ends_at": datetime.fromtimestamp(ends, UTC)}
    return dict(
        practice_id=clinic.practice.id, location_id=clinic.location.id, profile_id=link.profile_id, service_id=service.id,
        practitioner_id=person.id, booked_by_id=link.account_id, link_id=link.id, wall_start="", zone="America/Toronto",
        before_minutes=0, after_minutes=0, room_before_minutes=0, room_after_minutes=0, status="booked", note="", sequence=0,
        lane=0, revision=0, cancel_reason="",
        change_key="", created_at=clinic.now, changed_at=clinic.now, **instants,
    )  # fmt: skip


def _clashing(values: dict):
    table = Appointment.__table__.c
    return select(table.id).where(
        table.practitioner_id == values["practitioner_id"], table.starts_at < values["ends_at"], table.ends_at > values["starts_at"]
    )


def _look_then_write(connection: Connection, values: dict, look) -> Row:
    if connection.execute(look).first() is not None:
        raise SlotTaken()
    time.sleep(A_MOMENT)
    name = public_id()
    connection.execute(insert(Appointment.__table__).values(public_id=name, idempotency_key=name, **values))
    return Row(name)


def check_then_insert(engine: Engine, values: dict) -> Row:
    """No lock at all."""
    with engine.begin() as connection:
        return _look_then_write(connection, values, _clashing(values))


def lock_what_clashes(engine: Engine, values: dict) -> Row:
    """`FOR UPDATE` on the clashing appointments: there is nothing to lock yet."""
    with engine.begin() as connection:
        return _look_then_write(connection, values, _clashing(values).with_for_update())


def lock_after_a_read(engine: Engine, values: dict) -> Row:
    """The right lock, under REPEATABLE READ and after a read: the snapshot is older than the lock."""
    with engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection, connection.begin():
        connection.execute(select(Practice.id)).all()
        connection.execute(select(Practitioner.id).where(Practitioner.id == values["practitioner_id"]).with_for_update(key_share=True))
        return _look_then_write(connection, values, _clashing(values))


def drivers_own_transactions(engine: Engine, values: dict) -> Row:
    """SQLite as the driver begins transactions by itself: only before it writes, so that looking is outside."""
    path = engine.url.database
    connection = sqlite3.connect(path, timeout=20)  # default isolation_level
    table, begins, ends = Appointment.__table__, int(values["starts_at"].timestamp()), int(values["ends_at"].timestamp())
    try:
        connection.execute("UPDATE practices SET about = about WHERE 0")  # "the lock", which the driver commits with what follows
        connection.commit()
        look = "SELECT id FROM appointments WHERE practitioner_id = ? AND starts_at < ? AND ends_at > ?"
        if connection.execute(look, (values["practitioner_id"], ends, begins)).fetchone():
            raise SlotTaken()
        time.sleep(A_MOMENT)
        name = public_id()
        compiled = insert(table).values(public_id=name, idempotency_key=name, **values).compile(engine)
        bound = compiled.construct_params()
        plain = [int(bound[key].timestamp()) if isinstance(bound[key], datetime) else bound[key] for key in compiled.positiontup]
        connection.execute(str(compiled), plain)
        connection.commit()
        return Row(name)
    finally:
        connection.close()


HOLES: dict[str, list[Callable[[Engine, dict], Row]]] = {
    "postgresql": [check_then_insert, lock_what_clashes, lock_after_a_read],
    "sqlite": [drivers_own_transactions],
}


def separate_engine(url) -> Engine:
    """An engine without our own rules for transactions, wide enough for everybody at once."""
    return create_engine(url, pool_size=60, max_overflow=0)
