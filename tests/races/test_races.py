"""Fifty people, one time: one of them gets it, everybody hears the truth, and nobody is sent away without reason."""

from functools import partial
from random import Random

import pytest
from sqlalchemy import select

from booking import bookings, holds
from booking.models import Appointment
from booking.timetable import timetable
from booking.wishes import Wish
from portal.database import db, transact
from portal.models import Link
from tests.booking.clinic import Clinic, at, torn
from tests.races import naive
from tests.races.harness import attempt, race, stored, unjustified, unsafe, untrue

RACERS = 50
NINE, TEN = at("2026-12-14 09:00"), at("2026-12-14 10:00")


@pytest.fixture
def clinic(context, clock):
    return Clinic(clock())


@pytest.fixture
def people(clinic):
    """As many people as race, each with an account of their own."""
    return [link.id for link in clinic.people(RACERS)]


def by_id(clinic_id: int, service: str, person: str | None, owner: str) -> Wish:
    table = timetable(db.session.get_one(naive.Practice, clinic_id))
    return Wish(table.service(service), person and table.practitioner(person), owner=owner)


def booker(clinic, link_id, service, person, start, key=None, owner=""):
    """An attempt to book, in a session of its own."""
    facts = clinic.practice.id, service.public_id, person and person.public_id, owner
    candidates, now = _candidates(clinic, service, person), clinic.now

    def act():
        link = db.session.get_one(Link, link_id)
        return transact(bookings.book, link.account, link, by_id(*facts), start, now, key or f"{link_id} {start}")

    return attempt(start, candidates, act)


def holder(clinic, owner, service, person, start):
    facts = clinic.practice.id, service.public_id, person and person.public_id, owner
    candidates, now = _candidates(clinic, service, person), clinic.now
    return attempt(start, candidates, lambda: transact(holds.hold, db.session.get_one(naive.Practice, facts[0]), by_id(*facts), start, now))


def _candidates(clinic, service, person):
    return (person.id,) if person else timetable(clinic.practice).service(service.public_id).practitioners


def judged(heard, minutes=60, gap=0, rooms=None):
    """All three oracles at once; gives the number of bookings."""
    assert unsafe() == [] and untrue(heard) == [] and unjustified(heard, minutes, gap, rooms) == [] and torn() == []
    return len(stored())


def test_fifty_on_one_start(app, clinic, people):
    visit = clinic.service()
    ines = clinic.practitioner("Ines", visit)
    heard = race(app, [booker(clinic, one, visit, ines, NINE) for one in people])
    assert judged(heard) == 1 and sum(one.refused for one in heard) == RACERS - 1


def test_fifty_on_starts_that_touch_but_for_their_buffers(app, clinic, people):
    """Bodies of half an hour at half hours never overlap: only the lock keeps the half hour between them, not the table of ticks."""
    visit = clinic.service(minutes=30, step_minutes=30, after_minutes=30)
    ines = clinic.practitioner("Ines", visit)
    dice = Random(7)
    heard = race(app, [booker(clinic, one, visit, ines, NINE + dice.randrange(6) * 1800) for one in people])
    assert 2 <= judged(heard, minutes=30, gap=30) <= 3


def test_fifty_on_any_of_three(app, clinic, people):
    visit = clinic.service()
    three = {clinic.practitioner(name, visit).id for name in ("Ines", "Omar", "Ravi")}
    heard = race(app, [booker(clinic, one, visit, None, NINE) for one in people])
    assert judged(heard) == 3 and {row.practitioner_id for row in stored()} == three


def test_fifty_with_three_practitioners_and_two_rooms(app, clinic, people):
    visit = clinic.service(room_kind="gym", room_after_minutes=30)
    for name in ("Ines", "Omar", "Ravi"):
        clinic.practitioner(name, visit)
    for name in ("A", "B"):
        clinic.room(name, "gym")
    heard = race(app, [booker(clinic, one, visit, None, NINE) for one in people])
    assert judged(heard, rooms=2) == 2


