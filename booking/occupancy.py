"""Who and what is taken in a stretch of time, as plain rows in two statements: practitioners' appointments, and the few others: holds, blocks, rooms.

Appointments come by the thousand, so they are read from an index that holds all their columns (see models/appointment.py), in its order,
and pass through Python as little as possible. Instants and lengths are seconds.
"""

import json
from collections import defaultdict
from datetime import UTC, datetime
from functools import lru_cache, partial
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

from sqlalchemy import Integer, Text, and_, bindparam, literal_column, null, select, union_all

from booking.facts import Busy, Counted, Hold
from booking.models import Appointment, Block
from booking.models import Hold as HoldRow
from booking.models.appointment import BLOCKS
from booking.sqljson import json_row
from portal.database import UtcDateTime, db, epoch

LONGEST = 2880 * 60 + 480 * 60  # seconds: no appointment with its buffer is longer, see booking/models/service.py
WIDEST_BUFFER = 480 * 60
MINUTE = 60

A, B, H = Appointment.__table__.c, Block.__table__.c, HoldRow.__table__.c  # columns, not attributes: no entities are made of these rows

_who, _service_and_place = itemgetter(0), itemgetter(6, 7)
_body = itemgetter(1, 2, 3, 4, 5)
_busy = partial(tuple.__new__, Busy)  # what Busy._make does, without checking the length of thousands of rows


class Occupancy(NamedTuple):
    """What is taken between two instants; `holds` are all live ones of the practice."""

    busy: dict[int, tuple[Busy, ...]]  # by practitioner id: appointments, then blocks, whose `id` is None
    rooms: dict[int, tuple[Busy, ...]]  # by room id
    mine: tuple[Busy, ...]
    holds: tuple[Hold, ...]
    where: tuple[tuple[int, int], ...]  # (service id, location id) of every appointment in `busy`, in the same order; only if asked for

    def counted(self) -> tuple[Counted, ...]:
        """The appointments as caps see them; blocks are none (AVAILABILITY §7)."""
        rows = ((who, row) for who, found in self.busy.items() for row in found if row.id is not None)
        return tuple(
            Counted(row.start, row.end - row.start, who, service, row.id, place)
            for (who, row), (service, place) in zip(rows, self.where, strict=True)
        )


class Whose(NamedTuple):
    """Whose own appointments stand in the way: all of a person's, or those of them that one account booked (see Wish.only_by)."""

    profile: int
    only_by: int | None = None


def load(
    practice_id: int,
    practitioners: tuple[int, ...],
    rooms: tuple[int, ...],
    whose: Whose | None,
    low: int,
    high: int,
    now: int,
    for_caps: bool = False,
) -> Occupancy:
    """Everything that can collide with something between `low` and `high`; the person's coming appointments reach to the end of time."""
    reach = {"low": _instant(low - LONGEST), "high": _instant(high + WIDEST_BUFFER), "since": _instant(low - WIDEST_BUFFER)}
    rows = _fetch(_appointments(for_caps), {"practitioners": practitioners, **reach})
    busy = {who: tuple(map(_busy, map(_body, group))) for who, group in groupby(rows, _who)}
    others = {"practice": practice_id, "now": _instant(now)}
    if practitioners:
        others |= {"practitioners": practitioners, "high": reach["high"], "since": reach["since"]}
    if rooms:
        others |= {"rooms": rooms, **reach}
    if whose is not None:
        others |= {"profile": whose.profile, "upcoming": _instant(min(low, now) - LONGEST)}
        others |= {"only_by": whose.only_by} if whose.only_by else {}
    by, holds = _sorted_out(_fetch(_others(bool(practitioners), bool(rooms), whose is not None, bool(whose and whose.only_by)), others))
    where = tuple(map(_service_and_place, rows)) if for_caps else ()
    for of in [of for of in by if of < 0]:
        busy[-of] = busy.get(-of, ()) + tuple(by.pop(of))
    return Occupancy(busy, {room: tuple(found) for room, found in by.items() if room}, tuple(by[0]), tuple(holds), where)


