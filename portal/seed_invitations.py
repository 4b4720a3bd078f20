"""Invitations of the demo world, so that the staff pages have something to show: one waits, one has expired, one was refused."""

from datetime import datetime, timedelta

from sqlalchemy import select

from portal import access, claims, invitations, ledger
from portal.database import db
from portal.invitations import Wanted
from portal.models import Account, Invitation, Link, Profile, StaffMember
from portal.seed import RIVERSIDE, name_id

# (for whom, to which address, relationship, second check, how many hours ago, what became of it)
INVITED = (
    ("walter", "greta.brandt@example.com", "carer", "code", 20, ""),
    ("maria-on-file", "maria.nunez@example.com", access.SELF, "", 6 * 24, ""),  # expired by now
    ("amara-on-file", "a.okoye@example.com", access.SELF, "", 2 * 24, "refused"),
)
REVIEW_IN = timedelta(days=12)  # of what Daniel may do for Leo


def seed_invitations(now: datetime) -> bool:
    """Dana invites; False if she has already. A use case."""
    if db.session.scalar(select(Invitation.id).where(Invitation.public_id == name_id(f"invitation to {INVITED[0][1]}"))):
        return False
    dana = db.session.scalars(select(StaffMember).join(StaffMember.account).where(Account.public_id == name_id("dana"))).first()
    for whom, email, relationship, check, hours, became in INVITED:
        profile = db.session.scalars(select(Profile).where(Profile.public_id == name_id(f"{whom}@{RIVERSIDE}"))).one()
        at = now - timedelta(hours=hours)
        wanted = Wanted(email, relationship, access.default_permissions(relationship), second_check=check)
        invitation = invitations.make(dana, profile, wanted, at, public_id=name_id(f"invitation to {email}"))
        link = invitations.send(invitation, at)
        facts = {"to": invitations.masked(email), "relationship": relationship, "invitation": invitation.id, "as": "staff"}
        ledger.record("invited", at, profile=profile, account=dana.account, **facts)
        db.session.flush()
        if became == "refused":
            claims.refuse(link.id, at + timedelta(hours=3))
    _look_again(now)
    return True


def _look_again(now: datetime) -> None:
    accounts, profiles = (
        select(Account.id).where(Account.public_id == name_id("daniel")),
        select(Profile.id).where(Profile.public_id == name_id(f"leo@{RIVERSIDE}")),
    )
    for link in db.session.scalars(
        select(Link).where(Link.account_id.in_(accounts), Link.profile_id.in_(profiles), Link.revoked_at.is_(None))
    ):
        link.review_on = (now + REVIEW_IN).date()
