"""A copy of what a practice holds of a person, for them and for who may see everything of them (docs/person-export.md has every name).

Nothing that is for staff alone, and nothing of how others who act for the person are reached. The rest of the house adds its own parts.
"""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from portal import access_words, cards, consents, file_queries, history, ledger
from portal.access import in_order
from portal.database import db
from portal.family import Person
from portal.ledger_words import Reader
from portal.models import Link, Profile
from portal.own_details import Known
from portal.own_fields import ADDRESS, COPIED, EMAIL, EMERGENCY, PHONES
from portal.public_url import public_url

FORMAT, VERSION = "porchlight.person", 1  # a name that changes its meaning or goes raises the version; new names do not
MOST_PAGES = 200  # of the history
_SHARED = (PHONES, ADDRESS, EMAIL, EMERGENCY)
Part = Callable[[Link, date, datetime], Any]
_parts: dict[str, Part] = {}


def on_copy(name: str):
    """Have `make(link, on, now)` add its part of the copy under a name, in JSON values, as far as the reader behind `link` may see."""

    def mark(make: Part) -> Part:
        _parts[name] = make
        return make

    return mark


def write_down(link: Link, now: datetime) -> None:
    """That a copy was made. A use case."""
    ledger.record(COPIED, now, profile=db.session.get(Profile, link.profile_id), account=link.account, link=link, **{"as": "person"})


def copy(mine: Person, there: Known, now: datetime) -> dict:
    """JSON values: instants in ISO 8601 with their offset from UTC, dates as 2026-12-10, nothing known as null or an empty string."""
    link, practice = mine.link, mine.link.profile.practice
    made = {
        "format": FORMAT,
        "version": VERSION,
        "made_at": now.isoformat(),
        "practice": {
            "name": practice.name,
            "street": practice.street,
            "city": practice.city,
            "phone": practice.phone,
            "email": practice.email,
        },
        "person": _person(there),
        "left_out": [field for field in _SHARED if there.is_others(field)],  # it is how somebody else is reached too
        "messages": {channel: _consent(link.profile, channel) for channel in consents.CHANNELS},
        "access": [_access(one, mine) for one in (link, *mine.others)],
    }
    made |= {name: make(link, mine.on, now) for name, make in _parts.items()}
    return made | {"history": _history(mine)}


def _person(there: Known) -> dict:
    profile, whole = there.profile, there.link.is_self
    card, address, contact = profile.card_number, not there.is_others(ADDRESS), there.contact
    return {
        "given_name": profile.given_name, "middle_name": profile.middle_name, "family_name": profile.family_name,
        "preferred_name": profile.preferred_name, "salutation": profile.salutation, "pronouns": profile.pronouns,
        "sex_assigned_at_birth": profile.sex_at_birth, "birth_date": _date(profile.born_on),
        "email": "" if there.is_others(EMAIL) else profile.email,
        "phone_numbers": [] if there.is_others(PHONES) else [{"number": one.number, "kind": one.kind} for one in there.numbers],
        "address": {name: getattr(profile, name) for name in ("street", "unit", "city", "postal_code")} if address else None,
        "language": profile.language, "time_zone": profile.zone,
        "emergency_contact": {"name": contact.name, "relation": contact.relation, "phone": contact.phone} if contact and not there.is_others(EMERGENCY) else None,
        "health_card": {
            "number": card if whole else _last_four(card), "region": profile.card_region, "version": profile.card_version if whole else "",
            "ends_on": _date(profile.card_expires_on),
        },
        "program": {
            "name": profile.program, "number": profile.program_number if whole else _last_four(profile.program_number), "region": profile.program_region,
            "case_number": profile.case_number,
        },
        "veteran_id": profile.veteran_id if whole else _last_four(profile.veteran_id),
        "referred_by": profile.referred_by,
        "record_since": profile.created_at.isoformat(),
    }  # fmt: skip


def _last_four(number: str) -> str:
    """Figures alone, as on the page: cards are typed with blanks between them."""
    figures = "".join(c for c in number if c.isdigit())
    return f"…{figures[-cards.SHOWN :]}" if len(figures) > cards.SHOWN else ""


def _consent(profile: Profile, channel: str) -> dict:
    agreed, refused = consents.agreed_at(profile, channel), consents.refused_at(profile, channel)
    return {
        "allowed": consents.may(profile, channel),
        "agreed_at": agreed and agreed.isoformat(),
        "refused_at": refused and refused.isoformat(),
    }


def _access(link: Link, mine: Person) -> dict:
    """Names as the family page tells them; no address of anybody."""
    return {
        "name": link.account.name,
        "relationship": link.relationship,
        "in_words": access_words.kind(link.relationship),
        "may": in_order(link.permissions_on(mine.on)),
        "since": link.created_at.isoformat(),
        "ends_on": _date(link.ends_on),
    }


@on_copy("files")
def _files(link: Link, on: date, _now: datetime) -> list[dict]:
    """What the files page shows this reader, the latest first; the bytes are to be saved from there, while access lasts."""
    return [
        {
            "name": file.name, "media_type": file.media, "bytes": file.size, "sha256": file.sha256, "added_at": file.created_at.isoformat(),
            "from": "practice" if file.is_from_staff else "person" if file.added_by_id == link.account_id else "another",
            "address": public_url("portal.save_file", public_id=link.public_id, file_id=file.public_id),
        }
        for file in file_queries.seen_by(link, on)
    ]  # fmt: skip


def _history(mine: Person) -> list[dict]:
    """The latest first, in the words the reader reads on the page of the history."""
    lines, before, reader = [], None, Reader(mine.link.profile, mine.link, mine.on)
    for _page in range(MOST_PAGES):
        found = history.of(reader, before)
        lines += [{"at": one.at.isoformat(), "what": one.what, "who": one.who} for _day, entries in found.days for one in entries]
        before = found.before
        if before is None:
            break
    return lines


def _date(value: date | None) -> str | None:
    return value.isoformat() if value else None
