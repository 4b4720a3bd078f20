"""The roles of a practice and what they may do, in words."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext

from portal.access import ADMIN, FRONT_DESK, PRACTITIONER
from portal.permissions import DAYS, EVERYBODY, EXPORT, FILES, INVITE, MERGE, OWN_HOURS, PAYMENTS, SCHEDULES, SETTINGS, TEAM

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


def permission_name(name: str) -> str:
    return {
        EVERYBODY: _("See everybody"),
        FILES: _("Files and notes"),
        PAYMENTS: _("Payments"),
        EXPORT: _("Export lists"),
        INVITE: _("Invite people"),
        MERGE: _("Answer registrations and merge records"),
        OWN_HOURS: _("Set one’s own hours"),
        DAYS: _("Enter days off for anybody"),
        SCHEDULES: _("Set everybody’s hours and the booking rules"),
        SETTINGS: _("Change the settings of the practice"),
        TEAM: _("Decide about staff"),
    }[name]


def permission_means(name: str) -> str:
    """One sentence of what is in it."""
    return {
        EVERYBODY: _(
            "All people and all calendars. Without it: one’s own calendar, the people who come to it, and those one added or was given."
        ),
        FILES: _("See and add files about people, and the notes of staff."),
        PAYMENTS: _("See what is due and paid, record payments and refunds, print and email receipts."),
        EXPORT: _("Save lists of people and appointments as a spreadsheet. Without “See everybody”: one’s own people and appointments."),
        INVITE: _("Let people into the portal, and see who has access for whom."),
        MERGE: _("Check who registered online, and make two records of one person one."),
        OWN_HOURS: _("The usual week, breaks and days off of one’s own calendar."),
        DAYS: _("Also other hours on a single day, and closing for a single day."),
        SCHEDULES: _("Also closures, public holidays, and how far ahead people book."),
        SETTINGS: _("Services, practitioners, places, messages, reminders, name and colours."),
        TEAM: _("Who works here, what they may do, how they sign in, and what happens to access when children grow up."),
    }[name]


def happened(verb: str, facts: dict) -> str:
    """What became of a colleague, of a line of the ledger (portal/team.py: history)."""
    if verb == "staff_joined":
        return _("Joined as %(role)s", role=role_name(facts["role"]))
    if verb == "staff_left":
        return _("Left")
    if verb == "staff_role_changed":
        return _("Role changed from %(before)s to %(after)s", before=role_name(facts["before"]), after=role_name(facts["after"]))
    said = {_("May now: %(what)s"): facts["given"], _("May no longer: %(what)s"): facts["taken"]}
    return ". ".join(words % {"what": "; ".join(permission_name(one) for one in names)} for words, names in said.items() if names)
