"""The pages of many invitations: by form, file and filter; what they show to whom; what can be taken home."""

import csv
import io
import re

import pytest
from sqlalchemy import select

from portal import batch_queue, clock, letters, postman
from portal.database import db, transact
from portal.models import BatchRow, Invitation, InvitationBatch, LedgerLine, Practice, Profile, StaffMember
from tests.mails import outbox
from tests.portal.test_bulk import MANY, crowd


@pytest.fixture
def people(app, cast):
    with app.app_context():
        transact(crowd, cast.riverside.id, 60)


@pytest.fixture
def dana(cast, browse):
    return browse(cast.dana, staff=True)


def check(browser, text="", file=None, name="list.csv", **changes):
    """The answer to the first form, with a list that is pasted or uploaded."""
    upload = {"file": (io.BytesIO(file), name)} if file is not None else {}
    page = browser.submit(browser.page(MANY), follow=False, source="list", text=text, **upload, **changes)
    page.response.request.environ["wsgi.input"].close()  # the test client's own copy of a large upload
    return browser.page(page.response.location) if page.response.location else page


def tiles(page) -> dict[str, int]:
    names = ["".join(one.itertext()) for one in page.all("dt")]
    return dict(zip(names, (int("".join(one.itertext())) for one in page.all("dd"))))


def names_to(last: int) -> str:
    return "Name\n" + "\n".join(f"Person {n:04}" for n in range(1, last + 1))


def rows_of_csv(answer) -> list[list[str]]:
    return list(csv.reader(io.StringIO(answer.get_data(as_text=True).lstrip("\ufeff"))))


def deliver(app, clock_):
    with app.app_context():
        batch_queue.work(clock_())
        postman.deliver_due(clock_.forward(minutes=1), limit=1000)
        batch_queue.work(clock_())


def test_the_form_begins_with_everybody_and_a_note_that_says_why(dana):
    page = dana.page(MANY)
    values = page.form()
    assert values["source"] == "filter" and "book new ones" in values["why"] and len(values["why"]) <= 500
    assert "Nothing is sent until you have checked the list." in page.text
    assert "Invite many at once" in dana.page("/staff/riverside/invitations").links()


def test_a_list_is_counted_and_every_bad_row_says_what_to_do(people, dana, app):
    page = check(dana, names_to(3) + "\nNobody Here\nWalter Brandt,\nPerson 0001\nPriya Shah\n=1+1,x@gmial.com")
    assert page.h1 == "Check your list"
    assert tiles(page) == {"Ready": 3, "Share an address": 0, "Have access already": 1, "Invited already": 0, "Need fixing": 4}
    assert "Same person as row 2" in page.text and "Add an email" in page.text and "Nobody of this name in your records" in page.text
    assert "5 Nobody Here Nobody of this name" in page.text  # the row of the spreadsheet, headings counted
    with app.app_context():
        assert not outbox() and not db.session.scalar(select(Invitation.id))


def test_the_very_mail_is_shown_and_is_what_is_sent(people, dana, app, clock):
    page = check(dana, names_to(2), why="Because we moved. See you!")
    shown = page.text
    dana.submit(page, "/send")
    with app.app_context():
        batch_queue.work(clock())
        letter = letters.write(outbox("invitation")[0], clock())
    assert "Because we moved. See you!" in shown and f"Subject: {letter.subject}" in shown
    assert without_link(letter.text) in without_link(shown)


def without_link(text: str) -> str:
    """Letters and signs alone, and no link: that is everybody's own."""
    return "".join(re.sub(r"(/claim/)[\w.-]+", r"\1", text.replace("until", " until")).split())


@pytest.mark.parametrize(
    "given, words",
    [
        ({}, "Choose a file or paste a list"),
        ({"file": b"PK\x03\x04 xlsx", "name": "list.xlsx"}, "The file must be a CSV file"),
        ({"file": b"Colour,Size\nred,1"}, "We could not find a name column. Your columns are: Colour, Size"),
        ({"file": b"Name\n" + b"A\n" * 5001}, "The file must have 5,000 rows or fewer"),
        ({"file": b"Name\n" + b"A" * 1_100_000}, "The file must be smaller than 1 MB"),
        ({"text": "Walter Brandt", "why": ""}, "Write why they are invited"),
        ({"text": "Walter Brandt", "why": "x" * 501}, "The note must be 500 characters or less"),
    ],
    ids=str,
)
def test_a_mistake_keeps_what_was_typed_and_says_what_to_do(dana, given, words):
    page = check(dana, **given)
    assert page.status == 422 and words in page.text and "There is a problem" in page.text and page.html.count("Error: ") >= 1
    assert page.form()["source"] == "list" and page.form()["text"] == given.get("text", "")


def test_more_than_we_take_at_all_is_a_page_and_not_a_bare_number(dana):
    page = check(dana, file=b"x" * (5 * 1024 * 1024))
    assert page.status == 413 and "smaller file" in page.text


