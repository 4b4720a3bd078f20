"""Staff add a person: a name is enough; look-alikes are shown first; who is written to is ticked."""

import html
import re
from datetime import date

import pytest
from sqlalchemy import select

from portal import adding, lookalikes
from portal.adding import LooksAlike
from portal.database import db, transact
from portal.models import LedgerLine, OutboxMail, Profile, Registration
from portal.seed import name_id
from tests.portal.homes import change, lines

ADD = "/staff/riverside/people/add"
WHOLE = {
    "given_name": "Mia", "family_name": "Roy", "born_on-day": "3", "born_on-month": "apr", "born_on-year": "1990", "phone": "416 555 0199", "email": "Mia@Example.com",
    "street": "3 Elm Road", "city": "Toronto", "postal_code": "M4B 1B3", "card_number": "1234-567-897-AB", "card_region": "ON", "file_number": "9001",
}  # fmt: skip
AMARA = {"given_name": "Amara", "family_name": "Okoye", "born_on-day": "14", "born_on-month": "3", "born_on-year": "1991"}


def added(app, name: str) -> list[Profile]:
    with app.app_context():
        found = db.session.scalars(select(Profile).where(Profile.given_name == name).order_by(Profile.id)).all()
        db.session.expunge_all()
        return found


@pytest.fixture
def tom(cast, browse):
    return browse(cast.tom, staff=True)


def add(browser, **fields):
    return browser.submit(browser.page(ADD), **fields)


def test_a_name_is_enough(cast, app, tom):
    page = add(tom, given_name="  Bo  ")
    assert page.h1 == "Bo" and "Bo is added." in page.text
    (bo,) = added(app, "Bo")
    assert (bo.family_name, bo.born_on, bo.phone, bo.email, bo.card_region, bo.practice_id) == ("", None, "", "", "", cast.riverside.id)
    assert not bo.is_provisional and bo.email_consent_at is None
    (line,) = lines(app, "added")
    assert (line.profile_id, line.account_id, line.facts) == (bo.id, cast.tom.id, {"as": "staff"})


def test_everything_is_kept_as_it_should_be(app, tom):
    page = add(tom, **WHOLE)
    (mia,) = added(app, "Mia")
    assert (mia.born_on, mia.phone, mia.email) == (date(1990, 4, 3), "+14165550199", "Mia@example.com")
    assert (mia.address, mia.card_number, mia.card_region, mia.file_number) == (
        "3 Elm Road, Toronto M4B 1B3",
        "1234-567-897-AB",
        "ON",
        "9001",
    )
    assert (
        "•••• 7897, ON" in page.text and "3 Elm Road, Toronto M4B 1B3" in page.text and "9001" in page.text and "1234-567" not in page.html
    )


def mails(app) -> list[tuple[str, str]]:
    with app.app_context():
        return [(one.template, one.to_address) for one in db.session.scalars(select(OutboxMail).order_by(OutboxMail.id))]


def test_who_has_an_email_is_enrolled_unless_the_tick_is_taken_off(app, tom):
    page = add(tom, **WHOLE)
    assert "We sent an invitation to Mia@example.com." in page.text and mails(app) == [("invitation", "Mia@example.com")]
    assert "Mia@example.com" in tom.page(f"/staff/riverside/people/{added(app, 'Mia')[0].public_id}/accounts").text


def test_nobody_is_written_to_without_the_tick_or_without_an_address(app, tom):
    add(tom, **WHOLE, enrol=None)
    add(tom, given_name="Bo")
    assert mails(app) == [] and len(added(app, "Bo")) == 1


@pytest.mark.parametrize(
    "fields, sentence",
    [
        ({"given_name": ""}, "Enter a first name"),
        ({"given_name": "www.evil.example"}, "Enter a name without a web address"),
        ({"family_name": "x" * 81}, "Last name must be 80 characters or less"),
        ({"born_on-day": "31", "born_on-month": "2", "born_on-year": "1990"}, "Date of birth must be a real date"),
        ({"born_on-day": "31"}, "Date of birth must include a month"),
        ({"born_on-day": "1", "born_on-month": "1", "born_on-year": "2030"}, "Date of birth must be in the past"),
        ({"phone": "12"}, "Enter a phone number, like 416 555 0117"),
        ({"phone": "416 555 0117 ext. 12"}, "Enter the number without its extension"),
        ({"email": "mia at home"}, "Enter an email address in the correct format"),
        ({"card_number": "1"}, "Enter the whole number of the card"),
        ({"card_region": "XX"}, "Choose a province"),
        ({"file_number": "9" * 21}, "Use 20 characters or fewer"),
        ({"postal_code": "9" * 13}, "Use 12 characters or fewer"),
    ],
)
def test_what_cannot_be_is_said_and_what_was_typed_is_kept(app, tom, fields, sentence):
    page = add(tom, **{"given_name": "Mia", "city": "Toronto", **fields})
    assert page.status == 422 and sentence in page.text and page.form()["city"] == "Toronto"
    assert added(app, "Mia") == []


