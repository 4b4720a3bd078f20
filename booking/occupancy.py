"""Who and what is taken in a stretch of time: appointments and live holds as plain rows, in ONE statement.

Every row has the shape `(of, start, end, before, after, id, service, location, extra)`, instants and lengths in seconds. `of` says whose time it is:
a practitioner's id, a room's id negated, 0 for the person the appointment is for, NULL for a hold with its facts in `extra`.
"""

import json
from collections import defaultdict
from datetime import UTC, datetime
from functools import lru_cache
from typing import NamedTuple

from sqlalchemy import Integer, Text, bindparam, literal_column, null, select, union_all

from booking.facts import Busy, Counted, Hold
from booking.models import Appointment
from booking.models import Hold as HoldRow
from booking.models.appointment import BLOCKING
from booking.sqljson import json_row
from portal.database import UtcDateTime, db, epoch

LONGEST = 2880 * 60 + 480 * 60  # seconds: no appointment with its buffer is longer, see booking/models/service.py
WIDEST_BUFFER = 480 * 60

# Spelled out so that both databases see that the partial indexes serve it.
_BLOCKS = literal_column(f"appointments.status IN ({', '.join(repr(status) for status in BLOCKING)})")
_NOTHING = null().cast(Text)
_NOBODY = literal_column("0", Integer())


class Occupancy(NamedTuple):
    """What is taken between two instants; `holds` are all live ones of the practice."""

    busy: dict[int, tuple[Busy, ...]]  # by practitioner id
    rooms: dict[int, tuple[Busy, ...]]  # by room id
    mine: tuple[Busy, ...]
    holds: tuple[Hold, ...]
    rows: tuple[tuple, ...]  # the appointments in `busy` as they came

    def counted(self, location: int | None = None) -> tuple[Counted, ...]:
        """The appointments as caps see them, everywhere or at one location."""
        return tuple(
            Counted(start, end - start, of, service, number)
            for of, start, end, _, _, number, service, place, _ in self.rows
            if location in (None, place)
        )


def load(practice_id: int, practitioners: tuple[int, ...], rooms: tuple[int, ...], profile_id: int | None, low: int, high: int, now: int) -> Occupancy:
    """Everything that can collide with something between `low` and `high`; the person's coming appointments reach to the end of time."""
    facts = {
        "practice": practice_id,
        "practitioners": practitioners,
        "low": _instant(low - LONGEST),
        "high": _instant(high + WIDEST_BUFFER),
        "since": _instant(low - WIDEST_BUFFER),
        "now": _instant(now),
    }
    if rooms:
        facts["rooms"] = rooms
    if profile_id is not None:
        facts |= {"profile": profile_id, "upcoming": _instant(min(low, now) - LONGEST)}
    result = db.session.execute(_statement(bool(rooms), profile_id is not None), facts)
    rows = result.cursor.fetchall()  # plain tuples of integers: nothing to convert
    result.close()
    return _sorted_out(rows)


def _instant(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _sorted_out(rows: list[tuple]) -> Occupancy:
    by, holds, appointments = defaultdict(list), [], []
    for row in rows:
        of, start, end, before, after, number, service, _, extra = row
        if of is None:
            owner, expires, practitioner, room, room_before, room_after = json.loads(extra)
            holds.append(Hold(start, end, before, after, owner, expires, practitioner, service, room, room_before, room_after))
            continue
        by[of].append(Busy(start, end, before, after, number))
        if of > 0:
            appointments.append(row)
    busy = {of: tuple(found) for of, found in by.items() if of > 0}
    rooms = {-of: tuple(found) for of, found in by.items() if of < 0}
    return Occupancy(busy, rooms, tuple(by[0]), tuple(holds), tuple(appointments))


@lru_cache(maxsize=4)
def _statement(rooms: bool, person: bool):
    starts, ends = Appointment.__table__.c.starts_at, Appointment.__table__.c.ends_at
    low, high, since, now = (bindparam(name, type_=UtcDateTime()) for name in ("low", "high", "since", "now"))
    in_range = (starts >= low, starts < high, ends > since, _BLOCKS)
    parts = [
        _appointments(Appointment.practitioner_id, Appointment.before_minutes, Appointment.after_minutes).where(
            Appointment.practitioner_id.in_(bindparam("practitioners", expanding=True)), *in_range
        ),
        select(
            null().label("of"),
            epoch(HoldRow.starts_at),
            epoch(HoldRow.ends_at),
            HoldRow.before_minutes * 60,
            HoldRow.after_minutes * 60,
            HoldRow.id,
            HoldRow.service_id,
            HoldRow.location_id,
            json_row(
                HoldRow.owner,
                epoch(HoldRow.expires_at),
                HoldRow.practitioner_id,
                HoldRow.room_id,
                HoldRow.room_before_minutes * 60,
                HoldRow.room_after_minutes * 60,
            ),
        ).where(HoldRow.practice_id == bindparam("practice"), HoldRow.expires_at > now),
    ]
    if rooms:
        parts.append(
            _appointments(-Appointment.room_id, Appointment.room_before_minutes, Appointment.room_after_minutes).where(
                Appointment.room_id.in_(bindparam("rooms", expanding=True)), *in_range
            )
        )
    if person:
        parts.append(
            _appointments(_NOBODY, _NOBODY, _NOBODY).where(
                Appointment.profile_id == bindparam("profile"), starts >= bindparam("upcoming", type_=UtcDateTime()), _BLOCKS
            )
        )
    return union_all(*parts)


def _appointments(of, before, after):
    minute = 60
    return select(
        of.label("of"),
        epoch(Appointment.starts_at),
        epoch(Appointment.ends_at),
        before * minute,
        after * minute,
        Appointment.id,
        Appointment.service_id,
        Appointment.location_id,
        _NOTHING,
    )
