"""Lists of people as files: who may, whom they hold, which columns, and the line that says who took them."""

import csv
import io
from datetime import timedelta

import openpyxl
import pytest
from flask_babel import force_locale
from sqlalchemy import select

from booking import usual_care
from portal import care_keeper, clock, notes, record_words
from portal.database import db, transact
from portal.import_fields import FIELDS
from portal.import_guess import guess
from portal.models import Contact, LedgerLine, Profile
from portal.permissions import EVERYBODY, EXPORT, FILES
from portal.staff import people_columns
from tests import mails
from tests.portal import importing
from tests.portal.homes import change

PAGE = "/staff/riverside/people/export"
STAFF_ONLY = ("Note for staff", "Billing notes", "Written notes")


@pytest.fixture
def dana(browse, cast):
    return browse(as_=cast.dana, staff=True)


def post(browser, page: str = PAGE, **chosen):
    """The answer to "Save the file" with exactly these choices."""
    form = browser.page(page).form("/export")
    target = form.pop("")
    data = {**{name: value for name, value in form.items() if name != "groups"}, "kind": "csv", **chosen}
    return browser.post(target, data=data, headers={"Origin": "http://localhost"}, buffered=True)


def table(answer, separator: str = ",") -> list[dict]:
    assert answer.status_code == 200 and answer.headers["Content-Disposition"].startswith("attachment; filename=people-2026-12-10.csv"), (
        answer.get_data(as_text=True)[:300]
    )
    return list(csv.DictReader(io.StringIO(answer.get_data().decode("utf-8-sig"), newline=""), delimiter=separator))


def named(rows) -> set[str]:
    return {row["First name"] for row in rows}


def exported(app) -> list[LedgerLine]:
    with app.app_context():
        found = list(db.session.scalars(select(LedgerLine).where(LedgerLine.verb == "exported").order_by(LedgerLine.id)))
        db.session.expunge_all()
        return found


def test_everybody_of_the_practice_once_by_last_name_and_nobody_of_another(app, cast, dana):
    rows = table(post(dana))
    with app.app_context():
        here = db.session.execute(
            select(Profile.family_name, Profile.given_name)
            .where(Profile.practice_id == cast.riverside.id, Profile.merged_at.is_(None))
            .order_by(Profile.family_name, Profile.given_name, Profile.id)
        ).all()
    found = [(row["Last name"], row["First name"]) for row in rows]
    assert sorted(found) == sorted(tuple(one) for one in here) and len(found) > 10
    assert "Luc" not in named(rows) and "Leo" in named(rows)


def test_what_was_searched_for_is_what_is_exported_and_the_address_of_the_list_leads_there(cast, dana):
    page = dana.page("/staff/riverside/people?q=shah")
    link = page.links()["Export"]
    assert link.endswith("/people/export?q=shah")
    rows = table(post(dana, link))
    assert {row["Last name"] for row in rows} == {"Shah"} and {"Leo", "Anya"} <= named(rows)
    assert named(table(post(dana, f"{PAGE}?q=sahh"))) == named(rows), "a slip of the finger is forgiven, as on the page"
    answer = post(dana, f"{PAGE}?q=nobodyofthatname")
    assert answer.status_code == 422 and "There is nobody to export." in answer.get_data(as_text=True)


@pytest.fixture
def filled(app, cast, clock):
    """Leo, with something in every column."""
    with app.app_context():
        leo = cast.leo
        mails.change(
            leo,
            given_name="=Leo",
            phone="+14165550117",
            phone_kind="mobile",
            email="leo@example.com",
            staff_alert="Alert!",
            billing_notes="Owes",
            card_number="1234567897",
            card_region="ON",
        )
        transact(notes.write, cast.staff("dana"), leo, "Knee", "Better", clock.at)
        whose = {"practice_id": leo.practice_id, "profile_id": leo.id, "created_at": clock.at}
        transact(
            db.session.add_all,
            [Contact(name="Ada Roy", relation="aunt", phone="+14165550134", emergency_at=clock.at, **whose), Contact(name="Bo", **whose)],
        )


