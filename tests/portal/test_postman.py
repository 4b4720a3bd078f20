"""The postman's duties: everything that is due and true goes out once, and what is not stays."""

from datetime import timedelta

import pytest

from portal import letters, mailbox, postman, transport
from portal import clock as house_clock
from portal.database import db, transact
from portal.letters import Letter
from portal.models import OutboxMail
from portal.outbox import enqueue, supersede
from portal.postman import LEASE, Claim, after_failure, claim, deliver_due, mark

ADDRESS = "priya@example.com"


@pytest.fixture
def said(monkeypatch):
    """What the letter "note" says: a text, None, or an exception to raise. `said["note"] = …`"""
    answers = {"note": "Hello"}

    def note(mail, now):
        answer = answers["note"]
        if isinstance(answer, Exception):
            raise answer
        return answer and Letter(answer, answer, f"<p>{answer}</p>", "en")

    monkeypatch.setitem(letters._writers, "note", note)
    return answers


class Server:
    """In place of the transport: keeps what it gets, or fails as told."""

    def __init__(self):
        self.got, self.subjects, self.trouble, self.meanwhile = [], [], None, lambda: None

    def send(self, _post, message):
        self.meanwhile()
        if self.trouble:
            raise self.trouble
        self.got.append(message["Message-ID"])
        self.subjects.append(message["Subject"])


@pytest.fixture
def server(context, said, monkeypatch):
    one = Server()
    monkeypatch.setattr(transport.Post, "send", lambda post, message: one.send(post, message))
    return one


def queue(number=1, **more):
    def use_case():
        for i in range(number):
            enqueue("note", **{"to": ADDRESS, "dedupe": f"note {i}", "now": house_clock.now(), **more})

    transact(use_case)


def rows() -> list[OutboxMail]:
    db.session.rollback()
    return list(db.session.scalars(db.select(OutboxMail).order_by(OutboxMail.id).execution_options(populate_existing=True)))


def row() -> OutboxMail:
    (one,) = rows()
    return one


def test_what_is_due_is_sent_once(server):
    queue(3)
    assert deliver_due() == 3
    assert deliver_due() == 0
    assert server.got == [one.message_id for one in rows()]
    assert {(one.state, one.attempts, one.sent_at, one.lease_until) for one in rows()} == {("sent", 1, house_clock.now(), None)}


def test_a_mail_for_later_waits_for_its_time(server, clock):
    queue(due_at=clock.at + timedelta(hours=1))
    assert deliver_due() == 0
    clock.forward(minutes=59, seconds=59)
    assert deliver_due() == 0
    clock.forward(seconds=1)
    assert deliver_due() == 1


def test_the_longest_due_goes_first(server, clock):
    queue(due_at=clock.at - timedelta(minutes=1), dedupe="later")
    queue(due_at=clock.at - timedelta(minutes=2), dedupe="earlier")
    deliver_due()
    later, earlier = rows()
    assert server.got == [earlier.message_id, later.message_id]


def test_one_round_takes_no_more_than_its_limit(server):
    queue(3)
    assert deliver_due(limit=2) == 2
    assert [one.state for one in rows()] == ["sent", "sent", "queued"]


def test_what_is_not_true_any_more_is_aborted(server, said):
    said["note"] = None
    queue()
    deliver_due()
    assert row().state == "aborted" and server.got == []


def test_superseded_mail_is_not_sent(server):
    queue(about="thing:1")
    transact(supersede, "thing:1")
    assert deliver_due() == 0 and row().state == "superseded"


def test_a_mail_that_was_rolled_back_was_never_there(server):
    def use_case():
        enqueue("note", to=ADDRESS, dedupe="a", now=house_clock.now())
        db.session.flush()
        raise ValueError

    with pytest.raises(ValueError):
        transact(use_case)
    assert deliver_due() == 0 and rows() == []


def test_the_letter_is_written_when_it_is_sent_not_when_it_is_queued(server, said):
    queue()
    said["note"] = "What is true now"
    deliver_due()
    assert server.subjects == ["What is true now"]


def test_nothing_is_open_in_the_database_while_a_mail_is_on_its_way(server):
    server.meanwhile = lambda: found.append(db.session().in_transaction())
    found = []
    queue(2)
    deliver_due()
    assert found == [False, False]


def test_a_failure_is_tried_again_later_with_the_same_message_id(server, clock):
    queue()
    server.trouble = transport.NotSent("451 not now")
    deliver_due()
    assert (row().state, row().attempts, row().last_error, row().lease_until) == ("queued", 1, "451 not now", None)
    assert clock.at + timedelta(seconds=48) <= row().due_at <= clock.at + timedelta(seconds=72)
    assert deliver_due() == 0
    server.trouble = None
    clock.forward(seconds=73)
    assert deliver_due() == 1
    assert server.got == [row().message_id] and row().attempts == 2


def test_a_failure_of_one_does_not_hold_up_the_others(server, said):
    queue(3)
    first = rows()[0].message_id

    def meanwhile():
        server.trouble = transport.NotSent("550 no", for_good=True) if not server.got and server.trouble is None else None

    server.meanwhile = meanwhile
    assert deliver_due() == 3
    assert [one.state for one in rows()] == ["failed", "sent", "sent"] and first not in server.got


