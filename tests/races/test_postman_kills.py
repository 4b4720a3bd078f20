"""kill -9 while sending: nothing is lost, and a reader gets at most one copy more for each kill (SAFETY §5, §8).

POSTMAN_KILLS=100 for the long run.
"""

import json
import os
import random
import subprocess
import sys
import time
from collections import Counter
from contextlib import contextmanager, nullcontext
from pathlib import Path

import pytest

from app import create_app
from portal import clock
from portal.database import db, transact
from portal.models import OutboxMail
from portal.outbox import Mail, enqueue_all
from tests.databases import fresh
from tests.smtp import MailServer

KILLS = int(os.environ.get("POSTMAN_KILLS", 3))
MAILS = 20 + 8 * KILLS
POSTMEN = 2
PROCESS = Path(__file__).with_name("postman_process.py")


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def url(request, tmp_path, worker_id):
    if request.param == "sqlite":
        place = nullcontext(f"sqlite:///{tmp_path / 'kills.db'}")
    else:
        place = fresh(request.getfixturevalue("postgresql_server"), f"kills_{worker_id}")
    with place as found:
        yield found


@contextmanager
def queue_of_mails(url):
    """An outbox full of mails; gives a function that counts them by state."""
    app = create_app(TESTING=True, POSTMAN=False, SQLALCHEMY_DATABASE_URI=url)
    with app.app_context():
        db.create_all()
        mails = [Mail("note", to=f"reader{i}@example.com", dedupe=f"note {i}") for i in range(MAILS)]
        transact(enqueue_all, mails, now=clock.now(), about="", practice_id=None)

        def states():
            db.session.rollback()
            return Counter(db.session.scalars(db.select(OutboxMail.state)))

        yield states
        db.session.remove()
        db.engine.dispose()


def postman(url, server, tmp_path) -> subprocess.Popen:
    settings = {
        "SQLALCHEMY_DATABASE_URI": url,
        "POSTMAN": False,
        "MAIL_SERVER": "127.0.0.1",
        "MAIL_PORT": server.port,
        "MAIL_USE_TLS": False,
    }
    environment = {**os.environ, "PORTAL_INSTANCE": str(tmp_path)}
    return subprocess.Popen([sys.executable, str(PROCESS), json.dumps(settings)], env=environment)


def wait_until(true, seconds=120):
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until, "the postmen stand still"
        time.sleep(0.005)


def test_killed_postmen_lose_nothing_and_repeat_little(url, tmp_path):
    dice = random.Random(5)
    with queue_of_mails(url) as states, MailServer() as server:
        server.slowness = 0.02
        postmen = [postman(url, server, tmp_path) for _ in range(POSTMEN)]
        try:
            for _ in range(KILLS):
                so_far = len(server.texts)
                wait_until(lambda so_far=so_far: len(server.texts) >= min(so_far + 4, MAILS))
                time.sleep(dice.uniform(0, 0.05))
                victim = dice.randrange(POSTMEN)
                postmen[victim].kill()
                postmen[victim].wait()
                postmen[victim] = postman(url, server, tmp_path)
            wait_until(lambda: states() == {"sent": MAILS})
        finally:
            for one in postmen:
                one.kill()
                one.wait()
        copies = Counter(mail["Message-ID"] for mail in server.mails)
        assert len(copies) == MAILS, "a mail was lost"
        assert sum(copies.values()) - MAILS <= KILLS, "more copies than kills"
        assert max(copies.values()) <= 1 + KILLS
