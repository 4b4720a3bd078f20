"""`among(Profile.id, ids)` is `Profile.id.in_(ids)` for hundreds of values: they are one parameter, which spares writing, sending and
planning another statement for each number of them (a third of the time of the search for look-alikes)."""

import json
from collections.abc import Iterable

from sqlalchemy import ColumnElement, any_, func, literal, select
from sqlalchemy.types import TypeEngine, UserDefinedType

from portal.database import db


class _Array(UserDefinedType):
    """An array of PostgreSQL, as a list of numbers or texts. Written in one go: the driver would look at each by itself, and take three times as long."""

    cache_ok = True
    render_bind_cast = True

    def __init__(self, item: TypeEngine):
        self.item = item

    def get_col_spec(self, **_options) -> str:
        return f"{self.item.compile(db.engine.dialect)}[]"

    def bind_processor(self, _dialect):
        return lambda values: "{" + ",".join([_quoted(one) if isinstance(one, str) else str(one) for one in values]) + "}"


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def among(column, values: Iterable) -> ColumnElement[bool]:
    """Whether the column is one of these numbers or texts; never, when there are none."""
    values = list(values)
    if db.engine.dialect.name == "postgresql":
        return column == any_(literal(values, _Array(column.type)))
    return column.in_(select(func.json_each(json.dumps(values)).table_valued("value").c.value))
