"""Counts what a page asks of the database."""

from contextlib import contextmanager

from sqlalchemy import event

BEGIN_OR_END = ("BEGIN", "COMMIT", "ROLLBACK")


@contextmanager
def counted(engine):
    """A list that fills with the SQL statements sent meanwhile; beginnings and ends of transactions are not counted."""
    sent = []

    def note(_connection, _cursor, statement, *_rest):
        if not statement.startswith(BEGIN_OR_END):
            sent.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)
