"""The people of the demo world: two practices, a family in two homes, their staff. The same cast serves demo, tests and journeys.

Everything is relative to the day it is made, and named: `name_id("leo@riverside")` is the public id of Leo's profile there.
"""

import base64
import hashlib
from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from portal import passwords, seed_records
from portal.access import ADMIN, FRONT_DESK, PRACTITIONER, default_permissions
from portal.database import db
from portal.ledger import record
from portal.models import Account, Link, Practice, Profile, Registration, StaffMember
from portal.queries import practice_by_slug

PASSWORD = "porchlight demo 2026"
RIVERSIDE, BEAU_RIVAGE = "riverside", "beau-rivage"

PRACTICES = (
    dict(
        slug=RIVERSIDE,
        name="Riverside Physiotherapy",
        about="Physiotherapy, massage, sport medicine and counselling under one roof, by the Don.",
        zone="America/Toronto",
        country="CA",
        region="ON",
        phone="+14165550134",
        phone_hours="Monday to Friday, 8am to 6pm",
        email="hello@riverside.example",
        street="12 Mill Street",
        city="Toronto",
        access_note="Step-free entrance. Parking behind the building.",
        colour="#155e75",
        logo="img/riverside.svg",
        banner_text="Our entrance is now on the river side of the building. Follow the blue signs.",
    ),
    dict(
        slug=BEAU_RIVAGE,
        name="Clinique Beau-Rivage",
        about="Physiothérapie, massothérapie et soutien psychosocial au bord de la Petitcodiac.",
        calls_people="client",
        language="fr",
        zone="America/Moncton",
        country="CA",
        region="NB",
        phone="+15065550162",
        phone_hours="Du lundi au vendredi, de 8 h à 17 h",
        email="bonjour@beau-rivage.example",
        street="85, rue Acadie",
        city="Dieppe",
        access_note="Entrée de plain-pied. Stationnement gratuit.",
        colour="#8a3b12",
        logo="img/beau-rivage.svg",
        banner_text="Pendant les travaux de la rue Acadie, passez par la rue Champlain.",
        reminder_detail="discreet",
    ),
)

