"""Staff say in which language and by which clock a person reads mail: who did it is written down, and what they book says the right hour."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from booking import by_staff
from booking.timetable import timetable
from booking.wishes import Wish
from portal import reading_choice
from portal.database import db, transact
from portal.ids import secret
from portal.models import Account, LedgerLine, Profile
from portal.seed import name_id
from tests import mails

WALTER = f"/staff/riverside/people/{name_id('walter@riverside')}"
FORM = f"{WALTER}/language"
NINE = int(datetime(2026, 12, 15, 18, 0, tzinfo=UTC).timestamp())  # 1pm in Toronto, a Tuesday


def lines(app) -> list[LedgerLine]:
    with app.app_context():
        return list(db.session.scalars(select(LedgerLine).where(LedgerLine.verb == reading_choice.VERB).order_by(LedgerLine.id)))


def test_staff_choose_and_the_history_says_who(cast, browse, app):
    browser = browse(cast.tom, staff=True)
    assert browser.page(WALTER).links()["Change language and time zone"] == FORM
    page = browser.submit(browser.page(FORM), language="fr", zone="America/Vancouver")
    assert "Saved the language and time zone of Walter Brandt." in page.text
    assert "FrançaisTime zone: Vancouver" in page.text
    (line,) = lines(app)
    assert (line.account_id, line.facts["as"]) == (cast.tom.id, "staff")
    history = browser.page(f"{WALTER}/history").text
    assert "Language and time zone for mail chosen: French, Vancouver" in history and "Tom Reid, front desk" in history


def test_saving_what_stands_says_nothing_and_writes_nothing(cast, browse, app):
    browser = browse(cast.tom, staff=True)
    page = browser.submit(browser.page(FORM))
    assert "Saved" not in page.text and lines(app) == []


def test_what_a_colleague_chose_meanwhile_is_not_written_over_unseen(cast, browse, app):
    tom, dana = browse(cast.tom, staff=True), browse(cast.dana, staff=True)
    stale = tom.page(FORM)
    dana.submit(dana.page(FORM), language="es", zone="Asia/Tokyo")
    page = tom.submit(stale, language="fr", zone="")
    assert page.status == 409 and "Somebody changed this while you were looking." in page.text and page.form()["language"] == "fr"
    assert len(lines(app)) == 1
    tom.submit(page)
    assert lines(app)[-1].facts["language"] == "fr", "looked at again, then saved"


def test_the_form_shows_what_is_known_and_refuses_what_is_none(cast, browse):
    browser = browse(cast.dana, staff=True)
    page = browser.submit(browser.page(FORM), language="tlh", zone="Mars/Olympus")
    assert page.status == 422 and "There is a problem" in page.text
    browser.submit(browser.page(FORM), language="", zone="Asia/Tokyo")
    values = browser.page(FORM).form()
    assert (values["language"], values["zone"]) == ("", "Asia/Tokyo")


def test_who_has_an_account_chooses_there_and_staff_are_told(cast, browse, app):
    with app.app_context():
        transact(lambda: setattr(db.session.get(Account, cast.priya.id), "language", "fr"))
    page = browse(cast.dana, staff=True).page(f"/staff/riverside/people/{name_id('priya@riverside')}/language")
    assert "Priya has an account, and mail follows what they chose there: Français" in page.text


def test_practitioners_only_for_their_own_people(cast, browse, app, clock):
    with app.app_context():
        other = Profile(practice_id=cast.riverside.id, given_name="Noor", created_at=clock())
        transact(lambda: db.session.add(other))
        address = f"/staff/riverside/people/{other.public_id}/language"
    assert browse(cast.maya, staff=True).get(address).status_code == 404
    assert browse(cast.tom, staff=True).get(address).status_code == 200


def _booked_by_staff(cast, profile: Profile, now) -> None:
    table = timetable(cast.riverside)
    wish = Wish(table.service(cast.follow_up.public_id), practitioner=table.practitioner(cast.maya_chen.public_id))
    transact(by_staff.book, cast.staff("tom"), profile, wish, NINE, now, secret())


def _letter(cast, profile: Profile, now):
    _booked_by_staff(cast, profile, now)
    (row,) = mails.outbox("booked", state="queued")
    letter = mails.letter_to(row.to_address, "booked")
    return letter.language, letter.text.replace("\xa0", " ")


def test_a_person_without_an_account_reads_their_own_hour_in_their_language(cast, context, clock):
    profile = db.session.get(Profile, cast.walter.id)
    transact(
        lambda: [setattr(profile, name, value) for name, value in {"email": "walter@mail.example", "email_consent_at": clock()}.items()]
    )
    transact(reading_choice.choose, cast.staff("tom"), profile, "fr", "America/Vancouver", clock())
    language, text = _letter(cast, profile, clock())
    assert language == "fr" and "Mardi 15 décembre" in text
    assert "13 h" in text and "À Vancouver, c’est le mardi 15 décembre à 11 h" in text  # Vancouver no longer changes its clocks


def test_an_account_in_vancouver_that_reads_french_does_too_whatever_staff_noted(cast, context, clock):
    account = db.session.get(Account, cast.priya.id)
    transact(lambda: [setattr(account, name, value) for name, value in {"language": "fr", "zone": "America/Vancouver"}.items()])
    profile = db.session.get(Profile, cast.profile("priya").id)
    transact(reading_choice.choose, cast.staff("tom"), profile, "en", "Asia/Tokyo", clock())
    language, text = _letter(cast, profile, clock())
    assert language == "fr" and "À Vancouver, c’est le mardi 15 décembre à 11 h" in text and "Tokyo" not in text


def test_who_lives_by_the_clinics_clock_reads_one_hour(cast, context, clock):
    profile = db.session.get(Profile, cast.walter.id)
    transact(lambda: setattr(profile, "email", "walter@mail.example"))
    language, text = _letter(cast, profile, clock())
    assert language == "en" and "1pm" in text and " in Vancouver" not in text


@pytest.mark.parametrize("zone", ["America/Vancouver", ""])
def test_choosing_twice_at_once_is_one_line_each_time_it_changes(cast, context, clock, zone):
    profile = db.session.get(Profile, cast.walter.id)
    for _ in range(2):
        transact(reading_choice.choose, cast.staff("tom"), profile, "fr", zone, clock())
    assert db.session.scalar(select(db.func.count()).where(LedgerLine.verb == reading_choice.VERB)) == 1
