"""A time kept for some minutes while somebody confirms (AVAILABILITY §10). Use cases: run them through `transact`."""

from datetime import datetime

from booking.models import Hold
from booking.wishes import Wish
from portal.models import Practice


def hold(practice: Practice, wish: Wish, start: int, now: datetime) -> Hold:
    """Keep `start` (epoch seconds) for `wish.owner`; the owner's former hold goes in the same transaction.

    Raises SlotTaken, NotOffered, PersonLimit, or what `queries.objection` says; a refusal leaves the former hold alone.
    """


def live_hold(owner: str, now: datetime) -> Hold | None:
    """What this visitor holds now. A read: no transaction needed."""


def renew(hold: Hold, now: datetime) -> Hold:
    """The full time once more, once. Raises HoldEnded when it ended or was renewed before."""


def release(owner: str) -> None:
    """Give the time back."""


def sweep(now: datetime) -> int:
    """Forget holds that ended; how many."""
