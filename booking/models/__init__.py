"""One file per thing, each with its small verbs."""

from booking.models.appointment import Appointment
from booking.models.feed import Feed
from booking.models.hold import Hold
from booking.models.place import Location, Room
from booking.models.practitioner import Practitioner
from booking.models.rules import Cap, Rules
from booking.models.schedule import Break, Closure, DateOverride, HolidayWorked, OpeningHours, TimeOff
from booking.models.service import Service, ServicePractitioner
from booking.models.tick import Tick

__all__ = [
    "Appointment",
    "Break",
    "Cap",
    "Closure",
    "DateOverride",
    "Feed",
    "HolidayWorked",
    "Hold",
    "Location",
    "OpeningHours",
    "Practitioner",
    "Room",
    "Rules",
    "Service",
    "ServicePractitioner",
    "Tick",
    "TimeOff",
]
