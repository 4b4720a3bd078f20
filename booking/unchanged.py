"""A settings form saves only over what it was made of: looked at once more under the lock that whoever changes a plan takes. A use case."""

from collections.abc import Callable

from booking.catalogue import lock_everybody
from booking.errors import Changed
from portal.database import db
from portal.models import StaffMember


def over(seen: str, there: Callable[[], str], use_case: Callable, staff: StaffMember, row, *args):
    """`use_case(staff, row, *args)` if what is `there` now is what the form has `seen`. A `row` of None is new. Raises Changed."""
    if row is not None:
        lock_everybody(staff)
        db.session.refresh(row, with_for_update={"key_share": True})
        if there() != seen:
            raise Changed()
    return use_case(staff, row, *args)
