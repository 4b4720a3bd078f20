"""Why a calendar could not be read, in words with a next step (codes of booking/ics_in.py, ics_fetch.py, ics_reading.py, calendar_sources.py)."""

from flask_babel import lazy_gettext as _

_WORDS = {
    "no_address": _("This is not the address of a calendar. It begins with https:// or webcal://."),
    "unknown_host": _("There is no such address on the internet. Copy it again from the other calendar."),
    "private": _("This address leads into a private network, not to the internet. Use the public address of the calendar."),
    "unreachable": _("The other calendar could not be reached. We go on trying."),
    "too_slow": _("The other calendar took too long to answer. We go on trying."),
    "refused": _("The other calendar does not let us in. Make a new private address there, and add it here."),
    "gone": _("There is no calendar at this address any more. Make a new private address there, and add it here."),
    "too_big": _("This calendar is larger than 2 MB. Export only the months to come, or a calendar with fewer entries."),
    "too_many": _("This calendar has more entries than we can take in: 5,000 in 13 months. Use a calendar with fewer entries."),
    "no_calendar": _("This is not a calendar file. Its name usually ends in .ics."),
    "enough": _("Five calendars of one practitioner are as many as we read. Remove one first."),
    "in_part": _("Some entries could not be understood, so they block nothing. Block those times on our calendar by hand."),
    "broken": _("Something in this calendar could not be read. Export it again, or use another calendar."),
}
OF_ADDRESS = ("no_address", "unknown_host", "private")


def words(code: str):
    return _WORDS.get(code, _WORDS["broken"])
