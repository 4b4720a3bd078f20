"""Services, locations, rooms and practitioners for whoever sets the practice up; the first argument is who asks."""

from sqlalchemy import or_, select

from booking.models import Location, Practitioner, Room, Service, ServicePractitioner
from portal.database import db
from portal.models import Account, StaffMember


def services(staff: StaffMember) -> list[Service]:
    """In the practice's order; those put away last."""
    mine = select(Service).where(Service.practice_id == staff.practice_id)
    return list(db.session.scalars(mine.order_by(Service.archived_at.is_not(None), Service.position, Service.id)))


def practitioners(staff: StaffMember) -> list[Practitioner]:
    """In the practice's order; those who left last."""
    mine = select(Practitioner).where(Practitioner.practice_id == staff.practice_id)
    return list(db.session.scalars(mine.order_by(Practitioner.left_at.is_not(None), Practitioner.position, Practitioner.id)))


def locations(staff: StaffMember) -> list[Location]:
    mine = select(Location).where(Location.practice_id == staff.practice_id, Location.archived_at.is_(None))
    return list(db.session.scalars(mine.order_by(Location.id)))


def rooms(staff: StaffMember) -> list[Room]:
    mine = select(Room).where(Room.practice_id == staff.practice_id, Room.archived_at.is_(None))
    return list(db.session.scalars(mine.order_by(Room.location_id, Room.name, Room.id)))


def one(staff: StaffMember, model, public_id: str):
    """The row of this public id, if it is this practice's."""
    return db.session.scalar(select(model).where(model.public_id == public_id, model.practice_id == staff.practice_id))


def offers(staff: StaffMember) -> dict[int, list[int]]:
    """Service id → ids of the practitioners who give it."""
    found: dict[int, list[int]] = {}
    rows = select(ServicePractitioner.service_id, ServicePractitioner.practitioner_id).where(
        ServicePractitioner.practice_id == staff.practice_id
    )
    for service, practitioner in db.session.execute(rows.order_by(ServicePractitioner.practitioner_id)):
        found.setdefault(service, []).append(practitioner)
    return found


def logins(staff: StaffMember, practitioner: Practitioner | None) -> list[tuple[str, str]]:
    """(public id of the account, name) of the staff who are no other practitioner yet."""
    taken = select(Practitioner.staff_member_id).where(
        Practitioner.practice_id == staff.practice_id, Practitioner.staff_member_id.is_not(None)
    )
    own = practitioner.staff_member_id if practitioner else None
    free = or_(StaffMember.id.not_in(taken), StaffMember.id == own)
    found = (
        select(StaffMember)
        .join(StaffMember.account)
        .where(StaffMember.practice_id == staff.practice_id, StaffMember.left_at.is_(None), free)
    )
    return [(row.account.public_id, row.account.name) for row in db.session.scalars(found.order_by(Account.given_name, Account.id))]


def member(staff: StaffMember, account_public_id: str) -> StaffMember | None:
    found = (
        select(StaffMember)
        .join(StaffMember.account)
        .where(StaffMember.practice_id == staff.practice_id, Account.public_id == account_public_id)
    )
    return db.session.scalar(found.where(StaffMember.left_at.is_(None)))
