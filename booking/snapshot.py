"""All tables of a timetable in ONE statement: a UNION ALL with one JSON text per table."""

import json

from sqlalchemy import bindparam, literal, select, union_all

from booking.models import (
    Break,
    Cap,
    Closure,
    DateOverride,
    HolidayWorked,
    Location,
    OpeningHours,
    Practitioner,
    Room,
    Rules,
    Service,
    ServicePractitioner,
    TimeOff,
)
from booking.sqljson import json_rows
from portal.database import UtcDateTime, db, epoch

# What is asked of each table, in this order, and which of its rows still matter; rows that staff change end with their id. Why somebody
# is away is not asked.
COLUMNS = {
    "locations": (
        Location,
        (Location.id, Location.name, Location.street, Location.city, Location.zone, Location.latitude, Location.longitude),
        Location.archived_at.is_(None),
    ),
    "rooms": (Room, (Room.id, Room.location_id, Room.kind), Room.archived_at.is_(None)),
    "practitioners": (
        Practitioner,
        (
            Practitioner.id, Practitioner.position, Practitioner.public_id, Practitioner.name, Practitioner.profession,
            Practitioner.languages, Practitioner.about, Practitioner.banner_text, Practitioner.banner_from, Practitioner.banner_until,
            Practitioner.offline_at, Practitioner.closed_to_new_at,
        ),
        Practitioner.left_at.is_(None),
    ),
    "services": (
        Service,
        (
            Service.id, Service.position, Service.public_id, Service.name, Service.discipline, Service.about, Service.bring,
            Service.duration_minutes, Service.step_minutes, Service.before_minutes, Service.after_minutes, Service.buffers_inside,
            Service.price_cents, Service.for_people, Service.room_kind, Service.room_before_minutes, Service.room_after_minutes,
            Service.offline_at,
        ),
        Service.archived_at.is_(None),
    ),
    "offers": (ServicePractitioner, (ServicePractitioner.service_id, ServicePractitioner.practitioner_id, ServicePractitioner.id), None),
    "hours": (
        OpeningHours,
        (
            OpeningHours.practitioner_id, OpeningHours.location_id, OpeningHours.weekday, OpeningHours.opens, OpeningHours.closes,
            OpeningHours.valid_from, OpeningHours.valid_until, OpeningHours.service_ids, OpeningHours.id,
        ),
        None,
    ),
    "overrides": (
        DateOverride,
        (DateOverride.practitioner_id, DateOverride.location_id, DateOverride.on_date, DateOverride.windows, DateOverride.id),
        None,
    ),
    "breaks": (Break, (Break.practitioner_id, Break.begins, Break.ends, Break.weekday, Break.on_date, Break.id), None),
    "times_off": (TimeOff, (TimeOff.practitioner_id, TimeOff.starts_at, TimeOff.ends_at, TimeOff.id), None),
    "closures": (
        Closure,
        (Closure.location_id, Closure.name, Closure.first_on, Closure.last_on, Closure.starts_at, Closure.ends_at, Closure.id),
        None,
    ),
    "holidays_worked": (HolidayWorked, (HolidayWorked.on_date, HolidayWorked.id), None),
    "rules": (
        Rules,
        (
            Rules.practitioner_id, Rules.service_id, Rules.horizon, Rules.notice_minutes, Rules.cutoff_minute,
            Rules.change_notice_minutes, Rules.most_upcoming, Rules.one_per_day, Rules.anchor_midnight, Rules.id,
        ),
        None,
    ),
    "caps": (
        Cap,
        (Cap.practitioner_id, Cap.service_id, Cap.location_id, Cap.period, Cap.max_count, Cap.max_minutes, Cap.id),
        None,
    ),
}  # fmt: skip


def _part(name: str):
    table, columns, still_true = COLUMNS[name]
    asked = (epoch(column) if isinstance(column.type, UtcDateTime) else column for column in columns)
    part = select(literal(name).label("part"), json_rows(*asked).label("rows")).where(table.practice_id == bindparam("practice"))
    return part if still_true is None else part.where(still_true)


_EVERYTHING = union_all(*(_part(name) for name in COLUMNS))


def read(practice_id: int) -> dict[str, list[list]]:
    """Table → rows, each a list of its columns as above. Dates are ISO text, instants epoch seconds. One statement."""
    found = db.session.execute(_EVERYTHING, {"practice": practice_id})
    return {part: json.loads(rows or "[]") for part, rows in found}
