"""Marks the tables a timetable is made of. Any change to one raises its practice's `timetable_version`, in the same
transaction, so a cached timetable is never older than the row it came from."""

from sqlalchemy import event, update
from sqlalchemy.orm import Session
from sqlalchemy.orm.util import identity_key

from portal.models import Practice


class Planned:
    """Mixin for rows that decide when somebody may come: hours, closures, services, rules."""


@event.listens_for(Session, "before_flush")
def _raise_version(session, _context, _instances):
    changed = {row.practice_id for row in (*session.new, *session.dirty, *session.deleted) if isinstance(row, Planned)}
    for practice_id in changed:
        session.execute(
            update(Practice)
            .where(Practice.id == practice_id)
            .values(timetable_version=Practice.timetable_version + 1)
            .execution_options(synchronize_session=False)
        )
        known = session.identity_map.get(identity_key(Practice, practice_id))
        if known is not None:
            session.expire(known, ["timetable_version"])
