"""Somebody comes along: their name at an appointment, no record of their own and no bill (MISSION M18). Use cases.

Whoever sees the appointment wholly reads it; no mail is sent, and no calendar file tells.
"""

from datetime import datetime

from sqlalchemy import select

from booking.by_staff import locked, record
from booking.errors import NotYours
from booking.models import Appointment, Companion
from portal.database import db
from portal.models import StaffMember


def add(staff: StaffMember, appointment: Appointment, name: str, relation: str, now: datetime) -> Companion:
    """The same name twice is one companion. Raises NotYours, ValueError without a name."""
    appointment = locked(staff, appointment, None)
    name, relation = " ".join(name.split()), " ".join(relation.split())
    if not name:
        raise ValueError("a companion has a name")
    known = next((one for one in companions_of(appointment) if one.name == name), None)
    if known is not None:
        known.relation = relation or known.relation
        return known
    made = Companion(
        practice_id=staff.practice_id, appointment_id=appointment.id, name=name, relation=relation, created_at=now, created_by_id=staff.id
    )
    db.session.add(made)
    db.session.flush()
    record("companion_added", staff, appointment, now, at=appointment.starts_at, name=name)
    return made


def remove(staff: StaffMember, companion: Companion, now: datetime) -> None:
    """One that is gone already is gone. Raises NotYours."""
    if companion.practice_id != staff.practice_id:
        raise NotYours()
    appointment = locked(staff, db.session.get(Appointment, companion.appointment_id), None)
    found = db.session.get(Companion, companion.id, populate_existing=True)
    if found is None:
        return
    record("companion_removed", staff, appointment, now, at=appointment.starts_at, name=found.name)
    db.session.delete(found)
    db.session.flush()


def companions_of(appointment: Appointment) -> list[Companion]:
    """Who comes along, in the order they were added; a read."""
    return list(db.session.scalars(select(Companion).where(Companion.appointment_id == appointment.id).order_by(Companion.id)))


of = companions_of
