"""Which times are open, and whose appointments one may see. The first argument is who asks, or the practice for public facts."""

from datetime import date, datetime
from typing import NamedTuple

from booking.errors import DomainError
from booking.facts import Answer, Offer, Refusal
from booking.models import Appointment
from booking.wishes import Wish
from portal.models import Account, Practice, Profile, StaffMember


class Start(NamedTuple):
    """One open time: epoch seconds, its local date, the zone it is local to, and who can take it (ids into the timetable)."""

    at: int
    date: date
    zone: str
    practitioners: tuple[int, ...]


def open_times(practice: Practice, wish: Wish, first: date, last: date, now: datetime) -> Answer:
    """One Day per date: its starts or the one reason why there are none. At most one statement besides the timetable's."""


def first_open_month(practice: Practice, wish: Wish, now: datetime) -> date | None:
    """The first day of the first month that has a time; None when nothing is open as far as the plan reaches."""


def soonest(practice: Practice, wish: Wish, now: datetime, count: int = 3) -> list[Start]:
    """The next open times, at most `count`, one after another."""


def soonest_each(practice: Practice, wish: Wish, now: datetime) -> dict[int, Start | None]:
    """For "With whom?": practitioner id → their next open time for the wish's service. `min` of them is "anyone"."""


def next_free(practice: Practice, now: datetime) -> dict[str, Start | None]:
    """For the practice's page: service public_id → its next open time with anyone. Two statements, however many services."""


def nearest(practice: Practice, wish: Wish, start: int, now: datetime, count: int = 3) -> list[Start]:
    """After a refusal: open times of the same local date nearest to `start`, in order; else the soonest ones after it."""


def check_start(practice: Practice, wish: Wish, start: int, now: datetime) -> Offer | Refusal:
    """Can this start (epoch seconds) be had? The same gates as the list."""


def objection(practice: Practice, wish: Wish, now: datetime) -> DomainError | None:
    """Why this person may not book this service at all, whatever the time: ClosedToNew, OnlyForNew, OnlyForReturning; not raised."""


def appointments_of(account: Account, now: datetime, past: bool = False) -> list[Appointment]:
    """Every appointment the account may see (SEE_TIMES), over all practices: coming ones soonest first, past ones latest first.

    Service, practitioner, location, profile and practice are loaded. Cancelled ones stay among the coming until their start.
    """


def appointment_for(account: Account, public_id: str, permission: str) -> Appointment | None:
    """One appointment reached through a live link with this permission; None if not there or not yours."""


def seen_before(profile: Profile, now: datetime) -> bool:
    """Has this person been here: an appointment kept, or booked and past."""


def last_seen_practitioner(profile: Profile, now: datetime) -> int | None:
    """Whom they saw last, as practitioner id (continuity, AVAILABILITY §9)."""


def day_of(staff: StaffMember, day: date, practitioner_id: int | None = None) -> list[Appointment]:
    """The appointments of one local date at the staff member's practice, by start; cancelled ones too. Relations are loaded."""
