"""Serves the demo from one process: gunicorn with threads where it runs, the development server elsewhere.

In production gunicorn is started by its own command, see README.
"""

import errno
import socket
from collections.abc import Callable

from flask import Flask
from werkzeug.serving import make_server

try:
    from gunicorn.app.base import BaseApplication
except ImportError:  # gunicorn needs a Unix
    BaseApplication = None

THREADS = 8


def is_taken(host: str, port: int) -> bool:
    """Whether another program listens at this address already."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                return True
            raise
    return False


def serve(app: Flask, host: str, port: int, ready: Callable[[], None]) -> None:
    """Answer requests until interrupted; `ready()` is called once, when the first one can come."""
    address = f"[{host}]" if ":" in host else host
    if BaseApplication is None:
        server = make_server(host, port, app, threaded=True)
        ready()
        server.serve_forever()
    else:
        _Gunicorn(app, f"{address}:{port}", ready).run()


class _Gunicorn(BaseApplication or object):
    """One worker, so that SQLite's writers queue in one process; the worker is a fork: connections must be closed before."""

    def __init__(self, app: Flask, bind: str, ready: Callable[[], None]):
        self.app = app
        self.settings = {
            "bind": bind,
            "workers": 1,
            "worker_class": "gthread",
            "threads": THREADS,
            "loglevel": "warning",
            "graceful_timeout": 5,
            "control_socket_disable": True,
            "post_worker_init": lambda _worker: ready(),
        }
        super().__init__()

    def load_config(self):
        for name, value in self.settings.items():
            if name in self.cfg.settings:
                self.cfg.set(name, value)

    def load(self):
        return self.app
