"""What leaves the house is right: the square opens the address, the button is one link that can be read."""

import io
import struct
import zlib
from xml.etree import ElementTree

import html5lib
import pytest
import segno

from portal import brand
from portal.qr import QUIET, SCALE, link_button, qr

URL = "https://booking.example/at/riverside/service/4alevvobfnxiw3hv"


def modules(png: bytes) -> list[list[bool]]:
    """The dark modules of a picture of one bit per pixel, without the quiet zone, which must be light."""
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    file, chunks = io.BytesIO(png[8:]), {}
    while head := file.read(8):
        length, kind = struct.unpack(">I4s", head)
        chunks[kind] = chunks.get(kind, b"") + file.read(length)
        file.read(4)
    width, height, depth, colours = struct.unpack(">IIBB", chunks[b"IHDR"][:10])
    assert (depth, colours, width) == (1, 0, height), "black and white, square"
    row_bytes = (width + 7) // 8 + 1
    raw = zlib.decompress(chunks[b"IDAT"])
    rows = []
    for at in range(0, len(raw), row_bytes):
        how, row = raw[at], raw[at : at + row_bytes]
        assert how in (0, 2), "a row is stored as it is, or as what differs from the one above"
        rows.append(bytes((one + (rows[-1][k] if how and k else 0)) & 255 for k, one in enumerate(row)))
    middle = range(SCALE // 2, width, SCALE)
    dark = [[not rows[y][1 + x // 8] >> (7 - x % 8) & 1 for x in middle] for y in middle]
    assert not any(any(row) for row in dark[:QUIET] + dark[-QUIET:])
    return [row[QUIET:-QUIET] for row in dark[QUIET:-QUIET]]


def test_the_picture_is_the_code_of_the_address_and_of_no_other():
    def code(text):
        return [[bool(one) for one in row] for row in segno.make(text, micro=False, error="m").matrix]

    assert modules(qr(URL, "png")) == code(URL) != code(URL + "x")


def test_the_address_can_be_read_back_from_the_squares():
    """Read as a camera does it: mask away, bits in zigzag, the bytes in front of the error correction."""
    assert read(modules(qr(URL[:40], "png"))) == URL[:40]


def read(dark) -> str:
    """The text of a code with one block of data (version 3 at most), in byte mode."""
    size = len(dark)
    version = (size - 17) // 4
    assert version <= 3
    bits = "".join(str(int(dark[8][x])) for x in (0, 1, 2, 3, 4, 5, 7, 8)) + "".join(str(int(dark[y][8])) for y in (7, 5, 4, 3, 2, 1, 0))
    mask = (int(bits, 2) ^ 0b101010000010010) >> 10 & 7
    flips = [
        lambda i, j: (i + j) % 2, lambda i, j: i % 2, lambda i, j: j % 3, lambda i, j: (i + j) % 3, lambda i, j: (i // 2 + j // 3) % 2,
        lambda i, j: i * j % 2 + i * j % 3, lambda i, j: (i * j % 2 + i * j % 3) % 2, lambda i, j: ((i + j) % 2 + i * j % 3) % 2,
    ]  # fmt: skip
    corner = size - 7  # the middle of the one alignment pattern

    def is_data(i, j):
        finder = (i < 9 and j < 9) or (i < 9 and j >= size - 8) or (i >= size - 8 and j < 9)
        aligned = version > 1 and abs(i - corner) <= 2 and abs(j - corner) <= 2
        return not (finder or aligned or i == 6 or j == 6)

    read_bits, upwards = [], True
    for right in [*range(size - 1, 6, -2), 5, 3, 1]:
        for i in range(size - 1, -1, -1) if upwards else range(size):
            read_bits += [int(dark[i][j]) ^ (not flips[mask](i, j)) for j in (right, right - 1) if is_data(i, j)]
        upwards = not upwards
    stream = "".join(map(str, read_bits))
    assert stream[:4] == "0100", "byte mode"
    length = int(stream[4:12], 2)
    return bytes(int(stream[at : at + 8], 2) for at in range(12, 12 + 8 * length, 8)).decode()


def test_the_drawing_holds_nothing_that_runs():
    tree = ElementTree.fromstring(qr(URL, "svg"))
    assert tree.tag == "{http://www.w3.org/2000/svg}svg"
    assert {one.tag.rpartition("}")[2] for one in tree.iter()} <= {"svg", "path", "g"}
    assert not any(name.startswith("on") or name == "style" for one in tree.iter() for name in one.attrib)


def test_there_is_no_other_kind_of_file():
    with pytest.raises(KeyError):
        qr(URL, "pdf")


@pytest.mark.parametrize("colour", ["#155e75", "#8a3b12", "#ffee00", "#fff", "#000"])
def test_the_button_can_be_read_whatever_the_colour(colour):
    parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
    tree = parser.parseFragment(link_button(URL, "Book an appointment", colour))
    (link,) = list(tree)
    assert link.tag == "a" and len(list(link)) == 0 and set(link.attrib) == {"href", "style"}
    style = dict(part.split(":", 1) for part in link.get("style").split(";"))
    assert brand.contrast(style["background"], style["color"]) >= 4.5
    assert link.get("href") == URL and link.text == "Book an appointment"


def test_names_and_addresses_stay_words_in_the_button():
    said = link_button('https://x.example/?a=1&b="2"', "<script>alert(1)</script> & Söhne", "#155e75")
    assert "<script" not in said and said.count("<") == 2
    (link,) = list(html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parseFragment(said))
    assert link.get("href") == 'https://x.example/?a=1&b="2"' and link.text == "<script>alert(1)</script> & Söhne"
