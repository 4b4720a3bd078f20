"""`among(Profile.id, ids)` is `Profile.id.in_(ids)` for hundreds of values: they are one parameter, which spares writing, sending and
planning another statement for each number of them (a third of the time of the search for look-alikes)."""

import json
from collections.abc import Iterable

from sqlalchemy import ARRAY, ColumnElement, any_, func, literal, select

from portal.database import db


def among(column, values: Iterable) -> ColumnElement[bool]:
    """Whether the column is one of these numbers or texts; never, when there are none."""
    values = list(values)
    if db.engine.dialect.name == "postgresql":
        return column == any_(literal(values, ARRAY(column.type)))
    return column.in_(select(func.json_each(json.dumps(values)).table_valued("value").c.value))
