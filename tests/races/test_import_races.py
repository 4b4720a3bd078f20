"""Two postmen at one list, one of them killed, while the front desk edits, adds and merges: nobody is made twice, nothing is overwritten unseen."""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter

import pytest
from sqlalchemy import inspect, select

from booking import by_staff
from portal import adding, clock, import_queue, import_undoing, imports, notes, records
from portal.database import db, transact
from portal.errors import Gone
from portal.models import ImportRow, LedgerLine, PeopleImport, Profile, StaffMember
from tests.booking.clinic import Clinic, at
from tests.portal.importing import fresh, mapped, rehearsed, rows, taken, worked
from tests.portal.merging import merged, staff_of

PEOPLE = 300
LIST = "First name,Last name,Email,Chart number\n" + "".join(f"Given{n:03},Family{n:03},p{n}@example.org,Q-{n}\n" for n in range(PEOPLE))
# Works on lists in portions of seven, in a process of its own that can be killed.
WORK = """
import sys
from app import create_app
from portal import clock, import_judging, import_queue, import_running, import_undoing
import_judging.PORTION = import_running.PORTION = import_undoing.PORTION = 7
app = create_app(TESTING=True, POSTMAN=False, SQLALCHEMY_DATABASE_URI=sys.argv[1], PUBLIC_URL="https://booking.example")
with app.app_context():
    while import_queue.work(clock.now(), seconds=60):
        pass
"""


@pytest.fixture
def dana(context, cast):
    return cast.staff("dana")


def together(app, *works) -> list[str]:
    """Each in a thread and a context of its own, begun at once; what went wrong."""
    wrong, ready = [], threading.Barrier(len(works))

    def run(work):
        try:
            with app.app_context():
                ready.wait(30)
                work()
        except Exception as error:  # noqa: BLE001 - whatever it is, the test reports it
            wrong.append(repr(error))

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return wrong


def each_once(found: PeopleImport) -> None:
    people = Counter(db.session.execute(select(Profile.file_number).where(Profile.file_number.like("Q-%"))).scalars())
    assert len(people) == PEOPLE and set(people.values()) == {1}
    lines = Counter(db.session.scalars(select(LedgerLine.profile_id).where(LedgerLine.verb == "imported")))
    assert len(lines) == PEOPLE and set(lines.values()) == {1}
    assert {row.outcome for row in rows(found)} == {"made"}


def work() -> None:
    for _ in range(10):
        import_queue.work(clock.now(), seconds=5)


def test_two_postmen_and_two_clicks(app, dana):
    found = rehearsed(dana, LIST)
    assert together(app, *[lambda: transact(imports.start, fresh(found), clock.now(), by=dana)] * 2) == []
    assert together(app, work, work) == []
    each_once(fresh(found))


def test_two_postmen_rehearse_one_list(app, dana):
    found = mapped(taken(dana, LIST))
    assert together(app, work, work) == []
    assert fresh(found).judged == PEOPLE and Counter(row.kind for row in rows(found)) == {"new": PEOPLE}


def test_the_same_list_twice_at_once(app, dana):
    """The second is checked again first, and then everybody is there already."""
    lists = [rehearsed(dana, LIST) for _ in range(2)]
    started = []

    def start(found):
        try:
            started.append(transact(imports.start, fresh(found), clock.now(), by=dana))
        except imports.OneAtATime:
            started.append(False)

    assert together(app, *(lambda found=found: start(found) for found in lists)) == []
    assert sorted(started) == [False, True]
    worked()
    second = next(found for found in lists if not fresh(found).started_at)
    assert transact(imports.start, second, clock.now(), by=dana) is False
    worked()
    assert {row.kind for row in rows(fresh(second))} == {"same"}
    assert db.session.scalar(select(db.func.count()).where(Profile.file_number.like("Q-%"))) == PEOPLE


def test_who_was_added_by_hand_meanwhile_is_left_out(dana):
    found = rehearsed(dana, LIST)
    transact(adding.add, dana, {"given_name": "Given007", "family_name": "Family007", "email": "p7@example.org"}, clock.now())
    transact(adding.add, dana, {"given_name": "Somebody", "family_name": "Else", "file_number": "Q-9"}, clock.now())
    transact(imports.start, found, clock.now(), by=dana)
    worked()
    left = {row.name: row.why for row in rows(fresh(found)) if row.outcome == "left"}
    assert left == {"Given007 Family007": ["added_meanwhile"], "Given009 Family009": ["added_meanwhile"]}


def test_an_edit_since_the_rehearsal_is_not_overwritten(dana, cast):
    leo = cast.leo
    transact(records.change, dana, leo, records.Said({"file_number": "Q-1", "city": "Toronto"}), records.seen_now(leo), clock.now())
    found = rehearsed(dana, "First name,Last name,Chart number,City\nLeo,Shah,Q-1,Ottawa\n")
    assert rows(found)[0].changes == {"city": ["Toronto", "Ottawa"]}
    leo = db.session.get(Profile, leo.id, populate_existing=True)
    transact(records.change, dana, leo, records.Said({"city": "Kingston"}), records.seen_now(leo), clock.now())
    transact(imports.start, found, clock.now(), by=dana)
    worked()
    [row] = rows(fresh(found))
    assert (row.outcome, row.why) == ("left", ["changed_meanwhile"]) and db.session.get(
        Profile, leo.id, populate_existing=True
    ).city == "Kingston"


