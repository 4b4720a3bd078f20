"""A record: everything that can be written of a person, changed with a line in the ledger, and never over a colleague's newer words unread."""

from datetime import date

import pytest
from sqlalchemy import func, select

from booking import usual_care
from portal import consents, contacts, records
from portal.database import db, transact
from portal.models import FurtherNumber, Invitation, OutboxMail, Profile
from portal.seed import name_id
from tests.portal.homes import change, lines
from tests.portal.test_staff_add_person import ADD, added
from tests.reader import Reader

PEOPLE = "/staff/riverside/people/"
WHOLE = {
    "given_name": "Mia", "middle_name": "Anne", "family_name": "Roy", "preferred_name": "Mimi", "language": "fr", "zone": "America/Halifax", "email": "mia@example.com",
    "phone": "416 555 0199", "phone_kind": "mobile", "sms_consent": "y", "enrol": None,
    "pronouns": "she/her", "salutation": "Ms", "sex_at_birth": "Female", "street": "3 Elm Road", "unit": "4B", "city": "Toronto", "postal_code": "M4B 1B3",
    "referred_by": "Dr. Wong", "veteran_id": "K1234567", "qualified": "y", "file_number": "9001", "staff_alert": "Latex allergy.",
    "card_number": "1234 567 897", "card_region": "ON", "card_version": "AB", "card_expires_on": "2028-05-01", "program": "WSIB", "program_number": "P-7781234", "program_region": "ON",
    "billing_authorisation": "A-1", "case_number": "C-2", "sessions_needed": "12", "billing_notes": "Bill monthly.",
}  # fmt: skip


@pytest.fixture
def tom(cast, browse):
    return browse(cast.tom, staff=True)


def add(browser, path=ADD, **fields):
    return browser.submit(browser.page(path), **fields)


def edit(browser, person, **fields):
    return browser.submit(browser.page(f"{PEOPLE}{person.public_id}/edit"), **fields)


def fresh(app, person) -> Profile:
    with app.app_context():
        row = db.session.get(Profile, person.id)
        db.session.expunge_all()
        return row


def numbers(app, person) -> list[tuple[str, str]]:
    with app.app_context():
        return [(one.number, one.kind) for one in records.numbers_of(person)]


# --- adding ---


def test_every_field_is_kept(app, tom):
    page = add(tom, **WHOLE)
    (mia,) = added(app, "Mia")
    assert (mia.middle_name, mia.preferred_name, mia.language, mia.zone, mia.phone_kind, mia.pronouns, mia.salutation) == (
        "Anne",
        "Mimi",
        "fr",
        "America/Halifax",
        "mobile",
        "she/her",
        "Ms",
    )
    assert (mia.sex_at_birth, mia.unit, mia.referred_by, mia.veteran_id, mia.staff_alert) == (
        "female",
        "4B",
        "Dr. Wong",
        "K1234567",
        "Latex allergy.",
    )
    assert (mia.card_version, mia.card_expires_on, mia.program, mia.program_number, mia.program_region) == (
        "AB",
        date(2028, 5, 1),
        "WSIB",
        "P-7781234",
        "ON",
    )
    assert (mia.billing_authorisation, mia.case_number, mia.sessions_needed, mia.billing_notes, mia.qualified_at is not None) == (
        "A-1",
        "C-2",
        12,
        "Bill monthly.",
        True,
    )
    assert page.h1 == "Mia Roy “Mimi”" and "Note: Latex allergy." in page.text and "Female" in page.text
    coverage = tom.page(f"{PEOPLE}{mia.public_id}/coverage").text
    assert "•••• 7897" in coverage and "1 May 2028" in coverage and "Bill monthly." in coverage and "1234 567" not in coverage


def test_consents_are_dated_facts(app, tom, clock):
    add(tom, **WHOLE)
    add(tom, given_name="Bo", email="bo@example.com", email_consent=None, enrol=None)
    (mia,), (bo,) = added(app, "Mia"), added(app, "Bo")
    assert (mia.email_consent_at, mia.sms_consent_at, mia.voice_consent_at) == (clock.at, clock.at, None)
    assert not consents.may(bo, "email") and not consents.may(bo, "sms") and bo.sms_refused_at is None
    assert "Agreed to text messages from the clinic" in tom.page(f"{PEOPLE}{mia.public_id}/history").text


