"""Merges through a real, threaded web server: the merge page sent from many desks while the person books."""

import http.client
from urllib.parse import urlencode

import pytest
from sqlalchemy import select

from portal import tokens
from portal.database import db
from portal.ids import secret
from portal.models import Merge, StaffMember
from tests.booking.clinic import at, torn
from tests.portal.pairs import ticks
from tests.races.harness import Told, race, stored, unsafe, untrue
from tests.races.test_http_races import address_of, poster, served
from tests.races.test_merge_races import Stage
from tests.reader import Reader

PRESSED = 10
HOURS = [at(f"2026-12-{day} {hour:02}:00") for day in (14, 15) for hour in range(9, 13)]


@pytest.fixture
def here(context, clock):
    return Stage(clock)


def cookie_of(app, account_id: int, staff: bool = False) -> str:
    reader = Reader.of(app)
    reader.sign_in(account_id, staff)
    name = app.config["SESSION_COOKIE_NAME"]
    return f"{name}={reader.get_cookie(name).value}"


def form_of(app, here, source, target) -> tuple[str, list[tuple[str, str]]]:
    """The merge page's address and its form with every tick set, as somebody at the desk has it before them."""
    path = f"/staff/{here.clinic.practice.slug}/people/{source.public_id}/merge/{target.public_id}"
    account_id = db.session.get(StaffMember, here.staff_id).account_id
    with app.app_context():  # its own, or the test's would remember who asked first
        desk = Reader.of(app)
        desk.sign_in(account_id, staff=True)
        page = desk.page(path)
    values = {name: value for name, value in page.form(path).items() if name not in ("", "csrf_token")}
    return path, [*values.items(), *(("confirm", one) for one in ticks(page))]


def presser(address, cookie: str, path: str, fields: list[tuple[str, str]]):
    """Somebody who presses the button and reads where it leads: `booked` is the page of the record that stands."""
    host = f"{address[0]}:{address[1]}"
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": cookie, "Origin": f"http://{host}"}
    body = urlencode([*fields, ("csrf_token", tokens.sign("csrf", ["salt", ""]))])

    def run() -> Told:
        told = Told(0, ())
        connection = http.client.HTTPConnection(*address, timeout=60)
        try:
            connection.request("POST", path, body, headers)
            answer = connection.getresponse()
            page, place = answer.read().decode(), answer.headers.get("Location", "")
            told.refused = answer.status == 409 and 'role="alert"' in page
            told.booked = place if answer.status == 302 and "/people/" in place or place.endswith(path) else ""
            told.error = "" if told.refused or told.booked else f"{answer.status} {place} {page[:300]}"
        finally:
            connection.close()
        return told

    return run


def test_two_desks_merge_both_ways_while_the_person_books(app, here):
    """One merge stands; every desk is led to the record that survives; nobody reads a fault, and each booking told is stored there."""
    accounts = [here.acting_account(one) for one in here.acting(6)]
    forms = [form_of(app, here, *pair) for pair in ((here.source, here.target), (here.target, here.source))]
    desk = db.session.get(StaffMember, here.staff_id).account_id
    with served(app) as address:
        pressed = [presser(address, cookie_of(app, desk, staff=True), *forms[n % 2]) for n in range(PRESSED)]
        booking = [
            poster(app, address, cookie_of(app, account), confirming(here, HOURS[n]), HOURS[n], (here.ines.id,), key=secret())
            for n, account in enumerate(accounts)
        ]
        heard = race(app, [*pressed, *booking])
    here.fresh()
    assert [one.error for one in heard[:PRESSED] if one.error and not busy(one)] == []
    (merge,) = db.session.scalars(select(Merge))
    assert [here.source.is_merged, here.target.is_merged].count(True) == 1
    assert unsafe() == [] and torn() == [] and untrue([one for one in heard[PRESSED:] if not busy(one)]) == []
    assert {one.profile_id for one in stored()} <= {merge.target_id}


def busy(told: Told) -> bool:
    """Asked to try again in a minute, with nothing changed: on a slow machine somebody may wait too long for the locks (SAFETY §1)."""
    return told.error.startswith("503 ")


def confirming(here, start: int) -> str:
    """The confirming page of somebody who acts for the source."""
    return f"{address_of('confirm', here.clinic, here.visit, here.ines, start)}&who={here.source.public_id}"
