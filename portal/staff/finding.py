"""Which people staff may see, and how they are found: who sees everybody, or else the people in their own calendar (M24)."""

from collections.abc import Collection

import phonenumbers
from sqlalchemy import ColumnElement, Select, Subquery, false, func, or_, select, union_all
from sqlalchemy.orm import joinedload

from portal import search_index, search_words, tombstones
from portal.database import db
from portal.folding import fold, folded
from portal.models import Account, Invitation, Link, Profile, StaffMember
from portal.models.invitation import UNANSWERED
from portal.paging import Page, page_of, paged
from portal.permissions import EVERYBODY
from portal.search_words import EMAIL, Wanted, Wish
from portal.staff.panels import own_people

_BY_NAME = (Profile.family_name, Profile.given_name, Profile.id)
_SORTED = (Profile.family_name + "", Profile.given_name + "", Profile.id)  # the same, where SQLite would walk an index of everybody for two


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
    """Those who fit what was `asked` (portal/search_words.py), or where nobody does, those a slip of the finger away (`Page.is_close`);
    everybody when nothing was asked. By last name."""
    if not asked:
        return paged(select(Profile).where(*seen_by(staff)), page, *_BY_NAME)
    ids, is_close = _found(staff, asked, seen_by(staff))
    some = page_of(ids, page)
    rows = {one.id: one for one in db.session.scalars(select(Profile).where(Profile.id.in_(some.rows)))} if some.rows else {}
    return some._replace(rows=[rows[one] for one in some.rows if one in rows], is_close=is_close)


def everyone(staff: StaffMember, asked: str, only_own: bool = False) -> list[int]:
    """The ids of all whom `people` finds, in its order; `only_own`: of a practitioner's own people, even if they see everybody."""
    within = _within(staff, staff.may(EVERYBODY) and not only_own)
    if not asked:
        return db.session.scalars(select(Profile.id).where(*within).order_by(*_BY_NAME)).all()
    return _found(staff, asked, within)[0]


def _found(staff: StaffMember, asked: str, within: list[ColumnElement[bool]]) -> tuple[list[int], bool]:
    """The ids of all who fit, in order, and whether they are only close to what was asked."""
    wanted = search_words.wanted(asked, _calling_code(staff))
    ids = _ids(staff, wanted, within)
    if ids:
        return ids, False
    meant = wanted._replace(wishes=search_index.with_slips(staff.practice, wanted.wishes))
    return ([], False) if meant == wanted else (_ids(staff, meant, within), True)


def _ids(staff: StaffMember, wanted: Wanted, within: list[ColumnElement[bool]]) -> list[int]:
    return db.session.connection().scalars(select(Profile.id).where(*within, _fits(staff, wanted)).order_by(*_SORTED)).all()


def _calling_code(staff: StaffMember) -> str:
    return str(phonenumbers.country_code_for_region(staff.practice.country))


def named(asked: str) -> list[ColumnElement[bool]]:
    """Every word begins a part of the name, in any order; accents, capitals and hyphens do not matter."""
    name = " " + folded(Profile.given_name + " " + Profile.family_name)
    return [name.contains(f" {word}", autoescape=True) for word in fold(asked).split()]


def _fits(staff: StaffMember, wanted: Wanted) -> ColumnElement[bool]:
    """All wishes hold; or it is the file or the card of this number; or the birth date. As ids of people, each way from an index of its
    own: with an "or" between conditions a database reads everybody."""
    ways = []
    if wanted.wishes:
        first, *others = (_holding(staff, wish) for wish in wanted.wishes)
        ways.append(select(first.c.profile_id).where(*(first.c.profile_id.in_(select(other.c.profile_id)) for other in others)))
    if wanted.wholes:
        ways += search_index.having(staff.practice_id, (), wanted.wholes)
    if wanted.days:
        ways.append(select(Profile.id).where(Profile.practice_id == staff.practice_id, Profile.born_on.in_(wanted.days)))
    return Profile.id.in_(union_all(*ways)) if ways else false()


def _holding(staff: StaffMember, wish: Wish) -> Subquery:
    """The ids of the people for whom a wish holds."""
    found = search_index.having(staff.practice_id, wish.beginnings, wish.wholes)
    address = next((one[1:] for one in wish.beginnings if one.startswith(EMAIL) and "@" in one), "")
    if address and may_invite(staff):
        found += _reached_at(address)
    return union_all(*found).subquery()


def _reached_at(typed: str) -> list[Select]:
    """For who may see portal accounts, the whole address of an account or an invitation too: a mother's finds her children."""
    live = select(Link.profile_id).join(Account, Link.account_id == Account.id).where(Account.email_key == typed, Link.revoked_at.is_(None))
    return [live, select(Invitation.profile_id).where(Invitation.email_key == typed, *UNANSWERED)]
