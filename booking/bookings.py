"""Book, move, cancel, undo: use cases, run through `transact`. Everything is judged again under the lock (SAFETY §1)."""

from dataclasses import replace
from datetime import datetime, timedelta

from flask import current_app

from booking import emails
from booking.acting import acting, booked_with, changing, too_young, unknowing
from booking.errors import AlreadyCancelled, HoldEnded, NotOffered, TooLate, UndoOver
from booking.holds import as_it_is, release
from booking.models import Appointment, Hold
from booking.placing import lock, lock_rows, secure
from booking.putting import begin, keep, put
from booking.queries import objection
from booking.seats import sit
from booking.ticks import occupy, vacate
from booking.timetable import timetable
from booking.wishes import Wish
from portal import ledger
from portal.database import db
from portal.models import Account, Link, Practice, Profile


def book(account: Account, link: Link, wish: Wish | Hold, start: int | None, now: datetime, key: str, note: str = "") -> Appointment:
    """An appointment for the person behind `link`. With a Hold, its service, practitioner and start are taken.

    `key` is the form's idempotency key: the same key answers with the same appointment, whatever else is asked.
    Raises NotYours (link revoked, or without BOOK), HoldEnded, SlotTaken, NotOffered, PersonLimit, ClosedToNew, OnlyForNew,
    OnlyForReturning, TooYoung.
    """
    link = acting(account, link, now)
    practice, profile = link.profile.practice, link.profile
    before = booked_with(key, link)  # a twin of this form waited for the link's lock in `acting`
    if before is not None:
        return before
    if isinstance(wish, Hold):
        wish, start = _held(practice, wish, now)
    table, wish = lock(practice, replace(wish, profile=profile, moving=None, staff=False, **unknowing(link, now)))
    reason = too_young(link, now) or objection(practice, wish, now)
    if reason is not None:
        raise reason
    place = secure(practice, table, wish, start, now)
    service = place.wish.service
    facts = {
        "service_id": service.id,
        "price_cents": service.price_cents,
        "booked_by_id": link.account_id,
        "link_id": link.id,
        "note": note,
    }
    appointment = begin(practice, profile, key, now, **facts)
    put(appointment, place)
    keep(appointment)
    if wish.owner:
        release(wish.owner)
    emails.announce_booked(appointment, now)
    _record("booked", appointment, link, now)
    return appointment


def move(account: Account, appointment: Appointment, wish: Wish, start: int, now: datetime, key: str) -> Appointment:
    """The same appointment at another time, perhaps with another practitioner. On refusal nothing changed.

    Raises NotYours, TooLate, AlreadyCancelled, SlotTaken, NotOffered, PersonLimit. A repeated `key` answers with what it did.
    """
    appointment, link = changing(account, appointment, now)
    if key and appointment.change_key == key:
        return appointment
    must_be_changeable(appointment, now)
    if wish.service.id != appointment.service_id or appointment.group_id is not None:  # a seat is moved by telephone
        raise NotOffered()
    old_start, old_practitioner, old_location = appointment.starts_at, appointment.practitioner_id, appointment.location_id
    _take(appointment, replace(wish, profile=appointment.profile, moving=appointment, staff=False, **unknowing(link, now)), start, now)
    appointment.moved_from, appointment.moved_from_practitioner_id, appointment.change_key = old_start, old_practitioner, key
    if wish.owner:
        release(wish.owner)
    _tell_of_move(link, appointment, old_start, old_practitioner, old_location, now)
    return appointment


def cancel(account: Account, appointment: Appointment, now: datetime) -> Appointment:
    """Raises NotYours, TooLate, AlreadyCancelled."""
    appointment, link = changing(account, appointment, now)
    must_be_changeable(appointment, now)
    return _cancel(link, appointment, now)


def undo(account: Account, appointment: Appointment, now: datetime) -> Appointment:
    """Take back the last booking, move or cancellation, for UNDO_MINUTES after it. Raises UndoOver, NotYours, SlotTaken, NotOffered."""
    appointment, link = changing(account, appointment, now)
    done = undoable(appointment, now)
    if done in (None, "got"):  # what came from somebody else goes back there (booking/handover.py)
        raise UndoOver()
    if done == "booked":
        return _cancel(link, appointment, now)
    if appointment.group_id is not None and done == "cancelled":
        return _sit_again(appointment, link, now)
    table = timetable(appointment.practice)
    service = table.service_by_id(appointment.service_id)
    who = appointment.practitioner_id if done == "cancelled" else appointment.moved_from_practitioner_id
    practitioner = table.by_id(who)
    if service is None or practitioner is None:
        raise NotOffered()
    # As staff would: what was promised once is given back without a new look at notice, horizon and caps, never over somebody else.
    moving = appointment if done == "moved" else None
    wish = Wish(service, practitioner, appointment.profile, moving=moving, staff=True, **unknowing(link, now))
    if done == "cancelled":
        _take(appointment, wish, int(appointment.starts_at.timestamp()), now)
        _record("restored", appointment, link, now)
        emails.announce_restored(appointment, now, link.account)
        return appointment
    old_start, old_practitioner, old_location = appointment.starts_at, appointment.practitioner_id, appointment.location_id
    _take(appointment, wish, int(appointment.moved_from.timestamp()), now)
    appointment.moved_from = appointment.moved_from_practitioner_id = None
    _tell_of_move(link, appointment, old_start, old_practitioner, old_location, now)
    return appointment


