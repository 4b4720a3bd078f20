"""The exact words of the letters about access, in English; in French that they are written at all (the catalogue has its own tests)."""

from datetime import date

import html5lib
import pytest

from portal import letters, link_life, links
from portal.access import BOOK, CHANGE, GET_NOTICES, NARROW, PAUSE, PERMISSIONS, SEE_TIMES
from portal.database import transact
from portal.outbox import enqueue
from tests.mails import account, change, letter_to, outbox, same_as_snapshot

PRIYA, DANIEL, KIRAN, NADIA = (f"{name}@example.com" for name in ("priya", "daniel", "kiran", "nadia"))
TEMPLATES = ("access_changed", "access_ended", "access_stepped", "access_notice")


@pytest.fixture
def turned_on(context, cast):
    """Steps that Anya (14), Leo (8) and Kiran (17) are before or past; Priya's access to Kiran is from when he was ten."""
    change(cast.riverside, age_steps=[[12, NARROW], [16, PAUSE]])
    change(cast.link("priya", "kiran"), decided_on=date(2020, 1, 1))
    return cast


def run(clock, *day) -> None:
    if day:
        clock.set(*day, 15)
    link_life.daily(clock.at)


def test_the_words_of_a_change_to_who_has_the_access(context, cast, clock):
    transact(links.decide, cast.link("daniel", "leo"), [SEE_TIMES, BOOK, CHANGE], clock.at, by=cast.dana, as_staff=True)
    same_as_snapshot("access_changed", letter_to(DANIEL, "access_changed"))


def test_the_words_of_a_change_to_nothing(context, cast, clock):
    transact(links.decide, cast.link("daniel", "leo"), [GET_NOTICES], clock.at, by=cast.dana, as_staff=True)
    transact(links.decide, cast.link("daniel", "leo"), [], clock.forward(minutes=1), by=cast.dana, as_staff=True)
    same_as_snapshot("access_changed-nothing", letter_to(DANIEL, "access_changed"))


def test_the_words_of_a_change_to_the_person(context, cast, clock):
    transact(links.decide, cast.link("priya", "kiran"), [SEE_TIMES], clock.at, by=cast.dana, as_staff=True)
    same_as_snapshot("access_changed-person", letter_to(KIRAN, "access_changed"))


def test_the_words_of_an_end(context, cast, clock):
    transact(links.revoke, cast.link("daniel", "leo"), clock.at, by=cast.dana, as_staff=True)
    same_as_snapshot("access_ended", letter_to(DANIEL, "access_ended"))


def test_the_words_of_an_end_to_the_person_and_to_who_gave_it(context, cast, clock):
    transact(links.revoke, cast.link("priya", "kiran"), clock.at, by=cast.dana, as_staff=True)
    same_as_snapshot("access_ended-person", letter_to(KIRAN, "access_ended"))
    link = transact(links.grant, cast.nadia, cast.leo, "trusted", [SEE_TIMES], clock.at, ground="x", given_by=cast.priya)
    transact(links.revoke, link, clock.at, by=cast.dana, as_staff=True)
    same_as_snapshot(
        "access_ended-giver", letter_to(PRIYA, "access_ended") if len(outbox("access_ended", to_address=PRIYA)) == 1 else _to_giver(clock)
    )


def _to_giver(clock):
    """Priya has news of her own access as well; the later one is about Nadia's."""
    return letters.write(outbox("access_ended", to_address=PRIYA)[-1], clock.at)


def test_the_words_of_an_end_on_its_date(context, cast, clock):
    change(cast.link("daniel", "leo"), ends_on=date(2026, 12, 9))
    run(clock)
    same_as_snapshot("access_ended-date", letter_to(DANIEL, "access_ended"))


def test_the_words_of_a_pause(turned_on, clock):
    run(clock)
    same_as_snapshot("access_stepped", letter_to(PRIYA, "access_stepped"))
    same_as_snapshot("access_stepped-person", letter_to(KIRAN, "access_stepped"))


def test_the_words_of_a_narrowing(turned_on, clock):
    change(turned_on.link("priya", "kiran"), decided_on=date(2026, 1, 1))
    run(clock, 2030, 6, 2)
    (row,) = [one for one in outbox("access_stepped", to_address=PRIYA) if one.refs["does"] == NARROW]
    same_as_snapshot("access_stepped-narrowed", letters.write(row, clock.at))


def test_the_words_of_a_notice_before_a_pause(turned_on, clock):
    change(turned_on.anya, email="anya.shah@example.com")
    run(clock, 2027, 12, 25)
    same_as_snapshot("access_notice", letter_to(DANIEL, "access_notice"))
    same_as_snapshot("access_notice-person", letter_to("anya.shah@example.com", "access_notice"))


def test_the_words_of_a_notice_to_a_person_with_an_account(context, cast, clock):
    change(cast.riverside, age_steps=[[18, NARROW]])
    run(clock, 2027, 9, 3)
    same_as_snapshot("access_notice-account", letter_to(KIRAN, "access_notice"))


