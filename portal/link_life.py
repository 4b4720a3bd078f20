"""Links with a life: who is told before something changes, on the day it does, and what has ended (MISSION F5).

Nothing here decides what a link allows: that is reckoned from dates at every request (portal/access.py). The job only tells,
so that it may run late, twice, or not for days: what was told is noted, and of several missed notices the nearest is sent.
"""

from collections.abc import Callable, Iterable
from datetime import date, datetime

from sqlalchemy import extract, select, text
from sqlalchemy.orm import joinedload

from portal import access, ledger, life_notices, links, outbox, own_accounts, own_reader, practice_settings
from portal.access import born_by
from portal.database import db, transact
from portal.filters import local
from portal.models import Link, Practice, Profile
from portal.models.link import ACTING
from portal.queries import practices

PORTION = 25  # links in one transaction, so that nobody waits long for theirs


def daily(now: datetime, until: datetime | None = None) -> None:
    """Everything that is due at `now`, practice by practice, each on its own date. Called every hour; opens its own transactions.

    Access whose last day was over at `until` (portal/erasing.py; None: now) becomes history, which nothing takes back."""
    for practice_id in [one.id for one in practices()]:
        for find, tell in (
            (_past_their_end, end),
            (_at_a_step, step),
            (own_accounts.to_invite, own_accounts.invite),
            (life_notices.soon, life_notices.queue),
        ):
            practice, at = db.session.get(Practice, practice_id), (until or now) if tell is end else now
            _in_portions(find(practice, local(at, practice.zone).date()), tell, now)


def _in_portions(found: list, tell: Callable, now: datetime) -> None:
    db.session.rollback()
    for start in range(0, len(found), PORTION):
        transact(tell, found[start : start + PORTION], now)


# --- access that was given until a date ---


def _past_their_end(practice: Practice, on: date) -> list[int]:
    over = (Link.practice_id == practice.id, Link.ends_on < on, Link.revoked_at.is_(None))
    return list(db.session.scalars(select(Link.id).where(*over).order_by(Link.id)))


def end(link_ids: Iterable[int], now: datetime) -> None:
    """What allows nothing any more since its last day becomes history, and both sides read it. A use case."""
    for link in _locked(link_ids):
        if link.revoked_at is not None or link.is_live(links.today(link.profile, now)):
            continue
        link.revoke(now)
        ledger.record("access_ended", now, profile=link.profile, link=link, ends_on=link.ends_on.isoformat(), **{"as": "date"})
        links.tell(link, "access_ended", now)


# --- age steps ---


def _at_a_step(practice: Practice, on: date) -> list[int]:
    """Links that an age step stands before, and nobody was told of it yet."""
    steps = practice.steps
    if not steps:
        return []
    ages = [step.age for step in steps]
    birthday_comes_after = extract("year", Link.decided_on) - extract("year", Profile.born_on) <= max(ages)
    found = select(Link.id, Link.relationship, Profile.born_on, Link.decided_on, Link.stepped_on).join(Link.profile)
    mine = (Link.practice_id == practice.id, text(ACTING), Profile.merged_at.is_(None))
    rows = db.session.execute(found.where(*mine, Profile.born_on <= born_by(on, min(ages)), birthday_comes_after).order_by(Link.id))
    return [
        link_id for link_id, relationship, born_on, decided_on, told in rows if _untold(relationship, born_on, steps, decided_on, told, on)
    ]


def _untold(relationship: str, born_on: date, steps: list, decided_on: date, told: date | None, on: date) -> bool:
    standing = access.last_step(relationship, born_on, steps, decided_on, on)
    return standing is not None and standing.on(born_on) != told


def step(link_ids: Iterable[int], now: datetime) -> None:
    """Note the step, and tell whoever lost something by it, and the person. A use case."""
    found = _locked(link_ids)
    turned_on = practice_settings.steps_since(found[0].profile.practice) if found else None  # all are of one practice
    for link in found:
        profile = link.profile
        on = links.today(profile, now)
        standing = link.step(on) if link.is_live(on) else None
        if standing is None or not _untold(
            link.relationship, profile.born_on, profile.practice.steps, link.decided_on, link.stepped_on, on
        ):
            continue
        link.stepped_on = standing.on(profile.born_on)
        if link.taken_by(standing):
            ledger.record("stepped", now, profile=profile, link=link, age=standing.age, does=standing.does)
            _tell_stepped(link, standing, turned_on, now)


def _tell_stepped(link: Link, standing: access.Step, turned_on: date | None, now: datetime) -> None:
    profile, day = link.profile, link.stepped_on.isoformat()
    refs = {"age": standing.age, "does": standing.does, "since": max(link.stepped_on, turned_on or link.stepped_on).isoformat()}
    about = {"now": now, "practice_id": link.practice_id, "about": f"link:{link.id}"}
    dedupe = f"access_stepped:{link.id}:{day}:{standing.does}:{link.decided_on.isoformat()}"
    outbox.enqueue("access_stepped", to=link.account.email, dedupe=dedupe, refs={**refs, "link": link.id}, account=link.account, **about)
    on = links.today(profile, now)
    person = own_reader.find(profile, on, frozenset())
    if person is not None and person.account is not None:  # without an account the invitation says it
        dedupe = f"access_stepped:person {profile.id}:{day}:{standing.does}:{on.isoformat()}"
        refs |= {"link": link.id, "to": "person"}
        outbox.enqueue("access_stepped", to=person.address, dedupe=dedupe, refs=refs, account=person.account, **about)


def _locked(link_ids: Iterable[int]) -> list[Link]:
    """As they are in the database now, with their people; read apart from the lock: see `links.locked`."""
    ids = db.session.scalars(select(Link.id).where(Link.id.in_(list(link_ids))).order_by(Link.id).with_for_update()).all()
    whole = (joinedload(Link.account), joinedload(Link.profile).joinedload(Profile.practice))
    return list(
        db.session.scalars(select(Link).where(Link.id.in_(ids)).order_by(Link.id).options(*whole).execution_options(populate_existing=True))
    )
