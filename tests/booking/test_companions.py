"""Somebody who comes along: a name at an appointment, told to who sees it wholly, and nothing else."""

import pytest
from sqlalchemy import func, select

from booking import companions, ledger_words  # noqa: F401  (the words of the ledger)
from booking.errors import NotYours
from booking.models import Companion
from portal.database import db, transact
from portal.models import Profile
from tests.booking.at_the_desk import Desk, lines, mails
from tests.booking.clinic import Clinic
from tests.portal.merging import merged, staff_of


@pytest.fixture
def desk(context, clock):
    return Desk(clock())


def test_a_companion_has_no_record_and_is_told_to_nobody(desk):
    one = desk.book()
    people, sent = db.session.scalar(select(func.count()).select_from(Profile)), mails()
    found = desk.do(companions.add, one, "  Maria   Silva ", "mother")
    assert (found.name, found.relation, found.appointment_id) == ("Maria Silva", "mother", one.id)
    assert db.session.scalar(select(func.count()).select_from(Profile)) == people and mails() == sent
    assert desk.do(companions.add, one, "Maria Silva", "") == found and companions.of(one) == [found]
    assert [line.verb for line in lines()] == ["booked", "companion_added"]
    desk.do(companions.remove, found), desk.do(companions.remove, found)
    assert companions.of(one) == [] and [line.verb for line in lines()][2:] == ["companion_removed"]
    with pytest.raises(ValueError):
        desk.do(companions.add, one, "  ", "mother")


def test_only_this_clinic_adds_and_removes(desk, clock):
    one = desk.book()
    found = desk.do(companions.add, one, "Maria", "")
    tom = staff_of(Clinic(clock(), "other").practice, desk.now, name="Tom")
    for act in (lambda: transact(companions.add, tom, one, "Eve", "", desk.now), lambda: transact(companions.remove, tom, found, desk.now)):
        with pytest.raises(NotYours):
            act()


def test_a_companion_stays_at_the_appointment_through_a_merge(desk):
    one = desk.book()
    found = desk.do(companions.add, one, "Maria", "mother")
    ada = staff_of(desk.clinic.practice, desk.now, name="Ada")
    merged(ada, desk.leo.profile, desk.clinic.person("Leon").profile, desk.now)
    assert companions.of(one) == [found] and db.session.scalar(select(Companion.appointment_id)) == one.id
