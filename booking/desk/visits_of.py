"""The tab Appointments of a person: coming, past and cancelled, a page at a time; practitioners see those with them."""

from flask import request
from sqlalchemy import Select, and_, func, select
from sqlalchemy.orm import joinedload

from booking.desk.blueprint import blueprint
from booking.models import Appointment
from booking.own_calendar import may_see
from portal import clock
from portal.database import db
from portal.guards import staff_only
from portal.models import Profile, StaffMember
from portal.paging import Page, paged
from portal.staff.page import person_page
from portal.staff.people import page_asked
from portal.staff.whose import of_person

COMING, PAST, CANCELLED = WHICH = ("coming", "past", "cancelled")


@blueprint.get("/people/<public_id>/appointments")
@staff_only()
@of_person
def visits_of(staff, person):
    now, which = clock.now(), request.args.get("which", COMING)
    which, only = which if which in WHICH else COMING, may_see(staff)
    found = page_of(staff, person, which, page_asked(), now, only)
    facts = {
        "which": which,
        "found": found,
        "counts": counts(staff, person, now, only),
        "own": only is not None,
        "books": only is None or only > 0,
    }
    return person_page("desk/visits_of.html", staff, person, now, **facts)


def page_of(staff: StaffMember, person: Profile, which: str, page: int, now, only: int | None) -> Page:
    order = Appointment.starts_at if which == COMING else Appointment.starts_at.desc()
    found = _of(staff, person, only).where(_in(which, now)).options(joinedload(Appointment.service), joinedload(Appointment.practitioner))
    return paged(found, page, order, Appointment.id)


def counts(staff: StaffMember, person: Profile, now, only: int | None) -> dict[str, int]:
    """How many of each. One statement."""
    numbers = [func.count().filter(_in(which, now)) for which in WHICH]
    return dict(zip(WHICH, db.session.execute(_of(staff, person, only).with_only_columns(*numbers)).one()))


def _of(staff: StaffMember, person: Profile, only: int | None) -> Select:
    mine = () if only is None else (Appointment.practitioner_id == only,)
    return select(Appointment).where(Appointment.profile_id == person.id, Appointment.practice_id == staff.practice_id, *mine)


def _in(which: str, now):
    cancelled = Appointment.status == "cancelled"
    if which == CANCELLED:
        return cancelled
    return and_(~cancelled, Appointment.ends_at > now if which == COMING else Appointment.ends_at <= now)
