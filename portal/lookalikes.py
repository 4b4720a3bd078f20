"""Who may be the same person: for a registration, for a name staff type, for a page of people; and what staff said about it (M4).

Candidates come from the index (portal/match_index.py), the judgement from portal/matching.py. Scoped by practice; whether the one
who asks may see everybody there is the page's matter.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Select, and_, exists, func, or_, select
from sqlalchemy.orm import aliased, contains_eager, joinedload

from portal import ledger, match_index, match_people
from portal.database import db
from portal.lent import Lent, lent
from portal.matching import Evidence, Likeness, Person, likeness, lookup_keys
from portal.models import DifferentPeople, Link, LookAlike, MatchRun, Practice, Profile, StaffMember
from portal.paging import Page, paged

Id = int | None  # of a profile; None: of somebody who is not in the database
FEW = 50  # people, compared before anybody has read that they are not yet


class Found(NamedTuple):
    """A record that may be of the person asked about."""

    profile: Profile
    likeness: Likeness
    lent: tuple[Lent, ...] = ()


class Pair(NamedTuple):
    """Two records of one practice that may be of one person."""

    one: Profile
    other: Profile
    likeness: Likeness
    lent: tuple[Lent, ...] = ()


class Preparing(NamedTuple):
    """So many people of `total` can be found, and were compared; the others soon (just after an update or a large import)."""

    done: int
    total: int


def person_of(profile: Profile, links: Iterable[Link] | None = None) -> Person:
    """A profile to compare, with the addresses and telephones of those who act for it: of `links`, or of all that were not revoked."""
    if links is None:
        return match_people.person(profile, match_people.reaches([profile.id]).get(profile.id, ()))
    return match_people.person(profile, [(link.account.email_key, link.account.phone) for link in links if link.revoked_at is None])


def find(practice: Practice, person: Person, *, but: Profile | None = None, most: int = 5) -> list[Found]:
    """Standing records of the practice that may be this person's, the best first; none that staff told apart from `but`."""
    return _found(practice.id, {but.id if but else None: person}, most)[but.id if but else None]


def like(profile: Profile, most: int = 5) -> list[Found]:
    """Other records that may be of the same person, the best first."""
    return find(profile.practice, person_of(profile), but=profile, most=most)


def like_each(profiles: Iterable[Profile], most: int = 5) -> dict[int, list[Found]]:
    """The same for many of one practice, by their id, in as few statements as for one. Who was merged has none."""
    profiles = list(profiles)
    found = {one.id: [] for one in profiles}
    for practice_id in {one.practice_id for one in profiles}:
        asked = match_people.people([one.id for one in profiles if one.practice_id == practice_id])
        found |= _found(practice_id, asked, most)
    return found


def _found(practice_id: int, asked: Mapping[Id, Person], most: int) -> dict[Id, list[Found]]:
    near = match_index.candidates(practice_id, {asker: lookup_keys(person) for asker, person in asked.items()})
    scored = judged(asked, near, _told_apart(asked))
    ids = {one for pairs in scored.values() for one, _likeness in pairs[:most]}
    rows = db.session.scalars(select(Profile).where(Profile.id.in_(ids)).options(joinedload(Profile.practice))) if ids else ()
    known = {row.id: row for row in rows}
    owed = lent(((asker, one, how) for asker, pairs in scored.items() for one, how in pairs[:most]), asked.get(None))
    return {asker: [Found(known[one], how, owed.get((asker, one), ())) for one, how in pairs[:most]] for asker, pairs in scored.items()}


def compared(one: Profile, others: Collection[Profile]) -> dict[int, Found]:
    """By id, those of these other records that look like this one, staff have told them apart or not."""
    known = match_people.people([one.id, *(other.id for other in others)])
    alike = {
        other.id: how for other in others if one.id in known and other.id in known and (how := likeness(known[one.id], known[other.id]))
    }
    owed = lent((one.id, other, how) for other, how in alike.items())
    return {other.id: Found(other, alike[other.id], owed.get((one.id, other.id), ())) for other in others if other.id in alike}


def judged(
    asked: Mapping[Id, Person], near: Mapping[Id, Collection[int]], apart: Collection[frozenset] = ()
) -> dict[Id, list[tuple[int, Likeness]]]:
    """For each who is asked about, those of the candidates `near` (ids) that stand and look alike, the best first. Three statements for all."""
    near = match_people.may_be(asked, near)
    known = match_people.people({one for ids in near.values() for one in ids})
    found = {}
    for asker, person in asked.items():
        others = (one for one in near[asker] if one in known and one != asker and frozenset((asker, one)) not in apart)
        alike = [(one, how) for one in others if (how := likeness(person, known[one])) is not None]
        found[asker] = sorted(alike, key=lambda it: (it[1].grade != "certain", -it[1].score, it[0]))
    return found


