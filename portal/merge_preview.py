"""What a merge will do, before anybody presses anything: details, access, counts, conflicts (MISSION F8). Reads only.

`merges.merge` makes the same preview again under the lock, and does what it says.
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import or_, select

from portal import merge_parts
from portal.database import db
from portal.links import today
from portal.merge_access import Reach, open_invitations, reaches
from portal.merge_choices import Choices
from portal.merge_journal import as_json
from portal.merge_parts import Conflict, Count
from portal.models import DifferentPeople, Invitation, Profile
from portal.uniting import DETAILS, ENDS, UNITED, chosen, default_side, of_nobody_asked, sides

CONFIRMED_IF_DIFFERENT = ("born_on", "card")


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
        return chosen(self.name, self.source, self.target, self.side) if self.may_choose else (self.source if self.side == "source" else self.target)


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

    def unconfirmed(self, choices: Choices) -> list[Conflict]:
        return [one for one in self.conflicts if one.needs_confirming and one.key not in choices.confirmed]


def preview(source: Profile, target: Profile, choices: Choices, now: datetime) -> Preview:
    """As things stand; nothing is locked."""
    on = today(target, now)
    details = [_detail(name, source, target, choices) for name in DETAILS]
    after = {column: value for one in details for column, value in zip(DETAILS[one.name], one.values)}
    after |= of_nobody_asked(*({name: getattr(one, name) for name in _UNASKED} for one in (source, target)))
    everybody = reaches(source, target, after["born_on"], after["safe_at"] is not None, choices.access, on)
    invitations = [*open_invitations(target), *open_invitations(source)]
    parts = merge_parts.parts(source, target, now)
    conflicts = [*_conflicts(source, target, details, everybody), *_strangers(target, everybody), *(one for part in parts for one in part.conflicts)]
    mark = _mark(source, target, everybody, invitations, conflicts)
    return Preview(source, target, details, after, everybody, invitations, [one for part in parts for one in part.counts], conflicts, mark)


_UNASKED = ("created_at", "provisional_at", "safe_at", "email_consent_at", "email_refused_at")


def _detail(name: str, source: Profile, target: Profile, choices: Choices) -> Detail:
    mine, theirs = (tuple(getattr(one, column) for column in DETAILS[name]) for one in (source, target))
    may_choose, wished = sides(name, mine, theirs), choices.details.get(name)
    side = wished if wished in may_choose else default_side(name, mine, theirs, source.created_at > target.created_at)
    return Detail(name, mine, theirs, may_choose, side)


def _conflicts(source: Profile, target: Profile, details: list[Detail], everybody: list[Reach]) -> list[Conflict]:
    found = []
    for one in details:
        if one.name in CONFIRMED_IF_DIFFERENT and one.is_different:
            said = {"born_on": _("The dates of birth are different."), "card": _("The health card numbers are different.")}
            found.append(Conflict(one.name, said[one.name]))
    if source.safe_at or target.safe_at:
        found.append(Conflict("safe", _("Those who act for this person are kept apart. Everybody who keeps access is kept apart afterwards, too.")))
    if told_apart(source, target):
        found.append(Conflict("told apart", _("Somebody at the clinic said that these are two different people.")))
    return found + _conflicts_of_access(everybody)


def _conflicts_of_access(everybody: list[Reach]) -> list[Conflict]:
    found = []
    lasting = [one for one in everybody if one.outcome and one.outcome.held]
    logins = [one for one in lasting if one.is_self]
    if len(logins) > 1:
        said = _("Both records have a login of the person’s own: %(one)s and %(other)s. Both will open the same record.",
                 one=logins[0].account.email, other=logins[1].account.email)  # fmt: skip
        found.append(Conflict("logins", said))
    for one in lasting:
        if one.outcome.kind == UNITED and one.source.relationship != one.target.relationship:
            said = _("%(name)s is the person on one record and acts for the person on the other.", name=one.account.name)
            if not (one.source.is_self or one.target.is_self):
                said = _("%(name)s acts for the person on both records, in different roles.", name=one.account.name)
            found.append(Conflict(f"role {one.account.public_id}", said))
    acting = [one for one in lasting if not one.is_self]
    if len(acting) > 1 and (len({one.may for one in acting}) > 1 or any(one.is_new for one in acting)):
        names = ", ".join(one.account.name for one in acting)
        found.append(Conflict("rights", _("Several people act for this person, with different rights: %(names)s.", names=names)))
    for one in everybody:
        if one.outcome and one.outcome.kind == ENDS and not one.is_closed_by_choice:
            said = _("The access of %(name)s was ended on one of the records. It ends on both.", name=one.account.name)
            found.append(Conflict(f"ended {one.account.public_id}", said, needs_confirming=False))
    return found


def _strangers(target: Profile, everybody: list[Reach]) -> list[Conflict]:
    """Accounts that come in with another address than the record says: name, date of birth and telephone number of somebody else are
    easily typed into a registration, only the address was proven."""
    if not target.email:
        return []
    new = [one for one in everybody if one.is_new and one.is_self and target.email.lower() != one.account.email.lower()]
    return [
        Conflict(
            f"address {one.account.public_id}",
            _("%(email)s is not the address in the record. Make sure that it is the same person, by phone for example.", email=one.account.email),
        )
        for one in new
    ]


def told_apart(one: Profile, other: Profile) -> DifferentPeople | None:
    """The decision of staff that these are two people, while it stands."""
    low, high = sorted((one.id, other.id))
    mine = (DifferentPeople.one_id == low, DifferentPeople.other_id == high, DifferentPeople.taken_back_at.is_(None))
    return db.session.scalar(select(DifferentPeople).where(*mine))


def decisions_about(profile: Profile) -> list[DifferentPeople]:
    """Everybody this record was told apart from."""
    mine = or_(DifferentPeople.one_id == profile.id, DifferentPeople.other_id == profile.id)
    return list(db.session.scalars(select(DifferentPeople).where(mine, DifferentPeople.taken_back_at.is_(None)).order_by(DifferentPeople.id)))


def _mark(source: Profile, target: Profile, everybody: list[Reach], invitations: list[Invitation], conflicts: list[Conflict]) -> str:
    """Of everything that decides about details and rights. Choices are not in it, nor how many appointments there are: one that is booked
    meanwhile goes over like the others."""
    columns = (*(column for columns in DETAILS.values() for column in columns), *_UNASKED)
    people = [[one.id, one.merged_at, *(getattr(one, column) for column in columns)] for one in (source, target)]
    links = [
        [link.id, link.relationship, sorted(link.permissions), link.decided_on, link.ends_on, link.review_on, sorted(may)]
        for one in everybody
        for link, may in ((one.source, one.source_may), (one.target, one.target_may))
        if link is not None
    ]
    ended = sorted(one.account.id for one in everybody if one.is_ended and not one.is_closed_by_choice)
    asked = [[one.id, one.email_key, one.relationship, sorted(one.permissions), one.second_check] for one in invitations]
    known = [one.key for one in conflicts if not one.key.startswith(("logins", "rights", "role", "address"))]  # those follow from choices
    state = json.dumps([people, links, ended, asked, known], default=as_json)
    return hashlib.sha256(state.encode()).hexdigest()[:32]

