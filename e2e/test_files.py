"""A PDF sent from a phone, looked at by staff; staff show a letter; a note is copied."""

import io

import pypdfium2
from PIL import Image, ImageDraw

from e2e.conftest import DESK, PHONE
from e2e.people import faults, sign_in
from portal.database import db, transact
from portal.models import Practice
from portal.seed import name_id

LEO = f"/staff/riverside/people/{name_id('leo@riverside')}/files"


def letter() -> bytes:
    """A PDF of two pages with something on them."""
    page = Image.new("RGB", (1240, 1754), "white")
    drawing = ImageDraw.Draw(page)
    drawing.text((120, 160), "Referral: knee, physiotherapy twice a week", fill="black", font_size=48)
    for line in range(24):
        drawing.rectangle((120, 300 + 50 * line, 1100 - 37 * line % 300, 316 + 50 * line), fill="#9aa7b1")
    out = io.BytesIO()
    page.save(out, "PDF", save_all=True, append_images=[Image.new("RGB", (1240, 1754), "white")])
    assert len(pypdfium2.PdfDocument(out.getvalue())) == 2
    return out.getvalue()


def allow(site) -> None:
    with site.app.app_context():
        practice = db.session.scalar(db.select(Practice).where(Practice.slug == "riverside"))
        transact(lambda: setattr(db.session.merge(practice), "files_from_people_at", site.clock()))


def test_a_pdf_uploaded_on_a_phone_is_looked_at_by_staff(site, open_page, javascript):
    # given a practice that lets people add files, and a mother with her phone
    allow(site)
    phone = open_page(javascript=javascript, viewport=PHONE)
    sign_in(phone, "priya@example.com")
    phone.goto(phone.locator('a[href^="/for/"]', has_text="Leo Shah").first.get_attribute("href"))
    phone.get_by_role("link", name="Files", exact=True).click()

    # when she sends a letter, and by mistake something we do not take
    phone.get_by_label("Files", exact=True).set_input_files([
        {"name": "Überweisung Leo.pdf", "mimeType": "application/pdf", "buffer": letter()}, {"name": "note.html", "mimeType": "text/html", "buffer": b"<html>"},
    ])  # fmt: skip
    phone.get_by_role("button", name="Add").click()

    # then she reads what was added, what was not and why
    words = phone.inner_text("main")
    assert "1 file is added." in words and "“note.html” is none of the kinds we take" in words and "added by you" in words
    assert phone.evaluate("document.documentElement.scrollWidth") <= PHONE["width"] and not faults(phone, javascript)

    # and staff look at it without saving anything, see how much more there is, and show it to whoever sees the details
    desk = open_page(javascript=javascript, viewport=DESK)
    sign_in(desk, "dana@example.com")
    desk.goto(LEO)
    desk.get_by_role("link", name="Überweisung Leo.pdf").click()
    assert "2 pages" in desk.inner_text("main") and "Priya Shah" in desk.inner_text("main")
    picture = desk.get_by_role("img", name="Page 1 of Überweisung Leo.pdf")
    picture.scroll_into_view_if_needed()
    desk.wait_for_load_state("networkidle")
    assert picture.evaluate("image => image.complete && image.naturalHeight") == 1600
    assert not faults(desk, javascript)
    with desk.expect_download() as download:
        desk.get_by_role("link", name="Save the file").click()
    assert download.value.suggested_filename == "Überweisung Leo.pdf"
    desk.get_by_label("Also everybody who sees").check()
    desk.get_by_role("button", name="Save").click()
    assert "Leo can see this file now." in desk.inner_text("main")

    # and taking it away can be taken back
    desk.get_by_role("button", name="Remove this file").click()
    assert desk.get_by_role("link", name="Überweisung Leo.pdf").count() == 0
    desk.get_by_role("button", name="Undo").click()
    assert desk.get_by_role("link", name="Überweisung Leo.pdf").count() == 1


def test_what_is_too_large_is_said_before_it_is_sent(site, open_page):
    site.app.config["FILE_MEGABYTES"] = 1
    desk = open_page(viewport=DESK)
    sign_in(desk, "dana@example.com")
    desk.goto(LEO)
    desk.get_by_label("Files", exact=True).set_input_files(
        [{"name": "big.pdf", "mimeType": "application/pdf", "buffer": b"%PDF" + b"x" * 2**21}]
    )
    assert "larger than 1 MB" in desk.get_by_role("alert").inner_text()
    desk.get_by_label("Files", exact=True).set_input_files([{"name": "small.txt", "mimeType": "text/plain", "buffer": b"hello"}])
    assert desk.get_by_role("alert").count() == 0
    desk.get_by_role("button", name="Add").click()
    assert "1 file is added." in desk.inner_text("main")


def test_a_note_is_written_and_copied(site, open_page, javascript):
    desk = open_page(javascript=javascript, viewport=DESK)
    sign_in(desk, "dana@example.com")
    desk.goto(LEO)
    desk.get_by_role("link", name="Write a note").click()
    desk.get_by_label("Title").fill("Knee, first visit")
    desk.get_by_label("Text").fill("Bends to 90°.")
    desk.get_by_role("button", name="Save").click()
    desk.get_by_role("button", name="Duplicate Knee, first visit").click()
    assert "Copied from “Knee, first visit”" in desk.inner_text("main") and not faults(desk, javascript)
    desk.get_by_label("Text").fill("Bends to 110°.")
    desk.get_by_role("button", name="Save").click()
    desk.get_by_text("What it said before").wait_for()
