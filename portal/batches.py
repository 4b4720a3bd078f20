"""Many invitations in one go, from the rehearsal to "send again". Use cases: run them through `transact`. Sending itself is portal/batch_queue.py's."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from flask import current_app
from flask_babel import lazy_gettext as _
from sqlalchemy import insert, select, update

from portal import batch_files
from portal.database import db
from portal.errors import DomainError
from portal.models import BatchRow, Invitation, InvitationBatch, OutboxMail, StaffMember
from portal.models.invitation import UNANSWERED

PUT_OFF = datetime.fromisoformat("9999-01-01T00:00:00+00:00")  # when the mails of a paused batch are due
GOING_ON = (InvitationBatch.started_at.is_not(None), InvitationBatch.told_at.is_(None), InvitationBatch.paused_at.is_(None))
KEPT = timedelta(days=30)  # a rehearsal that was never sent


class SentAlready(DomainError):
    message = _("These invitations were sent already.")


class NobodyReady(DomainError):
    message = _("Nobody in this list is ready to be invited. Put the list right first.")


class NobodyToRemind(DomainError):
    message = _("There is nobody to write to again: they have answered, or got a message less than 5 minutes ago.")


def rehearse(by: StaffMember, rows: Iterable, why: str, now: datetime) -> InvitationBatch:
    """Keep what a sending would do (see portal/staff/choosing.py); nobody is invited, nothing is sent."""
    batch = InvitationBatch(practice_id=by.practice_id, made_by_id=by.id, why=why, life_hours=by.practice.bulk_claim_hours, created_at=now)
    db.session.add(batch)
    db.session.flush()
    found = [
        {
            "practice_id": by.practice_id,
            "batch_id": batch.id,
            "position": verdict.position,
            "typed": batch_files.line(typed.name[:160], typed.email[:160], typed.born[:40]) if typed else "",
            "name": name[:170],
            "email": verdict.email[:254],
            "relationship": verdict.relationship,
            "profile_id": verdict.person,
            "problem": verdict.problem,
        }
        for verdict, typed, name in rows
    ]
    db.session.execute(insert(BatchRow), found)
    return batch


def start(batch: InvitationBatch, now: datetime, *, by: StaffMember) -> None:
    """From now on the postman queues its rows, in the name of who pressed. Raises SentAlready, NobodyReady."""
    batch = _locked(batch)
    if batch.started_at:
        raise SentAlready()
    if db.session.scalar(select(BatchRow.id).where(BatchRow.batch_id == batch.id, BatchRow.problem == "").limit(1)) is None:
        raise NobodyReady()
    batch.started_at, batch.started_by_id = now, by.id


def pause(batch: InvitationBatch, now: datetime) -> None:
    """What has not left stays here until it is continued."""
    batch = _locked(batch)
    if batch.started_at and not batch.told_at and not batch.paused_at:
        batch.paused_at = now
        _reschedule(batch, lambda _number: PUT_OFF)


def pause_all_of(staff: StaffMember, now: datetime) -> None:
    """What goes out in the name of this member waits until somebody looks at it."""
    going = (InvitationBatch.started_by_id == staff.id, *GOING_ON)
    for batch in db.session.scalars(select(InvitationBatch).where(*going)):
        pause(batch, now)


def are_going_out(staff: StaffMember) -> bool:
    return db.session.scalar(select(InvitationBatch.id).where(InvitationBatch.started_by_id == staff.id, *GOING_ON).limit(1)) is not None


def carry_on(batch: InvitationBatch, now: datetime, *, by: StaffMember) -> None:
    """The rest is sent in the name of who pressed: whoever began may have left."""
    batch = _locked(batch)
    if batch.paused_at:
        batch.paused_at, batch.started_by_id, rate = None, by.id, current_app.config["BULK_MAILS_A_SECOND"]
        _reschedule(batch, lambda number: now + timedelta(seconds=number // rate))


def remind(batch: InvitationBatch, now: datetime, *, by: StaffMember) -> None:
    """Once more to those who have not answered; the postman does it as it did the first time. Raises NobodyToRemind."""
    batch = _locked(batch)
    since = now - timedelta(minutes=current_app.config["RESEND_PAUSE_MINUTES"])
    waiting = select(Invitation.id).where(Invitation.batch_id == batch.id, *UNANSWERED, Invitation.sent_at <= since)
    again = update(BatchRow).where(
        BatchRow.batch_id == batch.id, BatchRow.problem == "", BatchRow.invitation_id.in_(waiting), BatchRow.done_at.is_not(None)
    )
    if not batch.told_at or not db.session.execute(again.values(done_at=None).execution_options(synchronize_session=False)).rowcount:
        raise NobodyToRemind()
    batch.queued_at = batch.told_at = batch.paused_at = None
    batch.started_at, batch.started_by_id = now, by.id


def may_send(staff: StaffMember) -> bool:
    """Whether this member may invite now: a batch in the name of anybody else waits."""
    return staff.may_invite and staff.account.is_active


def is_stopped(batch_id: int) -> bool:
    """Asked when a mail of a sending is written: whether who sends it may invite no more. The postman pauses the rest in its next round."""
    return not may_send(db.session.get_one(InvitationBatch, batch_id).sender)


def sweep(now: datetime) -> None:
    """Rehearsals that were never sent are forgotten, with what was typed."""
    old = [
        one.id
        for one in db.session.scalars(
            select(InvitationBatch).where(InvitationBatch.started_at.is_(None), InvitationBatch.created_at <= now - KEPT)
        )
    ]
    for table in (BatchRow, InvitationBatch):
        column = BatchRow.batch_id if table is BatchRow else InvitationBatch.id
        db.session.execute(table.__table__.delete().where(column.in_(old)))


def mails(batch_id):
    """A condition: the mail is about an invitation of this batch (an id, or the column of it)."""
    abouts = select("invitation:" + Invitation.id.cast(OutboxMail.about.type)).where(Invitation.batch_id == batch_id)
    return OutboxMail.about.in_(abouts)


def _reschedule(batch: InvitationBatch, due) -> None:
    waiting = db.session.scalars(select(OutboxMail.id).where(OutboxMail.state == "queued", mails(batch.id)).order_by(OutboxMail.id)).all()
    if waiting:
        db.session.execute(update(OutboxMail), [{"id": one, "due_at": due(number)} for number, one in enumerate(waiting)])


def _locked(batch: InvitationBatch) -> InvitationBatch:
    return db.session.get_one(InvitationBatch, batch.id, with_for_update=True, populate_existing=True)