def test_holding_and_booking_at_once(app, clinic, people):
    visit = clinic.service()
    ines = clinic.practitioner("Ines", visit)
    starts = [NINE, NINE + 1800, TEN]
    attempts = [booker(clinic, one, visit, ines, starts[n % 3]) for n, one in enumerate(people[:25])]
    attempts += [holder(clinic, f"visitor {n}", visit, ines, starts[n % 3]) for n in range(25)]
    heard = race(app, attempts)
    judged(heard)
    kept = sorted([one.start for one in heard if one.held] + [int(row.starts_at.timestamp()) for row in stored()])
    assert kept in ([NINE, TEN], [NINE + 1800]), "holds and appointments keep out of each other's way"


def test_one_form_sent_many_times_at_once_books_once(app, clinic, people):
    visit = clinic.service()
    clinic.practitioner("Ines", visit), clinic.practitioner("Omar", visit)
    heard = race(app, [booker(clinic, people[0], visit, None, NINE, key="the form") for _ in range(20)])
    assert {one.error for one in heard} == {""} and len({one.booked for one in heard}) == 1 == len(stored())


def test_a_limit_of_one_person_holds_over_practitioners(app, clinic, people):
    visit = clinic.service()
    clinic.change(clinic.rules, one_per_day=True)
    doctors = [clinic.practitioner(f"P{n}", visit) for n in range(8)]
    heard = race(app, [booker(clinic, people[0], visit, one, NINE + 3600 * (n % 6), key=f"{n}") for n, one in enumerate(doctors)])
    assert len(stored()) == 1 and unsafe() == [] and sum(bool(one.booked) for one in heard) == 1


def test_many_move_to_one_time_and_the_others_stay_where_they_were(app, clinic, people):
    visit = clinic.service()
    ines, omar = clinic.practitioner("Ines", visit), clinic.practitioner("Omar", visit)
    links = {link.id: link for link in db.session.scalars(select(Link).where(Link.id.in_(people[:16])))}
    rows = [
        clinic.booked(links[one], visit, (ines, omar)[n % 2], f"2026-12-{15 + n // 8} {9 + n % 8}:00".replace(" 9:", " 09:"))
        for n, one in enumerate(people[:16])
    ]
    before = {row.public_id: int(row.starts_at.timestamp()) for row in rows}
    facts, now = (clinic.practice.id, visit.public_id, ines.public_id, ""), clinic.now

    def mover(link_id, row_id):
        def act():
            return transact(
                bookings.move,
                db.session.get_one(Link, link_id).account,
                db.session.get_one(Appointment, row_id),
                by_id(*facts),
                NINE,
                now,
                f"{row_id}",
            )

        return attempt(NINE, (ines.id,), act)

    heard = race(app, [mover(row.link_id, row.id) for row in rows])
    moved = {one.booked for one in heard if one.booked}
    assert len(moved) == 1 and unsafe() == [] and torn() == [] and {one.error for one in heard} == {""}
    assert {row.public_id: int(row.starts_at.timestamp()) for row in stored()} == before | {name: NINE for name in moved}


def test_the_harness_catches_what_others_do(app, clinic, people):
    """Positive controls: each half-fix must be seen to double-book here, or these tests prove nothing."""
    visit = clinic.service()
    ines = clinic.practitioner("Ines", visit)
    links = list(db.session.scalars(select(Link).where(Link.id.in_(people[:20]))))
    engine = naive.separate_engine(db.engine.url)
    try:
        for n, method in enumerate(naive.HOLES[db.engine.dialect.name]):
            start = NINE + n * 3600
            values = [naive.values_of(link, clinic, visit, ines, start) for link in links]
            found = len(unsafe())
            heard = race(app, [attempt(start, (ines.id,), partial(method, engine, each)) for each in values])
            assert {one.error for one in heard} == {""}
            assert len(unsafe()) > found, f"{method.__name__} got away"
    finally:
        engine.dispose()