def test_an_uploaded_file_of_excel_in_french(people, dana):
    page = check(dana, file="Nom;Prénom;Courriel\r\n0001;Person;un@example.org\r\nBrandt;Walter;\r\n".encode("cp1252"))
    assert tiles(page)["Ready"] == 1 and tiles(page)["Need fixing"] == 1 and "un@example.org" in page.text


def test_by_filter_children_go_to_a_parent_and_the_page_says_so(people, dana, app):
    with app.app_context():
        child = db.session.scalar(select(Profile).where(Profile.family_name == "0007"))
        transact(lambda: setattr(db.session.get(Profile, child.id), "born_on", clock.now().date().replace(year=2016)))
    page = dana.submit(dana.page(MANY))
    assert tiles(page)["Ready"] == 60 and tiles(page)["Need fixing"] == 3
    ready = dana.page(page.links()["Ready 60"])
    assert "Person 0007 p7@example.org Their parent: they are a child" in ready.text and "Page 1 of 2" in ready.text
    fewer = dana.submit(dana.page(MANY), only_adults="y")
    assert tiles(fewer)["Ready"] == 59


def test_send_answers_at_once_and_the_page_counts_on_by_itself_or_by_a_link(people, dana, app, clock):
    page = dana.submit(check(dana, names_to(60)), "/send")
    assert "0 of 60 sent" in page.text and "You can close this page." in page.text
    assert page.all("div", data_poll="2000") and "Sending invitations: 0 of 60" in page.html and not page.all("meta", http_equiv="refresh")
    with app.app_context():
        batch_queue.work(clock())
        postman.deliver_due(clock.forward(seconds=2), limit=30)
    page = dana.page(page.links()["Update the numbers"])
    assert "30 of 60 sent" in page.text and tiles(page) == {
        "Waiting to go": 30,
        "Sent": 30,
        "Could not be delivered": 0,
        "Account set up": 0,
    }
    assert page.all("progress")[0].attrib["value"] == "30" and "About 1 minute left." in page.text
    deliver(app, clock)
    page = dana.page(page.links()["Update the numbers"])
    assert page.h1 == "Invitations sent" and "60 of 60 sent" in page.text and not page.all("div", data_poll="2000")
    assert "Update the numbers" not in page.links()


def test_pausing_and_going_on_from_the_page(people, dana, app, clock):
    page = dana.submit(check(dana, names_to(60)), "/send")
    page = dana.submit(page, "/pause")
    assert page.h1 == "Sending is paused"
    deliver(app, clock)
    assert "0 of 60 sent" in dana.page(page.links()["Update the numbers"]).text
    dana.submit(page, "/pause")
    deliver(app, clock)
    assert "60 of 60 sent" in dana.page(page.links()["Update the numbers"]).text


def test_again_from_the_page(people, dana, app, clock):
    page = dana.submit(check(dana, names_to(4)), "/send")
    deliver(app, clock)
    address = page.links()["Update the numbers"]
    soon = dana.submit(dana.page(address), "/again")
    assert soon.status == 409 and "less than 5 minutes ago" in soon.text
    clock.forward(minutes=5)
    page = dana.submit(dana.page(address), "/again")
    assert "0 of 4 sent" in page.text
    deliver(app, clock)
    with app.app_context():
        assert [one.sent_count for one in db.session.scalars(select(Invitation))] == [2, 2, 2, 2]


def test_the_result_is_a_spreadsheet_that_begins_no_formula(people, dana, app, clock):
    page = dana.submit(
        check(dana, "Name,Email,Date of birth\nPerson 0001,,\n=HYPERLINK(1),+x@example.org,\n@x,-1,\nWalter Brandt,,1941-10-11"), "/send"
    )
    deliver(app, clock)
    answer = dana.get(page.links()["Download the result"])
    assert answer.mimetype == "text/csv" and answer.headers["Content-Disposition"].startswith("attachment")
    found = rows_of_csv(answer)
    assert found[1] == ["2", "Person 0001", "p1@example.org", "", "Sent", "", "2026-12-10", ""]
    assert (
        [row[1] for row in found[2:]] == ["'=HYPERLINK(1)", "'@x", "Walter Brandt"]
        and found[2][2] == "'+x@example.org"
        and found[3][2] == "'-1"
    )
    assert found[4][3:6] == ["1941-10-11", "Not invited", "Add an email"]


def test_the_rows_to_fix_can_be_put_right_and_given_back(people, dana):
    page = check(dana, names_to(2) + "\nNobody Here\nWalter Brandt")
    content = dana.get(page.links()["Download the 2 rows to fix"]).data
    assert len(rows_of_csv_bytes(content)) == 3
    page = check(dana, file=content.replace(b"Walter Brandt,,", b"Walter Brandt,walter@example.org,"))
    assert tiles(page)["Ready"] == 1 and tiles(page)["Need fixing"] == 1


