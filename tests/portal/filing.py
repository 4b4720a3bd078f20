"""For tests of files: small real ones of every kind, and rows with bytes in the store."""

import io
from datetime import datetime

import pypdfium2
from PIL import Image

from portal import files
from portal.database import transact
from portal.file_kinds import PDF, TEXT
from portal.models import File, Link, Profile, StaffMember
from portal.storage import new_key, page_key, store


def pdf(pages: int = 1, size: tuple[float, float] = (595, 842)) -> bytes:
    document = pypdfium2.PdfDocument.new()
    for _page in range(pages):
        document.new_page(*size)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def picture(kind: str = "JPEG", size: tuple[int, int] = (80, 60), mode: str = "RGB", colour="teal", **saved) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, colour).save(out, kind, **saved)
    return out.getvalue()


def kept(now: datetime, name: str = "letter.txt", content: bytes = b"Dear colleague", pages: int = 0) -> File:
    """A file that is in the store and has no row yet."""
    key = new_key(now.date())
    for number in range(1, pages + 1):
        store().keep(page_key(key, number), io.BytesIO(picture()))
    store().keep(key, io.BytesIO(content))
    media = PDF if name.endswith(".pdf") else TEXT
    return File(
        store_key=key, name=name, media=media, size=len(content), sha256="0" * 64, pages=pages, all_pages=pages if media == PDF else 0
    )


def filed(by: StaffMember | Link, profile: Profile, now: datetime, name: str = "letter.txt", shared: bool = False, **facts) -> File:
    """With its row."""
    (row,) = transact(files.add, by, profile, [kept(now, name, **facts)], now, shared)
    return row


def sent(*uploads: tuple[str, bytes]) -> dict:
    """The field of a form with these files, (name, content) each."""
    return {"files": [(io.BytesIO(content), name) for name, content in uploads]}
