"""Marks rows that several people at the desk look at: a change raises `revision`, so that a form made of an older one is not taken blindly."""

from sqlalchemy import event, inspect
from sqlalchemy.orm import Mapped, Session, mapped_column

FOLLOWS = {"profile_id"}  # whose it is follows a merge and comes back with its undo: nothing about the appointment itself


class Revised:
    """Mixin. Statements past the session raise nothing."""

    revision: Mapped[int] = mapped_column(default=0, server_default="0")


@event.listens_for(Session, "before_flush")
def _raise_revision(session, _context, _instances):
    for row in session.dirty:
        if isinstance(row, Revised) and _changed(row):
            row.revision += 1


def _changed(row: Revised) -> bool:
    columns = inspect(type(row)).column_attrs.keys()
    return any(inspect(row).attrs[name].history.has_changes() for name in set(columns) - FOLLOWS)