def test_a_line_full_of_quotation_marks_is_kept_whole(dana):
    """Each of them is doubled in the file: nothing of the line is cut off."""
    name, email = '"' * 160, '"' * 140 + "@x.example"
    quoted = ",".join('"' + cell.replace('"', '""') + '"' for cell in (name, email, "1991-03-14"))
    page = check(dana, f"Name,Email,Date of birth\n{quoted}\n")
    answer = dana.get(page.links()["Download the row to fix"])
    assert answer.status_code == 200 and rows_of_csv_bytes(answer.data)[1][1:4] == [name, email, "1991-03-14"]


def test_who_sees_fewer_people_now_sees_fewer_rows_of_their_old_lists(people, dana, cast, app):
    """Dana sent it as an admin, and is a practitioner now."""
    path = check(dana, names_to(3) + "\nNobody Here").response.request.path
    before = dana.get(f"{path}/rows.csv")
    assert len(rows_of_csv_bytes(before.data)) == 5
    with app.app_context():
        transact(lambda: setattr(db.session.get(StaffMember, cast.staff("dana").id), "role", "practitioner"))
    assert [row[1] for row in rows_of_csv_bytes(dana.get(f"{path}/rows.csv").data)[1:]] == ["Nobody Here"]
    page = dana.page(path)
    assert tiles(page)["Ready"] == 0 and "Person 0001" not in page.text and "p1@example.org" not in page.html


def test_a_colleague_goes_on_in_their_own_name(people, dana, cast, browse, app, clock):
    path = dana.submit(check(dana, names_to(3)), "/send").response.request.path
    with app.app_context():
        transact(lambda: setattr(db.session.get(StaffMember, cast.staff("dana").id), "left_at", clock()))
    deliver(app, clock)
    tom = browse(cast.tom, staff=True)
    page = tom.page(path)
    assert page.h1 == "Sending is paused" and "If you continue, the rest is sent in your name." in page.text
    page = tom.submit(page, "/pause")
    assert "by Tom" in page.text and "in your name" not in page.text
    deliver(app, clock)
    assert "3 of 3 sent" in tom.page(path).text


def rows_of_csv_bytes(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


def test_staff_who_looked_leave_a_trace(people, dana, app):
    page = check(dana, names_to(3))
    dana.page(page.links()["Ready 3"])
    with app.app_context():
        assert db.session.scalar(select(db.func.count()).select_from(LedgerLine).where(LedgerLine.verb == "viewed")) == 3


def test_who_may_not_invite_finds_nothing_here(people, dana, app, cast, browse):
    page = check(dana, names_to(3))
    path = page.response.request.path
    with app.app_context():
        transact(lambda: setattr(db.session.get(Practice, cast.riverside.id), "inviting_roles", ["admin"]))
    tom = browse(cast.tom, staff=True)
    assert [tom.get(one).status_code for one in (MANY, path, f"{path}/rows.csv")] == [404, 404, 404]
    assert dana.get(path).status_code == 200


def test_a_practitioner_sees_the_lists_they_made_and_no_others(people, dana, cast, browse):
    theirs = check(dana, names_to(3)).response.request.path
    maya = browse(cast.maya, staff=True)
    assert maya.get(theirs).status_code == 404
    own = check(maya, "Walter Brandt,walter@example.org\nPerson 0001")
    assert tiles(own)["Ready"] == 1 and "Nobody of this name" in own.text
    assert dana.get(own.response.request.path).status_code == 200


def test_nothing_of_one_practice_is_seen_from_the_other(people, dana, cast, browse, app):
    path = check(dana, names_to(3)).response.request.path
    sylvie = browse(cast.sylvie, staff=True)
    there = path.replace("riverside", "beau-rivage")
    assert [sylvie.get(one).status_code for one in (path, there, f"{there}/rows.csv")] == [404, 404, 404]
    assert tiles(check_at(sylvie, "Person 0001\nWalter Brandt"))["Need fixing"] == 2
    with app.app_context():
        rows = db.session.execute(
            select(BatchRow.problem).join(InvitationBatch).where(InvitationBatch.practice_id == cast.beau_rivage.id)
        ).scalars()
        assert set(rows) == {"nobody"}


def check_at(browser, text):
    return browser.submit(browser.page("/staff/beau-rivage/invitations/many?lang=en"), source="list", text=text)


def test_a_list_on_paper_of_two_hundred_rows_is_shown_fifty_at_a_time(people, dana):
    page = check(dana, "\n".join(f"Nobody Number{n}" for n in range(200)))
    assert len(page.all("tr")) == 51 and "Page 1 of 4" in page.text
    assert "Number199" in dana.page(page.response.request.path + "?show=fix&page=4").text
    assert dana.page(page.response.request.path + "?show=nonsense&page=99").status == 200