def test_a_mobile_is_needed_only_while_text_messages_are_ticked(app, tom):
    assert "A mobile number is needed only while this is ticked." in tom.page(ADD).text
    page = add(tom, given_name="Bo", sms_consent="y")
    assert page.status == 422 and "Enter a mobile number above, or take this tick off" in page.text
    assert "Enter a mobile number above" in tom.submit(page, phone="416 555 0199", phone_kind="home").text
    assert tom.submit(page, phone="416 555 0199", phone_kind="mobile").h1 == "Bo"


def test_more_numbers_without_scripts_and_one_of_them_first(app, tom):
    page = tom.submit(tom.page(ADD), given_name="Bo", phone="416 555 0199", phone_kind="home", more="numbers")
    assert page.status == 200 and page.form()["given_name"] == "Bo" and added(app, "Bo") == []
    page = tom.submit(page, **{"numbers-0-number": "416 555 0133", "numbers-0-kind": "mobile", "more": "numbers"})
    tom.submit(page, **{"numbers-1-number": "", "primary": "0", "sms_consent": "y"})
    (bo,) = added(app, "Bo")
    assert (bo.phone, bo.phone_kind) == ("+14165550133", "mobile") and numbers(app, bo) == [("+14165550199", "home")]


def test_a_wrong_number_in_a_row_is_said_at_the_row(tom):
    page = add(tom, given_name="Bo", **{"numbers-0-number": "12", "numbers-0-kind": "work"})
    assert (
        page.status == 422
        and page.links()["Enter a phone number, like 416 555 0117"] == "#numbers-0-number"
        and page.form()["numbers-0-number"] == "12"
    )


def test_folded_sections_open_where_something_is_wrong(tom):
    def is_open(page):
        return [one.get("id") for one in page.all("details") if one.get("open") is not None and one.get("id")]

    assert is_open(tom.page(ADD)) == []
    assert is_open(add(tom, given_name="Bo", sessions_needed="many")) == ["coverage"]
    assert is_open(add(tom, given_name="", city="Toronto")) == ["details"]


def test_a_child_without_email_is_enrolled_through_a_parent(cast, app, tom):
    contact = {
        "contacts-0-name": "Rosa Roy",
        "contacts-0-relation": "mother",
        "contacts-0-phone": "416 555 0133",
        "contacts-0-email": "rosa@example.com",
        "contacts-0-enrol_as": "parent",
    }
    page = add(tom, given_name="Ada", family_name="Roy", **{"born_on-day": "3", "born_on-month": "4", "born_on-year": "2018"}, **contact)
    assert "We sent an invitation to rosa@example.com." in page.text
    (ada,) = added(app, "Ada")
    with app.app_context():
        (rosa,) = contacts.of(ada)
        assert (rosa.name, rosa.relation, rosa.phone, rosa.emergency_at is not None) == ("Rosa Roy", "mother", "+14165550133", True)
        (sent,) = db.session.scalars(select(Invitation).where(Invitation.profile_id == ada.id))
        assert (sent.email, sent.relationship) == ("rosa@example.com", "parent") and "manage_access" in sent.permissions
        assert db.session.scalar(select(func.count()).select_from(OutboxMail)) == 1
    assert "Rosa Roy" in page.text and "Emergency" in page.text


def test_somebody_too_young_is_not_written_to_and_the_form_says_what_to_do(app, tom):
    page = add(tom, given_name="Ada", email="ada@example.com", **{"born_on-day": "3", "born_on-month": "4", "born_on-year": "2018"})
    assert (
        page.status == 422
        and "They are too young for an account of their own: that is possible from 16" in page.text
        and added(app, "Ada") == []
    )
    assert tom.submit(page, enrol=None).h1 == "Ada"


def test_who_wants_no_mail_is_not_invited_by_mail(app, tom):
    page = add(tom, given_name="Bo", email="bo@example.com", email_consent=None)
    assert page.status == 422 and "they do not agree to mail" in page.text


