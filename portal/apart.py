"""Records that staff told apart: who said so and when, and how the ledger speaks of it. They are found again here, to be taken back."""

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from flask_babel import gettext as _
from sqlalchemy import and_, or_, select
from sqlalchemy.orm import joinedload

from portal.database import db
from portal.ledger_words import Line, Reader, tells
from portal.models import DifferentPeople, LedgerLine, Profile
from portal.permissions import EVERYBODY

STANDS = DifferentPeople.taken_back_at.is_(None)


class Apart(NamedTuple):
    """Staff said `at` an instant that a record and `other` are two people; `by`: the name of who said so."""

    other: Profile
    at: datetime
    by: str


def apart_from(profile: Profile) -> list[Apart]:
    """Everybody this record was told apart from and who still stands, the latest first."""
    mine = or_(
        and_(DifferentPeople.one_id == profile.id, Profile.id == DifferentPeople.other_id),
        and_(DifferentPeople.other_id == profile.id, Profile.id == DifferentPeople.one_id),
    )
    found = (
        select(DifferentPeople, Profile)
        .join(Profile, mine)
        .where(STANDS, Profile.merged_at.is_(None))
        .options(joinedload(DifferentPeople.decided_by))
    )
    rows = db.session.execute(found.order_by(DifferentPeople.decided_at.desc(), DifferentPeople.id.desc()))
    return [Apart(other, said.decided_at, said.decided_by.name) for said, other in rows]


def _others(rows: Collection[LedgerLine]) -> dict[int, Profile]:
    ids = {row.facts["other"] for row in rows if "other" in row.facts}
    return {one.id: one for one in db.session.scalars(select(Profile).where(Profile.id.in_(ids)))} if ids else {}


@tells("told_apart", "told_apart_no_more", load=_others)
def _told_apart(line: Line, reader: Reader, known: dict[int, Profile] | None) -> str | None:
    """For staff alone; for those who see only their own people, without a name: the other record is somebody else's."""
    if reader.link is not None:
        return None
    other = (known or {}).get(line.row.facts.get("other"))
    no_more = line.row.verb == "told_apart_no_more"
    if other is None or reader.staff is None or not reader.staff.may(EVERYBODY):
        return _("May be the same person as a similar record") if no_more else _("Not the same person as a similar record")
    name = _("%(name)s (file %(number)s)", name=other.name, number=other.file_number) if other.file_number else other.name
    return _("May be the same person as %(name)s", name=name) if no_more else _("Not the same person as %(name)s", name=name)
