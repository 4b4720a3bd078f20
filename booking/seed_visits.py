"""Appointments of the demo world: how they are written, and the family's past visits.

Every row is what a booking would have left behind: the appointment, its ticks, its ledger lines (SAFETY §1.3).
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import insert, select

from booking.hours import start_instant
from booking.models import Appointment, Location, Practitioner, Service, Tick
from booking.models.appointment import BLOCKING
from booking.ticks import ticks_of
from portal.database import db
from portal.models import LedgerLine, Link, Practice, Profile, StaffMember
from portal.seed import BEAU_RIVAGE, RIVERSIDE, name_id

DAY = 86400
# (who, where, with whom, what for, weeks ago, weekday, wall-clock minute, status)
PAST = (
    ("priya", RIVERSIDE, "maya", "initial", 12, 0, 9 * 60, "fulfilled"),
    ("priya", RIVERSIDE, "maya", "follow-up", 10, 0, 9 * 60 + 30, "fulfilled"),
    ("priya", RIVERSIDE, "maya", "follow-up", 7, 2, 10 * 60, "fulfilled"),
    ("anya", RIVERSIDE, "olivier", "initial", 6, 3, 14 * 60, "fulfilled"),
    ("anya", RIVERSIDE, "olivier", "follow-up", 4, 3, 14 * 60, "cancelled"),
    ("anya", RIVERSIDE, "olivier", "follow-up", 3, 3, 14 * 60, "fulfilled"),
    ("walter", RIVERSIDE, "maya", "initial", 20, 4, 13 * 60, "fulfilled"),
    ("walter", RIVERSIDE, "maya", "follow-up", 2, 4, 13 * 60, "noshow"),
    ("priya", BEAU_RIVAGE, "camille", "evaluation", 16, 1, 10 * 60, "fulfilled"),
    ("tom", BEAU_RIVAGE, "mathieu", "massotherapie-30", 9, 5, 10 * 60, "fulfilled"),
)

# The same of people who have registered online as well: there is something to keep when their records become one.
KNOWN = (
    ("maria-on-file", RIVERSIDE, "maya", "initial", 60, 1, 15 * 60, "fulfilled"),
    ("maria-on-file", RIVERSIDE, "maya", "follow-up", 58, 1, 15 * 60, "fulfilled"),
    ("maria-on-file", RIVERSIDE, "maya", "follow-up", 55, 1, 15 * 60, "cancelled"),
    ("amara-on-file", RIVERSIDE, "olivier", "initial", 40, 2, 14 * 60, "fulfilled"),
    ("amara-on-file", RIVERSIDE, "olivier", "follow-up", 37, 2, 14 * 60, "fulfilled"),
)


@dataclass(frozen=True, slots=True)
class Visit:
    """One appointment to write. Instants are epoch seconds; booked through `link`, or by `staff_id`."""

    name: str  # unique in the demo world; its public id comes from it
    profile: Profile
    practitioner_id: int
    service: Service
    location: Location
    start: int
    status: str
    created: int
    link: Link | None = None
    staff_id: int | None = None
    room_id: int | None = None

    @property
    def end(self) -> int:
        return self.start + self.service.duration_minutes * 60


def seed_visits(now: datetime) -> None:
    """The cast's past visits. A use case."""
    desk = Desk.open()
    write([desk.visit(f"past {n}", *row, now) for n, row in enumerate(PAST)], now)


def seed_known(now: datetime) -> None:
    """Past visits of those who are in the records twice. A use case; does nothing when they are there."""
    if db.session.scalar(select(Appointment.id).where(Appointment.idempotency_key == "demo known 0")) is None:
        desk = Desk.open()
        write([desk.visit(f"known {n}", *row, now) for n, row in enumerate(KNOWN)], now)


