"""Sending, against servers that refuse, say nothing, change their mind, hang up or show a wrong certificate."""

import time
from email.message import EmailMessage

import pytest

from portal import clock, transport
from portal.database import db, transact
from portal.letters import Enclosure, Letter
from portal.models import OutboxMail
from portal.outbox import enqueue
from tests.smtp import CERTIFICATE, MailServer, unused_port

LETTER = Letter(
    "Booked: 9 h à Québec", "Bonjour\n", "<p>Bonjour</p>", "fr", sender_name="Clinique “Été”, Dieppe", reply_to="hello@clinic.example"
)


@pytest.fixture
def settings(context, monkeypatch):
    """Change settings for one test."""
    return lambda **facts: [monkeypatch.setitem(context.config, name, value) for name, value in facts.items()]


@pytest.fixture
def server(settings):
    """Start a mail server with these habits and use it."""
    running = []

    def start(tls=False, use_tls=False, **answers):
        one = MailServer(tls, **answers).__enter__()
        running.append(one)
        settings(MAIL_SERVER="localhost", MAIL_PORT=one.port, MAIL_USE_TLS=use_tls, MAIL_TIMEOUT_SECONDS=10)
        return one

    yield start
    for one in running:
        one.__exit__()


def message(letter=LETTER, to="priya@example.com") -> EmailMessage:
    return transport.build(OutboxMail(to_address=to, message_id="<abcdefghij@porchlight.example>"), letter, clock.now())


def send(*messages):
    with transport.Post() as post:
        for one in messages or [message()]:
            post.send(one)


def refusal() -> transport.NotSent:
    with pytest.raises(transport.NotSent) as caught:
        send()
    return caught.value


def test_a_mail_arrives_as_it_was_written(server):
    taking = server()
    send()
    (mail,) = taking.mails
    assert mail["Subject"] == LETTER.subject
    assert mail["From"].addresses[0].display_name == "Clinique “Été”, Dieppe"
    assert mail["From"].addresses[0].addr_spec == "bookings@porchlight.example"
    assert (mail["To"], mail["Reply-To"].addresses[0].addr_spec) == ("priya@example.com", "hello@clinic.example")
    assert (mail["Message-ID"], mail["Auto-Submitted"]) == ("<abcdefghij@porchlight.example>", "auto-generated")
    assert mail["Date"].datetime == clock.now()
    assert mail.get_body(("plain",)).get_content().splitlines() == ["Bonjour"]
    assert "<p>Bonjour</p>" in mail.get_body(("html",)).get_content()
    assert all(len(line) < 200 for line in taking.texts[0].splitlines())
    assert taking.texts[0].isascii()


def test_an_enclosed_calendar_file_keeps_its_bytes(context):
    content = "BEGIN:VCALENDAR\r\nSUMMARY:Zoë\r\nEND:VCALENDAR\r\n".encode()
    file = Enclosure("appointment.ics", content, parameters={"method": "PUBLISH"})
    (part,) = message(Letter("a", "b", "<p>c</p>", "en", enclosures=(file,))).iter_attachments()
    assert part.get_payload(decode=True) == content
    assert (part.get_content_type(), part.get_filename()) == ("text/calendar", "appointment.ics")
    assert (part.get_param("method"), part.get_param("charset")) == ("PUBLISH", "utf-8")


@pytest.mark.parametrize("field, value", [("subject", "a\r\nBcc: all@example.com"), ("sender_name", "a\nBcc: all@example.com")])
def test_a_line_break_in_a_header_is_refused(context, field, value):
    with pytest.raises(transport.NotSent) as caught:
        message(Letter(**{"subject": "a", "text": "b", "html": "c", "language": "en", field: value}))
    assert caught.value.for_good


@pytest.mark.parametrize(
    "to", ["", "nobody", "a@b@c", "a@example.com\r\nBcc: b@example.com", "a b@example.com", "a@" + "x" * 70 + ".example"]
)
def test_what_is_no_address_is_refused_for_good(context, to):
    with pytest.raises(transport.NotSent) as caught:
        message(to=to)
    assert caught.value.for_good


def test_the_sender_may_be_written_with_a_name(context, settings):
    settings(MAIL_DEFAULT_SENDER="Our mail <post@clinic.example>")
    assert message()["From"].addresses[0].addr_spec == "post@clinic.example"
    with context.app_context():
        transact(enqueue, "verify", to="a@example.com", dedupe="a", now=clock.now())
        assert db.session.scalar(db.select(OutboxMail.message_id)).endswith("@clinic.example>")


