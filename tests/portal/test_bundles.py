"""A ZIP that is made while it is sent: names that can be unpacked anywhere, and little of it in memory."""

import io
import tracemalloc
import zipfile
from datetime import datetime

import pytest

from portal import bundles
from portal.bundles import Part
from portal.storage import NotThere

AT = datetime(2026, 12, 10, 10, 0)


def unpacked(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        return {one.filename: archive.read(one) for one in archive.infolist()}


@pytest.mark.parametrize(
    "wanted, given",
    [
        (["a.txt", "A.TXT", "a.txt"], ["a.txt", "A (2).txt", "a (3).txt"]), (["../../etc/passwd", "/root", "C:\\x\\y.pdf"], ["passwd", "root", "y.pdf"]), (["..", "", "."], ["file", "file (2)", "file (3)"]),
        (["CON.txt", "con .txt", "nul", "console.txt"], ["_CON.txt", "_con .txt", "_nul", "console.txt"]), (["a (2).txt", "a.txt", "a.txt"], ["a (2).txt", "a.txt", "a (3).txt"]), (["Zoé ☂.pdf"], ["Zoé ☂.pdf"]),
    ],
)  # fmt: skip
def test_names_are_no_path_nobody_elses_and_fit_everywhere(wanted, given):
    assert bundles.names(wanted) == given


def _nothing():
    raise NotThere()


def test_what_the_store_has_lost_is_said_and_spoils_nothing():
    parts = [Part("a.txt", lambda: io.BytesIO(b"a"), AT), Part("b.txt", _nothing, AT), Part("é.txt", lambda: io.BytesIO(b"c"), AT)]
    made = unpacked(b"".join(bundles.zipped(parts, lambda lost: Part("lost.txt", lambda: io.BytesIO(" ".join(lost).encode()), AT))))
    assert made == {"a.txt": b"a", "é.txt": b"c", "lost.txt": b"b.txt"}


class Long(io.RawIOBase):
    """Sixty megabytes that are nowhere."""

    left = 60 * 2**20

    def read(self, size=-1):
        self.left, given = max(self.left - size, 0), min(size, self.left)
        return bytes(given)


def test_little_of_it_is_in_memory_and_every_file_is_closed():
    opened = []

    def long():
        opened.append(Long())
        return opened[-1]

    tracemalloc.start()
    try:
        size = sum(len(block) for block in bundles.zipped([Part(f"{n}.pdf", long, AT) for n in range(3)], _nothing))
        assert tracemalloc.get_traced_memory()[1] < 4 * 2**20 and size > 1000
    finally:
        tracemalloc.stop()
    assert len(opened) == 3 and all(one.closed for one in opened)


def test_whoever_stops_in_the_middle_leaves_nothing_open():
    content = Long()
    blocks = bundles.zipped([Part("a.pdf", lambda: content, AT)], _nothing)
    next(blocks)
    blocks.close()
    assert content.closed