def test_a_merge_between_rehearsal_and_run_leads_the_row_to_who_is_left(dana, cast):
    twin = transact(
        lambda: _stored(
            Profile(practice_id=cast.riverside.id, given_name="Leo", family_name="Shah", file_number="Q-2", created_at=clock.now())
        )
    )
    found = rehearsed(dana, "First name,Last name,Chart number,City\nLeo,Shah,Q-2,Ottawa\n")
    merged(dana, twin, cast.leo, clock.now(), details={"address": "target"})
    transact(imports.start, found, clock.now(), by=dana)
    worked()
    [row] = rows(fresh(found))
    assert row.profile_id == cast.leo.id and (row.outcome, row.why) == ("left", ["changed_meanwhile"]), (
        "they live elsewhere than the list was compared with"
    )


def _stored(row):
    db.session.add(row)
    db.session.flush()
    return row


def test_an_undo_while_somebody_is_used(app, dana):
    """Either they went before, and the note is refused; or they stay."""
    found = rehearsed(dana, LIST)
    transact(imports.start, found, clock.now(), by=dana)
    worked()
    transact(imports.undo, found, clock.now(), by=dana)
    ids = [row.profile_id for row in rows(fresh(found))]
    done = []

    def use():
        for one in ids[::10]:
            try:
                transact(_change, one)
                done.append(one)
            except LookupError:
                pass
            time.sleep(0.005)

    assert together(app, work, use) == []
    db.session.rollback()
    standing = set(db.session.scalars(select(Profile.id).where(Profile.id.in_(ids))))
    assert standing == set(done), "who was changed stays, the others go"


def test_the_front_desk_works_on_people_whose_import_is_being_undone(app, context, monkeypatch):
    """Whoever is booked for, or written about, stays; of whom nobody is left the page says so."""
    monkeypatch.setattr(import_undoing, "PORTION", 7)
    clinic = Clinic(clock.now())
    visit = clinic.service()
    ines = clinic.practitioner("Ines", visit)
    desk = staff_of(clinic.practice, clock.now())
    found = rehearsed(desk, LIST)
    transact(imports.start, found, clock.now(), by=desk)
    worked()
    ids = [row.profile_id for row in rows(fresh(found))]
    people = list(db.session.scalars(select(Profile).where(Profile.id.in_(ids[::3]))))
    wishes = [(one, clinic.wish(visit, ines), at(f"2026-12-{14 + n // 8} {9 + n % 8:02}:00")) for n, one in enumerate(people)]
    transact(imports.undo, found, clock.now(), by=desk)
    used, gone = set(), set()

    def use(act, some):
        for one, wish, start in some:
            number = inspect(one).identity[0]
            try:
                transact(act, db.session.get(StaffMember, desk_id), one, wish, start)
                used.add(number)
            except Gone:
                gone.add(number)

    def book(by, one, wish, start):
        by_staff.book(by, one, wish, start, clinic.now, f"k{start}", anyway=True)

    def write(by, one, _wish, _start):
        notes.write(by, one, "Called", "No answer.", clinic.now)

    desk_id = desk.id
    db.session.rollback()
    assert together(app, work, lambda: use(book, wishes[::2]), lambda: use(write, wishes[1::2])) == []
    db.session.rollback()
    left = set(db.session.scalars(select(Profile.id).where(Profile.id.in_(ids))))
    assert used | gone == {inspect(one).identity[0] for one, *_ in wishes}
    assert left == used, "who was used stays, the others went"


def _change(profile_id: int) -> None:
    person = db.session.get(Profile, profile_id, with_for_update=True, populate_existing=True)
    if person is None:
        raise LookupError(profile_id)
    person.city = "Ottawa"


@pytest.mark.parametrize("phase", ["judging", "running", "undoing"])
def test_a_postman_killed_in_the_middle(app, dana, tmp_path, phase):
    """kill -9, three times; then one that lives."""
    found = mapped(taken(dana, LIST))
    if phase != "judging":
        worked()
        transact(imports.start, found, clock.now(), by=dana)
    if phase == "undoing":
        worked()
        transact(imports.undo, found, clock.now(), by=dana)
    db.session.remove()
    url, dice, at, found_id = app.config["SQLALCHEMY_DATABASE_URI"], random.Random(3), 0, found.id
    for _ in range(3):
        process = subprocess.Popen([sys.executable, "-c", WORK, url], env={**os.environ, "PORTAL_INSTANCE": str(tmp_path)})
        before, until = at, time.monotonic() + 60
        while (at := done(found_id, phase)) == before and time.monotonic() < until and process.poll() is None:
            time.sleep(0.01)
        time.sleep(dice.uniform(0, 0.05))
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert 0 < done(found_id, phase)
    worked()
    if phase == "judging":
        assert Counter(row.kind for row in rows(fresh(found))) == {"new": PEOPLE} and fresh(found).judged == PEOPLE
    elif phase == "running":
        each_once(fresh(found))
    else:
        assert {row.outcome for row in rows(fresh(found))} == {"undone"}
        assert not db.session.scalar(select(db.func.count()).where(Profile.file_number.like("Q-%")))


def done(import_id: int, phase: str) -> int:
    column = {"judging": ImportRow.kind != "", "running": ImportRow.done_at.is_not(None), "undoing": ImportRow.undone_at.is_not(None)}[
        phase
    ]
    count = db.session.scalar(select(db.func.count()).select_from(ImportRow).where(ImportRow.import_id == import_id, column))
    db.session.rollback()
    return count