def test_a_contact_needs_a_name_and_to_be_let_in_an_address(tom):
    page = add(tom, given_name="Bo", **{"contacts-0-phone": "416 555 0133", "contacts-0-enrol_as": "carer"})
    assert (
        add(tom, given_name="Bo", **{"contacts-0-name": "X", "contacts-0-email": "x@example.com", "contacts-0-enrol_as": "king"}).status
        == 422
    )
    assert (
        page.status == 422
        and "Enter the name of this contact" in page.text
        and "Enter their email address: the invitation goes there" in page.text
    )


def test_an_address_of_somebody_else_is_asked_about_once(app, tom):
    page = add(tom, given_name="Zara", family_name="Quill", email="priya@example.com")
    assert (
        page.status == 422 and "priya@example.com is the address of Priya Shah in your records." in page.text and added(app, "Zara") == []
    )
    assert tom.submit(page).status == 422  # Enter in a field is no answer
    assert tom.submit(page, anyway="1").h1 == "Zara Quill"


def test_a_slip_in_an_address_is_asked_about(app, tom):
    page = add(tom, given_name="Zara", email="zara@gmial.com", enrol=None)
    assert "Did you mean zara@gmail.com?" in page.text
    assert tom.submit(page, email="zara@gmail.com").h1 == "Zara" and added(app, "Zara")[0].email == "zara@gmail.com"


# --- the health card ---


def test_validate_says_what_it_looked_at_and_saves_nothing(app, tom):
    page = tom.submit(tom.page(ADD), given_name="Bo", card_number="1234 567 898", card_region="ON", validate="card")
    assert (
        page.status == 200
        and "its last digit does not fit the others" in page.text
        and page.form()["card_number"] == "1234 567 898"
        and added(app, "Bo") == []
    )
    page = tom.submit(page, card_number="1234 567 897", validate="card")
    assert "The number fits the rules of Ontario." in page.text
    assert (
        "There is no check digit that we could look at."
        in tom.submit(page, card_number="123456789", card_region="AB", validate="card").text
    )


def test_a_card_that_cannot_be_is_saved_by_who_means_it(app, tom):
    page = add(tom, given_name="Bo", card_number="1234 567 898", card_region="ON", card_expires_on="2026-11-01")
    assert (
        page.status == 422 and "its last digit does not fit the others" in page.text and "The card ended on 1 November 2026." in page.text
    )
    assert tom.submit(page, anyway="1", sure=[one.get("value") for one in page.all("input", name="sure")]).h1 == "Bo"
    assert added(app, "Bo")[0].card_number == "1234 567 898"
    assert "its last digit does not fit" in tom.page(f"{PEOPLE}{added(app, 'Bo')[0].public_id}/coverage").text


# --- who adds ---


def test_whom_a_practitioner_adds_is_theirs(cast, app, browse):
    maya = browse(cast.maya, staff=True)
    page = maya.page("/staff/riverside/people")
    assert page.links()["Add a person"] == ADD
    assert add(maya, given_name="Bo").h1 == "Bo"
    (bo,) = added(app, "Bo")
    with app.app_context():
        assert usual_care.of(bo)[0].name == "Maya Chen"
    assert "Bo" in maya.page("/staff/riverside/people?all=1").links()
    change(app, bo, file_number="1")
    assert edit(maya, bo, city="Toronto").h1 == "Bo"


def test_front_desk_picks_the_practitioner(cast, app, tom, browse):
    assert "Seen by as a rule: Olivier Dubois" in add(tom, given_name="Bo", practitioner=cast.olivier_dubois.public_id).text
    assert "Bo" in browse(cast.olivier, staff=True).page("/staff/riverside/people?all=1").links()
    assert "Bo" not in browse(cast.maya, staff=True).page("/staff/riverside/people?all=1").links()


def test_a_practitioner_is_not_shown_records_that_are_not_theirs(cast, app, browse):
    maya = browse(cast.maya, staff=True)
    page = add(maya, given_name="Maria", family_name="Nunez", phone="416 555 0108")
    assert (
        page.status == 409
        and "Somebody who is not among your people." in page.text
        and "0641" not in page.text
        and "Logan" not in page.text
    )


def test_whom_they_are_seen_by_changes_with_a_line(cast, app, tom):
    walter = cast.profile("walter")
    edit(tom, walter, practitioner=cast.maya_chen.public_id)
    edit(tom, walter, practitioner=cast.olivier_dubois.public_id)
    assert "Practitioner changed from Maya Chen to Olivier Dubois" in tom.page(f"{PEOPLE}{walter.public_id}/history").text
    assert "Nothing was changed." in edit(tom, walter, practitioner=cast.olivier_dubois.public_id).text


