"""Payments when two records become one person's, and when that is taken back: they stay with their appointments."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import func, select

from booking.models import Payment
from portal.database import db
from portal.merge_journal import Journal
from portal.merge_parts import Count, Part, on_preview
from portal.models import Merge, Profile


@on_preview
def preview(source: Profile, target: Profile, now: datetime) -> Part:
    """How many entries both have."""
    theirs = select(Payment.profile_id, func.count()).where(Payment.profile_id.in_((source.id, target.id))).group_by(Payment.profile_id)
    found = dict(db.session.execute(theirs).all())
    numbers = [found.get(person.id, 0) for person in (source, target)]
    return Part([Count("payments", *numbers)] if any(numbers) else [], [])


def follow(journal: Journal) -> None:
    """After the appointments: whoever records a payment holds the lock of its appointment until it is there to be seen."""
    journal.follow(Payment.profile_id)


def give_back(merge: Merge, appointments: Collection[int]) -> None:
    """Those made since go with the appointments that are the source's again; the journal has brought back all others."""
    mine = (Payment.appointment_id.in_(list(appointments)), Payment.profile_id == merge.target_id)
    for one in db.session.scalars(select(Payment).where(*mine).order_by(Payment.id)):
        one.profile_id = merge.source_id
    db.session.flush()