# --- what staff said ---


def remember_different(one: Profile, other: Profile, now: datetime, by: StaffMember) -> DifferentPeople:
    """These are two people: never proposed again. Saying it twice is once. A use case."""
    ids = _locked(one, other)
    said = db.session.scalar(_said(ids))
    if said is None:
        said = DifferentPeople(practice_id=one.practice_id, one_id=ids[0], other_id=ids[1], decided_at=now, decided_by_id=by.account_id)
        db.session.add(said)
        db.session.flush()
        for profile, its in ((one, other), (other, one)):
            ledger.record("told_apart", now, profile=profile, account=by.account, other=its.id, **{"as": "staff"})
    return said


def take_back(one: Profile, other: Profile, now: datetime, by: StaffMember) -> None:
    """They may be one person after all. A use case."""
    said = db.session.scalar(_said(_locked(one, other)))
    if said is not None:
        said.taken_back_at = now
        for profile, its in ((one, other), (other, one)):
            ledger.record("told_apart_no_more", now, profile=profile, account=by.account, other=its.id, **{"as": "staff"})


def are_different(one: Profile, other: Profile) -> bool:
    """Whether staff said that these are two people."""
    return db.session.scalar(_said(sorted((one.id, other.id)))) is not None


def _locked(one: Profile, other: Profile) -> list[int]:
    """Two who answer at once take turns."""
    if one.id == other.id or one.practice_id != other.practice_id:
        raise ValueError("two records of one practice")
    ids = sorted((one.id, other.id))
    db.session.execute(select(Profile.id).where(Profile.id.in_(ids)).order_by(Profile.id).with_for_update(key_share=True))
    return ids


def _said(ids: Collection[int]) -> Select:
    one_id, other_id = ids
    return select(DifferentPeople).where(
        DifferentPeople.one_id == one_id, DifferentPeople.other_id == other_id, DifferentPeople.taken_back_at.is_(None)
    )


def _told_apart(asked: Collection[Id]) -> set[frozenset]:
    ids = [one for one in asked if one is not None]
    if not ids:
        return set()
    theirs = or_(DifferentPeople.one_id.in_(ids), DifferentPeople.other_id.in_(ids))
    rows = db.session.execute(
        select(DifferentPeople.one_id, DifferentPeople.other_id).where(theirs, DifferentPeople.taken_back_at.is_(None))
    )
    return {frozenset(pair) for pair in rows}


# --- the whole practice ---


def listed(staff: StaffMember, page: int) -> Page:
    """A page of the pairs of the whole practice that wait for an answer, the best first: `Pair`s (portal/match_search.py finds them)."""
    one, other = aliased(Profile), aliased(Profile)
    found = _waiting(staff, one, other).options(contains_eager(LookAlike.one.of_type(one)), contains_eager(LookAlike.other.of_type(other)))
    whole = paged(found, page, LookAlike.grade, LookAlike.score.desc(), LookAlike.id)
    owed = lent((row.one_id, row.other_id, _likeness(row)) for row in whole.rows)
    return whole._replace(rows=[Pair(row.one, row.other, _likeness(row), owed.get((row.one_id, row.other_id), ())) for row in whole.rows])


def count_listed(staff: StaffMember) -> int:
    """How many pairs wait for an answer."""
    found = _waiting(staff, aliased(Profile), aliased(Profile)).with_only_columns(func.count(), maintain_column_froms=True)
    return db.session.scalar(found)


def _waiting(staff: StaffMember, one, other) -> Select:
    told = exists().where(
        DifferentPeople.one_id == LookAlike.one_id, DifferentPeople.other_id == LookAlike.other_id, DifferentPeople.taken_back_at.is_(None)
    )
    found = select(LookAlike).join(one, and_(one.id == LookAlike.one_id, one.merged_at.is_(None)))
    found = found.join(other, and_(other.id == LookAlike.other_id, other.merged_at.is_(None)))
    return found.where(LookAlike.practice_id == staff.practice_id, ~told)


def _likeness(row: LookAlike) -> Likeness:
    return Likeness(row.grade, row.score / 1000, tuple(Evidence(*it) for it in row.evidence))


def progress(practice: Practice) -> MatchRun | None:
    """The latest search of the whole practice, perhaps still going on."""
    return db.session.scalar(select(MatchRun).where(MatchRun.practice_id == practice.id).order_by(MatchRun.id.desc()).limit(1))


def preparing(practice: Practice, few: int = FEW) -> Preparing | None:
    """How far we are with people who were added or changed; None where all but a `few` are compared with everybody."""
    missing = match_index.waiting(practice)
    if missing <= few:
        return None
    total = db.session.scalar(select(func.count()).where(Profile.practice_id == practice.id, Profile.merged_at.is_(None)))
    return Preparing(total - missing, total)
