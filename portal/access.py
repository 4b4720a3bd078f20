"""Who may do what for whom, and at which age. Pure: plain values in, plain values out."""

from collections.abc import Collection, Iterable
from datetime import date
from typing import NamedTuple

SEE_TIMES = "see_times"  # that an appointment exists, and when
BOOK = "book"
CHANGE = "change"  # move and cancel
SEE_DETAILS = "see_details"  # service, practitioner, place, past visits
MANAGE_ACCESS = "manage_access"  # see who else has access; invite somebody, take back what one gave
GET_NOTICES = "get_notices"
PERMISSIONS = (SEE_TIMES, BOOK, CHANGE, SEE_DETAILS, MANAGE_ACCESS, GET_NOTICES)

SELF = "self"
RELATIONSHIPS = (SELF, "parent", "guardian", "carer", "trusted")
_DEFAULTS = {
    SELF: PERMISSIONS,
    "parent": PERMISSIONS,
    "guardian": PERMISSIONS,
    "carer": (SEE_TIMES, BOOK, CHANGE, SEE_DETAILS, GET_NOTICES),
    "trusted": (SEE_TIMES, BOOK, CHANGE, GET_NOTICES),
}

# What somebody sees of appointments they did not book themselves (MISSION F6). What they booked they always see.
EVERYTHING, BUSY, NOTHING = "everything", "busy", "nothing"
LEVELS = (EVERYTHING, BUSY, NOTHING)
_SEEN = {EVERYTHING: {SEE_TIMES, SEE_DETAILS}, BUSY: {SEE_TIMES}, NOTHING: set()}

# What a birthday does to everybody else's access (MISSION F5); a practice chooses the ages.
NARROW, PAUSE = "narrow", "pause"
STEP_AGES = (12, 16, 18)
_NARROWED_BY = {SEE_DETAILS, MANAGE_ACCESS}
_STRICTNESS = {NARROW: 1, PAUSE: 2}

ADMIN, PRACTITIONER, FRONT_DESK = "admin", "practitioner", "front_desk"
ROLES = (ADMIN, PRACTITIONER, FRONT_DESK)


def age(born_on: date, on: date) -> int:
    """Full years on a date; 29 February counts as 1 March in common years."""
    return on.year - born_on.year - ((on.month, on.day) < (born_on.month, born_on.day))


def birthday(born_on: date, years: int) -> date:
    """The date on which somebody becomes so old: the first date whose `age` is `years`."""
    try:
        return born_on.replace(year=born_on.year + years)
    except ValueError:  # 29 February in a common year
        return date(born_on.year + years, 3, 1)


def born_by(on: date, years: int) -> date:
    """The last date of birth of those who are so old on a date: `age` is at least `years` for it and for no later one."""
    try:
        return on.replace(year=on.year - years)
    except ValueError:  # 29 February, and a common year then
        return date(on.year - years, 2, 28)


def default_permissions(relationship: str) -> tuple[str, ...]:
    """The permissions a new link of this kind starts with. Raises KeyError for an unknown relationship."""
    return _DEFAULTS[relationship]


def in_order(permissions: Collection[str]) -> list[str]:
    """The permissions among these, in the order of PERMISSIONS, each once."""
    return [name for name in PERMISSIONS if name in permissions]


def level(permissions: Collection[str]) -> str:
    """What these permissions show of appointments somebody else booked: everything, busy or nothing."""
    if SEE_TIMES not in permissions:
        return NOTHING
    return EVERYTHING if SEE_DETAILS in permissions else BUSY


def at_level(permissions: Collection[str], level: str) -> list[str]:
    """The same permissions with another level of seeing, in the order of PERMISSIONS."""
    kept = (set(permissions) - _SEEN[EVERYTHING]) | _SEEN[level]
    return in_order(kept)


class Step(NamedTuple):
    """At this age of the person, everybody else's access is narrowed or paused."""

    age: int
    does: str

    def on(self, born_on: date) -> date:
        return birthday(born_on, self.age)


def steps(settings: Iterable[Collection]) -> list[Step]:
    """A practice's age steps as they are stored, `[[12, "narrow"], [16, "pause"]]`, youngest first."""
    return sorted(Step(int(years), does) for years, does in settings)


def last_step(relationship: str, born_on: date | None, settings: list[Step], decided_on: date, on: date) -> Step | None:
    """The age step that stands between this link and what it was given: the strictest one passed, the first of its kind.

    A step counts for everybody but the person, from the birthday on, unless permissions were decided on that day or later:
    then whoever decided knew how old the person is. No birthday ever gives back what an earlier one took.
    """
    if relationship == SELF or born_on is None:
        return None
    passed = [step for step in settings if decided_on < step.on(born_on) <= on]
    return max(passed, key=lambda step: _STRICTNESS[step.does], default=None)


def next_step(relationship: str, born_on: date | None, settings: list[Step], on: date, standing: Step | None = None) -> Step | None:
    """The next age step after a date that takes more than the one `standing` already does."""
    if relationship == SELF or born_on is None:
        return None
    taken = _STRICTNESS[standing.does] if standing else 0
    return next((step for step in settings if step.on(born_on) > on and _STRICTNESS[step.does] > taken), None)


def effective(given: Collection[str], relationship: str, step: Step | None, is_safe: bool) -> frozenset[str]:
    """What of the given permissions holds, after the last age step and while the person is kept safe (F6).

    While a person is kept safe, only they themselves and staff decide who has access.
    """
    if step is not None and step.does == PAUSE:
        return frozenset()
    taken = (_NARROWED_BY if step is not None else set()) | ({MANAGE_ACCESS} if is_safe and relationship != SELF else set())
    return frozenset(given) - taken


def may_decide_about(mine: frozenset[str], my_relationship: str, is_mine: bool, was_given_by_me: bool) -> bool:
    """May the asker, with `mine` as permissions now, change or take away another link to the same person?

    Everybody may end their own access; the person decides about all others; whoever manages access, about what they gave.
    """
    if is_mine:
        return True
    return MANAGE_ACCESS in mine and (my_relationship == SELF or was_given_by_me)
