"""A young person whose parents' access was narrowed or paused by an age step gets a link to an account of their own (MISSION F5)."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import Select, exists, select, text
from sqlalchemy.orm import aliased, joinedload

from portal import access, invitations, ledger, links, own_reader
from portal.addresses import address_key
from portal.database import db
from portal.models import Invitation, Link, Practice, Profile
from portal.models.link import ACTING

HOUSE = "house"  # who did it, where nobody did
MOST = 50  # shown to staff at once


class Young(NamedTuple):
    """Somebody old enough for an account of their own, who has none; `age` is that of the step, `since` the day it came."""

    profile: Profile
    age: int
    since: date


def without_own(practice: Practice, on: date, *which) -> list[Young]:
    """People who passed an age step and have no account, the youngest first, MOST at most. `which`: further conditions on Profile."""
    if not practice.steps:
        return []
    return _young(_passed(practice, on).where(*which).order_by(Profile.born_on.desc(), Link.id).limit(2 * MOST), on)[:MOST]


def _passed(practice: Practice, on: date) -> Select:
    """Links that a step was told about, of people who are old enough for an account and have none."""
    own = aliased(Link)
    has_own = exists().where(own.profile_id == Profile.id, own.relationship == access.SELF, own.revoked_at.is_(None))
    old_enough = Profile.born_on <= access.born_by(on, practice.youngest_account_years)
    told = (Link.practice_id == practice.id, text(ACTING), Link.stepped_on.is_not(None), Profile.merged_at.is_(None))
    return select(Link).join(Link.profile).where(*told, old_enough, ~has_own)


def _young(found: Select, on: date) -> list[Young]:
    people: dict[int, Young] = {}
    for link in db.session.scalars(found.options(joinedload(Link.profile).joinedload(Profile.practice))):
        step = link.step(on)
        if step is not None:
            people.setdefault(link.profile_id, Young(link.profile, step.age, step.on(link.profile.born_on)))
    return list(people.values())


def to_invite(practice: Practice, on: date) -> list[int]:
    """The ids of those who can be written to and were never invited to themselves. Whoever is kept safe is left to staff."""
    if not practice.steps:
        return []
    asked = exists().where(Invitation.profile_id == Profile.id, Invitation.relationship == access.SELF)
    reachable = (Profile.email != "", Profile.email_refused_at.is_(None), Profile.safe_at.is_(None), ~asked)
    young = [one.profile for one in _young(_passed(practice, on).where(*reachable).order_by(Link.id), on)]
    shared = own_reader.shared_addresses(practice) if young else frozenset()
    return [profile.id for profile in young if address(profile, shared)]


def address(profile: Profile, shared: frozenset[str] | None = None) -> str:
    """The one on record, if it is theirs alone; else an empty string."""
    everybody = db.session.scalars(select(Link).where(Link.profile_id == profile.id).options(joinedload(Link.account)))
    return own_reader.own_address(profile, list(everybody), shared)


def invite(profile_ids: Iterable[int], now: datetime) -> None:
    """Send each the link to an account of their own, with their birth date as second check: nobody of the practice looked at the
    address this day. A use case."""
    shared = None
    for profile_id in profile_ids:
        profile = db.session.get(Profile, profile_id, with_for_update=True, populate_existing=True)
        shared = own_reader.shared_addresses(profile.practice) if shared is None else shared  # all are of one practice
        on = links.today(profile, now)
        mine = _young(_passed(profile.practice, on).where(Profile.id == profile_id), on)
        asked = select(Invitation.id).where(Invitation.profile_id == profile_id, Invitation.relationship == access.SELF).limit(1)
        reachable = profile.email_refused_at is None and not profile.is_safe
        if mine and reachable and db.session.scalar(asked) is None:
            _send(profile, shared, now)


def _send(profile: Profile, shared: frozenset[str], now: datetime) -> None:
    to = address(profile, shared)
    if not to or invitations.open_for(profile, address_key(to)):
        return
    wanted = invitations.Wanted(to, access.SELF, access.default_permissions(access.SELF), second_check="birth_date")
    invitation = invitations.make(None, profile, wanted, now)
    invitations.send(invitation, now)
    facts = {"to": invitations.masked(to), "relationship": access.SELF, "invitation": invitation.id, "as": HOUSE}
    ledger.record("invited", now, profile=profile, **facts)
