"""Work that waits for other people's machines: in a thread of its own beside the postman, so that no mail waits with it.

Other parts of the house add theirs with `on_errand`. Each is called every few seconds, has to look cheaply whether there is anything to
do, and must end by itself: it decides how long it waits for whom.
"""

import logging
import threading
from collections.abc import Callable
from contextlib import contextmanager

log = logging.getLogger(__name__)

EVERY_SECONDS = 5.0
_errands: list[Callable[[], object]] = []
_nudge = threading.Event()


def on_errand(work: Callable[[], object]):
    """Have `work()` called every few seconds, in an application context."""
    _errands.append(work)
    return work


def nudge() -> None:
    """There is something to do: in this process at once, in another one within seconds."""
    _nudge.set()


@contextmanager
def beside(app):
    """Errands are run while this lasts. An errand under way when it ends is left behind: whatever it holds has a lease."""
    told = threading.Event()
    thread = threading.Thread(target=_walk, args=(app, told), name="errands", daemon=True)
    thread.start()
    try:
        yield
    finally:
        told.set()
        _nudge.set()
        thread.join(timeout=2)


def _walk(app, told: threading.Event) -> None:
    while not told.is_set():
        _nudge.clear()
        for work in _errands:
            try:
                with app.app_context():
                    work()
            except Exception:  # the database is away, there is no memory for a process: the next time may be better
                log.exception("an errand failed")
            if told.is_set():
                return
        _nudge.wait(EVERY_SECONDS)
