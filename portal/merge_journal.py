"""The journal of a merge: every row it changes goes through here and is written down, so that it can be taken back (MISSION F8)."""

from collections.abc import Collection
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Date, inspect, select
from sqlalchemy.orm import InstrumentedAttribute

from portal.database import UtcDateTime, db
from portal.models import Merge, MergeChange, OutboxMail
from portal.outbox import ABOUT_ONE_THING

PRIMARY = "primary"  # in `Merge.stood`: the id of the surviving record's link whose account was contacted first


class Journal:
    """Of one merge. `follow` for rows that go over to the target, `change` for everything else."""

    def __init__(self, merge: Merge):
        self.merge = merge

    def follow(self, column: InstrumentedAttribute) -> list:
        """Every row whose `column` is the source becomes the target's; these rows. What was the target's before is noted too, so that
        rows made later can be told from both."""
        model, merge = column.class_, self.merge
        stood = db.session.scalars(select(model.id).where(column == merge.target_id).order_by(model.id))
        merge.stood = {**merge.stood, followed(column): list(stood)}
        rows = list(db.session.scalars(select(model).where(column == merge.source_id).order_by(model.id).with_for_update(of=model)))
        for row in rows:
            self.change(row, **{column.key: merge.target_id})
        return rows

    def change(self, row: Any, also: Collection[str] = (), **values) -> None:
        """Set columns of a row. Those that differ are written down, and those named in `also` in any case. A row with nothing to change
        is marked as touched: a merge made before this one cannot be taken back under it."""
        before = {name: getattr(row, name) for name in values}
        noted = [name for name, value in values.items() if before[name] != value or name in also]
        set_on(row, **{name: values[name] for name in noted})
        db.session.add(
            MergeChange(
                practice_id=self.merge.practice_id,
                merge_id=self.merge.id,
                table_name=row.__tablename__,
                row_id=row.id,
                before={name: as_json(before[name]) for name in noted},
                after={name: as_json(values[name]) for name in noted},
            )
        )

    def supersede(self, about: str) -> None:
        """What still waits in the outbox about a thing is not sent, unless the merge is taken back."""
        waiting = (
            select(OutboxMail)
            .where(OutboxMail.about == about, OutboxMail.state.in_(("queued", "held")), ABOUT_ONE_THING)
            .order_by(OutboxMail.id)
        )
        for mail in db.session.scalars(waiting.with_for_update()):
            self.change(mail, state="superseded")


def set_on(row: Any, **values) -> None:
    """Set columns, in the database too, and forget what was reached through them."""
    for name, value in values.items():
        setattr(row, name, value)
    db.session.flush()
    mapper = inspect(type(row))
    reached = [one.key for one in mapper.relationships if {column.key for column in one.local_columns} & set(values)]
    if reached:
        db.session.expire(row, reached)


def followed(column: InstrumentedAttribute) -> str:
    """How `Merge.stood` names a column that follows: "appointments.profile_id"."""
    return f"{column.class_.__tablename__}.{column.key}"


def model_of(table_name: str) -> type:
    """The class whose rows a table keeps."""
    return next(mapper.class_ for mapper in db.Model.registry.mappers if mapper.local_table.name == table_name)


def as_json(value: Any) -> Any:
    """A column's value as the journal keeps it: instants in epoch seconds, dates in ISO form."""
    if isinstance(value, datetime):
        return int(value.timestamp())
    return value.isoformat() if isinstance(value, date) else value


def from_json(row: Any, name: str, kept: Any) -> Any:
    """What the journal kept of a column, as Python has it."""
    kind = inspect(type(row)).columns[name].type
    if kept is None:
        return None
    if isinstance(kind, UtcDateTime):
        return datetime.fromtimestamp(kept, UTC)
    return date.fromisoformat(kept) if isinstance(kind, Date) else kept
