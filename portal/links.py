"""Who may act for whom, as it changes: given, decided anew, made primary, taken back. Use cases: run them through `transact`.

Nothing is cached: what changes here holds on the very next request, for open forms, feeds and waiting mail too (SAFETY §3).
"""

from collections.abc import Iterable
from datetime import date, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from sqlalchemy import select, update
from sqlalchemy.orm import joinedload

from portal import access, ledger, outbox
from portal.database import db
from portal.errors import DomainError, on_violation
from portal.models import Account, Link, Profile, StaffMember
from portal.signals import access_given
from portal.tombstones import carried_by, standing


class NotYoursToDecide(DomainError):
    """Somebody else gave this access, or it has ended."""

    status = 404
    message = _("This access is not yours to change.")


class AccessPaused(DomainError):
    """An age step stands before it: see `paused_by_a_step`."""

    status = 403


class LinkedAlready(DomainError):
    message = _("This account can already act for this person.")


on_violation(LinkedAlready, "uq_links_live", "links.account_id, links.profile_id")


def today(profile: Profile, now: datetime) -> date:
    """The date at the person's practice."""
    return now.astimezone(ZoneInfo(profile.practice.zone)).date()


def paused_by_a_step(link: Link, on: date) -> AccessPaused:
    """The refusal, in words that say why and what to do. `link` is paused on that date."""
    facts, practice = {"name": link.profile.given_name, "age": link.profile.age(on)}, link.profile.practice
    why = gettext("%(name)s is %(age)s now, so your access is paused and nothing was booked or changed.", **facts)
    has_a_say = facts["age"] >= practice.youngest_account_years
    then = gettext("%(name)s can let you back in. Or call the clinic.", **facts) if has_a_say else gettext("Call the clinic.")
    return AccessPaused(f"{why} {then}")


def grant(
    account: Account,
    profile: Profile,
    relationship: str,
    permissions: Iterable[str],
    now: datetime,
    *,
    ground: str,
    given_by: Account | None = None,
    ends_on: date | None = None,
    review_on: date | None = None,
    decided_on: date | None = None,
) -> Link:
    """Let an account act for a person. Who can already, is given what was missing, and never loses anything by it; the ledger says
    what changed. Nobody but the practice moves the last day of a link that lasts, or the day on which staff look at it again.

    `given_by`: the account that manages access, None for the practice. `decided_on`: the practice's date on which somebody chose the
    permissions, today unless said: an invitation taken up after an age step does not undo it. The person's own link becomes
    primary if none is.
    """
    link = db.session.scalar(
        select(Link).where(Link.account_id == account.id, Link.profile_id == profile.id, Link.revoked_at.is_(None)).with_for_update()
    )
    given, on, before = set(permissions), today(profile, now), None
    decided_on = decided_on or on
    if link is not None and link.is_live(on):
        before = _Stand.of(link, on)
        decided_on = max(decided_on, link.decided_on)
        given |= _kept(link, decided_on, on)
        ends_on, review_on = _dates(link, ends_on, review_on, by_person=given_by is not None)
    elif link is not None:  # past its last day: history, not access
        link.revoke(now)
        db.session.flush()
        link = None
    if link is None:
        link = Link(practice_id=profile.practice_id, account=account, profile=profile, relationship=relationship, created_at=now)
        link.ground, link.given_by_id = ground, given_by.id if given_by else None
        db.session.add(link)
    link.permissions = access.in_order(given)
    link.decided_on, link.ends_on, link.review_on = decided_on, ends_on, review_on
    db.session.flush()
    if before is not None:
        _record_more(link, before, now)
    if link.is_self and _primary(profile) is None:
        link.primary_at = now
    access_given.send(None, link=link, now=now)
    return link


def _kept(link: Link, decided_on: date, on: date) -> set[str]:
    """What a live link goes on allowing when more is given: where that answers an age step, what the step took stays taken."""
    step = link.step(on)
    if step is None or decided_on < step.on(link.profile.born_on):
        return set(link.permissions)
    return set(access.effective(link.permissions, link.relationship, step, is_safe=False))


