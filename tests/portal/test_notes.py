"""Text notes of staff: written, changed with what they said before, copied; read by nobody else."""

import pytest
from sqlalchemy import select

from portal.database import db
from portal.models import Note, NoteVersion


@pytest.fixture
def desk(browse, cast):
    return browse(cast.dana, staff=True)


@pytest.fixture
def leo(cast):
    return f"/staff/riverside/people/{cast.leo.public_id}"


@pytest.fixture
def knee(app, desk, leo):
    """The address of a note."""
    desk.submit(desk.page(f"{leo}/notes/new"), "/new", title="Knee", text="Swollen.\r\nBend to 90°.")
    return f"{leo}/notes/{stored(app)[-1].public_id}"


def stored(app, model=Note) -> list:
    with app.app_context():
        found = list(db.session.scalars(select(model).order_by(model.id)))
        db.session.expunge_all()
        return found


def test_a_note_is_listed_with_the_files_and_reads_as_it_was_written(app, desk, leo, knee):
    page = desk.page(f"{leo}/files")
    assert "Knee" in page.text and "Dana" in page.text
    assert stored(app)[0].text == "Swollen.\nBend to 90°."
    assert "Bend to 90°." in desk.page(knee).html


def test_a_note_needs_a_title_and_words_and_keeps_what_was_typed(app, desk, leo):
    page = desk.submit(desk.page(f"{leo}/notes/new"), "/new", title="", text="Swollen")
    assert page.status == 422 and "Enter a title" in page.text and "Swollen" in page.html
    page = desk.submit(desk.page(f"{leo}/notes/new"), "/new", title="x" * 121, text="y" * 20_001)
    assert page.status == 422 and "120 characters" in page.text and "20000 characters" in page.text and stored(app) == []


def test_what_a_note_said_before_stays_to_be_read(app, desk, knee, clock):
    clock.forward(minutes=5)
    desk.submit(desk.page(knee), knee[-16:], text="Swollen less.")
    page = desk.page(knee)
    assert "What it said before" in page.text and "Bend to 90°." in page.text and "Swollen less." in page.html
    (former,) = stored(app, NoteVersion)
    assert (former.number, former.text) == (1, "Swollen.\nBend to 90°.") and former.written_at < clock()
    desk.submit(desk.page(knee), knee[-16:])
    assert len(stored(app, NoteVersion)) == 1, "saving without a change is none"


def test_a_colleagues_newer_words_are_not_written_over_unseen(app, desk, browse, cast, knee):
    opened = desk.page(knee)
    tom = browse(cast.tom, staff=True)
    tom.submit(tom.page(knee), knee[-16:], text="Tom’s words")
    page = desk.submit(opened, knee[-16:], text="Dana’s words")
    assert page.status == 422 and "Somebody changed this note" in page.text and "Tom’s words" in page.text and "Dana’s words" in page.html
    assert stored(app)[0].text == "Tom’s words"
    desk.submit(page, knee[-16:])
    assert stored(app)[0].text == "Dana’s words" and [one.text for one in stored(app, NoteVersion)][-1] == "Tom’s words"


def test_a_duplicate_is_a_note_of_today_that_says_what_it_was_copied_from(app, desk, leo, knee, clock, cast):
    clock.forward(days=7)
    desk.sign_in(cast.dana.id, staff=True)
    page = desk.submit(desk.page(knee), "/duplicate")
    assert "This is the copy" in page.text and "Copied from “Knee”" in page.text
    first, copy = stored(app)
    assert (copy.title, copy.text, copy.copied_from_id) == (first.title, first.text, first.id) and copy.created_at == clock()
    desk.submit(page, copy.public_id, text="Bend to 110°.")
    assert stored(app)[0].text == "Swollen.\nBend to 90°."
    assert "copied from “Knee”" in desk.page(f"{leo}/files").text


def test_nobody_but_staff_reads_a_note_or_that_there_is_one(app, desk, browse, cast, leo, knee):
    desk.submit(desk.page(knee), "/duplicate")
    history = desk.page(f"{leo}/history").text
    assert "Note written: Knee" in history and "Note copied: Knee" in history
    mother = browse(cast.priya)
    link = cast.link("priya", "leo").public_id
    for path in ("files", "history"):
        assert "Knee" not in mother.page(f"/family/{link}/{path}").text and "Note" not in mother.page(f"/family/{link}/{path}").text
    assert mother.get(knee).status_code == 404


def test_words_are_never_markup(desk, leo):
    desk.submit(desk.page(f"{leo}/notes/new"), "/new", title="<b>x</b>", text="</textarea><script>alert(1)</script>\x07")
    assert "<b>x</b>" not in desk.page(f"{leo}/files").html
