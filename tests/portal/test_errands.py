"""Errands run beside the postman: a slow one keeps no mail waiting, a broken one ends nothing, all end when they are told."""

import threading
import time

import pytest

from portal import errands, letters, rounds
from portal.database import db, transact
from portal.letters import Letter
from portal.models import OutboxMail
from portal.outbox import enqueue


@pytest.fixture
def alone(monkeypatch):
    """The errands of this test only."""
    mine = []
    monkeypatch.setattr(errands, "_errands", mine)
    monkeypatch.setattr(errands, "EVERY_SECONDS", 0.02)
    return mine


def wait_for(what, seconds=30.0):
    until = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < until, "it did not happen"
        time.sleep(0.01)


def test_an_errand_is_run_again_and_again_until_it_is_over(app, alone):
    done = []
    alone.append(lambda: done.append(1))
    with errands.beside(app):
        wait_for(lambda: len(done) > 2)
    count = len(done)
    time.sleep(0.1)
    assert len(done) == count


def test_a_nudge_is_felt_at_once(app, alone, monkeypatch):
    monkeypatch.setattr(errands, "EVERY_SECONDS", 600)
    done = []
    alone.append(lambda: done.append(1))
    with errands.beside(app):
        wait_for(lambda: done)
        errands.nudge()
        wait_for(lambda: len(done) == 2)


def test_trouble_with_one_is_written_down_and_the_others_go_on(app, alone, caplog):
    done = []
    alone.extend([lambda: 1 / 0, lambda: done.append(1)])
    with errands.beside(app):
        wait_for(lambda: len(done) > 1)
    assert "an errand failed" in caplog.text


def test_a_slow_one_keeps_no_mail_waiting_and_nobody_from_leaving(app, alone, monkeypatch):
    monkeypatch.setitem(letters._writers, "note", lambda mail, now: Letter("Hello", "Hello", "<p>Hello</p>", "en"))
    begun, may_end = threading.Event(), threading.Event()
    alone.append(lambda: begun.set() or may_end.wait(20))
    walk = rounds.Embedded(app, 0.05)
    walk.start()
    try:
        assert begun.wait(10)
        with app.app_context():
            transact(lambda: enqueue("note", to="priya@example.com", dedupe="a", now=app.config["CLOCK"]()))

        def sent():
            with app.app_context():
                return db.session.scalar(db.select(OutboxMail.state)) == "sent"

        wait_for(sent)
    finally:
        began = time.monotonic()
        walk.stop()
        assert time.monotonic() - began < 15
        may_end.set()
