"""Staff book, move, cancel and mark appointments: use cases, run through `transact`. Judged again under the lock like anybody's (SAFETY §1).

Practitioners reach only their own calendar. `revision` is what the form saw of a row: is it newer, nothing is done (`Changed`).
`tell` False sends no news of this change; reminders go out all the same. What is passed over knowingly is in the ledger.
"""

from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from flask_babel import gettext
from sqlalchemy import select
from sqlalchemy.orm.attributes import instance_state

from booking import emails
from booking.block_rows import give_up
from booking.block_rows import locked as locked_block
from booking.deciding import Anyway, decide, in_the_way, words
from booking.errors import AlreadyCancelled, Changed, NotOffered, NotYours
from booking.facts import Code, Refusal
from booking.marks import too_early
from booking.models import Appointment, Block
from booking.own_calendar import may_see, must_reach
from booking.placing import lock, lock_rows
from booking.putting import begin, keep, put
from booking.standing import take_again
from booking.ticks import occupy, vacate
from booking.timetable import timetable
from booking.wall_clock import seconds
from booking.wishes import Wish
from portal import ledger
from portal.database import db
from portal.errors import Gone
from portal.models import Profile, StaffMember
from portal.tombstones import survivor

STATUSES = ("booked", "arrived", "fulfilled", "noshow")  # what staff mark; cancelling is more than a mark


class GivenUp(NamedTuple):
    """A block that an appointment takes the place of, and its revision as the form saw it."""

    block: Block
    revision: int | None = None


def book(
    staff: StaffMember,
    profile: Profile,
    wish: Wish,
    start: int,
    now: datetime,
    key: str,
    *,
    note: str = "",
    anyway: Anyway = False,
    tell: bool = True,
    from_block: GivenUp | None = None,
) -> Appointment:
    """An appointment for this person, or for the record that stands for theirs by now. `start` is epoch seconds.

    `key` is the form's idempotency key: the same key answers with the same appointment. `from_block`: what is given up for it (use
    `blocks.turn_into`). Raises SlotTaken, NotOffered, PersonLimit, NotYours.
    """
    profile = locked_person(staff, profile)
    before = booked_with(key, staff)
    if before is not None:
        return before
    if from_block is not None:
        block = locked_block(staff, *from_block)
        if block.is_group or seconds(block.starts_at) != start:
            raise Changed(block=block)
        wish = replace(wish, practitioner=timetable(staff.practice).by_id(block.practitioner_id))
        give_up(staff, block, now)
    table, wish = lock(staff.practice, desk_wish(staff, wish, profile))
    place, passed_over = decide(staff.practice, table, wish, start, now, anyway)
    facts = {"service_id": wish.service.id, "price_cents": wish.service.price_cents, "note": note}
    appointment = begin(staff.practice, profile, key, now, **facts, booked_by_staff_id=staff.id, changed_by_staff_id=staff.id)
    put(appointment, place)
    keep(appointment)
    record("booked", staff, appointment, now, at=appointment.starts_at, passed_over=passed_over)
    emails.announce_booked(appointment, now, tell=tell)
    return appointment


