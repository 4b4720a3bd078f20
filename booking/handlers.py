"""What booking does when portal announces something."""

from booking import holds, ledger_words, merging, payment_words, practitioner_feeds, reminders, usual_care
from booking.queries import coming_of
from portal.signals import access_given, profile_merged, profile_unmerged, reach_narrowed, record_written, sweeping

WORDS = (ledger_words, payment_words)  # imported, so that the ledger can speak of appointments


def connect() -> None:
    """Subscribe to portal's signals. Called once by app.py."""
    sweeping.connect(_forget_holds)
    access_given.connect(_remind)
    profile_merged.connect(merging.take_over)
    profile_unmerged.connect(merging.give_back)
    reach_narrowed.connect(_close_feeds)
    record_written.connect(_usual_care)


def _forget_holds(_sender, now) -> None:
    holds.sweep(now)


def _usual_care(_sender, staff, profile, care, now) -> list[usual_care.Change]:
    return usual_care.write(staff, profile, care, now)


def _remind(_sender, link, now) -> None:
    """Whoever may act for somebody from now on is reminded of what is booked already; what they may not know is judged when it is due."""
    for appointment in coming_of(link.profile, now):
        reminders.make(appointment, now)


def _close_feeds(_sender, by, staff, now) -> None:
    practitioner_feeds.narrow(by, staff, now)
