"""Book, move, cancel, undo: use cases, run through `transact`. Everything is judged again under the lock (SAFETY §1)."""

from datetime import datetime

from booking.models import Appointment, Hold
from booking.wishes import Wish
from portal.models import Account, Link


def book(account: Account, link: Link, wish: Wish | Hold, start: int | None, now: datetime, key: str, note: str = "") -> Appointment:
    """An appointment for the person behind `link`. With a Hold, its service, practitioner and start are taken.

    `key` is the form's idempotency key: the same key answers with the same appointment, whatever else is asked.
    Raises NotYours (link revoked, or without BOOK), HoldEnded, SlotTaken, NotOffered, PersonLimit, ClosedToNew, OnlyForNew,
    OnlyForReturning, TooYoung.
    """


def move(account: Account, appointment: Appointment, wish: Wish, start: int, now: datetime, key: str) -> Appointment:
    """The same appointment at another time, perhaps with another practitioner. On refusal nothing changed.

    Raises NotYours, TooLate, AlreadyCancelled, SlotTaken, NotOffered, PersonLimit. A repeated `key` answers with what it did.
    """


def cancel(account: Account, appointment: Appointment, now: datetime) -> Appointment:
    """Raises NotYours, TooLate, AlreadyCancelled."""


def undo(account: Account, appointment: Appointment, now: datetime) -> Appointment:
    """Take back the last booking, move or cancellation, for UNDO_MINUTES after it. Raises UndoOver, NotYours, SlotTaken."""


def undoable(appointment: Appointment, now: datetime) -> str | None:
    """What `undo` would take back now: "booked", "moved", "cancelled" or None."""


def undo_until(appointment: Appointment) -> datetime:
    """When the undo ends."""


def change_until(appointment: Appointment) -> datetime:
    """The last instant at which it may be cancelled or moved online."""


def may_change(appointment: Appointment, now: datetime) -> bool:
    """May it be cancelled or moved online now?"""