def test_a_record_like_this_is_shown_before_it_is_saved(cast, app, tom):
    change(app, cast.profile("amara"), merged_at=app.config["CLOCK"](), replaced_by_id=cast.profile("amara-on-file").id)
    change(app, cast.profile("amara-on-file"), file_number="8841")
    page = add(tom, **AMARA)
    assert (
        page.status == 409
        and "There is a record that looks like this" in page.text
        and "Same birth date and name" in page.text
        and "File 8841" in page.text
    )
    assert page.links()["Open Amara Okoye"] == f"/staff/riverside/people/{name_id('amara-on-file@riverside')}"
    assert page.form()["given_name"] == "Amara" and len(added(app, "Amara")) == 2
    with app.app_context():
        assert (
            cast.profile("amara-on-file").id in db.session.scalars(select(LedgerLine.profile_id).where(LedgerLine.verb == "viewed")).all()
        )
    assert tom.submit(page).status == 409 and len(added(app, "Amara")) == 2  # Enter in a field is no answer
    page = tom.submit(page, anyway="1")
    assert page.h1 == "Amara Okoye" and "Amara Okoye is added." in page.text and "Looks like" not in page.text
    with app.app_context():
        new = db.session.get(Profile, added(app, "Amara")[-1].id)
        assert lookalikes.are_different(new, cast.profile("amara-on-file"))


def test_several_are_all_shown_and_all_remembered(cast, app, tom):
    page = add(tom, **AMARA)
    assert "There are records that look like this" in page.text and len(page.all("input", name="different")) == 2
    both = [field.get("value") for field in page.all("input", name="different")]
    assert add(tom, **AMARA, different=both[0], anyway="1").status == 409  # the other one was not looked at
    tom.submit(page, different=both, anyway="1")
    assert len(added(app, "Amara")) == 3


def test_pressed_twice_it_is_added_once(cast, app, tom):
    page = tom.page(ADD)
    tom.submit(page, **WHOLE)
    assert tom.submit(page, **WHOLE).status == 409
    assert len(added(app, "Mia")) == 1


def test_a_record_of_another_practice_is_nobodys_look_alike(cast, app, browse, clock):
    luc = cast.profile("luc", "beau-rivage")
    facts = {"given_name": luc.given_name, "family_name": luc.family_name, "born_on": luc.born_on, "phone": luc.phone}
    with app.app_context():
        assert transact(adding.add, cast.staff("tom"), facts, clock.at).practice_id == cast.riverside.id
        with pytest.raises(LooksAlike):
            transact(adding.add, cast.staff("rose", "beau-rivage"), facts, clock.at)


def test_what_the_person_reads_of_it_later(cast, app, tom, browse):
    add(tom, given_name="Bo")
    (bo,) = added(app, "Bo")
    assert "Record made by the clinic" in tom.page(f"/staff/riverside/people/{bo.public_id}/history").text


def test_the_box_says_that_they_registered_online_and_the_fields_keep_what_was_typed(cast, app, tom):
    page = add(tom, **AMARA, phone="416 555-0182")
    assert "<title>Error: Add a person" in page.html and "New registration" in page.text and page.form()["phone"] == "416 555-0182"
    assert "Look again with these details" in page.text and "Add person" not in page.text
    page = tom.submit(page, anyway="1")
    assert added(app, "Amara")[-1].phone == "+14165550182"


def test_a_child_registered_online_is_shown_with_who_did(cast, app, tom, clock):
    with app.app_context():
        change(app, cast.leo, provisional_at=clock())
        transact(
            lambda: db.session.add(
                Registration(practice_id=cast.riverside.id, profile_id=cast.leo.id, account_id=cast.priya.id, created_at=clock())
            )
        )
    born = cast.leo.born_on
    page = add(
        tom,
        given_name="Leo",
        family_name="Shah",
        **{"born_on-day": str(born.day), "born_on-month": str(born.month), "born_on-year": str(born.year)},
    )
    assert "Child of Priya Shah" in page.text and "New registration" in page.text


@pytest.mark.parametrize(
    "asked, fields",
    [
        ("Zanetti, Bo", {"given_name": "Bo", "family_name": "Zanetti"}), ("Bo Zanetti", {"given_name": "Bo", "family_name": "Zanetti"}), ("Zoë", {"given_name": "Zoë"}),
        ("bo@example.org", {"email": "bo@example.org"}), ("(416) 555-0188", {"phone": "(416) 555-0188"}), ("1987-05-04", {}), ("1234-567-897", {}), ("1234567897", {}), ("0117", {}), ("<b>Bo", {"given_name": "<b>Bo"}),
    ],
)  # fmt: skip
def test_what_was_searched_for_is_not_typed_again(tom, asked, fields):
    for there in ("/staff/riverside/people", "/desk/riverside/book"):
        link = next(
            a
            for a in re.findall(
                r'href="([^"]*(?:people/add|book/new)[^"]*)"', tom.get(there, query_string={"q": asked}).get_data(as_text=True)
            )
        )
        form = tom.page(html.unescape(link)).form()
        assert {name: form[name] for name in ("given_name", "family_name", "email", "phone") if form[name]} == fields