def move(
    staff: StaffMember,
    appointment: Appointment,
    wish: Wish,
    start: int,
    now: datetime,
    key: str,
    *,
    revision: int | None = None,
    anyway: Anyway = False,
    tell: bool = True,
) -> Appointment:
    """The same appointment at another time or with another practitioner; a seat leaves its group. On refusal nothing changed.

    Where it is already, nothing is done. Raises Changed, AlreadyCancelled, NotOffered (also: it has taken place), SlotTaken, PersonLimit, NotYours.
    """
    appointment = locked(staff, appointment, None)
    if key and appointment.change_key == key:
        return appointment
    must_be_as_seen(appointment, revision)
    must_stand(appointment)
    if wish.service.id != appointment.service_id:
        raise NotOffered(gettext("A move keeps the service. Cancel this and book another instead."))
    if appointment.status == "fulfilled":
        raise NotOffered(gettext("This visit has taken place. Book another instead."))
    same = int(appointment.starts_at.timestamp()) == start and wish.practitioner and wish.practitioner.id == appointment.practitioner_id
    if same and appointment.status == "booked":
        return appointment
    lock_rows(Profile, {appointment.profile_id})
    moving = None if same else appointment
    table, wish = lock(staff.practice, replace(desk_wish(staff, wish, appointment.profile), moving=moving))
    place, passed_over = decide(staff.practice, table, wish, start, now, anyway)
    old_start, old_practitioner, old_location = appointment.starts_at, appointment.practitioner_id, appointment.location_id
    vacate(appointment)
    put(appointment, place)
    appointment.status, appointment.arrived_at, appointment.change_key = "booked", None, key
    appointment.moved_from, appointment.moved_from_practitioner_id = old_start, old_practitioner
    changed_by(appointment, staff, now)
    db.session.flush()
    db.session.expire(appointment, ["practitioner", "room", "location"])
    occupy(appointment)
    record("moved", staff, appointment, now, moved_from=old_start, moved_to=appointment.starts_at, passed_over=passed_over)
    emails.announce_moved(appointment, old_start, now, old_practitioner=old_practitioner, tell=tell, old_location=old_location)
    return appointment


def cancel(
    staff: StaffMember, appointment: Appointment, now: datetime, *, reason: str = "", revision: int | None = None, tell: bool = True
) -> Appointment:
    """At any time; `reason` is for staff alone. A past one is cancelled without a word. Raises Changed, AlreadyCancelled, NotYours."""
    appointment = locked(staff, appointment, None)
    must_stand(appointment)
    must_be_as_seen(appointment, revision)
    appointment.status, appointment.cancelled_at, appointment.cancel_reason = "cancelled", now, reason
    changed_by(appointment, staff, now)
    db.session.flush()
    vacate(appointment)
    record("cancelled", staff, appointment, now, at=appointment.starts_at)
    emails.announce_cancelled(appointment, now, by_clinic=True, tell=tell and appointment.ends_at > now)
    return appointment


def restore(
    staff: StaffMember, appointment: Appointment, now: datetime, *, revision: int | None = None, anyway: Anyway = False, tell: bool = True
) -> Appointment:
    """A cancelled one stands again, at its time, if that is free. Raises Changed, SlotTaken, NotOffered (it was not cancelled, or went to
    another person), GroupFull, NotYours."""
    appointment = locked(staff, appointment, revision)
    if not appointment.is_cancelled:
        raise NotOffered(gettext("This appointment is not cancelled."))
    if appointment.was_handed_over:
        raise NotOffered(gettext("Its time went to another person, with an appointment of their own."))
    passed_over = take_again(appointment, now, anyway)
    appointment.status, appointment.cancelled_at, appointment.cancel_reason, appointment.arrived_at = "booked", None, "", None
    changed_by(appointment, staff, now)
    db.session.flush()
    occupy(appointment)
    record("restored", staff, appointment, now, at=appointment.starts_at, passed_over=passed_over)
    emails.announce_restored(appointment, now, tell=tell and appointment.ends_at > now)
    return appointment


def mark(
    staff: StaffMember, appointment: Appointment, status: str, now: datetime, *, revision: int | None = None, anyway: Anyway = False
) -> Appointment:
    """Booked, arrived, fulfilled or noshow. A no-show gives its time back; any other mark after it takes the time again.

    Nobody is written to. Raises Changed, AlreadyCancelled, NotOffered (it cannot be so yet, see booking/marks.py), SlotTaken (somebody has the
    time of the no-show now), GroupFull, NotYours.
    """
    if status not in STATUSES:
        raise ValueError(f"not a mark of an appointment: {status!r}")
    appointment = locked(staff, appointment, None)
    must_stand(appointment)
    was = appointment.status
    if was == status:  # pressed twice, or somebody else was faster with the same
        return appointment
    must_be_as_seen(appointment, revision)
    why_not = too_early(appointment, status, now)
    if why_not is not None:
        raise NotOffered(why_not)
    passed_over = take_again(appointment, now, anyway) if was == "noshow" else ()
    appointment.status = status
    appointment.arrived_at = {"arrived": now, "fulfilled": appointment.arrived_at}.get(status)
    db.session.flush()
    if status == "noshow":
        vacate(appointment)
    elif was == "noshow":
        occupy(appointment)
    record(
        {"booked": "mark_removed", "noshow": "missed"}.get(status, status),
        staff,
        appointment,
        now,
        at=appointment.starts_at,
        passed_over=passed_over,
    )
    return appointment


