"""Reminders by text message: off until the practice says when, only to who agreed, at the number in their own record, and true when sent."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from booking import emails, handlers, reminders
from portal import clock as house_clock
from portal import consents, contacts, letters, mailbox, postman, text_reader
from portal.access import BOOK, GET_NOTICES, SEE_TIMES
from portal.database import db, transact
from portal.models import FurtherNumber, Link, OutboxMail, Profile
from tests.mails import account, appointment, change, outbox, profile, same_text_as_snapshot

WHEN = datetime(2026, 12, 17, 14, 0, tzinfo=UTC)  # Thursday, 9am in Toronto
OWN, OTHER = "+14165550150", "+14165550151"


def agrees(name: str, agrees: bool = True, number: str = OWN, **facts):
    """A person with a mobile who answers whether they want texts; `change` of their record first."""
    person = profile(name, facts.pop("slug", "riverside"))
    change(person, **{"phone": number, "phone_kind": "mobile", **facts})
    transact(lambda: consents.answer(person, consents.SMS, agrees, house_clock.now(), None, as_staff=True))
    return person


def texts(**facts) -> list[OutboxMail]:
    return outbox("text_reminder", **facts)


def announced(cast, who="walter", when=WHEN, **facts):
    row = appointment(cast, who, when, **{"by": "dana", **facts})
    transact(emails.announce_booked, row, house_clock.now())
    return row


@pytest.fixture
def on(context, cast, monkeypatch, tmp_path):
    """Riverside reminds by text a day and two hours before; Walter agreed. The demo's folder takes what is sent."""
    monkeypatch.setitem(context.config, "MAIL_FOLDER", str(tmp_path / "mail"))
    change(cast.riverside, text_hours=[24, 2])
    return agrees("walter")


def sent(clock, at: datetime) -> list[str]:
    """What the demo has sent by then, oldest first: the texts."""
    clock.at = at
    postman.deliver_due()
    return [one.text for one in mailbox.received() if one.is_text][::-1]


def test_until_the_practice_says_when_nobody_gets_any(context, cast):
    agrees("walter")
    announced(cast)
    assert texts() == []


def test_who_agreed_gets_one_for_each_moment_in_the_same_transaction(on, cast):
    announced(cast)
    assert [(row.to_address, row.channel, row.due_at) for row in texts()] == [
        (OWN, "sms", WHEN - timedelta(hours=24)),
        (OWN, "sms", WHEN - timedelta(hours=1)),
    ]


def test_what_is_rolled_back_leaves_no_text(on, cast):
    row = appointment(cast, "walter", WHEN, by="dana")

    def use_case():
        emails.announce_booked(row, house_clock.now())
        raise ValueError

    with pytest.raises(ValueError):
        transact(use_case)
    assert texts() == []


@pytest.mark.parametrize(
    "facts",
    [
        {"sms_consent_at": None}, {"sms_refused_at": WHEN - timedelta(days=9)}, {"safe_at": WHEN - timedelta(days=9)},
        {"phone_kind": "home"}, {"phone_kind": ""}, {"phone": ""},
    ],
    ids=["never asked", "refused", "kept safe", "a telephone at home", "nobody knows what kind", "no number"],
)  # fmt: skip
def test_without_consent_mobile_or_safety_nobody_gets_any_neither_queued_nor_sent(on, cast, clock, facts):
    announced(cast)
    change(on, **facts)
    assert sent(clock, WHEN - timedelta(hours=24)) == [] and texts()[0].state == "aborted"
    announced(cast, when=WHEN + timedelta(days=1))
    assert len(texts()) == 2, "none for the next one"


def test_another_mobile_does_where_the_number_to_ring_first_is_at_home(on, cast):
    def add(number, kind, **facts):
        db.session.add(
            FurtherNumber(practice_id=on.practice_id, profile_id=on.id, number=number, kind=kind, created_at=house_clock.now(), **facts)
        )

    change(on, phone_kind="home")
    transact(lambda: (add("+14165550199", "mobile", removed_at=house_clock.now()), add("+14165550198", "work"), add(OTHER, "mobile")))
    announced(cast)
    assert {row.to_address for row in texts()} == {OTHER}


def test_the_number_is_that_of_the_moment_of_sending(on, cast, clock):
    announced(cast)
    change(on, phone=OTHER)
    sent(clock, WHEN - timedelta(hours=24))
    assert [one.to for one in mailbox.received() if one.is_text] == [OTHER]


