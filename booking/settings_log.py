"""Every change of a plan goes through here, so that staff can read who set what, and when (MISSION F2)."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import inspect

from booking.models import SettingChange
from portal.database import db
from portal.models import StaffMember


def change(staff: StaffMember, row: Any, now: datetime, **values) -> bool:
    """Set columns of a row of the plan; a line for each that differs. Whether any did."""
    before = {name: getattr(row, name) for name in values}
    changed = [name for name, value in values.items() if before[name] != value]
    for name in changed:
        setattr(row, name, values[name])
        _note(staff, row, now, name, before[name], values[name])
    return bool(changed)


def add(staff: StaffMember, row: Any, now: datetime) -> Any:
    """Store a new row of the plan; gives it back with its id."""
    db.session.add(row)
    db.session.flush()
    _note(staff, row, now, "", None, _whole(row))
    return row


def remove(staff: StaffMember, row: Any, now: datetime) -> None:
    """Delete a row of the plan; what it said stays in the log."""
    _note(staff, row, now, "", _whole(row), None)
    db.session.delete(row)


def _note(staff: StaffMember, row: Any, now: datetime, column: str, old: Any, new: Any) -> None:
    whose = row.id if row.__tablename__ == "practitioners" else getattr(row, "practitioner_id", None)
    db.session.add(
        SettingChange(
            practice_id=staff.practice_id,
            at=now,
            staff_id=staff.id,
            table_name=row.__tablename__,
            row_id=row.id,
            practitioner_id=whose,
            column=column,
            old=as_json(old),
            new=as_json(new),
        )  # fmt: skip
    )


def _whole(row: Any) -> dict:
    return {name: as_json(getattr(row, name)) for name in inspect(type(row)).column_attrs.keys()}


def as_json(value: Any) -> Any:
    if isinstance(value, datetime):
        return int(value.timestamp())
    return value.isoformat() if isinstance(value, date) else value
