"""Calendars that block a practitioner's times: taken in, read again, given up. Use cases take a StaffMember; reads say what staff see."""

from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import delete, func, select
from sqlalchemy.orm import joinedload

from booking import settings_log
from booking.errors import NotYours
from booking.ics_fetch import clean_url, text_of
from booking.ics_reading import MOST_BYTES
from booking.ics_in import Problem
from booking.models import Appointment, Block, CalendarSource, Practitioner
from booking.own_calendar import may_see, must_reach
from portal.database import db
from portal.models import Profile, StaffMember

MOST_SOURCES = 5  # of one practitioner
AGAIN = timedelta(minutes=1)  # how often a person may ask for a reading


def upload(staff: StaffMember, practitioner: Practitioner, name: str, body: bytes, now: datetime) -> CalendarSource:
    """A calendar file. It is read in the background. Raises Problem: "too_big", "no_calendar", "enough"; NotYours. A use case."""
    if len(body) > MOST_BYTES:
        raise Problem("too_big")
    return _add(staff, practitioner, now, name=name, content=text_of(body))


def subscribe(staff: StaffMember, practitioner: Practitioner, name: str, address: str, now: datetime) -> CalendarSource:
    """A calendar that is fetched every hour. Raises Problem: "no_address", "enough"; NotYours. A use case."""
    return _add(staff, practitioner, now, name=name, url=clean_url(address))


def _add(staff: StaffMember, practitioner: Practitioner, now: datetime, **facts) -> CalendarSource:
    must_reach(staff, practitioner.id)
    # two clicks take turns
    db.session.execute(select(Practitioner.id).where(Practitioner.id == practitioner.id).with_for_update(key_share=True))
    if len(sources_of(staff, practitioner)) >= MOST_SOURCES:
        raise Problem("enough")
    source = CalendarSource(
        practice_id=staff.practice_id, practitioner_id=practitioner.id, created_at=now, created_by_id=staff.id, due_at=now, **facts
    )  # fmt: skip
    db.session.add(source)
    db.session.flush()
    return source


def read_again(staff: StaffMember, source: CalendarSource, now: datetime) -> None:
    """Have it read as soon as may be. A use case."""
    must_reach(staff, source.practitioner_id)
    if source.read_at is None or source.read_at <= now - AGAIN:
        source.due_at = now


def remove(staff: StaffMember, source: CalendarSource, now: datetime) -> None:
    """It blocks nothing from now on; neither its address nor its entries are kept. A use case."""
    must_reach(staff, source.practitioner_id)
    db.session.execute(select(CalendarSource.id).where(CalendarSource.id == source.id).with_for_update())  # no portion is stored after this
    db.session.execute(delete(Block).where(Block.source_id == source.id))
    source.content, source.url, source.etag, source.due_at, source.lease_until = None, "", "", None, None
    settings_log.change(staff, source, now, removed_at=now)


# --- what staff see ---


class Blocked(NamedTuple):
    """How many coming stretches of time a calendar takes."""

    source: CalendarSource
    coming: int


def practitioner_for(staff: StaffMember, public_id: str) -> Practitioner | None:
    """Who works here, if this role may see their calendar."""
    return db.session.scalar(_practitioners(staff).where(Practitioner.public_id == public_id))


def practitioners_for(staff: StaffMember) -> list[Practitioner]:
    """Everybody whose calendar this role sees, in the practice's order."""
    return list(db.session.scalars(_practitioners(staff).order_by(Practitioner.position, Practitioner.id)))


def _practitioners(staff: StaffMember):
    only = may_see(staff)
    mine = () if only is None else (Practitioner.id == only,)
    return select(Practitioner).where(Practitioner.practice_id == staff.practice_id, Practitioner.left_at.is_(None), *mine)


def source_for(staff: StaffMember, practitioner: Practitioner, public_id: str) -> CalendarSource | None:
    return db.session.scalar(_standing(staff, CalendarSource.practitioner_id == practitioner.id, CalendarSource.public_id == public_id))


def sources_of(staff: StaffMember, *practitioners: Practitioner) -> list[CalendarSource]:
    return list(db.session.scalars(_standing(staff, CalendarSource.practitioner_id.in_([one.id for one in practitioners]))))


def in_trouble(staff: StaffMember, now: datetime, since: timedelta) -> list[CalendarSource]:
    """Calendars this role sees that could not be read for so long."""
    only = may_see(staff)
    mine = () if only is None else (CalendarSource.practitioner_id == only,)
    here = Practitioner.left_at.is_(None)
    found = _standing(staff, CalendarSource.failed_at <= now - since, here, *mine).join(CalendarSource.practitioner)
    return list(db.session.scalars(found.options(joinedload(CalendarSource.practitioner))))


def _standing(staff: StaffMember, *which):
    here = (CalendarSource.practice_id == staff.practice_id, CalendarSource.removed_at.is_(None))
    return select(CalendarSource).where(*here, *which).order_by(CalendarSource.id)


def blocked(staff: StaffMember, practitioner: Practitioner, now: datetime) -> list[Blocked]:
    counted = select(Block.source_id, func.count()).where(
        Block.practice_id == staff.practice_id, Block.ends_at > now, Block.practitioner_id == practitioner.id
    )
    numbers = dict(db.session.execute(counted.where(Block.source_id.is_not(None)).group_by(Block.source_id)).all())
    return [Blocked(one, numbers.get(one.id, 0)) for one in sources_of(staff, practitioner)]


def collisions(staff: StaffMember, source: CalendarSource, now: datetime, most: int = 50) -> list[Appointment]:
    """Coming appointments that stand where this calendar is busy: they stay, and somebody has to decide."""
    if may_see(staff) not in (None, source.practitioner_id):
        raise NotYours()
    meets = select(Block.id).where(
        Block.source_id == source.id, Block.starts_at < Appointment.ends_at, Block.ends_at > Appointment.starts_at, Block.ends_at > now
    )
    found = select(Appointment).where(
        Appointment.practitioner_id == source.practitioner_id,
        Appointment.status.in_(("booked", "arrived")),
        Appointment.ends_at > now,
        meets.exists(),
    )
    whole = (
        joinedload(Appointment.profile).load_only(Profile.id, Profile.public_id, Profile.given_name, Profile.family_name),
        joinedload(Appointment.service),
    )
    return list(db.session.scalars(found.options(*whole).order_by(Appointment.starts_at).limit(most)))