def test_a_person_changes_their_mobile_and_withdraws_and_the_next_reminder_obeys(on, cast, clock):
    announced(cast)
    change(on, phone=OTHER)
    assert len(sent(clock, WHEN - timedelta(hours=24))) == 1
    transact(lambda: consents.answer(profile("walter"), consents.SMS, False, house_clock.now(), None, as_staff=False))
    assert len(sent(clock, WHEN - timedelta(hours=1))) == 1
    assert [row.state for row in texts()] == ["sent", "aborted"]


def test_who_agrees_later_is_reminded_of_what_is_booked_already(context, cast):
    change(cast.riverside, text_hours=[24])
    row = announced(cast)
    assert texts() == []
    agrees("walter")
    assert len(texts()) == 1
    transact(reminders.make, row, house_clock.now())
    assert len(texts()) == 1, "once only"


def test_within_the_hour_so_is_who_got_a_mobile_and_everybody_when_texts_are_turned_on(context, cast, clock):
    agrees("walter", phone_kind="")
    announced(cast)
    change(cast.riverside, text_hours=[24])
    clock.at = WHEN - timedelta(hours=40)
    transact(handlers._catch_up, None, house_clock.now())
    assert texts() == []
    change(profile("walter"), phone_kind="mobile")
    for _ in range(2):
        transact(handlers._catch_up, None, house_clock.now())
    assert [row.due_at for row in texts()] == [WHEN - timedelta(hours=24)]


def test_a_move_makes_them_anew_and_a_cancellation_takes_them_back(on, cast):
    row = announced(cast)
    change(row, starts_at=WHEN + timedelta(days=7), ends_at=WHEN + timedelta(days=7, minutes=50), sequence=1)
    transact(emails.announce_moved, row, WHEN, house_clock.now())
    assert [one.state for one in texts()] == ["superseded"] * 2 + ["queued"] * 2
    assert texts(state="queued")[0].due_at == WHEN + timedelta(days=6)
    change(row, status="cancelled", cancelled_at=house_clock.now(), sequence=2)
    transact(emails.announce_cancelled, row, house_clock.now())
    assert {one.state for one in texts()} == {"superseded"}


@pytest.mark.parametrize(
    "facts", [{"status": "arrived"}, {"status": "cancelled", "cancelled_at": WHEN - timedelta(days=3)}, {"sequence": 1}]
)
def test_nobody_is_texted_of_what_has_changed(on, cast, clock, facts):
    change(announced(cast), **facts)
    assert sent(clock, WHEN - timedelta(hours=24)) == []


def test_turned_off_means_off_at_once(on, cast, clock):
    announced(cast)
    change(cast.riverside, text_hours=[])
    assert sent(clock, WHEN - timedelta(hours=24)) == []


def test_after_an_outage_only_the_last_one_is_sent(on, cast, clock):
    announced(cast)
    assert len(sent(clock, WHEN - timedelta(minutes=59))) == 1


def test_what_comes_due_again_at_night_waits_for_the_morning(on, cast, clock):
    announced(cast, when=WHEN + timedelta(hours=8))  # 5pm
    late = WHEN - timedelta(hours=10)  # 11pm, after an outage
    assert sent(clock, late) == [] and texts()[0].state == "queued"
    assert texts()[0].due_at == WHEN - timedelta(hours=1)
    assert len(sent(clock, WHEN - timedelta(hours=1))) == 1


def test_by_the_clock_of_the_reader(on, cast, clock):
    change(on, zone="America/Vancouver")  # 9am in Toronto is 7am there
    announced(cast)
    assert [row.due_at for row in texts()] == [WHEN + timedelta(hours=1) - timedelta(hours=24), WHEN - timedelta(hours=10, minutes=30)]


# --- whom it must not reach ---


def test_nobody_who_acts_for_somebody_is_texted_at_their_own_number(on, cast):
    agrees("leo", number=OTHER)
    announced(cast, "leo", by="priya")
    assert {row.to_address for row in texts()} == {OTHER}


@pytest.mark.parametrize(
    "facts, reaches",
    [
        ({}, True),
        ({"permissions": [SEE_TIMES, BOOK, GET_NOTICES]}, False),  # sees only when Leo is busy
        ({"permissions": [SEE_TIMES, BOOK]}, False),
        ({"revoked_at": WHEN - timedelta(days=9)}, False),
    ],
)
def test_a_parents_mobile_in_a_childs_record_reaches_only_a_parent_who_may_know(on, cast, facts, reaches):
    agrees("leo", number=account("priya").phone)
    if facts:
        change(cast.link("priya", "leo"), **facts)
    on_day = house_clock.now().date()
    assert bool(text_reader.find(profile("leo"), on_day)) is reaches


