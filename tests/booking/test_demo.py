"""`make run`: from nothing to a served demo, and back again with what was kept."""

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

HOUSE = Path(__file__).parents[2]
PATIENCE_SECONDS = 60


@pytest.fixture
def start(tmp_path):
    """`start()` runs `flask demo` on a free port and gives (address, what it printed) once a page comes; all are stopped at the end."""
    running = []

    def start_one():
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        said = open(tmp_path / f"said-{port}", "w+")
        process = _flask(tmp_path, "demo", "--port", str(port), stdout=said, stderr=subprocess.STDOUT)
        running.append((process, said))
        until = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < until and process.poll() is None:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/at/riverside/", timeout=10) as answer:
                    assert answer.status == 200
                return f"http://127.0.0.1:{port}", Path(said.name).read_text()
            except ConnectionError:
                time.sleep(0.05)
            except OSError as error:
                if not isinstance(getattr(error, "reason", None), ConnectionError):
                    raise
                time.sleep(0.05)
        raise AssertionError(f"no page within {PATIENCE_SECONDS} s: {Path(said.name).read_text()}")

    def stop_all():
        while running:
            process, said = running.pop()
            process.send_signal(signal.SIGINT)
            assert process.wait(PATIENCE_SECONDS) == 0
            said.close()

    start_one.stop_all = stop_all
    yield start_one
    stop_all()


def _flask(instance, *arguments, **options):
    environment = {**os.environ, "PORTAL_INSTANCE": str(instance)}
    return subprocess.Popen([sys.executable, "-m", "flask", "--app", "app", *arguments], cwd=HOUSE, env=environment, **options)


def _rows(instance) -> dict[str, int]:
    connection = sqlite3.connect(instance / "porchlight.db")
    try:
        return {name: connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in ("appointments", "accounts", "profiles")}
    finally:
        connection.close()


def test_the_demo_starts_from_nothing_says_who_to_be_and_keeps_its_data(start, tmp_path):
    here, said = start()
    for words in (here + "/at/riverside/", here + "/at/beau-rivage/", here + "/mailbox/", "priya@example.com", "porchlight demo 2026"):
        assert words in said
    start.stop_all()
    before = _rows(tmp_path)
    assert before["appointments"] > 600
    start()
    start.stop_all()
    assert _rows(tmp_path) == before


def test_a_port_that_is_taken_is_named_with_a_way_out(tmp_path):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        process = _flask(tmp_path, "demo", "--port", str(port), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        said = process.communicate(timeout=PATIENCE_SECONDS)[0]
    assert process.returncode == 1
    assert f"make run PORT={port + 1}" in said
    assert not (tmp_path / "porchlight.db").exists()
