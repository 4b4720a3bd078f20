"""Everybody else in the demo world: about 250 people, their past visits and some 600 coming appointments."""

import unicodedata
from datetime import datetime, timedelta
from random import Random

from sqlalchemy import insert, select

from booking import reminders
from booking.models import Appointment
from booking.seed_visits import Desk, write
from booking.seed_walk import Walk
from portal.access import default_permissions
from portal.database import db
from portal.models import Account, Link, Practice, Profile
from portal.seed import BEAU_RIVAGE, RIVERSIDE, name_id

GIVEN = {
    RIVERSIDE: "Aisha Ben Carmen David Elena Farid Grace Hugo Irene Jamal Karin Liam Mina Noor Oscar Paula Quinn Rosa Samir Tess Uma Victor".split(),
    BEAU_RIVAGE: "Adèle Benoît Chantal Denis Élise Fernand Gisèle Hervé Isabelle Jacques Lise Marcel Noëlla Odette Pascal Réjean Suzanne".split(),
}
FAMILY_NAMES = {
    RIVERSIDE: "Abbott Bose Clarke Dhillon Eriksen Ferreira Gupta Hassan Ivanov Jones Kim Lopez Murphy Nguyen".split(),
    BEAU_RIVAGE: "Arsenault Babineau Cormier Daigle Gautreau Hébert LeBlanc Maillet Poirier Richard Savoie Vienneau".split(),
}
MANY = {RIVERSIDE: 170, BEAU_RIVAGE: 80}
AREA_CODES = {RIVERSIDE: ("416", "647"), BEAU_RIVAGE: ("506",)}
# The cast's own coming appointments: (who, where, with whom, what for, days ahead at least, not before this minute).
COMING = (
    ("priya", RIVERSIDE, "maya", "follow-up", 1, 9 * 60),
    ("leo", RIVERSIDE, "maya", "initial", 6, 14 * 60),
    ("anya", RIVERSIDE, "olivier", "follow-up", 9, 15 * 60),
    ("kiran", RIVERSIDE, "olivier", "initial", 13, 15 * 60 + 30),
    ("walter", RIVERSIDE, "ravi", "massage-60", 0, 15 * 60),
    ("priya", BEAU_RIVAGE, "camille", "suivi", 11, 9 * 60),
    ("tom", BEAU_RIVAGE, "mathieu", "massotherapie-60", 4, 10 * 60),
)


def seed_coming(now: datetime) -> bool:
    """The cast's coming appointments, with their reminders; False if they are there. A use case."""
    if _is_there("coming 0"):
        return False
    walks = _walks(now)
    write([visit for n, row in enumerate(COMING) if (visit := walks[row[1]].first_fit(f"coming {n}", *row))], now)
    for appointment in db.session.scalars(select(Appointment).where(Appointment.idempotency_key.startswith("demo coming"))):
        reminders.make(appointment, now)
    return True


def seed_crowd(now: datetime) -> bool:
    """Everybody else; False if they are there. A use case."""
    if _is_there(f"crowd {RIVERSIDE} 0"):
        return False
    write([visit for walk in _walks(now).values() for visit in walk.fill(_move_in(walk.practice, now))], now)
    return True


def _is_there(name: str) -> bool:
    return db.session.scalar(select(Appointment.id).where(Appointment.idempotency_key == f"demo {name}")) is not None


def _walks(now: datetime) -> dict[str, Walk]:
    desk = Desk.open()
    found = db.session.scalars(select(Practice).where(Practice.slug.in_(MANY)).order_by(Practice.slug.desc()))
    return {practice.slug: Walk(desk, practice, now) for practice in found}


def _move_in(practice: Practice, now: datetime) -> list[tuple[Profile, Link | None]]:
    """The practice's people; every third can book online."""
    random, slug = Random(f"people of {practice.slug}"), practice.slug
    known = db.session.scalar(select(Account.password_hash).limit(1))
    people = []
    for n in range(MANY[slug]):
        given, family = GIVEN[slug][n % len(GIVEN[slug])], FAMILY_NAMES[slug][n * 5 % len(FAMILY_NAMES[slug])]
        mailbox = _ascii(f"{given}.{family}.{n}.{practice.city}")
        born_on = now.date() - timedelta(days=random.randrange(19 * 365, 84 * 365))
        phone = f"+1{random.choice(AREA_CODES[slug])}55501{n % 100:02}"
        common = dict(given_name=given, family_name=family, born_on=born_on, phone=phone, language=practice.language)
        at = now - timedelta(days=random.randrange(60, 390), hours=random.randrange(24))
        online = n % 3 == 0
        people.append(
            (
                dict(public_id=name_id(mailbox), practice_id=practice.id, email=mailbox if online else "", created_at=at, **common),
                dict(
                    public_id=name_id(f"account {mailbox}"),
                    email=mailbox,
                    email_key=mailbox,
                    password_hash=known,
                    verified_at=at,
                    created_at=at,
                    **common,
                )
                if online
                else None,
            )
        )
    profiles = db.session.scalars(insert(Profile).returning(Profile, sort_by_parameter_order=True), [row for row, _ in people]).all()
    accounts = db.session.scalars(
        insert(Account).returning(Account.id, sort_by_parameter_order=True), [row for _, row in people if row]
    ).all()
    owners = [profile for profile, (_, account) in zip(profiles, people, strict=True) if account]
    links = [
        dict(
            public_id=name_id(f"link of {profile.public_id}"),
            practice_id=practice.id,
            account_id=account_id,
            profile_id=profile.id,
            relationship="self",
            permissions=list(default_permissions("self")),
            ground="invited by the practice",
            created_at=profile.created_at,
        )
        for profile, account_id in zip(owners, accounts, strict=True)
    ]
    made = {link.profile_id: link for link in db.session.scalars(insert(Link).returning(Link), links)}
    return [(profile, made.get(profile.id)) for profile in profiles]


def _ascii(text: str) -> str:
    return unicodedata.normalize("NFKD", text.lower()).encode("ascii", "ignore").decode() + "@example.com"
