"""The letters about accounts: exact words, and silence when there is nothing true left to say."""

from datetime import date

import html5lib
import pytest
from flask_babel import force_locale

from portal import clock, letters, mailed_links
from portal.database import db, transact
from portal.letters import Letter, compose, one_line, reading_language
from portal.models import Signup
from portal.outbox import enqueue
from portal.public_url import public_url
from tests.mails import account, change, letter_to, same_as_snapshot

PRIYA, NEW = "priya@example.com", "new@example.com"


def queue(template, to, account=None, practice=None, **refs):
    facts = {"account": account, "practice_id": practice.id if practice else None}
    transact(enqueue, template, to=to, dedupe=f"{template} {to}", now=clock.now(), refs=refs, **facts)


def signup(practice=None, **more) -> Signup:
    facts = {
        "email": NEW,
        "email_key": NEW,
        "password_hash": "",
        "given_name": "Visit evil.example",
        "family_name": "now",
        "born_on": date(1990, 1, 1),
        "language": "en",
        "created_at": clock.now(),
        "practice_id": practice.id if practice else None,
    }
    row = Signup(**{**facts, **more})
    transact(lambda: (db.session.add(row), db.session.flush()))
    return row


def settled(letter: Letter, *secrets: str) -> Letter:
    """The same letter with what changes from run to run made plain."""
    text = letter.text
    for number, secret in enumerate(secrets, 1):
        assert text.count(secret) == 1
        text = text.replace(secret, f"<secret {number}>")
    return Letter(letter.subject, text, letter.html, letter.language, letter.sender_name)


@pytest.fixture
def verifying(context, cast):
    """A sign-up at Riverside, with its link and its waiting mail."""
    row = signup(cast.riverside)
    link = transact(mailed_links.make, "verify", clock.now(), to=NEW, signup=row)
    queue("verify", NEW, practice=cast.riverside, link=link.id)
    return link


def linked(template, purpose):
    """A link of Priya's account, with its waiting mail."""
    link = transact(mailed_links.make, purpose, clock.now(), to=PRIYA, account=account("priya"))
    queue(template, PRIYA, account=account("priya"), link=link.id)
    return link


def test_the_words_of_verify(verifying):
    secrets = mailed_links.token(verifying), mailed_links.code(verifying)
    same_as_snapshot("verify", settled(letter_to(NEW, "verify"), *secrets))


def test_the_words_of_verify_at_the_front_door(context):
    link = transact(mailed_links.make, "verify", clock.now(), to=NEW, signup=signup())
    queue("verify", NEW, link=link.id)
    same_as_snapshot("verify-without-practice", settled(letter_to(NEW, "verify"), mailed_links.token(link), mailed_links.code(link)))


def test_what_a_stranger_typed_is_not_carried_to_an_unproven_address(verifying):
    letter = letter_to(NEW, "verify")
    assert "evil" not in letter.subject + letter.text + letter.html


def test_the_words_of_welcome_back(context, cast):
    row = signup(cast.riverside, email=PRIYA, email_key=PRIYA, next_path="/at/riverside/book/confirm?who=a&at=1")
    queue("welcome_back", PRIYA, account=account("priya"), practice=cast.riverside, signup=row.id)
    letter = letter_to(PRIYA, "welcome_back")
    same_as_snapshot("welcome_back", letter)
    assert "evil" not in letter.text + letter.html


def test_the_words_of_reset(context, cast):
    link = linked("reset", "reset")
    same_as_snapshot("reset", settled(letter_to(PRIYA, "reset"), mailed_links.token(link)))


def test_the_words_of_an_address_change(context, cast):
    link = linked("address_change", "change_address")
    same_as_snapshot("address_change", settled(letter_to(PRIYA, "address_change"), mailed_links.token(link)))


@pytest.mark.parametrize("template", ["password_changed", "address_changed"])
def test_the_words_of_a_change(context, cast, template):
    queue(template, PRIYA, account=account("priya"))
    letter = letter_to(PRIYA, template)
    same_as_snapshot(template, letter)
    assert "@" not in letter.text


def test_the_hour_of_a_change_is_the_readers(context, cast):
    change(account("priya"), zone="Europe/Paris")
    queue("password_changed", PRIYA, account=account("priya"))
    assert "Thursday 10 December at 4pm (Paris time)" in letter_to(PRIYA, "password_changed").text


@pytest.mark.parametrize("ended", ["used_at", "replaced_at", "revoked_at"])
@pytest.mark.parametrize("template, purpose", [("reset", "reset"), ("address_change", "change_address")])
def test_a_link_that_no_longer_works_is_not_sent(context, cast, template, purpose, ended):
    link = linked(template, purpose)
    assert letter_to(PRIYA, template) is not None
    change(link, **{ended: clock.now()})
    assert letter_to(PRIYA, template) is None


