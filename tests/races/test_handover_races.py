"""An appointment goes to somebody else while others cancel it, hand it over too, or wait for its time to become free."""

import time

import pytest
from sqlalchemy import select

from booking import bookings
from booking.handover import give_back, hand_over
from booking.models import Appointment
from portal.database import db, transact
from portal.models import LedgerLine, Link
from tests.booking.clinic import Clinic, at, torn
from tests.races import naive
from tests.races.harness import attempt, race, stored, unsafe
from tests.races.test_races import booker

NINE = at("2026-12-14 09:00")
RIVALS = 16


@pytest.fixture
def clinic(context, clock):
    return Clinic(clock())


@pytest.fixture
def visit(clinic):
    return clinic.service()


@pytest.fixture
def ines(clinic, visit):
    return clinic.practitioner("Ines", visit)


@pytest.fixture
def leo(clinic):
    return clinic.person("Leo", "parent")


@pytest.fixture
def children(clinic, leo):
    """Links of the same account to others."""
    return [clinic.person(name, "parent", account=leo.account) for name in ("Mia", "Ana", "Tim")]


@pytest.fixture
def leos(clinic, visit, ines, leo):
    return clinic.booked(leo, visit, ines, "2026-12-14 09:00")


def giver(clinic, appointment, link, key, ines):
    """An attempt to hand an appointment over, in a session of its own."""
    row_id, link_id, now = appointment.id, link.id, clinic.now

    def act():
        to = db.session.get_one(Link, link_id)
        return transact(hand_over, to.account, db.session.get_one(Appointment, row_id), to, now, key)

    return attempt(NINE, (ines.id,), act)


def canceller(clinic, appointment, link, ines):
    row_id, link_id, now = appointment.id, link.id, clinic.now

    def act():
        return transact(bookings.cancel, db.session.get_one(Link, link_id).account, db.session.get_one(Appointment, row_id), now)

    return attempt(NINE, (ines.id,), act)


def lines() -> int:
    return len(list(db.session.scalars(select(LedgerLine.id).where(LedgerLine.verb == "handed_over"))))


def test_of_several_hand_overs_at_once_one_is_made(app, clinic, ines, leos, children):
    heard = race(app, [giver(clinic, leos, children[n % 3], f"form number {n}", ines) for n in range(12)])
    assert [one.public_id for one in stored()] == [one.booked for one in heard if one.booked] and len(stored()) == 1
    assert {one.error.partition(":")[0] for one in heard} == {"", "AlreadyCancelled"} and lines() == 2 and torn() == []


def test_one_form_pressed_many_times_at_once_hands_over_once(app, clinic, ines, leos, children):
    heard = race(app, [giver(clinic, leos, children[0], "the one form", ines) for _ in range(12)])
    assert {(one.booked, one.error) for one in heard} == {(stored()[0].public_id, "")} and lines() == 2 and torn() == []


def test_handed_over_or_cancelled_but_never_both(app, clinic, ines, leo, leos, children):
    attempts = [giver(clinic, leos, children[0], "the one form", ines)] * 6 + [canceller(clinic, leos, leo, ines)] * 6
    heard = race(app, attempts)
    gave, cancelled = any(one.booked for one in heard[:6]), any(one.booked for one in heard[6:])
    assert gave != cancelled and len(stored()) == gave and torn() == [] and unsafe() == []
    assert {one.error.partition(":")[0] for one in heard} <= {"", "AlreadyCancelled"}


def test_given_back_or_cancelled_but_never_both_and_only_once(app, clinic, ines, leo, leos, children):
    """Undone by many fingers at once while others cancel: either Leo has his own again, or the time is nobody's."""
    got = transact(hand_over, leo.account, leos, children[0], clinic.now, "the slip")
    row_id, leo_id, now = got.id, leo.id, clinic.now

    def undoing():
        return transact(give_back, db.session.get_one(Link, leo_id).account, db.session.get_one(Appointment, row_id), now)

    heard = race(app, [attempt(NINE, (ines.id,), undoing)] * 6 + [canceller(clinic, got, children[0], ines)] * 6)
    gave, cancelled = sum(bool(one.booked) for one in heard[:6]), any(one.booked for one in heard[6:])
    assert gave <= 1 and bool(gave) != cancelled and len(stored()) == gave and lines() == 2 + 2 * gave and torn() == [] and unsafe() == []
    assert {one.error.partition(":")[0] for one in heard} <= {"", "AlreadyCancelled", "UndoOver"}


def test_nobody_gets_in_between(app, clinic, visit, ines, leos, children):
    rivals = [booker(clinic, link.id, visit, ines, NINE) for link in clinic.people(RIVALS)]
    heard = race(app, [giver(clinic, leos, children[0], "the one form", ines), *rivals])
    assert heard[0].booked and not any(one.booked for one in heard[1:]) and all(one.refused for one in heard[1:])
    assert [one.public_id for one in stored()] == [heard[0].booked] and torn() == []


def test_two_children_change_places_without_waiting_for_each_other_for_ever(app, clinic, visit, ines, leo, leos, children):
    mias = clinic.booked(children[0], visit, ines, "2026-12-15 09:00")
    heard = race(app, [giver(clinic, leos, children[0], "from Leo to Mia", ines), giver(clinic, mias, leo, "from Mia to Leo", ines)])
    assert {one.error for one in heard} == {""} and len(stored()) == 2 and torn() == []


def test_the_harness_sees_somebody_get_in_between(app, clinic, visit, ines, leo, leos, children):
    """The positive control: cancelling and booking again in two transactions leaves a moment in which the time is anybody's."""
    row_id, leo_id, mia_id, now = leos.id, leo.id, children[0].id, clinic.now

    def in_two_steps():
        transact(bookings.cancel, db.session.get_one(Link, leo_id).account, db.session.get_one(Appointment, row_id), now)
        time.sleep(naive.A_MOMENT * 10)
        return booker(clinic, mia_id, visit, ines, NINE)()

    def patient(link):
        tried = booker(clinic, link, visit, ines, NINE)

        def run():
            for _ in range(20):
                told = tried()
                if told.booked:
                    break
                time.sleep(naive.A_MOMENT)
            return told

        return run

    heard = race(app, [in_two_steps, *(patient(link.id) for link in clinic.people(3))])
    assert not heard[0].booked and any(one.booked for one in heard[1:]), "it got away"
