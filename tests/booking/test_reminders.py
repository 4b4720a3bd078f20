"""Reminders: two for each reader, made anew with each change, and never twice to one address."""

from datetime import UTC, datetime, timedelta

import pytest

from booking import emails, reminders
from portal import clock as house_clock
from portal.database import transact
from portal.signals import sweeping
from tests.mails import appointment, change, outbox, profile, readers

PRIYA, DANIEL = "priya@example.com", "daniel@example.com"
WHEN = datetime(2026, 12, 17, 14, 0, tzinfo=UTC)


def announce(what, row, *facts):
    transact(what, row, *facts, house_clock.now())


def due(address: str) -> list[datetime]:
    return [row.due_at for row in outbox("reminder", state="queued", to_address=address)]


@pytest.fixture
def leos(context, cast):
    row = appointment(cast, "leo", WHEN)
    announce(emails.announce_booked, row)
    return row


def test_each_reader_gets_one_two_days_and_one_two_hours_before(leos):
    for reader in (PRIYA, DANIEL):
        assert due(reader) == [WHEN - timedelta(hours=48), WHEN - timedelta(hours=2)]


def test_a_moment_already_past_is_left_out(context, cast, clock):
    announce(emails.announce_booked, appointment(cast, "leo", clock.at + timedelta(hours=40)))
    assert due(PRIYA) == [clock.at + timedelta(hours=38)]
    announce(emails.announce_booked, appointment(cast, "anya", clock.at + timedelta(hours=2)))
    assert len(outbox("reminder", to_address=PRIYA)) == 1


def test_the_practice_says_how_long_before(context, cast):
    change(cast.riverside, reminder_hours=[24])
    announce(emails.announce_booked, appointment(cast, "leo", WHEN))
    assert due(PRIYA) == [WHEN - timedelta(hours=24)]


def test_a_move_makes_them_anew(leos):
    change(leos, starts_at=WHEN + timedelta(days=7), sequence=1, ends_at=WHEN + timedelta(days=7, minutes=50))
    announce(emails.announce_moved, leos, WHEN)
    assert due(PRIYA) == [WHEN + timedelta(days=5), WHEN + timedelta(days=7, hours=-2)]
    assert len(outbox("reminder", state="superseded")) == 4


def test_a_cancellation_takes_them_back_and_its_undo_restores_them(leos):
    change(leos, status="cancelled", cancelled_at=house_clock.now(), sequence=1)
    announce(emails.announce_cancelled, leos)
    assert readers("reminder") == []
    change(leos, status="booked", cancelled_at=None, sequence=2)
    announce(emails.announce_restored, leos)
    assert due(PRIYA) == [WHEN - timedelta(hours=48), WHEN - timedelta(hours=2)]


def test_one_family_does_not_get_the_same_reminder_twice(context, cast):
    change(profile("leo"), email=PRIYA)
    announce(emails.announce_booked, appointment(cast, "leo", WHEN))
    assert len(due(PRIYA)) == 2


def test_a_child_with_an_account_and_the_parent_each_get_their_own(context, cast):
    announce(emails.announce_booked, appointment(cast, "kiran", WHEN))
    assert readers("reminder") == ["kiran@example.com"] * 2 + [PRIYA] * 2


def test_making_them_again_adds_only_what_is_missing(leos, cast):
    before = len(outbox("reminder"))
    transact(reminders.make, leos, house_clock.now())
    assert len(outbox("reminder")) == before
    change(profile("leo"), email="grandma@example.com")
    transact(reminders.make, leos, house_clock.now())
    assert len(outbox("reminder")) == before + 2


def test_within_the_hour_an_address_written_down_since_is_reminded_once(context, cast, clock):
    walter = profile("walter")
    change(walter, email="")
    announce(emails.announce_booked, appointment(cast, "walter", WHEN, by="dana"))
    assert due("walter.b@example.com") == []
    change(walter, email="walter.b@example.com")
    clock.at = WHEN - timedelta(hours=49)
    for _ in range(2):
        transact(sweeping.send, None, now=house_clock.now())
    assert due("walter.b@example.com") == [WHEN - timedelta(hours=48), WHEN - timedelta(hours=2)]


def test_nobody_who_refused_mail_or_is_kept_safe_is_caught_up_with(context, cast, clock):
    walter = profile("walter")
    change(walter, email="")
    announce(emails.announce_booked, appointment(cast, "walter", WHEN, by="dana"))
    clock.at = WHEN - timedelta(hours=49)
    for refusal in ({"email_refused_at": clock.at}, {"safe_at": clock.at, "email_refused_at": None}):
        change(walter, email="walter.b@example.com", **refusal)
        transact(sweeping.send, None, now=house_clock.now())
        assert due("walter.b@example.com") == []


@pytest.mark.parametrize(
    "at, said",
    [
        (WHEN - timedelta(hours=48), [True, True]),  # the second is asked before it is due; the postman would not
        (WHEN - timedelta(hours=2, seconds=1), [True, True]),
        (WHEN - timedelta(hours=2), [False, True]),  # after a long outage both are due: the later one says it all
        (WHEN, [False, False]),
        (WHEN + timedelta(days=1), [False, False]),
    ],
)
def test_a_late_reminder_is_sent_only_while_it_helps(leos, at, said):
    rows = outbox("reminder", to_address=PRIYA)
    assert [emails.reminder(row, at) is not None for row in rows] == said


@pytest.mark.parametrize("facts", [{"status": "arrived"}, {"status": "noshow"}, {"sequence": 1}])
def test_nobody_is_reminded_of_what_has_changed(leos, facts):
    change(leos, **facts)
    assert emails.reminder(outbox("reminder")[0], WHEN - timedelta(hours=48)) is None
