"""What is posted as the provider's: only with its signature does it do anything, and no answer tells who is known here."""

import pytest
from twilio.request_validator import RequestValidator

from portal import clock as house_clock
from portal import consents, letters, postman, texting
from portal.database import db, transact
from portal.letters import Text
from portal.models import FurtherNumber, LedgerLine
from portal.outbox import Mail, enqueue_all
from portal.public_url import public_url
from tests.mails import change, outbox, profile

NUMBER, SENDER, TOKEN = "+14165550150", "+14165550100", "the-token"
ANSWERS = "/texts/answers"


@pytest.fixture
def walter(app, cast, monkeypatch):
    """Texts go out by the provider; Walter agreed to them."""
    for name, value in {"SMS_ACCOUNT": "AC" + "0" * 32, "SMS_TOKEN": TOKEN, "SMS_SENDER": SENDER}.items():
        monkeypatch.setitem(app.config, name, value)
    with app.app_context():
        agree("walter")


def agree(name: str, number: str = NUMBER, slug: str = "riverside") -> None:
    change(profile(name, slug), phone=number, phone_kind="mobile")
    transact(lambda: consents.answer(profile(name, slug), consents.SMS, True, house_clock.now(), None, as_staff=True))


def post(app, browser, path: str = ANSWERS, token: str = TOKEN, signed_path: str = "", **fields):
    with app.app_context():
        url = public_url("texts.answers").removesuffix(ANSWERS) + (signed_path or path)
    fields = {"From": NUMBER, "To": SENDER, "Body": "STOP", "MessageSid": "SM1", **fields}
    return browser.post(path, data=fields, headers={"X-Twilio-Signature": RequestValidator(token).compute_signature(url, fields)})


def may(app, name: str = "walter", slug: str = "riverside") -> bool:
    with app.app_context():
        return consents.may(profile(name, slug), consents.SMS)


def lines(app) -> list[tuple[str, dict]]:
    with app.app_context():
        found = db.select(LedgerLine).where(LedgerLine.verb.in_((consents.AGREED, consents.REFUSED))).order_by(LedgerLine.id)
        return [(line.verb, line.facts) for line in db.session.scalars(found)]


@pytest.mark.parametrize(
    "word", ["STOP", " stop. ", "Stopall", "ARRÊT", "arret", "UNSUBSCRIBE", "Please stop texting me!", "stop svp", "STOP STOP"]
)
def test_stop_withdraws_as_a_dated_fact(app, browse, walter, word):
    answer = post(app, browse(), Body=word)
    assert (answer.status_code, answer.data) == (204, b"")
    assert not may(app) and lines(app)[-1] == (consents.REFUSED, {"channel": "sms", "answered": "text"})


def test_start_gives_it_back(app, browse, walter):
    post(app, browse())
    post(app, browse(), Body="Start")
    assert may(app) and [verb for verb, _facts in lines(app)] == [consents.AGREED, consents.REFUSED, consents.AGREED]


def test_the_providers_own_word_for_what_was_meant_counts(app, browse, walter):
    post(app, browse(), Body="no more please", OptOutType="STOP")
    assert not may(app)


@pytest.mark.parametrize(
    "said", ["", "Yes", "STOP by at nine", "please cancel", "thanks", "Can you stop the 9am one", "I will start at nine", "x" * 1600]
)
def test_any_other_answer_does_nothing(app, browse, walter, said):
    assert post(app, browse(), Body=said).status_code == 204 and may(app)


def test_saying_it_twice_is_written_down_once(app, browse, walter):
    for _ in range(2):
        post(app, browse())
    assert len(lines(app)) == 2


def test_start_makes_no_consent_that_stop_did_not_take(app, browse, walter, cast):
    """Withdrawn on a page, or never given: whoever holds the telephone cannot give it."""
    with app.app_context():
        transact(lambda: consents.answer(profile("walter"), consents.SMS, False, house_clock.now(), None, as_staff=True))
        change(profile("anya"), phone=NUMBER, phone_kind="mobile")
    post(app, browse(), Body="START")
    assert not may(app) and not may(app, "anya")


def test_stop_is_for_everybody_at_that_telephone_and_nobody_else(app, browse, walter, cast):
    with app.app_context():
        agree("leo")
        agree("priya", slug="beau-rivage")
        agree("anya", "+14165550151")
        other = profile("kiran")
        agree("kiran", "+14165550152")
        transact(
            lambda: db.session.add(
                FurtherNumber(
                    practice_id=other.practice_id, profile_id=other.id, number=NUMBER, kind="mobile", created_at=house_clock.now()
                )
            )
        )
    post(app, browse())
    assert not any((may(app), may(app, "leo"), may(app, "priya", "beau-rivage"), may(app, "kiran"))) and may(app, "anya")


def test_a_record_that_was_merged_away_is_left_alone(app, browse, walter):
    with app.app_context():
        change(profile("walter"), merged_at=house_clock.now())
    assert post(app, browse()).status_code == 204 and may(app)


