"""Profiles people make for themselves and for those they care for: usable at once, provisional until staff agree.

Nothing here looks for a record the practice may already have. Likeness is for staff to judge (SAFETY §2, M4).
"""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _
from sqlalchemy import func, select

from portal import access, ledger
from portal.database import db
from portal.errors import DomainError
from portal.models import Account, Link, Practice, Profile, Registration
from portal.models.link import MADE_ONLINE

MOST_WAITING = 10  # people one account may add at one practice before staff have looked at them
# Somebody else's adult: what was booked through this account, but nothing that was there before.
OF_AN_ADULT = (access.SEE_TIMES, access.BOOK, access.CHANGE, access.GET_NOTICES)


class NotTakingNew(DomainError):
    """The practice accepts nobody new at the moment; `message` is its own reason when it gave one."""

    message = _("This clinic is not taking new people at the moment.")


class TooManyPeople(DomainError):
    message = _("You have added many people already. Call the clinic to add another.")


def own_profile(account: Account, practice: Practice, now: datetime) -> tuple[Profile, Link]:
    """The account's own profile at a practice, made if there is none. Raises NotTakingNew. A use case."""
    account = _locked(account)
    found = db.session.scalar(_links(account, practice).where(Link.relationship == "self"))
    if found:
        return found.profile, found
    person = {"given_name": account.given_name, "family_name": account.family_name, "born_on": account.born_on}
    reach = {"email": account.email, "phone": account.phone, "email_consent_at": now}
    return _make(account, practice, "self", access.default_permissions("self"), now, **person, **reach)


def add(
    account: Account, practice: Practice, relationship: str, given_name: str, family_name: str, born_on: date, now: datetime
) -> Profile:
    """A child or somebody cared for. The same person twice is one. Raises NotTakingNew, TooManyPeople. A use case."""
    account = _locked(account)
    same = (Profile.given_name == given_name, Profile.family_name == family_name, Profile.born_on == born_on)
    found = db.session.scalar(_links(account, practice).where(*same))
    if found:
        return found.profile
    waiting = _links(account, practice).where(Profile.provisional_at.is_not(None)).with_only_columns(func.count()).order_by(None)
    if db.session.scalar(waiting) >= MOST_WAITING:
        raise TooManyPeople()
    permissions = OF_AN_ADULT if relationship == "carer" else access.default_permissions(relationship)
    person = {"given_name": given_name, "family_name": family_name, "born_on": born_on}
    return _make(account, practice, relationship, permissions, now, **person)[0]


def must_take_new(practice: Practice) -> None:
    """Raises NotTakingNew."""
    if not practice.accepts_new:
        raise NotTakingNew(practice.closed_to_new_reason or None)


def _locked(account: Account) -> Account:
    """Two tabs of one account take turns here."""
    return db.session.scalar(select(Account).where(Account.id == account.id).with_for_update())


def _links(account: Account, practice: Practice):
    mine = (Link.account_id == account.id, Link.practice_id == practice.id, Link.revoked_at.is_(None))
    return select(Link).join(Profile, Profile.id == Link.profile_id).where(*mine, Profile.merged_at.is_(None)).order_by(Link.id)


def _make(account, practice, relationship, permissions, now, **person) -> tuple[Profile, Link]:
    must_take_new(practice)
    profile = Profile(practice_id=practice.id, language=account.language, zone=account.zone, created_at=now, provisional_at=now, **person)
    link = Link(practice_id=practice.id, account=account, profile=profile, relationship=relationship, ground=MADE_ONLINE, created_at=now)
    link.permissions, link.decided_on = list(permissions), now.astimezone(ZoneInfo(practice.zone)).date()
    db.session.add_all([profile, link, Registration(practice_id=practice.id, profile=profile, account=account, created_at=now)])
    db.session.flush()
    ledger.record("registered", now, profile=profile, account=account, link=link, relationship=relationship)
    return profile, link
