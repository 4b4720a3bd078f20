"""The timetables of the demo world: who is seen when, for what, and how far ahead. People are in portal/seed.py.

Every kind of horizon is in use. At Riverside the practice's own horizon opens days each Monday at 9am, 39 days ahead: on
Thursday 10 December 2026 Friday 15 January is the last open day, and Saturday 16 January, on which Maya Chen sees people
for "Initial assessment" and "Follow-up physiotherapy", opens on Monday 14 December at 9am.
"""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select

from booking.holidays_of import public_holidays
from booking.horizon import Horizon, Release, ReleaseList, ReleaseMonthly, Rolling, Until, to_dict
from booking.hours import start_instant
from booking.models import (
    Break,
    Cap,
    Closure,
    DateOverride,
    HolidayWorked,
    Location,
    OpeningHours,
    Practitioner,
    Room,
    Rules,
    Service,
    ServicePractitioner,
    TimeOff,
)
from booking.seed_crowd import seed_coming, seed_crowd
from booking.seed_desk import seed_desk
from booking.seed_payments import seed_payments
from booking.seed_visits import seed_known, seed_visits
from portal.database import db, transact
from portal.models import Account, Practice, StaffMember
from portal.seed import BEAU_RIVAGE, RIVERSIDE, demo_hash, name_id, seed_people

MON, TUE, WED, THU, FRI, SAT = range(6)
WORKDAYS = (MON, TUE, WED, THU, FRI)

