"""Web servers of every temper on 127.0.0.2, for calendars that are subscribed to."""

import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

HERE, ELSEWHERE = "127.0.0.2", "127.0.0.1"
NETWORKS = (f"{HERE}/32",)  # as if it were public
EVENT = "BEGIN:VEVENT\r\nUID:a\r\nDTSTART:20261214T140000Z\r\nDTEND:20261214T150000Z\r\nSUMMARY:Dentist\r\nEND:VEVENT\r\n"


def calendar(*events: str) -> bytes:
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Test//EN\r\n{''.join(events)}END:VCALENDAR\r\n".encode()


class Server:
    """`answer(handler)` writes the answer; `asked` are the (path, headers) that came."""

    def __init__(self, port: int):
        self.port, self.asked = port, []
        self.answer = lambda handler: say(handler, calendar(EVENT))

    @property
    def url(self) -> str:
        return f"http://{HERE}:{self.port}/private.ics"


def say(handler, body: bytes, status: int = 200, **headers) -> None:
    handler.send_response(status)
    for name, value in ({"Content-Length": str(len(body))} | headers).items():
        handler.send_header(name.replace("_", "-"), value)
    handler.end_headers()
    handler.wfile.write(body)


def drip(handler) -> None:
    """A slow loris: a header a second, for ever."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
    for n in range(60):
        handler.wfile.write(f"X-{n}: {n}\r\n".encode())
        time.sleep(0.2)


def flood(handler) -> None:
    """Ten gigabytes, if somebody took them."""
    handler.send_response(200)
    handler.end_headers()
    handler.server.sent = 0
    while handler.server.sent < 10**10:
        handler.wfile.write(b"BEGIN:VCALENDAR\r\n" + b"x" * 65536)
        handler.server.sent += 65536


@contextmanager
def server():
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self):
            found.asked.append((self.path, dict(self.headers)))
            self.close_connection = True
            try:
                found.answer(self)
            except OSError:  # the client hung up
                pass

        def log_message(self, *_):
            pass

    http = ThreadingHTTPServer((HERE, 0), Handler)
    http.daemon_threads, http.block_on_close, http.sent = True, False, 0
    found = Server(http.server_address[1])
    found.http = http
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield found
    finally:
        http.shutdown()
        http.server_close()
        thread.join()
