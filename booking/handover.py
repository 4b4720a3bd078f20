"""Wrong person? The appointment goes to somebody else and keeps its time (MISSION F10). A use case, run through `transact`.

What was promised stays: hours, notice, horizon and caps are not asked again, and the time is never free in between. Rules about
the new person are asked as for any booking. Nobody is told who had it before, or who has it now.
"""

from datetime import datetime

from flask_babel import gettext

from booking import emails, occupancy
from booking.acting import acting, booked_with, changing, too_young
from booking.bookings import may_change, must_be_changeable, undoable
from booking.disclosure import blind_account, knows_all
from booking.errors import AlreadyCancelled, NotOffered, NotYours, PersonLimit, UndoOver
from booking.facts import Code, Refusal
from booking.hours import local_date
from booking.limits import Person
from booking.models import Appointment, Practitioner, Room
from booking.placing import lock_rows
from booking.queries import Sight, link_to, objection
from booking.ticks import occupy, vacate
from booking.timetable import timetable
from booking.wishes import Wish
from portal import filters, ledger
from portal.access import BOOK, CHANGE
from portal.database import db
from portal.errors import DomainError
from portal.links import today
from portal.models import Account, Link, Profile
from portal.queries import links_of

# What was promised once; who it is for, who booked it and when is new.
KEPT = (
    "location_id", "service_id", "practitioner_id", "room_id", "starts_at", "ends_at", "wall_start", "zone", "before_minutes",
    "after_minutes", "room_before_minutes", "room_after_minutes", "price_cents", "lane", "group_id",
)  # fmt: skip


def hand_over(account: Account, appointment: Appointment, link: Link, now: datetime, key: str) -> Appointment:
    """The same time for the person behind `link`: a new appointment; the old one is cancelled. On refusal nothing changed.

    `key` is the form's idempotency key: the same key answers with the same appointment.
    Raises NotYours (not the account's to change, or to book for; another practice; the same person), AlreadyCancelled, TooLate,
    PersonLimit, NotOffered, ClosedToNew, OnlyForNew, OnlyForReturning, TooYoung.
    """
    old, mine = changing(account, appointment, now)
    lock_rows(Link, {link.id})  # before any person, as in booking
    lock_rows(Profile, {old.profile_id, link.profile_id})
    link = acting(account, link, now)
    before = booked_with(key, link)  # a twin of this form waited for the appointment's lock
    if before is not None:
        return before
    must_be_free_to_go(old, now)
    lock_rows(Practitioner, {old.practitioner_id})
    lock_rows(Room, {old.room_id} - {None})
    reason = why_not(old, link, now)
    if reason is not None:
        raise reason
    new = _for(link, old, now, key)
    db.session.add(new)
    pass_time(old, mine, new, link, now)
    return new


def give_back(account: Account, appointment: Appointment, now: datetime) -> Appointment:
    """Undo a hand-over: the person it came from has it again at the very same time, as the appointment it was. On refusal nothing changed.

    Raises NotYours, UndoOver (the minutes are over, or the account may not change it there any more), PersonLimit, NotOffered and
    whatever else stands against it now.
    """
    new, mine = changing(account, appointment, now)
    if undoable(new, now) != "got":
        raise UndoOver()
    old, link = _origin(account, new, now)
    lock_rows(Appointment, {old.id})
    lock_rows(Link, {link.id})
    lock_rows(Profile, {old.profile_id, new.profile_id})
    old, link = _origin(account, new, now)  # as it is now: access may have ended while we waited
    lock_rows(Practitioner, {new.practitioner_id})
    lock_rows(Room, {new.room_id} - {None})
    reason = why_not(new, link, now)
    if reason is not None:
        raise reason
    for name in KEPT:
        setattr(old, name, getattr(new, name))
    old.status, old.cancelled_at, old.changed_at, old.moved_from, old.moved_from_practitioner_id = "booked", None, now, None, None
    old.sequence += 1
    old.changed_by_staff_id = None
    pass_time(new, mine, old, link, now)
    return old


def origin(account: Account, appointment: Appointment, now: datetime) -> Link | None:
    """The link to the person to whom `give_back` would give it; None where there is nothing to give back, or not by this account."""
    try:
        return _origin(account, appointment, now)[1] if undoable(appointment, now) == "got" else None
    except UndoOver:
        return None


def _origin(account: Account, new: Appointment, now: datetime) -> tuple[Appointment, Link]:
    """What it was, and the account's link to that person. Raises UndoOver."""
    old = db.session.get(Appointment, new.came_from)
    found = old and link_to(account, old.public_id, CHANGE, now)
    if not found or not found[0].was_handed_over:
        raise UndoOver()
    return found