# name: (given name, family name, years, birthday, telephone, language). Years are kept, whatever the day the world is made.
ACCOUNTS = {
    "priya": ("Priya", "Shah", 39, (5, 4), "+14165550117", "en"),
    "kiran": ("Kiran", "Shah", 17, (9, 9), "+14165550119", "en"),
    "daniel": ("Daniel", "Okafor", 41, (11, 22), "+16475550141", "en"),
    "nadia": ("Nadia", "Haddad", 28, (3, 30), "+14165550155", "en"),
    "amara": ("Amara", "Okoye", 35, (3, 14), "+14165550182", "en"),
    "jean-francois": ("Jean-François", "Lévesque-Tremblay", 67, (11, 27), "+15145550143", "fr"),
    "wei": ("Wei", "Chen", 42, (1, 9), "+16475550166", "en"),
    "maria": ("María José", "Núñez Ortega", 54, (8, 30), "+14165550108", "en"),
    "luc": ("Luc", "Thibodeau", 33, (7, 12), "+15065550171", "fr"),
    "nathalie": ("Nathalie", "Arsenault", 34, (2, 20), "+15065550175", "fr"),
    "dana": ("Dana", "Wright", 46, (2, 17), "+14165550130", "en"),
    "maya": ("Maya", "Chen", 38, (10, 1), "+14165550131", "en"),
    "olivier": ("Olivier", "Dubois", 44, (6, 24), "+14165550132", "en"),
    "tom": ("Tom", "Reid", 31, (4, 6), "+14165550133", "en"),
    "sylvie": ("Sylvie", "Gallant", 51, (12, 5), "+15065550160", "fr"),
    "camille": ("Camille", "Landry", 36, (9, 18), "+15065550161", "fr"),
    "mathieu": ("Mathieu", "Cormier", 29, (1, 27), "+15065550163", "fr"),
    "rose": ("Rose", "Doucet", 58, (5, 15), "+15065550164", "fr"),
}
# People the practices know who cannot sign in, or have not yet.
OTHERS = {
    "leo": ("Leo", "Shah", 8, (6, 2), "", ""),
    "anya": ("Anya", "Shah", 14, (1, 19), "", ""),
    "walter": ("Walter", "Brandt", 85, (10, 11), "+14165550176", "en"),
    "amara-on-file": ("Amara", "Okoye", 35, (3, 14), "+14165550182", "en"),
    "maria-on-file": ("Maria", "Nunez", 54, (8, 30), "+14165550108", "en"),
    "zoe": ("Zoé", "Arsenault", 6, (5, 9), "", ""),
    "noe": ("Noé", "Arsenault", 6, (5, 9), "", ""),
}
# What the practices wrote down besides: street, city, postal code, health card, who issued it, file number.
ON_FILE = {
    "priya": ("48 Bright Street", "Toronto", "M5A 3H5", "", "", "1180"),
    "leo": ("48 Bright Street", "Toronto", "M5A 3H5", "4418 207 652", "ON", "1181"),
    "anya": ("48 Bright Street", "Toronto", "M5A 3H5", "5093 118 262", "ON", "1182"),
    "kiran": ("48 Bright Street", "Toronto", "M5A 3H5", "", "", "1183"),
    "walter": ("9 Cherry Lane", "Toronto", "M4K 1B2", "2270 964 188", "ON", "0217"),
    "amara-on-file": ("310 Queen Street East", "Toronto", "M5A 1S6", "6152 930 472", "ON", "0894"),
    "maria-on-file": ("77 Logan Avenue", "Toronto", "M4M 2M7", "", "", "0641"),
}
# (who, where, and what staff should know). Who has an account of that name gets the link "self".
PROFILES = (
    ("priya", RIVERSIDE, ""),
    ("priya", BEAU_RIVAGE, ""),
    ("leo", RIVERSIDE, "Afraid of needles. Let him hold the toy fox."),
    ("anya", RIVERSIDE, ""),
    ("kiran", RIVERSIDE, ""),
    ("walter", RIVERSIDE, "Hard of hearing, no email. Let the telephone ring for a while."),
    ("amara-on-file", RIVERSIDE, ""),
    ("maria-on-file", RIVERSIDE, ""),
    ("tom", BEAU_RIVAGE, ""),
)
FAMILY = (("priya", "leo"), ("priya", "anya"), ("priya", "kiran"), ("daniel", "leo"), ("daniel", "anya"))  # parent, child
# Who made a profile for themselves online, or was registered by a parent; and how many minutes ago.
REGISTRATIONS = (
    ("amara", RIVERSIDE, 35),
    ("jean-francois", RIVERSIDE, 3 * 60),
    ("wei", RIVERSIDE, 26 * 60),
    ("maria", RIVERSIDE, 12 * 24 * 60),
    ("luc", BEAU_RIVAGE, 3 * 24 * 60),
    ("zoe", BEAU_RIVAGE, 20 * 60 + 2),
    ("noe", BEAU_RIVAGE, 20 * 60),  # her twin: one mother, one telephone, one birth date, and two people
)
REGISTERED_BY = {"zoe": "nathalie", "noe": "nathalie"}
STAFF = (
    ("dana", RIVERSIDE, ADMIN),
    ("maya", RIVERSIDE, PRACTITIONER),
    ("olivier", RIVERSIDE, PRACTITIONER),
    ("tom", RIVERSIDE, FRONT_DESK),  # and a client of the other practice
    ("sylvie", BEAU_RIVAGE, ADMIN),
    ("camille", BEAU_RIVAGE, PRACTITIONER),
    ("mathieu", BEAU_RIVAGE, PRACTITIONER),
    ("rose", BEAU_RIVAGE, FRONT_DESK),
)
# What to try first, printed by `flask demo`: name and what there is to see.
SIGN_INS = (
    ("priya", "a mother: herself at both practices, Leo, Anya and Kiran at Riverside"),
    ("daniel", "the father in another home: Leo and Anya only"),
    ("kiran", "17, with an account of their own"),
    ("nadia", "an account, and nobody anywhere yet"),
    ("dana", "Riverside, admin"),
    ("maya", "Riverside, practitioner"),
    ("tom", "Riverside, front desk; a client of Beau-Rivage"),
    ("sylvie", "Beau-Rivage, admin"),
    ("camille", "Beau-Rivage, practitioner"),
    ("rose", "Beau-Rivage, front desk"),
)


@lru_cache(maxsize=1)
def demo_hash() -> str:
    """The one hash of every demo account; made once, and outside of any transaction."""
    return passwords.hashed(PASSWORD)


def name_id(name: str) -> str:
    """The public id of something in the demo world: the same on every machine, shaped like the random ones."""
    return base64.b32encode(hashlib.sha256(f"porchlight demo {name}".encode()).digest()[:10]).decode().lower()


def address(name: str) -> str:
    return f"{name}@example.com"


