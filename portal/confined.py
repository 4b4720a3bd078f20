"""What strangers send is opened by a process of its own, with no secrets in its environment and little memory and time (portal/child_limits.py):
it may hang, swell or be killed without anybody noticing."""

import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from portal.errors import Busy

ROOT = Path(__file__).parents[1]
GRACE = 5  # seconds beyond its own limit, until it is stopped from outside
_PASSED_ON = ("PATH", "LANG", "SYSTEMROOT")


@contextmanager
def opened(module: str, job: dict, content: BinaryIO, turns: threading.BoundedSemaphore) -> Iterator[tuple[BinaryIO, int | None]]:
    """What `python -m module` with this job (its `seconds` among it) wrote of `content`, from its beginning; and how it ended, None where it was stopped.

    `turns` are how many work at one time. Raises Busy.
    """
    environment = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    command = [sys.executable, "-m", module, json.dumps(job)]
    if not turns.acquire(timeout=job["seconds"]):
        raise Busy()
    try:
        with tempfile.TemporaryFile() as out:
            content.seek(0)
            yield out, _run(command, job["seconds"] + GRACE, stdin=content, stdout=out, env=environment)
    finally:
        turns.release()


def _run(command: list[str], seconds: int, *, stdout: BinaryIO, **how) -> int | None:
    try:
        return subprocess.run(command, timeout=seconds, stdout=stdout, stderr=subprocess.DEVNULL, cwd=ROOT, check=False, **how).returncode
    except subprocess.TimeoutExpired:
        return None
    finally:
        stdout.seek(0)