class _Stand(NamedTuple):
    """What a link allows and until when, the safe flag left out: it is nobody's decision about this link."""

    permissions: list[str]
    step: access.Step | None
    ends_on: date | None
    review_on: date | None

    @classmethod
    def of(cls, link: Link, on: date) -> "_Stand":
        step = link.step(on)
        holds = access.effective(link.permissions, link.relationship, step, is_safe=False)
        return cls(access.in_order(holds), step, link.ends_on, link.review_on)


def _dates(link: Link, ends_on: date | None, review_on: date | None, *, by_person: bool) -> tuple[date | None, date | None]:
    """The last day and the day of review of a live link that is given more."""
    if by_person:
        return link.ends_on, link.review_on
    last = max(link.ends_on, ends_on) if link.ends_on and ends_on else None
    return last, min((day for day in (link.review_on, review_on) if day), default=None)


def _record_more(link: Link, before: _Stand, now: datetime) -> None:
    """Lines about what taking up an invitation did to access that was there: done by who took it up."""
    after, whose = _Stand.of(link, today(link.profile, now)), {"profile": link.profile, "account": link.account, "link": link}
    if after.permissions != before.permissions:
        is_answer = before.step is not None and after.step is None
        verb, more = ("step_answered", {"age": before.step.age}) if is_answer else ("access_changed", {})
        facts = {"before": before.permissions, "after": after.permissions, "as": "person"}
        ledger.record(verb, now, **whose, **facts, **more)
    if (after.ends_on, after.review_on) != (before.ends_on, before.review_on):
        dates = {"ends_on": after.ends_on and after.ends_on.isoformat(), "review_on": after.review_on and after.review_on.isoformat()}
        was = {"was_ends_on": before.ends_on.isoformat()} if before.ends_on else {}  # for a merge that is taken back
        ledger.record("access_dated", now, **whose, **dates, **was, **{"as": "person"})


def decide(link: Link, permissions: Iterable[str], now: datetime, *, by: Account, as_staff: bool) -> None:
    """Other permissions from now on. Where an age step stood in between, this answers it: the ledger says step_answered, and
    `before` is what the step had left. Raises NotYoursToDecide."""
    link = locked(link)
    given, on = set(permissions), today(link.profile, now)
    step = link.step(on)
    before = link.permissions if step is None else access.effective(link.permissions, link.relationship, step, is_safe=False)
    link.permissions, link.decided_on = access.in_order(given), on
    facts = {"before": access.in_order(before), "after": link.permissions, "as": "staff" if as_staff else "person"}
    verb, more = ("access_changed", {}) if step is None else ("step_answered", {"age": step.age})
    ledger.record(verb, now, profile=link.profile, account=by, link=link, **facts, **more)
    tell(link, "access_changed", now, by)
    access_given.send(None, link=link, now=now)


def set_dates(link: Link, ends_on: date | None, review_on: date | None, now: datetime, *, by: Account, as_staff: bool = True) -> None:
    """Until when it lasts and when staff look at it again. Raises NotYoursToDecide."""
    link = locked(link)
    link.ends_on, link.review_on = ends_on, review_on
    facts = {
        "ends_on": ends_on and ends_on.isoformat(),
        "review_on": review_on and review_on.isoformat(),
        "as": "staff" if as_staff else "person",
    }
    ledger.record("access_dated", now, profile=link.profile, account=by, link=link, **facts)
    access_given.send(None, link=link, now=now)


def revoke(link: Link, now: datetime, *, by: Account, as_staff: bool) -> None:
    """The access ends now. Both sides are told, unless the one who has it gave it up. Raises NotYoursToDecide."""
    link = locked(link)
    link.revoke(now, by)
    ledger.record("access_ended", now, profile=link.profile, account=by, link=link, **{"as": "staff" if as_staff else "person"})
    tell(link, "access_ended", now, by)


