""" "Needs you" on Today: a file that a person or a guardian added asks for a look until somebody of the practice has opened it."""

import pytest

from portal.database import db
from portal.file_reading import note_opened
from portal.models import File, LedgerLine, Practice
from portal.permissions import EVERYBODY, FILES
from tests import mails
from tests.portal import filing
from tests.portal.homes import change
from tests.portal.test_staff_needs import TODAY, nobody_new, sentences  # noqa: F401  (a fixture of these tests too)


@pytest.fixture
def allowed(app, cast, clock):
    with app.app_context():
        mails.change(db.session.get(Practice, cast.riverside.id), files_from_people_at=clock.at)


@pytest.fixture
def scan(app, cast, clock, allowed):
    """Leo's mother sent a picture of his knee."""
    with app.app_context():
        return filing.filed(cast.link("priya", "leo"), cast.leo, clock.at, "knee.pdf", pages=1)


def today(browse, account) -> list[str]:
    return sentences(browse(as_=account, staff=True).page(TODAY))


def test_the_sentence_leads_to_the_file_and_is_gone_when_one_of_the_staff_has_opened_it(app, cast, browse, scan):
    dana = browse(as_=cast.dana, staff=True)
    page = dana.page(TODAY)
    (words,) = sentences(page)
    assert words == "Priya Shah added 1 file for Leo Shah: nobody has looked at it yet."
    listed = dana.page(f"/staff/riverside/people/{cast.leo.public_id}/files")
    assert "New" in [one.text for one in listed.all("span")], "the list alone opens nothing"
    assert today(browse, cast.tom) == [words]
    assert dana.page(page.links()[words]).h1 == "Leo Shah"
    assert today(browse, cast.dana) == today(browse, cast.tom) == []
    assert "New" not in [one.text for one in dana.page(f"/staff/riverside/people/{cast.leo.public_id}/files").all("span")]


@pytest.mark.parametrize("how", ["/save", "/pages/1.jpg"])
def test_saving_it_or_seeing_its_picture_is_a_look_too(cast, browse, scan, how):
    browse(as_=cast.tom, staff=True).get(f"/staff/riverside/people/{cast.leo.public_id}/files/{scan.public_id}{how}", buffered=True)
    assert today(browse, cast.dana) == []


def test_who_added_it_looking_at_it_is_no_look_of_the_practice(app, cast, browse, scan):
    browse(as_=cast.priya).get(f"/family/{cast.link('priya', 'leo').public_id}/files/{scan.public_id}")
    assert len(today(browse, cast.dana)) == 1


def test_several_are_one_sentence_a_person_and_what_staff_add_or_remove_asks_nobody(app, cast, browse, clock, scan):
    with app.app_context():
        filing.filed(cast.staff("tom"), cast.leo, clock.at, "by staff.txt")
        gone = filing.filed(cast.link("priya", "anya"), cast.anya, clock.at, "gone.txt")
        mails.change(db.session.get(File, gone.id), removed_at=clock.at)
        filing.filed(cast.link("daniel", "leo"), cast.leo, clock.at, "second.txt")
        for name in ("one.txt", "two.txt"):
            filing.filed(cast.link("priya", "priya"), cast.profile("priya"), clock.at, name)
    page = browse(as_=cast.dana, staff=True).page(TODAY)
    assert sentences(page) == [
        "There are 2 new files for Leo Shah: nobody has looked at them yet.",
        "Priya Shah added 2 files: nobody has looked at them yet.",
    ]
    assert page.links()[sentences(page)[0]] == f"/staff/riverside/people/{cast.leo.public_id}/files"


def test_only_who_may_see_files_and_sees_the_person_is_asked(app, cast, browse, scan):
    change(app, cast.staff("tom"), unusual={FILES: False})
    assert today(browse, cast.tom) == []
    assert today(browse, cast.maya) == [], "he is none of her people"
    change(app, cast.staff("maya"), unusual={EVERYBODY: True})
    assert len(today(browse, cast.maya)) == 1
    assert sentences(browse(as_=cast.sylvie, staff=True).page("/staff/beau-rivage/")) == []


def test_that_the_sentence_named_them_can_be_read_by_the_person(app, cast, browse, scan):
    browse(as_=cast.dana, staff=True).page(TODAY)
    with app.app_context():
        found = db.session.query(LedgerLine).filter_by(verb="viewed", account_id=cast.dana.id, profile_id=cast.leo.id).count()
    assert found == 1


# --- what stays behind when the permission is taken away ---


def test_without_the_permission_no_page_of_files_or_notes_is_there_and_an_open_one_saves_nothing(app, cast, browse, clock, scan):
    tom = browse(as_=cast.tom, staff=True)
    person = f"/staff/riverside/people/{cast.leo.public_id}"
    writing, history = tom.page(f"{person}/notes/new"), tom.page(f"{person}/history").text
    assert "Files" in tom.page(person).links() and "File added: knee.pdf" in history
    change(app, cast.staff("tom"), unusual={FILES: False})
    form = writing.form("/notes/new")
    assert (
        tom.post(form.pop(""), data={**form, "title": "Knee", "text": "Better"}, headers={"Origin": "http://localhost"}).status_code == 404
    )
    token = {"csrf_token": form["csrf_token"]}
    for path in ("seen-by", "remove", "put-back"):
        assert (
            tom.post(
                f"{person}/files/{scan.public_id}/{path}", data={**token, "seen_by": "person"}, headers={"Origin": "http://localhost"}
            ).status_code
            == 404
        )
    for path in ("files", f"files/{scan.public_id}", f"files/{scan.public_id}/save", f"files/{scan.public_id}/pages/1.jpg"):
        assert tom.get(f"{person}/{path}", buffered=True).status_code == 404
    assert "Files" not in tom.page(person).links() and "knee.pdf" not in tom.page(f"{person}/history").text
    with app.app_context():
        row = db.session.get(File, scan.id)
        assert (row.removed_at, row.shared_at, row.seen_at) == (None, None, None)


def test_a_later_look_of_a_colleague_does_not_move_the_first(context, cast, clock, scan):
    note_opened(cast.staff("dana"), scan, clock.at)
    first = clock.at
    clock.forward(hours=30)
    note_opened(cast.staff("tom"), db.session.get(File, scan.id), clock.at)
    assert db.session.get(File, scan.id, populate_existing=True).seen_at == first
