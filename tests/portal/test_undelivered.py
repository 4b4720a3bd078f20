"""Staff learn that mails do not reach people, of their own practice only."""

from datetime import timedelta

import pytest

from portal import clock as house_clock
from portal.database import transact
from portal.ids import secret
from portal.outbox import enqueue


@pytest.fixture
def mail(app, cast):
    def queue(state, practice, **more):
        def use_case():
            facts = {"to": "priya@example.com", "dedupe": secret(), "now": house_clock.now(), "practice_id": practice.id}
            enqueue("booked", **{**facts, **more}).state = state

        with app.app_context():
            transact(use_case)

    return queue


def today(browse, cast):
    return browse(as_=cast.dana, staff=True).page("/staff/riverside/").text


def test_nothing_is_said_while_mail_arrives(browse, cast, mail):
    mail("sent", cast.riverside)
    mail("queued", cast.riverside)
    assert "message" not in today(browse, cast)


def test_staff_are_told_of_mails_that_wait_for_a_server(browse, cast, mail, clock):
    mail("held", cast.riverside, due_at=clock.at - timedelta(days=30))
    mail("held", cast.riverside)
    assert "2 messages wait, because this site has no mail server yet." in today(browse, cast)


def test_staff_are_told_of_mails_that_failed_lately(browse, cast, mail, clock):
    mail("failed", cast.riverside)
    mail("failed", cast.riverside, due_at=clock.at - timedelta(days=8))
    assert "1 message could not be delivered in the last 7 days." in today(browse, cast)


def test_what_another_practice_sends_is_not_our_business(browse, cast, mail):
    mail("failed", cast.beau_rivage)
    mail("held", cast.beau_rivage)
    assert "message" not in today(browse, cast)
