"""Who works at a practice: invited by an admin, joined by their own account, given another role or permissions, gone. Use cases.

An invitation is bound to the address it went to: only an account with that address joins, and it changes nothing else about the account.
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import NamedTuple

from flask import current_app
from flask_babel import lazy_gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from portal import batches, ledger, mailed_links, outbox, permissions
from portal.access import ADMIN
from portal.addresses import address_key
from portal.database import db
from portal.errors import DomainError
from portal.models import Account, LedgerLine, MailedLink, Practice, StaffInvitation, StaffMember
from portal.permissions import EVERYBODY, TEAM
from portal.signals import reach_narrowed

_OF_STAFF = ("staff_joined", "staff_role_changed", "staff_permissions_changed", "staff_left")


class WorksHere(DomainError):
    message = _("Somebody with this address works here already.")


class SentJustNow(DomainError):
    status = 429
    message = _("We sent it a moment ago. Wait 5 minutes before sending it again.")


class OtherAccount(DomainError):
    """The account has not the address the invitation went to."""

    status = 403
    message = _("This invitation went to another address. Sign in with that one.")


class LastAdmin(DomainError):
    message = _("Somebody has to be admin. Make a colleague admin first.")


class ChangedMeanwhile(DomainError):
    """What somebody may do is not what the form was made of, or whoever sends it decides about staff no more. Nothing was changed."""

    message = _("Somebody changed this while you were looking. What you chose is kept: check it, then save again.")


class Happened(NamedTuple):
    """A line of a colleague's history: when, by whom, the ledger's verb and facts."""

    at: datetime
    by: str
    verb: str
    facts: dict


def staff(asker: StaffMember) -> list[StaffMember]:
    """Everybody who works at the asker's practice, by name."""
    here = select(StaffMember).join(StaffMember.account).where(StaffMember.practice_id == asker.practice_id, StaffMember.left_at.is_(None))
    return list(db.session.scalars(here.options(joinedload(StaffMember.account)).order_by(Account.given_name, Account.id)))


def waiting(asker: StaffMember) -> list[StaffInvitation]:
    """Invitations nobody has taken up or taken back, newest first."""
    mine = select(StaffInvitation).where(StaffInvitation.practice_id == asker.practice_id)
    open_ones = mine.where(StaffInvitation.accepted_at.is_(None), StaffInvitation.withdrawn_at.is_(None))
    return list(db.session.scalars(open_ones.options(joinedload(StaffInvitation.invited_by)).order_by(StaffInvitation.id.desc())))


def invitation(asker: StaffMember, public_id: str) -> StaffInvitation | None:
    return next((one for one in waiting(asker) if one.public_id == public_id), None)


def of(link: MailedLink) -> StaffInvitation:
    """What a mailed link asks somebody to join."""
    return db.session.get(StaffInvitation, link.staff_invitation_id)


def member(asker: StaffMember, account_public_id: str) -> StaffMember | None:
    """A colleague by the public id of their account."""
    return next((one for one in staff(asker) if one.account.public_id == account_public_id), None)


def history(asker: StaffMember, whose: StaffMember, most: int = 10) -> list[Happened]:
    """What became of a colleague's role and permissions, newest first."""
    here = (LedgerLine.practice_id == asker.practice_id, LedgerLine.profile_id.is_(None), LedgerLine.verb.in_(_OF_STAFF))
    found = (
        select(LedgerLine, Account)
        .join(Account, Account.id == LedgerLine.account_id)
        .where(*here)
        .order_by(LedgerLine.at.desc(), LedgerLine.id.desc())
    )
    lines = [
        Happened(line.at, who.name, line.verb, line.facts)
        for line, who in db.session.execute(found)
        if line.facts.get("about", line.account_id) == whose.account_id
    ]
    return lines[:most]


def invite(by: StaffMember, email: str, role: str, now: datetime) -> StaffInvitation:
    """Ask an address to work here. One that waits for the same address is sent again with this role. Raises WorksHere, SentJustNow."""
    _lock(by)
    key = address_key(email)
    if any(one.account.email_key == key for one in staff(by)):
        raise WorksHere()
    found = next((one for one in waiting(by) if one.email_key == key), None)
    if found is None:
        found = StaffInvitation(
            practice_id=by.practice_id, email=email, email_key=key, role=role, created_at=now, sent_at=now, invited_by_id=by.account_id
        )
        db.session.add(found)
        db.session.flush()
    else:
        _not_just_now(found, now)
    found.role = role
    _send(by, found, now)
    return found


def send_again(by: StaffMember, found: StaffInvitation, now: datetime) -> None:
    """Raises SentJustNow."""
    _lock(by)
    _not_just_now(found, now)
    _send(by, found, now)


def withdraw(by: StaffMember, found: StaffInvitation, now: datetime) -> None:
    _lock(by)
    if found.accepted_at is None:
        found.withdrawn_at = now
        mailed_links.end_open(MailedLink.staff_invitation_id == found.id, revoked_at=now)


