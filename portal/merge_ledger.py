"""Merges in the ledger's plain words. Staff who see everybody read which record it was; practitioners, the person and those who act for
them only that there was one: should it have been somebody else's, nobody learns whose."""

from collections.abc import Collection

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from portal.database import db
from portal.ledger_words import Line, Reader, tells
from portal.models import LedgerLine, Merge, Profile
from portal.permissions import EVERYBODY


def _merges(rows: Collection[LedgerLine]) -> dict[int, Merge]:
    ids = {row.facts["merge"] for row in rows if "merge" in row.facts}
    found = select(Merge).where(Merge.id.in_(ids)).options(joinedload(Merge.source), joinedload(Merge.target))
    return {one.id: one for one in db.session.scalars(found)} if ids else {}


@tells("merged", "unmerged", load=_merges)
def _merged(line: Line, reader: Reader, known: dict[int, Merge]) -> str | None:
    if not reader.knows_all and reader.profile.is_safe:
        return None  # who acts for somebody kept apart learns nothing of other records
    merge = (known or {}).get(line.row.facts.get("merge"))
    does = line.row.facts.get("does")
    if does == "gives" and line.row.profile_id != reader.profile.id and merge is not None and not merge.is_undone:
        return None  # the surviving record, where this is read now, has a line of its own
    if merge is not None and reader.staff is not None and reader.staff.may(EVERYBODY):
        return _for_staff(line, _name(merge.target if merge.source_id == line.row.profile_id else merge.source))
    if line.row.verb == "unmerged":
        return _("Two records again: they had been made one")
    if does == "gives":
        return _("Record made one with another")
    return _("Another record of the same person was added to this one")


def _for_staff(line: Line, other: str) -> str:
    if line.row.verb == "unmerged":
        return _("Merge with %(name)s undone: two records again", name=other)
    if line.row.facts.get("does") == "gives":
        return _("Merged into %(name)s", name=other)
    return _("%(name)s merged into this record", name=other)


def _name(one: Profile) -> str:
    return _("%(name)s (file %(number)s)", name=one.name, number=one.file_number) if one.file_number else one.name
