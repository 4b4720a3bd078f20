"""From a form to the store to the database, in this order, so that no row ever points at bytes that are not there.

Bytes without a row, because the machine stopped in between, are erased by the sweep (portal/file_sweep.py).
"""

import io
from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from flask import current_app
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage

from portal import files
from portal.database import transact
from portal.file_checks import Checked, Refused, check
from portal.models import File, Link, Profile, StaffMember
from portal.storage import new_key, page_key, store

MOST_AT_ONCE = 10


class Outcome(NamedTuple):
    """The rows that were added, and a sentence for each file that was not."""

    added: list[File]
    problems: list


def chosen(uploads: Iterable[FileStorage]) -> list[FileStorage]:
    """The files of a form: a browser sends an empty one where none was chosen."""
    return [one for one in uploads if one.filename]


def take(by: StaffMember | Link, profile: Profile, uploads: list[FileStorage], now: datetime, shared: bool = False) -> Outcome:
    """Keep those that may be kept. Raises what `files.add` does, and Busy; then nothing is kept."""
    most = current_app.config["FILE_MEGABYTES"] * files.MEGABYTE
    rows, problems = [], []
    try:
        if len(uploads) > MOST_AT_ONCE:
            problems.append(
                _(
                    "These are more than %(most)s files. The first %(most)s were looked at: add the others in a second go.",
                    most=MOST_AT_ONCE,
                )
            )
        for upload in uploads[:MOST_AT_ONCE]:
            try:
                rows.append(_kept(check(upload.stream, upload.filename, most), now))
            except Refused as error:
                problems.append(error.message)
        return Outcome(transact(files.add, by, profile, rows, now, shared) if rows else [], problems)
    except BaseException:
        for row in rows:
            erase(row)
        raise


def _kept(checked: Checked, now: datetime) -> File:
    """In the store, pictures first: a file is there when everything that belongs to it is."""
    key = new_key(now.date())
    with checked.content:
        for number, picture in enumerate(checked.pictures, 1):
            store().keep(page_key(key, number), io.BytesIO(picture))
        store().keep(key, checked.content)
    facts = dict(name=checked.name, media=checked.media, size=checked.size, sha256=checked.sha256)
    return File(store_key=key, pages=len(checked.pictures), all_pages=checked.all_pages, **facts)


def erase(file: File) -> None:
    """Its bytes and its pictures, for good."""
    store().erase(file.store_key)
    for number in range(1, file.pages + 1):
        store().erase(page_key(file.store_key, number))
