"""What becomes of the details and the access of two records that are one person's. Pure: plain values in, plain values out.

A merge never gives anybody more than the wider of both sides gave, and never hands back what was taken (HOUSE decision 9):
access that ended on either side ends on both; access on both sides allows only what both allowed.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

from portal.access import SELF

SOURCE, TARGET, BOTH = "source", "target", "both"
KEEP, END = "keep", "end"

# One choice each: the columns that belong together, in the order in which people read them.
DETAILS = {
    "name": ("given_name", "family_name"),
    "middle_name": ("middle_name",),
    "preferred_name": ("preferred_name",),
    "salutation": ("salutation",),
    "pronouns": ("pronouns",),
    "born_on": ("born_on",),
    "sex_at_birth": ("sex_at_birth",),
    "phone": ("phone", "phone_kind"),
    "email": ("email",),
    "address": ("street", "unit", "city", "postal_code"),
    "card": ("card_number", "card_region", "card_version", "card_expires_on"),
    "file_number": ("file_number",),
    "referred_by": ("referred_by",),
    "program": ("program", "program_number", "program_region", "qualified_at"),
    "billing": ("billing_authorisation", "case_number", "sessions_needed"),
    "billing_notes": ("billing_notes",),
    "veteran_id": ("veteran_id",),
    "language": ("language",),
    "zone": ("zone",),
    "staff_alert": ("staff_alert",),
}
OF_CONTACT = frozenset({"phone", "email", "address"})  # people move: the newer record knows better
ADDED_UP = frozenset({"staff_alert", "billing_notes"})  # neither warning may get lost
BETWEEN_ALERTS = "\n"
# said after a merge, they hold for both once it is taken back: nobody knows of whom it was said
GUARDS = (
    "safe_at",
    "email_refused_at",
    "sms_refused_at",
    "voice_refused_at",
)

ANSWERS = tuple(f"{channel}_{answer}_at" for channel in ("email", "sms", "voice") for answer in ("consent", "refused"))
NOBODY_ASKED = ("created_at", "provisional_at", "safe_at", *ANSWERS)


def default_side(name: str, source: tuple, target: tuple, source_is_newer: bool) -> str:
    """Which side's values stand unless staff choose: filled beats blank; contact details from the newer record, all else from the target."""
    if _says_all(target, source):
        return TARGET
    if _says_all(source, target):
        return SOURCE
    if name in ADDED_UP:
        return BOTH
    return SOURCE if name in OF_CONTACT and source_is_newer else TARGET


def _says_all(one: tuple, other: tuple) -> bool:
    """Whether one side says all that the other does: a name and its family name, where the other knows the name alone."""
    return all(mine == theirs or not theirs for mine, theirs in zip(one, other))


def sides(name: str, source: tuple, target: tuple) -> tuple[str, ...]:
    """What may be chosen: nothing where there is no difference, and never a blank over something filled."""
    if source == target or not any(source) or not any(target):
        return ()
    return (SOURCE, TARGET, BOTH) if name in ADDED_UP else (SOURCE, TARGET)


def standing_side(name: str, source: tuple, target: tuple, wished: str | None, source_is_newer: bool) -> str:
    """Which side's values will stand. A side that may not be chosen is no side."""
    return wished if wished in sides(name, source, target) else default_side(name, source, target, source_is_newer)


def values_of(side: str, source: tuple, target: tuple) -> tuple:
    """The values of a side, BOTH one under the other."""
    if side == BOTH:
        return tuple(one if one == other else BETWEEN_ALERTS.join((other, one)) for one, other in zip(source, target))
    return source if side == SOURCE else target


def earliest(*moments: date | datetime | None):
    """The first of those that are known; None when none is."""
    return min((moment for moment in moments if moment is not None), default=None)


def latest(*moments: date | datetime | None):
    return max((moment for moment in moments if moment is not None), default=None)


