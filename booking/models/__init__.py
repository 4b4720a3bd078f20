"""One file per thing, each with its small verbs."""

from booking.models.appointment import Appointment
from booking.models.block import Block
from booking.models.calendar_source import CalendarSource, PractitionerFeed
from booking.models.companion import Companion
from booking.models.feed import Feed
from booking.models.hold import Hold
from booking.models.payment import AmountDue, Payment
from booking.models.place import Location, Room
from booking.models.practitioner import Practitioner
from booking.models.rules import Cap, Rules
from booking.models.schedule import Break, Closure, DateOverride, HolidayWorked, OpeningHours, TimeOff
from booking.models.series import Series
from booking.models.service import Service, ServicePractitioner
from booking.models.setting_change import SettingChange
from booking.models.tick import Tick
from booking.models.usual_care import UsualCare

__all__ = [
    "AmountDue",
    "Appointment",
    "Block",
    "Break",
    "CalendarSource",
    "Cap",
    "Closure",
    "Companion",
    "DateOverride",
    "Feed",
    "HolidayWorked",
    "Hold",
    "Location",
    "OpeningHours",
    "Payment",
    "Practitioner",
    "PractitionerFeed",
    "Room",
    "Rules",
    "Series",
    "Service",
    "ServicePractitioner",
    "SettingChange",
    "Tick",
    "TimeOff",
    "UsualCare",
]
