"""An answer that takes as long whether there was anything to do or not."""

import time
from contextlib import contextmanager

SECONDS = 0.15  # several times what a link and its mail cost to write


@contextmanager
def evenly(seconds: float = SECONDS):
    """Leave this block no sooner than `seconds` after it was entered. Never inside a transaction."""
    until = time.monotonic() + seconds
    try:
        yield
    finally:
        time.sleep(max(0.0, until - time.monotonic()))
