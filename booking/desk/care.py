"""What the form of a record offers of practitioners and places (portal/staff/care.py)."""

from sqlalchemy import select

from booking import usual_care
from booking.models import Location, Practitioner
from booking.own_calendar import own_calendar
from portal.access import PRACTITIONER
from portal.database import db
from portal.models import Profile, StaffMember
from portal.staff.care import Care, is_seen_by, offers_care


@offers_care
def offer(staff: StaffMember, profile: Profile | None) -> Care:
    """Who works here and where; with whoever stands in the record, even if they left. A practitioner chooses nobody: whom they add is theirs."""
    practitioner, location = usual_care.of(profile) if profile else (None, None)
    here = select(Practitioner).where(Practitioner.practice_id == staff.practice_id, Practitioner.left_at.is_(None))
    people = [] if staff.role == PRACTITIONER else list(db.session.scalars(here.order_by(Practitioner.position, Practitioner.id)))
    places = list(
        db.session.scalars(
            select(Location).where(Location.practice_id == staff.practice_id, Location.archived_at.is_(None)).order_by(Location.id)
        )
    )
    return Care(
        _pairs(people, practitioner),
        _pairs(places, location),
        practitioner.public_id if practitioner else "",
        location.public_id if location else "",
    )


@is_seen_by
def has_people(staff: StaffMember) -> bool:
    return own_calendar(staff) is not None


def _pairs(rows: list, standing) -> list[tuple[str, str]]:
    return [(one.public_id, one.name) for one in (rows if standing is None or standing in rows else [*rows, standing])]
