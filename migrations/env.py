"""How a schema change runs (SAFETY §1): one write transaction, on SQLite with foreign keys off and every reference checked after.

Foreign keys must be off before the transaction begins: a batch change copies a table and drops the old one, and with the keys
on SQLite would delete every row that points at it.
"""

import logging

from alembic import context
from flask import current_app

import booking.models
import portal.models
from portal.database import UtcDateTime, db

ALL_TABLES_OF = (portal.models, booking.models)  # importing them fills db.metadata

logging.getLogger("alembic").setLevel(logging.WARNING)


class BrokenReferences(RuntimeError):
    """The change would leave rows that point at nothing. Nothing was changed."""


def render_item(kind, item, autogen):
    """Revisions name our one type of our own instead of spelling it out."""
    if kind == "type" and isinstance(item, UtcDateTime):
        autogen.imports.add("\nfrom portal.database import UtcDateTime")
        return "UtcDateTime()"
    return False


def options() -> dict:
    arguments = current_app.extensions["migrate"].configure_args  # render_as_batch, compare_type
    return {"target_metadata": db.metadata, "render_item": render_item, **arguments}


def run_offline() -> None:
    """`flask db upgrade --sql`: the statements for a database administrator."""
    url = db.engine.url.render_as_string(hide_password=False)
    context.configure(url=url, literal_binds=True, **options())
    with context.begin_transaction():
        context.run_migrations()


def run_online() -> None:
    engine = db.engine
    with engine.connect().execution_options(writing=True) as connection:
        sqlite = connection.dialect.name == "sqlite"
        raw = connection.connection.dbapi_connection
        if sqlite:
            raw.execute("PRAGMA foreign_keys=OFF")
        try:
            context.configure(connection=connection, transactional_ddl=True, **options())
            with context.begin_transaction():
                context.run_migrations()
                if sqlite:
                    check_references(connection)
        finally:
            connection.rollback()
            if sqlite:
                raw.execute("PRAGMA foreign_keys=ON")


def check_references(connection) -> None:
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
    if broken:
        tables = sorted({f"{row[0]} → {row[2]}" for row in broken})
        raise BrokenReferences(f"{len(broken)} rows would point at nothing: {', '.join(tables)}")


if context.is_offline_mode():
    run_offline()
else:
    run_online()
