"""What the calendar shows of a stretch of time, as plain rows: one statement for appointments, one for blocks, one for names.

A week of twenty practitioners is a thousand rows, so no entities are made of them. Instants are epoch seconds, lengths minutes.
"""

import hashlib
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from operator import mul
from typing import NamedTuple

from sqlalchemy import bindparam, case, func, literal, select, union_all

from booking.models import Appointment, Block, Companion, Practitioner, Room, Service
from booking.models.appointment import BLOCKING
from booking.models.block import LONGEST_BLOCK
from portal.database import UtcDateTime, db, epoch, fingerprint
from portal.models import Profile, StaffMember

# what began before may still go on: no appointment is longer (booking/models/service.py), no block than LONGEST_BLOCK
LONGEST = timedelta(days=2)

A, B, P = Appointment.__table__.c, Block.__table__.c, Profile.__table__.c


class Visit(NamedTuple):
    """One appointment. `group`: the id of the block it is a seat of. `has_*`, `is_new` and `repeats` are true or false."""

    id: int
    public_id: str
    practitioner: int
    room: int | None
    start: int
    end: int
    before: int
    after: int
    status: str
    group: int | None
    repeats: int
    has_note: int
    companions: int
    service: int
    profile: int
    given_name: str
    family_name: str
    is_new: int
    has_alert: int
    revision: int
    face: int  # of what is shown of the person: another one says another thing

    @property
    def stands(self) -> bool:
        """Whether it takes its time: neither cancelled nor missed."""
        return self.status in BLOCKING


class Blocked(NamedTuple):
    """One block: with `seats` a group that gives `service`; `imported` from another calendar."""

    id: int
    public_id: str
    practitioner: int
    room: int | None
    start: int
    end: int
    before: int
    after: int
    title: str
    seats: int | None
    service: int | None
    imported: int
    repeats: int
    revision: int

    stands = True


class Names(NamedTuple):
    """By id, whoever and whatever is gone included."""

    services: dict[int, str]
    practitioners: dict[int, tuple[str, str]]  # name, public id
    rooms: dict[int, str]


class Facts(NamedTuple):
    visits: list[Visit]
    blocks: list[Blocked]
    names: Names

    def seated(self, block: Blocked) -> int:
        """How many seats of a group are taken."""
        return sum(one.group == block.id and one.stands for one in self.visits)


def read(staff: StaffMember, low: int, high: int, only: Iterable[int] | None = None, known: Names | None = None) -> Facts:
    """What lies between two instants at the practice of `staff`; `only` some practitioners, by id. Cancelled ones are left out.
    `known`: the names, where they are known of the same version of the plan."""
    only = None if only is None else tuple(only)
    values = _between(staff, low, high, only)
    connection = db.session.connection()  # these are plain rows: a session would look for entities in each
    visits = [Visit._make(row) for row in connection.execute(_visits(only is None), values).all()]
    blocks = [Blocked._make(row) for row in connection.execute(_blocks(only is None), values).all()]
    return Facts(visits, blocks, known or names(staff))


def names(staff: StaffMember) -> Names:
    found = Names({}, {}, {})
    for kind, number, name, public_id in db.session.connection().execute(_NAMES, {"practice": staff.practice_id}):
        if kind == 1:
            found.services[number] = name
        elif kind == 2:
            found.practitioners[number] = name, public_id
        else:
            found.rooms[number] = name
    return found


def mark(staff: StaffMember, low: int, high: int, only: Iterable[int] | None = None) -> str:
    """Changes whenever what `read` gives does, or the plan behind it. One statement; `mark_of` says the same of what was read."""
    only = None if only is None else tuple(only)
    sums = db.session.connection().execute(_mark(only is None), _between(staff, low, high, only)).all()
    return _digest(staff, low, high, only, [tuple(int(each or 0) for each in row) for row in sums])


def mark_of(staff: StaffMember, low: int, high: int, only: Iterable[int] | None, facts: Facts) -> str:
    visits, blocks = _by_column(Visit, facts.visits), _by_column(Blocked, facts.blocks)
    sums = [
        (
            0,
            len(facts.visits),
            *map(sum, (visits.id, visits.revision, visits.profile, visits.face, map(mul, visits.companions, visits.id))),
        ),
        (1, len(facts.blocks), *map(sum, (blocks.id, blocks.revision, blocks.practitioner)), 0, 0),
    ]
    return _digest(staff, low, high, None if only is None else tuple(only), sums)