# practice: latitude and longitude, for how long the way may take
WHERE = {RIVERSIDE: (43.6503, -79.3596), BEAU_RIVAGE: (46.0989, -64.7244)}
# practice: the rooms with their kinds
ROOMS = {
    RIVERSIDE: (("Room 1", "treatment"), ("Room 2", "treatment"), ("Gym", "gym")),
    BEAU_RIVAGE: (("Salle 1", "treatment"),),
}
# key: (practice, name, profession, languages, about, weekly hours, weekly breaks). Hours: (weekdays, opens, closes) in hours of the day.
PRACTITIONERS = {
    "maya": (RIVERSIDE, "Maya Chen", "Physiotherapist", ["en", "zh"], "Knees, hips and people who run.",
             [((MON, WED, FRI), 8, 16.5), ((TUE,), 8, 12.5), ((TUE,), 13, 17), ((THU,), 12, 20), ((SAT,), 9, 13)],
             [((MON, WED, FRI), 12, 13), ((THU,), 16, 16.5)]),
    "olivier": (RIVERSIDE, "Olivier Dubois", "Physiotherapist", ["en", "fr"], "Shoulders, backs and desk work.",
                [((TUE, WED, THU, FRI), 9, 17)], [((TUE, WED, THU, FRI), 12.5, 13)]),
    "ravi": (RIVERSIDE, "Ravi Kumar", "Massage therapist", ["en", "hi"], "Deep tissue and sports massage.",
             [((MON, TUE, WED, THU), 10, 19)], [((MON, TUE, WED, THU), 14, 15)]),
    "ines": (RIVERSIDE, "Dr. Ines Roy", "Sport medicine physician", ["en", "fr"], "Concussion and joints.",
             [((TUE, THU), 8, 12)], []),
    "noah": (RIVERSIDE, "Noah Levy", "Counsellor", ["en"], "Pain, sleep and worry.", [((MON, WED), 12, 20)], [((MON, WED), 16, 16.5)]),
    "camille": (BEAU_RIVAGE, "Camille Landry", "Physiothérapeute", ["fr", "en"], "Le dos, le cou et les vertiges.",
                [(WORKDAYS, 8, 16)], [(WORKDAYS, 12, 12.75)]),
    "mathieu": (BEAU_RIVAGE, "Mathieu Cormier", "Massothérapeute", ["fr"], "Massage suédois et drainage.",
                [((TUE, WED, THU, FRI), 10, 18), ((SAT,), 9, 12)], [((TUE, WED, THU, FRI), 13, 14)]),
    "julie": (BEAU_RIVAGE, "Julie Arsenault", "Travailleuse sociale", ["fr", "en"], "Deuil, douleur et épuisement.",
              [((MON, TUE, THU), 13, 20)], [((MON, TUE, THU), 16.5, 17)]),
}  # fmt: skip
BRING = "Comfortable clothes\nA list of your medicines"
APPORTER = "Des vêtements confortables\nLa liste de vos médicaments"
# key: (practice, discipline, name, about, minutes, who offers it, the rest)
SERVICES = {
    "initial": (RIVERSIDE, "Physiotherapy", "Initial assessment", "We find out what is wrong and plan the treatment.", 50, "maya olivier",
                dict(for_people="new", after_minutes=10, price_cents=12000, bring=BRING)),
    "follow-up": (RIVERSIDE, "Physiotherapy", "Follow-up physiotherapy", "To go on with your treatment.", 30, "maya olivier",
                  dict(for_people="returning", after_minutes=5, price_cents=8000)),
    "concussion": (RIVERSIDE, "Physiotherapy", "Concussion assessment", "Within 2 weeks of a head injury.", 80, "maya ines",
                   dict(before_minutes=5, after_minutes=15, price_cents=18000)),
    "pelvic": (RIVERSIDE, "Physiotherapy", "Pelvic health physiotherapy", "During and after pregnancy, and for leaks or pain.", 60, "maya",
               dict(after_minutes=10, room_kind="treatment", room_before_minutes=5, room_after_minutes=10, price_cents=13500)),
    "orthotics": (RIVERSIDE, "Physiotherapy", "Custom orthotics fitting", "We measure how you walk. Bring your usual shoes.", 45, "olivier",
                  dict(step_minutes=30, room_kind="gym", price_cents=9500, bring="The shoes you wear most")),
    "massage-60": (RIVERSIDE, "Massage therapy", "Massage, 60 minutes", "For sore and tired muscles.", 60, "ravi",
                   dict(step_minutes=30, room_kind="treatment", room_after_minutes=10, after_minutes=10, price_cents=10500)),
    "massage-90": (RIVERSIDE, "Massage therapy", "Massage, 90 minutes", "With time for the whole body.", 90, "ravi",
                   dict(step_minutes=30, room_kind="treatment", room_after_minutes=10, after_minutes=10, price_cents=15000)),
    "sport": (RIVERSIDE, "Sport medicine", "Sport medicine consultation", "Joint pain, imaging and referrals.", 20, "ines",
              dict(step_minutes=10, after_minutes=5, bring="Your health card")),
    "counselling": (RIVERSIDE, "Counselling", "Counselling session", "Talking about pain, sleep or worry.", 50, "noah",
                    dict(after_minutes=10, buffers_inside=True, price_cents=14000)),
    "evaluation": (BEAU_RIVAGE, "Physiothérapie", "Évaluation initiale", "Nous cherchons la cause et préparons le traitement.", 60, "camille",
                   dict(for_people="new", after_minutes=10, room_kind="treatment", price_cents=11000, bring=APPORTER)),
    "suivi": (BEAU_RIVAGE, "Physiothérapie", "Suivi de physiothérapie", "Pour poursuivre votre traitement.", 30, "camille",
              dict(for_people="returning", after_minutes=5, price_cents=7500)),
    "massotherapie-60": (BEAU_RIVAGE, "Massothérapie", "Massothérapie, 60 minutes", "Pour les muscles fatigués.", 60, "mathieu",
                         dict(room_kind="treatment", room_after_minutes=10, after_minutes=10, price_cents=9500)),
    "massotherapie-30": (BEAU_RIVAGE, "Massothérapie", "Massothérapie, 30 minutes", "Le cou et les épaules.", 30, "mathieu",
                         dict(room_kind="treatment", room_after_minutes=10, after_minutes=10, price_cents=6000)),
    "soutien": (BEAU_RIVAGE, "Soutien psychosocial", "Rencontre individuelle", "Parler du deuil, de la douleur ou de l'épuisement.", 50, "julie",
                dict(after_minutes=10, price_cents=12500)),
}  # fmt: skip


def seed_world(now: datetime, crowd: bool = True) -> None:
    """People, timetables and past visits; with `crowd` also the family's coming appointments and everybody else's. Idempotent."""
    transact(_move_in, now, demo_hash(), crowd)


def _move_in(now: datetime, password_hash: str, crowd: bool) -> None:
    seed_people(now, password_hash)
    if seed_timetables(now):
        seed_visits(now)
    if crowd:
        seed_known(now)
        seed_coming(now)
        seed_crowd(now)
        seed_desk(now)
        seed_payments(now)


