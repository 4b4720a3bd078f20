"""The provider of text messages: what it is asked, what its answers do, and that texts are off, with the reason, where there is none."""

import json
import logging
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest
import requests
from twilio.http import HttpClient
from twilio.http.response import Response

from app import create_app
from portal import clock as house_clock
from portal import consents, letters, mailbox, postman, texting, transport
from portal.database import db, transact
from portal.letters import Text
from portal.models import LedgerLine, OutboxMail
from portal.outbox import Mail, enqueue_all
from portal.public_url import public_url
from tests.mails import change, outbox, profile

NUMBER, TOKEN = "+14165550150", "a-token-nobody-may-read"
SETTINGS = {"SMS_ACCOUNT": "AC" + "0" * 32, "SMS_TOKEN": TOKEN, "SMS_SENDER": "+14165550100"}


class Provider(HttpClient):
    """In place of the network: keeps what it is asked, and answers as told: a status and a code, or an exception to raise."""

    def __init__(self):
        super().__init__(logging.getLogger("none"), False, None)
        self.asked, self.answer = [], (201, None)

    def request(self, method, url, params=None, data=None, headers=None, auth=None, timeout=None, allow_redirects=False):
        self.asked.append((method, url, dict(data or {}), auth))
        if isinstance(self.answer, Exception):
            raise self.answer
        status, code = self.answer
        return Response(
            status,
            json.dumps(
                {"sid": "SM" + "1" * 32}
                if status < 300
                else {"code": code, "message": f"The 'To' number {NUMBER} is bad", "status": status}
            ),
        )


@pytest.fixture
def provider(context, monkeypatch):
    """A house whose texts go to the provider, and one kind of text: "said"."""
    one = Provider()
    monkeypatch.setattr(texting, "http_client", lambda: one)
    monkeypatch.setitem(letters._writers, "said", lambda mail, now: Text("Hello", "en", mail.to_address))
    for name, value in SETTINGS.items():
        monkeypatch.setitem(context.config, name, value)
    return one


def queue(number: str = NUMBER, practice_id: int | None = None) -> None:
    mail = Mail("said", to=number, dedupe=f"said {number}", channel="sms")
    transact(enqueue_all, [mail], now=house_clock.now(), about="", practice_id=practice_id)


def row() -> OutboxMail:
    (one,) = outbox("said")
    return one


@contextmanager
def production(app, monkeypatch, **settings):
    with monkeypatch.context() as here:
        for name, value in {"MODE": "production", **dict.fromkeys(SETTINGS), **settings}.items():
            here.setitem(app.config, name, value)
        yield


def test_a_text_goes_to_the_provider_once_with_where_to_tell_what_became_of_it(provider):
    queue()
    assert postman.deliver_due() == 1 and postman.deliver_due() == 0
    ((method, url, data, auth),) = provider.asked
    assert (method, urlsplit(url).hostname, auth) == ("POST", "api.twilio.com", (SETTINGS["SMS_ACCOUNT"], TOKEN))
    key = row().message_id.strip("<>").partition("@")[0]
    assert data == {"To": NUMBER, "From": "+14165550100", "Body": "Hello", "StatusCallback": public_url("texts.outcome", key=key)}
    assert row().state == "sent"


def test_mail_and_text_each_take_their_way(provider, monkeypatch):
    posted = []
    monkeypatch.setattr(transport.Post, "send", lambda post, message: posted.append(message["To"]))
    monkeypatch.setitem(letters._writers, "note", lambda mail, now: letters.Letter("a", "a", "<p>a</p>", "en"))
    transact(enqueue_all, [Mail("note", to="x@example.com", dedupe="n")], now=house_clock.now(), about="", practice_id=None)
    queue()
    assert postman.deliver_due() == 2 and posted == ["x@example.com"] and len(provider.asked) == 1


@pytest.mark.parametrize("code", [21211, 21614, 21612])
def test_a_number_that_cannot_be_reached_is_not_tried_again(provider, code, clock):
    provider.answer = (400, code)
    queue()
    postman.deliver_due()
    assert (row().state, row().last_error) == ("failed", f"the provider says 400, code {code}")
    clock.forward(days=3)
    assert postman.deliver_due() == 0