@pytest.mark.parametrize("ended", ["used_at", "replaced_at", "revoked_at"])
def test_a_confirmation_that_was_used_or_replaced_is_not_sent(verifying, ended):
    change(verifying, **{ended: clock.now()})
    assert letter_to(NEW, "verify") is None


def test_an_expired_link_is_not_sent(verifying, clock):
    clock.forward(minutes=59)
    assert letter_to(NEW, "verify") is not None
    clock.forward(minutes=1)
    assert letter_to(NEW, "verify") is None


def test_a_link_goes_only_to_the_address_it_was_made_for(verifying):
    change(verifying, sent_to="other@example.com")
    assert letter_to(NEW, "verify") is None


def test_a_link_that_is_gone_is_not_sent(verifying):
    transact(lambda: db.session.delete(db.session.get(Signup, verifying.signup_id)))
    assert letter_to(NEW, "verify") is None


@pytest.mark.parametrize("template", ["reset", "password_changed", "welcome_back"])
def test_a_closed_account_gets_no_letters(context, cast, template):
    link = transact(mailed_links.make, "reset", clock.now(), to=PRIYA, account=account("priya"))
    queue(template, PRIYA, account=account("priya"), link=link.id, signup=signup().id)
    change(account("priya"), closed_at=clock.now())
    assert letter_to(PRIYA, template) is None


def test_a_refusal_of_mail_does_not_lock_anybody_out(context, cast):
    change(cast.profile("priya"), email_refused_at=clock.now())
    linked("reset", "reset")
    assert letter_to(PRIYA, "reset") is not None


@pytest.mark.parametrize("template", ["verify", "welcome_back", "reset", "address_change", "password_changed", "address_changed"])
def test_the_html_is_whole_and_plain(context, cast, template):
    row = signup(cast.riverside)
    purpose = {"verify": "verify", "address_change": "change_address"}.get(template, "reset")
    subject = {"signup": row} if purpose == "verify" else {"account": account("priya")}
    link = transact(mailed_links.make, purpose, clock.now(), to=NEW, **subject)
    queue(template, NEW, account=account("priya"), practice=cast.riverside, link=link.id, signup=row.id)
    letter = letter_to(NEW, template)
    tree = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(letter.html)
    assert [len(list(tree.iter(name))) for name in ("h1", "main", "footer", "table", "img", "script")] == [1, 1, 1, 0, 0, 0]
    assert not [element for element in tree.iter() if element.get("style")]
    assert all(a.get("href").startswith(("https://booking.example/", "tel:")) for a in tree.iter("a"))
    assert "prefers-color-scheme:dark" in letter.html


def test_a_letter_is_in_the_language_asked_for_and_the_reader_keeps_theirs(context, cast):
    with force_locale("fr"):
        letter = compose("reset", practice=cast.riverside, reader="Luc", address="https://booking.example/x", length="1 heure")
    assert letter.language == "fr" and 'lang="fr"' in letter.html
    assert account("luc").language == "fr"


def test_the_practice_signs_and_gets_the_answers(verifying):
    letter = letter_to(NEW, "verify")
    assert (letter.sender_name, letter.reply_to) == ("Riverside Physiotherapy", "hello@riverside.example")


@pytest.mark.parametrize(
    "wishes, chosen",
    [(["fr"], "fr"), (["fr-CA", "en"], "fr"), (["fr_CA"], "fr"), (["", "fr"], "fr"), (["de", "fr"], "fr"), (["de"], "en"), ([], "en")],
)
def test_the_first_language_we_speak(context, wishes, chosen):
    assert reading_language(*wishes) == chosen


def test_a_header_is_one_line():
    assert one_line("a\r\nBcc: b\x00 c\u2028d \n") == "a Bcc: b c d"


def test_addresses_are_ours_whatever_host_was_asked(app):
    with app.test_request_context("/", headers={"Host": "evil.example"}):
        assert public_url("portal.forgot").startswith("https://booking.example/")


def test_addresses_keep_the_folder_the_site_lives_in(context, monkeypatch):
    monkeypatch.setitem(context.config, "PUBLIC_URL", "https://clinic.example/portal")
    assert public_url("portal.sign_in", next="/a?b=c&d").startswith("https://clinic.example/portal/sign-in?next=")


def test_every_letter_has_its_folder_and_every_folder_its_letter(app):
    folders = {name.split("/")[1] for name in app.jinja_env.list_templates() if name.startswith("email/") and name.count("/") == 2}
    assert folders - {"busy"} == set(letters.templates())  # "busy" is how the letters of booking read for who sees no more
    for name in folders:
        for part in ("subject.txt", "body.txt", "body.html"):
            assert app.jinja_env.get_template(f"email/{name}/{part}")
