"""Who set the settings behind a closed day, and when: a few statements, however many settings there are."""

from collections import defaultdict
from collections.abc import Iterable

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import joinedload

from booking import snapshot
from booking.behind import Source
from booking.models import OpeningHours, SettingChange, TimeOff
from portal.database import db
from portal.models import Practice, StaffMember

L = SettingChange


def lines(practice: Practice, sources: Iterable[Source]) -> list[SettingChange | None]:
    """For each the newest line about its columns or its row as a whole; None: nobody is known. One statement.

    Where there are no hours: whoever took some away last.
    """
    sources = list(sources)
    rows, people = defaultdict(set), {one.number for one in sources if _is_no_hours(one)}
    for one in sources:
        if one.row_id:
            rows[_table(one)].add(one.row_id)
    about = [and_(L.table_name == table, L.row_id.in_(ids)) for table, ids in rows.items()]
    about += [and_(L.table_name == OpeningHours.__tablename__, L.practitioner_id.in_(people))] if people else []
    if not about:
        return [None] * len(sources)
    newest = (
        select(func.max(L.id))
        .where(L.practice_id == practice.id, or_(*about))
        .group_by(L.table_name, L.row_id, L.column, L.practitioner_id)
    )
    found = db.session.scalars(
        select(L).where(L.id.in_(newest)).order_by(L.id.desc()).options(joinedload(L.staff).joinedload(StaffMember.account))
    ).all()
    return [next((line for line in found if _is_about(line, one)), None) for one in sources]


def private_reasons(sources: Iterable[Source]) -> dict[int, str]:
    """Time off by id: why, for staff alone."""
    away = [one.row_id for one in sources if one.kind == "away"]
    return dict(db.session.execute(select(TimeOff.id, TimeOff.private_reason).where(TimeOff.id.in_(away))).all()) if away else {}


def _is_no_hours(source: Source) -> bool:
    return source.kind == "hours" and source.row is None


def _table(source: Source) -> str:
    return snapshot.COLUMNS[source.part][0].__tablename__


def _is_about(line: SettingChange, source: Source) -> bool:
    if _is_no_hours(source):
        return line.table_name == OpeningHours.__tablename__ and line.practitioner_id == source.number
    return (
        (line.table_name, line.row_id) == (_table(source), source.row_id) and line.column in ("", *source.columns)
        if source.row_id
        else False
    )
