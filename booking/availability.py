"""Open times and reasons: which starts can be had, and if none, why (AVAILABILITY §3–§5, §7–§9, §12).

`availability` lists a range of dates, `check` judges one start, with the same gates. Values are in `booking/facts.py`.
"""

from collections.abc import Mapping

from booking.facts import Answer, Facts, Offer, Policy, Query, Refusal


def availability(facts: Facts, query: Query, policy: Policy, now: int) -> Answer:
    """One `Day` per date of the question, in order: its starts, or else the one reason why there are none."""


def check(facts: Facts, query: Query, start: int, policy: Policy, now: int) -> Offer | Refusal:
    """Can this start be had? The dates of the question are not looked at; the start's own local date is."""


def preference(
    practitioners: tuple[int, ...], wish: int | None = None, last_seen: int | None = None, booked: Mapping[int, int] = {}
) -> tuple[int, ...]:
    """The order in which "any practitioner" is tried: the person's wish, then whom they saw last, then fewest `booked` minutes that day, then id (§9)."""
