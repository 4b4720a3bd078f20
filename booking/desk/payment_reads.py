"""What is due, paid and left, as this member of staff may see it: practitioners of visits with them (MISSION M24)."""

from collections import defaultdict
from datetime import date, datetime
from functools import wraps
from typing import NamedTuple

from flask import abort
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from booking import owed
from booking.models import AmountDue, Appointment, Payment
from booking.own_calendar import may_see
from portal.database import db
from portal.models import Profile, StaffMember
from portal.paging import PER_PAGE, Page


class Line(NamedTuple):
    """One appointment and its money; `entries` oldest first."""

    appointment: Appointment
    sums: owed.Sums
    entries: list[Payment]
    is_coming: bool


class Account(NamedTuple):
    """Of one person: `owes` for what has begun, `coming` for what has not, `over` paid beyond what is due; `page` of Lines, newest first."""

    owes: int
    coming: int
    over: int
    page: Page


class DayOf(NamedTuple):
    """The entries of one day in the order they were made; `totals`: method → (came in, went back)."""

    entries: list[Payment]
    totals: dict[str, tuple[int, int]]

    @property
    def total(self) -> tuple[int, int]:
        return sum(came for came, _went in self.totals.values()), sum(went for _came, went in self.totals.values())


def account_of(staff: StaffMember, person: Profile, page: int, now: datetime) -> Account:
    """Four statements, however many visits. Cancelled and missed ones with no money in them are left out."""
    only = may_see(staff)
    here = (Appointment.profile_id == person.id, Appointment.practice_id == staff.practice_id, *_with(only))
    rows = select(Appointment.id, Appointment.status, Appointment.price_cents, Appointment.starts_at).where(*here)
    visits = db.session.execute(rows.order_by(Appointment.starts_at.desc(), Appointment.id.desc())).all()
    mine = select(Appointment.id).where(*here)
    said, entries = defaultdict(list), defaultdict(list)
    for one in db.session.execute(select(AmountDue.appointment_id, AmountDue.for_missed, AmountDue.amount).where(AmountDue.appointment_id.in_(mine)).order_by(AmountDue.id)):
        said[one.appointment_id].append((one.for_missed, one.amount))
    for one in db.session.scalars(select(Payment).where(Payment.appointment_id.in_(mine)).order_by(Payment.id)):
        entries[one.appointment_id].append(one)
    known = {one.id: owed.Sums(owed.due(one.status, one.price_cents, said[one.id]), owed.paid(entries[one.id])) for one in visits}
    begun = {one.id for one in visits if one.starts_at <= now}
    shown = [one.id for one in visits if one.status not in owed.MISSED or entries[one.id] or known[one.id].due]
    number = min(max(page, 1), max(1, -(-len(shown) // PER_PAGE)))
    ids = shown[(number - 1) * PER_PAGE : number * PER_PAGE]
    whole = select(Appointment).where(Appointment.id.in_(ids)).options(joinedload(Appointment.service), joinedload(Appointment.practitioner))
    full = {one.id: one for one in db.session.scalars(whole)} if ids else {}
    lines = [Line(full[one], known[one], entries[one], one not in begun) for one in ids]
    return Account(
        sum(one.left for number, one in known.items() if number in begun),
        sum(one.left for number, one in known.items() if number not in begun),
        sum(one.over for one in known.values()),
        Page(lines, number, len(shown)),
    )


def entry_of(staff: StaffMember, public_id: str) -> Payment | None:
    """One entry, as it is in the database now."""
    found = select(Payment).join(Appointment, Appointment.id == Payment.appointment_id)
    found = found.where(Payment.public_id == public_id, Payment.practice_id == staff.practice_id, *_with(may_see(staff)))
    return db.session.scalar(found.options(joinedload(Payment.appointment)).execution_options(populate_existing=True))


def of_entry(view):
    """Below `@staff_only()`: the view is called with `entry` (a Payment) in place of `public_id`."""

    @wraps(view)
    def guarded(staff, public_id, **kwargs):
        return view(staff=staff, entry=entry_of(staff, public_id) or abort(404), **kwargs)

    return guarded


def day_of(staff: StaffMember, day: date) -> DayOf:
    """What came in and went back on one of the practice's days, by the date it was received. One statement."""
    found = select(Payment).join(Appointment, Appointment.id == Payment.appointment_id)
    found = found.where(Payment.practice_id == staff.practice_id, Payment.received_on == day, *_with(may_see(staff)))
    whole = (joinedload(Payment.profile), joinedload(Payment.of), joinedload(Payment.appointment).joinedload(Appointment.service))
    entries = list(db.session.scalars(found.options(*whole).order_by(Payment.id)))
    totals: dict[str, tuple[int, int]] = {}
    for one in entries:
        came, went = totals.get(one.method, (0, 0))
        totals[one.method] = (came, went + one.amount) if one.gives_back else (came + one.amount, went)
    return DayOf(entries, {method: totals[method] for method in owed.METHODS if method in totals})


def _with(only: int | None) -> tuple:
    return () if only is None else (Appointment.practitioner_id == only,)
