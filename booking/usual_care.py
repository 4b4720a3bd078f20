"""Whom a person is seen by as a rule, and where. Portal asks for it and never knows what it is (portal/staff/care.py, portal/signals.py)."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Select, select

from booking.models import Location, Practitioner, UsualCare
from booking.own_calendar import own_calendar
from portal.database import db
from portal.models import Profile, StaffMember

Change = tuple[str, str, str]  # detail, before, after


def of(profile: Profile) -> tuple[Practitioner | None, Location | None]:
    """As the newest row says. One statement."""
    found = db.session.execute(_newest(profile, Practitioner, Location)).first()
    return (found[0], found[1]) if found else (None, None)


def newest(profile: Profile) -> Select:
    """The names alone, `practitioner` and `location`, for a statement of its own: one row or none."""
    return _newest(profile, Practitioner.name.label("practitioner"), Location.name.label("location"))


def _newest(profile: Profile, *what) -> Select:
    found = select(*what).select_from(UsualCare).outerjoin(Practitioner, Practitioner.id == UsualCare.practitioner_id)
    found = found.outerjoin(Location, Location.id == UsualCare.location_id).where(UsualCare.profile_id == profile.id)
    return found.order_by(UsualCare.id.desc()).limit(1)


def write(staff: StaffMember, profile: Profile, care: Mapping[str, str], now: datetime) -> list[Change]:
    """`care`: public ids of a "practitioner" and a "location", or empty; what is of another practice is nothing. Where no practitioner is
    named at all, the person is seen by who writes."""
    before, after = of(profile), (_practitioner(staff, profile, care), _row(Location, profile.practice_id, care.get("location", "")))
    ids = [one.id if one else None for one in after]
    if [one.id if one else None for one in before] == ids:
        return []
    db.session.add(
        UsualCare(practice_id=profile.practice_id, profile_id=profile.id, practitioner_id=ids[0], location_id=ids[1], created_at=now)
    )
    old, new = ([one.name if one else "" for one in both] for both in (before, after))
    return [(detail, *both) for detail, *both in zip(("practitioner", "location"), old, new) if both[0] != both[1]]


def _practitioner(staff: StaffMember, profile: Profile, care: Mapping[str, str]) -> Practitioner | None:
    if "practitioner" in care:
        return _row(Practitioner, profile.practice_id, care["practitioner"])
    return db.session.get(Practitioner, own_calendar(staff) or 0)


def _row(model: type, practice_id: int, public_id: str):
    return db.session.scalar(select(model).where(model.practice_id == practice_id, model.public_id == public_id)) if public_id else None
