"""Files and notes when two records become one person's, and when that is taken back (MISSION F8). portal/merges.py has them follow."""

from collections.abc import Collection
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import func, select

from portal.database import db
from portal.merge_parts import Count, Made, Part, describes, on_preview
from portal.models import File, Merge, Note, Profile


@on_preview
def preview(source: Profile, target: Profile, now: datetime) -> Part:
    """How many of each both have; kinds that neither has are left out."""
    counts = [_count("files", File, source, target, File.removed_at.is_(None)), _count("notes", Note, source, target)]
    return Part([one for one in counts if one.source or one.target], [])


def _count(name: str, model, source: Profile, target: Profile, *which) -> Count:
    mine = (model.profile_id.in_((source.id, target.id)), *which)
    numbers = dict(db.session.execute(select(model.profile_id, func.count()).where(*mine).group_by(model.profile_id)).all())
    return Count(name, numbers.get(source.id, 0), numbers.get(target.id, 0))


@describes(File.__tablename__)
def files_since(merge: Merge, ids: Collection[int], links: Collection[int]) -> dict[int, Made]:
    """The source's, if it was added through access that goes back to the source; what staff added stays unless they say otherwise."""
    found = db.session.scalars(select(File).where(File.id.in_(ids)))
    return {
        one.id: Made(_("File: %(name)s", name=one.name), one.created_at, one.link_id in links, one.added_by_id if one.link_id else None)
        for one in found
    }


@describes(Note.__tablename__)
def notes_since(merge: Merge, ids: Collection[int], links: Collection[int]) -> dict[int, Made]:
    """The source's, if it was copied from a note of the source."""
    stood = merge.stood.get("notes.profile_id", ())
    found = db.session.scalars(select(Note).where(Note.id.in_(ids)))
    return {
        one.id: Made(
            _("Note: %(title)s", title=one.title),
            one.created_at,
            one.copied_from_id is not None and one.copied_from_id not in (*stood, *ids),
        )
        for one in found
    }
