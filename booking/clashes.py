"""Another appointment of the same person at the same time, at any practice their account may see. The practices never learn of it."""

from datetime import UTC, datetime

from booking.models import Appointment
from booking.models.appointment import BLOCKING
from booking.queries import appointments_of
from portal.models import Account, Link
from portal.queries import links_of


def clash(account: Account, link: Link | None, starts_at: datetime, end: int, now: datetime, moving: Appointment | None = None) -> Appointment | None:
    """The first appointment that overlaps [starts_at, end) for the person behind `link` (None: the account itself), or None.

    Profiles of two practices are one person if both are the account's own, or if name and date of birth agree.
    """
    ends_at = datetime.fromtimestamp(end, UTC)
    overlapping = [one for one in appointments_of(account, now) if one.status in BLOCKING and one.starts_at < ends_at and one.ends_at > starts_at]
    if not overlapping:
        return None
    own = {each.profile_id for each in links_of(account) if each.relationship == "self"}
    for one in overlapping:
        if (moving is None or one.id != moving.id) and _same_person(link, one, own):
            return one
    return None


def _same_person(link: Link | None, appointment: Appointment, own: set[int]) -> bool:
    if link is None or link.relationship == "self":
        return appointment.profile_id in own
    here, there = link.profile, appointment.profile
    return here.id == there.id or (here.name.casefold(), here.born_on) == (there.name.casefold(), there.born_on)
