"""The first appointment of an account at a practice: its own profile there is made in the same transaction."""

from dataclasses import replace
from datetime import datetime

from booking.bookings import book
from booking.models import Appointment
from booking.wishes import Wish
from portal.models import Account, Practice
from portal.people import own_profile


def book_for_myself(
    account: Account, practice: Practice, wish: Wish, start: int, now: datetime, key: str, note: str = ""
) -> Appointment:
    """`bookings.book` for the account's own person. A use case; raises what `book` raises."""
    profile, link = own_profile(account, practice, now)
    return book(account, link, replace(wish, profile=profile), start, now, key, note)
