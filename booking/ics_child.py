"""`python -m booking.ics_child`: reads one calendar in a process of its own, which may hang, swell or be killed without anybody noticing.

A job comes in as JSON, the answer leaves as JSON. The process has no secrets in its environment, little memory, little time and the lowest
priority. Zones that a file describes under a name of its own stay in here too: icalendar would remember them for the next calendar.
"""

import json
import signal
import sys
from zoneinfo import reset_tzpath

from booking.ics_fetch import fetch, text_of
from booking.ics_in import Problem, taken
from portal.child_limits import limit


def _too_slow(_signal, _frame):
    raise Problem("too_slow")


def answer(job: dict) -> dict:
    """{"content", "etag", "entries"} or {"problem"}. Entries are None where the file is the one of last time and need not be gone through again."""
    try:
        content, etag = job["content"], ""
        if job["url"]:
            found = fetch(job["url"], job["etag"] if content else "", job["most_bytes"], tuple(job["networks"]))
            content, etag, unchanged = found.content or content, found.etag, found.content is None
            if unchanged and not job["anew"]:
                return {"content": None, "etag": etag, "entries": None, "is_whole": True}
        content = text_of(content.encode())
        found = taken(content, job["zone"], job["low"], job["high"], job["most"])
        return {"content": content, "etag": etag, "entries": found.entries, "is_whole": found.is_whole}
    except Problem as problem:
        return {"problem": problem.code}
    except MemoryError:
        return {"problem": "too_many"}


def main() -> None:
    reset_tzpath(to=())  # the zones of the pinned tzdata, as in portal/clock.py
    job = json.load(sys.stdin)
    limit(job["cpu_seconds"], job["seconds"], job["megabytes"], written_megabytes=0, nice=19, too_late=_too_slow)
    found = answer(job)
    signal.setitimer(signal.ITIMER_REAL, 0)
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()
