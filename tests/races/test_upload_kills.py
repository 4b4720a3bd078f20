"""kill -9 in the middle of adding files: no row without its bytes, and bytes without a row are gone after the sweep (SAFETY §8)."""

import os
import random
import signal
import subprocess
import sys
import time
from datetime import timedelta

import pytest
from sqlalchemy import select

from portal import file_sweep
from portal.database import db
from portal.models import File
from portal.storage import file_key, page_key, store
from tests.portal import filing

KILLS = int(os.environ.get("KILLS", "3"))


@pytest.fixture
def uploader(app, cast, tmp_path, monkeypatch):
    """`uploader()` starts one and waits until it is at work."""
    monkeypatch.setattr(store_of(app), "folder", tmp_path / "files")
    with app.app_context():
        url = db.engine.url.render_as_string(hide_password=False)
        staff, leo = cast.staff("dana").id, cast.leo.id
        db.session.remove()
    started = []

    def start():
        command = [sys.executable, "-m", "tests.races.uploader", url, str(tmp_path / "files"), str(staff), str(leo)]
        started.append(subprocess.Popen(command, stdout=subprocess.PIPE, text=True))
        assert started[-1].stdout.readline() == "go\n"
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.wait(30)
        process.stdout.close()


def store_of(app):
    return app.extensions["file store"]


def test_killed_anywhere_nothing_is_torn_and_no_bytes_are_left_over(app, cast, uploader, clock):
    dice = random.Random(7)
    for _kill in range(KILLS):
        process = uploader()
        time.sleep(dice.uniform(0.05, 0.5))
        os.kill(process.pid, signal.SIGKILL)
        process.wait(30)
        with app.app_context():
            for row in db.session.scalars(select(File)):
                for key in (row.store_key, *(page_key(row.store_key, number) for number in range(1, row.pages + 1))):
                    with store().open(key) as content:
                        assert content.read(1)
    with app.app_context():
        filing.filed(cast.staff("dana"), cast.leo, clock())
        (day, *_rest) = {row.created_at.date() for row in db.session.scalars(select(File))}
        file_sweep.run(clock() + timedelta(days=3))
        known = set(db.session.scalars(select(File.store_key)))
        left = list(store().keys(day))
        assert {file_key(key) for key in left} == known and not [key for key in left if key.endswith(".part")]
