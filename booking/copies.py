"""The appointments in a person's copy of their record, with what was paid: what has been and what comes, as far as the reader may see each."""

from collections import defaultdict
from datetime import date, datetime

from sqlalchemy import select

from booking import payments
from booking.disclosure import wrote
from booking.models import AmountDue, Appointment, Payment
from booking.queries import Sight, seen_by
from portal.access import EVERYTHING
from portal.among import among
from portal.database import db
from portal.copies import on_copy
from portal.models import Link
from portal.public_url import public_url

MOST = 10_000


@on_copy("appointments")
def appointments(link: Link, on: date, now: datetime) -> list[dict]:
    """By start, the earliest first."""
    sights = [one for past in (True, False) for one in seen_by(link.account, now, past, MOST) if one.link.id == link.id]
    wholly = [one.appointment.id for one in sights if one.how == EVERYTHING]
    entries, said = _by_visit(Payment, wholly), _by_visit(AmountDue, wholly)
    ordered = sorted(sights, key=lambda sight: sight.appointment.starts_at)
    return [_one(one, said[one.appointment.id], entries[one.appointment.id]) for one in ordered]


def _by_visit(model, ids: list[int]) -> dict[int, list]:
    """Rows about these appointments, oldest first. One statement."""
    found = defaultdict(list)
    for row in db.session.scalars(select(model).where(among(model.appointment_id, ids)).order_by(model.id)):
        found[row.appointment_id].append(row)
    return found


def _one(sight: Sight, words: list[AmountDue], entries: list[Payment]) -> dict:
    row = sight.appointment
    said = {"starts_at": row.starts_at.isoformat(), "ends_at": row.ends_at.isoformat(), "time_zone": row.zone}
    if sight.how != EVERYTHING:
        return said | {"service": None}
    return (
        said
        | {
            "service": row.service.name,
            "practitioner": row.practitioner.name,
            "place": row.location.name,
            "address": row.location.address or row.practice.address,
            "status": row.status,
            "price": {"minor_units": row.price_cents, "currency": row.practice.currency} if row.price_cents is not None else None,
            "booked_at": row.created_at.isoformat(),
            "cancelled_at": row.cancelled_at.isoformat() if row.cancelled_at else None,
            "note": row.note if wrote(sight.link, row) else "",
        }
        | _money(row, words, entries)
    )


def _money(row: Appointment, words: list[AmountDue], entries: list[Payment]) -> dict:
    """No remark of staff's is in it."""
    sums, currency = payments.sums(row, words, entries), row.practice.currency
    amounts = {"due": sums.due, "paid": sums.paid, "left": sums.left}
    return {name: {"minor_units": amount, "currency": currency} for name, amount in amounts.items()} | {
        "receipts": [_receipt(one) for one in entries]
    }


def _receipt(one: Payment) -> dict:
    return {
        "number": one.receipt_number,
        "kind": one.kind,
        "of": one.of.receipt_number if one.of else None,
        "amount": {"minor_units": one.amount, "currency": one.currency},
        "method": one.method,
        "received_on": one.received_on.isoformat(),
        "address": public_url("booking.receipt", public_id=one.public_id),
    }