def undoable(appointment: Appointment, now: datetime) -> str | None:
    """What `undo` would take back now: "booked", "moved", "cancelled" or None; "got": `handover.give_back` would."""
    if now > undo_until(appointment) or appointment.starts_at <= now or appointment.was_handed_over or appointment.was_changed_by_clinic:
        return None
    if appointment.status not in ("booked", "cancelled"):
        return None
    if appointment.is_cancelled:
        return "cancelled"
    if appointment.moved_from is not None:
        return "moved"
    if appointment.changed_at != appointment.created_at:
        return None
    return "got" if appointment.came_from else "booked"


def undo_until(appointment: Appointment) -> datetime:
    """When the undo ends, inclusive."""
    return appointment.changed_at + timedelta(minutes=current_app.config["UNDO_MINUTES"])


def change_until(appointment: Appointment) -> datetime:
    """The last instant at which it may be cancelled or moved online."""
    table = timetable(appointment.practice)
    return appointment.starts_at - timedelta(minutes=table.change_notice(appointment.service_id, appointment.practitioner_id))


def may_change(appointment: Appointment, now: datetime) -> bool:
    """May it be cancelled or moved online now?"""
    return appointment.status == "booked" and now <= change_until(appointment) and now < appointment.starts_at


def _held(practice: Practice, hold: Hold, now: datetime) -> tuple[Wish, int]:
    """What a live hold stands for. Raises HoldEnded."""
    row = as_it_is(hold)
    if row is None or not row.is_live(now) or row.practice_id != practice.id:
        raise HoldEnded()
    table = timetable(practice)
    service = table.service_by_id(row.service_id)
    practitioner = None if row.any_practitioner else table.by_id(row.practitioner_id)
    if service is None or (practitioner is None and not row.any_practitioner):
        raise NotOffered()
    return Wish(service, practitioner, owner=row.owner), int(row.starts_at.timestamp())


# --- changing ---


def must_be_changeable(appointment: Appointment, now: datetime) -> None:
    """Raises AlreadyCancelled, or TooLate with the telephone number and the last moment."""
    if appointment.is_cancelled:
        raise AlreadyCancelled()
    if not may_change(appointment, now):
        raise TooLate(phone=appointment.practice.phone, until=change_until(appointment))


def _take(appointment: Appointment, wish: Wish, start: int, now: datetime) -> None:
    """Put an existing appointment at a start, cancelled or not: lock, judge, give up its old ticks, claim the new ones."""
    lock_rows(Profile, {appointment.profile_id})
    table, wish = lock(appointment.practice, wish)
    place = secure(appointment.practice, table, wish, start, now)
    vacate(appointment)
    put(appointment, place)
    appointment.status, appointment.cancelled_at = "booked", None
    appointment.sequence += 1
    appointment.changed_at, appointment.changed_by_staff_id = now, None
    db.session.flush()
    db.session.expire(appointment, ["practitioner", "room", "location"])
    occupy(appointment)


def _sit_again(appointment: Appointment, link: Link, now: datetime) -> Appointment:
    """A cancelled seat of a group is taken again, if there is one. Raises GroupFull, GroupOver."""
    sit(appointment, appointment.group_id)
    appointment.status, appointment.cancelled_at = "booked", None
    appointment.sequence += 1
    appointment.changed_at, appointment.changed_by_staff_id = now, None
    db.session.flush()
    occupy(appointment)
    _record("restored", appointment, link, now)
    emails.announce_restored(appointment, now, link.account)
    return appointment


def _cancel(link: Link, appointment: Appointment, now: datetime) -> Appointment:
    appointment.status, appointment.cancelled_at, appointment.changed_at = "cancelled", now, now
    appointment.changed_by_staff_id = None
    appointment.sequence += 1
    vacate(appointment)
    _record("cancelled", appointment, link, now)
    emails.announce_cancelled(appointment, now, link.account)
    return appointment


def _record(verb: str, appointment: Appointment, link: Link, now: datetime) -> None:
    """With the time as it is now: a booking that is moved later was still for its first one."""
    facts = {"appointment": appointment.id, "at": appointment.starts_at.isoformat()}
    ledger.record(verb, now, profile=appointment.profile, account=link.account, link=link, **facts)


def _tell_of_move(
    link: Link, appointment: Appointment, old_start: datetime, old_practitioner: int, old_location: int, now: datetime
) -> None:
    facts = {"appointment": appointment.id, "moved_from": old_start.isoformat(), "moved_to": appointment.starts_at.isoformat()}
    ledger.record("moved", now, profile=appointment.profile, account=link.account, link=link, **facts)
    emails.announce_moved(appointment, old_start, now, link.account, old_practitioner, old_location=old_location)
