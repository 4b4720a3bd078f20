"""What somebody has already, as far as the account may know: the very appointment of this page, another one of the same service."""

from datetime import datetime
from zoneinfo import ZoneInfo

from booking.models import Appointment
from booking.queries import appointments_of
from booking.wishes import Wish
from portal.access import SEE_DETAILS
from portal.models import Account
from portal.queries import links_of


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
    """The booked ones to come, soonest first, of which the account may know the service and the practitioner."""
    links = {link.profile_id: link for link in links_of(account)}

    def told(one: Appointment) -> bool:
        link = links.get(one.profile_id)
        today = now.astimezone(ZoneInfo(one.practice.zone)).date()
        return one.booked_by_id == account.id or (link is not None and link.allows(SEE_DETAILS, today))

    return [one for one in appointments_of(account, now) if one.status == "booked" and told(one)]
