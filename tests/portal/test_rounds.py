"""The postman's thread: awake at once, alone on a machine, finished with the mail in hand when told to stop."""

import subprocess
import sys
import threading
import time
from datetime import timedelta

import pytest

from portal import clock, letters, postman, rounds
from portal.database import db, transact
from portal.letters import Letter
from portal.models import OutboxMail, SessionRow
from portal.outbox import enqueue
from portal.sweep import sweep


@pytest.fixture
def note(monkeypatch):
    monkeypatch.setitem(letters._writers, "note", lambda mail, now: Letter("Hello", "Hello", "<p>Hello</p>", "en"))


def queue(app, dedupe="a"):
    with app.app_context():
        transact(lambda: enqueue("note", to="priya@example.com", dedupe=dedupe, now=clock.now()))


def states(app) -> list[str]:
    with app.app_context():
        return list(db.session.scalars(db.select(OutboxMail.state).order_by(OutboxMail.id)))


def wait_for(what, seconds=30.0):
    until = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < until, "it did not happen"
        time.sleep(0.01)


@pytest.fixture
def walking(app, note):
    """A postman's thread over the test's database, waking by itself only every ten minutes."""
    started = []

    def start(every=600.0):
        thread = rounds.Embedded(app, every)
        started.append(thread)
        thread.start()
        return thread

    yield start
    for thread in started:
        thread.stop()


def test_a_commit_that_queued_a_mail_wakes_the_postman(app, walking):
    walk = walking()
    wait_for(lambda: walk.rounds.swept_at)
    time.sleep(0.1)
    queue(app)
    wait_for(lambda: states(app) == ["sent"])


def test_without_a_nudge_he_comes_by_himself(app, walking, monkeypatch):
    walking(every=0.05)
    monkeypatch.setattr(rounds._nudge, "set", lambda: None)
    queue(app)
    wait_for(lambda: states(app) == ["sent"])


def test_a_rollback_wakes_nobody(context):
    rounds._nudge.clear()

    def use_case():
        enqueue("note", to="priya@example.com", dedupe="a", now=clock.now())
        db.session.flush()
        raise ValueError

    with pytest.raises(ValueError):
        transact(use_case)
    db.session.rollback()
    transact(lambda: db.session.execute(db.select(1)))
    assert not rounds._nudge.is_set()


def test_of_two_threads_one_walks_and_the_other_takes_over(app, walking):
    first = walking(every=0.05)
    wait_for(lambda: first.rounds.swept_at)
    second = walking(every=0.05)
    time.sleep(0.2)
    assert second.rounds.swept_at is None
    first.stop()
    wait_for(lambda: second.rounds.swept_at)


def test_a_dead_process_leaves_no_lock_behind(app, walking):
    lock = str(rounds.lock_of(app))
    hold = "import fcntl,sys,time; f=open(sys.argv[1],'w'); fcntl.flock(f, fcntl.LOCK_EX); print('held', flush=True); time.sleep(60)"
    with subprocess.Popen([sys.executable, "-c", hold, lock], stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout.readline() == "held\n"
        mine = walking(every=0.05)
        time.sleep(0.2)
        assert mine.rounds.swept_at is None
        other.kill()
        wait_for(lambda: mine.rounds.swept_at)


def test_stopping_waits_for_the_mail_in_hand(app, walking, monkeypatch):
    sending, may_go_on = threading.Event(), threading.Event()

    def slow(_post, _message):
        sending.set()
        may_go_on.wait(30)

    monkeypatch.setattr(postman.transport.Post, "send", slow)
    walk = walking()
    queue(app)
    assert sending.wait(30)
    stopping = threading.Thread(target=walk.stop)
    stopping.start()
    may_go_on.set()
    stopping.join(30)
    assert states(app) == ["sent"] and not walk.is_alive()


def test_trouble_with_the_database_does_not_end_the_rounds(app, walking, monkeypatch, caplog):
    monkeypatch.setattr(rounds, "AFTER_TROUBLE_SECONDS", 0.01)
    tries, deliver = [], postman.deliver_due

    def once_down():
        tries.append(1)
        if len(tries) == 1:
            raise OSError("the disk is full")
        return deliver()

    monkeypatch.setattr(postman, "deliver_due", once_down)
    queue(app)
    walking(every=0.05)
    wait_for(lambda: states(app) == ["sent"])
    assert "the postman's round failed" in caplog.text


def test_a_list_that_cannot_be_worked_on_keeps_nobodys_mail_waiting(app, walking, monkeypatch, caplog):
    monkeypatch.setattr(rounds, "AFTER_TROUBLE_SECONDS", 0.01)
    looked = []

    def broken():
        raise OverflowError("a cell nobody thought of")

    monkeypatch.setattr(rounds.import_queue, "work", broken)
    monkeypatch.setattr(rounds.match_search, "work", lambda: looked.append(1))
    queue(app)
    walking(every=0.05)
    wait_for(lambda: states(app) == ["sent"] and looked)
    assert "a cell nobody thought of" in caplog.text


def test_a_process_starts_one_postman_with_its_first_page(app, monkeypatch):
    started = []
    monkeypatch.setattr(rounds.Embedded, "start", lambda self: started.append(self))
    monkeypatch.setitem(app.extensions, "postman", None)
    monkeypatch.setattr(rounds.atexit, "register", lambda _: None)
    one = rounds.start(app)
    assert rounds.start(app) is one and started == [one]
    one.pid = -1  # as after a fork: the thread did not come along
    assert rounds.start(app) is not one and len(started) == 2


def test_sweeping_forgets_what_has_ended_and_keeps_the_rest(context, clock):
    def use_case():
        for name, days in (("old", -100), ("new", -1)):
            mail = enqueue("note", to="priya@example.com", dedupe=name, now=clock.at, due_at=clock.at + timedelta(days=days))
            mail.state = "sent"
        enqueue("note", to="priya@example.com", dedupe="waits", now=clock.at, due_at=clock.at - timedelta(days=100))
        row = dict(data={}, idle_minutes=30, created_at=clock.at, last_seen_at=clock.at)
        db.session.add(SessionRow(key_hash=b"1" * 32, expires_at=clock.at, **row))
        db.session.add(SessionRow(key_hash=b"2" * 32, expires_at=clock.at + timedelta(seconds=1), **row))

    transact(use_case)
    sweep(clock.at)
    assert sorted(db.session.scalars(db.select(OutboxMail.dedupe_key))) == ["new", "waits"]
    assert list(db.session.scalars(db.select(SessionRow.key_hash))) == [b"2" * 32]


def test_the_commands_are_there(app):
    runner = app.test_cli_runner()
    assert "0 mails dealt with." in runner.invoke(args=["postman", "--once"]).output
    assert runner.invoke(args=["sweep"]).exit_code == 0
