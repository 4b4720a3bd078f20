"""How often is too often, counted in a table that every worker on every machine shares. Keys hold hashes, not addresses.

One upsert a try: a store beside the database would count no better, and could be away while the database is there.
"""

import hashlib
from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite

from portal.database import db
from portal.errors import TooManyTries
from portal.models import ThrottleCount


def key(what: str, whom: str) -> str:
    """`key("sign-in", "priya@example.com")`: a name for one counter that does not tell the address."""
    return f"{what}:{hashlib.sha256(whom.encode()).hexdigest()[:40]}"


def network(address: str | None) -> str:
    """Where a request comes from, as one place: a household shares an IPv4 address or an IPv6 /64."""
    try:
        parsed = ip_address(address or "")
    except ValueError:
        return ""
    return str(parsed if parsed.version == 4 else ip_network(f"{parsed}/64", strict=False))


def count(name: str, now: datetime, minutes: int) -> int:
    """Add one and give the number within the window that the first one opened. A use case: one statement, no race."""
    insert = (postgresql if db.engine.dialect.name == "postgresql" else sqlite).insert(ThrottleCount)
    table = ThrottleCount.__table__.c
    ends = now + timedelta(minutes=minutes)
    # the second: of a clock that ran ahead
    over = (table.window_ends_at <= now) | (table.window_ends_at > ends + timedelta(minutes=minutes))
    statement = insert.values(key=name, window_ends_at=ends, count=1).on_conflict_do_update(
        index_elements=["key"],
        set_={
            "count": db.case((over, 1), else_=table.count + 1),
            # or SQLite keeps a text, which no instant is beyond
            "window_ends_at": db.case((over, db.literal(ends, table.window_ends_at.type)), else_=table.window_ends_at),
        },
    )
    return db.session.execute(statement.returning(table.count)).scalar_one()


def allow(name: str, now: datetime, most: int, minutes: int) -> None:
    """Count one try. Raises TooManyTries beyond `most` in `minutes`. Commit it by its own transact(): refusals count too."""
    if count(name, now, minutes) > most:
        raise TooManyTries()


def ends_at(name: str) -> datetime | None:
    """When the window of a counter closes."""
    return db.session.scalar(select(ThrottleCount.window_ends_at).where(ThrottleCount.key == name))


def forget(name: str) -> None:
    """Start again from nothing, after a right answer. A use case."""
    db.session.execute(delete(ThrottleCount).where(ThrottleCount.key == name))


def sweep(now: datetime) -> None:
    db.session.execute(delete(ThrottleCount).where(ThrottleCount.window_ends_at <= now))
