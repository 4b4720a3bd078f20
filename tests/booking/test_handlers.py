"""What booking does when portal announces something."""

import pytest
from sqlalchemy import func, select

from booking import holds
from booking.models import Hold
from portal.database import db, transact
from portal.signals import sweeping
from tests.booking.clinic import Clinic, at


@pytest.fixture
def clinic(context, clock):
    return Clinic(clock())


def test_sweeping_forgets_ended_holds(clinic, clock):
    visit = clinic.service()
    clinic.practitioner("Ines", visit)
    transact(holds.hold, clinic.practice, clinic.wish(visit, owner="me"), at("2026-12-14 09:00"), clinic.now)
    transact(lambda: sweeping.send(None, now=clock.forward(minutes=10)))
    assert db.session.scalar(select(func.count()).select_from(Hold)) == 0
