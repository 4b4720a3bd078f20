"""Every change of a plan goes through here, so that staff can read who set what, and when (MISSION F2)."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import inspect, select
from sqlalchemy.orm import joinedload

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


def last(row: Any, *columns: str) -> SettingChange | None:
    """The newest line about one of these columns, or about the row as a whole, with who it was; None for what came with the first house."""
    mine = (SettingChange.practice_id == row.practice_id, SettingChange.table_name == row.__tablename__, SettingChange.row_id == row.id)
    found = select(SettingChange).where(*mine, SettingChange.column.in_(("", *columns))).order_by(SettingChange.id.desc()).limit(1)
    return db.session.scalar(found.options(joinedload(SettingChange.staff).joinedload(StaffMember.account)))


def _note(staff: StaffMember, row: Any, now: datetime, column: str, old: Any, new: Any) -> None:
    whose = row.id if row.__tablename__ == "practitioners" else getattr(row, "practitioner_id", None)
    db.session.add(
        SettingChange(
            practice_id=staff.practice_id, at=now, staff_id=staff.id, table_name=row.__tablename__, row_id=row.id,
            practitioner_id=whose, column=column, old=as_json(old), new=as_json(new),
        )  # fmt: skip
    )


def _whole(row: Any) -> dict:
    return {name: as_json(getattr(row, name)) for name in inspect(type(row)).column_attrs.keys()}


def as_json(value: Any) -> Any:
    if isinstance(value, datetime):
        return int(value.timestamp())
    return value.isoformat() if isinstance(value, date) else value
