"""A calendar from a web address that staff typed, without letting it lead into our own network (SAFETY §7: SSRF).

Every host, also of a redirect, is looked up once, every address it has must be a public one, and the connection goes to an address that
was looked at: a name that answers differently the second time gains nothing. Nothing compressed is accepted, and no more than `most` is read.
"""

import http.client
import ipaddress
import socket
import ssl
from typing import NamedTuple
from urllib.parse import urljoin, urlsplit

from booking.ics_in import Problem

SCHEMES = {"https": "https", "http": "http", "webcal": "https", "webcals": "https"}
REDIRECTS, SECONDS = 5, 10  # seconds without a byte; the whole is limited by who calls (ics_child.py)
HEADERS = {"User-Agent": "Porchlight (calendar subscription)", "Accept": "text/calendar, */*;q=0.1", "Accept-Encoding": "identity"}
_WORDS = {401: "refused", 403: "refused", 404: "gone", 410: "gone"}


class Fetched(NamedTuple):
    """`content` None: unchanged since `etag`."""

    content: str | None
    etag: str


def clean_url(typed: str) -> str:
    """What is asked of the network for what staff typed. Raises Problem "no_address"."""
    try:
        parts = urlsplit(typed.strip())
        scheme, host, _port = SCHEMES.get(parts.scheme.lower()), parts.hostname, parts.port
    except ValueError as error:
        raise Problem("no_address") from error
    if (
        not scheme
        or not host
        or parts.username is not None
        or parts.password is not None
        or not typed.strip().isprintable()
        or " " in typed.strip()
    ):
        raise Problem("no_address")
    return parts._replace(scheme=scheme, fragment="").geturl()


def fetch(url: str, etag: str, most: int, networks: tuple[str, ...] = ()) -> Fetched:
    """Read it. `networks`: of the clinic's own, allowed beside public addresses. Raises Problem."""
    own = [ipaddress.ip_network(one) for one in networks]
    for _ in range(REDIRECTS + 1):
        try:
            with _connection(url, own) as connection, _ask(connection, url, etag) as answer:
                if answer.status in (301, 302, 303, 307, 308):
                    url = _next(url, answer.getheader("Location", ""))
                    continue
                return _read(answer, etag, most)
        except TimeoutError as error:
            raise Problem("too_slow") from error
        except (OSError, http.client.HTTPException, UnicodeError) as error:  # an ssl.SSLError is an OSError
            raise Problem("unreachable") from error
    raise Problem("unreachable")


def _next(url: str, location: str) -> str:
    found = clean_url(urljoin(url, location))
    if url.startswith("https:") and not found.startswith("https:"):  # the address is a secret
        raise Problem("unreachable")
    return found


def _connection(url: str, own: list) -> "_Pinned":
    parts = urlsplit(url)
    host = parts.hostname if parts.hostname.isascii() else parts.hostname.encode("idna").decode()
    port = parts.port or (443 if parts.scheme == "https" else 80)
    return _Pinned(host, port, _checked(host, port, own), parts.scheme == "https")


def _ask(connection: "_Pinned", url: str, etag: str) -> http.client.HTTPResponse:
    parts = urlsplit(url)
    target = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
    connection.request("GET", target, headers=HEADERS | ({"If-None-Match": etag} if etag else {}))
    return connection.getresponse()


def _checked(host: str, port: int, own: list) -> list[tuple]:
    """Where the host is, as (family, address); all of it public. Raises Problem."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Problem("unknown_host") from error
    if not all(
        is_public(where[0]) or any(ipaddress.ip_address(where[0].partition("%")[0]) in one for one in own) for *_rest, where in found
    ):
        raise Problem("private")
    return [(family, where) for family, _type, _protocol, _name, where in found]


def is_public(text: str) -> bool:
    """Whether an address is one of the internet, also the one wrapped in it."""
    try:
        address = ipaddress.ip_address(text)  # with a zone ("%eth0") it is of a link, and so not global
    except ValueError:
        return False
    if not address.is_global or address.is_multicast or address.is_reserved:
        return False
    if address.version == 4:
        return True
    if address.is_site_local:  # fec0::/10, given up long ago and still somebody's own network
        return False
    wrapped = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
    return all(is_public(str(one)) for one in wrapped if one is not None)


class _Pinned(http.client.HTTPConnection):
    """Connects to an address that was checked, under the name that was asked for."""

    def __init__(self, host: str, port: int, places: list[tuple], secure: bool):
        super().__init__(host, port, timeout=SECONDS)
        self.default_port = 443 if secure else 80  # what the Host header leaves out
        self._places, self._secure = places, secure

    def connect(self) -> None:
        for number, (family, where) in enumerate(self._places, start=1):
            self.sock = socket.socket(family, socket.SOCK_STREAM)
            self.sock.settimeout(SECONDS)
            try:
                self.sock.connect(where)
                break
            except OSError:
                self.sock.close()
                if number == len(self._places):
                    raise
        if self._secure:
            self.sock = ssl.create_default_context().wrap_socket(self.sock, server_hostname=self.host)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def _read(answer: http.client.HTTPResponse, etag: str, most: int) -> Fetched:
    if answer.status == 304 and etag:
        return Fetched(None, etag)
    if answer.status != 200:
        raise Problem(_WORDS.get(answer.status, "unreachable"))
    if answer.getheader("Content-Encoding", "identity").lower() != "identity":
        raise Problem("no_calendar")
    body = bytearray()
    while part := answer.read1(65536):
        body += part
        if len(body) > most:
            raise Problem("too_big")
    return Fetched(text_of(bytes(body)), _fit(answer.getheader("ETag", "")))


def _fit(etag: str) -> str:
    """One that can be kept and sent again."""
    return etag if len(etag) <= 255 and etag.isascii() and etag.isprintable() else ""


def text_of(body: bytes) -> str:
    """A calendar file as text. Raises Problem "no_calendar"."""
    text = body.decode("utf-8-sig", errors="replace").replace("\0", "")
    if "BEGIN:VCALENDAR" not in text[:2000].upper():
        raise Problem("no_calendar")
    return text
