"""Have a calendar read by a process of its own (ics_child.py), and wait for it no longer than is good."""

import json
import os
import signal
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

from booking.ics_in import Entry, Problem

ROOT = Path(__file__).parents[1]
MOST_BYTES, MOST_ENTRIES = 2_000_000, 5000
_PASSED_ON = ("PATH", "LANG", "SSL_CERT_FILE", "SSL_CERT_DIR", "SYSTEMROOT")
_LIMITS = (-getattr(signal, "SIGXCPU", 0), -getattr(signal, "SIGKILL", 9), -signal.SIGSEGV, -signal.SIGABRT)


@dataclass(frozen=True)
class Job:
    """A calendar by its address (`url`, with what was read last in `content`), or the text of an uploaded one.

    `low`, `high`: epoch seconds between which entries are wanted. `anew`: go through the file even if it is the one of last time.
    """

    url: str
    content: str
    etag: str
    zone: str
    low: int
    high: int
    anew: bool = True
    networks: tuple[str, ...] = ()
    most_bytes: int = MOST_BYTES
    most: int = MOST_ENTRIES
    cpu_seconds: int = 20
    seconds: int = 40
    megabytes: int = 768


@dataclass(frozen=True)
class Reading:
    """What came of it. `content` and `entries` are None where nothing has changed; `is_whole`: every entry of the file could be understood."""

    content: str | None
    etag: str
    entries: list[Entry] | None
    is_whole: bool = True


def read(job: Job) -> Reading:
    """Raises Problem: a code of ics_in.py and ics_fetch.py, or "broken"."""
    environment = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    command = [sys.executable, "-m", "booking.ics_child"]
    try:
        done = subprocess.run(
            command,
            input=json.dumps(asdict(job)),
            capture_output=True,
            encoding="utf-8",
            cwd=ROOT,
            env=environment,
            timeout=job.seconds + 5,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise Problem("too_slow") from error
    if done.returncode:
        raise Problem("too_many" if done.returncode in _LIMITS or "MemoryError" in done.stderr else "broken")
    found = json.loads(done.stdout)
    if "problem" in found:
        raise Problem(found["problem"])
    entries = None if found["entries"] is None else [Entry(*one) for one in found["entries"]]
    return Reading(found["content"], found["etag"], entries, found["is_whole"])