def test_without_the_right_to_invite_there_is_no_portal_to_tick(cast, app, browse):
    with app.app_context():
        practice = cast.riverside
        transact(lambda: setattr(db.session.merge(practice), "inviting_roles", ["admin"]))
    tom = browse(cast.tom, staff=True)
    page = tom.page(ADD)
    assert "Enrol in the portal" not in page.text and "Let them into the portal" not in page.text
    tom.submit(
        page,
        given_name="Bo",
        email="bo@example.com",
        enrol="y",
        **{"contacts-0-name": "X", "contacts-0-email": "x@example.com", "contacts-0-enrol_as": "parent"},
    )
    with app.app_context():
        assert (
            len(added(app, "Bo")) == 1
            and db.session.scalar(select(func.count()).select_from(Invitation).where(Invitation.email == "bo@example.com")) == 0
        )


# --- changing ---


def test_a_change_is_told_with_before_and_after(cast, app, tom):
    page = edit(tom, cast.profile("walter"), phone="416 555 0199", staff_alert="Call twice.", card_number="1234 567 897", card_version="")
    assert page.h1 == "Walter Brandt" and "Saved the details of Walter Brandt." in page.text
    text = tom.page(f"{PEOPLE}{cast.profile('walter').public_id}/history").text
    assert "Phone changed from (416) 555-0176 to (416) 555-0199" in text and "Note for staff changed from Hard of hearing" in text
    assert "Health card number changed from •••• 4188 to •••• 7897" in text
    assert "1234 567" not in text
    (line,) = lines(app, records.CHANGED)
    assert line.account_id == cast.tom.id and "1234" not in str(line.facts) and line.facts["as"] == "staff"


def test_the_person_reads_what_they_may_know_and_guardians_which_details(cast, app, tom, browse):
    leo = cast.leo
    edit(tom, leo, phone="416 555 0199", staff_alert="Secret fox.", billing_notes="Secret sum.", file_number="77")
    mother = browse(cast.priya).page(f"/family/{cast.link('priya', 'leo').public_id}/history").text
    assert "Details changed: Phone" in mother and "0199" not in mother and "Secret" not in mother and "File number" not in mother
    with app.app_context():
        transact(lambda: setattr(db.session.get(Profile, leo.id), "safe_at", app.config["CLOCK"]()))
    assert "Details changed" not in browse(cast.priya).page(f"/family/{cast.link('priya', 'leo').public_id}/history").text
    edit(tom, cast.profile("priya"), phone="416 555 0198", staff_alert="Secret otter.")
    own = browse(cast.priya).page(f"/family/{cast.link('priya', 'priya').public_id}/history").text
    assert "Phone changed from (416) 555-0117 to (416) 555-0198" in own and "otter" not in own and "Note for staff" not in own


def test_a_colleagues_newer_edit_is_not_overwritten_unread(cast, app, tom, browse):
    walter, dana = cast.profile("walter"), browse(cast.dana, staff=True)
    mine = tom.page(f"{PEOPLE}{walter.public_id}/edit")
    edit(dana, walter, phone="416 555 0111", city="Ottawa")
    page = tom.submit(mine, phone="416 555 0122", street="1 New Lane")
    assert page.status == 409 and "Phone changed from (416) 555-0176 to (416) 555-0111" in page.text and "Dana Wright" in page.text
    assert "You both changed: Phone." in page.text
    form = page.form()
    assert (form["phone"], form["street"], form["city"]) == ("416 555 0122", "1 New Lane", "Ottawa")  # mine where I typed, theirs elsewhere
    assert fresh(app, walter).phone == "+14165550111"
    tom.submit(page)
    row = fresh(app, walter)
    assert (row.phone, row.street, row.city) == ("+14165550122", "1 New Lane", "Ottawa")


def test_saving_what_nobody_changed_writes_no_line(cast, app, tom):
    assert "Nothing was changed." in edit(tom, cast.profile("walter")).text
    assert lines(app, records.CHANGED) == [] and lines(app, "consented") == []


