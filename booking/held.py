"""The time a browser holds, in the facts that pages on the way to confirming say of it."""

from dataclasses import dataclass
from datetime import datetime

from booking.holds import live_hold
from booking.models import Practitioner, Service
from portal.database import db
from portal.models import Practice


@dataclass(frozen=True, slots=True)
class Held:
    starts_at: datetime
    expires_at: datetime
    zone: str
    service: str
    practitioner: str
    practice: Practice


def held_by(owner: str, now: datetime) -> Held | None:
    """What the visitor with this key holds now; None, and no question to the database, for an empty key."""
    hold = live_hold(owner, now)
    if hold is None:
        return None
    practice = db.session.get(Practice, hold.practice_id)
    service, practitioner = db.session.get(Service, hold.service_id), db.session.get(Practitioner, hold.practitioner_id)
    return Held(hold.starts_at, hold.expires_at, practice.zone, service.name, practitioner.name, practice)