def test_a_domain_with_accents_is_written_in_ascii(context):
    assert message(to="a@québec.example")["To"] == "a@xn--qubec-csa.example"


def test_several_mails_go_over_one_connection(server):
    taking = server()
    send(message(), message(), message())
    assert len(taking.texts) == 3 and taking.heard.count("EHLO") == 1 and taking.heard.count("QUIT") == 1


def test_a_connection_that_broke_is_opened_anew(server):
    taking = server(END=None)
    with transport.Post() as post:
        with pytest.raises(transport.NotSent):
            post.send(message())
        taking.answers.clear()
        post.send(message())
    assert taking.heard.count("EHLO") == 2


def test_nobody_listening(settings):
    settings(MAIL_SERVER="127.0.0.1", MAIL_PORT=unused_port(), MAIL_TIMEOUT_SECONDS=0.3)
    problem = refusal()
    assert not problem.for_good and "ConnectionRefused" in str(problem)


@pytest.mark.parametrize("step", ["CONNECT", "EHLO", "MAIL", "RCPT", "DATA", "END"])
def test_a_server_that_falls_silent_is_left_in_time(server, settings, step):
    server(**{step: ""})
    settings(MAIL_TIMEOUT_SECONDS=0.3)
    started = time.monotonic()
    assert not refusal().for_good
    assert time.monotonic() - started < 10


@pytest.mark.parametrize("step", ["CONNECT", "MAIL", "RCPT", "DATA", "END"])
def test_a_server_that_hangs_up_is_tried_again_later(server, step):
    server(**{step: None})
    assert not refusal().for_good


@pytest.mark.parametrize("step", ["CONNECT", "MAIL", "RCPT", "DATA", "END"])
def test_not_now_means_later(server, step):
    server(**{step: "451 try again later"})
    problem = refusal()
    assert not problem.for_good and "451" in str(problem)


@pytest.mark.parametrize("step", ["RCPT", "DATA", "END"])
def test_never_means_never_when_it_is_about_this_mail(server, step):
    server(**{step: "550 no such mailbox"})
    problem = refusal()
    assert problem.for_good and "550" in str(problem) and "priya" not in str(problem)


@pytest.mark.parametrize("step", ["CONNECT", "MAIL"])
def test_never_means_later_when_it_is_about_us(server, step):
    server(**{step: "554 your server is on a list"})
    assert not refusal().for_good


def test_an_unknown_certificate_ends_the_talk_before_anything_is_said(server):
    taking = server(tls=True, use_tls=True)
    problem = refusal()
    assert "CERTIFICATE_VERIFY_FAILED" in str(problem) and not problem.for_good
    assert "MAIL" not in taking.heard and taking.texts == []


def test_a_certificate_for_another_name_is_refused(server, settings, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
    server(tls=True, use_tls=True)
    settings(MAIL_SERVER="127.0.0.1")
    assert "CERTIFICATE_VERIFY_FAILED" in str(refusal())


def test_a_known_certificate_is_good(server, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
    taking = server(tls=True, use_tls=True)
    send()
    assert len(taking.texts) == 1 and "STARTTLS" in taking.heard


def test_a_server_without_encryption_gets_nothing_when_it_is_asked_for(server):
    taking = server(tls=False, use_tls=True)
    refusal()
    assert taking.texts == []


def test_a_wrong_password_is_our_fault_and_tried_again(server, settings):
    server(EHLO="250-here\r\n250 AUTH PLAIN", AUTH="535 no")
    settings(MAIL_USERNAME="us", MAIL_PASSWORD=12345)  # a password of digits is read as a number
    problem = refusal()
    assert not problem.for_good and "535" in str(problem)


def test_the_demo_puts_mails_into_a_folder(context):
    assert transport.kind() == "folder"
    send()
    send()
    (file,) = [path for path in transport.folder().iterdir() if "abcdefghij" in path.name]
    assert b"Message-ID: <abcdefghij@porchlight.example>" in file.read_bytes()


def test_production_without_a_server_sends_nowhere(settings):
    settings(MODE="production")
    assert transport.kind() == "none"


def test_a_server_is_used_in_demo_and_production(settings):
    settings(MAIL_SERVER="mail.example")
    assert transport.kind() == "smtp"
    settings(MODE="production")
    assert transport.kind() == "smtp"
