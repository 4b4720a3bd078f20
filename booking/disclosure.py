"""How much of an appointment may leave the house in a mail or a calendar file, which others in a home may see too."""

from dataclasses import dataclass
from datetime import date

from portal.access import SEE_DETAILS
from portal.models import Link, Practice


@dataclass(frozen=True)
class Told:
    """That there is an appointment, when and for whom is always told to somebody with a link."""

    service: bool
    practitioner: bool


def told(practice: Practice, link: Link | None, on: date) -> Told:
    """What the reader behind `link` is told. Without a link (the person's own address at the practice) only the practice decides.

    A discreet practice never names the service; a link without `see_details` gets neither service nor practitioner.
    """
    details = link is None or link.allows(SEE_DETAILS, on)
    return Told(service=details and practice.reminder_detail == "full", practitioner=details)
