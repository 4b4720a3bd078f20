"""Which times are open, and whose appointments one may see. The first argument is who asks, or the practice for public facts."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from flask import current_app
from flask_babel import gettext
from sqlalchemy import bindparam, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from booking.disclosure import reaches, seen
from booking.errors import ClosedToNew, NotOffered, NotYours, OnlyForNew, OnlyForReturning, TakesNoNew
from booking.facts import Answer, Offer, Refusal
from booking.hours import day_start, local_date
from booking.judgement import answer, judge, taken_around, taken_between, taken_by_all, with_later_dates
from booking.models import Appointment
from booking.timetable import Timetable, timetable
from booking.where import zone_at
from booking.wishes import Wish
from portal import clock
from portal.access import EVERYTHING
from portal.database import UtcDateTime, db
from portal.errors import DomainError
from portal.models import Account, Link, Practice, Profile, StaffMember

FARTHEST = timedelta(days=400)  # no search for open times looks further, whatever the horizon
KEPT = ("arrived", "fulfilled")


class Start(NamedTuple):
    """One open time: epoch seconds, its local date, the zone it is local to, and who can take it (ids into the timetable)."""

    at: int
    date: date
    zone: str
    practitioners: tuple[int, ...]


# --- open times ---


def open_times(practice: Practice, wish: Wish, first: date, last: date, now: datetime) -> Answer:
    """One Day per date: its starts or the one reason why there are none. At most two statements besides the timetable's."""
    table, instant = timetable(practice), _seconds(now)
    return with_later_dates(table, wish, _answer(table, wish, first, last, instant), instant)


def first_open_month(practice: Practice, wish: Wish, now: datetime) -> date | None:
    """The first day of the first month that has a time; None when nothing is open as far as the plan reaches."""
    table = timetable(practice)
    found = next(_starts(table, wish, _seconds(now)), None)
    return found and found.date.replace(day=1)


def soonest(practice: Practice, wish: Wish, now: datetime, count: int = 3) -> list[Start]:
    """The next open times, at most `count`, one after another."""
    return [start for start, _ in zip(_starts(timetable(practice), wish, _seconds(now)), range(count))]


def soonest_each(practice: Practice, wish: Wish, now: datetime) -> dict[int, Start | None]:
    """For "With whom?": practitioner id → their next open time for the wish's service. `min` of them is "anyone"."""
    table = timetable(practice)
    people = (replace(wish, practitioner=one) for one in table.offered_by(wish.service))
    return {one.practitioner.id: next(_starts(table, one, _seconds(now), among=wish), None) for one in people}


def next_free(practice: Practice, now: datetime) -> dict[str, Start | None]:
    """For the practice's page: service public_id → its next open time with anyone. Four statements, however many services."""
    table, instant = timetable(practice), _seconds(now)
    found: dict[str, Start | None] = {service.public_id: None for service in table.services()}
    for first, last in _stretches(table, False, instant, timedelta(days=10)):
        left = [service for service in table.services() if found[service.public_id] is None]
        if not left:
            break
        known = taken_by_all(table, first, last, instant)
        for service in left:
            found[service.public_id] = next(_in_order(answer(table, Wish(service), first, last, instant, known), table), None)
    return found


def nearest(practice: Practice, wish: Wish, start: int, now: datetime, count: int = 3) -> list[Start]:
    """After a refusal: open times of the same local date nearest to `start`, in order; else the soonest ones after it."""
    table, instant = timetable(practice), _seconds(now)
    day = local_date(table.zone, start)
    near = sorted(_in_order(_answer(table, wish, day, day, instant), table), key=lambda one: abs(one.at - start))[:count]
    if near:
        return sorted(near)
    later = (one for one in _starts(table, wish, instant, since=day) if one.at > start)
    return [one for one, _ in zip(later, range(count))] or soonest(practice, wish, now, count)


def check_start(practice: Practice, wish: Wish, start: int, now: datetime) -> Offer | Refusal:
    """Can this start (epoch seconds) be had? The same gates as the list."""
    table, instant = timetable(practice), _seconds(now)
    found = judge(table, wish, start, instant, taken_around(table, wish, start, instant))
    if isinstance(found, Refusal):
        return found
    who = tuple(dict.fromkeys(one for way in found for one in way.offer.practitioners))
    rooms = tuple(dict.fromkeys(one for way in found for one in way.offer.rooms))
    return Offer(start, found[0].offer.end, who, rooms)


