"""For tests of the desk's pages: appointments and blocks of the cast put straight into the tables, with what they occupy."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from booking.models import Appointment, Block, Location
from booking.models.appointment import BLOCKING
from booking.ticks import occupy
from portal.database import db, transact
from portal.seed import name_id

MAYA, OLIVIER, RAVI = (name_id(f"practitioner {name}") for name in ("maya", "olivier", "ravi"))
MONDAY = "2026-12-14"  # Olivier Dubois works from 1pm to 5pm


def instant(text: str) -> int:
    """Epoch seconds of a wall-clock time in Toronto, in winter."""
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()) + 5 * 3600


def at(text: str) -> datetime:
    return datetime.fromtimestamp(instant(text), UTC)


def add(row):
    def adding():
        db.session.add(row)
        db.session.flush()
        if isinstance(row, Appointment) and row.status in BLOCKING:
            occupy(row)
        return row

    return transact(adding)


def visit(cast, who: str, whom: str, start: str, minutes: int = 30, service: str = "follow_up", **values) -> Appointment:
    """`visit(cast, "walter", "olivier_dubois", "2026-12-14 13:00")`"""
    person, what = getattr(cast, whom), getattr(cast, service)
    row = Appointment(
        practice_id=what.practice_id, location_id=_place(what.practice_id), profile_id=cast.profile(who).id, service_id=what.id, practitioner_id=person.id,
        booked_by_id=cast.priya.id, starts_at=at(start), ends_at=at(start) + timedelta(minutes=minutes), wall_start=start.replace(" ", "T"),
        zone="America/Toronto", idempotency_key=f"{who} {start} {whom}", created_at=at("2026-12-01 10:00"), changed_at=at("2026-12-01 10:00"), **values,
    )  # fmt: skip
    return add(row)


def block(cast, whom: str, start: str, minutes: int = 60, **values) -> Block:
    person = getattr(cast, whom)
    common = dict(
        practice_id=person.practice_id, practitioner_id=person.id, location_id=_place(person.practice_id), created_at=at("2026-12-01 10:00")
    )
    return add(Block(starts_at=at(start), ends_at=at(start) + timedelta(minutes=minutes), **common, **values))


def fresh(row):
    """The row as it is in the database now."""
    return db.session.get(type(row), row.id, populate_existing=True)


def _place(practice_id: int) -> int:
    return db.session.scalar(select(Location.id).where(Location.practice_id == practice_id).order_by(Location.id))
