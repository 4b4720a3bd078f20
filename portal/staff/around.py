"""What stands around one record, read in a single statement for the page that everybody opens: numbers, people to ring, who acts for the person,
records that look alike. What is rare (merges, people told apart) is only found to be there."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, String, and_, case, cast, exists, func, literal, or_, select, union_all
from sqlalchemy.orm import aliased

from portal import lookalikes, match_index
from portal.access import SELF
from portal.database import db, epoch
from portal.models import Account, Contact, DifferentPeople, FurtherNumber, Link, LookAlike, Profile, StaffMember
from portal.staff.finding import seen_by

_TEXTS = 6
MOST_ALIKE = 5


class Number(NamedTuple):
    number: str
    kind: str


class Ring(NamedTuple):
    """Somebody to ring, without access."""

    name: str
    relation: str
    phone: str
    email: str
    is_emergency: bool


class Acting(NamedTuple):
    """Somebody who acts for the person; `page`: the public id of their own record, if this member of staff may see it."""

    name: str
    relationship: str
    phone: str
    email: str
    page: str
    is_primary: bool


class Alike(NamedTuple):
    """A record that may be of the same person: as much of the profile as the page needs, and as tells which of two would go (comparing)."""

    id: int
    public_id: str
    name: str
    born: int | None  # the year
    is_provisional: bool
    created_at: datetime

    @classmethod
    def of(cls, one: Profile) -> "Alike":
        return cls(one.id, one.public_id, one.name, one.born_on.year if one.born_on else None, one.is_provisional, one.created_at)

    @classmethod
    def read(cls, texts: Sequence[str]) -> "Alike":
        return cls(
            int(texts[0]),
            texts[1],
            texts[2].strip(),
            int(texts[3][:4]) if texts[3] else None,
            texts[4] == "1",
            datetime.fromtimestamp(int(texts[5]), UTC),
        )


class Around(NamedTuple):
    numbers: list[Number]
    ring: list[Ring]
    acting: list[Acting]
    alike: list[Alike]
    was_merged: bool
    is_told_apart: bool


def around(staff: StaffMember, person: Profile, on: date, *, everybody: bool) -> Around:
    """`on`: the practice's date; `everybody`: whether this member of staff sees everybody. One statement; more for a person who was not
    compared with the others yet (portal/match_index.py)."""
    parts = [_numbers(person), _ring(person), _acting(staff, person, on)]
    if everybody:
        parts += [_alike(person), _is_there("merged", Profile.replaced_by_id == person.id), _is_there("apart", *_told_apart(person))]
    found: dict[str, list] = {}
    for kind, _place, *texts in sorted(tuple(row) for row in db.session.execute(union_all(*parts))):
        found.setdefault(kind, []).append(texts)
    is_new = everybody and person.keyed != match_index.SEEN
    alike = [Alike.of(one.profile) for one in lookalikes.like(person)] if is_new else [Alike.read(one) for one in found.get("alike", ())]
    return Around(
        [Number(*one[:2]) for one in found.get("number", ())],
        [Ring(*one[:4], one[4] == "1") for one in found.get("ring", ())],
        [Acting(*one[:5], one[5] == "1") for one in found.get("acting", ())],
        alike[:MOST_ALIKE],
        "merged" in found,
        "apart" in found,
    )


def _row(kind: str, place: ColumnElement | int, *texts: ColumnElement):
    """All parts have the same columns, all texts."""
    said = [cast(one, String) if not isinstance(one, str) else literal(one) for one in (*texts, *[""] * (_TEXTS - len(texts)))]
    return select(
        literal(kind).label("kind"),
        (literal(place) if isinstance(place, int) else place).label("place"),
        *(one.label(f"t{i}") for i, one in enumerate(said)),
    )


def _flag(condition: ColumnElement[bool]) -> ColumnElement:
    return case((condition, "1"), else_="")


def _numbers(person: Profile):
    return _row("number", FurtherNumber.id, FurtherNumber.number, FurtherNumber.kind).where(
        FurtherNumber.profile_id == person.id, FurtherNumber.removed_at.is_(None)
    )


def _ring(person: Profile):
    first = case((Contact.emergency_at.is_not(None), 0), else_=Contact.id)
    columns = (Contact.name, Contact.relation, Contact.phone, Contact.email, _flag(Contact.emergency_at.is_not(None)))
    return _row("ring", first, *columns).where(Contact.profile_id == person.id, Contact.removed_at.is_(None))


def _acting(staff: StaffMember, person: Profile, on: date):
    """As accounts_of.contacts: whom to contact first before the others."""
    own, record = aliased(Link), aliased(Profile)
    seen = exists().where(Profile.id == record.id, *seen_by(staff))
    theirs = and_(
        own.account_id == Link.account_id, own.relationship == SELF, own.revoked_at.is_(None), own.practice_id == staff.practice_id
    )
    phone = case((record.phone != "", record.phone), else_=Account.phone)
    first = case((Link.primary_at.is_not(None), 0), else_=Link.id)
    columns = (
        Account.given_name + " " + Account.family_name,
        Link.relationship,
        phone,
        Account.email,
        case((seen, record.public_id), else_=""),
        _flag(Link.primary_at.is_not(None)),
    )
    found = (
        _row("acting", first, *columns)
        .select_from(Link)
        .join(Account, Account.id == Link.account_id)
        .outerjoin(own, theirs)
        .outerjoin(record, record.id == own.profile_id)
    )
    live = or_(Link.ends_on.is_(None), Link.ends_on >= on)
    return found.where(Link.profile_id == person.id, Link.revoked_at.is_(None), Link.relationship != SELF, live)


def _alike(person: Profile):
    """Pairs found since the last change of either, best first."""
    other = case((LookAlike.one_id == person.id, LookAlike.other_id), else_=LookAlike.one_id)
    told = exists().where(
        DifferentPeople.one_id == LookAlike.one_id, DifferentPeople.other_id == LookAlike.other_id, DifferentPeople.taken_back_at.is_(None)
    )
    name = Profile.given_name + " " + Profile.family_name
    columns = (
        Profile.id,
        Profile.public_id,
        name,
        func.coalesce(cast(Profile.born_on, String), ""),
        _flag(Profile.provisional_at.is_not(None)),
        epoch(Profile.created_at),
    )
    found = _row("alike", -LookAlike.score, *columns).select_from(LookAlike).join(Profile, Profile.id == other)
    return found.where(or_(LookAlike.one_id == person.id, LookAlike.other_id == person.id), Profile.merged_at.is_(None), ~told)


def _told_apart(person: Profile):
    return or_(DifferentPeople.one_id == person.id, DifferentPeople.other_id == person.id), DifferentPeople.taken_back_at.is_(None)


def _is_there(kind: str, *where: ColumnElement[bool]):
    return _row(kind, 0).where(exists().where(*where))
