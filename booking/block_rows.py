"""Blocks as they are under the lock of their practitioner, which everybody takes who changes that calendar (SAFETY §1)."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm.attributes import instance_state

from booking.errors import Changed, Imported, NotYours
from booking.models import Block, Practitioner
from booking.own_calendar import must_reach
from booking.placing import lock_rows
from portal.database import db
from portal.models import StaffMember


def standing(number: int) -> Block | None:
    """The block of this id as it is now, with its practitioner's row locked; None if it is gone."""
    while True:
        whose = db.session.scalar(select(Block.practitioner_id).where(Block.id == number))
        if whose is None:
            return None
        lock_rows(Practitioner, {whose})
        found = db.session.get(Block, number, populate_existing=True)
        if found.practitioner_id == whose:  # else it went to another calendar while we waited
            return None if found.removed_at else found


def locked(staff: StaffMember, block: Block, revision: int | None) -> Block:
    """The block, to change. Raises NotYours, Changed (it is newer than the form, or gone), Imported."""
    number = instance_state(block).identity[0]
    if db.session.scalar(select(Block.practice_id).where(Block.id == number)) != staff.practice_id:
        raise NotYours()
    found = standing(number)
    if found is None:
        raise Changed(block=db.session.get(Block, number))
    must_reach(staff, found.practitioner_id)
    if revision is not None and found.revision != revision:
        raise Changed(block=found)
    if found.source_id is not None:
        raise Imported()
    return found


def give_up(staff: StaffMember, block: Block, now: datetime) -> None:
    """Remove a block that is locked; it is nobody's time from now on."""
    block.removed_at, block.removed_by_id = now, staff.id
    db.session.flush()