@pytest.mark.parametrize(
    "trouble",
    [
        (500, 20500),
        (429, 20429),
        (401, 20003),
        (400, 21408),
        requests.ConnectTimeout(f"to {NUMBER} with {TOKEN}"),
        requests.ConnectionError(TOKEN),
        ValueError(TOKEN),
    ],
    ids=str,
)
def test_what_may_pass_or_be_mended_is_tried_again_and_no_secret_is_noted(provider, trouble, clock, caplog):
    caplog.set_level(logging.DEBUG)
    provider.answer = trouble
    queue()
    postman.deliver_due()
    assert row().state == "queued" and row().due_at > clock.at
    assert (
        not {TOKEN, NUMBER} & set((row().last_error + caplog.text).split())
        and TOKEN not in row().last_error + caplog.text
        and NUMBER not in row().last_error + caplog.text
    )
    provider.answer = (201, None)
    clock.forward(minutes=2)
    assert postman.deliver_due() == 1 and row().state == "sent"


def test_a_number_that_said_stop_to_the_provider_has_withdrawn(provider, cast):
    change(profile("walter"), phone=NUMBER, phone_kind="mobile", sms_consent_at=house_clock.now())
    provider.answer = (400, texting.STOPPED)
    queue()
    postman.deliver_due()
    assert row().state == "aborted" and not consents.may(profile("walter"), consents.SMS)
    line = db.session.scalars(
        db.select(LedgerLine).where(LedgerLine.profile_id == profile("walter").id).order_by(LedgerLine.id.desc())
    ).first()
    assert (line.verb, line.facts) == (consents.REFUSED, {"channel": "sms", "answered": "text"})


def test_it_waits_no_longer_than_it_may_and_asks_once(context, monkeypatch):
    monkeypatch.setitem(context.config, "SMS_TIMEOUT_SECONDS", 7)
    client = texting.http_client()
    assert client.timeout == 7 and client.session.get_adapter("https://api.twilio.com").max_retries.total == 0
    assert context.config["SMS_TIMEOUT_SECONDS"] < postman.LEASE.total_seconds() / 2


def test_a_sender_read_as_a_number_gets_its_plus_back(context, monkeypatch):
    monkeypatch.setitem(context.config, "SMS_SENDER", 14165550100)
    assert texting.sender() == "+14165550100"


# --- where there is none ---


def test_without_provider_production_holds_texts_and_releases_them_when_there_is_one(provider, context, cast, monkeypatch):
    with production(context, monkeypatch, MAIL_SERVER="mail.example"):
        queue(practice_id=cast.riverside.id)
        assert postman.deliver_due() == 1 and row().state == "held" and provider.asked == []
        assert transact(postman.release_held) == 0
    assert transact(postman.release_held) == 1
    assert postman.deliver_due() == 1 and row().state == "sent"


@pytest.mark.parametrize(
    "state, said",
    [
        ("held", "1 text message waits, because this site has no provider for them."),
        ("failed", "1 text message could not be delivered in the last 7 days. Check the mobile number"),
    ],
)
def test_staff_are_told_of_texts_that_do_not_arrive(app, browse, cast, state, said):
    with app.app_context():
        queue(practice_id=cast.riverside.id)
        transact(lambda: db.session.execute(db.update(OutboxMail).values(state=state)))
    page = browse(as_=cast.dana, staff=True).page("/staff/riverside/")
    assert said in page.text and "message waits, because this site has no mail server" not in page.text


def test_health_counts_them_apart(app, browse):
    assert browse().get("/health").json["texts"] == {"transport": "folder", "due": 0, "oldest_due_seconds": 0, "held": 0, "failed": 0}


REMINDERS = "/staff/riverside/settings/reminders"


