"""How many requests this process has in hand. Work in the background shares one interpreter with them, and steps aside.

A thread that reckons gives the interpreter away only when another has asked for it for a while (5 ms by default), and a request asks
anew after each statement. So the while is made short, and between two pieces of work whoever reckons waits for the requests.
"""

import gc
import sys
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import contextmanager

SWITCH_SECONDS = 0.0005
PATIENCE = 4  # times as long as the work took: who is never alone still gets a fifth
MOMENT = 0.0005  # seconds between two looks

_guard, _in_hand = threading.Lock(), 0


@contextmanager
def in_hand():
    """While somebody waits for the answer."""
    global _in_hand
    with _guard:
        _in_hand += 1
    try:
        yield
    finally:
        with _guard:
            _in_hand -= 1


class Aside:
    """For one who works: `step()` after each piece of work waits while requests are in hand, in proportion to the piece."""

    def __init__(self):
        self.began = time.perf_counter()

    def step(self) -> None:
        ended = time.perf_counter()
        until = ended + PATIENCE * (ended - self.began)
        while _in_hand and time.perf_counter() < until:
            time.sleep(MOMENT)
        self.began = time.perf_counter()


def work_through(works: Iterable[Callable[[], object]], until: float, aside: Aside) -> bool:
    """Each of these until it gives nothing more, one after another. True if time was up before (`until`, of time.perf_counter)."""
    for more in works:
        while more():
            time.sleep(0.002)  # others get their turn
            if time.perf_counter() >= until:
                return True
            aside.step()
    return False


def init_app(app) -> None:
    """Count the requests of an application."""
    inner = app.wsgi_app

    def counted(environ, start_response):
        with in_hand():
            return inner(environ, start_response)

    app.wsgi_app = counted


def share_evenly() -> None:
    """For a process that serves pages beside work in the background. Much work makes Python look for garbage often, and everybody waits a
    tenth of a second each time while it goes through all that the application is made of: that is left out from now on."""
    sys.setswitchinterval(SWITCH_SECONDS)
    gc.freeze()