@pytest.mark.parametrize("where", ["own record", "further number", "contact"])
@pytest.mark.parametrize("ended", [False, True])
def test_who_was_let_in_by_the_practice_is_known_by_their_record_or_as_a_contact(on, cast, where, ended):
    """An account made from an invitation says no number: a father whose access ended reads no texts about his child at his own mobile."""
    change(account("daniel"), phone="")
    agrees("leo", number=OTHER)
    if where == "contact":
        transact(
            contacts.put, profile("leo"), contacts.ContactSaid("Daniel Okafor", "father", OTHER, "Daniel@Example.com"), house_clock.now()
        )
    else:
        record = Profile(
            practice_id=cast.riverside.id, given_name="Daniel", created_at=house_clock.now(), phone=OTHER if where == "own record" else OWN
        )
        transact(lambda: db.session.add(record))
        link = {
            "account_id": cast.daniel.id,
            "profile_id": record.id,
            "practice_id": record.practice_id,
            "relationship": "self",
            "created_at": house_clock.now(),
        }
        transact(lambda: db.session.add(Link(**link)))
        if where == "further number":
            further = {
                "practice_id": record.practice_id,
                "profile_id": record.id,
                "number": OTHER,
                "kind": "mobile",
                "created_at": house_clock.now(),
            }
            transact(lambda: db.session.add(FurtherNumber(**further)))
    if ended:
        change(cast.link("daniel", "leo"), revoked_at=house_clock.now())
    assert bool(text_reader.find(profile("leo"), house_clock.now().date())) is not ended


def test_a_child_kept_safe_gets_none_whatever_the_number(on, cast):
    agrees("leo", number=OTHER, safe_at=house_clock.now())
    announced(cast, "leo", by="priya")
    assert texts() == []


# --- the words ---


def written(row: OutboxMail, clock) -> letters.Text:
    clock.at = row.due_at
    return letters.write(row, clock.at)


def test_the_words(on, cast, clock):
    announced(cast)
    same_text_as_snapshot("reminder", written(texts()[0], clock))


def test_the_words_for_somebody_with_a_name_outside_the_networks_alphabet(on, cast, clock):
    change(on, preferred_name="Zoë")
    announced(cast)
    same_text_as_snapshot("reminder-other-letters", written(texts()[0], clock))


def test_the_words_in_another_zone(on, cast, clock):
    change(on, zone="America/Vancouver")
    announced(cast, when=WHEN + timedelta(hours=8))
    same_text_as_snapshot("reminder-read-in-vancouver", written(texts()[0], clock))


@pytest.mark.parametrize("language", ["fr", "es"])
def test_the_words_in_the_readers_language(on, cast, clock, language):
    change(on, language=language)
    announced(cast)
    text = written(texts()[0], clock)
    assert text.language == language
    same_text_as_snapshot(f"{language}-reminder", text)


def test_the_words_of_a_discreet_practice_name_neither_what_nor_with_whom(on, cast, clock):
    change(cast.riverside, reminder_detail="discreet")
    row = announced(cast)
    text = written(texts()[0], clock)
    same_text_as_snapshot("reminder-discreet", text)
    assert row.service.name not in text.body and row.practitioner.name.split()[-1] not in text.body


def test_an_account_of_their_own_says_language_and_clock(on, cast, clock):
    change(account("priya"), language="es", zone="America/Vancouver")
    agrees("priya")
    announced(cast, "priya", when=WHEN + timedelta(hours=8), service="sport", by="priya")
    text = written(texts()[0], clock)
    assert text.language == "es" and "Vancouver" in text.body


def test_long_names_cost_at_most_what_they_must(on, cast, clock):
    change(on, given_name="Wolfeschlegelsteinhausen" * 3)
    announced(cast)
    text = written(texts()[0], clock)
    assert len(text.body) <= 160 and "Riverside" in text.body


# --- once ---


def test_killed_between_sending_and_noting_sends_at_most_once_more(on, cast, clock, monkeypatch):
    announced(cast)
    clock.at, kept, copies = WHEN - timedelta(hours=24), postman.mark, []
    monkeypatch.setattr(postman.texting.Line, "send", lambda line, text: copies.append(text.key))

    def killed(*_args, **_facts):
        raise SystemExit

    monkeypatch.setattr(postman, "mark", killed)
    with pytest.raises(SystemExit):
        postman.deliver_due()
    db.session.rollback()
    monkeypatch.setattr(postman, "mark", kept)
    assert postman.deliver_due() == 0, "the lease holds"
    clock.forward(seconds=postman.LEASE.total_seconds())
    assert postman.deliver_due() == 1 and postman.deliver_due() == 0
    assert len(copies) == 2 and len(set(copies)) == 1
    assert db.session.scalars(select(OutboxMail.state).where(OutboxMail.template == "text_reminder").order_by(OutboxMail.due_at)).all() == [
        "sent",
        "queued",
    ]