def test_the_settings_say_why_they_are_off_and_whom_to_ask(app, browse, cast, monkeypatch):
    with production(app, monkeypatch):
        dana = browse(as_=cast.dana, staff=True)
        page = dana.page(REMINDERS)
        assert (
            "Text messages are off: this site has no provider for them yet. Ask whoever looks after the site to set PORTAL_SMS_ACCOUNT"
            in page.text
        )
        assert "Hours before, by text message" not in page.text
        assert dana.submit(page, hours="48", text_hours="24").status == 422
        dana.submit(page, hours="24")
    with app.app_context():
        assert (cast.riverside.reminder_hours, cast.riverside.text_hours) == ([24], [])


def test_without_the_program_it_says_so(app, browse, cast, monkeypatch):
    monkeypatch.setattr(texting, "Client", None)
    with production(app, monkeypatch, **SETTINGS):
        assert "the program for them is not installed here" in browse(as_=cast.dana, staff=True).page(REMINDERS).text


def test_an_admin_turns_them_on_with_their_own_hours_and_off_again(app, browse, cast):
    dana = browse(as_=cast.dana, staff=True)
    assert dana.submit(dana.page(REMINDERS), text_hours="2, 0").status == 422
    dana.submit(dana.page(REMINDERS), text_hours="2, 24")
    with app.app_context():
        assert cast.riverside.text_hours == [24, 2] and cast.riverside.reminder_hours == [48, 2]
    dana.submit(dana.page(REMINDERS), text_hours="")
    with app.app_context():
        assert cast.riverside.text_hours == []


@pytest.mark.parametrize(
    "practice, person, said",
    [
        ([], {}, "Text messages are off: this practice sends none. An admin can turn them on under Settings, Reminders."),
        ([24], {}, "None: there is no consent to text messages. Ask the person."),
        ([24], {"agreed": True, "phone_kind": "home"}, "None: there is no mobile number. Ask for one."),
        ([24], {"agreed": True, "safe": True}, "None while contacts are kept apart"),
        ([24], {"agreed": True}, "Reminders go to (416) 555-0150"),
    ],
)
def test_the_persons_page_says_where_they_go_or_why_not(app, browse, cast, practice, person, said):
    with app.app_context():
        at = house_clock.now()
        change(cast.riverside, text_hours=practice)
        agreed, safe = person.get("agreed"), person.get("safe")
        change(
            profile("walter"),
            phone=NUMBER,
            phone_kind=person.get("phone_kind", "mobile"),
            sms_consent_at=at if agreed else None,
            safe_at=at if safe else None,
        )
        address = f"/staff/riverside/people/{profile('walter').public_id}"
    assert said in browse(as_=cast.dana, staff=True).page(address).text


def test_the_demo_shows_texts_beside_mails(app, browse, monkeypatch, tmp_path):
    monkeypatch.setitem(app.config, "MAIL_FOLDER", str(tmp_path / "mail"))
    monkeypatch.setitem(letters._writers, "said", lambda mail, now: Text("For Walter: Thu 17 Dec, 9am", "en", mail.to_address))
    with app.app_context():
        queue()
        postman.deliver_due()
        (text,) = mailbox.received()
    page = browse().page("/mailbox/")
    assert "Text message to (416) 555-0150" in page.text and page.links()["For Walter: Thu 17 Dec, 9am"] == f"/mailbox/{text.key}"
    one = browse().page(f"/mailbox/{text.key}")
    assert one.h1 == "Text message to (416) 555-0150" and "For Walter: Thu 17 Dec, 9am" in one.text
    assert browse().get(f"/mailbox/{text.key}/html").status_code == 404 == browse().get(f"/mailbox/{text.key}/files/0").status_code


def test_production_starts_without_any_of_it(tmp_path):
    there = create_app(
        MODE="production",
        SECRET_KEY="x" * 40,
        PUBLIC_URL="https://booking.example",
        POSTMAN=False,
        SQLALCHEMY_DATABASE_URI=f"sqlite:///{tmp_path / 'none.db'}",
    )
    with there.app_context():
        assert texting.kind() == "none" and postman.open_ways() == set()
