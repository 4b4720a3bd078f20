"""What a person agreed to by channel: dated, in the ledger, and what each message may ask."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from portal import consents, ledger_words
from portal.consents import EMAIL, SMS, VOICE
from portal.database import db, transact
from portal.models import LedgerLine, Profile


def said(person: Profile) -> list[tuple[str, str]]:
    lines = (
        select(LedgerLine)
        .where(LedgerLine.profile_id == person.id, LedgerLine.verb.in_((consents.AGREED, consents.REFUSED)))
        .order_by(LedgerLine.id)
    )
    return [(line.verb, line.facts["channel"]) for line in db.session.scalars(lines)]


@pytest.mark.parametrize("channel, unasked", [(EMAIL, True), (SMS, False), (VOICE, False)])
def test_text_messages_and_calls_need_a_yes_and_mail_only_no_no(channel, unasked):
    assert consents.may(Profile(), channel) is unasked


@pytest.mark.parametrize("channel", consents.CHANNELS)
def test_a_no_holds_until_there_is_a_yes_again_and_each_answer_is_written_down_once(context, cast, clock, channel):
    person, by = cast.profile("kiran"), cast.tom
    transact(lambda: [setattr(person, f"{channel}_{what}_at", None) for what in ("consent", "refused")])

    def answer(agrees: bool) -> bool:
        clock.at += timedelta(minutes=1)
        return transact(consents.answer, person, channel, agrees, clock(), by, as_staff=True)

    assert [answer(agrees) for agrees in (True, True, False, False, True)] == [True, False, True, False, True]
    assert consents.may(person, channel) and consents.agreed_at(person, channel) == clock()
    assert said(person) == [(consents.AGREED, channel), (consents.REFUSED, channel), (consents.AGREED, channel)]
    assert answer(False) and not consents.may(person, channel)
    assert consents.agreed_at(person, channel) == clock() - timedelta(minutes=1), "when they agreed stays known"


def test_who_never_answered_can_say_no(context, cast, clock):
    transact(consents.answer, cast.profile("kiran"), SMS, False, clock(), cast.tom, as_staff=True)
    assert not consents.may(cast.profile("kiran"), SMS) and said(cast.profile("kiran")) == [(consents.REFUSED, SMS)]


def test_every_answer_can_be_said_in_words(app):
    assert {consents.AGREED, consents.REFUSED} <= ledger_words.told()
