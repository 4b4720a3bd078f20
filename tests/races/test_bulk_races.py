"""Two postmen queue the same list while the front desk invites one of it by hand, and one of them is killed: nobody is invited twice."""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter

import pytest
from sqlalchemy import select

from portal import batch_queue, batches, clock, invitations
from portal.batch_files import of_text
from portal.batch_results import overview
from portal.database import db, transact
from portal.models import BatchRow, Invitation, InvitationBatch, MailedLink, OutboxMail, Profile
from portal.staff import choosing
from tests.portal.test_bulk import crowd

PEOPLE = 300
# Queues portions of three, in a process of its own that can be killed.
QUEUE = """
import sys
from app import create_app
from portal import batch_queue, clock
from portal.database import transact
app = create_app(TESTING=True, POSTMAN=False, SQLALCHEMY_DATABASE_URI=sys.argv[1], PUBLIC_URL="https://booking.example")
with app.app_context():
    while transact(batch_queue.queue_some, int(sys.argv[2]), clock.now(), portion=3):
        pass
"""


@pytest.fixture
def batch_id(app, cast):
    with app.app_context():
        now, staff = clock.now(), cast.staff("dana")
        transact(crowd, cast.riverside.id, PEOPLE)
        names = "Name\n" + "\n".join(f"Person {n:04}" for n in range(1, PEOPLE + 1))
        made = transact(batches.rehearse, staff, choosing.by_list(staff, of_text(names), now), "Why", now)
        transact(batches.start, made, now, by=staff)
        return made.id


def nothing_twice_nothing_lost(batch_id: int) -> None:
    db.session.rollback()
    db.session.expire_all()
    rows = db.session.scalars(select(BatchRow).where(BatchRow.batch_id == batch_id)).all()
    assert all(row.done_at for row in rows)
    people = Counter(db.session.scalars(select(Invitation.profile_id)))
    assert set(people.values()) == {1} and len(people) == PEOPLE
    abouts = Counter(db.session.scalars(select(OutboxMail.about).where(OutboxMail.template == "invitation")))
    assert set(abouts.values()) == {1} and len(abouts) == PEOPLE
    assert len(db.session.scalars(select(MailedLink.id)).all()) == PEOPLE


def test_two_postmen_and_the_front_desk(app, cast, batch_id):
    wrong, ready = [], threading.Barrier(3)

    def queue():
        with app.app_context():
            ready.wait(30)
            for _ in range(5):
                batch_queue.work(clock.now())

    def invite():
        with app.app_context():
            staff = cast.staff("tom")
            people = db.session.scalars(select(Profile).where(Profile.given_name == "Person").order_by(Profile.id.desc())).all()
            ready.wait(30)
            for person in people[::20]:
                try:
                    transact(invitations.invite, staff, person, invitations.Wanted(person.email, "self", ("book",)), clock.now())
                except invitations.AlreadyInvited:
                    pass

    def safely(work):
        try:
            work()
        except Exception as error:  # noqa: BLE001 - whatever it is, the test reports it
            wrong.append(repr(error))

    threads = [threading.Thread(target=safely, args=(work,)) for work in (queue, queue, invite)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not wrong
    with app.app_context():
        nothing_twice_nothing_lost(batch_id)
        seen = overview(db.session.get(InvitationBatch, batch_id))
        assert seen.counts["queued"] + seen.counts["passed"] == PEOPLE


def test_a_postman_killed_in_the_middle(app, batch_id, tmp_path):
    """kill -9, three times; then one that lives."""
    url, dice, at = app.config["SQLALCHEMY_DATABASE_URI"], random.Random(3), 0
    for _ in range(3):
        process = subprocess.Popen([sys.executable, "-c", QUEUE, url, str(batch_id)], env={**os.environ, "PORTAL_INSTANCE": str(tmp_path)})
        before, until = at, time.monotonic() + 60
        while (at := done(app, batch_id)) == before and time.monotonic() < until and process.poll() is None:
            time.sleep(0.01)
        time.sleep(dice.uniform(0, 0.05))
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert done(app, batch_id) > 0
    with app.app_context():
        batch_queue.work(clock.now())
        nothing_twice_nothing_lost(batch_id)


def done(app, batch_id: int) -> int:
    with app.app_context():
        return db.session.scalar(
            select(db.func.count()).select_from(BatchRow).where(BatchRow.batch_id == batch_id, BatchRow.done_at.is_not(None))
        )
