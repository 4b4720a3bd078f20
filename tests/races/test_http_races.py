"""The same races through a real, threaded web server: sessions, forms and pages included."""

import http.client
import threading
from contextlib import contextmanager
from urllib.parse import urlencode

import pytest
from sqlalchemy import insert
from werkzeug.serving import make_server

from booking.models import Hold
from portal import tokens
from portal.database import db, transact
from portal.ids import secret
from portal.models import SessionRow
from portal.sessions import _hash
from tests.booking.clinic import Clinic, at, torn
from tests.races.harness import Told, race, stored, unjustified, unsafe, untrue

RACERS = 50
NINE = at("2026-12-14 09:00")


@contextmanager
def served(app):
    """The address of the application behind a threaded server."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server.server_address
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def clinic(context, clock):
    return Clinic(clock())


def signed_in(app, clinic, count: int) -> list[str]:
    """The cookies of as many strangers, each signed in."""
    keys = [secret() for _ in range(count)]
    rows = [
        dict(
            key_hash=_hash(key), account_id=link.account_id, idle_minutes=30, created_at=clinic.now, signed_in_at=clinic.now,
            last_seen_at=clinic.now, expires_at=clinic.now.replace(year=2027), data={},
        )
        for key, link in zip(keys, clinic.people(count))
    ]  # fmt: skip
    transact(lambda: db.session.execute(insert(SessionRow), rows))
    return [f"{app.config['SESSION_COOKIE_NAME']}={key}" for key in keys]


def visitors(count: int) -> list[str]:
    return [""] * count


def poster(app, address, cookie: str, path: str, start: int, candidates, **fields):
    """An attempt that posts a form as a browser would, and reads from the answer what it told."""
    host = f"{address[0]}:{address[1]}"
    fields |= {"csrf_token": tokens.sign("csrf", ["salt", ""])}
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": cookie, "Origin": f"http://{host}"}

    def run() -> Told:
        told = Told(start, candidates)
        connection = http.client.HTTPConnection(*address, timeout=30)
        try:
            connection.request("POST", path, urlencode(fields), headers)
            answer = connection.getresponse()
            page, place = answer.read().decode(), answer.headers.get("Location", "")
            if answer.status == 302 and place.startswith("/appointments/"):
                told.booked = place.split("/")[2].split("?")[0]
            elif answer.status == 302 and ("/confirm" in place or "/sign-up" in place):
                told.held = True
            elif answer.status == 409 and 'role="alert"' in page:
                told.refused = True
            else:
                told.error = f"{answer.status} {place} {page[:300]}"
        finally:
            connection.close()
        return told

    return run


def address_of(step: str, clinic, service, person, start: int) -> str:
    chosen = {"what": service.public_id, "with": person.public_id if person else "any", "at": start}
    return f"/at/{clinic.practice.slug}/book/{step}?{urlencode(chosen)}"


def judged(heard: list[Told]) -> None:
    db.session.rollback()
    assert unsafe() == [] and untrue(heard) == [] and unjustified(heard, 60, 0) == [] and torn() == []


def test_fifty_confirm_one_time(app, clinic):
    visit = clinic.service()
    ines = clinic.practitioner("Ines", visit)
    with served(app) as address:
        path = address_of("confirm", clinic, visit, ines, NINE)
        posts = [poster(app, address, cookie, path, NINE, (ines.id,), key=secret()) for cookie in signed_in(app, clinic, RACERS)]
        heard = race(app, posts)
    judged(heard)
    assert len(stored()) == 1 and sum(one.refused for one in heard) == RACERS - 1


def test_fifty_confirm_overlapping_times_with_any_of_three(app, clinic):
    visit = clinic.service()
    three = tuple(clinic.practitioner(name, visit).id for name in ("Ines", "Omar", "Ravi"))
    with served(app) as address:
        posts = []
        for n, cookie in enumerate(signed_in(app, clinic, RACERS)):
            start = NINE + n % 5 * 900
            posts.append(poster(app, address, cookie, address_of("confirm", clinic, visit, None, start), start, three, key=secret()))
        heard = race(app, posts)
    judged(heard)
    assert 3 <= len(stored()) <= 6


def test_fifty_visitors_hold_one_time(app, clinic):
    visit = clinic.service()
    ines = clinic.practitioner("Ines", visit)
    with served(app) as address:
        path = address_of("hold", clinic, visit, ines, NINE)
        heard = race(app, [poster(app, address, cookie, path, NINE, (ines.id,)) for cookie in visitors(RACERS)])
    judged(heard)
    assert sum(one.held for one in heard) == 1 and db.session.query(Hold).count() == 1


def test_a_button_pressed_five_times_books_once(app, clinic):
    visit = clinic.service()
    clinic.practitioner("Ines", visit)
    with served(app) as address:
        (cookie,), key = signed_in(app, clinic, 1), secret()
        path = address_of("confirm", clinic, visit, None, NINE)
        heard = race(app, [poster(app, address, cookie, path, NINE, (), key=key) for _ in range(5)])
    assert {one.error for one in heard} == {""} and len({one.booked for one in heard}) == 1 == len(stored())
