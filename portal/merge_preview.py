"""What a merge will do, before anybody presses anything: details, access, counts, conflicts (MISSION F8). Reads only.

`merges.merge` makes the same preview again under the lock, and does what it says.
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select

from portal import access, merge_parts
from portal.database import db
from portal.links import today
from portal.merge_access import Reach, open_invitations, reaches
from portal.merge_choices import Choices
from portal.merge_conflicts import OF_CHOICES, Case, conflicts_of
from portal.merge_journal import as_json
from portal.merge_parts import Conflict, Count
from portal.models import DifferentPeople, Invitation, Profile, StaffMember
from portal.uniting import DETAILS, NOBODY_ASKED, TAKEN, of_nobody_asked, sides, standing_side, values_of


@dataclass(frozen=True)
class Detail:
    """One row of the comparison: the values of its columns on both sides. `may_choose` is empty where nothing differs, or one is blank."""

    name: str
    source: tuple
    target: tuple
    may_choose: tuple[str, ...]
    side: str  # what is chosen, or would be if nobody chooses

    @property
    def is_different(self) -> bool:
        return bool(self.may_choose)

    @property
    def values(self) -> tuple:
        """What will stand."""
        return values_of(self.side, self.source, self.target)


@dataclass(frozen=True)
class Preview:
    source: Profile
    target: Profile
    details: list[Detail]
    after: dict  # column → value: what the surviving record will say
    reaches: list[Reach]
    invitations: list[Invitation]  # unanswered, of both
    counts: list[Count]
    conflicts: list[Conflict]
    mark: str  # of the state that was looked at: another one was not

    @property
    def newcomers(self) -> list[Reach]:
        """Accounts that newly get access to a record the practice knew."""
        return [one for one in self.reaches if one.into is not None]

    def unconfirmed(self, choices: Choices) -> list[Conflict]:
        return [one for one in self.conflicts if one.needs_confirming and one.key not in choices.confirmed]


def preview(source: Profile, target: Profile, choices: Choices, now: datetime, *, by: StaffMember | None = None) -> Preview:
    """As things stand; nothing is locked. `by`: who looks; addresses of accounts are whole only for who may see portal accounts."""
    on = today(target, now)
    details = [_detail(name, source, target, choices) for name in DETAILS]
    after = {column: value for one in details for column, value in zip(DETAILS[one.name], one.values)}
    after |= of_nobody_asked(*({name: getattr(one, name) for name in NOBODY_ASKED} for one in (source, target)))
    everybody = reaches(source, target, after, choices.access, on)
    invitations = [*open_invitations(target), *open_invitations(source)]
    parts = merge_parts.parts(source, target, now)
    differ = frozenset(one.name for one in details if one.is_different)
    age = after["born_on"] and access.age(after["born_on"], on)
    case = Case(source, target, differ, told_apart(source, target), age, everybody, by is not None and by.may_invite)
    conflicts = [*conflicts_of(case), *(one for part in parts for one in part.conflicts)]
    mark = _mark(source, target, everybody, invitations, conflicts)
    return Preview(source, target, details, after, everybody, invitations, [one for part in parts for one in part.counts], conflicts, mark)


def _detail(name: str, source: Profile, target: Profile, choices: Choices) -> Detail:
    mine, theirs = (tuple(getattr(one, column) for column in DETAILS[name]) for one in (source, target))
    side = standing_side(name, mine, theirs, choices.details.get(name), source.created_at > target.created_at)
    return Detail(name, mine, theirs, sides(name, mine, theirs), side)


def told_apart(one: Profile, other: Profile) -> DifferentPeople | None:
    """The decision of staff that these are two people, while it stands."""
    low, high = sorted((one.id, other.id))
    mine = (DifferentPeople.one_id == low, DifferentPeople.other_id == high, DifferentPeople.taken_back_at.is_(None))
    return db.session.scalar(select(DifferentPeople).where(*mine))


def decisions_about(profile: Profile) -> list[DifferentPeople]:
    """Everybody this record was told apart from."""
    mine = or_(DifferentPeople.one_id == profile.id, DifferentPeople.other_id == profile.id)
    return list(
        db.session.scalars(select(DifferentPeople).where(mine, DifferentPeople.taken_back_at.is_(None)).order_by(DifferentPeople.id))
    )


def _mark(source: Profile, target: Profile, everybody: list[Reach], invitations: list[Invitation], conflicts: list[Conflict]) -> str:
    """Of everything that decides about details and rights. Choices are not in it, nor how many appointments there are: one that is booked
    meanwhile goes over like the others."""
    columns = (*(column for columns in DETAILS.values() for column in columns), *NOBODY_ASKED)
    people = [[one.id, one.merged_at, *(getattr(one, column) for column in columns)] for one in (source, target)]
    links = [
        [link.id, link.relationship, sorted(link.permissions), link.decided_on, link.ends_on, link.review_on, sorted(may)]
        for one in everybody
        for link, may in ((one.source, one.source_may), (one.target, one.target_may))
        if link is not None
    ]
    ended = sorted(one.account.id for one in everybody if one.outcome and one.outcome.why == TAKEN)
    asked = [[one.id, one.email_key, one.relationship, sorted(one.permissions), one.second_check] for one in invitations]
    known = [one.key for one in conflicts if not one.key.startswith(OF_CHOICES)]
    state = json.dumps([people, links, ended, asked, known], default=as_json)
    return hashlib.sha256(state.encode()).hexdigest()[:32]
