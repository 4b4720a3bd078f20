"""The appointments in a person's copy of their record: what has been and what comes, as far as the reader may see each."""

from datetime import date, datetime

from booking.disclosure import wrote
from booking.queries import Sight, seen_by
from portal.access import EVERYTHING
from portal.exports import on_export
from portal.models import Link

MOST = 10_000


@on_export("appointments")
def appointments(link: Link, on: date, now: datetime) -> list[dict]:
    """By start, the earliest first."""
    sights = [one for past in (True, False) for one in seen_by(link.account, now, past, MOST) if one.link.id == link.id]
    return [_one(one) for one in sorted(sights, key=lambda sight: sight.appointment.starts_at)]


def _one(sight: Sight) -> dict:
    row = sight.appointment
    said = {"starts_at": row.starts_at.isoformat(), "ends_at": row.ends_at.isoformat(), "time_zone": row.zone}
    if sight.how != EVERYTHING:
        return said | {"service": None}
    return said | {
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
