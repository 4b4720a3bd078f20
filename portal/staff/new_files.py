"""Files that a person, or who acts for them, added and nobody of the practice has opened yet: they ask for a look on the Today page."""

from datetime import datetime
from itertools import groupby

from flask import url_for
from flask_babel import ngettext
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from portal.access import SELF
from portal.database import db
from portal.models import File, Profile, StaffMember
from portal.permissions import FILES
from portal.staff.finding import seen_by
from portal.staff.panels import Need, on_needs

MOST = 200  # files that are looked through for the sentences


@on_needs
def unseen(staff: StaffMember, now: datetime) -> list[Need]:
    """One sentence a person, whose file came first at the head; it leads to the file, or to the list where there are several."""
    if not staff.may(FILES):
        return []
    new = (File.practice_id == staff.practice_id, File.seen_at.is_(None), File.link_id.is_not(None), File.removed_at.is_(None))
    found = (
        select(File)
        .join(File.profile)
        .where(*new, *seen_by(staff))
        .options(*(joinedload(one) for one in (File.profile, File.added_by, File.link)))
    )
    order: dict[int, int] = {}
    rows = list(db.session.scalars(found.order_by(File.created_at, File.id).limit(MOST)))
    rows.sort(key=lambda file: order.setdefault(file.profile_id, len(order)))
    return [
        _need(staff, files[0].profile, files) for files in (list(theirs) for _id, theirs in groupby(rows, key=lambda file: file.profile_id))
    ]


def _need(staff: StaffMember, person: Profile, files: list[File]) -> Need:
    whose = {"slug": staff.practice.slug, "public_id": person.public_id}
    by = {(file.added_by.name, file.link.relationship) for file in files}
    name, relationship = next(iter(by))
    facts = {"name": name, "person": person.name}
    if len(by) > 1:
        words = ngettext(
            "There is %(num)s new file for %(person)s: nobody has looked at it yet.",
            "There are %(num)s new files for %(person)s: nobody has looked at them yet.",
            len(files),
            **facts,
        )
    elif relationship == SELF:
        words = ngettext(
            "%(person)s added %(num)s file: nobody has looked at it yet.",
            "%(person)s added %(num)s files: nobody has looked at them yet.",
            len(files),
            **facts,
        )
    else:
        words = ngettext(
            "%(name)s added %(num)s file for %(person)s: nobody has looked at it yet.",
            "%(name)s added %(num)s files for %(person)s: nobody has looked at them yet.",
            len(files),
            **facts,
        )
    url = url_for("staff.file", **whose, file_id=files[0].public_id) if len(files) == 1 else url_for("staff.files", **whose)
    return Need(words, url, person.id)
