"""A copy of one's record: whole, in names that stay, behind the password, and nobody else's."""

import io
import json
import zipfile
from datetime import UTC, date, datetime, timedelta

import pytest

from booking import payments
from portal.database import db, transact
from portal.record_words import STAFF_ONLY
from tests import mails
from tests.portal import filing
from tests.portal.homes import change, lines
from tests.portal.test_own_details import home_of

NAMES = ["format", "version", "made_at", "practice", "person", "left_out", "messages", "access", "files", "appointments", "history"]
SECRET = {
    "staff_alert": "zq-alert",
    "billing_notes": "zq-notes",
    "billing_authorisation": "zq-auth",
    "file_number": "zq-file",
    "sessions_needed": 98761,
}


def copy_of(browser, link) -> dict:
    page = browser.page(f"{home_of(link)}/copy")
    answer = browser.post(
        f"{home_of(link)}/copy", data={"csrf_token": page.form()["csrf_token"], "as": "file"}, headers={"Origin": "http://localhost"}
    )
    assert (
        answer.status_code == 200
        and answer.mimetype == "application/json"
        and answer.headers["Content-Disposition"].startswith("attachment; filename=")
    )
    return json.loads(answer.get_data(as_text=True))


@pytest.fixture
def visits(app, cast):
    with app.app_context():
        for at in (datetime(2026, 11, 5, 15, 0, tzinfo=UTC), datetime(2026, 12, 17, 15, 0, tzinfo=UTC)):
            mails.change(mails.appointment(cast, "leo", at, service="follow-up", by="priya"), note="zq-note", idempotency_key=str(at))


def test_everything_of_the_person_is_in_it_and_nothing_of_staffs(app, cast, browse):
    change(app, cast.profile("kiran"), **SECRET, pronouns="they/them", card_number="1234 567 897", card_region="ON")
    made = copy_of(browse(cast.kiran), cast.link("kiran", "kiran"))
    assert list(made) == NAMES and (made["format"], made["version"]) == ("porchlight.person", 1)
    person = made["person"]
    assert (person["given_name"], person["pronouns"], person["health_card"]["number"]) == ("Kiran", "they/them", "1234 567 897")
    assert person["phone_numbers"] == [{"number": "+14165550119", "kind": "mobile"}] and person["address"]["street"] == "48 Bright Street"
    assert {one["name"] for one in made["access"]} == {"Kiran Shah", "Priya Shah"} and made["messages"]["email"]["allowed"] is True
    assert "zq-" not in json.dumps(made) and "98761" not in json.dumps(made)
    (line,) = lines(app, "record_copied")
    assert line.account_id == cast.kiran.id


def test_of_a_card_typed_with_blanks_who_acts_for_somebody_gets_the_last_four_figures(app, cast, browse):
    change(app, cast.leo, card_number="4418 207 653", card_region="ON", program="WSIB", program_number="12-3")
    made = copy_of(browse(cast.priya), cast.link("priya", "leo"))["person"]
    assert made["health_card"]["number"] == "…7653" and made["program"]["number"] == ""


def test_past_and_coming_visits_are_in_it_and_the_page_says_the_same(app, cast, browse, visits):
    priya, link = browse(cast.priya), cast.link("priya", "leo")
    made = copy_of(priya, link)
    assert [one["starts_at"] for one in made["appointments"]] == ["2026-11-05T15:00:00+00:00", "2026-12-17T15:00:00+00:00"]
    assert made["appointments"][0]["note"] == "zq-note" and made["appointments"][0]["practitioner"]
    page = priya.submit(priya.page(f"{home_of(link)}/copy"), **{"as": "page"})
    assert (
        page.h1 == "A copy of Leo’s record"
        and "zq-note" in page.text
        and "Thursday 17 December 2026 at 10am" in page.text
        and "Copy of the record made" in page.text
    )


