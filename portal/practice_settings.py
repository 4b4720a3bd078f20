"""What a practice's admin sets about access: age steps, who may invite, how long invitations work. Said with its effect before it is saved."""

from dataclasses import asdict, dataclass, fields
from datetime import date, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import select, text
from sqlalchemy.orm import joinedload

from portal import access, ledger
from portal.access import ADMIN, ROLES, Step, effective, last_step
from portal.database import db
from portal.filters import local
from portal.models import Account, LedgerLine, Link, Practice, Profile, StaffMember
from portal.models.link import ACTING

CHANGED = "settings_changed"
SOON = timedelta(days=90)


@dataclass(frozen=True)
class Wanted:
    """As the columns of a practice: `age_steps` like [[12, "narrow"]], `inviting_roles` in the order of ROLES with the admin among them."""

    age_steps: list
    inviting_roles: list
    claim_hours: int
    bulk_claim_hours: int

    @classmethod
    def of(cls, practice: Practice) -> "Wanted":
        steps = sorted([int(age), does] for age, does in practice.age_steps)
        roles = [role for role in ROLES if role in practice.inviting_roles or role == ADMIN]
        return cls(steps, roles, practice.claim_hours, practice.bulk_claim_hours)


@dataclass(frozen=True)
class Effect:
    """How many links' worth of access other age steps would change: take from at once, give back at once, take from within 90 days;
    `kept`: how many they leave alone because somebody decided about them after that birthday."""

    narrowed: int = 0
    paused: int = 0
    given_back: int = 0
    soon: int = 0
    kept: int = 0


def effect(practice: Practice, wanted: Wanted, on: date) -> Effect:
    """What saving would do to the live links of the practice. One statement."""
    counts = dict.fromkeys(("narrowed", "paused", "given_back", "soon", "kept"), 0)
    for _link, change in _changed(practice, access.steps(wanted.age_steps), on):
        counts[change] += 1
    return Effect(**counts)


def save(staff: StaffMember, wanted: Wanted, now: datetime) -> None:
    """With a line in the practice's history; who loses something by it is told within the hour (portal/link_life.py). A use case."""
    practice = db.session.get(Practice, staff.practice_id, with_for_update=True, populate_existing=True)
    before = asdict(Wanted.of(practice))
    changed = {name: value for name, value in asdict(wanted).items() if value != before[name]}
    if not changed:
        return
    if "age_steps" in changed:
        for link, change in _changed(practice, access.steps(wanted.age_steps), local(now, practice.zone).date()):
            if change in ("narrowed", "paused"):
                link.stepped_on = None  # what was told before was less
    for name, value in changed.items():
        setattr(practice, name, value)
    facts = {"before": {name: before[name] for name in changed}, "after": changed, "as": "staff"}
    ledger.record(CHANGED, now, practice_id=practice.id, account=staff.account, **facts)


class Change(NamedTuple):
    """An earlier change: when, by whom, and the names of the columns."""

    at: datetime
    by: str
    names: list[str]


def history(practice: Practice, most: int = 10) -> list[Change]:
    """The last changes, newest first."""
    lines = db.session.execute(_lines(practice, LedgerLine, Account).join(Account, Account.id == LedgerLine.account_id).limit(100))
    own = [field.name for field in fields(Wanted)]  # the practice's name and address are in the same history
    found = [Change(line.at, account.name, [name for name in line.facts["after"] if name in own]) for line, account in lines]
    return [one for one in found if one.names][:most]


def steps_since(practice: Practice) -> date | None:
    """The practice's date on which its age steps became what they are; None if they were never changed."""
    changed = (line for line in db.session.scalars(_lines(practice, LedgerLine).limit(100)) if "age_steps" in line.facts["after"])
    return next((local(line.at, practice.zone).date() for line in changed), None)


def _lines(practice: Practice, *what):
    mine = (LedgerLine.practice_id == practice.id, LedgerLine.profile_id.is_(None), LedgerLine.verb == CHANGED)
    return select(*what).where(*mine).order_by(LedgerLine.at.desc(), LedgerLine.id.desc())


def _changed(practice: Practice, after: list[Step], on: date):
    """Every link that other age steps would change, with the word for it: a field of Effect."""
    before = practice.steps
    found = (
        select(Link)
        .join(Link.profile)
        .where(Link.practice_id == practice.id, text(ACTING), Profile.born_on.is_not(None), Profile.merged_at.is_(None))
    )
    for link in db.session.scalars(found.options(joinedload(Link.profile))):
        if not link.is_live(on):
            continue
        now, then = _holds(link, before, on), _holds(link, after, on)
        if now - then:
            standing = last_step(link.relationship, link.profile.born_on, after, link.decided_on, on)
            yield link, "paused" if standing.does == access.PAUSE else "narrowed"
        elif then - now:
            yield link, "given_back"
        elif link.is_live(on + SOON) and then - _holds(link, after, on + SOON):
            yield link, "soon"
        elif then - _holds(link, after, on, date.min) and not now - _holds(link, before, on, date.min):
            yield link, "kept"


def _holds(link: Link, steps: list[Step], on: date, decided_on: date | None = None) -> frozenset[str]:
    step = last_step(link.relationship, link.profile.born_on, steps, decided_on or link.decided_on, on)
    return effective(link.permissions, link.relationship, step, link.profile.is_safe)
