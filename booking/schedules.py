"""Saving a change of the plan: exactly what its preview supposed, row by row, each with a line of who set it (booking/settings_log.py)."""

import json
from datetime import UTC, date, datetime
from hashlib import sha256

from flask_babel import lazy_gettext as _
from sqlalchemy import JSON, Date, select

from booking import settings_log, snapshot
from booking.changes import Change
from booking.errors import NotYours
from booking.models import Practitioner
from booking.placing import lock_rows
from booking.schedule_roles import may_apply
from booking.whatif import Parts
from portal.database import UtcDateTime, db
from portal.errors import DomainError
from portal.models import StaffMember

TABLES = ("hours", "overrides", "breaks", "times_off", "closures", "holidays_worked", "rules", "caps")
OWN = {"id", "public_id", "practice_id"}  # what a copy of a row has for itself


class ChangedMeanwhile(DomainError):
    """Somebody saved something else there since the form was shown. Nothing was saved."""

    message = _("Somebody changed this in the meantime. What holds now is shown below. Check it, then save again.")


def fingerprint(change: Change, parts: Parts) -> str:
    """Names the rows a change would replace, as they are now: a form carries it from the page to the save."""
    return sha256(json.dumps(change.seen(parts), sort_keys=True).encode()).hexdigest()[:16]


def apply(staff: StaffMember, change: Change, now: datetime, seen: str | None = None) -> bool:
    """Save a change; whether anything differs from before. A use case.

    `seen`: the fingerprint of what the form was made of. Raises ChangedMeanwhile, and NotYours for what this role may not change, or for
    somebody who does not work here.
    """
    everybody = set(
        db.session.scalars(select(Practitioner.id).where(Practitioner.practice_id == staff.practice_id, Practitioner.left_at.is_(None)))
    )
    who = change.who()
    if not may_apply(staff, change) or who not in {None, *everybody}:
        raise NotYours()
    lock_rows(Practitioner, everybody if who is None else {who})
    parts = snapshot.read(staff.practice_id)
    if seen is not None and seen != fingerprint(change, parts):
        raise ChangedMeanwhile()
    after = change.on(parts)
    found = [_save(staff, table, parts[table], after[table], change.beside.get(table, {}), now) for table in TABLES]
    db.session.flush()
    return any(found)


def _save(staff: StaffMember, table: str, before: list[list], after: list[list], beside: dict, now: datetime) -> bool:
    """The rows of one table that are gone, those that say something else, and new ones."""
    if before == after:
        return False
    model, columns, _still_true = snapshot.COLUMNS[table]
    known, still = {row[-1]: row for row in before}, {row[-1] for row in after}
    for number in known.keys() - still:
        settings_log.remove(staff, db.session.get(model, number), now)
    db.session.flush()
    for row in after:
        if row[-1] in known:
            differing = [at for at, value in enumerate(row) if value != known[row[-1]][at]]
            if differing:
                settings_log.change(
                    staff, db.session.get(model, row[-1]), now, **{columns[at].key: _stored(columns[at], row[at]) for at in differing}
                )
        else:
            values = {column.key: _stored(column, value) for column, value in zip(columns[:-1], row)}
            settings_log.add(staff, model(practice_id=staff.practice_id, **{**_copied(model, columns, row[-1]), **beside, **values}), now)
    return True


def _copied(model, columns: tuple, number: int | None) -> dict:
    """What the plan does not read, of the row that a new one is a part of."""
    if number is None:
        return {}
    row, read = db.session.get(model, -number), {column.key for column in columns}
    return {name: getattr(row, name) for name in model.__mapper__.column_attrs.keys() if name not in read | OWN}


def _stored(column, value):
    """A value of the parts as the column has it."""
    if value is None or isinstance(column.type, JSON):
        return value
    if isinstance(column.type, UtcDateTime):
        return _instant(value)
    return date.fromisoformat(value) if isinstance(column.type, Date) else value


def _instant(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