def seed_timetables(now: datetime) -> bool:
    """Everything both practices' times are made of; False if it is there. A use case."""
    practices = {practice.slug: practice for practice in db.session.scalars(select(Practice).where(Practice.slug.in_(ROOMS)))}
    if db.session.scalar(select(Location.id).where(Location.practice_id == practices[RIVERSIDE].id)):
        return False
    today = now.astimezone(ZoneInfo(practices[RIVERSIDE].zone)).date()
    locations = {slug: _location(it) for slug, it in practices.items()}
    people = {key: _practitioner(key, position, practices) for position, key in enumerate(PRACTITIONERS)}
    services = {key: _service(key, position, practices) for position, key in enumerate(SERVICES)}
    db.session.add_all([*locations.values(), *people.values(), *services.values()])
    db.session.flush()

    rows = []
    for slug, rooms in ROOMS.items():
        place = dict(practice_id=practices[slug].id, location_id=locations[slug].id)
        rows += [Room(public_id=name_id(f"{name} of {slug}"), name=name, kind=kind, **place) for name, kind in rooms]
    for key, (slug, *_, hours, breaks) in PRACTITIONERS.items():
        who = dict(practice_id=practices[slug].id, practitioner_id=people[key].id)
        rows += [
            OpeningHours(location_id=locations[slug].id, weekday=day, opens=int(opens * 60), closes=int(closes * 60), **who)
            for days, opens, closes in hours
            for day in days
        ]
        rows += [Break(weekday=day, begins=int(begins * 60), ends=int(ends * 60), **who) for days, begins, ends in breaks for day in days]
    for key, service in services.items():
        offered = dict(practice_id=service.practice_id, service_id=service.id)
        rows += [ServicePractitioner(practitioner_id=people[who].id, **offered) for who in SERVICES[key][5].split()]
    rows += _rules(practices, people, services, today) + _exceptions(practices, locations, people, today)
    db.session.add_all(rows)
    db.session.flush()
    return True


def _location(practice: Practice) -> Location:
    latitude, longitude = WHERE[practice.slug]
    address = dict(name=practice.name, street=practice.street, city=practice.city)
    return Location(
        public_id=name_id(f"location of {practice.slug}"),
        practice_id=practice.id,
        zone=practice.zone,
        latitude=latitude,
        longitude=longitude,
        **address,
    )


def _practitioner(key: str, position: int, practices: dict[str, Practice]) -> Practitioner:
    slug, name, profession, languages, about, *_ = PRACTITIONERS[key]
    return Practitioner(
        public_id=name_id(f"practitioner {key}"),
        practice_id=practices[slug].id,
        staff_member_id=_staff_members().get((key, slug)),
        name=name,
        profession=profession,
        languages=languages,
        about=about,
        position=position,
    )


def _service(key: str, position: int, practices: dict[str, Practice]) -> Service:
    slug, discipline, name, about, minutes, _, rest = SERVICES[key]
    words = dict(public_id=name_id(f"service {key}"), practice_id=practices[slug].id, discipline=discipline, name=name, about=about)
    return Service(**words, duration_minutes=minutes, position=position, **rest)


def _staff_members() -> dict[tuple[str, str], int]:
    """(name of the account, practice) → id of the staff member."""
    rows = db.session.execute(select(Account.email_key, Practice.slug, StaffMember.id).join(StaffMember.account).join(StaffMember.practice))
    return {(email.partition("@")[0], slug): member_id for email, slug, member_id in rows}


def _rules(practices, people, services, today: date) -> list:
    """Horizons of every kind on every level, notice, limits and caps."""

    def rules(slug: str, horizon: Horizon | None, **rest) -> Rules:
        return Rules(practice_id=practices[slug].id, horizon=to_dict(horizon), **rest)

    monday = today - timedelta(days=today.weekday())
    releases = [(monday + timedelta(weeks=n), 9 * 60, monday + timedelta(weeks=n + 3, days=4)) for n in (-2, 1, 4, 7)]
    riverside = practices[RIVERSIDE].id
    return [
        rules(RIVERSIDE, Release(MON, 9 * 60, 39), notice_minutes=120, change_notice_minutes=24 * 60, most_upcoming=10),
        rules(RIVERSIDE, Rolling(60), practitioner_id=people["ravi"].id),
        rules(RIVERSIDE, ReleaseMonthly(1, 8 * 60, 1), practitioner_id=people["noah"].id, change_notice_minutes=48 * 60),
        rules(RIVERSIDE, Rolling(14), service_id=services["concussion"].id, notice_minutes=60),
        rules(RIVERSIDE, Until(today + timedelta(days=45)), service_id=services["orthotics"].id),
        rules(BEAU_RIVAGE, Rolling(20, "open_days", 8 * 60), notice_minutes=240, change_notice_minutes=24 * 60, one_per_day=True),
        rules(BEAU_RIVAGE, ReleaseList(tuple(releases)), practitioner_id=people["julie"].id, cutoff_minute=18 * 60),
        Cap(practice_id=riverside, practitioner_id=people["ines"].id, period="day", max_count=6),
        Cap(practice_id=riverside, practitioner_id=people["noah"].id, period="day", max_minutes=300),
        Cap(practice_id=riverside, service_id=services["concussion"].id, period="week", max_count=6),
    ]


