"""The exact words of the mails that matter most, in French: one catalogue is tried end to end here."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask_babel import force_locale

from booking import emails
from portal import clock, letters
from portal.config import Defaults
from portal.database import transact
from tests.mails import appointment, change, letter_to, outbox, same_as_snapshot

LUC = "luc@example.com"
WHEN = datetime(2026, 12, 17, 14, 0, tzinfo=UTC)  # Thursday, 10am in Moncton
CATALOGUE = Path(__file__).parents[2] / Defaults.BABEL_TRANSLATION_DIRECTORIES / "fr" / "LC_MESSAGES" / "messages"


@pytest.fixture
def lucs(context, cast):
    """Luc's appointment in Dieppe, announced. Luc reads French."""
    compiled, source = CATALOGUE.with_suffix(".mo"), CATALOGUE.with_suffix(".po")
    assert compiled.exists() and compiled.stat().st_mtime >= source.stat().st_mtime, "the catalogue is not compiled: `make translations`"
    row = appointment(cast, "luc", WHEN, service="evaluation", by="luc", slug="beau-rivage")
    transact(emails.announce_booked, row, clock.now())
    return row


def test_the_words_of_a_booking_in_french(lucs):
    same_as_snapshot("fr-booked", letter_to(LUC, "booked"))


def test_the_words_of_a_move_in_french(lucs):
    change(lucs, starts_at=WHEN + timedelta(days=1, hours=4), ends_at=WHEN + timedelta(days=1, hours=5), sequence=1)
    transact(emails.announce_moved, lucs, WHEN, clock.now())
    same_as_snapshot("fr-moved", letter_to(LUC, "moved"))


def test_the_words_of_a_cancellation_in_french(lucs):
    change(lucs, status="cancelled", cancelled_at=clock.now(), sequence=1)
    transact(emails.announce_cancelled, lucs, clock.now())
    same_as_snapshot("fr-cancelled", letter_to(LUC, "cancelled"))


def test_the_words_of_a_reminder_in_french(lucs, clock):
    clock.set(2026, 12, 15, 14, 0)
    first = outbox("reminder", to_address=LUC)[0]
    same_as_snapshot("fr-reminder", emails.reminder(first, clock.at))


def test_the_words_of_verify_in_french(context, cast):
    facts = {"address": "https://booking.example/confirm-email/x", "code": "123456", "length": "1 heure", "reader": ""}
    with force_locale("fr"):
        same_as_snapshot("fr-verify", letters.compose("verify", practice=cast.beau_rivage, to=LUC, **facts))