def test_columns_come_in_groups_and_what_only_staff_read_with_a_tick_of_its_own(cast, dana, filled):
    (row,) = (one for one in table(post(dana, groups=["contact", "address"])) if "Leo" in one["First name"])
    assert (row["First name"], row["Phone"], row["Kind of phone"], row["Email address"]) == (
        "'=Leo",
        "'+14165550117",
        "Mobile",
        "leo@example.com",
    )
    assert (row["Date of birth"], row["Mail allowed"], row["Contacts kept apart"]) == (cast.leo.born_on.isoformat(), "Yes", "No")
    assert not {"Health card number", "Emergency contacts", *STAFF_ONLY} & set(row)
    groups = ["ring", "details", "card", "billing", "alert", "notes"]
    (row,) = (one for one in table(post(dana, groups=groups)) if "Leo" in one["First name"])
    assert (row["Note for staff"], row["Billing notes"], row["Written notes"]) == ("Alert!", "Owes", "2026-12-10 Knee\nBetter")
    assert (row["Emergency contacts"], row["Other contacts"]) == ("Ada Roy (aunt), +14165550134", "Bo")
    assert (row["Health card number"], row["Province of the card"]) == ("1234567897", "Ontario") and "Phone" not in row


def test_nothing_that_only_staff_read_is_ticked_before_anybody_has_chosen(cast, dana, filled):
    page = dana.page(PAGE)
    ticked = {one.get("value") for one in page.all("input", name="groups") if one.get("checked") is not None}
    assert ticked == {"contact", "address"}
    text = post(dana, groups=sorted(ticked)).get_data(as_text=True)
    assert not any(word in text for word in ("Alert!", "Owes", "Better"))


def test_notes_are_for_who_may_see_notes(app, cast, browse, filled):
    change(app, cast.staff("tom"), unusual={EXPORT: True, FILES: False})
    tom = browse(as_=cast.tom, staff=True)
    assert "Written notes" not in tom.page(PAGE).text
    assert "Better" not in post(tom, groups=["notes", "alert"]).get_data(as_text=True)


def test_an_excel_file_holds_the_same_as_texts(cast, dana, filled):
    answer = post(dana, kind="xlsx", groups=["contact"])
    assert (
        answer.headers["Content-Disposition"] == "attachment; filename=people-2026-12-10.xlsx"
        and answer.headers["Cache-Control"] == "private, no-store"
    )
    sheet = openpyxl.load_workbook(io.BytesIO(answer.get_data())).active
    heads, *rows = sheet.iter_rows()
    columns = {cell.value: number for number, cell in enumerate(heads)}
    (leo,) = (row for row in rows if row[columns["First name"]].value == "=Leo")
    assert leo[columns["First name"]].data_type == "s" and leo[columns["Phone"]].value == "+14165550117"


def test_lists_speak_the_readers_language_and_separate_as_its_spreadsheets_do(app, cast, browse, dana):
    rows = table(post(dana, f"{PAGE}?lang=fr"), ";")
    assert "Date de naissance" in rows[0]


def test_a_practitioner_exports_their_own_people_and_with_everybody_chooses(app, cast, browse, clock):
    with app.app_context():
        mails.appointment(cast, "leo", clock.at + timedelta(days=1))
    change(app, cast.staff("maya"), unusual={EXPORT: True})
    maya = browse(as_=cast.maya, staff=True)
    own = named(table(post(maya)))
    assert "Leo" in own and "Anya" not in own and f"{len(own)} people: yours." in maya.page(PAGE).text
    assert named(table(post(maya, whose="all"))) == own, "nor by a field that is not on the page"
    change(app, cast.staff("maya"), unusual={EXPORT: True, EVERYBODY: True})
    assert "My people" in maya.page(PAGE).text
    assert len(table(post(maya))) > 10 and named(table(post(maya, whose="own"))) == own


def test_only_who_may_finds_the_page_and_what_is_taken_away_ends_an_open_one(app, cast, browse):
    tom = browse(as_=cast.tom, staff=True)
    assert tom.get(PAGE).status_code == 404 and "Export" not in tom.page("/staff/riverside/people").links()
    change(app, cast.staff("tom"), unusual={EXPORT: True})
    form = tom.page(PAGE).form("/export")
    assert "Export" in tom.page("/staff/riverside/people?all=1").links() and "Export lists" in tom.page("/staff/riverside/settings").links()
    change(app, cast.staff("tom"), unusual={})
    assert tom.post(form.pop(""), data=form, headers={"Origin": "http://localhost"}).status_code == 404
    assert exported(app) == []


