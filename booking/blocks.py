"""Time for something else than patients: staff block it, change it, and turn it into an appointment (MISSION M22). Use cases.

A block stands over whatever is booked already; nothing new is booked over it but knowingly. Nobody is written to.
"""

from datetime import datetime

from sqlalchemy import select

from booking import by_staff
from booking.block_rows import give_up, locked
from booking.deciding import Anyway
from booking.errors import NotOffered, NotYours
from booking.models import Appointment, Block, Practitioner, Series
from booking.models.block import LONGEST_BLOCK
from booking.own_calendar import must_reach
from booking.placing import lock_rows
from booking.plan import Location
from booking.timetable import Timetable, timetable
from booking.wall_clock import as_datetime, days_later, seconds
from booking.where import location_at
from booking.wishes import Wish
from portal.database import db
from portal.models import Profile, StaffMember


def block(
    staff: StaffMember,
    practitioner_id: int,
    starts_at: datetime,
    ends_at: datetime,
    title: str,
    now: datetime,
    *,
    every_days: int | None = None,
    times: int | None = None,
) -> list[Block]:
    """One block, or `times` of them every so many days at the same wall-clock time. What is there already is not made twice.

    Raises NotYours, ValueError for an end that is not after its start, or more than `LONGEST_BLOCK` after it.
    """
    must_be_a_span(starts_at, ends_at)
    must_reach(staff, practitioner_id)
    lock_rows(Practitioner, {practitioner_id})
    table = timetable(staff.practice)
    if table.by_id(practitioner_id) is None:
        raise NotYours()
    place, series = place_of(table, practitioner_id, seconds(starts_at)), None
    repeats = times if every_days and times and times > 1 else 1
    spans = [_again(place.zone, starts_at, ends_at, n * (every_days or 0)) for n in range(repeats)]
    twins = _same(practitioner_id, title, spans)
    if len(twins) == len(spans):
        return twins
    if repeats > 1:
        series = Series(practice_id=staff.practice_id, every_days=every_days, times=times, created_at=now, created_by_id=staff.id)
        db.session.add(series)
        db.session.flush()
    made = [
        Block(
            practice_id=staff.practice_id,
            practitioner_id=practitioner_id,
            location_id=place_of(table, practitioner_id, seconds(begins)).id,
            series_id=series and series.id,
            starts_at=begins,
            ends_at=ends,
            title=title,
            created_at=now,
            created_by_id=staff.id,
        )
        for begins, ends in spans
    ]
    db.session.add_all(made)
    db.session.flush()
    return made


def change(staff: StaffMember, block: Block, now: datetime, *, revision: int | None, **values) -> Block:
    """`title`, `starts_at`, `ends_at`, `practitioner_id`; of a group only the title (its time is booking/groups.py's). Other ones of a
    series stay. Raises Changed, Imported, NotYours, ValueError."""
    to = values.get("practitioner_id")
    if to is not None:
        must_reach(staff, to)
        lock_rows(Practitioner, {to, block.practitioner_id})
    block = locked(staff, block, revision)
    if set(values) - ({"title"} if block.is_group else {"title", "starts_at", "ends_at", "practitioner_id"}):
        raise ValueError(f"not to be changed here: {sorted(values)}")
    for name, value in values.items():
        setattr(block, name, value)
    must_be_a_span(block.starts_at, block.ends_at)
    table = timetable(staff.practice)
    if table.by_id(block.practitioner_id) is None:
        raise NotYours()
    if not block.is_group:
        block.location_id = place_of(table, block.practitioner_id, seconds(block.starts_at)).id
    db.session.flush()
    db.session.expire(block, ["practitioner", "location"])
    return block


def remove(staff: StaffMember, block: Block, now: datetime, *, revision: int | None = None, following: bool = False) -> list[Block]:
    """This one, or with `following` those of its series after it too; gives those that went. Raises Changed, Imported, NotYours, ValueError."""
    block = locked(staff, block, revision)
    if block.is_group:
        raise ValueError("a group is closed, with its seats")
    gone = [block]
    if following and block.series_id is not None:
        later = (
            Block.series_id == block.series_id,
            Block.starts_at > block.starts_at,
            Block.removed_at.is_(None),
            Block.practitioner_id == block.practitioner_id,
        )
        gone += db.session.scalars(select(Block).where(*later).order_by(Block.starts_at).execution_options(populate_existing=True))
    for one in gone:
        give_up(staff, one, now)
    return gone


def turn_into(
    staff: StaffMember,
    block: Block,
    profile: Profile,
    wish: Wish,
    now: datetime,
    key: str,
    *,
    revision: int | None = None,
    note: str = "",
    anyway: Anyway = False,
    tell: bool = True,
) -> Appointment:
    """The block goes and an appointment takes its start, with its practitioner and the service's length; both or neither.

    Raises what `by_staff.book` raises, and Changed for a block that somebody changed, removed or turned already, Imported.
    """
    given_up = by_staff.GivenUp(block, revision)
    return by_staff.book(staff, profile, wish, seconds(block.starts_at), now, key, note=note, anyway=anyway, tell=tell, from_block=given_up)


def place_of(table: Timetable, practitioner_id: int, start: int) -> Location:
    """Where they are then, or else where they usually are. Raises NotOffered at a practice without any location."""
    found = location_at(table, practitioner_id, start)
    if found is None:
        raise NotOffered()
    return found


def must_be_a_span(starts_at: datetime, ends_at: datetime) -> None:
    """Raises ValueError. A form offers one day, so only a program meets this."""
    if ends_at <= starts_at:
        raise ValueError("a block ends after it starts")
    if ends_at - starts_at > LONGEST_BLOCK:
        raise ValueError(f"a block lasts {LONGEST_BLOCK.days} days at most: take days off instead")


def _again(zone: str, starts_at: datetime, ends_at: datetime, days: int) -> tuple[datetime, datetime]:
    if not days:
        return starts_at, ends_at
    begins, ends = (as_datetime(days_later(zone, seconds(at), days)) for at in (starts_at, ends_at))
    return begins, ends if ends > begins else begins + (ends_at - starts_at)  # one that would vanish in a gap keeps its length


def _same(practitioner_id: int, title: str, spans: list[tuple[datetime, datetime]]) -> list[Block]:
    """Standing blocks that are just these: a form that was sent twice."""
    mine = (
        Block.practitioner_id == practitioner_id,
        Block.title == title,
        Block.removed_at.is_(None),
        Block.seats.is_(None),
        Block.source_id.is_(None),
    )
    found = db.session.scalars(select(Block).where(*mine, Block.starts_at.in_([begins for begins, _ in spans])).order_by(Block.starts_at))
    return [one for one in found if (one.starts_at, one.ends_at) in spans]
