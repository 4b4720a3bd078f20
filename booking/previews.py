"""Before you save: the effect of a change, worked out from the database without touching it."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from sqlalchemy import bindparam, select
from sqlalchemy.orm import joinedload

from booking import snapshot
from booking.changes import Change
from booking.effects import Booked, Effect, effect, span
from booking.judgement import taken
from booking.limits import period
from booking.models import Appointment
from booking.models.appointment import BLOCKING
from booking.occupancy import Occupancy
from booking.schedules import fingerprint
from booking.timetable import Timetable, timetable_of
from booking.whatif import Parts
from portal.database import UtcDateTime, db, epoch
from portal.models import Practice, StaffMember

# Tables whose rows belong to one practitioner (their first column), and those that say when somebody is there.
OF_ONE = {"hours", "overrides", "breaks", "times_off", "rules", "caps"}
HOURS = {"hours", "overrides", "breaks", "times_off", "closures", "holidays_worked"}


@dataclass(frozen=True)
class Preview:
    """`seen` names what the change would replace as it is now (schedules.fingerprint); `first`..`last` are the dates looked at."""

    change: Change
    before: Timetable
    after: Timetable
    effect: Effect
    seen: str
    first: date
    last: date

    @property
    def says_nothing(self) -> bool:
        """The plan already says so."""
        return self.before is self.after


def preview(staff: StaffMember, change: Change, now: datetime) -> Preview:
    """Four statements: the plan, what is taken (two), what is booked."""
    practice, instant = staff.practice, int(now.timestamp())
    parts = snapshot.read(practice.id)
    supposed = change.on(parts)
    before = timetable_of(practice, parts)
    if supposed == parts:
        today = before.today(instant)
        return Preview(change, before, before, Effect({}, {}, ()), fingerprint(change, parts), today, today)
    after = timetable_of(practice, supposed)
    first, last = span(before, after, instant)
    differ = {table for table in parts if parts[table] != supposed[table]}
    only = _only(before, after, parts, supposed, differ)
    standing = booked(practice, now, only) if differ & HOURS else []
    found = effect(before, after, first, last, instant, _taken(before, after, first, last, instant), standing, only)
    return Preview(change, before, after, found, fingerprint(change, parts), first, last)


def _only(before: Timetable, after: Timetable, parts: Parts, supposed: Parts, differ: set[str]) -> frozenset[int] | None:
    """The practitioners for whom anything can differ; None: everybody. Where open days are counted, everybody's hours matter to everybody."""
    if not differ <= OF_ONE or (differ & HOURS and (before.counts_open_days or after.counts_open_days)):
        return None
    rows = [
        row
        for table in differ
        for some, others in ((parts, supposed), (supposed, parts))
        for row in some[table]
        if row not in others[table]
    ]
    who = frozenset(row[0] for row in rows)
    return None if None in who else who


def _taken(before: Timetable, after: Timetable, first: date, last: date, now: int) -> Occupancy:
    """What both plans need to know: with caps in either, whole weeks and months."""
    kinds = {cap.period for table in (before, after) for cap in table.caps}
    begins, ends = [period(kind, first)[0] for kind in kinds], [period(kind, last)[1] for kind in kinds]
    everybody = tuple(one.id for one in before.practitioners())
    asked = after if after.caps else before
    return taken(asked, everybody, True, None, (min([first, *begins]), max([last, *ends])), now)


def booked(practice: Practice, now: datetime, only: frozenset[int] | None) -> list[Booked]:
    """Everything that stands and has not begun, with these practitioners."""
    values = {"practice": practice.id, "now": now} | ({} if only is None else {"only": sorted(only)})
    return list(map(Booked._make, db.session.execute(_coming(only is not None), values)))


@lru_cache
def _coming(narrowed: bool):
    columns = (Appointment.id, Appointment.practitioner_id, Appointment.service_id, Appointment.location_id)
    columns += epoch(Appointment.starts_at), epoch(Appointment.ends_at)
    mine = (Appointment.practice_id == bindparam("practice"), Appointment.starts_at > bindparam("now", type_=UtcDateTime()))
    found = select(*columns).where(*mine, Appointment.status.in_(BLOCKING))
    return found.where(Appointment.practitioner_id.in_(bindparam("only", expanding=True))) if narrowed else found


def appointments_outside(staff: StaffMember, found: Effect) -> list[Appointment]:
    """The rows of `effect.outside`, soonest first, with whom they are for, with whom, what and where."""
    return _rows(staff, [one.id for one in found.outside])


def _rows(staff: StaffMember, ids: list[int]) -> list[Appointment]:
    if not ids:
        return []
    mine = select(Appointment).where(Appointment.practice_id == staff.practice_id, Appointment.id.in_(ids))
    loads = (joinedload(Appointment.profile), joinedload(Appointment.service), joinedload(Appointment.practitioner))
    return list(db.session.scalars(mine.options(*loads).order_by(Appointment.starts_at, Appointment.id)))
