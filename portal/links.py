"""Who may act for whom, as it changes: given, decided anew, made primary, taken back. Use cases: run them through `transact`.

Nothing is cached: what changes here holds on the very next request, for open forms, feeds and waiting mail too (SAFETY §3).
"""

from collections.abc import Iterable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _
from sqlalchemy import select, update
from sqlalchemy.orm import joinedload

from portal import access, ledger, outbox
from portal.database import db
from portal.errors import DomainError, on_violation
from portal.models import Account, Link, Profile, StaffMember
from portal.signals import access_given

FROM_PRACTICE = "invited by the practice"
FROM_PERSON = "invited by a person"


class NotYoursToDecide(DomainError):
    """Somebody else gave this access, or it has ended."""

    status = 404
    message = _("This access is not yours to change.")


class LinkedAlready(DomainError):
    message = _("This account can already act for this person.")


on_violation(LinkedAlready, "uq_links_live", "links.account_id, links.profile_id")


def today(profile: Profile, now: datetime) -> date:
    """The date at the person's practice."""
    return now.astimezone(ZoneInfo(profile.practice.zone)).date()


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
) -> Link:
    """Let an account act for a person. Who can already, is given what was missing, and never loses anything by it.

    `given_by`: the account that manages access, None for the practice. The person's own link becomes primary if none is.
    """
    link = db.session.scalar(
        select(Link).where(Link.account_id == account.id, Link.profile_id == profile.id, Link.revoked_at.is_(None)).with_for_update()
    )
    given = set(permissions)
    if link is not None and link.is_live(today(profile, now)):
        given |= set(link.permissions)
        ends_on = max(link.ends_on, ends_on) if link.ends_on and ends_on else None
    elif link is not None:  # past its last day: history, not access
        link.revoke(now)
        db.session.flush()
        link = None
    if link is None:
        link = Link(practice_id=profile.practice_id, account=account, profile=profile, relationship=relationship, created_at=now)
        link.ground, link.given_by_id = ground, given_by.id if given_by else None
        db.session.add(link)
    link.permissions = [name for name in access.PERMISSIONS if name in given]
    link.decided_on, link.ends_on, link.review_on = today(profile, now), ends_on, review_on
    db.session.flush()
    if link.is_self and _primary(profile) is None:
        link.primary_at = now
    access_given.send(None, link=link, now=now)
    return link


def decide(link: Link, permissions: Iterable[str], now: datetime, *, by: Account, as_staff: bool) -> None:
    """Other permissions from now on; an age step that paused the link is answered by it. Raises NotYoursToDecide."""
    link = locked(link)
    given = set(permissions)
    before, link.permissions = list(link.permissions), [name for name in access.PERMISSIONS if name in given]
    link.decided_on = today(link.profile, now)
    facts = {"before": before, "after": link.permissions, "as": "staff" if as_staff else "person"}
    ledger.record("access_changed", now, profile=link.profile, account=by, link=link, **facts)
    _tell(link, "access_changed", now, by)
    access_given.send(None, link=link, now=now)


def set_dates(link: Link, ends_on: date | None, review_on: date | None, now: datetime, *, by: Account) -> None:
    """Until when it lasts and when staff look at it again. Raises NotYoursToDecide."""
    link = locked(link)
    link.ends_on, link.review_on = ends_on, review_on
    facts = {"ends_on": ends_on and ends_on.isoformat(), "review_on": review_on and review_on.isoformat(), "as": "staff"}
    ledger.record("access_dated", now, profile=link.profile, account=by, link=link, **facts)
    access_given.send(None, link=link, now=now)


def revoke(link: Link, now: datetime, *, by: Account, as_staff: bool) -> None:
    """The access ends now. Both sides are told, unless the one who has it gave it up. Raises NotYoursToDecide."""
    link = locked(link)
    link.revoke(now, by)
    ledger.record("access_ended", now, profile=link.profile, account=by, link=link, **{"as": "staff" if as_staff else "person"})
    _tell(link, "access_ended", now, by)


def make_primary(link: Link, now: datetime, *, by: StaffMember) -> None:
    """The practice contacts this account first about the person; nobody else's is primary then. Raises NotYoursToDecide."""
    link = locked(link)
    db.session.execute(update(Link).where(Link.profile_id == link.profile_id, Link.id != link.id).values(primary_at=None))
    link.primary_at = now
    ledger.record("made_primary", now, profile=link.profile, account=by.account, link=link, **{"as": "staff"})


def keep_safe(profile: Profile, safe: bool, now: datetime, *, by: StaffMember) -> None:
    """Keep those who act for this person apart, or let them know of each other again (MISSION F6)."""
    profile = db.session.get(Profile, profile.id, with_for_update=True)
    profile.safe_at = (profile.safe_at or now) if safe else None
    ledger.record("kept_safe" if safe else "kept_safe_no_more", now, profile=profile, account=by.account, **{"as": "staff"})


def links_to(profile: Profile) -> list[Link]:
    """Every link to a person that was not revoked, their own first; with its account."""
    found = select(Link).where(Link.profile_id == profile.id, Link.revoked_at.is_(None)).options(joinedload(Link.account))
    return list(db.session.scalars(found.order_by(Link.relationship != access.SELF, Link.id)))


def _primary(profile: Profile) -> Link | None:
    return db.session.scalar(select(Link).where(Link.profile_id == profile.id, Link.primary_at.is_not(None), Link.revoked_at.is_(None)))


def locked(link: Link) -> Link:
    """As it is in the database now. Raises NotYoursToDecide when it has been revoked meanwhile."""
    found = db.session.scalar(
        select(Link)
        .where(Link.id == link.id, Link.revoked_at.is_(None))
        .options(joinedload(Link.account), joinedload(Link.profile).joinedload(Profile.practice))
        .with_for_update(of=Link)
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise NotYoursToDecide()
    return found


def _tell(link: Link, template: str, now: datetime, by: Account) -> None:
    """The one whose access changed reads it in a mail, unless they did it themselves."""
    if by.id == link.account_id:
        return
    dedupe = f"{template}:{link.id}:{int(now.timestamp())}"
    common = {"refs": {"link": link.id}, "about": f"link:{link.id}", "practice_id": link.practice_id}
    outbox.enqueue(template, to=link.account.email, dedupe=dedupe, now=now, account=link.account, **common)
