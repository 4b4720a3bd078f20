"""What is due, paid and left, as this member of staff may see it: practitioners of visits with them (MISSION M24)."""

from collections import defaultdict
from datetime import date, datetime
from functools import wraps
from typing import NamedTuple

from flask import abort
from sqlalchemy import Row, select
from sqlalchemy.orm import joinedload

from booking import owed
from booking.models import AmountDue, Appointment, Payment, Practitioner, Service
from booking.own_calendar import may_see
from portal.database import db
from portal.models import Profile, StaffMember
from portal.paging import PER_PAGE, Page


class Line(NamedTuple):
    """One visit, a row of `_VISITS`, and its money; `entries` oldest first."""

    visit: Row
    sums: owed.Sums
    entries: list[Payment]
    is_coming: bool


class Account(NamedTuple):
    """Of one person: `owes` for what has begun, `coming` for what has not, `over` paid beyond what is due; `page` of Lines, newest first."""

    owes: int
    coming: int
    over: int
    page: Page


# The last word of staff about each visit as it stands, beside what a line of the list says of it.
_SAID = (
    select(AmountDue.amount)
    .where(AmountDue.appointment_id == Appointment.id, AmountDue.for_missed == Appointment.status.in_(owed.MISSED))
    .order_by(AmountDue.id.desc())
    .limit(1)
    .scalar_subquery()
)
_VISITS = (
    select(
        Appointment.id, Appointment.public_id, Appointment.status, Appointment.price_cents, Appointment.starts_at, _SAID.label("said"),
        Service.name.label("service"), Practitioner.name.label("practitioner"),
    )
    .join(Service, Service.id == Appointment.service_id)
    .join(Practitioner, Practitioner.id == Appointment.practitioner_id)
    .order_by(Appointment.starts_at.desc(), Appointment.id.desc())
)  # fmt: skip


class DayOf(NamedTuple):
    """The entries of one day in the order they were made; `totals`: method → (came in, went back)."""

    entries: list[Payment]
    totals: dict[str, tuple[int, int]]

    @property
    def total(self) -> tuple[int, int]:
        return sum(came for came, _went in self.totals.values()), sum(went for _came, went in self.totals.values())


def account_of(staff: StaffMember, person: Profile, page: int, now: datetime) -> Account:
    """Two statements, however many visits. Cancelled and missed ones with no money in them are left out."""
    here = (Appointment.profile_id == person.id, Appointment.practice_id == staff.practice_id, *_with(may_see(staff)))
    visits = db.session.execute(_VISITS.where(*here)).all()
    entries = defaultdict(list)
    mine = select(Appointment.id).where(*here)
    for one in db.session.scalars(select(Payment).where(Payment.appointment_id.in_(mine)).order_by(Payment.id)):
        entries[one.appointment_id].append(one)
    lines = [Line(one, _sums(one, entries[one.id]), entries[one.id], one.starts_at > now) for one in visits]
    shown = [one for one in lines if one.visit.status not in owed.MISSED or one.entries or one.sums.due]
    number = min(max(page, 1), max(1, -(-len(shown) // PER_PAGE)))
    return Account(
        sum(one.sums.left for one in lines if not one.is_coming),
        sum(one.sums.left for one in lines if one.is_coming),
        sum(one.sums.over for one in lines),
        Page(shown[(number - 1) * PER_PAGE : number * PER_PAGE], number, len(shown)),
    )


def _sums(visit: Row, entries: list[Payment]) -> owed.Sums:
    said = [] if visit.said is None else [(visit.status in owed.MISSED, visit.said)]
    return owed.Sums(owed.due(visit.status, visit.price_cents, said), owed.paid(entries))


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
