"""The postman's rounds: at least every second, at once after a commit that queued a mail, and sweeping once an hour.

Embedded, a thread of the web process walks them; of all processes on a machine the one that holds the lock file does, and
when it dies the kernel gives the lock to the next. On several machines, or for much mail, run `flask postman`: any number.
"""

import atexit
import hashlib
import logging
import os
import threading
from datetime import timedelta
from pathlib import Path

from sqlalchemy import event
from sqlalchemy.orm import Session

from portal import batch_queue, clock, errands, import_queue, match_search, postman, traffic
from portal.database import transact
from portal.outbox import NEW_MAIL
from portal.sweep import sweep_believed

try:
    import fcntl
except ImportError:  # not a Unix: there the site is one process
    fcntl = None

log = logging.getLogger(__name__)

EVERY_SECONDS = 1.0
AFTER_TROUBLE_SECONDS = 5.0
SWEEP_EVERY = timedelta(hours=1)
_nudge = threading.Event()


@event.listens_for(Session, "after_commit")
def _nudge_the_postman(session):
    if session.info.pop(NEW_MAIL, False):
        _nudge.set()


@event.listens_for(Session, "after_rollback")
def _forget_it(session):
    session.info.pop(NEW_MAIL, None)


class Rounds:
    """Walks until told to stop; a mail in hand is finished first. `every` is in seconds."""

    def __init__(self, app, every: float = EVERY_SECONDS):
        self.app, self.every = app, every
        self.swept_at = None
        self._stop = threading.Event()
        self._released = self._listing = False

    def walk(self) -> None:
        with errands.beside(self.app):
            self._walk()

    def _walk(self) -> None:
        while not self._stop.is_set():
            _nudge.clear()
            self._listing = False
            jobs = (
                self._release_once,
                self._sweep_hourly,
                batch_queue.work,
                self._work_on_lists,
                self._look_for_matches,
                postman.deliver_due,
            )
            if not all([self._done(job) for job in jobs]):
                self._stop.wait(AFTER_TROUBLE_SECONDS)
            _nudge.wait(self.every)

    def _done(self, job) -> bool:
        """Each job by itself: one list that cannot be worked on keeps neither another practice's mail waiting nor a reminder."""
        try:
            with self.app.app_context():
                job()
        except Exception:  # the database is away, the disk is full: it will be back
            log.exception("the postman's round failed")
            return False
        return True

    def _release_once(self) -> None:
        if not self._released and postman.open_ways():
            transact(postman.release_held)
        self._released = True

    def _work_on_lists(self) -> None:
        self._listing = import_queue.work()
        if self._listing:
            _nudge.set()  # there is more, after the mails

    def _look_for_matches(self) -> None:
        """When no list waits: lists look for people themselves."""
        if not self._listing and match_search.work():
            _nudge.set()

    def _sweep_hourly(self) -> None:
        now = clock.now()
        if self.swept_at is None or not timedelta(0) <= now - self.swept_at < SWEEP_EVERY:
            self.swept_at = now
            sweep_believed(now)

    def stop(self) -> None:
        self._stop.set()
        _nudge.set()


class Embedded(threading.Thread):
    """The thread of a web process. It waits for the lock, then walks."""

    def __init__(self, app, every: float = EVERY_SECONDS):
        super().__init__(name="postman", daemon=True)
        self.rounds, self.lock = Rounds(app, every), lock_of(app)
        self.pid, self._told = os.getpid(), threading.Event()

    def run(self) -> None:
        traffic.share_evenly()
        with open(self.lock, "w") as file:
            while not self._told.is_set():
                if _is_mine(file):
                    self.rounds.walk()
                    return
                self._told.wait(self.rounds.every)  # another process is the postman

    def stop(self) -> None:
        """Finish the mail in hand and let go of the lock."""
        self._told.set()
        self.rounds.stop()
        self.join(timeout=10)


def lock_of(app) -> Path:
    """One for each database that this folder's processes serve."""
    database = hashlib.sha256(app.config["SQLALCHEMY_DATABASE_URI"].encode()).hexdigest()[:12]
    return Path(app.instance_path) / f"postman-{database}.lock"


def _is_mine(file) -> bool:
    """Whether this process holds the lock now. It is the kernel's, and ends with the process however that ends."""
    try:
        if fcntl:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


_starting = threading.Lock()


def start(app) -> Embedded:
    """Make sure this process has its postman; calling it again, or after a fork, is fine."""
    with _starting:
        thread = app.extensions.get("postman")
        if thread is None or thread.pid != os.getpid():
            thread = app.extensions["postman"] = Embedded(app)
            atexit.register(thread.stop)
            thread.start()
    return thread


def init_app(app) -> None:
    """With POSTMAN, a process that serves pages has a postman from its first request on; commands have none."""
    traffic.init_app(app)
    if app.config["POSTMAN"]:
        app.before_request(lambda: start(app) and None)
