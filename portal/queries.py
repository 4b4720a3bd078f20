"""Scoped reads: the first argument is who asks. Not yours and not there look the same.

What nearly every page asks is built once (`lru_cache`): making a statement anew took longer than running it.
"""

from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import joinedload

from portal import tombstones
from portal.database import db
from portal.models import Account, Invitation, Link, OutboxMail, Practice, Profile, Registration, StaffMember
from portal.models.invitation import UNANSWERED
from portal.models.outbox_mail import EMAIL, SMS
from portal.models.registration import NOT_ANSWERED


def practice_by_slug(slug: str) -> Practice | None:
    return db.session.scalar(select(Practice).where(Practice.slug == slug))


def practices() -> list[Practice]:
    return list(db.session.scalars(select(Practice).order_by(Practice.name)))


def staff_roles(asker: Account) -> list[StaffMember]:
    """Every practice the asker works at."""
    return list(db.session.scalars(_roles(), {"asker": asker.id}))


@lru_cache
def _roles():
    theirs = select(StaffMember).where(StaffMember.account_id == bindparam("asker"), StaffMember.left_at.is_(None))
    return theirs.options(joinedload(StaffMember.practice))


def links_of(asker, practice: Practice | None = None) -> list[Link]:
    """The asker's live links with their profiles (self first, then by name), at one practice or at all of them."""
    if not asker.is_authenticated:
        return []
    found = db.session.scalars(_links(), {"asker": asker.id})
    return [link for link in found if practice is None or link.practice_id == practice.id]


@lru_cache
def _links():
    theirs = select(Link).join(Profile).where(Link.account_id == bindparam("asker"), Link.revoked_at.is_(None), Profile.merged_at.is_(None))
    return theirs.options(joinedload(Link.profile).joinedload(Profile.practice)).order_by(
        Link.relationship != "self", Profile.given_name, Link.id
    )


def link_of(asker, public_id: str, now: datetime) -> Link | None:
    """The asker's own live link of this id with profile and practice; None if not there, not theirs, revoked or past its last day.

    One that a merge united with another answers with that one, which has another id: send on who only looks.
    """
    if not asker.is_authenticated:
        return None
    mine = (Link.public_id == public_id, Link.account_id == asker.id)
    found = _live(*mine)
    if found is None:
        united = db.session.scalar(select(Link).where(*mine, Link.united_with_id.is_not(None)))
        found = _live(Link.id == tombstones.carried_by(united.id), Link.account_id == asker.id) if united is not None else None
    return found if found is not None and found.is_live(now.astimezone(ZoneInfo(found.profile.practice.zone)).date()) else None


def count_waiting(staff: StaffMember) -> int:
    """New registrations that nobody has answered, but for those put off (portal/staff/queue.py)."""
    return db.session.scalar(_waiting(), {"practice": staff.practice_id})


@lru_cache
def _waiting():
    waiting = (Registration.practice_id == bindparam("practice"), *NOT_ANSWERED, Registration.later_at.is_(None))
    return select(func.count()).select_from(Registration).where(*waiting)


def _live(*which) -> Link | None:
    mine = select(Link).join(Profile).where(*which, Link.revoked_at.is_(None), Profile.merged_at.is_(None))
    return db.session.scalar(mine.options(joinedload(Link.profile).joinedload(Profile.practice)))


def count_undelivered(staff: StaffMember, since: datetime) -> dict[str, tuple[int, int]]:
    """Channel → how many of this practice are held for want of a server, and how many failed that were due after `since`."""
    mine = (OutboxMail.practice_id == staff.practice_id, OutboxMail.state.in_(("held", "failed")))
    recent = (OutboxMail.state == "held") | (OutboxMail.due_at > since)
    kinds = (OutboxMail.channel, OutboxMail.state)
    counts = {
        (channel, state): number
        for channel, state, number in db.session.execute(select(*kinds, func.count()).where(*mine, recent).group_by(*kinds))
    }
    return {channel: (counts.get((channel, "held"), 0), counts.get((channel, "failed"), 0)) for channel in (EMAIL, SMS)}


def invitations_for(account, now: datetime) -> list[Invitation]:
    """Invitations that wait for the asker: sent to their own proven address, not to a twin of it, and still open; the oldest first."""
    if not account.is_authenticated:
        return []
    mine = select(Invitation).where(Invitation.email_key == account.email_key, *UNANSWERED, Invitation.expires_at > now)
    found = db.session.scalars(mine.options(joinedload(Invitation.profile).joinedload(Profile.practice)).order_by(Invitation.id))
    return [one for one in found if one.state(now) == "open" and one.is_to(account)]


def has_acted_for(asker: Account, profile: Profile) -> bool:
    """Whether the asker acts for this person, or once did; their own access is no acting for somebody."""
    theirs = (Link.account_id == asker.id, Link.profile_id == profile.id, Link.relationship != "self")
    return db.session.scalar(select(Link.id).where(*theirs).limit(1)) is not None


def link_taken_up(asker: Account, invitation: Invitation) -> Link | None:
    """The asker's own access that came of an invitation, or was found to be there already by a merge, while it lasts."""
    if invitation.accepted_by_id == asker.id and invitation.link_id is not None:
        return _live(Link.id == tombstones.carried_by(invitation.link_id), Link.account_id == asker.id)
    if invitation.deleted_at is not None and invitation.is_to(asker):
        return _live(Link.profile_id == invitation.profile_id, Link.account_id == asker.id)
    return None
