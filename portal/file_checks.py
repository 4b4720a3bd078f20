"""What was uploaded, found out before it is kept: how large, what its content says it is, and that it opens.

Said honestly: a picture was decoded to its last pixel; a PDF opens and its first page can be drawn; a text has no bytes that no text has. Nobody looked for
viruses, and a file that is right in its own kind may be something else as well. So it is never run, shown only as pictures made anew
or as escaped text, and given back only to be saved (portal/file_answers.py).
"""

import hashlib
import json
import signal
import tempfile
import threading
from dataclasses import dataclass
from typing import BinaryIO

from flask_babel import lazy_gettext as _

from portal import confined, file_child, file_kinds
from portal.errors import Busy, DomainError
from portal.file_kinds import HEIC, JPEG, PDF, TEXT

BLOCK = 1 << 18
JOB = {"side": 1600, "most_pages": 5, "cpu_seconds": 10, "seconds": 30, "megabytes": 1024, "written_megabytes": 16}
MOST_PIXELS, MOST_PIXELS_OF_A_JPEG = 50_000_000, 110_000_000  # a JPEG is made smaller while it is read
_NO_TEXT = bytes(set(range(32)) - set(b"\t\n\r\f")) + b"\x7f"
_OUT_OF_TIME = -getattr(signal, "SIGALRM", 14)
_AT_ONCE = threading.BoundedSemaphore(2)  # files opened at one time, of everybody's


class Refused(DomainError):
    """`message` names the file and says what to do."""

    status = 422


@dataclass(frozen=True)
class Checked:
    """A file that may be kept. `content` stands at its beginning; `pictures`: JPEGs to look at; `all_pages`: how many a PDF has."""

    content: BinaryIO
    name: str
    media: str
    size: int
    sha256: str
    pictures: tuple[bytes, ...] = ()
    all_pages: int = 0


def check(stream: BinaryIO, name: str, most_bytes: int) -> Checked:
    """Raises Refused, or Busy when others are having theirs opened. The caller closes `content`."""
    shown = file_kinds.plain(name)
    content = tempfile.TemporaryFile()
    try:
        size, sha256 = _landed(stream, content, shown, most_bytes)
        media = file_kinds.media_of(_head(content), name)
        pictures, all_pages = _opened(content, media, shown)
        return Checked(content, file_kinds.called(name, media), media, size, sha256, pictures, all_pages)
    except BaseException:
        content.close()
        raise


def _landed(stream: BinaryIO, content: BinaryIO, shown: str, most_bytes: int) -> tuple[int, str]:
    size, digest = 0, hashlib.sha256()
    while block := stream.read(BLOCK):
        size += len(block)
        if size > most_bytes:
            raise Refused(
                _("“%(name)s” is larger than %(most)s MB. Make it smaller, or send it in parts.", name=shown, most=most_bytes // 2**20)
            )
        digest.update(block)
        content.write(block)
    if not size:
        raise Refused(_("“%(name)s” is empty. Choose another file.", name=shown))
    return size, digest.hexdigest()


def _head(content: BinaryIO) -> bytes:
    content.seek(0)
    head = content.read(file_kinds.FIRST_BYTES)
    content.seek(0)
    return head


def _opened(content: BinaryIO, media: str | None, shown: str) -> tuple[tuple[bytes, ...], int]:
    """Pictures to look at, and how many pages a PDF has."""
    if media == HEIC:
        raise Refused(_("“%(name)s” is a HEIC picture, which we cannot show. Save or send it as JPEG, then add it again.", name=shown))
    if media is None:
        raise Refused(
            _(
                "“%(name)s” is none of the kinds we take: PDF, JPEG, PNG, WebP or plain text (.txt). Save it as one of them, then add it again.",
                name=shown,
            )
        )
    if media == TEXT:
        if not _is_text(content):
            raise Refused(_("“%(name)s” is no plain text. Save it as text (UTF-8) or as PDF, then add it again.", name=shown))
        return (), 0
    problem, pictures, pages = look(content, media)
    if problem == file_child.LOCKED:
        raise Refused(_("“%(name)s” is locked with a password. Save it without one, then add it again.", name=shown))
    if problem == file_child.TOO_MANY_PIXELS:
        raise Refused(_("“%(name)s” takes too much to open. Make it smaller, then add it again.", name=shown))
    if problem:
        raise Refused(_("“%(name)s” does not open: it may be damaged. Save it again, then add it again.", name=shown))
    return pictures, pages if media == PDF else 0


def _is_text(content: BinaryIO) -> bool:
    try:
        return all(len(block) == len(block.translate(None, _NO_TEXT)) for block in iter(lambda: content.read(BLOCK), b""))
    finally:
        content.seek(0)


def look(content: BinaryIO, media: str) -> tuple[str, tuple[bytes, ...], int]:
    """Have it opened by a process of its own: a problem of portal/file_child.py or an empty string, JPEGs, and the number of pages.

    A PDF whose first page was drawn is taken, even if drawing the others took more than is good. Raises Busy.
    """
    job = {**JOB, "media": media, "most_pixels": MOST_PIXELS_OF_A_JPEG if media == JPEG else MOST_PIXELS}
    try:
        with confined.opened("portal.file_child", job, content, _AT_ONCE) as (out, ended):
            problem, pictures, pages = _said(out)
    finally:
        content.seek(0)
    if pages:
        return "", pictures, pages
    if not problem and ended in (None, _OUT_OF_TIME):
        raise Busy()  # it got little of a busy machine: that says nothing about the file
    return problem or (file_child.TOO_MANY_PIXELS if ended < 0 else file_child.BROKEN), (), 0


def _said(out: BinaryIO) -> tuple[str, tuple[bytes, ...], int]:
    """What the process wrote, as far as it came."""
    problem, pictures, pages = "", [], 0
    for line in out:
        try:
            facts = json.loads(line)
        except ValueError:
            break
        problem, pages = facts.get("problem", problem), facts.get("pages", pages)
        if "picture" in facts:
            picture = out.read(facts["picture"])
            if len(picture) < facts["picture"]:
                break
            pictures.append(picture)
    return problem, tuple(pictures), pages
