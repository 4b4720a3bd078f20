"""The second step of those who work at a practice: asked of them all, and taken away from who has lost their phone. Use cases."""

from datetime import datetime

from flask_babel import lazy_gettext as _
from sqlalchemy import select

from portal import ledger, second_factor, team
from portal.database import db
from portal.errors import DomainError
from portal.models import Practice, StaffMember
from portal.practice_settings import CHANGED


class NoneOfYourOwn(DomainError):
    message = _("Set up a second step of your own first.")


class YourOwn(DomainError):
    status = 403
    message = _("You turn off your own second step on your account page, with a code.")


class WorksElsewhere(DomainError):
    status = 403
    message = _("They work at another clinic too, so you cannot take it away alone. Ask whoever runs this site.")


def without(asker: StaffMember) -> list[StaffMember]:
    """Who works at the asker's practice and has no second step, by name."""
    return [one for one in team.staff(asker) if one.account.second_factor_at is None]


def ask_of_staff(by: StaffMember, wanted: bool, now: datetime) -> None:
    """From now on who has none sees no staff page of the practice before setting it up; or no longer. Raises NoneOfYourOwn."""
    practice = db.session.get(Practice, by.practice_id, with_for_update=True, populate_existing=True)
    if wanted == (practice.second_factor_at is not None):
        return
    db.session.refresh(by.account)
    if wanted and by.account.second_factor_at is None:
        raise NoneOfYourOwn()
    practice.second_factor_at = now if wanted else None
    practice.revision += 1
    facts = {"before": {"second_factor": not wanted}, "after": {"second_factor": wanted}, "as": "staff"}
    ledger.record(CHANGED, now, practice_id=practice.id, account=by.account, **facts)


def take_away(by: StaffMember, whose: StaffMember, now: datetime) -> None:
    """A colleague's password is enough again, and every browser of theirs is signed out. Raises YourOwn, WorksElsewhere: an account is one for
    all practices, and one practice's admin does not weaken it for another."""
    if whose.account_id == by.account_id:
        raise YourOwn()
    elsewhere = select(StaffMember.id).where(StaffMember.account_id == whose.account_id, StaffMember.left_at.is_(None))
    if db.session.scalar(elsewhere.where(StaffMember.practice_id != by.practice_id).limit(1)):
        raise WorksElsewhere()
    db.session.refresh(whose.account)
    if whose.account.second_factor_at is not None:
        second_factor.take_away(whose.account, now, by=by.account, practice_id=by.practice_id)
