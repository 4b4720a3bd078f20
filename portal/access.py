"""Who may do what for whom. Pure: plain values in, plain values out."""

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


def default_permissions(relationship: str) -> tuple[str, ...]:
    """The permissions a new link of this kind starts with. Raises KeyError for an unknown relationship."""
    return _DEFAULTS[relationship]