def test_a_known_and_an_unknown_number_cannot_be_told_apart(app, browse, walter):
    known, unknown = post(app, browse()), post(app, browse(), From="+14165559999")
    assert (known.status_code, known.data, sorted(known.headers.keys())) == (
        unknown.status_code,
        unknown.data,
        sorted(unknown.headers.keys()),
    )


@pytest.mark.parametrize("number", ["", "walter", "'; DROP TABLE profiles; --", "+", "%", "1" * 5000])
def test_what_is_no_number_does_nothing(app, browse, walter, number):
    assert post(app, browse(), From=number).status_code == 204 and may(app)


def test_a_message_to_another_number_of_the_account_is_not_ours(app, browse, walter):
    assert post(app, browse(), To="+14165550001").status_code == 204 and may(app)


@pytest.mark.parametrize("how", ["another token", "another address", "a query", "one field more", "another body"])
def test_without_the_right_signature_nothing_happens(app, browse, walter, how):
    browser = browse()
    if how == "another token":
        answer = post(app, browser, token="guess")
    elif how == "another address":
        answer = post(app, browser, signed_path="/texts/outcomes/x")
    elif how == "a query":
        answer = post(app, browser, path=f"{ANSWERS}?From=x")
    else:
        with app.app_context():
            signature = RequestValidator(TOKEN).compute_signature(
                public_url("texts.answers"), {"From": NUMBER, "To": SENDER, "Body": "HELLO"}
            )
        more = {"From": NUMBER, "To": SENDER, "Body": "STOP"} | ({"x": "y", "Body": "HELLO"} if how == "one field more" else {})
        answer = browser.post(ANSWERS, data=more, headers={"X-Twilio-Signature": signature})
    assert answer.status_code == 403 and may(app)


@pytest.mark.parametrize("signature", [None, "", "é", "x" * 10_000])
def test_a_missing_or_broken_signature_is_refused(app, browse, walter, signature):
    headers = {} if signature is None else {"X-Twilio-Signature": signature}
    assert browse().post(ANSWERS, data={"From": NUMBER, "To": SENDER, "Body": "STOP"}, headers=headers).status_code == 403 and may(app)


def test_without_provider_nobody_can_sign(app, browse, walter, monkeypatch):
    for token in (None, ""):
        monkeypatch.setitem(app.config, "SMS_TOKEN", token)
        assert post(app, browse(), token=str(token)).status_code == 403 == post(app, browse(), token="").status_code
    assert may(app)


def test_without_the_program_nobody_can_either(app, browse, walter, monkeypatch):
    monkeypatch.setattr(texting, "Client", None)
    assert post(app, browse()).status_code == 403


def test_looking_is_no_door(app, browse, walter):
    assert browse().get(ANSWERS).status_code == 405


# --- what became of a text ---


@pytest.fixture
def gone(app, walter, monkeypatch):
    """A text the provider has taken; gives its address for what becomes of it."""
    monkeypatch.setitem(letters._writers, "said", lambda mail, now: Text("Hello", "en", NUMBER))
    monkeypatch.setattr(texting.Line, "send", lambda line, text: None)
    with app.app_context():
        transact(enqueue_all, [Mail("said", to=NUMBER, dedupe="a", channel="sms")], now=house_clock.now(), about="", practice_id=None)
        postman.deliver_due()
        (row,) = outbox("said")
        return f"/texts/outcomes/{row.message_id.strip('<>').partition('@')[0]}"


def state(app) -> tuple[str, str]:
    with app.app_context():
        (row,) = outbox("said")
        return row.state, row.last_error


@pytest.mark.parametrize("status", ["undelivered", "failed"])
def test_what_the_network_could_not_deliver_counts_as_undelivered(app, browse, gone, status):
    assert post(app, browse(), gone, MessageStatus=status, ErrorCode="30003").status_code == 204
    assert state(app) == ("failed", f"the network says {status}, code 30003")


@pytest.mark.parametrize("status", ["queued", "sent", "delivered", "", "x" * 500])
def test_any_other_news_changes_nothing(app, browse, gone, status):
    post(app, browse(), gone, MessageStatus=status)
    assert state(app) == ("sent", "")


def test_what_the_network_says_is_not_written_down_unread(app, browse, gone):
    post(app, browse(), gone, MessageStatus="failed", ErrorCode="<script>" * 99)
    assert state(app) == ("failed", "the network says failed")


@pytest.mark.parametrize("key", ["%25", "_", "a", "%3C%25"])
def test_no_other_text_is_meant(app, browse, gone, key):
    post(app, browse(), f"/texts/outcomes/{key}", MessageStatus="failed")
    assert state(app)[0] == "sent"


def test_news_without_a_signature_are_none(app, browse, gone):
    assert post(app, browse(), gone, token="guess", MessageStatus="failed").status_code == 403 and state(app)[0] == "sent"


def test_the_history_says_how_they_answered(app, browse, walter, cast):
    post(app, browse())
    post(app, browse(), Body="START")
    with app.app_context():
        public_id = profile("walter").public_id
    page = browse(as_=cast.dana, staff=True).page(f"/staff/riverside/people/{public_id}/history")
    assert "Answered STOP: wants no text messages from the clinic" in page.text and "Answered START: agreed to text messages" in page.text
