"""A thousand invitations: how long until all are queued, and what the site is like for others meanwhile.

Both databases are durable, the postman's work is done by a thread of the same process as on a small site, and two people keep
looking at a month and booking; what they wait is measured before, and while invitations are being queued.
"""

import gc
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from statistics import quantiles

from sqlalchemy import insert, select

from bench import Row
from bench.bookings import Desk, databases
from bench.world import NOW, application
from portal import batch_queue, batches
from portal.access import ADMIN
from portal.batch_facts import people
from portal.database import db, transact
from portal.models import InvitationBatch, OutboxMail, Profile, StaffMember
from portal.rehearsal import Line, rehearse

PEOPLE, AIM_SECONDS, SECONDS = 1000, 5.0, 4.0
AIM_SLOWER = 1.5  # the slowest 5 of 100, at most so many times what they were


def crowd(practice_id: int, account_id: int, batch: int) -> tuple[int, list[int]]:
    """A use case: a thousand people with an address each; gives the id of whoever invites, and theirs."""
    staff = db.session.scalar(select(StaffMember.id)) or _staff(practice_id, account_id)
    rows = [
        {
            "practice_id": practice_id,
            "given_name": f"B{batch}",
            "family_name": f"N{n}",
            "email": f"b{batch}n{n}@example.org",
            "created_at": NOW,
        }
        for n in range(PEOPLE)
    ]
    return staff, list(db.session.scalars(insert(Profile).returning(Profile.id), rows))


def _staff(practice_id: int, account_id: int) -> int:
    member = StaffMember(practice_id=practice_id, account_id=account_id, role=ADMIN, created_at=NOW)
    db.session.add(member)
    db.session.flush()
    return member.id


def rehearsed(desk: Desk, number: int) -> InvitationBatch:
    """A list of a thousand that is ready and started."""
    staff_id, ids = transact(crowd, desk.practice.id, desk.account_id, number)
    lines = [Line(position, person=one) for position, one in enumerate(ids, 1)]
    verdicts = rehearse(lines, people(ids, NOW.date()), {}, {}, 16, NOW.date())
    batch = transact(batches.rehearse, db.session.get(StaffMember, staff_id), [(one, None, "") for one in verdicts], "Because", NOW)
    transact(batches.start, batch, NOW, by=db.session.get(StaffMember, staff_id))
    return batch


class Visitor(threading.Thread):
    """Does the same thing again and again, and notes how long each took (milliseconds) and when it began."""

    def __init__(self, app, work: Callable[[], object]):
        super().__init__(daemon=True)
        self.app, self.work, self.taken, self.stopping = app, work, [], threading.Event()

    def run(self) -> None:
        while not self.stopping.wait(0.02):  # people read before they click
            began = time.perf_counter()
            self.work()
            self.taken.append((began, (time.perf_counter() - began) * 1000))

    def p95(self, begin: float, end: float) -> float:
        return quantiles([ms for at, ms in self.taken if begin <= at < end], n=20)[18]


def rows() -> Iterator[Row]:
    with databases() as both:
        for name, url in both:
            with application(url, in_context=False) as app:
                with app.app_context():
                    desk = Desk()
                    yield Row(f"{name}: {PEOPLE} invitations queued", queued(rehearsed(desk, 0)), "s", aim=AIM_SECONDS)
                yield from meanwhile(name, app, desk)


def queued(batch: InvitationBatch) -> float:
    """Seconds until every row has its invitation, link, mail and line, pauses for others included."""
    began, waiting = time.perf_counter(), _mails()
    batch_queue.work(NOW)
    taken = time.perf_counter() - began
    assert _mails() - waiting == PEOPLE
    return taken


def _mails() -> int:
    return db.session.scalar(select(db.func.count()).select_from(OutboxMail))


def meanwhile(name: str, app, desk: Desk) -> Iterator[Row]:
    """The same two visitors before and while thousands are queued."""
    month = f"/at/{desk.practice.slug}/book/when?what={desk.wish.service.public_id}&with=any&month=2027-01"
    client = app.test_client()

    def book():
        with app.app_context():
            desk.book()

    with app.app_context():
        lists = [rehearsed(desk, number) for number in range(1, 6)]
        db.session.remove()
    visitors = {"a month page": Visitor(app, partial(client.get, month)), "a booking": Visitor(app, book)}
    gc.collect()
    for one in visitors.values():
        one.start()
    time.sleep(1)
    began = time.perf_counter()
    time.sleep(SECONDS)
    middle = time.perf_counter()
    with app.app_context():
        assert lists and batch_queue.work(NOW)
    end = time.perf_counter()
    for one in visitors.values():
        one.stopping.set()
        one.join()
    yield Row(f"{name}: {len(lists) * PEOPLE} queued beside two visitors", end - middle, "s", aim=AIM_SECONDS * len(lists))
    for what, one in visitors.items():
        before, during = one.p95(began, middle), one.p95(middle, end)
        yield Row(f"{name}: 95 of 100 times {what} within, meanwhile", during, "ms", before)
        yield Row(f"{name}: {what} meanwhile over before", during / before, "times", aim=AIM_SLOWER)
