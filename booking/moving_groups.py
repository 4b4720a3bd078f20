"""A whole group goes somewhere else, and everybody who has a seat in it: another time, practitioner or room. A use case, run through `transact`."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from flask_babel import gettext
from sqlalchemy import select

from booking import by_staff, emails
from booking.block_rows import locked
from booking.by_staff import desk_wish, record
from booking.deciding import Anyway, decide, in_the_way, words
from booking.errors import Changed, NotOffered, PersonLimit, SlotTaken
from booking.facts import Busy, Code, Refusal
from booking.models import Appointment, Block
from booking.models.appointment import BLOCKING
from booking.placing import lock, lock_rows, refused
from booking.putting import put_group
from booking.seats import seat_ids, take_place
from booking.sitting import Sitting
from booking.ticks import occupy, vacate
from booking.timetable import Timetable, timetable
from booking.wall_clock import as_datetime, seconds
from booking.wishes import Wish
from portal.database import db
from portal.models import Profile, StaffMember


def move_group(
    staff: StaffMember,
    group: Block,
    wish: Wish,
    start: int,
    now: datetime,
    *,
    room: int | None = None,
    revision: int | None = None,
    anyway: Anyway = False,
    tell: bool = True,
) -> Block:
    """The whole group, everybody in it too, to another time, practitioner or `room` (any that is free, its own first). On refusal nothing changed.

    Everybody is told once; of another room alone nobody. Where it is already, nothing is done. Raises Changed, NotOffered (also: somebody
    has been seen in it), SlotTaken, PersonLimit, NotYours.
    """
    seats = _lock_seats(group.id, ())
    table, wish = lock(staff.practice, replace(desk_wish(staff, wish, None), sitting=sitting(group)))
    group = locked(staff, group, None)
    seats = _lock_seats(group.id, seats)
    if wish.practitioner and _place_of(group) == (start, wish.practitioner.id, room or group.room_id):
        return group
    if revision is not None and group.revision != revision:
        raise Changed(block=group)
    seated = list(db.session.scalars(select(Appointment).where(Appointment.id.in_(seats)).order_by(Appointment.lane, Appointment.id)))
    if wish.service.id != group.service_id or any(one.status == "fulfilled" for one in seated):
        raise NotOffered(gettext("This group can no longer be moved. Open another one instead."))
    wish = replace(wish, sitting=sitting(group))
    refusal = _against(staff, table, group, wish, start, now, room)
    if refusal is not None and anyway is not True and not set(words(refusal.params["codes"])) <= set(anyway or ()):
        raise _refused(refusal, staff, wish, now)
    place = decide(staff.practice, table, wish, start, now, True, room).place
    was, is_news = group.starts_at, _place_of(group)[:2] != (place.start, place.practitioner_id)
    old_practitioner, old_location = group.practitioner_id, group.location_id
    for one in seated:
        vacate(one)
    put_group(group, place)
    db.session.flush()
    db.session.expire(group, ["practitioner", "location", "room"])
    for one in seated:
        take_place(one, group)
        if is_news:
            one.status, one.arrived_at, one.change_key = "booked", None, ""
            one.moved_from, one.moved_from_practitioner_id = was, old_practitioner
            by_staff.changed_by(one, staff, now)
        db.session.flush()
        db.session.expire(one, ["practitioner", "location", "room"])
        occupy(one)
        over = tuple(refusal.params["codes"]) if refusal else ()
        if is_news or over:
            record(
                "moved", staff, one, now, moved_from=was, moved_to=one.starts_at, passed_over=over, **({} if is_news else {"only": "room"})
            )
        if is_news:
            emails.announce_moved(one, was, now, old_practitioner=old_practitioner, tell=tell, old_location=old_location)
    return group


def refusal_of(staff: StaffMember, group: Block, wish: Wish, start: int, now: datetime, room: int | None = None) -> Refusal | None:
    """What would stand in the way of moving it there; a read. Raises NotOffered, NotYours."""
    wish = replace(desk_wish(staff, wish, None), sitting=sitting(group))
    return _against(staff, timetable(staff.practice), group, wish, start, now, room)


def sitting(group: Block) -> Sitting:
    """The group as the engine leaves it out where another place for it is looked for; a read."""
    start, end = seconds(group.starts_at), seconds(group.ends_at)
    body = Busy(start, end, group.before_minutes * 60, group.after_minutes * 60, None)
    in_room = Busy(start, end, group.room_before_minutes * 60, group.room_after_minutes * 60, None)
    return Sitting(group.practitioner_id, group.room_id, body, in_room, frozenset(seat_ids(group.id)))


def _lock_seats(group_id: int, known: Collection[int]) -> list[int]:
    """The ids of the seats that are taken; those not `known` are locked, and their people, before any practitioner if it can be."""
    seats = seat_ids(group_id)
    new = set(seats) - set(known)
    lock_rows(Appointment, new)
    lock_rows(Profile, db.session.scalars(select(Appointment.profile_id).where(Appointment.id.in_(new)).distinct()))
    return seats


def _place_of(group: Block) -> tuple[int, int, int | None]:
    return seconds(group.starts_at), group.practitioner_id, group.room_id


def _against(staff: StaffMember, table: Timetable, group: Block, wish: Wish, start: int, now: datetime, room: int | None) -> Refusal | None:
    """Everything in the way of a group that is moved: of the place, and of those who sit in it, who are in `params["names"]`."""
    refusal = in_the_way(staff.practice, table, wish, start, now, room)
    names = _elsewhere(wish.sitting.seats, as_datetime(start), as_datetime(start + wish.service.duration_minutes * 60))
    if not names:
        return refusal
    codes = (*(refusal.params["codes"] if refusal else ()), Code.PATIENT_LIMIT)
    return Refusal(codes[0], codes[0], None, {**(refusal.params if refusal else {}), "codes": codes, "names": names})


def _refused(refusal: Refusal, staff: StaffMember, wish: Wish, now: datetime) -> SlotTaken | NotOffered:
    if refusal.code is Code.PATIENT_LIMIT:
        return PersonLimit(
            gettext("Somebody in the group has another appointment then: %(names)s.", names=refusal.params["names"]), refusal=refusal
        )
    return refused(refusal, staff.practice, wish, now)


def _elsewhere(seats: Collection[int], starts_at: datetime, ends_at: datetime) -> str:
    """Who of those who sit there has something else between two instants: "Leo Chen, Mia Roy"."""
    theirs = select(Appointment.profile_id).where(Appointment.id.in_(seats))
    there = (
        Appointment.id.not_in(seats),
        Appointment.status.in_(BLOCKING),
        Appointment.starts_at < ends_at,
        Appointment.ends_at > starts_at,
    )
    found = select(Profile).where(Profile.id.in_(select(Appointment.profile_id).where(Appointment.profile_id.in_(theirs), *there)))
    return ", ".join(one.name for one in db.session.scalars(found.order_by(Profile.id)))
