"""Whom people of a list are seen by, and where: what portal's imports and exports ask (portal/care_keeper.py). Many people at once."""

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import delete, func, insert, select

from booking.models import Location, Practitioner, UsualCare
from portal.among import among
from portal.care_keeper import LOCATION, PRACTITIONER, Keeper, Named, Standing, keeps_care
from portal.database import db


def named(practice_id: int) -> dict[str, list[Named]]:
    """Who works there, and where. Two statements."""
    here = select(Practitioner.public_id, Practitioner.name).where(Practitioner.practice_id == practice_id, Practitioner.left_at.is_(None))
    places = select(Location.public_id, Location.name).where(Location.practice_id == practice_id, Location.archived_at.is_(None))
    return {
        what: [Named(*row) for row in db.session.connection().execute(rows)] for what, rows in ((PRACTITIONER, here), (LOCATION, places))
    }


def standing(profile_ids: Collection[int]) -> dict[int, Standing]:
    """As the newest rows say. One statement."""
    last = select(func.max(UsualCare.id)).where(among(UsualCare.profile_id, profile_ids)).group_by(UsualCare.profile_id)
    what = (Practitioner.public_id, Practitioner.name, Location.public_id.label("place_id"), Location.name.label("place"))
    found = (
        select(UsualCare.id, UsualCare.profile_id, *what)
        .select_from(UsualCare)
        .outerjoin(Practitioner, Practitioner.id == UsualCare.practitioner_id)
    )
    rows = db.session.connection().execute(found.outerjoin(Location, Location.id == UsualCare.location_id).where(UsualCare.id.in_(last)))
    return {row.profile_id: Standing(row.id, _named(row.public_id, row.name), _named(row.place_id, row.place)) for row in rows}


def _named(public_id: str | None, name: str | None) -> Named | None:
    return Named(public_id, name) if public_id else None


def write(practice_id: int, people: Mapping[int, Mapping[str, str]], now: datetime) -> dict[int, int]:
    """Four statements; what is of another practice is nothing."""
    if not people:
        return {}
    ids = {
        what: _ids(model, practice_id, {said.get(what, "") for said in people.values()})
        for what, model in ((PRACTITIONER, Practitioner), (LOCATION, Location))
    }
    same = {"practice_id": practice_id, "created_at": now}
    rows = [
        {
            "profile_id": one,
            "practitioner_id": ids[PRACTITIONER].get(said.get(PRACTITIONER, "")),
            "location_id": ids[LOCATION].get(said.get(LOCATION, "")),
            **same,
        }
        for one, said in people.items()
    ]
    db.session.execute(insert(UsualCare.__table__), rows)
    last = select(UsualCare.profile_id, func.max(UsualCare.id)).where(among(UsualCare.profile_id, people)).group_by(UsualCare.profile_id)
    return dict(db.session.connection().execute(last).all())


def _ids(model: type, practice_id: int, public_ids: set[str]) -> dict[str, int]:
    rows = select(model.public_id, model.id).where(model.practice_id == practice_id, model.public_id.in_(public_ids - {""}))
    return dict(db.session.connection().execute(rows).all())


def take_back(rows: Collection[int]) -> None:
    if rows:
        db.session.execute(delete(UsualCare).where(UsualCare.id.in_(rows)).execution_options(synchronize_session=False))


keeps_care(Keeper(UsualCare.__tablename__, named, standing, write, take_back))