def test_nothing_of_the_other_guardian_is_in_it(app, cast, browse, visits):
    change(app, cast.profile("priya"), street="5 Zq Street")
    change(app, cast.leo, phone=cast.priya.phone, email=cast.priya.email, street="5 Zq Street", city="Toronto", card_number="4418 207 653")
    made = copy_of(browse(cast.daniel), cast.link("daniel", "leo"))
    words = json.dumps(made)
    assert (
        made["left_out"] == ["phones", "address", "email"]
        and made["person"]["address"] is None
        and made["person"]["health_card"]["number"] == "…7653"
    )
    assert not [word for word in ("4165550117", "priya@", "5 Zq", "zq-note", "4418") if word in words]
    change(app, cast.link("daniel", "leo"), permissions=["see_times", "see_details"])
    made = copy_of(browse(cast.daniel), cast.link("daniel", "leo"))
    assert "Priya" not in json.dumps(made)


def test_who_does_not_see_everything_gets_no_copy(app, cast, browse, clock):
    link = cast.link("daniel", "leo")
    change(app, link, permissions=["see_times", "manage_access"])
    assert browse(cast.daniel).get(f"{home_of(link)}/copy").status_code == 404
    change(app, cast.profile("kiran"), safe_at=clock())
    assert browse(cast.priya).get(f"{home_of(cast.link('priya', 'kiran'))}/copy").status_code == 404


def test_the_password_is_asked_for_again(app, cast, browse, clock):
    kiran = browse(cast.kiran)
    form, token = f"{home_of(cast.link('kiran', 'kiran'))}/copy", None
    token = kiran.page(form).form()["csrf_token"]
    clock.at += timedelta(minutes=15)
    assert kiran.get(form).location.startswith("/prove")
    for kind in ("file", "bundle"):
        assert kiran.post(form, data={"csrf_token": token, "as": kind}, headers={"Origin": "http://localhost"}).location.startswith(
            "/prove"
        )
    assert lines(app, "record_copied") == []


def test_every_name_that_is_for_staff_alone_is_tried(app, cast):
    assert set(SECRET) == STAFF_ONLY - {"qualified", "qualified_at"}, "say here what else must never be in a copy"


@pytest.fixture
def paid(app, cast, clock):
    """Leo's visit was paid in two parts, the second of them a mistake, and another amount is due than the price."""
    with app.app_context():
        visit = mails.appointment(cast, "leo", datetime(2026, 11, 5, 15, 0, tzinfo=UTC), service="follow-up", by="priya")
        mails.change(visit, price_cents=8000)
        dana, day = cast.staff("dana"), date(2026, 11, 5)
        transact(payments.set_due, dana, visit, 7000, "zq-why", clock())
        transact(payments.record, dana, visit, 5000, "card", day, clock(), "one", note="zq-note")
        wrong = transact(payments.record, dana, visit, 1000, "cash", day, clock(), "two")
        transact(payments.reverse, dana, wrong, "zq-mistake", day, clock(), "three")


def test_payments_and_receipts_are_in_it_and_no_remark_of_staffs(app, cast, browse, paid):
    priya, link = browse(cast.priya), cast.link("priya", "leo")
    made = copy_of(priya, link)
    (visit,) = made["appointments"]
    assert [visit[name]["minor_units"] for name in ("due", "paid", "left")] == [7000, 5000, 2000] and visit["due"]["currency"] == "CAD"
    receipts = [(one["number"], one["kind"], one["of"], one["amount"]["minor_units"], one["method"]) for one in visit["receipts"]]
    assert receipts == [(1, "payment", None, 5000, "card"), (2, "payment", None, 1000, "cash"), (3, "reversal", 2, 1000, "cash")]
    assert "zq-" not in json.dumps(made)
    page = priya.submit(priya.page(f"{home_of(link)}/copy"), **{"as": "page"})
    assert "Receipt 1, 5 November 2026: $50" in page.text and "Correction, $10" in page.text and "Left to pay: $20" in page.text
    assert priya.get(visit["receipts"][0]["address"].partition("booking.example")[2]).status_code == 200