def seed_people(now: datetime, password_hash: str) -> bool:
    """Let the practices and people move in; False if they live here already. A use case."""
    if practice_by_slug(RIVERSIDE) is not None:
        return False
    today = now.astimezone(ZoneInfo("America/Toronto")).date()
    moved_in = now - timedelta(days=400)
    practices = {facts["slug"]: Practice(**facts) for facts in PRACTICES}
    accounts = {name: _account(name, today, password_hash, moved_in) for name in ACCOUNTS}
    db.session.add_all([*practices.values(), *accounts.values()])
    db.session.flush()

    profiles = {(name, slug): _profile(name, practices[slug], today, moved_in, alert) for name, slug, alert in PROFILES}
    staff = [StaffMember(practice=practices[slug], account=accounts[name], role=role, created_at=moved_in) for name, slug, role in STAFF]
    db.session.add_all([*profiles.values(), *staff])
    db.session.flush()

    seed_records.fill({name: profile for (name, slug), profile in profiles.items() if slug == RIVERSIDE}, moved_in, name_id)
    for name, slug in profiles:
        if name in accounts:
            _link(accounts[name], profiles[name, slug], "self", "invited by the practice", moved_in)
    for parent, child in FAMILY:
        _link(accounts[parent], profiles[child, RIVERSIDE], "parent", "made online", moved_in)
    _register(accounts, practices, today, now)
    db.session.flush()
    return True


def _born(years: int, birthday: tuple[int, int], today: date) -> date:
    """The date of birth of somebody who is so many years old today."""
    return date(today.year - years - (birthday > (today.month, today.day)), *birthday)


def _account(name: str, today: date, password_hash: str, at: datetime) -> Account:
    given, family, years, birthday, phone, language = ACCOUNTS[name]
    return Account(
        public_id=name_id(name),
        email=address(name),
        email_key=address(name),
        password_hash=password_hash,
        given_name=given,
        family_name=family,
        born_on=_born(years, birthday, today),
        phone=phone,
        language=language,
        verified_at=at,
        created_at=at,
    )


def _profile(name: str, practice: Practice, today: date, at: datetime, alert: str = "", provisional: bool = False) -> Profile:
    given, family, years, birthday, phone, language = ACCOUNTS.get(name) or OTHERS[name]
    on_file = ON_FILE.get(name) if practice.slug == RIVERSIDE else None
    street, city, postal_code, card_number, card_region, file_number = on_file or ("",) * 6
    return Profile(
        public_id=name_id(f"{name}@{practice.slug}"),
        practice=practice,
        given_name=given,
        family_name=family,
        born_on=_born(years, birthday, today),
        email=address(name) if name in ACCOUNTS else "",
        phone=phone,
        language=language,
        street=street,
        city=city,
        postal_code=postal_code,
        card_number=card_number,
        card_region=card_region,
        file_number=file_number,
        staff_alert=alert,
        created_at=at,
        provisional_at=at if provisional else None,
        email_consent_at=at if name in ACCOUNTS else None,
    )


def _link(account: Account, profile: Profile, relationship: str, ground: str, at: datetime) -> Link:
    link = Link(
        public_id=name_id(f"{account.public_id} for {profile.public_id}"),
        practice_id=profile.practice_id,
        account=account,
        profile=profile,
        relationship=relationship,
        permissions=list(default_permissions(relationship)),
        ground=ground,
        created_at=at,
    )
    db.session.add(link)
    return link


def _register(accounts: dict, practices: dict, today: date, now: datetime) -> None:
    """Those who signed up by themselves: account, provisional profile, link, and a line in the staff's queue."""
    made = []
    for name, slug, minutes in REGISTRATIONS:
        at, account = now - timedelta(minutes=minutes), accounts[REGISTERED_BY.get(name, name)]
        account.created_at = account.verified_at = at
        profile = _profile(name, practices[slug], today, at, provisional=True)
        db.session.add(profile)
        made.append((name, slug, at, account, profile))
    db.session.flush()
    links = [
        _link(account, profile, "parent" if name in REGISTERED_BY else "self", "made online", at) for name, _, at, account, profile in made
    ]
    db.session.flush()
    for (name, slug, at, account, profile), link in zip(made, links, strict=True):
        who = dict(practice_id=profile.practice_id, profile=profile, account=account)
        db.session.add(Registration(public_id=name_id(f"registration of {name}@{slug}"), created_at=at, **who))
        record("registered", at, profile=profile, account=account, link=link, relationship=link.relationship)