def make_primary(link: Link, now: datetime, *, by: StaffMember) -> None:
    """The practice contacts this account first about the person; nobody else's is primary then. Raises NotYoursToDecide."""
    link = locked(link)
    db.session.execute(update(Link).where(Link.profile_id == link.profile_id, Link.id != link.id).values(primary_at=None))
    link.primary_at = now
    ledger.record("made_primary", now, profile=link.profile, account=by.account, link=link, **{"as": "staff"})


def keep_safe(profile: Profile, safe: bool, now: datetime, *, by: StaffMember) -> None:
    """Keep those who act for this person apart, or let them know of each other again (MISSION F6). A merge in this very moment never
    loses that somebody is to be kept safe, nor takes it from the person who stands for them now: raises NotYoursToDecide."""
    asked, profile = profile.id, standing(profile.id)
    if profile.id != asked and not safe:
        raise NotYoursToDecide()
    profile.safe_at = (profile.safe_at or now) if safe else None
    ledger.record("kept_safe" if safe else "kept_safe_no_more", now, profile=profile, account=by.account, **{"as": "staff"})


def links_to(profile: Profile) -> list[Link]:
    """Every link to a person that was not revoked, their own first; with its account."""
    found = select(Link).where(Link.profile_id == profile.id, Link.revoked_at.is_(None)).options(joinedload(Link.account))
    return list(db.session.scalars(found.order_by(Link.relationship != access.SELF, Link.id)))


def _primary(profile: Profile) -> Link | None:
    return db.session.scalar(select(Link).where(Link.profile_id == profile.id, Link.primary_at.is_not(None), Link.revoked_at.is_(None)))


def locked(link: Link) -> Link:
    """As it is in the database now; where a merge united it with another meanwhile, that one. Raises NotYoursToDecide when it has been
    revoked."""
    row = _lock(link.id) or _lock(carried_by(link.id))
    if row is None:
        raise NotYoursToDecide()
    # Read apart from the lock: who waited for a merge would find the row at its new person, and nobody there.
    whole = (joinedload(Link.account), joinedload(Link.profile).joinedload(Profile.practice))
    return db.session.scalar(select(Link).where(Link.id == row).options(*whole).execution_options(populate_existing=True))


def _lock(link_id: int) -> int | None:
    """Its id again, unless it was revoked."""
    return db.session.scalar(select(Link.id).where(Link.id == link_id, Link.revoked_at.is_(None)).with_for_update())


def tell(link: Link, template: str, now: datetime, by: Account | None = None) -> None:
    """Both sides read it in a mail, but for `by`, who did it: whoever has the access, and the person and whoever gave it while they
    manage access; nobody does who is kept apart. `refs["to"]` is the reader's link where it is not `link` itself."""
    on, about = today(link.profile, now), f"link:{link.id}"
    outbox.supersede(about, template)
    others = [other for other in links_to(link.profile) if other.is_self or other.account_id == link.given_by_id]
    managing = [other for other in others if other.id != link.id and other.allows(access.MANAGE_ACCESS, on)]
    for reader in (link, *managing):
        if by is not None and by.id == reader.account_id:
            continue
        refs = {"link": link.id} if reader is link else {"link": link.id, "to": reader.id}
        dedupe = f"{template}:{link.id}:{int(now.timestamp())}:{reader.id}"
        whose = {"account": reader.account, "about": about, "practice_id": link.practice_id}
        outbox.enqueue(template, to=reader.account.email, dedupe=dedupe, now=now, refs=refs, **whose)


def introduce(link: Link, reader: Link, how: str, now: datetime, **more) -> None:
    """Somebody who acts for the person learns that the account of `link` may, too. `how` it came about: once each; `more` refs."""
    template, refs = "access_taken_up", {"link": link.id, "to": reader.id, **more}
    whose = {"account": reader.account, "practice_id": link.practice_id}
    outbox.enqueue(template, to=reader.account.email, dedupe=f"{template}:{link.id}:{reader.id}:{how}", now=now, refs=refs, **whose)
