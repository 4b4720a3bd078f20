"""A clinic of one's own for tests of booking: small, with nothing in it that the test did not ask for.

It stands in Toronto, is open every day from 9 to 17, knows no public holidays (country "ZZ"), wants no notice and opens 60 days ahead.
"""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select

from booking.models import Appointment, Location, OpeningHours, Practitioner, Room, Rules, Service, ServicePractitioner, Tick
from booking.models.appointment import BLOCKING
from booking.ticks import occupy
from booking.timetable import timetable
from booking.wishes import Wish
from portal.access import default_permissions
from portal.database import db, transact
from portal.ids import public_id
from portal.models import Account, Link, Practice, Profile

TORONTO = ZoneInfo("America/Toronto")
EVERY_DAY = range(7)


def at(text: str, zone: ZoneInfo = TORONTO) -> int:
    """Epoch seconds of a wall-clock time: `at("2026-12-14 09:00")`."""
    return int(datetime.fromisoformat(text).replace(tzinfo=zone).timestamp())


def instant(text: str) -> datetime:
    return datetime.fromtimestamp(at(text), UTC)


class Clinic:
    """Rows by name; every maker runs in a transaction of its own and gives back the row."""

    def __init__(self, now: datetime, slug: str = "clinic", zone: str = "America/Toronto"):
        self.now = now
        self.practice = self.add(
            Practice(
                slug=slug,
                name=slug.title(),
                zone=zone,
                country="ZZ",
                phone="+14165550134",
                email=f"desk@{slug}.example",
                reminder_hours=[48],
            )
        )
        self.location = self.add(Location(practice_id=self.practice.id, name="Main", zone=zone))
        self.rules = self.add(Rules(practice_id=self.practice.id, notice_minutes=0, horizon={"kind": "rolling", "days": 60}))

    def add(self, row):
        def adding():
            db.session.add(row)
            db.session.flush()

        transact(adding)
        return row

    def change(self, row, **values):
        """`clinic.change(clinic.rules, notice_minutes=120)`."""

        def changing():
            for name, value in values.items():
                setattr(row, name, value)

        transact(changing)
        return row

    def service(self, name: str = "Visit", minutes: int = 60, **values) -> Service:
        return self.add(Service(practice_id=self.practice.id, name=name, duration_minutes=minutes, **values))

    def practitioner(
        self, name: str, *services: Service, opens: int = 540, closes: int = 1020, days=EVERY_DAY, location=None
    ) -> Practitioner:
        person = self.add(Practitioner(practice_id=self.practice.id, name=name))
        for service in services:
            self.add(ServicePractitioner(practice_id=self.practice.id, service_id=service.id, practitioner_id=person.id))
        self.hours(person, days, opens, closes, location)
        return person

    def hours(self, person: Practitioner, days, opens: int, closes: int, location: Location | None = None, **values) -> None:
        place = (location or self.location).id
        common = dict(practice_id=self.practice.id, practitioner_id=person.id, location_id=place, opens=opens, closes=closes, **values)
        transact(lambda: db.session.add_all(OpeningHours(weekday=day, **common) for day in days))

    def room(self, name: str, kind: str = "treatment") -> Room:
        return self.add(Room(practice_id=self.practice.id, location_id=self.location.id, name=name, kind=kind))

    def person(self, name: str, relationship: str = "self", account: Account | None = None, provisional: bool = False, **values) -> Link:
        """An account with a profile here and a link; give `account` for one more profile of the same account."""
        if account is None:
            address = f"{name.lower()}{public_id()[:4]}@mail.example"
            account = self.add(
                Account(
                    email=address, email_key=address, password_hash="-", given_name=name, family_name="Test",
                    verified_at=self.now, created_at=self.now,
                )
            )  # fmt: skip
        provisional_at = self.now if provisional else None
        profile = self.add(
            Profile(
                practice_id=self.practice.id,
                given_name=name,
                created_at=self.now,
                provisional_at=provisional_at,
                email_consent_at=self.now,
                **values,
            )
        )
        link = Link(practice_id=self.practice.id, account_id=account.id, profile_id=profile.id, relationship=relationship)
        link.permissions, link.created_at = list(default_permissions(relationship)), self.now
        self.add(link)
        return db.session.scalar(select(Link).where(Link.id == link.id))

    def people(self, count: int) -> list[Link]:
        """Many strangers at once, in one transaction."""
        links = []

        def adding():
            for n in range(count):
                account = Account(
                    email=f"p{n}@mail.example", email_key=f"p{n}@{self.practice.slug}", password_hash="-", given_name=f"P{n}",
                    family_name="Test", verified_at=self.now, created_at=self.now,
                )  # fmt: skip
                profile = Profile(practice_id=self.practice.id, given_name=f"P{n}", created_at=self.now, email_consent_at=self.now)
                link = Link(practice_id=self.practice.id, account=account, profile=profile, relationship="self", created_at=self.now)
                link.permissions = list(default_permissions("self"))
                links.append(link)
            db.session.add_all(links)

        transact(adding)
        return links

    def booked(
        self, link: Link, service: Service, person: Practitioner, start: str, status: str = "booked", room: Room | None = None
    ) -> Appointment:
        """An appointment as if it had always been there, with its ticks."""
        begins = instant(start)
        return self.add_with_ticks(
            Appointment(
                practice_id=self.practice.id, location_id=self.location.id, profile_id=link.profile_id, service_id=service.id,
                practitioner_id=person.id, room_id=room and room.id, booked_by_id=link.account_id, link_id=link.id, starts_at=begins,
                ends_at=begins + timedelta(minutes=service.duration_minutes), wall_start=start.replace(" ", "T"), zone="America/Toronto",
                before_minutes=service.before_minutes, after_minutes=service.after_minutes, room_before_minutes=service.room_before_minutes,
                room_after_minutes=service.room_after_minutes, status=status, idempotency_key=public_id(),
                created_at=self.now - timedelta(days=3), changed_at=self.now - timedelta(days=3),
                cancelled_at=self.now if status == "cancelled" else None,
            )
        )  # fmt: skip

    def add_with_ticks(self, row: Appointment) -> Appointment:
        self.add(row)
        if row.status in BLOCKING:
            transact(occupy, row)
        return row

    def wish(self, service: Service, person: Practitioner | None = None, **values) -> Wish:
        table = timetable(self.practice)
        return Wish(table.service(service.public_id), person and table.practitioner(person.public_id), **values)


def day(text: str) -> date:
    return date.fromisoformat(text)


def torn() -> list[str]:
    """What a half-done booking would leave behind: blocking appointments without their ticks, ticks of nobody."""
    from_ticks = {}
    for row in db.session.scalars(select(Tick)):
        from_ticks.setdefault((row.appointment_id, row.resource), set()).add(row.tick)
    wrong, expected = [], set()
    for one in db.session.scalars(select(Appointment).where(Appointment.status.in_(("booked", "arrived", "fulfilled")))):
        body = set(range(int(one.starts_at.timestamp()) // 300, int(one.ends_at.timestamp()) // 300))
        for resource in [f"p{one.practitioner_id}", *([f"r{one.room_id}"] if one.room_id else [])]:
            expected.add((one.id, resource))
            if from_ticks.get((one.id, resource)) != body:
                wrong.append(f"appointment {one.id}: ticks of {resource} are not its body")
    return wrong + [f"ticks of {key} belong to nothing that blocks" for key in from_ticks.keys() - expected]