def join(account: Account, link_id: int, now: datetime) -> StaffMember:
    """Take an invitation up. Raises LinkEnded, OtherAccount, WorksHere: a role that somebody has is not changed by an old letter."""
    link = db.session.get(MailedLink, link_id)
    found = db.session.get(StaffInvitation, link.staff_invitation_id, with_for_update=True)
    if found.email_key != account.email_key:
        raise OtherAccount()
    mailed_links.use(link_id, now)
    mine = select(StaffMember).where(StaffMember.practice_id == found.practice_id, StaffMember.account_id == account.id).with_for_update()
    here = db.session.scalar(mine)
    if here is not None and here.left_at is None:
        raise WorksHere()
    if here is None:
        here = StaffMember(practice_id=found.practice_id, account_id=account.id, role=found.role, created_at=now)
        db.session.add(here)
    # what they opened before they left does not come back with them
    here.role, here.unusual = found.role, {}
    here.left_at, here.created_at = None, now
    found.accepted_at, found.accepted_by_id = now, account.id
    ledger.record("staff_joined", now, practice_id=found.practice_id, account=account, role=found.role, invited_by=found.invited_by_id)
    db.session.flush()
    return here


def change_role(by: StaffMember, whose: StaffMember, role: str, now: datetime) -> None:
    """Counts from their next page on, with what is usual for that role. Raises LastAdmin."""
    _lock(by)
    if whose.role == ADMIN != role:
        _another_admin_than(whose)
    if whose.role != role:
        facts = {"about": whose.account_id, "before": whose.role, "after": role}
        if whose.role == ADMIN:
            _withdraw_all_of(whose, now)
        before, whose.role, whose.unusual = whose.permissions, role, {}
        _narrow(by, whose, before, now)
        ledger.record("staff_role_changed", now, practice_id=by.practice_id, account=by.account, **facts)


def change_permissions(by: StaffMember, whose: StaffMember, wanted: Collection[str], seen: str, now: datetime) -> None:
    """They may do exactly `wanted` from their next page on. `seen`: what the form was made of (`StaffMember.standing`). Raises ChangedMeanwhile."""
    _lock(by)
    db.session.refresh(whose)
    if not by.may(TEAM) or whose.left_at is not None or whose.standing != seen:
        raise ChangedMeanwhile()
    before, practice = whose.permissions, by.practice
    whose.unusual = permissions.unusual(whose.role, practice.inviting_roles, wanted)
    given, taken = (permissions.in_order(one) for one in (whose.permissions - before, before - whose.permissions))
    if given or taken:
        _narrow(by, whose, before, now)
        ledger.record(
            "staff_permissions_changed", now, practice_id=practice.id, account=by.account, about=whose.account_id, given=given, taken=taken
        )


def _narrow(by: StaffMember, whose: StaffMember, before: frozenset[str], now: datetime) -> None:
    """What they opened while they saw everybody ends with it, and does not come back when they see everybody again."""
    if EVERYBODY in before - whose.permissions:
        batches.pause_all_of(whose, now)
        reach_narrowed.send(None, by=by, staff=whose, now=now)


def leave(by: StaffMember, whose: StaffMember, now: datetime) -> None:
    """They see nothing of the practice from their next page on. Raises LastAdmin."""
    _lock(by)
    if whose.role == ADMIN:
        _another_admin_than(whose)
        _withdraw_all_of(whose, now)
    whose.left_at = now
    ledger.record("staff_left", now, practice_id=by.practice_id, account=by.account, about=whose.account_id)


def _withdraw_all_of(whose: StaffMember, now: datetime) -> None:
    """Nobody comes in any more on the word of who may not invite any more (SAFETY §3)."""
    for found in waiting(whose):
        if found.invited_by_id == whose.account_id:
            found.withdrawn_at = now
            mailed_links.end_open(MailedLink.staff_invitation_id == found.id, revoked_at=now)


def _another_admin_than(whose: StaffMember) -> None:
    if not any(one.role == ADMIN and one.id != whose.id for one in staff(whose)):
        raise LastAdmin()


def _not_just_now(found: StaffInvitation, now: datetime) -> None:
    if now - found.sent_at < timedelta(minutes=current_app.config["RESEND_PAUSE_MINUTES"]):
        raise SentJustNow()


def _send(by: StaffMember, found: StaffInvitation, now: datetime) -> None:
    found.sent_at = now
    link = mailed_links.make_join(found, now)
    outbox.enqueue(
        "staff_invitation", to=found.email, dedupe=f"join:{link.id}", refs={"link": link.id}, now=now, practice_id=found.practice_id
    )
    ledger.record("staff_invited", now, practice_id=by.practice_id, account=by.account, role=found.role)


def _lock(by: StaffMember) -> None:
    """Two admins take turns, so that one admin is always left."""
    db.session.execute(select(Practice.id).where(Practice.id == by.practice_id).with_for_update(key_share=True))
    db.session.refresh(by)
