"""The outstanding invitations of a practice: counted by state, found, and several sent again at once (MISSION M26)."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select, true
from sqlalchemy.orm import contains_eager, joinedload

from portal import invitations
from portal.database import db
from portal.invitations import InvitationEnded, SentJustNow
from portal.models import Invitation, Profile, StaffMember
from portal.models.invitation import MOST_TRIES, UNSETTLED
from portal.paging import Page, paged
from portal.staff.accounts_of import undelivered
from portal.staff.finding import named, seen_by

STATES = ("open", "expired", "locked", "refused")  # as Invitation.state says it
UNDELIVERED = "undelivered"  # open or expired, and its mail did not arrive


def _state(now: datetime) -> ColumnElement[str]:
    """What Invitation.state would say, inside a statement."""
    return case(
        (Invitation.refused_at.is_not(None), "refused"),
        (and_(Invitation.second_check != "", Invitation.tries >= MOST_TRIES), "locked"),
        (Invitation.expires_at <= now, "expired"),
        else_="open",
    )


def counts(staff: StaffMember, asked: str, now: datetime) -> dict[str, int]:
    """How many of each state, and of all under ""."""
    state = _state(now)
    found = dict(db.session.execute(_found(staff, asked, state).group_by(state).with_only_columns(state, func.count())).all())
    lost = len(_lost(staff, asked, now))
    return {"": sum(found.values()), **{name: found.get(name, 0) for name in STATES}, UNDELIVERED: lost}


def outstanding(staff: StaffMember, asked: str, state: str, page: int, now: datetime) -> Page:
    """A page of them, the last sent first; `state` one of STATES, UNDELIVERED, or "" for all."""
    here = Invitation.id.in_(_lost(staff, asked, now)) if state == UNDELIVERED else _state(now) == state if state else true()
    found = _found(staff, asked, Invitation).where(here)
    whole = found.options(contains_eager(Invitation.profile).joinedload(Profile.practice), joinedload(Invitation.invited_by))
    return paged(whole, page, Invitation.sent_at.desc(), Invitation.id.desc())


def _found(staff: StaffMember, asked: str, *what) -> Select:
    return select(*what).select_from(Invitation).join(Invitation.profile).where(*UNSETTLED, *seen_by(staff), _fits(asked))


def _fits(asked: str) -> ColumnElement[bool]:
    words = named(asked)
    return or_(and_(*words), Invitation.email_key.contains(asked.lower(), autoescape=True)) if words else true()


def _lost(staff: StaffMember, asked: str, now: datetime) -> list[int]:
    return [one.id for one in undelivered(staff, now, _fits(asked))]


def resend_several(staff: StaffMember, public_ids: Collection[str], now: datetime) -> tuple[int, int]:
    """Send these again; those sent a moment ago or ended meanwhile are left out. (sent, left out). A use case."""
    chosen = _found(staff, "", Invitation).where(Invitation.public_id.in_(public_ids)).order_by(Invitation.id)
    sent, ids = 0, [one.id for one in db.session.scalars(chosen)]
    for one in ids:
        try:
            invitations.resend(db.session.get(Invitation, one), now, by=staff)
            sent += 1
        except (SentJustNow, InvitationEnded):  # raised before anything is changed
            continue
    return sent, len(ids) - sent
