"""Through which link an account acts, as it is under the lock: booking, moving and handing over all ask here (SAFETY §1)."""

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, select
from sqlalchemy.orm import contains_eager
from sqlalchemy.orm.attributes import instance_state

from booking.disclosure import blind_account, knows_all
from booking.errors import NotYours, TooYoung
from booking.models import Appointment
from booking.queries import link_to
from portal.access import BOOK, CHANGE
from portal.database import db
from portal.models import Account, Link, Profile
from portal.tombstones import carried_by

# Made once: building a statement costs more than sending it. The link and its person are locked, so that limits are counted once.
_ACTING = (
    select(Link)
    .join(Link.profile)
    .join(Profile.practice)
    .join(Account, Account.id == Link.account_id)
    .where(Link.id == bindparam("link"), Link.account_id == bindparam("account"), Link.revoked_at.is_(None))
    .where(Profile.merged_at.is_(None), Account.closed_at.is_(None))
    .options(contains_eager(Link.profile).contains_eager(Profile.practice), contains_eager(Link.account))
    .with_for_update(of=[Link, Profile], key_share=True)
    .execution_options(populate_existing=True)
)
_BOOKED_WITH = select(Appointment).where(Appointment.idempotency_key == bindparam("form"))


def identity(row) -> int:
    """The primary key without reading the row again."""
    return instance_state(row).identity[0]


def acting(account: Account, link: Link, now: datetime) -> Link:
    """The link as it is in the database now, or the one a merge united it with, locked with its person. Raises NotYours.

    While we waited for its lock, a merge may have taken it to another person: PostgreSQL then finds the two it waited for no longer
    joined, and a second look sees them as they are.
    """
    whose = identity(account)
    found = db.session.scalar(_ACTING, {"link": identity(link), "account": whose})
    if found is None:
        found = db.session.scalar(_ACTING, {"link": carried_by(identity(link)), "account": whose})
    if found is None or not found.allows(BOOK, now.astimezone(ZoneInfo(found.profile.practice.zone)).date()):
        raise NotYours()
    return found


def changing(account: Account, appointment: Appointment, now: datetime) -> tuple[Appointment, Link]:
    """The appointment as it is now, locked, and the link that lets the account change it: only what it sees wholly. Raises NotYours."""
    row = db.session.execute(
        select(Appointment.public_id).where(Appointment.id == identity(appointment)).with_for_update(key_share=True)
    ).first()
    found = row and link_to(account, row[0], CHANGE, now)
    if not found:
        raise NotYours()
    return found


def unknowing(link: Link, now: datetime) -> dict:
    """For a Wish: what of the person's other appointments must not be told, not even by a time that is missing."""
    on = now.astimezone(ZoneInfo(link.profile.practice.zone)).date()
    return {"discreet": not knows_all(link, on), "only_by": blind_account(link, on)}


def too_young(link: Link, now: datetime) -> TooYoung | None:
    """Somebody too young for an account of their own does not book for themselves; a guardian's link does it for them."""
    practice = link.profile.practice
    age = link.profile.age(now.astimezone(ZoneInfo(practice.zone)).date())
    young = link.relationship == "self" and age is not None and age < practice.youngest_account_years
    return TooYoung(years=practice.youngest_account_years) if young else None


def booked_with(key: str, link: Link) -> Appointment | None:
    """What this form booked before. Somebody else's key is nobody's."""
    found = db.session.scalar(_BOOKED_WITH, {"form": key})
    if found is not None and found.booked_by_id != link.account_id:
        raise NotYours()
    return found
