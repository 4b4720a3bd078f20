"""A calendar is fetched from where staff said, but never from inside our own network, not for ever, and not without end (SAFETY §7)."""

import gzip
import socket
import time

import pytest

from booking import ics_fetch
from booking.ics_fetch import clean_url, fetch, is_public
from booking.ics_in import Problem
from booking.ics_reading import Job, read
from tests.booking.calendar_servers import ELSEWHERE, EVENT, HERE, NETWORKS, calendar, drip, flood, say, server

MOST = 2_000_000


@pytest.fixture
def other():
    with server() as found:
        yield found


def why(url: str, etag: str = "", networks=NETWORKS) -> str:
    with pytest.raises(Problem) as problem:
        fetch(url, etag, MOST, networks)
    return problem.value.code


def test_a_calendar_is_fetched(other):
    other.answer = lambda handler: say(handler, calendar(EVENT), ETag='"one"')
    found = fetch(other.url, "", MOST, NETWORKS)
    assert "Dentist" in found.content and found.etag == '"one"'
    ((path, headers),) = other.asked
    assert path == "/private.ics" and headers["Host"] == f"{HERE}:{other.port}" and headers["Accept-Encoding"] == "identity"


def test_what_has_not_changed_is_not_sent_again(other):
    other.answer = lambda handler: say(handler, b"", 304) if handler.headers["If-None-Match"] == '"one"' else say(handler, calendar())
    assert fetch(other.url, '"one"', MOST, NETWORKS) == (None, '"one"')


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.0.0.2", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1", "255.255.255.255",
        "192.0.2.1", "198.18.0.1", "240.0.0.1", "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "fd00::1", "ff02::1", "2001:db8::1",
        "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "2002:7f00:1::", "fec0::1", "2002:a00:1::1", "not an address",
    ],
)  # fmt: skip
def test_no_address_of_a_network_is_public(address):
    assert not is_public(address)


@pytest.mark.parametrize("address", ["142.250.72.14", "1.1.1.1", "2607:f8b0:4004:800::200e", "2002:8efa:480e::1"])
def test_addresses_of_the_internet_are(address):
    assert is_public(address)


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "[::1]", "[::ffff:127.0.0.1]", "169.254.169.254", "0.0.0.0"]
)
def test_nothing_inside_is_asked_however_its_address_is_written(host, other):
    assert why(f"http://{host}:{other.port}/", networks=()) in ("private", "unknown_host")
    assert other.asked == []


def test_a_redirect_is_followed_but_not_inside(other):
    other.answer = lambda handler: (
        say(handler, b"", 302, Location="/there.ics") if handler.path == "/private.ics" else say(handler, calendar(EVENT))
    )
    assert "Dentist" in fetch(other.url, "", MOST, NETWORKS).content
    for inside in (f"http://{ELSEWHERE}:{other.port}/", f"//{ELSEWHERE}/", "http://169.254.169.254/latest/meta-data/"):
        other.answer = lambda handler, to=inside: say(handler, b"", 301, Location=to)
        assert why(other.url) == "private"


@pytest.mark.parametrize(
    "to", ["file:/etc/passwd", "ftp://127.0.0.2/", "gopher://127.0.0.2/", "http://user:word@127.0.0.2/", "data:text/calendar,x"]
)
def test_a_redirect_to_something_else_than_the_web_is_none(other, to):
    other.answer = lambda handler: say(handler, b"", 302, Location=to)
    assert why(other.url) == "no_address"


def test_redirects_come_to_an_end(other):
    other.answer = lambda handler: say(handler, b"", 302, Location=handler.path + "x")
    assert why(other.url) == "unreachable" and len(other.asked) == 6


def test_a_name_that_is_another_address_the_second_time_gains_nothing(other, monkeypatch):
    """DNS rebinding: the connection goes to the address that was looked at."""
    answers = [HERE, ELSEWHERE, ELSEWHERE]
    monkeypatch.setattr(
        socket, "getaddrinfo", lambda host, port, **_: [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (answers.pop(0), port))]
    )
    assert "Dentist" in fetch(f"http://rebind.example:{other.port}/", "", MOST, NETWORKS).content
    assert answers == [ELSEWHERE, ELSEWHERE]


