"""Where a person reads text messages: at the mobile number in their own record, or nowhere, with the reason.

While somebody is kept safe no text goes to them. A child's record may hold a parent's mobile, and nobody knows in which home a telephone
lies and who looks at its screen; mail to their own account, behind a password, is still sent. For the same reason no text goes to a number
that is also that of somebody who acts, or once acted, for the person, unless they may read everything and get notices today: the telephone
is then in the hand of somebody who may know.
"""

from datetime import date
from typing import NamedTuple

from flask_babel import gettext as _
from sqlalchemy import literal, or_, select, union_all
from sqlalchemy.orm import joinedload

from portal import consents, texting
from portal.access import EVERYTHING, GET_NOTICES, SELF
from portal.addresses import BadAddress, address_key
from portal.database import db
from portal.filters import phone_display
from portal.models import Account, Contact, FurtherNumber, Link, Profile
from portal.models.profile import MOBILE

NO_CONSENT, NO_MOBILE, KEPT_SAFE, ELSEWHERE = "no consent", "no mobile", "kept safe", "elsewhere"


class TextReader(NamedTuple):
    """`account`: their own, whose language and zone count before those of the record."""

    number: str
    account: Account | None


def mobile_of(profile: Profile) -> str:
    """E.164: the number to ring first if it is a mobile, else the first further mobile that stands; empty if there is none."""
    if profile.phone and profile.phone_kind == MOBILE:
        return profile.phone
    theirs = (FurtherNumber.profile_id == profile.id, FurtherNumber.kind == MOBILE, FurtherNumber.removed_at.is_(None))
    return db.session.scalar(select(FurtherNumber.number).where(*theirs).order_by(FurtherNumber.id).limit(1)) or ""


def find(profile: Profile, on: date) -> TextReader | None:
    """Whom a text about the person reaches on a date of the practice's; None: nobody."""
    found = _look(profile, on)
    return found if isinstance(found, TextReader) else None


def words(profile: Profile, on: date) -> str:
    """For staff: where texts go, or why none does and what would change that."""
    off = texting.why_off(profile.practice)
    if off:
        return str(off)
    found = _look(profile, on)
    if isinstance(found, TextReader):
        return _("Reminders go to %(number)s", number=phone_display(found.number, profile.practice.country))
    return {
        NO_CONSENT: _("None: there is no consent to text messages. Ask the person."),
        NO_MOBILE: _("None: there is no mobile number. Ask for one."),
        KEPT_SAFE: _("None while contacts are kept apart: nobody knows who reads along on the telephone."),
        ELSEWHERE: _(
            "None: the mobile number is also that of somebody who may not see everything. Ask the person for a number of their own."
        ),
    }[found]


def _look(profile: Profile, on: date) -> TextReader | str:
    if not consents.may(profile, consents.SMS):
        return NO_CONSENT
    if profile.is_safe:
        return KEPT_SAFE
    number = mobile_of(profile)
    if not number:
        return NO_MOBILE
    links = list(db.session.scalars(select(Link).where(Link.profile_id == profile.id).options(joinedload(Link.account)).order_by(Link.id)))
    others = _held_by(number, profile, {link.account_id: link.account for link in links if not link.is_self})
    if others - {link.account_id for link in links if _knows_all(link, on)}:
        return ELSEWHERE
    own = next((link.account for link in links if link.is_self and link.is_live(on) and link.account.is_active), None)
    return TextReader(number, own)


def _held_by(number: str, profile: Profile, acting: dict[int, Account]) -> set[int]:
    """Whose telephone this is, of the accounts that act or acted: who was let in by the practice never said a number, so it is looked for in
    their own record there, and beside their address among the person's contacts. One statement, none if nobody acts."""
    if not acting:
        return set()
    further = select(FurtherNumber.profile_id).where(FurtherNumber.number == number, FurtherNumber.removed_at.is_(None))
    own = (Link.account_id.in_(acting), Link.relationship == SELF, Link.practice_id == profile.practice_id)
    in_record = (
        select(Link.account_id, literal(""))
        .join(Profile, Profile.id == Link.profile_id)
        .where(*own, or_(Profile.phone == number, Profile.id.in_(further)))
    )
    as_contact = select(literal(0), Contact.email).where(Contact.profile_id == profile.id, Contact.phone == number, Contact.email != "")
    found = db.session.execute(union_all(in_record, as_contact)).all()
    ids, keys = {account_id for account_id, _email in found}, {_key(email) for _id, email in found if email}
    return {one for one, account in acting.items() if account.phone == number or one in ids or keys & account.keys}


def _key(address: str) -> str:
    try:
        return address_key(address)
    except BadAddress:
        return ""


def _knows_all(link: Link, on: date) -> bool:
    return link.account.is_active and link.is_live(on) and link.allows(GET_NOTICES, on) and link.level(on) == EVERYTHING
