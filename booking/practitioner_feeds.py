"""The private calendar address of a practitioner: off until made, one at a time, gone at once when stopped, made anew, or when its people left.

Whoever has the address reads the calendar without signing in, so it is shown once, to whoever made it, and ends when they leave or do
not see that calendar any more.
"""

from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import aliased, joinedload

from booking import settings_log
from booking.models import Appointment, Block, Practitioner, PractitionerFeed
from booking.own_calendar import may_see, must_reach, own_calendar
from portal import tokens
from portal.database import db
from portal.models import Practice, StaffMember

BUSY, NAMES = "busy", "names"
RECENT, AHEAD = timedelta(days=30), timedelta(days=396)
PURPOSE = "practitioner feed"


def feeds_of(staff: StaffMember, *practitioners: Practitioner) -> dict[int, PractitionerFeed]:
    """Practitioner id → the open feed, be it that it shows nothing any more because who made it has left."""
    theirs = PractitionerFeed.practitioner_id.in_([one.id for one in practitioners])
    mine = (theirs, PractitionerFeed.practice_id == staff.practice_id, PractitionerFeed.revoked_at.is_(None))
    return {one.practitioner_id: one for one in db.session.scalars(select(PractitionerFeed).where(*mine).order_by(PractitionerFeed.id))}


def maker_of(feed: PractitionerFeed) -> str:
    """The name of who made it."""
    return db.session.get(StaffMember, feed.created_by_id, options=[joinedload(StaffMember.account)]).account.name


def open_feed(staff: StaffMember, practitioner: Practitioner, shows: str, now: datetime) -> PractitionerFeed:
    """A new private address that tells names, or only when somebody is busy; an older one stops working. A use case."""
    close_feed(staff, practitioner, now)
    feed = PractitionerFeed(
        practice_id=staff.practice_id, practitioner_id=practitioner.id, shows=shows, created_at=now, created_by_id=staff.id
    )
    db.session.add(feed)
    db.session.flush()
    return feed


def close_feed(staff: StaffMember, practitioner: Practitioner, now: datetime) -> None:
    """The address opens nothing from now on. A use case."""
    must_reach(staff, practitioner.id)
    # two clicks take turns
    db.session.execute(select(Practitioner.id).where(Practitioner.id == practitioner.id).with_for_update(key_share=True))
    mine = (PractitionerFeed.practitioner_id == practitioner.id, PractitionerFeed.revoked_at.is_(None))
    for feed in db.session.scalars(select(PractitionerFeed).where(*mine)):
        settings_log.change(staff, feed, now, revoked_at=now)


def beyond_own(staff: StaffMember) -> list[PractitionerFeed]:
    """The open feeds this member made of calendars that are not their own."""
    mine = (
        PractitionerFeed.created_by_id == staff.id,
        PractitionerFeed.revoked_at.is_(None),
        PractitionerFeed.practitioner_id != (own_calendar(staff) or 0),
    )
    return list(db.session.scalars(select(PractitionerFeed).where(*mine).order_by(PractitionerFeed.id)))


def narrow(by: StaffMember, staff: StaffMember, now: datetime) -> None:
    """They see only their own calendar from now on: an address of another is closed for good, not only while that lasts."""
    for feed in beyond_own(staff):
        settings_log.change(by, feed, now, revoked_at=now)


def token_of(feed: PractitionerFeed) -> str:
    return tokens.sign(PURPOSE, [feed.id, feed.nonce])


class Opened(NamedTuple):
    """`language`: of the practitioner's own account where they have one, else of the practice. `maker`: whose reading it is."""

    feed: PractitionerFeed
    practitioner: Practitioner
    practice: Practice
    language: str
    maker: StaffMember


def opened(token: str) -> Opened | None:
    """What a token opens; None if it is forged or stopped, when the practitioner or whoever made it is not here any more, or may not see it."""
    try:
        feed_id, nonce = tokens.read(PURPOSE, token)
    except (tokens.BadToken, TypeError, ValueError):
        return None
    maker, own = aliased(StaffMember), aliased(StaffMember)
    found = (
        select(PractitionerFeed, Practitioner, Practice, own, maker)
        .join(Practitioner, Practitioner.id == PractitionerFeed.practitioner_id)
        .join(Practice, Practice.id == PractitionerFeed.practice_id)
        .join(maker, maker.id == PractitionerFeed.created_by_id)
        .outerjoin(own, own.id == Practitioner.staff_member_id)
        .where(
            PractitionerFeed.id == feed_id,
            PractitionerFeed.revoked_at.is_(None),
            Practitioner.left_at.is_(None),
            maker.left_at.is_(None),
            own.left_at.is_(None),
        )
        .where(maker.created_at <= PractitionerFeed.created_at)
        .options(joinedload(own.account))
    )
    row = db.session.execute(found).first()
    if row is None or row[0].nonce != nonce:
        return None
    feed, practitioner, practice, member, made_by = row
    if may_see(made_by) not in (None, practitioner.id):
        return None
    return Opened(feed, practitioner, practice, member.account.language if member else practice.language, made_by)


def why_stopped(feed: PractitionerFeed) -> str:
    """Why its address opens nothing any more: "left" (who made it, be it that they came back), "narrowed" (they do not see that calendar any
    more) or "own" (the practitioner's own sign-in has ended); an empty string if it opens it."""
    if opened(token_of(feed)) is not None:
        return ""
    maker = db.session.get_one(StaffMember, feed.created_by_id)
    if maker.left_at is not None or maker.created_at > feed.created_at:
        return "left"
    return "narrowed" if may_see(maker) not in (None, feed.practitioner_id) else "own"


def contents(feed: PractitionerFeed, now: datetime) -> tuple[list[Appointment], list[Block]]:
    """What they are booked for, and what else they do here. Entries of imported calendars stay where they came from."""
    span = now - RECENT, now + AHEAD
    booked = select(Appointment).where(
        Appointment.practitioner_id == feed.practitioner_id,
        Appointment.status.in_(("booked", "arrived", "fulfilled")),
        Appointment.ends_at > span[0],
        Appointment.starts_at < span[1],
    )
    whole = (joinedload(Appointment.profile), joinedload(Appointment.location))
    blocks = select(Block).where(
        Block.practitioner_id == feed.practitioner_id,
        Block.source_id.is_(None),
        Block.removed_at.is_(None),
        Block.ends_at > span[0],
        Block.starts_at < span[1],
    )
    return (
        list(db.session.scalars(booked.options(*whole).order_by(Appointment.starts_at, Appointment.id))),
        list(db.session.scalars(blocks.options(joinedload(Block.service)).order_by(Block.starts_at, Block.id))),
    )