def test_a_name_with_one_private_address_among_public_ones_is_refused(monkeypatch):
    both = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (where, 80)) for where in ("142.250.72.14", "10.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_kwargs: both)
    assert why("http://both.example/") == "private"


def test_ten_gigabytes_are_not_read(other):
    other.answer = flood
    assert why(other.url) == "too_big"
    time.sleep(0.2)
    assert other.http.sent < 50 * MOST


def test_who_sends_nothing_is_not_waited_for(other, monkeypatch):
    monkeypatch.setattr(ics_fetch, "SECONDS", 0.3)
    other.answer = lambda handler: time.sleep(3)
    assert why(other.url) == "too_slow"


def test_who_sends_a_little_now_and_then_is_not_either(other):
    """A slow loris never lets a single read time out: the process is given up."""
    other.answer = drip
    began = time.monotonic()
    with pytest.raises(Problem) as problem:
        read(Job(other.url, "", "", "America/Toronto", 0, 10**10, networks=NETWORKS, seconds=2))
    assert problem.value.code == "too_slow" and time.monotonic() - began < 20


@pytest.mark.parametrize(
    "body, headers",
    [
        (b"<!doctype html><html><body>Sign in</body></html>", {}),
        (b"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b 'bbbb'>]><a>&b;</a>", {}),
        (b"PK\x03\x04" + b"\0" * 1000, {}),
        (gzip.compress(calendar(EVENT)), {"Content_Encoding": "gzip"}),
        (b"\xff\xfe\x00" * 99, {}),
        (b"", {}),
    ],
    ids=["html", "xml", "zip", "compressed", "nonsense", "nothing"],
)
def test_what_is_no_calendar_is_refused(other, body, headers):
    other.answer = lambda handler: say(handler, body, **headers)
    assert why(other.url) == "no_calendar"


@pytest.mark.parametrize(
    "status, code",
    [(401, "refused"), (403, "refused"), (404, "gone"), (410, "gone"), (500, "unreachable"), (204, "unreachable"), (304, "unreachable")],
)
def test_every_other_answer_has_its_words(other, status, code):
    other.answer = lambda handler: say(handler, b"", status)
    assert why(other.url) == code


def test_nobody_there(other):
    port = socket.socket()
    port.bind((HERE, 0))
    assert why(f"http://{HERE}:{port.getsockname()[1]}/") == "unreachable"
    port.close()
    assert why("http://nobody.invalid/") == "unknown_host"
    other.answer = lambda handler: handler.wfile.write(b"220 smtp.example ready\r\n")
    assert why(other.url) == "unreachable"


@pytest.mark.parametrize(
    "typed, asked",
    [
        ("webcal://a.example/x.ics#y", "https://a.example/x.ics"),
        (" https://a.example/x?y=1 ", "https://a.example/x?y=1"),
        ("HTTP://a.example", "http://a.example"),
    ],
)
def test_addresses_as_calendars_give_them(typed, asked):
    assert clean_url(typed) == asked


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "a.example",
        "ftp://a.example",
        "file:/etc/passwd",
        "https://",
        "http://a b.example",
        "https://me:word@a.example",
        "http://a.example:x/",
        "http://[::1/",
        "javascript:alert(1)",
        "http://a.example/\r\nX: y",
    ],
)
def test_what_is_no_address_is_refused(typed):
    with pytest.raises(Problem) as problem:
        clean_url(typed)
    assert problem.value.code == "no_address"


def test_an_etag_that_would_begin_another_header_is_dropped(other):
    other.answer = lambda handler: handler.wfile.write(b"HTTP/1.1 200 OK\r\nETag: " + b"x" * 300 + b"\r\n\r\n" + calendar())
    assert fetch(other.url, "", MOST, NETWORKS).etag == ""


def test_the_process_that_reads_has_no_secrets_and_is_given_up_when_it_takes_too_much(monkeypatch):
    monkeypatch.setenv("PORTAL_SECRET_KEY", "s" * 40)
    monkeypatch.setattr(
        "booking.ics_reading.subprocess.run",
        lambda *_args, **kwargs: pytest.fail("secret") if "PORTAL_SECRET_KEY" in kwargs["env"] else done,
    )
    done = type("Done", (), {"returncode": -9, "stderr": ""})()
    with pytest.raises(Problem) as problem:
        read(Job("", "x", "", "America/Toronto", 0, 1))
    assert problem.value.code == "too_many"


def test_an_entry_that_repeats_every_second_ends_with_the_process_not_with_the_house():
    bomb = calendar("BEGIN:VEVENT\r\nUID:b\r\nDTSTART:19700101T000000Z\r\nDURATION:PT1S\r\nRRULE:FREQ=SECONDLY\r\nEND:VEVENT\r\n").decode()
    began = time.monotonic()
    with pytest.raises(Problem) as problem:
        read(Job("", bomb, "", "America/Toronto", 1796000000, 1830000000, cpu_seconds=2, seconds=20))
    assert problem.value.code in ("too_many", "too_slow") and time.monotonic() - began < 22
