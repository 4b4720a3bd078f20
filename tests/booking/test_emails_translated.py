"""The exact words of the mails that matter most, in the other languages: in French for oneself, in Spanish for a child and for oneself."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import pytest
from flask_babel import force_locale

from booking import emails
from portal import clock, letters
from portal.config import Defaults
from portal.database import transact
from tests.mails import account, appointment, change, letter_to, outbox, same_as_snapshot

WHEN = datetime(2026, 12, 17, 14, 0, tzinfo=UTC)  # Thursday, 10am in Moncton, 9:00 in Toronto
CATALOGUES = Path(__file__).parents[2] / Defaults.BABEL_TRANSLATION_DIRECTORIES


class Case(NamedTuple):
    """Somebody who reads a language; an appointment they read about, and one of their own."""

    language: str
    reader: str
    practice: str
    booked: dict
    own: dict
    an_hour: str

    @property
    def address(self) -> str:
        return f"{self.reader}@example.com"

    def announced(self, cast, facts: dict):
        row = appointment(cast, starts_at=WHEN, by=self.reader, slug=self.practice.replace("_", "-"), **facts)
        transact(emails.announce_booked, row, clock.now())
        return row


LUC = {"who": "luc", "service": "evaluation"}
CASES = (
    Case("fr", "luc", "beau_rivage", LUC, LUC, "1 heure"),
    Case("es", "priya", "riverside", {"who": "leo"}, {"who": "priya", "service": "sport"}, "1 hora"),
)


@pytest.fixture(params=CASES, ids=[case.language for case in CASES])
def case(request, context, cast):
    source = CATALOGUES / request.param.language / "LC_MESSAGES" / "messages.po"
    compiled = source.with_suffix(".mo")
    assert compiled.exists() and compiled.stat().st_mtime >= source.stat().st_mtime, "the catalogue is not compiled: `make translations`"
    change(account(request.param.reader), language=request.param.language)
    return request.param


def test_the_words_of_a_booking(case, cast):
    case.announced(cast, case.booked)
    same_as_snapshot(f"{case.language}-booked", letter_to(case.address, "booked"))


def test_the_words_of_a_move(case, cast):
    row = case.announced(cast, case.booked)
    change(row, starts_at=WHEN + timedelta(days=1, hours=4), ends_at=WHEN + timedelta(days=1, hours=5), sequence=1)
    transact(emails.announce_moved, row, WHEN, clock.now())
    same_as_snapshot(f"{case.language}-moved", letter_to(case.address, "moved"))


def test_the_words_of_a_cancellation(case, cast):
    row = case.announced(cast, case.booked)
    change(row, status="cancelled", cancelled_at=clock.now(), sequence=1)
    transact(emails.announce_cancelled, row, clock.now())
    same_as_snapshot(f"{case.language}-cancelled", letter_to(case.address, "cancelled"))


def test_the_words_of_a_reminder(case, cast, clock):
    case.announced(cast, case.own)
    clock.set(2026, 12, 15, 14, 0)
    first = outbox("reminder", to_address=case.address)[0]
    same_as_snapshot(f"{case.language}-reminder", emails.reminder(first, clock.at))


def test_the_words_of_verify(case, cast):
    facts = {"address": "https://booking.example/confirm-email/x", "code": "123456", "length": case.an_hour, "reader": ""}
    with force_locale(case.language):
        same_as_snapshot(
            f"{case.language}-verify", letters.compose("verify", practice=getattr(cast, case.practice), to=case.address, **facts)
        )
