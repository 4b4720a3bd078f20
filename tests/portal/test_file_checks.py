"""Hostile files are refused in words or harmless, in little time and memory (SAFETY §4)."""

import io
import os
import resource
import struct
import time
import zlib

import pytest
from PIL import Image

from portal import confined, file_checks
from portal.errors import Busy
from portal.file_checks import JOB, Refused, check
from portal.file_kinds import JPEG, PDF, PNG, TEXT, WEBP
from tests.portal import filing

MOST = 15 * 2**20


def checked(content: bytes, name: str, most: int = MOST):
    found = check(io.BytesIO(content), name, most)
    with found.content:
        assert found.content.read() == content, "nothing is stripped silently"
    return found


def refused(content: bytes, name: str, most: int = MOST) -> str:
    with pytest.raises(Refused) as error:
        checked(content, name, most)
    return str(error.value.message)


@pytest.fixture(autouse=True)
def reader(context):
    with context.test_request_context():
        yield


GOOD = {
    "pdf": (filing.pdf(2), "scan.pdf", PDF, 2),
    "jpeg": (filing.picture("JPEG"), "photo.jpg", JPEG, 1),
    "cmyk": (filing.picture("JPEG", mode="CMYK", colour=0), "print.jpg", JPEG, 1),
    "grey": (filing.picture("JPEG", mode="L", colour=90), "x-ray.jpg", JPEG, 1),
    "transparent": (filing.picture("PNG", mode="RGBA", colour=(0, 0, 0, 0)), "sign.png", PNG, 1),
    "palette": (filing.picture("PNG", mode="P", colour=1), "chart.png", PNG, 1),
    "webp": (filing.picture("WEBP"), "x.webp", WEBP, 1),
    "text": ("Müller, äußerst nett\r\n\tseen".encode(), "x.txt", TEXT, 0),
    "old Windows text": ("Müller".encode("cp1252"), "x.txt", TEXT, 0),
    "page as text": (b"<script>alert(1)</script>", "x.txt", TEXT, 0),
}


@pytest.mark.parametrize("content, name, media, pictures", GOOD.values(), ids=GOOD)
def test_what_is_taken_opens_and_has_pictures_to_look_at(content, name, media, pictures):
    found = checked(content, name)
    assert (found.media, found.size, len(found.pictures)) == (media, len(content), pictures)
    for one in found.pictures:
        with Image.open(io.BytesIO(one)) as picture:
            assert picture.format == "JPEG" and max(picture.size) <= JOB["side"]
            picture.load()


def test_a_long_pdf_shows_its_first_pages_and_says_how_many_there_are():
    found = checked(filing.pdf(40), "thesis.pdf")
    assert (len(found.pictures), found.all_pages) == (JOB["most_pages"], 40)


def test_a_photo_taken_upright_is_shown_upright_and_says_nothing_of_where_it_was_taken():
    exif = Image.Exif()
    exif[0x0112], exif[0x010E] = 6, "SECRET PLACE"
    exif.get_ifd(0x8825)[2] = (43.0, 39.0, 12.0)
    content = filing.picture("JPEG", (400, 200), exif=exif, comment=b"SECRET PLACE")
    found = checked(content, "photo.jpg")
    with Image.open(io.BytesIO(found.pictures[0])) as shown:
        assert shown.size == (200, 400) and not shown.getexif() and "comment" not in shown.info
    assert b"SECRET" in content and b"SECRET" not in found.pictures[0] and b"Exif" not in found.pictures[0]


