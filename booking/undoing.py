"""Take back what one has just set: the lines of the settings log are read backwards, as long as nobody changed the same rows since."""

from collections.abc import Iterable
from datetime import UTC, date, datetime

from flask_babel import lazy_gettext as _
from sqlalchemy import JSON, Date, select

from booking import settings_log
from booking.models import Practitioner, SettingChange
from booking.placing import lock_rows
from portal.database import UtcDateTime, db
from portal.errors import DomainError
from portal.models import StaffMember


class CannotUndo(DomainError):
    """Somebody changed the same thing since. Nothing was taken back."""

    message = _("Somebody changed this since, so it was not taken back. Look at what holds now.")


def set_at(staff: StaffMember, now: datetime) -> list[int]:
    """The lines this member of staff has written at this instant; ids."""
    mine = (
        SettingChange.practice_id == staff.practice_id,
        SettingChange.staff_id == staff.id,
        SettingChange.at == now.replace(microsecond=0),
    )
    return list(db.session.scalars(select(SettingChange.id).where(*mine).order_by(SettingChange.id)))


def undo(staff: StaffMember, lines: Iterable[int], now: datetime) -> None:
    """A use case. Only one's own lines; raises CannotUndo if a row is not any more as they left it."""
    everybody = select(Practitioner.id).where(Practitioner.practice_id == staff.practice_id)
    lock_rows(Practitioner, db.session.scalars(everybody))
    mine = (SettingChange.id.in_(list(lines)), SettingChange.practice_id == staff.practice_id, SettingChange.staff_id == staff.id)
    found = list(db.session.scalars(select(SettingChange).where(*mine).order_by(SettingChange.id.desc())))
    if not found:
        raise CannotUndo()
    for line in found:
        _undo(staff, line, now)
    db.session.flush()


def _undo(staff: StaffMember, line: SettingChange, now: datetime) -> None:
    model = _model(line.table_name)
    if line.column == "" and line.new is None:  # taken away: put there again
        settings_log.add(staff, model(**{name: _value(model, name, value) for name, value in line.old.items() if name != "id"}), now)
        return
    row = db.session.get(model, line.row_id, populate_existing=True)
    if row is None or any(settings_log.as_json(getattr(row, name)) != value for name, value in _left(line).items()):
        raise CannotUndo()
    if line.column == "":
        settings_log.remove(staff, row, now)
        db.session.flush()
    else:
        settings_log.change(staff, row, now, **{line.column: _value(model, line.column, line.old)})


def _left(line: SettingChange) -> dict:
    return line.new if line.column == "" else {line.column: line.new}


def _model(table: str):
    return next(mapper.class_ for mapper in db.Model.registry.mappers if mapper.class_.__tablename__ == table)


def _value(model, name: str, value):
    kind = model.__table__.c[name].type
    if value is None or isinstance(kind, JSON):
        return value
    if isinstance(kind, UtcDateTime):
        return datetime.fromtimestamp(value, UTC)
    return date.fromisoformat(value) if isinstance(kind, Date) else value