def test_the_password_is_asked_for_again_and_what_was_chosen_is_still_chosen(cast, dana, clock):
    page = dana.page(f"{PAGE}?q=shah")
    clock.forward(minutes=11)
    form = page.form("/export")
    answer = dana.post(form.pop(""), data={**form, "groups": ["card", "alert"], "kind": "xlsx"}, headers={"Origin": "http://localhost"})
    assert answer.status_code == 302 and "/prove?next=" in answer.location
    page = dana.page(PAGE + "?" + "q=shah&groups=card&groups=alert&kind=xlsx")
    assert {one.get("value") for one in page.all("input", name="groups") if one.get("checked") is not None} == {"card", "alert"}
    assert [one.get("value") for one in page.all("input", name="kind") if one.get("checked") is not None] == ["xlsx"]
    assert "for “shah”" in page.text


def test_each_export_is_one_line_of_the_practice_that_names_nobody_in_it(app, cast, dana, browse):
    rows = table(post(dana, f"{PAGE}?q=shah", groups=["contact"]))
    (line,) = exported(app)
    assert (line.practice_id, line.profile_id, line.account_id) == (cast.riverside.id, None, cast.dana.id)
    assert line.facts == {"what": "people", "rows": len(rows), "kind": "csv", "groups": ["names", "contact"], "searched": True}
    said = f"Thursday 10 December at 10am, Dana Wright: {len(rows)} people, found by a search, CSV (Names; Phone, email, consents)"
    assert said.casefold() in dana.page(PAGE).text.casefold()
    assert "Exports so far" not in browse(as_=cast.sylvie, staff=True).page("/staff/beau-rivage/people/export").text


def test_who_does_not_see_everybody_reads_of_their_own_exports_only(app, cast, browse, dana, clock):
    with app.app_context():
        mails.appointment(cast, "leo", clock.at + timedelta(days=1))
    post(dana)
    change(app, cast.staff("maya"), unusual={EXPORT: True})
    maya = browse(as_=cast.maya, staff=True)
    assert "Dana Wright" not in maya.page(PAGE).text
    post(maya)
    assert "Maya Chen: 3 people" in maya.page(PAGE).text and "Maya Chen: 3 people" in dana.page(PAGE).text


def test_everybody_in_the_list_can_read_that_staff_saw_their_record(app, cast, dana):
    post(dana)
    with app.app_context():
        seen = set(
            db.session.scalars(select(LedgerLine.profile_id).where(LedgerLine.verb == "viewed", LedgerLine.account_id == cast.dana.id))
        )
        assert seen == set(
            db.session.scalars(select(Profile.id).where(Profile.practice_id == cast.riverside.id, Profile.merged_at.is_(None)))
        )


@pytest.mark.parametrize("language", ["en", "fr", "es"])
def test_our_own_list_is_understood_when_it_comes_back(app, dana, language):
    """Corrected in a spreadsheet, for one. What staff wrote of somebody never takes the place of the note beside the name."""
    answer = post(dana, f"{PAGE}?lang={language}", groups=["contact", "address", "details", "card", "billing", "alert", "notes"])
    header = answer.get_data().decode("utf-8-sig").splitlines()[0].split(";" if language == "fr" else ",")
    found = dict(zip(guess([header, ["x"]]).columns, header))
    with app.test_request_context(), force_locale(language):
        labels = {field: str(words) for field, words in record_words.labels().items() if field in FIELDS and str(words) in header}
        written = people_columns.group_words()[people_columns.NOTES]
    assert len(labels) > 25 and {field: found.get(field) for field in labels} == labels | {"phone": found["phone"]}
    assert header[-1] == written and guess([header, ["x"]]).columns[-1] == "", "left out, if nobody says otherwise"


def test_whom_people_are_seen_by_is_in_the_list_and_nothing_new_when_it_comes_back(app, cast, dana):
    with app.app_context():
        by, care = cast.staff("dana"), care_keeper.keeper().named(cast.riverside.id)
        transact(
            usual_care.write,
            by,
            db.session.get(Profile, cast.leo.id),
            {"practitioner": care["practitioner"][0].public_id, "location": care["location"][0].public_id},
            clock.now(),
        )
    listed = post(dana, groups=["details"]).get_data().decode("utf-8-sig")
    [leos] = [row for row in csv.DictReader(io.StringIO(listed)) if row["First name"] == "Leo"]
    assert (leos["Practitioner"], leos["Usual location"]) == (care["practitioner"][0].name, care["location"][0].name)
    with app.app_context():
        found = importing.rehearsed(cast.staff("dana"), listed)
        assert {row.name: [note[1] for note in row.notes] for row in importing.rows(found)}["Leo Shah"] == [] and {
            "practitioner",
            "location",
        } <= set(found.columns)
