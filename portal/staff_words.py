"""The roles of a practice, in words."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext

from portal.access import ADMIN, FRONT_DESK, PRACTITIONER

ROLE_NAMES = {ADMIN: lazy_gettext("Admin"), PRACTITIONER: lazy_gettext("Practitioner"), FRONT_DESK: lazy_gettext("Front desk")}


def role_name(role: str) -> str:
    return str(ROLE_NAMES[role])


def role_does(role: str) -> str:
    """What somebody with this role can do, for whoever gives it."""
    return {
        ADMIN: _("Sees everybody, and sets everything."),
        PRACTITIONER: _("Sees their own calendar and people."),
        FRONT_DESK: _("Sees everybody: books, answers registrations, invites."),
    }[role]
