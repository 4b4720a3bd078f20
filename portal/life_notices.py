"""Notices 90, 30 and 7 days before an age step or the last day of an access: to whoever has it, and to the person (MISSION F5).

Reviews are for staff: portal/staff/needs.py. A notice is known by its threshold and its date; one that is no longer true when it
would be sent is not sent (portal/access_emails.py).
"""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import or_, select, text
from sqlalchemy.orm import joinedload

from portal import own_reader
from portal.access import born_by
from portal.database import db
from portal.models import Link, OutboxMail, Practice, Profile
from portal.models.link import ACTING
from portal.outbox import Mail, enqueue_all

DAYS = (90, 30, 7)
STEP, END = "step", "end"


class Notice(NamedTuple):
    """`refs` are what the letter is written from; `dedupe` names it for ever. `to_person`: not to whoever has the access."""

    link: Link
    dedupe: str
    refs: dict
    to_person: bool = False


def threshold(day: date, on: date) -> int | None:
    """Which notice is due on a date for something that happens on `day`: the nearest one passed; None: too early, or too late."""
    left = (day - on).days
    return min((days for days in DAYS if left <= days), default=None) if left > 0 else None


def soon(practice: Practice, on: date) -> list[tuple[Link, Mail]]:
    """What is due and was not queued yet."""
    due = {notice.dedupe: notice for notice in (*_before_ends(practice, on), *_before_steps(practice, on))}
    queued = set(db.session.scalars(select(OutboxMail.dedupe_key).where(OutboxMail.dedupe_key.in_(due)))) if due else set()
    new = [one for name, one in due.items() if name not in queued]
    shared = own_reader.shared_addresses(practice) if any(one.to_person for one in new) else frozenset()
    found = ((one.link, _mail(one, on, shared)) for one in new)
    return [(link, mail) for link, mail in found if mail is not None]


def queue(found: Iterable[tuple[Link, Mail]], now: datetime) -> None:
    """A use case."""
    for link, mail in found:
        enqueue_all([mail], now=now, about=f"link:{link.id}", practice_id=link.practice_id)


def _mail(notice: Notice, on: date, shared: frozenset[str]) -> Mail | None:
    if not notice.to_person:
        return Mail("access_notice", notice.link.account.email, notice.dedupe, notice.link.account_id, notice.refs)
    person = own_reader.find(notice.link.profile, on, shared)
    if person is None:
        return None
    return Mail("access_notice", person.address, notice.dedupe, person.account.id if person.account else None, notice.refs)


def _before_steps(practice: Practice, on: date) -> Iterator[Notice]:
    for link in _links(_near_a_step(practice, on)):
        step = link.next_step(on)
        day = step and step.on(link.profile.born_on)
        if not step or not link.is_live(day) or not link.taken_by(step):
            continue
        days = threshold(day, on)
        if days is None or day - timedelta(days=days) < link.decided_on:  # whoever decided then knew
            continue
        # The person can do something about it only with an account, and not every child may have one.
        has_a_say = step.age >= practice.youngest_account_years
        yield from _both(link, STEP, day, days, f"person {link.profile_id}" if has_a_say else "", age=step.age, does=step.does)


def _near_a_step(practice: Practice, on: date):
    last = on + timedelta(days=DAYS[0])
    born = [(born_by(on, step.age), born_by(last, step.age)) for step in practice.steps]
    near = or_(db.false(), *((Profile.born_on > after) & (Profile.born_on <= until) for after, until in born))
    return select(Link).join(Link.profile).where(Profile.practice_id == practice.id, near, text(ACTING), Profile.merged_at.is_(None))


def _before_ends(practice: Practice, on: date) -> Iterator[Notice]:
    near = (Link.practice_id == practice.id, Link.ends_on > on, Link.ends_on <= on + timedelta(days=DAYS[0]), Link.revoked_at.is_(None))
    for link in _links(select(Link).join(Link.profile).where(*near, Profile.merged_at.is_(None))):
        if link.permissions_on(on):
            yield from _both(link, END, link.ends_on, threshold(link.ends_on, on), "" if link.is_self else f"person, link {link.id}")


def _both(link: Link, kind: str, day: date, days: int, person: str, **facts) -> Iterator[Notice]:
    """To whoever has the access, and to the person under the name `person`: once, however many others' access a step changes."""
    refs = {"kind": kind, "on": day.isoformat(), "link": link.id, **facts}
    name = f"access_notice:{kind}:{day.isoformat()}:{facts.get('does', '')}:{days}"
    yield Notice(link, f"{name}:link {link.id}", refs)
    if person:
        yield Notice(link, f"{name}:{person}", {**refs, "to": "person"}, to_person=True)


def _links(query) -> list[Link]:
    whole = (joinedload(Link.account), joinedload(Link.profile).joinedload(Profile.practice))
    return list(db.session.scalars(query.options(*whole).order_by(Link.id)))
