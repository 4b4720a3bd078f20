"""Who may do what for whom, and at which age. Pure: plain values in, plain values out."""

from datetime import date

SEE_TIMES = "see_times"  # that an appointment exists, and when
BOOK = "book"
CHANGE = "change"  # move and cancel
SEE_DETAILS = "see_details"  # service, practitioner, notes, past visits
MANAGE_ACCESS = "manage_access"
GET_NOTICES = "get_notices"
PERMISSIONS = (SEE_TIMES, BOOK, CHANGE, SEE_DETAILS, MANAGE_ACCESS, GET_NOTICES)

RELATIONSHIPS = ("self", "parent", "guardian", "carer", "trusted")
_DEFAULTS = {
    "self": PERMISSIONS,
    "parent": PERMISSIONS,
    "guardian": PERMISSIONS,
    "carer": (SEE_TIMES, BOOK, CHANGE, SEE_DETAILS, GET_NOTICES),
    "trusted": (SEE_TIMES, BOOK, CHANGE, GET_NOTICES),
}

ADMIN, PRACTITIONER, FRONT_DESK = "admin", "practitioner", "front_desk"
ROLES = (ADMIN, PRACTITIONER, FRONT_DESK)


def age(born_on: date, on: date) -> int:
    """Full years on a date; 29 February counts as 1 March in common years."""
    return on.year - born_on.year - ((on.month, on.day) < (born_on.month, born_on.day))


def default_permissions(relationship: str) -> tuple[str, ...]:
    """The permissions a new link of this kind starts with. Raises KeyError for an unknown relationship."""
    return _DEFAULTS[relationship]