def of_nobody_asked(source: Mapping[str, Any], target: Mapping[str, Any]) -> dict[str, Any]:
    """Columns about which there is nothing to choose: protection and refusals of either side hold, a person once known is no newcomer."""
    both_new = source["provisional_at"] is not None and target["provisional_at"] is not None
    return {
        "created_at": earliest(source["created_at"], target["created_at"]),
        "provisional_at": target["provisional_at"] if both_new else None,
        "safe_at": earliest(source["safe_at"], target["safe_at"]),
        **{name: latest(source[name], target[name]) for name in ANSWERS},
    }


class Held(NamedTuple):
    """One account's access to one of the two records: its live link, or that it had one and has none now."""

    link_id: int
    relationship: str
    permissions: frozenset[str]
    decided_on: date
    ends_on: date | None
    review_on: date | None
    is_undecided: bool = False  # made online, and nobody has decided about it since


class Hold(NamedTuple):
    """One account before the merge: its live access on both sides, and the sides on which it had access that was taken or ran out."""

    source: Held | None
    target: Held | None
    ended_on: frozenset[str] = frozenset()


class Afterwards(NamedTuple):
    """What of the record decides about access. `is_child`, `was_child`: too young for an account of their own, afterwards and in the
    target before; `since`: the day on which the older of the two records was made."""

    is_child: bool = False
    was_child: bool = False
    since: date | None = None


STAYS, MOVES, UNITED, ENDS = "stays", "moves", "united", "ends"


TAKEN, BY_CHOICE, TOO_YOUNG = "taken", "by choice", "too young"  # why access ends


class Outcome(NamedTuple):
    """`kind` with the access that goes on (None for ENDS); what goes on keeps the id of the link that carries it. `why` it ends."""

    kind: str
    held: Held | None
    why: str = ""


UNKNOWN = Afterwards()


def outcome(hold: Hold, choice: str = KEEP, afterwards: Afterwards = UNKNOWN) -> Outcome | None:
    """What an account may do afterwards; None where it had nothing that lasts. `choice` END: staff give the source's access to nobody."""
    if hold.source is None and hold.target is None:
        return None
    if hold.ended_on:
        return Outcome(ENDS, None, TAKEN)
    lasting = _lasting(hold)
    if lasting.held.relationship == SELF and afterwards.is_child and not (lasting.kind == STAYS and afterwards.was_child):
        return Outcome(ENDS, None, TOO_YOUNG)
    if choice == END and hold.source is not None:
        return Outcome(ENDS, None, BY_CHOICE)
    return lasting._replace(held=_decided(lasting.held, afterwards.since))


def _lasting(hold: Hold) -> Outcome:
    if hold.source is None:
        return Outcome(STAYS, hold.target)
    return Outcome(MOVES, hold.source) if hold.target is None else Outcome(UNITED, united(hold.source, hold.target))


def _decided(held: Held, since: date | None) -> Held:
    """Who registers a person online decides nothing: the age steps of the record hold for them as if they had been there from the beginning."""
    return held._replace(decided_on=earliest(held.decided_on, since)) if held.is_undecided else held


def united(source: Held, target: Held) -> Held:
    """What both allow, until the earlier end. Whoever acts for the person on one side is not the person on the other."""
    return Held(
        target.link_id,
        one_relationship(source.relationship, target.relationship),
        frozenset(source.permissions & target.permissions),
        min(source.decided_on, target.decided_on),
        earliest(source.ends_on, target.ends_on),
        earliest(source.review_on, target.review_on),
    )


def one_relationship(source: str, target: str) -> str:
    """Age steps and the safe flag never bind the person themselves, so of "self" and "parent" the parent is left."""
    return source if target == SELF else target


_CHECKS = ("", "birth_date", "code")  # each asks for more than the one before


def stronger_check(one: str, other: str) -> str:
    return max(one, other, key=_CHECKS.index)


def after_undo(before: frozenset[str], merged: frozenset[str], now: frozenset[str], is_target: bool) -> frozenset[str]:
    """The permissions of one side once a merge is taken back: as they were, without what was taken meanwhile; what was given
    meanwhile stays with the target."""
    kept = before - (merged - now)
    return kept | now if is_target else kept
