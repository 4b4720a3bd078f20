"""Dana of Riverside at the desk of the demo world (tests/cast.py), with follow-ups of Leo's and Anya's to make."""

from booking import by_staff
from booking.models import Appointment
from booking.timetable import timetable
from booking.wishes import Wish
from portal import clock
from portal.database import transact
from tests.booking.clinic import at

WHEN = at("2026-12-15 16:30")
SECRET = "practitioner in hospital"  # a reason only staff know


class Desk:
    """Dana at Riverside, with Leo's and Anya's follow-ups to make."""

    def __init__(self, cast):
        self.cast, self.now = cast, clock.now()

    @property
    def dana(self):
        return self.cast.staff("dana")

    def wish(self, who="maya_chen", what="follow_up"):
        table = timetable(self.dana.practice)
        return Wish(table.service(getattr(self.cast, what).public_id), table.practitioner(getattr(self.cast, who).public_id))

    def book(self, who="leo", start=WHEN, key=None, **more) -> Appointment:
        more = {"anyway": True, **more}
        return transact(by_staff.book, self.dana, self.cast.profile(who), self.wish(), start, self.now, key or f"{who} {start}", **more)