def refusal(
    staff: StaffMember, wish: Wish, start: int, now: datetime, profile: Profile | None = None, moving: Appointment | None = None
) -> Refusal | None:
    """What would stand in the way, for the page before it offers "book anyway"; None if nothing does. A read.

    `params["codes"]` are all reasons; `deciding.words` of them is what `anyway` takes back. Raises NotOffered, NotYours.
    """
    wish = replace(desk_wish(staff, wish, profile or wish.profile), moving=moving or wish.moving)
    return in_the_way(staff.practice, timetable(staff.practice), wish, start, now)


# --- who asks, and what about ---


def locked(staff: StaffMember, appointment: Appointment, revision: int | None) -> Appointment:
    """The appointment as it is now, locked. Raises NotYours, Changed."""
    number = number_of(appointment)
    mine = select(Appointment).where(Appointment.id == number, Appointment.practice_id == staff.practice_id)
    found = db.session.scalar(mine.with_for_update(key_share=True, of=Appointment).execution_options(populate_existing=True))
    if found is None:
        raise NotYours()
    must_reach(staff, found.practitioner_id)
    must_be_as_seen(found, revision)
    return found


def number_of(row) -> int:
    """The primary key without reading the row again."""
    return instance_state(row).identity[0]


def must_be_as_seen(appointment: Appointment, revision: int | None) -> None:
    """Raises Changed if the row is newer than what the form saw; None saw nothing in particular."""
    if revision is not None and appointment.revision != revision:
        raise Changed(appointment=appointment)


def must_stand(appointment: Appointment) -> None:
    """Raises AlreadyCancelled."""
    if appointment.is_cancelled:
        raise AlreadyCancelled()


def locked_person(staff: StaffMember, profile: Profile) -> Profile:
    """The record that stands for this one, locked, as it is in the database now. Raises NotYours for another practice's, Gone."""
    number = number_of(profile)
    while True:
        lock_rows(Profile, {number})
        found = db.session.get(Profile, number, populate_existing=True)
        if found is None:
            raise Gone()
        if found.practice_id != staff.practice_id:
            raise NotYours()
        if not found.is_merged:
            return found
        number = survivor(found).id  # merged while the form was open


def booked_with(key: str, staff: StaffMember) -> Appointment | None:
    """What this form booked before. Another one's key is nobody's."""
    found = db.session.scalar(select(Appointment).where(Appointment.idempotency_key == key))
    if found is not None and found.booked_by_staff_id != staff.id:
        raise NotYours()
    return found


def desk_wish(staff: StaffMember, wish: Wish, profile: Profile | None) -> Wish:
    """The wish as this member of staff may have it: "anyone" is oneself for a practitioner. Raises NotYours for somebody else's calendar."""
    only = may_see(staff)
    if only is not None and wish.practitioner is None:
        wish = replace(wish, practitioner=timetable(staff.practice).by_id(only))
    if staff.left_at is not None or only is not None and (wish.practitioner is None or wish.practitioner.id != only):
        raise NotYours()
    return replace(wish, profile=profile, staff=True, discreet=False, only_by=None, owner="")


def changed_by(appointment: Appointment, staff: StaffMember, now: datetime) -> None:
    """News for calendars and mails; the patient's undo ends with it."""
    appointment.sequence += 1
    appointment.changed_at, appointment.changed_by_staff_id = now, staff.id


def record(verb: str, staff: StaffMember, appointment: Appointment, now: datetime, passed_over: tuple[Code, ...] = (), **facts) -> None:
    """A line in the person's ledger. Instants among the facts are stored in ISO form; `passed_over` is told to staff only."""
    said = {name: value.isoformat() if isinstance(value, datetime) else value for name, value in facts.items()}
    if passed_over:
        said["anyway"] = words(passed_over)
    ledger.record(verb, now, profile=appointment.profile, account=staff.account, **{"as": "staff"}, appointment=appointment.id, **said)
