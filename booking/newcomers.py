"""Somebody who is new to a practice: what they may book, and their first appointment, with which their own profile there is made."""

from dataclasses import replace
from datetime import datetime

from booking.bookings import book
from booking.errors import ClosedToNew, DomainError, OnlyForReturning, TakesNoNew
from booking.models import Appointment
from booking.plan import Practitioner, Service
from booking.wishes import Wish
from portal.models import Account, Practice
from portal.people import own_profile


def objection(practice: Practice, service: Service, practitioner: Practitioner | None) -> DomainError | None:
    """What `queries.objection` would say of the profile that booking would make."""
    if not practice.accepts_new:
        return ClosedToNew(reason=practice.closed_to_new_reason, phone=practice.phone)
    if practitioner is not None and practitioner.closed_to_new:
        return TakesNoNew()
    return OnlyForReturning() if service.for_people == "returning" else None


def book_for_myself(account: Account, practice: Practice, wish: Wish, start: int, now: datetime, key: str, note: str = "") -> Appointment:
    """`bookings.book` for the account's own person. A use case; raises what `book` raises."""
    profile, link = own_profile(account, practice, now)
    return book(account, link, replace(wish, profile=profile), start, now, key, note)
