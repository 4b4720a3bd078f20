"""Which people staff may see, and how they are found: who sees everybody, or else the people in their own calendar (M24)."""

from collections.abc import Collection

from sqlalchemy import ColumnElement, and_, exists, false, func, or_, select
from sqlalchemy.orm import joinedload

from portal import cards, tombstones
from portal.database import db
from portal.folding import fold, folded
from portal.models import Account, Invitation, Link, Profile, StaffMember
from portal.models.invitation import UNANSWERED
from portal.paging import Page, paged
from portal.permissions import EVERYBODY
from portal.staff.panels import own_people

_DIGITS_OF_A_PHONE = 3  # fewer would find everybody
_DIGITS_OF_A_CARD = cards.SHOWN  # what staff see of it


def may_invite(staff: StaffMember) -> bool:
    """Whether they invite people and see who has access."""
    return staff.may_invite


def seen_by(staff: StaffMember) -> list[ColumnElement[bool]]:
    """What holds for every profile this staff member may see."""
    return _within(staff, staff.may(EVERYBODY))


def _within(staff: StaffMember, everybody: bool) -> list[ColumnElement[bool]]:
    here = [Profile.practice_id == staff.practice_id, Profile.merged_at.is_(None)]
    return here if everybody else [*here, or_(false(), *(Profile.id.in_(ids) for ids in own_people(staff)))]


def count_seen(staff: StaffMember, everybody: bool) -> int:
    """How many people this member would see with, or without, the permission to see everybody."""
    return db.session.scalar(select(func.count()).select_from(Profile).where(*_within(staff, everybody)))


def person_of(staff: StaffMember, public_id: str) -> Profile | None:
    """The person at the practice of this staff member, if they may see them."""
    return db.session.scalar(select(Profile).where(Profile.public_id == public_id, *seen_by(staff)).options(joinedload(Profile.practice)))


def standing_for(staff: StaffMember, public_id: str) -> Profile | None:
    """The person into whom this record was merged, if this staff member may see them."""
    standing = tombstones.standing_for(staff.practice_id, public_id)
    return person_of(staff, standing.public_id) if standing is not None else None


def several(staff: StaffMember, public_ids: Collection[str]) -> list[Profile]:
    """Those among these people whom this staff member may see."""
    return list(db.session.scalars(select(Profile).where(Profile.public_id.in_(public_ids), *seen_by(staff)).order_by(Profile.id)))


def people(staff: StaffMember, asked: str, page: int) -> Page:
    """Those whose name, telephone number, address, file number or health card fits what was `asked`; everybody when nothing was. By last name."""
    found = select(Profile).where(*seen_by(staff), *_fits(staff, asked))
    return paged(found, page, Profile.family_name, Profile.given_name, Profile.id)


def named(asked: str) -> list[ColumnElement[bool]]:
    """Every word begins a part of the name, in any order; accents, capitals and hyphens do not matter."""
    name = " " + folded(Profile.given_name + " " + Profile.family_name)
    return [name.contains(f" {word}", autoescape=True) for word in fold(asked).split()]


def _fits(staff: StaffMember, asked: str) -> list[ColumnElement[bool]]:
    digits = "".join(c for c in asked if c in "0123456789")
    if len(digits) >= _DIGITS_OF_A_PHONE and not any(c.isalpha() for c in asked):
        return [or_(Profile.phone.contains(digits.lstrip("0") or digits), *_numbers(asked, digits))]
    if "@" in asked:
        return [_has_address(staff, "".join(asked.lower().split()))]
    words = named(asked)
    if digits:  # no name has a figure: a number with letters in it
        return [or_(and_(*words), *_numbers(asked, ""))]
    if len(words) == 1:  # "priya" may be the beginning of an address as well
        return [or_(words[0], func.lower(Profile.email).startswith(asked.strip().lower(), autoescape=True))]
    return words


def _numbers(asked: str, digits: str) -> list[ColumnElement[bool]]:
    """The file or the card of this number, or whose last figures are `digits`."""
    whole = [func.lower(Profile.file_number) == asked.strip().lower()]
    if len(cards.bare(asked)) >= cards.WHOLE or len(digits) >= _DIGITS_OF_A_CARD:
        whole.append(cards.has_number(Profile.card_number, asked))
    return [*whole, Profile.file_number.endswith(digits)] if digits else whole


def _has_address(staff: StaffMember, typed: str) -> ColumnElement[bool]:
    """In their contact details; for who may see portal accounts, also of an account or an invitation: a mother's address finds her children."""
    own = func.lower(Profile.email).contains(typed, autoescape=True)
    if not may_invite(staff):
        return own
    live = exists().where(Link.profile_id == Profile.id, Link.revoked_at.is_(None), Link.account_id == Account.id, Account.email_key == typed)
    invited = exists().where(Invitation.profile_id == Profile.id, Invitation.email_key == typed, *UNANSWERED)
    return or_(own, live, invited)
