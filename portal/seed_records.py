"""What the practices of the demo world wrote down besides: names people go by, numbers, whom to call, who pays."""

from collections.abc import Callable, Mapping
from datetime import date, datetime

from portal.database import db
from portal.models import Contact, FurtherNumber, Profile

# Columns of Profile.
FACTS = {
    "kiran": {"preferred_name": "Kay", "pronouns": "they/them", "phone_kind": "mobile"},
    "priya": {"salutation": "Ms", "phone_kind": "mobile", "referred_by": "Dr. Adaeze Wong"},
    "leo": {"card_version": "KP", "card_expires_on": date(2029, 6, 2), "sex_at_birth": "male"},
    "anya": {"card_version": "RA", "card_expires_on": date(2027, 1, 10), "pronouns": "she/her"},
    "walter": {
        "salutation": "Mr", "phone_kind": "home", "card_version": "WT", "program": "Veterans Affairs", "program_number": "VA-204417", "veteran_id": "K0204417",
        "billing_authorisation": "A-88120", "sessions_needed": 12, "billing_notes": "Bill Veterans Affairs monthly. 12 sessions a year.",
    },
}  # fmt: skip
NUMBERS = {"priya": ("+14165550127", "work")}
# Name, relation, telephone, address, and whether they are called in an emergency.
CONTACTS = {"walter": ("Hannelore Brandt", "daughter", "+14165550177", "hannelore@example.com", True)}


def fill(profiles: Mapping[str, Profile], at: datetime, name_id: Callable[[str], str]) -> None:
    """`profiles` by their names in the demo world, of one practice. A step of the seed."""
    for name, facts in FACTS.items():
        for column, value in facts.items():
            setattr(profiles[name], column, value)
    for name, (number, kind) in NUMBERS.items():
        db.session.add(
            FurtherNumber(practice_id=profiles[name].practice_id, profile_id=profiles[name].id, number=number, kind=kind, created_at=at)
        )
    for name, (called, relation, phone, email, is_emergency) in CONTACTS.items():
        whose = {
            "practice_id": profiles[name].practice_id,
            "profile_id": profiles[name].id,
            "created_at": at,
            "emergency_at": at if is_emergency else None,
        }
        db.session.add(Contact(public_id=name_id(f"contact of {name}"), name=called, relation=relation, phone=phone, email=email, **whose))
