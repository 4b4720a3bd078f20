"""A young person whose parents' access was narrowed or paused by an age step gets a link to an account of their own (MISSION F5)."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import exists, select, text
from sqlalchemy.orm import aliased, joinedload

from portal import access, invitations, ledger, links, own_reader
from portal.database import db
from portal.models import Invitation, Link, Practice, Profile
from portal.models.link import ACTING

HOUSE = "house"  # who did it, where nobody did


class Young(NamedTuple):
    """Somebody old enough for an account of their own, who has none; `age` is that of the step, `since` the day it came."""

    profile: Profile
    age: int
    since: date


def without_own(practice: Practice, on: date) -> list[Young]:
    """Everybody at a practice who passed an age step and has no account, by name. One statement; none without steps."""
    if not practice.steps:
        return []
    own = aliased(Link)
    has_own = exists().where(own.profile_id == Profile.id, own.relationship == access.SELF, own.revoked_at.is_(None))
    old_enough = Profile.born_on <= access.born_by(on, practice.youngest_account_years)
    told = (Link.practice_id == practice.id, text(ACTING), Link.stepped_on.is_not(None), Profile.merged_at.is_(None))
    found = select(Link).join(Link.profile).where(*told, old_enough, ~has_own)
    whole = joinedload(Link.profile).joinedload(Profile.practice)
    people: dict[int, Young] = {}
    for link in db.session.scalars(found.options(whole).order_by(Profile.given_name, Profile.family_name, Link.id)):
        step = link.step(on)
        if step is not None:
            people.setdefault(link.profile_id, Young(link.profile, step.age, step.on(link.profile.born_on)))
    return list(people.values())


def to_invite(practice: Practice, on: date) -> list[int]:
    """The ids of those who can be written to and were never invited to themselves."""
    young = [one.profile.id for one in without_own(practice, on) if one.profile.email and not one.profile.email_refused_at]
    asked = select(Invitation.profile_id).where(Invitation.profile_id.in_(young), Invitation.relationship == access.SELF)
    known = set(db.session.scalars(asked)) if young else set()
    return [profile_id for profile_id in young if profile_id not in known and address(db.session.get(Profile, profile_id))]


def address(profile: Profile) -> str:
    """The one on record, if it is theirs alone; else an empty string."""
    everybody = db.session.scalars(select(Link).where(Link.profile_id == profile.id).options(joinedload(Link.account)))
    return own_reader.own_address(profile, list(everybody))


def invite(profile_ids: Iterable[int], now: datetime) -> None:
    """Send each the link to an account of their own, with their birth date as second check: nobody of the practice looked at the
    address this day. A use case."""
    for profile_id in profile_ids:
        profile = db.session.get(Profile, profile_id, with_for_update=True, populate_existing=True)
        on = links.today(profile, now)
        if profile_id not in to_invite(profile.practice, on):
            continue
        wanted = invitations.Wanted(address(profile), access.SELF, access.default_permissions(access.SELF), second_check="birth_date")
        invitation = invitations.make(None, profile, wanted, now)
        invitations.send(invitation, now)
        facts = {"to": invitations.masked(invitation.email), "relationship": access.SELF, "invitation": invitation.id, "as": HOUSE}
        ledger.record("invited", now, profile=profile, **facts)
