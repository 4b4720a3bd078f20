"""Files of the demo world: drawn once, they open as what they say they are, and the Files tab shows their pages."""

import io
import time

import pypdfium2
import pytest
from PIL import Image
from sqlalchemy import func, select

from portal.database import db
from portal.file_checks import check
from portal.models import File, Note
from portal.seed_files import FILES, NOTES, seed_files
from portal.storage import store
from tests.portal.test_staff_needs import nobody_new, sentences  # noqa: F401  (a fixture of these tests too)


@pytest.fixture
def filed(app, cast, clock):
    with app.app_context():
        began = time.process_time()
        seed_files(clock())
        assert time.process_time() - began < 2, "the demo starts at once"


def test_they_are_made_once_and_what_they_hold_is_what_they_say(app, filed, clock):
    with app.app_context():
        seed_files(clock.forward(days=2))
        assert db.session.scalar(select(func.count()).select_from(Note)) == len(NOTES)
        rows = list(db.session.scalars(select(File)))
        assert {row.name for row in rows} == {name for _whom, _by, name, *_rest in FILES} and len(rows) == len(FILES)
        for row in rows:
            with store().open(row.store_key) as content:
                whole = content.read()
            assert len(whole) == row.size
            checked = check(io.BytesIO(whole), row.name, 10_000_000)  # as if somebody had uploaded it
            with checked.content:
                assert (checked.name, checked.media, checked.sha256, len(checked.pictures), checked.all_pages) == (
                    row.name,
                    row.media,
                    row.sha256,
                    row.pages,
                    row.all_pages,
                )
            assert Image.open(io.BytesIO(whole)).size if row.media == "image/png" else len(pypdfium2.PdfDocument(whole)) == row.pages


def test_the_tab_shows_them_with_their_pages_and_one_waits_for_a_look(app, cast, browse, filed):
    dana = browse(as_=cast.dana, staff=True)
    assert "Priya Shah added 1 file for Leo Shah: nobody has looked at it yet." in sentences(dana.page("/staff/riverside/"))
    page = dana.page(f"/staff/riverside/people/{cast.walter.public_id}/files")
    file = dana.page(page.links()["Referral Dr Wong.pdf"])
    assert "Knee: first assessment" in page.text and len(file.all("img")) >= 2
    picture = next(one.get("src") for one in file.all("img") if one.get("src").endswith("2.jpg"))
    assert dana.get(picture, buffered=True).mimetype == "image/jpeg"
    assert "Ankle exercises.png" in browse(as_=cast.priya).page(f"/family/{cast.link('priya', 'leo').public_id}/files").text