def _by_column(kind: type, rows: list):
    """All values of each field: sums of a thousand rows are quicker so."""
    return kind._make(zip(*rows)) if rows else kind._make([()] * len(kind._fields))


def _digest(staff: StaffMember, *said) -> str:
    *rest, sums = said
    return hashlib.sha256(repr((staff.practice.timetable_version, *rest, sorted(sums))).encode()).hexdigest()[:16]


def _between(staff: StaffMember, low: int, high: int, only: tuple[int, ...] | None) -> dict:
    begins, ends = (datetime.fromtimestamp(at, UTC) for at in (low, high))
    values = {"practice": staff.practice_id, "since": begins - LONGEST, "long_since": begins - LONGEST_BLOCK, "low": begins, "high": ends}
    return values if only is None else values | {"only": only}


def _in_range(row, everybody: bool) -> tuple:
    names = ("since" if row is A else "long_since", "low", "high")
    since, low, high = (bindparam(name, type_=UtcDateTime()) for name in names)
    here = (row.practice_id == bindparam("practice"), row.starts_at >= since, row.starts_at < high, row.ends_at > low)
    return here if everybody else (*here, row.practitioner_id.in_(bindparam("only", expanding=True)))


def _flag(condition):
    return case((condition, 1), else_=0)


_ALONG = select(func.count()).where(Companion.appointment_id == A.id).correlate(Appointment.__table__).scalar_subquery()
_NEW, _ALERT = _flag(P.provisional_at.is_not(None)), _flag(P.staff_alert != "")
_FACE = fingerprint(P.given_name + literal("\x1f", literal_execute=True) + P.family_name) + _NEW + 2 * _ALERT
_WITH_PERSON = Appointment.__table__.join(Profile.__table__, A.profile_id == P.id)


@lru_cache
def _visits(everybody: bool):
    columns = (
        A.id, A.public_id, A.practitioner_id, A.room_id, epoch(A.starts_at), epoch(A.ends_at), A.before_minutes, A.after_minutes, A.status,
        A.group_id, _flag(A.series_id.is_not(None)), _flag(A.note != ""), _ALONG, A.service_id, A.profile_id, P.given_name, P.family_name,
        _NEW, _ALERT, A.revision, _FACE,
    )  # fmt: skip
    return select(*columns).select_from(_WITH_PERSON).where(*_in_range(A, everybody), A.status != "cancelled").order_by(A.starts_at, A.id)


@lru_cache
def _blocks(everybody: bool):
    columns = (
        B.id, B.public_id, B.practitioner_id, B.room_id, epoch(B.starts_at), epoch(B.ends_at), B.before_minutes, B.after_minutes, B.title,
        B.seats, B.service_id, _flag(B.source_id.is_not(None)), _flag(B.series_id.is_not(None)), B.revision,
    )  # fmt: skip
    return select(*columns).where(*_in_range(B, everybody), B.removed_at.is_(None)).order_by(B.starts_at, B.id)


@lru_cache
def _mark(everybody: bool):
    """A row of sums for each of the two: nothing of the calendar can come, go or change without one of them changing."""

    def sums(n: int, row, *also):
        return select(literal(n, literal_execute=True), func.count(), *map(func.sum, (row.id, row.revision, *also))).where(
            *_in_range(row, everybody)
        )

    none = literal(0, literal_execute=True)
    visits = sums(0, A, A.profile_id, _FACE, _ALONG * A.id).select_from(_WITH_PERSON).where(A.status != "cancelled")
    return union_all(visits, sums(1, B, B.practitioner_id, none, none).where(B.removed_at.is_(None)))


_of = {1: (Service, Service.public_id), 2: (Practitioner, Practitioner.public_id), 3: (Room, Room.name)}
_NAMES = union_all(
    *(
        select(literal(kind, literal_execute=True), model.id, model.name, also).where(model.practice_id == bindparam("practice"))
        for kind, (model, also) in _of.items()
    )
)
