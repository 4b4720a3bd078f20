"""JSON made inside the database, the same text on SQLite and on PostgreSQL."""

from sqlalchemy import JSON, Text
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import GenericFunction


class json_row(GenericFunction):
    """`json_row(a, b)` → `"[1, \\"x\\"]"`. Dates come as ISO text, instants wrapped in `epoch()` as numbers."""

    type = Text()
    inherit_cache = True
    name = "porchlight_json_row"


class json_rows(GenericFunction):
    """An aggregate: one `json_row` per row of the table, in no order; NULL or `"[]"` when there are none."""

    type = Text()
    inherit_cache = True
    name = "porchlight_json_rows"


def _sqlite_row(element, compiler, **kw) -> str:
    parts = (compiler.process(each, **kw) for each in element.clauses)
    texts = (f"json({sql})" if isinstance(each.type, JSON) else sql for each, sql in zip(element.clauses, parts))
    return f"json_array({', '.join(texts)})"


@compiles(json_row, "sqlite")
def _row_on_sqlite(element, compiler, **kw):
    return _sqlite_row(element, compiler, **kw)


@compiles(json_row)
def _row_elsewhere(element, compiler, **kw):
    return f"CAST(json_build_array({compiler.process(element.clauses, **kw)}) AS TEXT)"


@compiles(json_rows, "sqlite")
def _rows_on_sqlite(element, compiler, **kw):
    return f"json_group_array({_sqlite_row(element, compiler, **kw)})"


@compiles(json_rows)
def _rows_elsewhere(element, compiler, **kw):
    return f"CAST(json_agg(json_build_array({compiler.process(element.clauses, **kw)})) AS TEXT)"
