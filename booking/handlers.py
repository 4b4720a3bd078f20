"""What booking does when portal announces something."""

from booking import (
    calendar_rounds,
    copies,
    forgetting,
    holds,
    ledger_words,
    listed_care,
    merging,
    payment_words,
    practitioner_feeds,
    reminders,
    text_letters,
    texts,
    usual_care,
)
from booking.queries import coming_of
from portal.signals import (
    access_given, profile_erased, profile_merged, profile_unmerged, reach_changed, reach_narrowed, record_written, sweeping,
)  # fmt: skip

# Imported, so that the ledger, text messages and the copies of records can speak of appointments, and lists of people of who sees them.
WORDS = (ledger_words, payment_words, text_letters, copies, listed_care)
# Imported, so that the errands beside the postman read calendars: nobody else asks for them.
ERRANDS = (calendar_rounds,)


def connect() -> None:
    """Subscribe to portal's signals. Called once by app.py."""
    sweeping.connect(_forget_holds)
    sweeping.connect(_catch_up)
    access_given.connect(_remind)
    reach_changed.connect(_remind_person)
    profile_merged.connect(merging.take_over)
    profile_unmerged.connect(merging.give_back)
    profile_erased.connect(forgetting.erase)
    reach_narrowed.connect(_close_feeds)
    record_written.connect(_usual_care)


def _forget_holds(_sender, now) -> None:
    holds.sweep(now)


def _usual_care(_sender, staff, profile, care, now) -> list[usual_care.Change]:
    return usual_care.write(staff, profile, care, now)


def _remind(_sender, link, now) -> None:
    """Whoever may act for somebody from now on is reminded of what is booked already; what they may not know is judged when it is due."""
    _remind_person(None, link.profile, now)


def _remind_person(_sender, profile, now) -> None:
    for appointment in coming_of(profile, now):
        reminders.make(appointment, now)


def _catch_up(_sender, now) -> None:
    """Once an hour, whatever the reason that a text or a mail to the person's own address is missing: a number or an address written down
    since, texts turned on since."""
    for appointment in (*texts.wanting(now), *reminders.wanting(now)):
        reminders.make(appointment, now)


def _close_feeds(_sender, by, staff, now) -> None:
    practitioner_feeds.narrow(by, staff, now)
