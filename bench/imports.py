"""Ten thousand people of a list: how long until they are rehearsed, written to the records, and taken back, and what bookings wait meanwhile.

Both databases are durable, and the postman's work is done by a thread of the same process as on a small site. A tenth of the rows are of
people who are there already, and look like it. Machines are loaded and unlike, so beside the seconds on the wall stand those of this process's CPU.
"""

import csv
import gc
import io
import random
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import func, select

from bench import Row
from bench.bookings import Desk, databases
from bench.growth import tidy
from bench.invitations import Visitor, _staff
from bench.lookalikes import Writes, move_in
from bench.matching import strangers
from bench.world import NOW, application
from portal import import_queue, imports, match_index, sheet_files, traffic
from portal.database import db, transact
from portal.models import ImportRow, PeopleImport, Profile, StaffMember
from portal.staff import import_taking

PEOPLE, KNOWN = 10_000, 1_000
LATER = NOW + timedelta(hours=1)  # the second list comes after the first was taken back
AIM_SECONDS, AIM_SLOWER, SECONDS = 60.0, 2.0, 4.0
HEADINGS = [
    "Patient Number",
    "First Name",
    "Last Name",
    "Birth Date",
    "Email",
    "Mobile Phone",
    "Street",
    "City",
    "Postal Code",
    "Health Card",
    "Emergency Contact",
    "Emergency Phone",
]


def a_list(people: list, draw: random.Random, tag: str) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(HEADINGS)
    for n, one in enumerate(people):
        phone, email = min(one.phones, default=""), min(one.emails, default="")
        contact = ("Eva Brandt", "416 555 0144") if draw.random() < 0.3 else ("", "")
        writer.writerow(
            [
                f"{tag}{n}",
                one.given_name.title(),
                one.family_name.title(),
                one.born_on,
                email,
                phone,
                one.street,
                one.city,
                one.postal_code,
                one.card,
                *contact,
            ]
        )
    return out.getvalue().encode()


def rows() -> Iterator[Row]:
    people = list(strangers(2 * PEOPLE + KNOWN).values())
    traffic.share_evenly()  # as in every process that has a postman beside its requests
    with databases() as both:
        for name, url in both:
            with application(url, in_context=False) as app:
                with app.app_context():
                    desk = Desk()
                    move_in(desk.practice.id, people[:KNOWN])
                    staff_id = transact(_staff, desk.practice.id, desk.account_id)
                    while match_index.key_some():
                        pass
                    tidy()
                    db.session.remove()
                with app.app_context():
                    yield from _alone(name, staff_id, people[KNOWN:PEOPLE] + people[:KNOWN])
                    db.session.remove()
                yield from _meanwhile(name, app, desk, staff_id, people[PEOPLE + KNOWN :])


def _alone(name: str, staff_id: int, people: list) -> Iterator[Row]:
    staff, writes, content = db.session.get(StaffMember, staff_id), Writes(), a_list(people, random.Random(5), "A")
    began, spent = time.perf_counter(), time.process_time()
    found = _given(staff, content)
    given = time.perf_counter()
    _work()
    rehearsed = time.perf_counter()
    transact(imports.start, found, NOW, by=staff)
    _work()
    done = time.perf_counter()
    made = db.session.scalar(select(func.count()).where(ImportRow.import_id == found.id, ImportRow.outcome == imports.MADE))
    yield Row(f"{name}: {PEOPLE:,} rows read and stored", given - began, "s")
    yield Row(f"{name}: {PEOPLE:,} rows rehearsed", rehearsed - given, "s")
    yield Row(f"{name}: {PEOPLE:,} rows imported, of them {made:,} new people", done - rehearsed, "s")
    yield Row(f"{name}: from the file to the records", done - began, "s", aim=AIM_SECONDS)
    yield Row(f"{name}: from the file to the records, CPU", time.process_time() - spent, "s")
    transact(imports.undo, found, NOW, by=staff)
    began, spent = time.perf_counter(), time.process_time()
    _work()
    yield Row(f"{name}: the import taken back", time.perf_counter() - began, "s", aim=AIM_SECONDS)
    yield Row(f"{name}: the import taken back, CPU", time.process_time() - spent, "s")
    assert db.session.scalar(select(func.count()).select_from(Profile)) < PEOPLE
    yield Row(f"{name}: the longest it kept writers waiting", writes.longest, "ms", aim=100.0)


def _given(staff: StaffMember, content: bytes) -> PeopleImport:
    found = import_taking.take(staff, sheet_files.of_file(content), "people.csv", NOW)
    transact(imports.choose, found, found.sheets[0]["guess"], "", NOW, only_blanks=False)
    return found


def _work(now: datetime = NOW) -> None:
    while import_queue.work(now):
        pass


def _meanwhile(name: str, app, desk: Desk, staff_id: int, people: list) -> Iterator[Row]:
    """Two visitors before, while a list is rehearsed, and while it is imported."""
    month = f"/at/bench/book/when?what={desk.wish.service.public_id}&with=any&month=2027-01"
    client = app.test_client()

    def book():
        with app.app_context(), traffic.in_hand():  # as every request is
            desk.book()

    traffic.share_evenly()
    with app.app_context():
        found = _given(db.session.get(StaffMember, staff_id), a_list(people, random.Random(6), "B"))
        db.session.remove()
    visitors = {"a month page": Visitor(app, partial(client.get, month)), "a booking": Visitor(app, book)}
    gc.collect()
    for one in visitors.values():
        one.start()
    time.sleep(1)
    times = {"before": _spent(lambda: time.sleep(SECONDS)), "rehearsal": _spent(partial(_in_context, app, partial(_work, LATER)))}
    with app.app_context():
        assert transact(imports.start, db.session.get(PeopleImport, found.id), LATER, by=db.session.get(StaffMember, staff_id)) is True
    times["import"] = _spent(partial(_in_context, app, partial(_work, LATER)))
    for one in visitors.values():
        one.stopping.set()
        one.join()
    for phase in ("rehearsal", "import"):
        yield Row(f"{name}: {phase} of {len(people):,} beside two visitors", times[phase][1] - times[phase][0], "s", aim=AIM_SECONDS)
        for what, one in visitors.items():
            floor, during = one.p95(*times["before"]), one.p95(*times[phase])
            yield Row(f"{name}: 95 of 100 times {what} within, during the {phase}", during, "ms", floor)
            yield Row(f"{name}: {what} during the {phase} over before", during / floor, "times", aim=AIM_SLOWER)


def _in_context(app, work: Callable[[], None]) -> None:
    with app.app_context():
        work()


def _spent(work: Callable[[], object]) -> tuple[float, float]:
    began = time.perf_counter()
    work()
    return began, time.perf_counter()
