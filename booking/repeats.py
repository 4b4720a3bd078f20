"""Appointments that repeat: each is a row of its own, at the same wall-clock time. Use cases: this one and those that follow it.

What cannot be had is listed with its reason, never silently left out; one letter tells of them all.
"""

from datetime import datetime
from typing import NamedTuple

from flask_babel import gettext
from sqlalchemy import select

from booking import by_staff, emails
from booking.deciding import Anyway
from booking.errors import NotOffered, PersonLimit, SlotTaken
from booking.facts import Refusal
from booking.models import Appointment, Series
from booking.own_calendar import may_see
from booking.timetable import timetable
from booking.together import Moved, lock_all, service_of
from booking.wall_clock import days_later, seconds, shift, shifted
from booking.wishes import Wish
from portal.database import db
from portal.errors import DomainError
from portal.models import StaffMember

MOST_DAYS, MOST_TIMES = 366, 104


class Repeated(NamedTuple):
    """What was booked, and the starts (epoch seconds) that were refused with what is in the way."""

    made: list[Appointment]
    refused: list[tuple[int, Refusal]]


def repeat(
    staff: StaffMember,
    appointment: Appointment,
    every_days: int,
    times: int,
    now: datetime,
    key: str,
    *,
    revision: int | None = None,
    anyway: Anyway = False,
    tell: bool = True,
) -> Repeated:
    """`times` in all, this one included, with the same practitioner. A form sent again answers with what it made.

    Raises Changed, AlreadyCancelled, NotOffered (a seat of a group, or what is not given any more), NotYours, ValueError.
    """
    if not (1 <= every_days <= MOST_DAYS and 2 <= times <= MOST_TIMES):
        raise ValueError(f"{times} times every {every_days} days")
    first = by_staff.locked(staff, appointment, None)
    keys = {n: f"{key[:58]}.{n}" for n in range(1, times)}
    mine = (Appointment.idempotency_key.in_(keys.values()), Appointment.booked_by_staff_id == staff.id)  # another one's key is nobody's
    known = {one.idempotency_key: one for one in db.session.scalars(select(Appointment).where(*mine))}
    if not known:
        by_staff.must_be_as_seen(first, revision)
    by_staff.must_stand(first)
    if first.group_id is not None:
        raise NotOffered(gettext("A seat of a group does not repeat. Give a seat in each of the groups."))
    table = timetable(staff.practice)
    wish = Wish(service_of(table, first), table.by_id(first.practitioner_id))
    if wish.practitioner is None:
        raise NotOffered()
    made, refused = [], []
    for n, one_key in keys.items():
        start = days_later(first.zone, seconds(first.starts_at), n * every_days)
        if known:
            again = known.get(one_key)
            made += [again] if again else []
            refused += [] if again else [(start, by_staff.refusal(staff, wish, start, now, first.profile))]
            continue
        try:
            made.append(by_staff.book(staff, first.profile, wish, start, now, one_key, anyway=anyway, tell=False))
        except (SlotTaken, PersonLimit, NotOffered) as problem:
            refused.append((start, problem.facts["refusal"]))
    if made and not known:
        _join(staff, [first, *made], every_days, times, now)
        if tell:
            emails.announce_together("booked", made, now)
    return Repeated(made, [one for one in refused if one[1] is not None])


def following(appointment: Appointment) -> list[Appointment]:
    """This one, and those of its series after it that are to come, in the order of time; a read. What was marked, visits that took place or
    were missed, stays what it was, and its money too."""
    if appointment.series_id is None:
        return [appointment]
    later = (Appointment.series_id == appointment.series_id, Appointment.starts_at > appointment.starts_at, Appointment.status == "booked")
    return [appointment, *db.session.scalars(select(Appointment).where(*later).order_by(Appointment.starts_at, Appointment.id))]


def cancel_following(
    staff: StaffMember, appointment: Appointment, now: datetime, *, reason: str = "", revision: int | None = None, tell: bool = True
) -> list[Appointment]:
    """This one and those that follow; one letter. Raises Changed, AlreadyCancelled, NotYours."""
    rows = _locked(staff, appointment, revision)
    gone = [by_staff.cancel(staff, one, now, reason=reason, tell=False) for one in rows]
    coming = [one for one in gone if one.ends_at > now]
    if tell and coming:
        emails.announce_together("cancelled", coming, now, by_clinic=1)
    return gone


def move_following(
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
) -> Moved:
    """This one to `start`, those that follow by as many days and wall-clock minutes, all to the wish's practitioner (None: each stays with
    theirs). What cannot go stays and is listed; one letter tells of the rest. Raises Changed, AlreadyCancelled, NotOffered, NotYours."""
    rows = _locked(staff, appointment, revision, {wish.practitioner.id} if wish.practitioner else set(), key)
    table = timetable(staff.practice)
    days, minutes = shift(rows[0].zone, seconds(rows[0].starts_at), start)
    old = {one.id: (one.starts_at, one.practitioner_id, one.location_id, one.sequence) for one in rows}
    moved, left = [], []
    for one in rows if (days, minutes) < (0, 0) else rows[::-1]:  # so that none stands in the next one's way
        to = shifted(one.zone, seconds(one.starts_at), days, minutes)
        theirs = Wish(wish.service, wish.practitioner or table.by_id(one.practitioner_id))
        try:
            moved.append(by_staff.move(staff, one, theirs, to, now, key, anyway=anyway, tell=False))
        except DomainError as problem:
            left.append((one, problem))
    moved, left = sorted(moved, key=lambda one: one.starts_at), left if (days, minutes) < (0, 0) else left[::-1]
    news = [one for one in moved if one.sequence != old[one.id][3]]
    if tell and news:
        emails.announce_together("moved", news, now, was={one.id: old[one.id][:3] for one in news})
    return Moved(moved, left)


def _locked(
    staff: StaffMember, appointment: Appointment, revision: int | None, practitioners: set[int] = frozenset(), key: str = ""
) -> list[Appointment]:
    """This and following ones that this role reaches, locked. Those that somebody cancelled or marked meanwhile are left out.

    `key`: a form that was sent before is no news."""
    only = may_see(staff)
    theirs = [one for one in following(db.session.get(Appointment, by_staff.number_of(appointment))) if only in (None, one.practitioner_id)]
    rows = lock_all(staff, theirs, set(practitioners))
    first = by_staff.locked(staff, appointment, None)
    by_staff.must_stand(first)
    if not key or first.change_key != key:
        by_staff.must_be_as_seen(first, revision)
    return [first, *(one for one in rows if one.id != first.id and one.status == "booked" and one.starts_at > first.starts_at)]


def _join(staff: StaffMember, rows: list[Appointment], every_days: int, times: int, now: datetime) -> None:
    """All of one series: the first one's, if it has one already."""
    number = rows[0].series_id
    if number is None:
        series = Series(practice_id=staff.practice_id, every_days=every_days, times=times, created_at=now, created_by_id=staff.id)
        db.session.add(series)
        db.session.flush()
        number = series.id
    for one in rows:
        one.series_id = number
    db.session.flush()
