"""The exact words of the mails that matter most, in Spanish: for a child, and for oneself."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask_babel import force_locale

from booking import emails
from portal import clock, letters
from portal.config import Defaults
from portal.database import transact
from tests.mails import account, appointment, change, letter_to, outbox, same_as_snapshot

PRIYA = "priya@example.com"
WHEN = datetime(2026, 12, 17, 14, 0, tzinfo=UTC)  # Thursday, 9:00 in Toronto
CATALOGUE = Path(__file__).parents[2] / Defaults.BABEL_TRANSLATION_DIRECTORIES / "es" / "LC_MESSAGES" / "messages"


@pytest.fixture
def leos(context, cast):
    """Leo's appointment in Toronto, announced. Priya reads Spanish."""
    compiled, source = CATALOGUE.with_suffix(".mo"), CATALOGUE.with_suffix(".po")
    assert compiled.exists() and compiled.stat().st_mtime >= source.stat().st_mtime, "the catalogue is not compiled: `make translations`"
    change(account("priya"), language="es")
    row = appointment(cast, "leo", WHEN)
    transact(emails.announce_booked, row, clock.now())
    return row


def test_the_words_of_a_booking_in_spanish(leos):
    same_as_snapshot("es-booked", letter_to(PRIYA, "booked"))


def test_the_words_of_a_move_in_spanish(leos):
    change(leos, starts_at=WHEN + timedelta(days=1, hours=4), ends_at=WHEN + timedelta(days=1, hours=5), sequence=1)
    transact(emails.announce_moved, leos, WHEN, clock.now())
    same_as_snapshot("es-moved", letter_to(PRIYA, "moved"))


def test_the_words_of_a_cancellation_in_spanish(leos):
    change(leos, status="cancelled", cancelled_at=clock.now(), sequence=1)
    transact(emails.announce_cancelled, leos, clock.now())
    same_as_snapshot("es-cancelled", letter_to(PRIYA, "cancelled"))


def test_the_words_of_a_reminder_in_spanish(context, cast, clock):
    change(account("priya"), language="es")
    transact(emails.announce_booked, appointment(cast, "priya", WHEN, service="sport"), clock.at)
    clock.set(2026, 12, 15, 14, 0)
    first = outbox("reminder", to_address=PRIYA)[0]
    same_as_snapshot("es-reminder", emails.reminder(first, clock.at))


def test_the_words_of_verify_in_spanish(context, cast):
    facts = {"address": "https://booking.example/confirm-email/x", "code": "123456", "length": "1 hora", "reader": ""}
    with force_locale("es"):
        same_as_snapshot("es-verify", letters.compose("verify", practice=cast.riverside, to=PRIYA, **facts))