def test_consents_change_with_the_tick(cast, app, tom, clock):
    edit(tom, cast.profile("walter"), email_consent=None, voice_consent="y")
    row = fresh(app, cast.profile("walter"))
    assert row.email_refused_at == row.voice_consent_at == clock.at and row.sms_refused_at is None


def test_a_first_address_is_given_with_an_answer_about_mail(cast, app, tom, clock):
    edit(tom, cast.profile("walter"), email="walter@example.com")
    assert fresh(app, cast.profile("walter")).email_consent_at == clock.at


def test_numbers_are_added_and_removed_and_rows_are_kept_for_a_merge(cast, app, tom):
    walter = cast.profile("walter")
    edit(tom, walter, **{"numbers-0-number": "416 555 0111", "numbers-0-kind": "work"})
    assert numbers(app, walter) == [("+14165550111", "work")]
    page = tom.page(f"{PEOPLE}{walter.public_id}/edit")
    assert page.form()["numbers-0-number"] == "(416) 555-0111"
    tom.submit(page, **{"numbers-0-number": ""})
    with app.app_context():
        assert (
            numbers(app, walter) == []
            and db.session.scalar(select(func.count()).select_from(FurtherNumber).where(FurtherNumber.profile_id == walter.id)) == 1
        )
    assert "Further numbers removed: (416) 555-0111" in tom.page(f"{PEOPLE}{walter.public_id}/history").text


def test_who_is_changed_is_found_as_they_are_now(cast, app, tom):
    walter = cast.profile("walter")
    edit(tom, walter, given_name="Waldemar", phone="416 555 0122")
    page = add(tom, given_name="Waldemar", family_name="Brandt", phone="416 555 0122")
    assert page.status == 409 and page.links()["Open Waldemar Brandt"].endswith(walter.public_id)


def test_a_card_that_stood_there_before_is_not_asked_about_again(cast, app, tom):
    change(app, cast.profile("walter"), card_number="1111111111")
    assert edit(tom, cast.profile("walter"), city="Ottawa").status == 200


# --- contacts ---


def test_contacts_are_added_changed_and_removed_one_for_emergencies(cast, app, tom):
    path = f"{PEOPLE}{cast.leo.public_id}/contacts"
    tom.submit(tom.page(path), name="Rosa Roy", relation="aunt", phone="416 555 0133", email="rosa@example.com", emergency="y")
    page = tom.submit(tom.page(path), "/contacts", name="Bo Roy", emergency="y")
    with app.app_context():
        assert [(one.name, one.emergency_at is not None) for one in contacts.of(cast.leo)] == [("Bo Roy", True), ("Rosa Roy", False)]
    let_in = tom.page(page.links()["Let into the portal Rosa Roy"])
    assert let_in.form()["email"] == "rosa@example.com" and "Give somebody access to Leo Shah" in let_in.text
    page = tom.submit(tom.page(page.links()["Edit Rosa Roy"]), relation="godmother")
    assert "godmother" in page.text and "Saved the contact Rosa Roy." in page.text
    page = tom.submit(page, "/remove")
    assert "is no contact any more" in page.text
    assert {line.verb for line in [*lines(app, "contact_added"), *lines(app, "contact_changed"), *lines(app, "contact_removed")]} == set(
        contacts.VERBS
    )
    assert "Rosa" not in browse_history(cast, app)


def browse_history(cast, app) -> str:
    return Reader.of(app, cast.priya).page(f"/family/{cast.link('priya', 'leo').public_id}/history").text


def test_a_contact_a_colleague_changed_meanwhile_is_looked_at_again(cast, app, tom, browse):
    path = f"{PEOPLE}{cast.leo.public_id}/contacts"
    mine = tom.page(tom.submit(tom.page(path), name="Rosa Roy").links()["Edit Rosa Roy"])
    browse(cast.dana, staff=True).submit(mine, relation="aunt")
    page = tom.submit(mine, relation="cousin")
    assert page.status == 409 and "A colleague changed or removed this contact" in page.text


def test_nobody_reaches_a_contact_through_another_person(cast, app, tom):
    rosa = tom.submit(tom.page(f"{PEOPLE}{cast.leo.public_id}/contacts"), name="Rosa Roy").links()["Edit Rosa Roy"]
    assert tom.get(rosa.replace(cast.leo.public_id, name_id("walter@riverside"))).status_code == 404
