"""Bookings a second, through the use case: lock, judge, appointment, ticks, ledger, mails; beside a loop that only inserts.

Both databases are durable here (SQLite `synchronous=FULL`, PostgreSQL with fsync): what was told survives a power cut.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from statistics import quantiles
from zoneinfo import ZoneInfo

from sqlalchemy import insert
from sqlalchemy.orm import joinedload

from bench import Row
from bench.statements import counted
from bench.world import CLOSES, LENGTH, NOW, OPENS, ZONE, application, practice_with
from booking import bookings
from booking.errors import SlotTaken
from booking.models import Appointment
from booking.ticks import occupy
from booking.timetable import timetable
from booking.wishes import Wish
from portal.access import default_permissions
from portal.database import db, transact
from portal.models import Link, Profile
from tests.databases import fresh, postgresql

PRACTITIONERS, PEOPLE, CLIENTS, RACERS = 10, 200, 8, 50
SECONDS = 3.0
AIM = 100  # a second


def starts() -> Iterator[int]:
    """Every half hour of working days, from tomorrow on, for as long as the horizon reaches."""
    for ahead in range(1, 89):
        day = NOW.date() + timedelta(days=ahead)
        if (
            day.weekday() < 5
            and not (day.month, day.day) in {(12, 25), (12, 26), (12, 28), (1, 1)}
            and not (day.month == 2 and 15 <= day.day <= 21)
        ):
            for minute in range(OPENS, CLOSES, LENGTH):
                yield int((datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(ZONE)) + timedelta(minutes=minute)).timestamp())


def people(practice_id: int, account_id: int) -> list[int]:
    """A use case: link ids of strangers to book for; nobody can be in two places at once."""
    made = []
    for n in range(PEOPLE):
        profile = Profile(practice_id=practice_id, given_name=f"P{n}", created_at=NOW, email_consent_at=NOW)
        link = Link(practice_id=practice_id, account_id=account_id, profile=profile, relationship="parent", created_at=NOW)
        link.permissions = list(default_permissions("parent"))
        made.append(link)
    db.session.add_all(made)
    db.session.flush()
    return [link.id for link in made]


class Desk:
    """A practice that takes bookings: `next_job()` is the next free time of one practitioner, for one person."""

    def __init__(self):
        self.practice, self.service, doctors, account, _ = transact(practice_with, PRACTITIONERS)
        self.links = transact(people, self.practice.id, account.id)
        table = timetable(self.practice)
        self.account_id, self.location_id = account.id, table.locations[0].id
        self.wish = Wish(table.services()[0])
        jobs = ((start, person) for start in starts() for person in table.practitioners())
        self._jobs, self._numbers, self._guard = jobs, count(), threading.Lock()

    def next_job(self) -> tuple[int, Wish, int, int]:
        with self._guard:
            number = next(self._numbers)
            start, person = next(self._jobs)
        return number, replace(self.wish, practitioner=person), start, self.links[number % PEOPLE]

    def book(self) -> None:
        number, wish, start, link_id = self.next_job()
        link = db.session.get_one(Link, link_id, options=[joinedload(Link.account)])
        transact(bookings.book, link.account, link, wish, start, NOW, f"job {number}")

    def insert_only(self) -> None:
        """The floor: an appointment and its ticks, in one transaction, without a question."""
        number, wish, start, _ = self.next_job()
        transact(self._insert, number, wish, start)

    def _insert(self, number: int, wish: Wish, start: int) -> None:
        begins = datetime.fromtimestamp(start, UTC)
        values = dict(
            public_id=f"bare {number}", idempotency_key=f"bare {number}", practice_id=self.practice.id, location_id=self.location_id,
            profile_id=self.links[0], service_id=wish.service.id, practitioner_id=wish.practitioner.id, booked_by_id=self.account_id,
            starts_at=begins, ends_at=begins + timedelta(minutes=LENGTH), wall_start="", zone=ZONE, created_at=NOW, changed_at=NOW,
        )  # fmt: skip
        made = db.session.execute(insert(Appointment.__table__).values(**values).returning(Appointment.id)).scalar_one()
        occupy(Appointment(id=made, **values))


def timed(app, work: Callable[[], None], clients: int) -> tuple[float, list[float]]:
    """(calls a second over all clients, milliseconds of each call)."""
    taken, until = [], time.perf_counter() + SECONDS

    def client() -> None:
        with app.app_context():
            while time.perf_counter() < until:
                began = time.perf_counter()
                work()
                taken.append((time.perf_counter() - began) * 1000)
                db.session.remove()

    began = time.perf_counter()
    threads = [threading.Thread(target=client) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return len(taken) / (time.perf_counter() - began), taken


def race(app, desk: Desk) -> tuple[int, float]:
    """Fifty people, one start: how many got it, and after how many milliseconds everybody had an answer."""
    _, wish, start, _ = desk.next_job()
    booked, ready = [], threading.Barrier(RACERS + 1)

    def racer(link_id: int) -> None:
        with app.app_context():
            ready.wait(30)
            link = db.session.get_one(Link, link_id)
            try:
                booked.append(transact(bookings.book, link.account, link, wish, start, NOW, f"racer {link_id}"))
            except SlotTaken:
                pass

    threads = [threading.Thread(target=racer, args=(one,)) for one in desk.links[:RACERS]]
    for thread in threads:
        thread.start()
    db.session.remove()
    ready.wait(30)
    began = time.perf_counter()
    for thread in threads:
        thread.join()
    return len(booked), (time.perf_counter() - began) * 1000


@contextmanager
def databases() -> Iterator[list[tuple[str, str | None]]]:
    """(name, url) of both, PostgreSQL with everything on that makes it durable."""
    with postgresql(durable=True) as server, fresh(server, "bench_bookings") as url:
        yield [("SQLite", None), ("PostgreSQL", url)]


def rows() -> Iterator[Row]:
    with databases() as both:
        for name, url in both:
            with application(url) as app:
                yield from _measured(name, app)


def _measured(name: str, app) -> Iterator[Row]:
    desk = Desk()
    for _ in range(20):
        desk.book()
    with counted(db.engine) as sent:
        desk.book()
    yield Row(f"{name}: statements of a booking", len(sent), "SQL")
    for clients in (1, CLIENTS):
        floor, _ = timed(app, desk.insert_only, clients)
        rate, taken = timed(app, desk.book, clients)
        label = f"{name}: bookings, {clients} client{'s' if clients > 1 else ''}"
        yield Row(label, rate, "a second", floor, AIM, more_is_better=True)
        yield Row(f"{label}: 99 of 100 within", quantiles(taken, n=100)[98], "ms")
        yield Row(f"{label}: the longest wait", max(taken), "ms")
    winners, answered = race(app, desk)
    yield Row(f"{name}: {RACERS} people, one time: stored", winners, "appointment", aim=1)
    yield Row(f"{name}: {RACERS} people, one time: all answered", answered, "ms")
