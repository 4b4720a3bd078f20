"""What kind a file is, by its content; and what it is called afterwards."""

import pytest

from portal.file_kinds import HEIC, JPEG, PDF, PNG, TEXT, WEBP, called, media_of
from tests.portal import filing

HEADS = {
    "a PDF": (filing.pdf(), "scan.pdf", PDF),
    "a photo": (filing.picture("JPEG"), "IMG_0001.JPG", JPEG),
    "a screenshot": (filing.picture("PNG", mode="RGBA"), "shot.png", PNG),
    "a WebP": (filing.picture("WEBP"), "x.webp", WEBP),
    "a text": (b"Dear colleague", "letter.txt", TEXT),
    "an iPhone's photo as it is kept there": (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "IMG_1.HEIC", HEIC),
    "a photo under a wrong name": (filing.picture("JPEG"), "photo.png", JPEG),
    "a photo without an ending": (filing.picture("JPEG"), "photo", JPEG),
    "a page called a PDF": (b"<!doctype html><script>alert(1)</script>", "letter.pdf", None),
    "a drawing with scripts": (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "x.svg", None),
    "a page": (b"<html>", "x.html", None),
    "a sheet with formulas": (b"=cmd|' /C calc'!A0", "x.csv", None),
    "an archive": (b"PK\x03\x04", "x.zip", None),
    "a Word file": (b"PK\x03\x04", "x.docx", None),
    "a program": (b"MZ\x90\0", "x.exe", None),
    "a program called a photo": (b"MZ\x90\0", "x.jpg", None),
    "a GIF": (b"GIF89a", "x.gif", None),
    "a PDF that begins with something else": (b"<html>%PDF-1.4", "x.pdf", None),
}


@pytest.mark.parametrize("head, name, media", HEADS.values(), ids=HEADS)
def test_the_content_says_what_a_file_is_and_its_name_only_has_to_agree(head, name, media):
    assert media_of(head[:4096], name) == media


NAMES = [
    ("scan.pdf", PDF, "scan.pdf"),
    ("Scan.PDF", PDF, "Scan.PDF"),
    ("photo.png", JPEG, "photo.jpg"),
    ("photo", JPEG, "photo.jpg"),
    ("page.html", PNG, "page.html.png"),
    ("../../etc/passwd", TEXT, "passwd.txt"),
    ("C:\\Users\\me\\scan.pdf", PDF, "scan.pdf"),
    ("", PDF, "file.pdf"),
    ("..", PDF, "file.pdf"),
    (".pdf", PDF, "pdf.pdf"),
    ("invoice\u202efdp.exe", PDF, "invoicefdp.exe.pdf"),
    ("a\r\nSet-Cookie: x=1.pdf", PDF, "a Set-Cookie_ x=1.pdf"),
    ('"><script>.pdf', PDF, "___script_.pdf"),
    ("отчёт врача.pdf", PDF, "отчёт врача.pdf"),
    ("تقرير.pdf", PDF, "تقرير.pdf"),
    ("e\u0301tude.pdf", PDF, "étude.pdf"),
    ("\ud800x.pdf", PDF, "x.pdf"),
]


@pytest.mark.parametrize("name, media, shown", NAMES, ids=[ascii(name)[:30] for name, *_ in NAMES])
def test_a_name_can_stand_on_a_page_and_in_a_header(name, media, shown):
    assert called(name, media) == shown


@pytest.mark.parametrize("name", ["x" * 5000 + ".pdf", "x" * 5000, "x." * 3000, "é" * 300 + ".jpeg"])
def test_a_very_long_name_is_cut_and_keeps_its_ending(name):
    assert len(called(name, PDF)) <= 120 and called(name, PDF).endswith(".pdf")