def test_what_failed_for_good_is_not_tried_again(server, clock):
    queue()
    server.trouble = transport.NotSent("550 no such mailbox", for_good=True)
    deliver_due()
    assert (row().state, row().last_error) == ("failed", "550 no such mailbox")
    clock.forward(days=3)
    assert deliver_due() == 0


def test_a_letter_that_cannot_be_written_does_not_stop_the_postman(server, said, caplog):
    said["note"] = RuntimeError("no such template")
    queue(2)
    assert deliver_due() == 2
    assert {(one.state, one.last_error) for one in rows()} == {("queued", "RuntimeError: no such template")}
    assert "could not be written" in caplog.text


def test_a_template_nobody_writes_is_noted(server, caplog):
    transact(enqueue, "unheard_of", to=ADDRESS, dedupe="a", now=house_clock.now())
    deliver_due()
    assert (row().state, row().last_error) == ("queued", "KeyError: 'unheard_of'")


def test_the_pauses_grow_and_end_after_two_days():
    now, at, pauses = house_clock.machine_clock(), timedelta(), []
    for attempt in range(1, 100):
        outcome = after_failure(attempt, now, "no")
        if outcome["state"] == "failed":
            break
        pauses.append((outcome["due_at"] - now).total_seconds() / 60)
        at += outcome["due_at"] - now
    expected = [1, 5, 15, 60, 240, 720, 720, 720]
    assert len(pauses) == len(expected)
    assert all(0.8 * want <= got <= 1.2 * want for got, want in zip(pauses, expected, strict=True))
    assert timedelta(hours=30) < at < timedelta(hours=50)


def test_pauses_differ_so_that_not_everything_comes_at_once():
    now = house_clock.machine_clock()
    assert len({after_failure(6, now, "no")["due_at"] for _ in range(20)}) > 10


def test_a_claimed_mail_cannot_be_claimed_again(context):
    queue()
    now = house_clock.now()
    assert transact(claim, now) == Claim(row().id, 1, 1)
    assert row().lease_until == now + LEASE
    assert transact(claim, now + LEASE - timedelta(seconds=1)) is None


def test_a_mail_whose_postman_died_is_taken_by_the_next(server, clock):
    queue()
    transact(claim, clock.at)
    assert deliver_due() == 0
    clock.forward(seconds=LEASE.total_seconds())
    assert deliver_due() == 1
    assert (row().state, row().attempts, row().fence) == ("sent", 2, 2)


def test_only_the_last_claimer_may_mark(context, clock):
    queue()
    slow = transact(claim, clock.at)
    quick = transact(claim, clock.forward(seconds=LEASE.total_seconds()))
    assert transact(mark, slow, state="failed") is False
    assert row().state == "sending"
    assert transact(mark, quick, state="sent") is True
    assert transact(mark, slow, state="failed") is False
    assert transact(mark, quick, state="failed") is False
    assert row().state == "sent"


def test_a_lease_from_a_clock_that_ran_ahead_has_ended(server, clock):
    queue()
    clock.forward(days=1)
    transact(claim, clock.at)
    clock.forward(days=-1)
    assert deliver_due() == 1


def test_what_changed_between_claim_and_writing_counts(server, said, clock, monkeypatch):
    """The row and the state of the thing are read after the claim, not with it."""
    queue()
    claimed = postman.claim

    def claim_and_be_overtaken(now):
        said["note"] = None
        return claimed(now)

    monkeypatch.setattr(postman, "claim", claim_and_be_overtaken)
    deliver_due()
    assert row().state == "aborted"


def test_a_round_trusts_nothing_it_has_read_before(server, said, monkeypatch):
    queue(2)
    kept = rows()
    transact(lambda: db.session.execute(db.text("UPDATE outbox_mails SET to_address = 'new@example.com'")))
    told = []
    monkeypatch.setitem(letters._writers, "note", lambda mail, now: told.append(mail.to_address))
    deliver_due()
    assert told == ["new@example.com"] * len(kept)


def test_the_demo_puts_it_into_the_mailbox(context, said, clock):
    clock.forward(microseconds=1)
    queue(to="mailbox@example.com", dedupe="to the mailbox")
    deliver_due()
    (mail,) = mailbox.received("MAILBOX@example.com")
    assert (mail.subject, mail.text, mail.to) == ("Hello", "Hello\n", "mailbox@example.com")
    assert mail.key in row().message_id


def test_without_a_server_production_holds_and_tells(server, monkeypatch, context, clock):
    monkeypatch.setitem(context.config, "MODE", "production")
    queue(2)
    queue(due_at=clock.at + timedelta(days=1), dedupe="tomorrow")
    assert deliver_due() == 2
    assert [one.state for one in rows()] == ["held", "held", "queued"] and server.got == []
    monkeypatch.setitem(context.config, "MAIL_SERVER", "mail.example")
    queue(about="other", dedupe="new")
    assert deliver_due() == 1


def test_held_mail_goes_on_its_way_when_there_is_a_server(server, monkeypatch, context):
    monkeypatch.setitem(context.config, "MODE", "production")
    queue()
    deliver_due()
    monkeypatch.setitem(context.config, "MAIL_SERVER", "mail.example")
    assert transact(postman.release_held) == 1
    assert deliver_due() == 1 and row().state == "sent"


def test_looking_for_mail_takes_no_write_lock(server, monkeypatch):
    monkeypatch.setattr(postman, "transact", lambda *_: pytest.fail("a write transaction for nothing"))
    assert deliver_due() == 0
