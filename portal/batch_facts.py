"""What the rules of a rehearsal need to know of people: read in a handful of statements, however many they are."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date
from functools import lru_cache

from sqlalchemy import select

from portal.access import SELF, born_by
from portal.addresses import BadAddress, address_key, clean_address, did_you_mean
from portal.database import db
from portal.models import Account, Invitation, Link, Practice, Profile
from portal.models.link import live_on
from portal.models.invitation import UNANSWERED, UNSETTLED
from portal.rehearsal import Person


@lru_cache(maxsize=16_384)  # a sending asks again what its rehearsal asked
def readable(typed: str) -> tuple[str, str, str]:
    """An address as it is written to, its key, and what was probably meant; key and meaning are empty where there are none."""
    try:
        email = clean_address(typed)
        return email, address_key(email), did_you_mean(email)
    except BadAddress:
        return typed, "", ""


def people(profile_ids: Collection[int], on: date) -> dict[int, Person]:
    """Profile id → what is known of them on the practice's date. Four statements."""
    holders, ended, own = defaultdict(set), defaultdict(set), set()
    for profile_id, key, former, relationship, is_live in db.session.execute(_links(profile_ids, on)):
        (holders if is_live else ended)[profile_id].add(key)
        ended[profile_id].update(former)
        if is_live and relationship == SELF:
            own.add(profile_id)
    invited, refused, own_invited = defaultdict(set), defaultdict(set), set()
    for profile_id, key, relationship, said_no in db.session.execute(_invitations(profile_ids)):
        (refused if said_no else invited)[profile_id].add(key)
        if relationship == SELF and not said_no:
            own_invited.add(profile_id)
    return {
        one.id: Person(
            one.id,
            one.born_on,
            *readable(one.email),
            has_own=one.id in own,
            own_invited=one.id in own_invited,
            refused_mail=one.email_refused_at is not None,
            is_safe=one.safe_at is not None,
            is_merged=one.merged_at is not None,
            has_passed_step=_has_passed_step(one.born_on, one.age_steps, on),
            holders=frozenset(holders[one.id]),
            invited=frozenset(invited[one.id]),
            said_no=frozenset(refused[one.id]),
            ended=frozenset(ended[one.id]),
        )
        for one in db.session.execute(_profiles(profile_ids))
    }


def owners(practice_id: int, keys: Collection[str], on: date) -> dict[str, int]:
    """Address key → the person who signs in with it at this practice, or is asked to."""
    mine = select(Account.email_key, Link.profile_id).join(Link, Link.account_id == Account.id)
    mine = mine.where(Link.practice_id == practice_id, Link.relationship == SELF, live_on(on), Account.email_key.in_(keys))
    asked = select(Invitation.email_key, Invitation.profile_id)
    asked = asked.where(Invitation.practice_id == practice_id, Invitation.relationship == SELF, Invitation.email_key.in_(keys), *UNANSWERED)
    return dict(db.session.execute(asked).all()) | dict(db.session.execute(mine).all())


def _has_passed_step(born_on: date | None, settings: list, on: date) -> bool:
    return bool(settings) and born_on is not None and born_on <= born_by(on, min(int(years) for years, _does in settings))


def _profiles(profile_ids: Collection[int]):
    columns = (Profile.id, Profile.born_on, Profile.email, Profile.email_refused_at, Profile.safe_at, Profile.merged_at, Practice.age_steps)
    return select(*columns).join(Profile.practice).where(Profile.id.in_(profile_ids))


def _links(profile_ids: Collection[int], on: date):
    found = select(Link.profile_id, Account.email_key, Account.former_keys, Link.relationship, live_on(on)).join(
        Account, Account.id == Link.account_id
    )
    return found.where(Link.profile_id.in_(profile_ids))


def _invitations(profile_ids: Collection[int]):
    """Those that wait for an answer, and those that were refused."""
    said_no = Invitation.refused_at.is_not(None)
    found = select(Invitation.profile_id, Invitation.email_key, Invitation.relationship, said_no)
    return found.where(Invitation.profile_id.in_(profile_ids), *UNSETTLED)
