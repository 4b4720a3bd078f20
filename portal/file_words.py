"""Files and notes in the ledger's plain words. Who may not see a file reads no line about it; notes are for staff alone,
and of them for those who may see files and notes."""

from collections.abc import Collection

from babel.numbers import format_decimal
from flask_babel import get_locale
from flask_babel import gettext as _
from sqlalchemy import select

from portal import file_access
from portal.database import db
from portal.file_kinds import JPEG, PDF, PNG, TEXT, WEBP
from portal.ledger_words import Line, Reader, tells
from portal.models import File, LedgerLine, Note
from portal.permissions import FILES


def _files(rows: Collection[LedgerLine]) -> dict[int, File]:
    return {one.id: one for one in db.session.scalars(select(File).where(File.id.in_({row.facts["file"] for row in rows})))}


def _notes(rows: Collection[LedgerLine]) -> dict[int, Note]:
    return {one.id: one for one in db.session.scalars(select(Note).where(Note.id.in_({row.facts["note"] for row in rows})))}


@tells("file_added", "file_opened", "file_shared", "file_unshared", "file_removed", "file_put_back", load=_files)
def _file(line: Line, reader: Reader, known: dict[int, File]) -> str | None:
    file = known.get(line.row.facts["file"])
    if file is None or not (reader.works_with(FILES) or reader.link is not None and file_access.is_for(reader.link, file, reader.on)):
        return None
    return {
        "file_added": _("File added: %(name)s", name=file.name),
        "file_opened": _("File opened: %(name)s", name=file.name),
        "file_shared": _("File shown to %(person)s: %(name)s", name=file.name, person=reader.profile.given_name),
        "file_unshared": _("File shown to staff only: %(name)s", name=file.name),
        "file_removed": _("File removed: %(name)s", name=file.name),
        "file_put_back": _("File put back: %(name)s", name=file.name),
    }[line.row.verb]


@tells("note_added", "note_changed", "note_copied", load=_notes)
def _note(line: Line, reader: Reader, known: dict[int, Note]) -> str | None:
    note = known.get(line.row.facts["note"])
    if note is None or not reader.works_with(FILES):
        return None
    return {
        "note_added": _("Note written: %(title)s", title=note.title),
        "note_changed": _("Note changed: %(title)s", title=note.title),
        "note_copied": _("Note copied: %(title)s", title=note.title),
    }[line.row.verb]


def size(count: int) -> str:
    """Of so many bytes: "4.2 MB", "12 KB"; never 0."""
    if count >= 999_500:
        return _("%(number)s MB", number=format_decimal(round(count / 1_000_000, 1), locale=get_locale()))
    return _("%(number)s KB", number=format_decimal(max(1, round(count / 1000)), locale=get_locale()))


def kind(media: str) -> str:
    return {PDF: _("PDF"), JPEG: _("JPEG picture"), PNG: _("PNG picture"), WEBP: _("WebP picture"), TEXT: _("Text")}[media]
