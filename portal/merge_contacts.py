"""Further numbers and people to ring when two records become one person's, and what was written down of them since."""

from collections.abc import Collection
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import func, select

from portal.database import db
from portal.filters import phone_display
from portal.merge_journal import Journal
from portal.merge_parts import Count, Made, Part, describes, on_preview
from portal.models import Contact, FurtherNumber, Merge, Profile

FOLLOWING = (FurtherNumber, Contact)


def follow(journal: Journal) -> None:
    for model in FOLLOWING:
        journal.follow(model.profile_id)


@on_preview
def preview(source: Profile, target: Profile, now: datetime) -> Part:
    return Part([Count(model.__tablename__, *(_standing(model, one) for one in (source, target))) for model in FOLLOWING], [])


def _standing(model: type, person: Profile) -> int:
    mine = (model.profile_id == person.id, model.removed_at.is_(None))
    return db.session.scalar(select(func.count()).select_from(model).where(*mine))


@describes(FurtherNumber.__tablename__)
def numbers(merge: Merge, ids: Collection[int], back: Collection[int]) -> dict[int, Made]:
    country = merge.target.practice.country
    return {
        one.id: Made(_("Phone number %(number)s", number=phone_display(one.number, country)), one.created_at, False)
        for one in _rows(FurtherNumber, ids)
    }


@describes(Contact.__tablename__)
def contacts(merge: Merge, ids: Collection[int], back: Collection[int]) -> dict[int, Made]:
    return {one.id: Made(_("Contact %(name)s", name=one.name), one.created_at, False) for one in _rows(Contact, ids)}


def _rows(model: type, ids: Collection[int]) -> list:
    """What was removed since stays where it is: nobody is asked about it."""
    return list(db.session.scalars(select(model).where(model.id.in_(ids), model.removed_at.is_(None)).order_by(model.id)))
