"""What somebody wants to book: the question behind every list, hold, booking and explanation."""

from dataclasses import dataclass

from booking.models import Appointment
from booking.sitting import Sitting
from booking.timetable import Practitioner, Service
from portal.models import Profile


@dataclass(frozen=True, slots=True)
class Wish:
    """`practitioner` None: anyone who offers the service. `profile` None: nobody chosen yet, rules about people are not asked.

    `owner` is the visitor key whose own hold does not block. `moving`: the appointment that would be given up;
    `sitting`: the group that would.
    `staff` skips horizon, notice and caps, never conflicts (AVAILABILITY §6). `discreet`: whoever asks may not know what the person
    has already, so a time in the way of that is told like any time that is taken (MISSION F6). `only_by`: an account that may not
    even learn *when* a person kept safe is busy: of what that person has, only what this account booked stands in the way, and
    staff see two at one time.
    """

    service: Service
    practitioner: Practitioner | None = None
    profile: Profile | None = None
    owner: str = ""
    moving: Appointment | None = None
    sitting: Sitting | None = None
    staff: bool = False
    discreet: bool = False
    only_by: int | None = None
