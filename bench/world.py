"""A practice to measure on: so many practitioners, so many days, ten appointments each a day, in bulk."""

import random
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

from app import create_app
from booking.models import Location, OpeningHours, Practitioner, Rules, Service, ServicePractitioner
from portal.database import db, transact
from portal.models import Account, Link, Practice, Profile

NOW = datetime(2026, 12, 10, 15, 0, tzinfo=UTC)
ZONE = "America/Toronto"
OPENS, CLOSES, LENGTH = 9 * 60, 17 * 60, 30


@contextmanager
def application(url: str | None = None, in_context: bool = True):
    """A throwaway application over an empty database: SQLite in a temporary folder, or `url`.

    To measure pages, stay out of its context: pages fetched inside one share their database session.
    """
    with TemporaryDirectory() as folder:
        app = create_app(
            SQLALCHEMY_DATABASE_URI=url or f"sqlite:///{Path(folder) / 'bench.db'}",
            CLOCK=lambda: NOW,
            POSTMAN=False,
            MAIL_FOLDER=folder,
            PROPAGATE_EXCEPTIONS=True,
        )
        with app.app_context():
            db.create_all()
            if in_context:
                yield app
        if not in_context:
            yield app
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


def practice_with(practitioners: int) -> tuple[Practice, Service, list[Practitioner], Account, Link]:
    """A use case: one practice open Monday to Friday 9 to 5, one 30-minute service everybody offers, one signed-up person."""
    add = db.session.add
    practice = Practice(
        slug="bench", name="Bench", zone=ZONE, country="CA", region="ON", phone="+14165550134", email="desk@example.com", city="Toronto"
    )
    account = Account(
        email="a@example.com",
        email_key="a@example.com",
        password_hash="-",
        given_name="Ann",
        family_name="Bell",
        verified_at=NOW,
        created_at=NOW,
    )
    add(practice)
    add(account)
    db.session.flush()
    place = Location(practice_id=practice.id, name="Here", zone=ZONE)
    service = Service(practice_id=practice.id, name="Visit", duration_minutes=LENGTH)
    people = [Practitioner(practice_id=practice.id, name=f"Person {i:03}") for i in range(practitioners)]
    profile = Profile(practice_id=practice.id, given_name="Ann", family_name="Bell", created_at=NOW)
    db.session.add_all(
        [place, service, profile, *people, Rules(practice_id=practice.id, horizon={"kind": "rolling", "days": 90}, most_upcoming=10**9)]
    )
    db.session.flush()
    permissions = ["see_times", "book", "change", "see_details", "manage_access", "get_notices"]
    link = Link(
        practice_id=practice.id, account_id=account.id, profile_id=profile.id, relationship="self", permissions=permissions, created_at=NOW
    )
    add(link)
    for person in people:
        add(ServicePractitioner(practice_id=practice.id, service_id=service.id, practitioner_id=person.id))
        for weekday in range(5):
            add(
                OpeningHours(
                    practice_id=practice.id, practitioner_id=person.id, location_id=place.id, weekday=weekday, opens=OPENS, closes=CLOSES
                )
            )
    db.session.flush()
    return practice, service, people, account, link


def fill(practice_id: int, days: int, a_day: int = 10, first: int = 0) -> int:
    """A use case: `a_day` appointments for everybody on each working day from `first` days ahead; gives how many."""
    choose = random.Random(7)
    place, service, profile = (
        db.session.execute(db.text(f"SELECT min(id) FROM {table}")).scalar() for table in ("locations", "services", "profiles")
    )
    account = db.session.execute(db.text("SELECT min(id) FROM accounts")).scalar()
    people = db.session.execute(db.text("SELECT id FROM practitioners")).scalars().all()
    slots, rows = range(OPENS, CLOSES, LENGTH), []
    for offset in range(first, first + days):
        day = (NOW + timedelta(days=offset)).date()
        if day.weekday() > 4:
            continue
        midnight = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(ZONE))
        for person in people:
            for minute in choose.sample(slots, a_day):
                start = midnight + timedelta(minutes=minute)
                rows.append((person, start, len(rows)))
    table = db.metadata.tables["appointments"]
    same = dict(practice_id=practice_id, location_id=place, profile_id=profile, service_id=service, booked_by_id=account, zone=ZONE, status="booked", note="", sequence=0,
                before_minutes=0, after_minutes=0, room_before_minutes=0, room_after_minutes=0, created_at=NOW, changed_at=NOW)  # fmt: skip
    for some in range(0, len(rows), 5000):
        db.session.execute(
            table.insert(),
            [
                {**same, "public_id": f"f{first}n{number}", "idempotency_key": f"f{first}n{number}", "practitioner_id": person, "starts_at": start,
                 "ends_at": start + timedelta(minutes=LENGTH), "wall_start": f"{start:%Y-%m-%dT%H:%M}"}
                for person, start, number in rows[some : some + 5000]
            ],
        )  # fmt: skip
    return len(rows)


def busy_practice(practitioners: int, days: int = 60):
    """`practice_with` + `fill`, committed."""
    made = transact(practice_with, practitioners)
    transact(fill, made[0].id, days)
    return made