def _exceptions(practices, locations, people, today: date) -> list:
    """Closures, holidays worked, time off, other hours on one date, and hours that change."""

    def who(key: str) -> dict:
        return dict(practice_id=practices[PRACTITIONERS[key][0]].id, practitioner_id=people[key].id)

    def at(key: str) -> dict:
        return dict(location_id=locations[PRACTITIONERS[key][0]].id, **who(key))

    def away(key: str, first: date, last: date, reason: str, opens: int = 0, closes: int = 1440) -> TimeOff:
        zone = practices[PRACTITIONERS[key][0]].zone
        return TimeOff(
            public_id=name_id(f"time off {key} {first}"),
            starts_at=instant(zone, first, opens),
            ends_at=instant(zone, last, closes),
            private_reason=reason,
            **who(key),
        )

    christmas = date(today.year + (today > date(today.year, 12, 28)), 12, 24)
    training = _next(WED, today + timedelta(days=14))
    new_hours = _next(MON, today + timedelta(days=20))
    rows = [
        Closure(practice_id=practices[RIVERSIDE].id, name="Winter break", first_on=christmas, last_on=christmas + timedelta(days=4)),
        Closure(
            practice_id=practices[RIVERSIDE].id,
            name="Team training",
            starts_at=instant(practices[RIVERSIDE].zone, training, 13 * 60),
            ends_at=instant(practices[RIVERSIDE].zone, training, 15 * 60),
        ),
        Closure(practice_id=practices[BEAU_RIVAGE].id, name="Congé des Fêtes", first_on=christmas, last_on=christmas + timedelta(days=2)),
        away("maya", today + timedelta(days=29), today + timedelta(days=29), "Wedding of a friend"),
        away("olivier", today + timedelta(days=18), today + timedelta(days=22), "Parental leave"),
        away("camille", today + timedelta(days=6), today + timedelta(days=6), "Rendez-vous médical", 12 * 60),
        DateOverride(on_date=_next(THU, today + timedelta(days=7)), windows=[[10 * 60, 14 * 60]], **at("olivier")),
        DateOverride(on_date=_next(FRI, today + timedelta(days=10)), windows=[], **at("mathieu")),
        OpeningHours(weekday=MON, opens=13 * 60, closes=17 * 60, valid_until=new_hours - timedelta(days=1), **at("olivier")),
        OpeningHours(weekday=MON, opens=16 * 60, closes=20 * 60, valid_from=new_hours, **at("olivier")),
    ]
    for slug in (RIVERSIDE, BEAU_RIVAGE):
        practice = practices[slug]
        rows.append(HolidayWorked(practice_id=practice.id, on_date=_holiday_worked(practice.country, practice.region, today)))
    return rows


def _holiday_worked(country: str, region: str, today: date) -> date:
    """The next public holiday on a working day outside the turn of the year: they work on this one."""
    days = [day for year in (today.year, today.year + 1) for day, _ in public_holidays(country, region, year)]
    return min(day for day in days if day > today and day.weekday() < SAT and (day.month, day.day) not in ((12, 25), (12, 26), (1, 1)))


def _next(weekday: int, day: date) -> date:
    """The first such weekday on or after a date."""
    return day + timedelta(days=(weekday - day.weekday()) % 7)


def instant(zone: str, day: date, minute: int) -> datetime:
    """The instant of a wall-clock minute (0 to 1440) on a date."""
    day, minute = (day + timedelta(days=1), 0) if minute == 1440 else (day, minute)
    return datetime.fromtimestamp(start_instant(zone, day, minute), UTC)
