"""The demo mailbox, and that production has none."""

import pytest

from app import create_app
from portal import clock, letters, postman
from portal.database import transact
from portal.letters import Enclosure, Letter
from portal.mailbox import received
from portal.outbox import enqueue

LETTER = Letter(
    "Booked: 9am",
    "Hello\n\nhttps://booking.example/a/b\n",
    "<!doctype html><html lang='en'><head><title>x</title><style>p{color:red}</style></head><body><h1>Booked</h1><p>Hello</p></body></html>",
    "en",
    enclosures=(Enclosure("appointment.ics", b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", parameters={"method": "PUBLISH"}),),
)


@pytest.fixture
def mail(app, monkeypatch, tmp_path):
    """One delivered mail."""
    monkeypatch.setitem(app.config, "MAIL_FOLDER", str(tmp_path / "mail"))
    monkeypatch.setitem(letters._writers, "note", lambda mail, now: LETTER)
    with app.app_context():
        transact(lambda: enqueue("note", to="priya@example.com", dedupe="a", now=clock.now()))
        postman.deliver_due()
        return received()[0]


def test_it_lists_the_mails_newest_first(app, browse, mail):
    page = browse().page("/mailbox/")
    assert page.h1 == "Demo mailbox"
    assert page.links()["Booked: 9am"] == f"/mailbox/{mail.key}"
    assert "To priya@example.com" in page.text


def test_it_shows_those_of_one_reader(browse, mail):
    assert "Booked: 9am" in browse().page("/mailbox/?to=PRIYA@example.com").text
    assert "Booked: 9am" not in browse().page("/mailbox/?to=daniel@example.com").text


def test_an_empty_mailbox_says_what_to_do(app, browse, monkeypatch, tmp_path):
    monkeypatch.setitem(app.config, "MAIL_FOLDER", str(tmp_path / "none"))
    assert "Sign up or book, and look again." in browse().page("/mailbox/").text


def test_a_mail_can_be_read_and_its_links_followed(browse, mail):
    page = browse().page(f"/mailbox/{mail.key}")
    assert page.h1 == "Booked: 9am"
    assert page.links()["https://booking.example/a/b"] == "https://booking.example/a/b"


def test_the_html_is_shown_with_its_style_and_can_run_nothing(browse, mail):
    page = browse().page(f"/mailbox/{mail.key}/html")
    policy = page.response.headers["Content-Security-Policy"]
    (style,) = page.all("style")
    assert f"'nonce-{style.get('nonce')}'" in policy and "script-src 'self'" in policy


def test_the_calendar_file_can_be_opened(browse, mail):
    answer = browse().get(f"/mailbox/{mail.key}/files/0")
    assert answer.data == LETTER.enclosures[0].content
    assert answer.mimetype == "text/calendar" and "method" in answer.headers["Content-Type"]
    assert browse().get(f"/mailbox/{mail.key}/files/1").status_code == 404


@pytest.mark.parametrize("key", ["nothing-of-that-name", "..", "%2e%2e%2fmail%2fx", "a" * 200])
def test_there_is_nothing_else_to_read_there(browse, mail, key):
    assert browse().get(f"/mailbox/{key}").status_code == 404


def test_there_is_no_mailbox_in_production(tmp_path):
    there = create_app(
        MODE="production", SECRET_KEY="x" * 40, PUBLIC_URL="https://booking.example", POSTMAN=False,
        SQLALCHEMY_DATABASE_URI=f"sqlite:///{tmp_path / 'none.db'}",
    )  # fmt: skip
    assert not [rule for rule in there.url_map.iter_rules() if "mailbox" in rule.rule or "mailbox" in rule.endpoint]
