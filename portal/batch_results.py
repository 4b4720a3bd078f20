"""What became of a batch, row by row. The first argument is who asks: who does not see everybody sees the batches they made themselves."""

from collections import Counter
from collections.abc import Collection, Iterable
from datetime import datetime
from math import ceil
from typing import NamedTuple

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import joinedload

from portal import rehearsal
from portal.batches import PUT_OFF, mails
from portal.database import db
from portal.models import BatchRow, Invitation, InvitationBatch, OutboxMail, Profile, StaffMember
from portal.models.invitation import UNANSWERED
from portal.permissions import EVERYBODY

PER_PAGE = 50
# What a row is in: of the rehearsal
READY, SHARED, HAVE, INVITED, FIX = "ready", "shared", "have", "invited", "fix"
# and of the sending
QUEUED, SENT, FAILED, TAKEN, ENDED, PASSED = "queued", "sent", "failed", "taken", "ended", "passed"
_OF_MAIL = {"queued": QUEUED, "sending": QUEUED, "held": QUEUED, "sent": SENT, "failed": FAILED}


class Facts(NamedTuple):
    """The few facts of a row that its state hangs on."""

    id: int
    position: int
    email: str
    problem: str
    profile_id: int | None
    done_at: datetime | None
    invitation_id: int | None
    accepted_at: datetime | None
    deleted_at: datetime | None
    refused_at: datetime | None


class Overview(NamedTuple):
    """`states`: row id → state. `counts`: state → how many. `positions`: address → the rows that share it."""

    states: dict[int, str]
    counts: Counter
    positions: dict[str, list[int]]

    @property
    def total(self) -> int:
        """How many are written to."""
        return sum(self.counts[one] for one in (QUEUED, SENT, FAILED, TAKEN, ENDED))

    @property
    def left(self) -> int:
        """How many messages have gone out."""
        return self.total - self.counts[QUEUED] - self.counts[FAILED]

    @property
    def dealt_with(self) -> int:
        return self.total - self.counts[QUEUED]


def batch_of(staff: StaffMember, public_id: str) -> InvitationBatch | None:
    found = select(InvitationBatch).where(InvitationBatch.public_id == public_id, *_theirs(staff))
    return db.session.scalar(found.options(*_senders()))


def batches_of(staff: StaffMember, most: int = 5) -> list[InvitationBatch]:
    """The newest that were sent."""
    found = (
        select(InvitationBatch)
        .where(*_theirs(staff), InvitationBatch.started_at.is_not(None))
        .order_by(InvitationBatch.id.desc())
        .limit(most)
    )
    return list(db.session.scalars(found.options(*_senders())))


def _senders() -> list:
    return [joinedload(staff).joinedload(StaffMember.account) for staff in (InvitationBatch.made_by, InvitationBatch.started_by)]


def paused(staff: StaffMember) -> list[InvitationBatch]:
    """Those that were begun and stand still, the oldest first."""
    still = (InvitationBatch.started_at.is_not(None), InvitationBatch.paused_at.is_not(None), InvitationBatch.told_at.is_(None))
    return list(db.session.scalars(select(InvitationBatch).where(*_theirs(staff), *still).order_by(InvitationBatch.id)))


def overview(batch: InvitationBatch, *which: ColumnElement[bool]) -> Overview:
    """Two statements, however many rows. `which`: only rows about people (Profile) of whom this holds, or about nobody."""
    rows = _rows(batch, *which)
    sent = mail_states(batch.id) if batch.started_at else {}
    positions: dict[str, list[int]] = {}
    for row in rows:
        if not row.problem:
            positions.setdefault(row.email, []).append(row.position)
    state = (lambda row: _sending(row, sent)) if batch.started_at else _rehearsed
    states = {row.id: state(row) for row in rows}
    counts = Counter(states.values())
    counts[SHARED] = sum(len(group) for group in positions.values() if len(group) > 1)
    return Overview(states, counts, {email: group for email, group in positions.items() if len(group) > 1})