def _seconds(now: datetime) -> int:
    return int(now.timestamp())


def _answer(table: Timetable, wish: Wish, first: date, last: date, now: int, among: Wish | None = None) -> Answer:
    needed = max(first, min(table.today(now), last))  # what is over takes nothing from anybody
    return answer(table, wish, first, last, now, taken_between(table, among or wish, needed, last, now))


def _stretches(
    table: Timetable, staff: bool, now: int, near: timedelta | None = None, since: date | None = None
) -> Iterator[tuple[date, date]]:
    """From today (or `since`) on: the rest of that month (or what is `near`), then all the rest that can be open. Two stretches, two statements."""
    today = table.today(now)
    first = max(today, since or today)
    end = today + FARTHEST if staff else min(table.last_bookable(now) + timedelta(days=1), today + FARTHEST)
    break_ = first + near if near else (first.replace(day=1) + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    yield first, max(min(break_, end), first)
    if end > break_:
        yield break_ + timedelta(days=1), end


def _starts(table: Timetable, wish: Wish, now: int, among: Wish | None = None, since: date | None = None) -> Iterator[Start]:
    """Open times from now (or from a date) on, in order. `among`: a wider wish whose facts serve this one too."""
    for first, last in _stretches(table, wish.staff, now, since=since):
        yield from _in_order(_answer(table, wish, first, last, now, among), table)


def _in_order(found: Answer, table: Timetable) -> Iterator[Start]:
    for day in found:
        for start in day.starts:
            who = day.starts.practitioners(start)
            yield Start(start, day.date, zone_at(table, who[0], start), who)


# --- the person ---


def objection(practice: Practice, wish: Wish, now: datetime) -> DomainError | None:
    """Why this person may not book this service at all, whatever the time: ClosedToNew, OnlyForNew, OnlyForReturning, TakesNoNew, NotOffered; not raised."""
    profile, service = wish.profile, wish.service
    if profile is None or wish.staff:
        return None
    if profile.practice_id != practice.id or profile.merged_at is not None:
        return NotYours()
    asks = service.for_people != "everyone" or (profile.is_provisional and not practice.accepts_new)
    been_here = asks and seen_before(profile, now)
    if been_here and wish.discreet and service.for_people == "new":
        said = gettext("This cannot be booked online for %(name)s. Choose something else, or call the clinic.", name=profile.given_name)
        return NotOffered(said)  # past visits are not theirs to know of
    if profile.is_provisional and not practice.accepts_new and not been_here:
        return ClosedToNew(reason=practice.closed_to_new_reason, phone=practice.phone)
    if service.for_people == "new" and been_here:
        return OnlyForNew()
    if wish.practitioner and wish.practitioner.closed_to_new and not seen_before(profile, now, wish.practitioner.id):
        return TakesNoNew()
    if service.for_people == "returning" and not been_here and profile.is_provisional:
        return OnlyForReturning(
            gettext(
                "This is for people who have been here before. We have not matched any earlier visits yet: choose a first visit, or call the clinic."
            )
        )
    return None


def seen_before(profile: Profile, now: datetime, practitioner: int | None = None) -> bool:
    """Has this person been here (with this practitioner): an appointment kept, or booked and past."""
    asked = _SEEN if practitioner is None else _SEEN.where(Appointment.practitioner_id == practitioner)
    return db.session.scalar(asked, {"profile": profile.id, "now": now}) is not None


def last_seen_practitioner(profile: Profile, now: datetime) -> int | None:
    """Whom they saw last, as practitioner id (continuity, AVAILABILITY §9)."""
    return db.session.scalar(_LAST_SEEN, {"profile": profile.id, "now": now})


_KEPT_BY_THEM = (
    Appointment.profile_id == bindparam("profile"),
    or_(Appointment.status.in_(KEPT), (Appointment.status == "booked") & (Appointment.ends_at <= bindparam("now", type_=UtcDateTime()))),
)
_SEEN = select(Appointment.id).where(*_KEPT_BY_THEM).limit(1)
_LAST_SEEN = select(Appointment.practitioner_id).where(*_KEPT_BY_THEM).order_by(Appointment.starts_at.desc()).limit(1)


# --- appointments ---

_WHOLE = (
    joinedload(Appointment.practice),
    joinedload(Appointment.location),
    joinedload(Appointment.service),
    joinedload(Appointment.practitioner),
    joinedload(Appointment.room),
)


class Sight(NamedTuple):
    """One appointment as the account sees it through a link: `how` is "everything" or "busy" (booking/disclosure.py)."""

    appointment: Appointment
    link: Link
    how: str

    @property
    def is_whole(self) -> bool:
        return self.how == EVERYTHING


def appointments_of(account: Account, now: datetime, past: bool = False, limit: int = 300) -> list[Appointment]:
    """Every appointment the account sees, be it only that somebody is busy: ask `seen_by` where more is told than person and time."""
    return [one.appointment for one in seen_by(account, now, past, limit)]


def seen_by(account: Account, now: datetime, past: bool = False, limit: int = 300) -> list[Sight]:
    """Every appointment the account may see, over all practices: coming ones soonest first, past ones latest first.

    Service, practitioner, location, profile and practice are loaded. A cancelled one counts as past once it can no longer be undone.
    """
    found = _reached(account)
    if found is None:
        return []
    undoable_since = now - timedelta(minutes=current_app.config["UNDO_MINUTES"])
    is_past = or_(Appointment.ends_at <= now, Appointment.cancelled_at < undoable_since)
    if past:
        found = found.where(is_past).order_by(Appointment.starts_at.desc(), Appointment.id)
    else:
        coming = or_(Appointment.cancelled_at.is_(None), Appointment.cancelled_at >= undoable_since)
        found = found.where(Appointment.ends_at > now, coming).order_by(Appointment.starts_at, Appointment.id)
    known = (Sight(one, link, seen(link, one, _today(one, now))) for one, link in db.session.execute(found.limit(limit)))
    return [one for one in known if one.how is not None]


def coming_of(profile: Profile, now: datetime) -> list[Appointment]:
    """What is booked for a person and has not begun, whoever may see it; with practice and profile loaded."""
    found = select(Appointment).where(Appointment.profile_id == profile.id, Appointment.status == "booked", Appointment.starts_at > now)
    return list(db.session.scalars(found.options(joinedload(Appointment.profile), *_WHOLE).order_by(Appointment.starts_at)))


def appointment_for(account: Account, public_id: str, permission: str, now: datetime | None = None) -> Appointment | None:
    """One appointment the account may see, do this with, through a live link; None if not there or not yours."""
    found = link_to(account, public_id, permission, now or clock.now())
    return found and found[0]


def link_to(account: Account, public_id: str, permission: str, now: datetime) -> tuple[Appointment, Link] | None:
    """The same with the link it is reached through, both as they are in the database now."""
    found = _reached(account)
    if found is None:
        return None
    row = db.session.execute(found.where(Appointment.public_id == public_id).execution_options(populate_existing=True)).first()
    return (row[0], row[1]) if row and reaches(row[1], row[0], permission, _today(row[0], now)) else None


def _reached(account: Account):
    """(appointment, link) for every live link of the account; None for somebody who is not signed in."""
    if not account.is_authenticated:
        return None
    return (
        select(Appointment, Link)
        .join(Profile, Profile.id == Appointment.profile_id)
        .join(Link, Link.profile_id == Profile.id)
        .where(Link.account_id == account.id, Link.revoked_at.is_(None), Profile.merged_at.is_(None))
        .options(contains_eager(Appointment.profile), *_WHOLE)
    )


def _today(appointment: Appointment, now: datetime) -> date:
    return now.astimezone(ZoneInfo(appointment.practice.zone)).date()


def day_of(staff: StaffMember, day: date, practitioner_id: int | None = None) -> list[Appointment]:
    """The appointments of one local date at the staff member's practice, by start; cancelled ones too. Relations are loaded."""
    zone = staff.practice.zone
    begins, ends = (datetime.fromtimestamp(day_start(zone, day, plus), UTC) for plus in (0, 1))
    found = (
        select(Appointment)
        .where(Appointment.practice_id == staff.practice_id, Appointment.starts_at >= begins, Appointment.starts_at < ends)
        .options(joinedload(Appointment.profile), *_WHOLE)
        .order_by(Appointment.starts_at, Appointment.practitioner_id, Appointment.id)
    )
    return list(db.session.scalars(found if practitioner_id is None else found.where(Appointment.practitioner_id == practitioner_id)))
