"""One plain sentence per reason, with its next step (AVAILABILITY §12). Never a private cause, never somebody else's data."""

from datetime import datetime

from booking.facts import Day, Refusal
from booking.wishes import Wish
from portal.models import Practice


def sentence(day_or_refusal: Day | Refusal, practice: Practice, wish: Wish, now: datetime, for_staff: bool = False) -> str:
    """Why there is nothing, in the reader's language; an empty string for a day with times."""


def brief(day: Day, practice: Practice, now: datetime) -> str:
    """The same in two or three words, for a cell of the month: "Full", "Closed", "Opens 6 January"."""
