"""A ZIP of files that is made while it is sent: a quarter of a megabyte of it is in memory, whatever is in it. Names in it can be unpacked
anywhere."""

import zipfile
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import BinaryIO, NamedTuple

from portal.file_kinds import ending_of, plain
from portal.storage import NotThere

BLOCK = 1 << 18  # bytes
_OF_WINDOWS = frozenset(("con", "prn", "aux", "nul", *(f"{device}{number}" for device in ("com", "lpt") for number in range(1, 10))))


class Part(NamedTuple):
    """`open()` gives its bytes, or raises NotThere; `at`: the local time that stands in the ZIP."""

    name: str
    open: Callable[[], BinaryIO]
    at: datetime


def names(wanted: Iterable[str]) -> list[str]:
    """For each a name that is no other's in whatever letters, no path, and none that Windows keeps for itself."""
    given, seen = [], set()
    for one in wanted:
        safe = plain(one) or "file"
        safe = f"_{safe}" if safe.partition(".")[0].strip().casefold() in _OF_WINDOWS else safe
        ending, free, number = ending_of(safe), safe, 1
        while free.casefold() in seen:
            number += 1
            free = f"{safe[: len(safe) - len(ending)]} ({number}){ending}"
        seen.add(free.casefold())
        given.append(free)
    return given


class _Sink:
    """Where the ZIP is written to until it is sent. No `tell` and no `seek`: what is written has left."""

    def __init__(self):
        self.blocks: list[bytes] = []

    def write(self, block: bytes) -> int:
        self.blocks.append(bytes(block))
        return len(block)

    def flush(self) -> None:
        pass

    def taken(self) -> bytes:
        blocks, self.blocks = self.blocks, []
        return b"".join(blocks)


def zipped(parts: Iterable[Part], missing: Callable[[list[str]], Part]) -> Iterator[bytes]:
    """Block by block. A file that the store lost since does not spoil the others: `missing(names)` is the part that says so."""
    sink, lost = _Sink(), []
    with zipfile.ZipFile(sink, "w") as archive:
        for part in parts:
            try:
                content = part.open()
            except NotThere:
                lost.append(part.name)
                continue
            yield from _written(archive, sink, part, content)
        if lost:
            part = missing(lost)
            yield from _written(archive, sink, part, part.open())
    yield sink.taken()


def _written(archive: zipfile.ZipFile, sink: _Sink, part: Part, content: BinaryIO) -> Iterator[bytes]:
    entry = zipfile.ZipInfo(part.name, part.at.timetuple()[:6])
    # pictures, too: what is stored without its size known beforehand, some programs do not unpack
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o600 << 16
    with content, archive.open(entry, "w") as out:
        while block := content.read(BLOCK):
            out.write(block)
            yield sink.taken()
    yield sink.taken()