class Desk:
    """Finds the rows of the demo world by the names in the seeds."""

    def __init__(self, services, practitioners, locations, profiles, links, staff):
        self.services, self.practitioners, self.locations = services, practitioners, locations
        self.profiles, self.links, self.staff = profiles, links, staff

    @classmethod
    def open(cls) -> "Desk":
        def by(key, model):
            return {getattr(row, key): row for row in db.session.scalars(select(model))}

        slugs = {practice.id: practice.slug for practice in db.session.scalars(select(Practice))}
        links = {}
        for link in db.session.scalars(select(Link).order_by(Link.id.desc())):
            links[link.profile_id] = link  # the first one ever made
        staff = {slugs[row.practice_id]: row.id for row in db.session.scalars(select(StaffMember).where(StaffMember.role == "front_desk"))}
        locations = {slugs[row.practice_id]: row for row in db.session.scalars(select(Location))}
        return cls(by("public_id", Service), by("public_id", Practitioner), locations, by("public_id", Profile), links, staff)

    def visit(self, name, who, slug, with_whom, what, weeks_ago, weekday, minute, status, now) -> Visit:
        """A past visit so many weeks ago."""
        location = self.locations[slug]
        today = now.astimezone(ZoneInfo(location.zone)).date()
        day = today - timedelta(weeks=weeks_ago, days=today.weekday() - weekday)
        return self.at(name, who, slug, with_whom, what, start_instant(location.zone, day, minute), status)

    def at(self, name, who, slug, with_whom, what, start: int, status: str = "booked", room_id: int | None = None) -> Visit:
        """A visit at an instant, booked a week or so before: online where somebody can, else by the front desk."""
        profile = self.profiles[name_id(f"{who}@{slug}")]
        link = self.links.get(profile.id)
        return Visit(
            name=name,
            profile=profile,
            practitioner_id=self.practitioners[name_id(f"practitioner {with_whom}")].id,
            service=self.services[name_id(f"service {what}")],
            location=self.locations[slug],
            start=start,
            status=status,
            created=start - 9 * DAY,
            link=link,
            staff_id=None if link else self.staff[slug],
            room_id=room_id,
        )


def write(visits: list[Visit], now: datetime) -> None:
    """Insert appointments with their ticks and ledger lines, a handful of statements for any number of them."""
    if not visits:
        return
    statement = insert(Appointment).returning(Appointment.id, sort_by_parameter_order=True)
    ids = db.session.scalars(statement, [_row(visit, now) for visit in visits]).all()
    ticks, lines = [], []
    for visit, appointment_id in zip(visits, ids, strict=True):
        ticks += _ticks(visit, appointment_id)
        lines += _lines(visit, appointment_id, now)
    if ticks:
        db.session.execute(insert(Tick), ticks)
    db.session.execute(insert(LedgerLine), lines)


def _made(visit: Visit, now: datetime) -> datetime:
    return min(datetime.fromtimestamp(visit.created, UTC), now - timedelta(minutes=20))


def _row(visit: Visit, now: datetime) -> dict:
    service, made = visit.service, _made(visit, now)
    starts_at = datetime.fromtimestamp(visit.start, UTC)
    cancelled_at = made + timedelta(hours=5) if visit.status == "cancelled" else None
    cancelled_at = min(cancelled_at, now - timedelta(minutes=10)) if cancelled_at else None
    return dict(
        public_id=name_id(f"appointment {visit.name}"),
        practice_id=visit.profile.practice_id,
        location_id=visit.location.id,
        profile_id=visit.profile.id,
        service_id=service.id,
        practitioner_id=visit.practitioner_id,
        room_id=visit.room_id,
        booked_by_id=visit.link.account_id if visit.link else None,
        booked_by_staff_id=visit.staff_id,
        link_id=visit.link.id if visit.link else None,
        starts_at=starts_at,
        ends_at=datetime.fromtimestamp(visit.end, UTC),
        wall_start=f"{starts_at.astimezone(ZoneInfo(visit.location.zone)):%Y-%m-%dT%H:%M}",
        zone=visit.location.zone,
        before_minutes=service.before_minutes,
        after_minutes=service.after_minutes,
        room_before_minutes=service.room_before_minutes,
        room_after_minutes=service.room_after_minutes,
        status=visit.status,
        note="",
        price_cents=service.price_cents,
        sequence=1 if cancelled_at else 0,
        idempotency_key=f"demo {visit.name}",
        created_at=made,
        changed_at=cancelled_at or made,
        cancelled_at=cancelled_at,
        moved_from=None,
    )


def _ticks(visit: Visit, appointment_id: int) -> list[dict]:
    if visit.status not in BLOCKING:
        return []
    resources = [f"p{visit.practitioner_id}", *([f"r{visit.room_id}"] if visit.room_id else [])]
    body = ticks_of(datetime.fromtimestamp(visit.start, UTC), datetime.fromtimestamp(visit.end, UTC))
    common = dict(lane=0, practice_id=visit.profile.practice_id, appointment_id=appointment_id)
    return [dict(resource=resource, tick=tick, **common) for resource in resources for tick in body]


def _lines(visit: Visit, appointment_id: int, now: datetime) -> list[dict]:
    row = _row(visit, now)
    common = dict(
        practice_id=row["practice_id"],
        profile_id=row["profile_id"],
        account_id=row["booked_by_id"],
        link_id=row["link_id"],
        facts={"appointment": appointment_id},
    )
    lines = [dict(verb="booked", at=row["created_at"], **common)]
    return lines + ([dict(verb="cancelled", at=row["cancelled_at"], **common)] if row["cancelled_at"] else [])