def _instant(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _fetch(statement, values: dict) -> list[tuple]:
    """Rows as the driver gives them: integers need no conversion."""
    result = db.session.execute(statement, values)
    rows = result.cursor.fetchall()
    result.close()
    return rows


def _sorted_out(rows: list[tuple]) -> tuple[dict[int, list[Busy]], list[Hold]]:
    """By room, with 0 for the person's own and minus a practitioner's id for their blocks; and the holds."""
    by, holds = defaultdict(list), []
    for of, start, end, before, after, number, service, extra in rows:
        if of is None:
            owner, expires, practitioner, *where = json.loads(extra)
            holds.append(Hold(start, end, before, after, owner, expires, practitioner, service, *where))
        else:
            by[of].append(Busy(start, end, before, after, number))
    return by, holds


def _in_range():
    starts, ends = A.starts_at, A.ends_at
    low, high, since = (bindparam(name, type_=UtcDateTime()) for name in ("low", "high", "since"))
    return starts >= low, starts < high, ends > since, BLOCKS


def _columns(of, before, after):
    return of.label("of"), epoch(A.starts_at), epoch(A.ends_at), before * MINUTE, after * MINUTE, A.id


@lru_cache(maxsize=2)
def _appointments(for_caps: bool):
    """(practitioner, start, end, before, after, id[, service, location])."""
    columns = _columns(A.practitioner_id, A.before_minutes, A.after_minutes)
    if for_caps:
        columns += A.service_id, A.location_id
    theirs = A.practitioner_id.in_(bindparam("practitioners", expanding=True))
    return select(*columns).where(theirs, *_in_range()).order_by(A.practitioner_id, A.starts_at)


def _blocks(of, before, after, whose):
    """Staff blocks, entries of other calendars, groups. They may be long, so they are found by when they end."""
    low, high = bindparam("since", type_=UtcDateTime()), bindparam("high", type_=UtcDateTime())
    columns = (
        of.label("of"),
        epoch(B.starts_at),
        epoch(B.ends_at),
        before * MINUTE,
        after * MINUTE,
        null().cast(Integer),
        B.service_id,
        null().cast(Text),
    )
    return select(*columns).where(whose, B.ends_at > low, B.starts_at < high, B.removed_at.is_(None))


@lru_cache(maxsize=12)
def _others(blocks: bool, rooms: bool, person: bool, only_by: bool):
    """(of, start, end, before, after, id, service, extra): `of` is a room, 0 for the person, minus a practitioner for their blocks, NULL for a
    hold with its facts in `extra`."""
    nobody, nothing, now = literal_column("0", Integer()), null().cast(Text), bindparam("now", type_=UtcDateTime())
    extra = json_row(
        H.owner,
        epoch(H.expires_at),
        H.practitioner_id,
        H.room_id,
        H.room_before_minutes * MINUTE,
        H.room_after_minutes * MINUTE,
        H.location_id,
    )
    parts = [
        select(
            null().cast(Integer).label("of"),
            epoch(H.starts_at),
            epoch(H.ends_at),
            H.before_minutes * MINUTE,
            H.after_minutes * MINUTE,
            H.id,
            H.service_id,
            extra,
        ).where(H.practice_id == bindparam("practice"), H.expires_at > now)
    ]
    if blocks:
        parts.append(
            _blocks(
                -B.practitioner_id, B.before_minutes, B.after_minutes, B.practitioner_id.in_(bindparam("practitioners", expanding=True))
            )
        )
    if rooms:
        in_them = B.room_id.in_(bindparam("rooms", expanding=True))
        parts.append(_blocks(B.room_id, B.room_before_minutes, B.room_after_minutes, in_them))
        columns = _columns(A.room_id, A.room_before_minutes, A.room_after_minutes)
        theirs = A.room_id.in_(bindparam("rooms", expanding=True))
        parts.append(select(*columns, A.service_id, nothing).where(theirs, *_in_range()))
    if person:
        columns = _columns(nobody, nobody, nobody)
        coming = A.starts_at >= bindparam("upcoming", type_=UtcDateTime())
        theirs = A.profile_id == bindparam("profile")
        theirs = and_(theirs, A.booked_by_id == bindparam("only_by")) if only_by else theirs
        parts.append(select(*columns, A.service_id, nothing).where(theirs, coming, BLOCKS))
    return union_all(*parts) if len(parts) > 1 else parts[0]
