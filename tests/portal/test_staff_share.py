"""The page to share: every public address of the practice, its QR code as picture and file, and a button for its own website."""

import html5lib
import pytest
import segno

from portal.database import db, transact
from portal.models import Practice
from portal.qr import picture
from tests.portal.test_qr import modules
from tests.reader import HTML

SHARE = "/staff/riverside/share"


def snippet(page):
    (area,) = page.all("textarea", id="snippet")
    assert area.get("readonly") is not None
    (link,) = list(html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parseFragment((area.text or "").lstrip("\n")))
    return link


def matrix(text: str) -> list[list[bool]]:
    return [[bool(one) for one in row] for row in segno.make(text, micro=False, error="m").matrix]


@pytest.mark.parametrize("who", ["dana", "maya", "tom"])
def test_all_staff_see_the_practice_s_address_under_the_public_name(cast, browse, who):
    page = browse(getattr(cast, who), staff=True).page(SHARE)
    assert page.h1 == "Share your booking page"
    assert page.links()["https://booking.example/at/riverside/"] == "https://booking.example/at/riverside/"
    (code,) = page.all("div", role="img")
    assert code.get("aria-label") == "QR code that opens https://booking.example/at/riverside/"


def test_every_service_and_every_practitioner_has_an_address(cast, browse):
    browser = browse(cast.dana, staff=True)
    links = browser.page(SHARE).links()
    for one, kind in ((cast.follow_up, "service"), (cast.maya_chen, "practitioner")):
        page = browser.page(links[one.name])
        assert f"https://booking.example/at/riverside/{kind}/{one.public_id}" in page.links()
        assert [a.text for a in page.all("a") if a.get("aria-current") == "page"] == [one.name]


def test_the_code_on_the_page_and_in_the_files_opens_that_address(cast, browse):
    browser = browse(cast.dana, staff=True)
    page = browser.page(browser.page(SHARE).links()["Maya Chen"])
    address = f"https://booking.example/at/riverside/practitioner/{cast.maya_chen.public_id}"
    png = browser.get(page.links()["Download PNG"])
    assert png.mimetype == "image/png" and png.headers["Content-Disposition"] == 'inline; filename="riverside-maya-chen.png"'
    assert modules(png.data) == matrix(address)
    svg = browser.get(page.links()["Download SVG"])
    assert svg.mimetype == "image/svg+xml" and b"<svg" in svg.data and b"<script" not in svg.data
    (shown,) = [box for box in page.all("div", role="img") if address in box.get("aria-label")]
    assert picture(address) in page.html and list(shown)  # the very code, drawn inside the page


def test_the_button_is_one_plain_link_in_the_practice_s_colour_and_language(cast, browse):
    link = snippet(browse(cast.dana, staff=True).page(SHARE))
    assert link.get("href") == "https://booking.example/at/riverside/" and link.text == "Book an appointment"
    assert "background:#155e75" in link.get("style") and "script" not in link.get("style")
    page = browse(cast.sylvie, staff=True).page("/staff/beau-rivage/share?lang=en")
    assert snippet(page).text == "Prendre rendez-vous" and "new clients make an account" in page.text


def test_a_name_with_angle_brackets_stays_a_name(app, cast, browse):
    with app.app_context():
        transact(lambda: setattr(db.session.get(Practice, cast.riverside.id), "name", "<i>River & Co</i>"))
    page = browse(cast.dana, staff=True).page(SHARE)
    assert "&lt;i&gt;River &amp; Co&lt;/i&gt;" in page.html and "<i>River" not in page.html
    assert not list(page.tree.find(f".//{HTML}main").iter(HTML + "i"))


def test_no_address_of_the_other_practice_can_be_asked_for(cast, browse):
    browser = browse(cast.dana, staff=True)
    for path in (SHARE, f"{SHARE}/qr.svg", f"{SHARE}/qr.png"):
        assert browser.get(f"{path}?of={cast.camille_landry.public_id}").status_code == 404
    assert "Beau-Rivage" not in browser.page(SHARE).html


def test_there_are_two_kinds_of_file(cast, browse):
    assert browse(cast.dana, staff=True).get(f"{SHARE}/qr.gif").status_code == 404
