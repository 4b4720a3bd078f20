"""What an account may read about money: only of appointments that it sees wholly (booking/disclosure.py)."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select

from booking import owed, payments
from booking.models import Appointment, Payment
from booking.queries import link_to
from portal.access import SEE_DETAILS
from portal.database import db
from portal.models import Account, Link


class Cost(NamedTuple):
    """Of one appointment. `is_known`: whether there is anything to say, a price, an amount or an entry."""

    sums: owed.Sums
    entries: list[Payment]
    is_known: bool


def cost_of(appointment: Appointment) -> Cost:
    """For a page that its reader sees wholly."""
    said, entries = payments.said_of(appointment), payments.entries_of(appointment)
    found = payments.sums(appointment, said, entries)
    missed = appointment.status in owed.MISSED
    return Cost(found, entries, bool(entries or found.due or (not missed and (said or appointment.price_cents is not None))))


def receipt_for(account: Account, public_id: str, now: datetime) -> tuple[Payment, Link, list[Payment]] | None:
    """An entry, the link through which it is seen, and what became of it since; None if not there or not theirs."""
    entry = db.session.scalar(select(Payment).where(Payment.public_id == public_id))
    found = entry and link_to(account, entry.appointment.public_id, SEE_DETAILS, now)
    if not found:
        return None
    return entry, found[1], [one for one in payments.entries_of(found[0]) if one.of_id == entry.id]
