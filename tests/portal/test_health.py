"""`/health`: numbers for whoever watches, nothing about anybody."""

from datetime import timedelta

import pytest
from sqlalchemy.exc import OperationalError

from portal import clock as house_clock
from portal import health
from portal.database import db, transact
from portal.outbox import enqueue


@pytest.fixture
def mail(app):
    def queue(dedupe, state="queued", **more):
        def use_case():
            enqueue("verify", **{"to": "priya@example.com", "dedupe": dedupe, "now": house_clock.now(), **more}).state = state

        with app.app_context():
            transact(use_case)

    return queue


def test_all_is_well(app, browse):
    answer = browse().get("/health")
    with app.app_context():
        kind = db.engine.dialect.name
    assert answer.status_code == 200 and answer.json["status"] == "ok"
    assert answer.json["database"]["kind"] == kind
    assert answer.json["mail"] == {"transport": "folder", "due": 0, "oldest_due_seconds": 0, "held": 0, "failed": 0}
    assert "Set-Cookie" not in answer.headers


def test_it_counts_what_waits_and_what_went_wrong(browse, mail, clock):
    mail("a"), mail("b", due_at=clock.at - timedelta(minutes=5)), mail("later", due_at=clock.at + timedelta(hours=1))
    mail("c", "held"), mail("d", "held"), mail("e", "failed"), mail("f", "sent")
    found = browse().get("/health").json
    assert found["mail"] == {"transport": "folder", "due": 2, "oldest_due_seconds": 300, "held": 2, "failed": 1}
    assert found["status"] == "ok"


def test_late_mail_is_said(browse, mail, clock):
    mail("a")
    clock.forward(minutes=11)
    assert browse().get("/health").json["status"] == "late"


def test_it_names_nobody(browse, mail):
    mail("a", "failed")
    assert "priya" not in browse().get("/health").text


@pytest.mark.parametrize("version, warned", [((3, 40, 1), True), ((3, 51, 2), True), ((3, 51, 3), False), ((3, 52, 0), False)])
def test_an_sqlite_with_the_wal_reset_bug_is_named(context, monkeypatch, version, warned):
    monkeypatch.setattr(health.sqlite3, "sqlite_version_info", version)
    found = health.condition(house_clock.now())["database"]
    assert ("warning" in found) == (warned and found["kind"] == "sqlite")


def test_a_database_that_is_gone_is_a_503(app, browse, monkeypatch):
    def gone(_now):
        raise OperationalError("SELECT 1", {}, Exception("secret host name"))

    monkeypatch.setattr(health, "_mail", gone)
    answer = browse().get("/health")
    assert answer.status_code == 503
    assert answer.json == {"status": "down", "database": {"reachable": False}}