def pass_time(old: Appointment, mine: Link, new: Appointment, link: Link, now: datetime) -> None:
    """The time goes from one appointment to the other in one piece; told in both ledgers, and to everybody concerned."""
    old.hand_time_to(new, now)
    db.session.flush()
    vacate(old)
    occupy(new)
    # Two lines, one in each person's ledger; neither names the other person or their appointment.
    at, account = old.starts_at.isoformat(), link.account
    ledger.record("handed_over", now, profile=old.profile, account=account, link=mine, appointment=old.id, at=at, does="gives")
    ledger.record("handed_over", now, profile=link.profile, account=account, link=link, appointment=new.id, at=at, does="gets")
    emails.announce_passed(old, new, now, account)


def others(account: Account, appointment: Appointment, now: datetime) -> list[Link]:
    """Whom it could go to: everybody else the account may book for at this practice, oneself first."""
    known = [link for link in links_of(account, appointment.practice) if link.profile_id != appointment.profile_id]
    return [link for link in known if link.allows(BOOK, today(link.profile, now))]


def moved_on(rows: list[Sight], all_rows: list[Sight]) -> set[int]:
    """Ids of those among `rows` that went to somebody else whom the reader sees too (among `all_rows`): one card says it all."""
    became = {one.appointment.came_from for one in all_rows if one.is_whole}
    return {one.appointment.id for one in rows if one.appointment.was_handed_over and one.appointment.id in became}


def may_hand_over(appointment: Appointment, now: datetime) -> bool:
    """While it may still be changed, and in the minutes in which it can be undone."""
    return may_change(appointment, now) or undoable(appointment, now) in ("booked", "moved", "got")


def must_be_free_to_go(appointment: Appointment, now: datetime) -> None:
    """Raises AlreadyCancelled, or TooLate with the telephone number and the last moment."""
    if not may_hand_over(appointment, now):
        must_be_changeable(appointment, now)
        raise AlreadyCancelled()


def why_not(appointment: Appointment, link: Link, now: datetime) -> DomainError | None:
    """What stands against giving it to the person behind `link`; not raised."""
    profile, practice = link.profile, link.profile.practice
    if practice.id != appointment.practice_id or profile.id == appointment.profile_id:
        return NotYours()
    on = today(profile, now)
    wish = Wish(appointment.service, profile=profile, discreet=not knows_all(link, on))
    whose = occupancy.Whose(profile.id, blind_account(link, on))
    limit = too_young(link, now) or objection(practice, wish, now) or _limit(appointment, profile, whose, now)
    if limit is None or not wish.discreet or not isinstance(limit, NotOffered):
        return limit
    # What they have already is not the asker's to know of (MISSION F6).
    phone = filters.phone_display(practice.phone, practice.country)
    return NotOffered(gettext("This cannot be moved to %(name)s online. Call %(phone)s.", name=profile.given_name, phone=phone))


def _limit(appointment: Appointment, profile: Profile, whose: occupancy.Whose, now: datetime) -> PersonLimit | None:
    """The rules about one person's appointments (AVAILABILITY §7), as the engine asks them."""
    practice, instant = profile.practice, int(now.timestamp())
    start, end = int(appointment.starts_at.timestamp()), int(appointment.ends_at.timestamp())
    limits = timetable(practice).policy(appointment.service, appointment.practitioner, staff=True).limits
    mine = occupancy.load(practice.id, (), (), whose, start, end, instant).mine
    person, name = Person(limits, mine, appointment.zone, instant), profile.given_name
    phone = filters.phone_display(practice.phone, practice.country)
    if person.has_enough():
        said = gettext(
            "%(name)s already has the most appointments that can be booked online. Call %(phone)s to book another.", name=name, phone=phone
        )
    elif person.has_enough_on(local_date(appointment.zone, start)):
        said = gettext("%(name)s already has an appointment that day.", name=name)
    elif limits.no_overlap and any(row.start < end and row.end > start for row in person.mine):
        said = gettext("%(name)s already has an appointment at that time.", name=name)
    else:
        return None
    return PersonLimit(said, refusal=Refusal(Code.PATIENT_LIMIT, Code.PATIENT_LIMIT))


def _for(link: Link, old: Appointment, now: datetime, key: str) -> Appointment:
    """A note goes along only with who wrote it: whoever books is taken for its author from then on."""
    return Appointment(
        practice=link.profile.practice,
        profile=link.profile,
        booked_by_id=link.account_id,
        link_id=link.id,
        note=old.note if old.booked_by_id == link.account_id else "",
        idempotency_key=key,
        created_at=now,
        changed_at=now,
        sequence=0,
        status="booked",
        **{name: getattr(old, name) for name in KEPT},
    )