def png_header(width: int, height: int) -> bytes:
    """A PNG that claims to be so large; its data are a few bytes."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"\0" * 100)) + chunk(b"IEND", b"")


def bomb_png() -> bytes:
    """Six thousand pixels square, a few kilobytes: within the limit of pixels, so that it is decoded."""
    return filing.picture("PNG", (6000, 6000), "L", 0)


def chunk_bomb() -> bytes:
    """A text chunk of a PNG that swells to 200 MB."""
    data = b"Comment\0\0" + zlib.compress(b"\0" * 200_000_000)
    chunk = struct.pack(">I", len(data)) + b"zTXt" + data + struct.pack(">I", zlib.crc32(b"zTXt" + data))
    whole = filing.picture("PNG")
    return whole[:33] + chunk + whole[33:]


def stream_bomb(before: int = 0) -> bytes:
    """A PDF with a page that is a stream of 300 MB of drawing, in 300 KB; and empty ones before it."""
    drawing = zlib.compress(b"0 0 m 500 500 l S\n" * 16_000_000, 9)
    kids = b" ".join(b"%d 0 R" % number for number in range(4, 5 + before))
    parts = [
        b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[%s]/Count %d>>" % (kids, 1 + before),
        b"<</Filter/FlateDecode/Length %d>>stream\n" % len(drawing) + drawing + b"\nendstream",
        *([b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 600]>>"] * before), b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 600]/Contents 3 0 R>>",
    ]  # fmt: skip
    return written(parts)


def written(parts: list[bytes]) -> bytes:
    out, places = b"%PDF-1.7\n", []
    for number, part in enumerate(parts, 1):
        places.append(len(out))
        out += b"%d 0 obj" % number + part + b"endobj\n"
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return (
        out
        + b"xref\n0 %d\n0000000000 65535 f \n" % (len(parts) + 1)
        + table
        + b"trailer<</Root 1 0 R/Size %d>>\nstartxref\n%d\n%%%%EOF" % (len(parts) + 1, len(out))
    )


def endless_pages() -> bytes:
    """A tree of pages that is its own branch, and claims to have two thousand million."""
    return written([b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[2 0 R 2 0 R]/Count 2000000000>>"])


def huge_page() -> bytes:
    return written(
        [
            b"<</Type/Catalog/Pages 2 0 R>>",
            b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9999999 1]/UserUnit 1000>>",
        ]
    )


def locked_pdf() -> bytes:
    """Encrypted with a password nobody has."""
    encrypt = b"<</Filter/Standard/V 1/R 2/Length 40/P -4/O<" + b"41" * 32 + b">/U<" + b"42" * 32 + b">>>"
    body = written(
        [
            b"<</Type/Catalog/Pages 2 0 R>>",
            b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>",
            encrypt,
        ]
    )
    return body.replace(b"trailer<</Root 1 0 R", b"trailer<</Encrypt 4 0 R/ID[<00><00>]/Root 1 0 R")


REFUSED = {
    "empty": (b"", "scan.pdf", "is empty"),
    "a page called a PDF": (b"<html><script>alert(1)</script>", "letter.pdf", "none of the kinds"),
    "a page behind the first bytes of a PDF": (b"%PDF-1.4\n<html><script>alert(1)</script>", "letter.pdf", "does not open"),
    "a drawing": (b"<svg onload='alert(1)'/>", "x.svg", "none of the kinds"),
    "an archive bomb": (b"PK\x03\x04" + zlib.compress(b"\0" * 10_000_000), "x.zip", "none of the kinds"),
    "HEIC": (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "IMG_1.HEIC", "as JPEG"),
    "half a photo": (filing.picture("JPEG", (900, 900))[:4000], "half.jpg", "does not open"),
    "the head of a photo": (b"\xff\xd8\xff\xe0\0\x10JFIF", "head.jpg", "does not open"),
    "huge dimensions": (png_header(100_000, 100_000), "huge.png", "takes too much"),
    "dimensions that lie": (png_header(5000, 5000), "lie.png", "does not open"),
    "bytes called text": (b"\0\1\2\3", "x.txt", "no plain text"),
    "UTF-16": ("Müller".encode("utf-16"), "x.txt", "UTF-8"),
    "a PDF of no pages": (written([b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[]/Count 0>>"]), "none.pdf", "does not open"),
    "a locked PDF": (locked_pdf(), "locked.pdf", "password"),
    "pages without end": (endless_pages(), "endless.pdf", "“endless.pdf”"),
}  # fmt: skip


@pytest.mark.parametrize("content, name, says", REFUSED.values(), ids=REFUSED)
def test_what_is_hostile_or_broken_is_refused_in_words_that_say_what_to_do(content, name, says):
    began = time.monotonic()
    words = refused(content, name)
    assert says in words and name in words
    assert time.monotonic() - began < JOB["seconds"], "it kept us waiting"


def test_a_file_larger_than_the_limit_is_refused_before_it_is_opened(monkeypatch):
    monkeypatch.setattr(file_checks, "look", lambda *_: pytest.fail("it was opened"))
    words = refused(filing.pdf() + b"\0" * 3 * 2**20, "scan.pdf", 2 * 2**20)
    assert "larger than 2 MB" in words


SWELLING = {
    "a PDF that draws for ever": (stream_bomb, "bomb.pdf"),
    "a picture that swells": (bomb_png, "bomb.png"),
    "a comment that swells": (chunk_bomb, "c.png"),
    "a huge page": (huge_page, "p.pdf"),
}


@pytest.mark.parametrize("make, name", SWELLING.values(), ids=SWELLING)
def test_a_file_that_swells_costs_us_neither_time_nor_memory(make, name, monkeypatch):
    """Refused or taken: it is opened elsewhere, and that process is ended when it takes too much."""
    monkeypatch.setitem(JOB, "cpu_seconds", 3)
    content = make()
    before, began = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.monotonic()
    try:
        found = checked(content, name)
        assert all(len(one) < 2**20 for one in found.pictures)
    except (Refused, Busy):
        pass
    assert time.monotonic() - began < JOB["seconds"] + 5
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 60_000, "the memory of this process, in KB"


def test_a_process_that_hangs_is_ended_and_the_next_file_is_opened(monkeypatch):
    """A PDF whose first page hangs is refused; one with a first page that can be read is taken, and the others are not shown."""
    monkeypatch.setitem(JOB, "cpu_seconds", 3)
    assert "takes too much" in refused(stream_bomb(), "bomb.pdf")
    found = checked(stream_bomb(before=1), "bomb.pdf")
    assert (found.all_pages, len(found.pictures)) == (2, 1)
    assert checked(filing.pdf(), "good.pdf").pictures


def test_the_process_has_no_secrets_and_leaves_nothing_behind(monkeypatch, tmp_path):
    monkeypatch.setenv("PORTAL_SECRET_KEY", "never tell")
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    seen = {}
    real = confined.subprocess.run
    monkeypatch.setattr(confined.subprocess, "run", lambda *args, **kwargs: (seen.update(kwargs["env"]), real(*args, **kwargs))[1])
    checked(filing.picture(), "photo.jpg")
    assert seen and "never tell" not in seen.values() and set(seen) <= {"PATH", "LANG", "SYSTEMROOT"}
    assert os.listdir(tmp_path) == []


def test_a_polyglot_is_given_back_as_it_came_and_shown_as_pixels():
    """A photo that is an archive and a page as well: taken as a photo. What it also is, is nowhere in what we show."""
    content = filing.picture("JPEG") + b"<html><script>alert(1)</script>PK\x03\x04"
    found = checked(content, "photo.jpg.html")
    assert found.media == JPEG and found.name == "photo.jpg.html.jpg" and b"script" not in found.pictures[0]
