"""What somebody has already, as far as the account may know: the very appointment of this page, another one of the same service."""

from datetime import datetime

from booking.models import Appointment
from booking.queries import seen_by
from booking.wishes import Wish
from portal.models import Account


def already_booked(account: Account, wish: Wish, start: int, now: datetime) -> Appointment | None:
    """The booked appointment of that service at `start` (epoch seconds), with the practitioner if one is named, whomever of them it is for."""
    who = wish.practitioner
    for one in _known(account, now):
        same = one.service_id == wish.service.id and int(one.starts_at.timestamp()) == start
        if same and (who is None or one.practitioner_id == who.id):
            return one
    return None


def one_more(account: Account, wish: Wish, now: datetime) -> Appointment | None:
    """The next appointment this person has for the same service besides the one that is being moved."""
    if wish.profile is None or wish.moving is not None:
        return None
    mine = (one for one in _known(account, now) if one.profile_id == wish.profile.id and one.service_id == wish.service.id)
    return next((one for one in mine if one.starts_at > now), None)


def _known(account: Account, now: datetime) -> list[Appointment]:
    """The booked ones to come, soonest first, that the account sees wholly: a sentence about them names the service."""
    return [one.appointment for one in seen_by(account, now) if one.is_whole and one.appointment.status == "booked"]