def test_the_words_of_a_notice_before_narrowing_for_a_child(turned_on, clock):
    run(clock, 2030, 5, 20)
    same_as_snapshot("access_notice-narrow", letter_to(DANIEL, "access_notice"))


def test_the_words_of_a_notice_before_an_end(context, cast, clock):
    change(cast.link("priya", "kiran"), ends_on=date(2027, 1, 5))
    run(clock)
    same_as_snapshot("access_notice-end", letter_to(PRIYA, "access_notice"))
    same_as_snapshot("access_notice-end-person", letter_to(KIRAN, "access_notice"))


# --- what holds of all of them ---


@pytest.fixture
def everything(turned_on, clock):
    """Every kind of letter, waiting: (row, letter)."""
    cast = turned_on
    change(cast.anya, email="anya.shah@example.com")
    change(cast.link("daniel", "leo"), ends_on=date(2027, 1, 5))
    transact(links.decide, cast.link("daniel", "leo"), PERMISSIONS, clock.at, by=cast.dana, as_staff=True)
    run(clock)
    transact(links.revoke, cast.link("daniel", "anya"), clock.at, by=cast.dana, as_staff=True)
    rows = [row for row in outbox(state="queued") if row.template in TEMPLATES]
    assert {row.template for row in rows} == set(TEMPLATES)
    return rows


def test_no_letter_to_who_has_access_names_anybody_else_who_has(everything, clock):
    family = {PRIYA: "Priya", DANIEL: "Daniel", NADIA: "Nadia"}
    for row in everything:
        said = letters.write(row, clock.at)
        whole = said.subject + said.text + said.html
        others = [name for address, name in family.items() if address != row.to_address]
        if "to" not in row.refs:
            assert not [name for name in others if name in whole], said.text
        assert not [address for address in family if address in whole], said.text


def test_every_html_is_whole_and_says_what_the_text_says(everything, clock):
    for row in everything:
        said = letters.write(row, clock.at)
        tree = html5lib.parse(said.html, namespaceHTMLElements=False)
        assert len(list(tree.iter("h1"))) == 1 and "{{" not in said.html and "{%" not in said.html
        words = " ".join("".join(tree.itertext()).split())
        for line in said.text.split("\n--\n")[0].splitlines():
            if line and not line.startswith(("http", "- ")) and not line.endswith(":"):
                assert line in words, line


def test_what_is_typed_as_a_name_stays_text(turned_on, clock):
    change(turned_on.profile("kiran"), given_name="<b>Kiran</b>")
    run(clock)
    said = letter_to(PRIYA, "access_stepped")
    assert "<b>Kiran" in said.text and "<b>Kiran" not in said.html and "&lt;b&gt;Kiran" in said.html


@pytest.mark.parametrize("template", TEMPLATES)
def test_they_are_written_in_the_readers_language(everything, clock, template):
    row = next(one for one in everything if one.template == template)
    change(account(row.to_address.partition("@")[0]), language="fr")
    said = letters.write(row, clock.at)
    assert said.language == "fr" and 'lang="fr"' in said.html


@pytest.mark.parametrize("template", TEMPLATES)
def test_a_closed_account_is_told_nothing(everything, clock, template):
    row = next(one for one in everything if one.template == template and "to" not in one.refs)
    change(account(row.to_address.partition("@")[0]), closed_at=clock.at)
    assert letters.write(row, clock.at) is None


@pytest.mark.parametrize("template", TEMPLATES)
def test_a_new_address_is_where_it_goes(everything, clock, template):
    row = next(one for one in everything if one.template == template and "to" not in one.refs)
    change(account(row.to_address.partition("@")[0]), email="new@example.com", email_key="new@example.com")
    assert letters.write(row, clock.at).to == "new@example.com"


def test_who_no_longer_manages_access_is_not_told_of_others(context, cast, clock):
    link = transact(links.grant, cast.nadia, cast.leo, "trusted", [SEE_TIMES], clock.at, ground="x", given_by=cast.priya)
    transact(links.revoke, link, clock.at, by=cast.dana, as_staff=True)
    assert letter_to(PRIYA, "access_ended") is not None
    change(cast.leo, safe_at=clock.at)
    assert letter_to(PRIYA, "access_ended") is None
    assert letter_to(NADIA, "access_ended") is not None


def test_a_row_about_nothing_says_nothing(context, cast, clock):
    transact(enqueue, "access_changed", to=PRIYA, dedupe="x", now=clock.at, refs={"link": 999_999}, account=cast.priya)
    assert letter_to(PRIYA, "access_changed") is None


def test_paused_again_after_it_was_queued_the_letter_says_what_holds(context, cast, clock):
    transact(links.decide, cast.link("daniel", "anya"), PERMISSIONS, clock.at, by=cast.dana, as_staff=True)
    change(cast.riverside, age_steps=[[12, PAUSE]])
    change(cast.link("daniel", "anya"), decided_on=date(2020, 1, 1))
    assert "From now on you can see and book nothing." in letter_to(DANIEL, "access_changed").text
