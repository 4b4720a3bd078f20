"""Groups: one service given to several at once, each with a record, an appointment and a seat of their own (MISSION M18). Use cases."""

from datetime import datetime
from typing import NamedTuple

from flask_babel import gettext
from sqlalchemy import select

from booking import by_staff, emails, occupancy
from booking.block_rows import give_up, locked
from booking.by_staff import booked_with, desk_wish, locked_person, record
from booking.deciding import Anyway, decide
from booking.errors import GroupFull, NotOffered, PersonLimit
from booking.facts import Code, Refusal
from booking.models import Appointment, Block, Service
from booking.placing import lock, lock_rows
from booking.putting import begin, keep, put_group
from booking.seats import seat_ids, sit, taken
from booking.wall_clock import seconds
from booking.wishes import Wish
from portal.database import db
from portal.models import Profile, StaffMember

MOST_SEATS = 200


class Closed(NamedTuple):
    """A group that was called off, and the appointments that were cancelled with it."""

    group: Block
    cancelled: list[Appointment]


def open(staff: StaffMember, wish: Wish, start: int, seats: int, now: datetime, *, title: str = "", anyway: Anyway = False) -> Block:
    """A group at a start that is free, or knowingly over what is there. Raises SlotTaken, NotOffered, NotYours, ValueError."""
    if not 1 <= seats <= MOST_SEATS:
        raise ValueError(f"1 to {MOST_SEATS} seats, not {seats}")
    table, wish = lock(staff.practice, desk_wish(staff, wish, None))
    place, _passed_over = decide(staff.practice, table, wish, start, now, anyway)
    group = Block(
        practice_id=staff.practice_id, service_id=wish.service.id, title=title, seats=seats, created_at=now, created_by_id=staff.id
    )
    put_group(group, place)
    db.session.add(group)
    db.session.flush()
    return group


def seat(
    staff: StaffMember,
    group: Block,
    profile: Profile,
    now: datetime,
    key: str,
    *,
    revision: int | None = None,
    note: str = "",
    anyway: Anyway = False,
    tell: bool = True,
) -> Appointment:
    """A seat for this person; the same `key` answers with the same appointment.

    Raises GroupFull, PersonLimit (they have a seat, or, unless `anyway`, another appointment at that time), Changed, NotYours.
    """
    profile = locked_person(staff, profile)
    before = booked_with(key, staff)
    if before is not None:
        return before
    group = locked(staff, group, revision)
    passed_over = _person_may(profile, group, now, anyway)
    service = db.session.get(Service, group.service_id)
    by = {"booked_by_staff_id": staff.id, "changed_by_staff_id": staff.id}
    appointment = begin(staff.practice, profile, key, now, note=note, price_cents=service.price_cents, **by)
    sit(appointment, group.id)
    keep(appointment)
    record("booked", staff, appointment, now, at=appointment.starts_at, passed_over=passed_over)
    emails.announce_booked(appointment, now, tell=tell)
    return appointment


def resize(staff: StaffMember, group: Block, seats: int, now: datetime, *, revision: int | None = None) -> Block:
    """More seats, or fewer, never fewer than are taken. Raises GroupFull, Changed, NotYours, ValueError."""
    if not 1 <= seats <= MOST_SEATS:
        raise ValueError(f"1 to {MOST_SEATS} seats, not {seats}")
    group = locked(staff, group, revision)
    have = taken(group)
    if seats < have:
        raise GroupFull(gettext("%(num)s seats are taken. Cancel some of them first, or choose at least as many.", num=have), seats=have)
    group.seats = seats
    db.session.flush()
    return group


def close(staff: StaffMember, group: Block, now: datetime, *, reason: str = "", revision: int | None = None, tell: bool = True) -> Closed:
    """Call a group off: every seat is cancelled, everybody told once. Raises Changed, NotOffered (somebody has been seen in it), NotYours."""
    lock_rows(Appointment, seat_ids(group.id))  # before the practitioner, as everywhere
    group = locked(staff, group, revision)
    seated = list(db.session.scalars(select(Appointment).where(Appointment.id.in_(seat_ids(group.id))).order_by(Appointment.id)))
    if any(one.status == "fulfilled" for one in seated):
        raise NotOffered(
            gettext("Somebody has been seen in this group: it took place. Cancel the seats of those who were not there one by one.")
        )
    cancelled = [by_staff.cancel(staff, one, now, reason=reason, tell=tell) for one in seated]
    give_up(staff, group, now)
    return Closed(group, cancelled)


def seated(group: Block) -> list[Appointment]:
    """Everybody who has or had a seat, cancelled ones too, by when they were booked; a read."""
    return list(
        db.session.scalars(select(Appointment).where(Appointment.group_id == group.id).order_by(Appointment.created_at, Appointment.id))
    )


def _person_may(profile: Profile, group: Block, now: datetime, anyway: Anyway) -> tuple[Code, ...]:
    """Raises PersonLimit."""
    start, end = seconds(group.starts_at), seconds(group.ends_at)
    mine = occupancy.load(profile.practice_id, (), (), occupancy.Whose(profile.id), start, end, min(seconds(now), start)).mine
    there = [row.id for row in mine if row.start < end and row.end > start]
    if not there:
        return ()
    here = select(Appointment.id).where(Appointment.id.in_(there), Appointment.group_id == group.id)
    refusal = Refusal(
        Code.PATIENT_LIMIT, Code.PATIENT_LIMIT, None, {"limit": "no_overlap", "appointment": there[0], "codes": (Code.PATIENT_LIMIT,)}
    )
    if db.session.scalar(here) is not None:
        raise PersonLimit(gettext("%(name)s has a seat in this group already.", name=profile.given_name), refusal=refusal)
    if anyway is not True and "patient_limit" not in (anyway or ()):
        raise PersonLimit(gettext("%(name)s already has an appointment at that time.", name=profile.given_name), refusal=refusal)
    return (Code.PATIENT_LIMIT,)