def page_of(batch: InvitationBatch, seen: Overview, show: str, page: int) -> tuple[list[BatchRow], int, int]:
    """The rows of one state, 50 a page: (rows, page, pages)."""
    ids = [one for one, state in seen.states.items() if state == show]
    if show == SHARED:
        ids = [row.id for row in _rows(batch) if row.id in seen.states and row.email in seen.positions and not row.problem]
    pages = max(1, -(-len(ids) // PER_PAGE))
    number = min(max(page, 1), pages)
    return _whole(ids[(number - 1) * PER_PAGE : number * PER_PAGE]), number, pages


def all_rows(seen: Overview, *states: str) -> list[BatchRow]:
    """Every row, or those in one of these states."""
    return _whole([one for one, state in seen.states.items() if not states or state in states])


def first_mail(batch: InvitationBatch, *which: ColumnElement[bool]) -> list[BatchRow]:
    """The rows of the first mail there will be; their own first. `which`: see `overview`."""
    ready = (
        select(BatchRow).where(BatchRow.batch_id == batch.id, BatchRow.problem == "", *_about(which)).options(joinedload(BatchRow.profile))
    )
    first = db.session.scalar(ready.order_by(BatchRow.position).limit(1))
    group = db.session.scalars(ready.where(BatchRow.email == first.email).order_by(BatchRow.position)) if first else ()
    return sorted(group, key=lambda row: row.relationship != "self")


def last_sent(rows: Iterable[BatchRow]) -> dict[int, datetime]:
    """Person → when they were last sent an invitation that still waits for an answer."""
    mine = (Invitation.profile_id.in_([row.profile_id for row in rows]), *UNANSWERED)
    return dict(
        db.session.execute(select(Invitation.profile_id, func.max(Invitation.sent_at)).where(*mine).group_by(Invitation.profile_id)).all()
    )


def minutes_left(batch: InvitationBatch, now: datetime) -> int:
    """Until the last of its mails is due; 0 when none waits."""
    last = _ends_at(batch)
    return max(1, ceil((last - now).total_seconds() / 60)) if last else 0


def _ends_at(batch: InvitationBatch) -> datetime | None:
    """When the last of its mails is due to leave; None when none waits."""
    due = select(func.max(OutboxMail.due_at)).where(OutboxMail.state == "queued", OutboxMail.due_at < PUT_OFF, mails(batch.id))
    return db.session.scalar(due)


def may_remind(batch: InvitationBatch) -> bool:
    """Whether anybody it wrote to has not answered."""
    return (
        batch.queued_at is not None
        and db.session.scalar(select(Invitation.id).where(Invitation.batch_id == batch.id, *UNANSWERED).limit(1)) is not None
    )


def _theirs(staff: StaffMember) -> list:
    mine = [InvitationBatch.practice_id == staff.practice_id]
    return mine if staff.may(EVERYBODY) else [*mine, InvitationBatch.made_by_id == staff.id]


def reaches_beyond(batch: InvitationBatch, which: Collection[ColumnElement[bool]]) -> bool:
    """Whether it would write to people who are not among `which`; no conditions: everybody."""
    theirs = (BatchRow.batch_id == batch.id, BatchRow.problem == "", BatchRow.profile_id.not_in(select(Profile.id).where(*which)))
    return bool(which) and db.session.scalar(select(BatchRow.id).where(*theirs).limit(1)) is not None


def _about(which) -> list:
    return [or_(BatchRow.profile_id.is_(None), BatchRow.profile_id.in_(select(Profile.id).where(*which)))] if which else []


def _rows(batch: InvitationBatch, *which: ColumnElement[bool]) -> list[Facts]:
    columns = (
        BatchRow.id,
        BatchRow.position,
        BatchRow.email,
        BatchRow.problem,
        BatchRow.profile_id,
        BatchRow.done_at,
        BatchRow.invitation_id,
    )
    ends = (Invitation.accepted_at, Invitation.deleted_at, Invitation.refused_at)
    found = select(*columns, *ends).outerjoin(Invitation, Invitation.id == BatchRow.invitation_id)
    return [
        Facts(*row) for row in db.session.execute(found.where(BatchRow.batch_id == batch.id, *_about(which)).order_by(BatchRow.position))
    ]


def mail_states(batch_id: int) -> dict[int, str]:
    """Invitation id → the state of the newest mail that was about it, alone or with others."""
    states: dict[int, str] = {}
    found = (
        select(OutboxMail.about, OutboxMail.refs, OutboxMail.state)
        .where(OutboxMail.template == "invitation", mails(batch_id))
        .order_by(OutboxMail.id)
    )
    for about, refs, state in db.session.execute(found):
        for one in (int(about.partition(":")[2]), *refs.get("also", ())):
            states[one] = state
    return states


def _rehearsed(row: Facts) -> str:
    if not row.problem:
        return READY
    return {rehearsal.HAS_ACCESS: HAVE, rehearsal.INVITED: INVITED}.get(row.problem, FIX)


def _sending(row: Facts, sent: dict[int, str]) -> str:
    if row.problem:
        return PASSED
    if row.accepted_at:
        return TAKEN
    if row.refused_at or row.deleted_at:
        return ENDED
    if row.invitation_id is None or row.done_at is None:
        return QUEUED
    return _OF_MAIL.get(sent.get(row.invitation_id, "sent"), ENDED)  # mails that left long ago are not kept


def _whole(ids: Iterable[int]) -> list[BatchRow]:
    """With the people and invitations they are about."""
    found = select(BatchRow).where(BatchRow.id.in_(list(ids))).order_by(BatchRow.position)
    return list(db.session.scalars(found.options(joinedload(BatchRow.profile), joinedload(BatchRow.invitation))))