def test_who_does_not_see_the_visit_sees_nothing_of_its_money(app, cast, browse, paid):
    link = cast.link("daniel", "leo")
    made = copy_of(browse(cast.daniel), link)
    assert made["appointments"][0]["paid"]["minor_units"] == 5000
    change(app, link, permissions=["see_times", "book", "change"])
    assert browse(cast.daniel).get(f"{home_of(link)}/copy").status_code == 404


def test_files_they_may_see_are_listed_and_staffs_own_are_not(app, cast, browse, clock):
    with app.app_context():
        mails.change(cast.riverside, files_from_people_at=clock())
        filing.filed(cast.staff("dana"), cast.leo, clock(), "zq-staff.txt")
        filing.filed(cast.staff("dana"), cast.leo, clock(), "shown.txt", shared=True)
        filing.filed(cast.link("priya", "leo"), cast.leo, clock(), "mine.txt")
        db.session.rollback()
    priya, link = browse(cast.priya), cast.link("priya", "leo")
    made = copy_of(priya, link)
    assert [(one["name"], one["from"], one["bytes"]) for one in made["files"]] == [
        ("mine.txt", "person", 14),
        ("shown.txt", "practice", 14),
    ]
    saved = priya.get(made["files"][1]["address"].partition("booking.example")[2])
    assert saved.status_code == 200 and saved.data == b"Dear colleague"
    saved.close()
    assert [one["name"] for one in copy_of(browse(cast.daniel), cast.link("daniel", "leo"))["files"]] == ["shown.txt"]
    page = priya.submit(priya.page(f"{home_of(link)}/copy"), **{"as": "page"})
    assert "shown.txt" in page.links() and "zq-staff" not in page.html


def bundle_of(browser, link) -> dict[str, bytes]:
    answer = browser.post(
        f"{home_of(link)}/copy",
        data={"csrf_token": browser.page(f"{home_of(link)}/copy").form()["csrf_token"], "as": "bundle"},
        headers={"Origin": "http://localhost"},
    )
    assert (
        answer.status_code == 200
        and answer.mimetype == "application/zip"
        and answer.headers["Content-Disposition"].endswith('.zip"')
        and "no-store" in answer.headers["Cache-Control"]
    )
    with zipfile.ZipFile(io.BytesIO(answer.get_data())) as archive:
        return {one.filename: archive.read(one) for one in archive.infolist()}


def test_everything_with_the_files_is_one_zip_and_others_files_are_not_in_it(app, cast, browse, clock):
    with app.app_context():
        mails.change(cast.riverside, files_from_people_at=clock())
        filing.filed(cast.staff("dana"), cast.leo, clock(), "zq-staff.txt")
        filing.filed(cast.staff("dana"), cast.leo, clock(), "letter.txt", shared=True, content=b"From the clinic")
        filing.filed(cast.staff("dana"), cast.leo, clock(), "100% #2.txt", shared=True)
        filing.filed(cast.link("priya", "leo"), cast.leo, clock(), "Letter.txt", content=b"From me")
        db.session.rollback()
    link = cast.link("priya", "leo")
    made = bundle_of(browse(cast.priya), link)
    assert list(made) == ["record.html", "record.json", "files/Letter.txt", "files/100% #2.txt", "files/letter (2).txt"]
    assert (made["files/Letter.txt"], made["files/letter (2).txt"]) == (b"From me", b"From the clinic")
    said = json.loads(made["record.json"])
    assert list(said) == NAMES and [one["path"] for one in said["files"]] == list(made)[2:]
    page = made["record.html"].decode()
    assert (
        'href="files/letter%20%282%29.txt"' in page
        and 'href="files/100%25%20%232.txt"' in page
        and "A copy of Leo’s record" in page
        and "<script" not in page
        and "stylesheet" not in page
        and "zq-" not in page
    )
    assert (
        len(lines(app, "record_copied")) == 1
        and {line.facts["as"] for line in lines(app, "file_opened")} == {"person"}
        and len(lines(app, "file_opened")) == 3
    ), "who acts for somebody has opened them"
    assert [name for name in bundle_of(browse(cast.daniel), cast.link("daniel", "leo")) if name.startswith("files/")] == [
        "files/100% #2.txt",
        "files/letter.txt",
    ]
