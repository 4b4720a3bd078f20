"""The postman's other work: makes invitations and their mails of the rows of a batch, a portion a transaction (MISSION M11).

A row is marked done in the transaction that made its invitation, so whoever was killed in between is carried on after, and
nothing is made twice. Between two portions others get their turn. People who share an address get one mail that names them all.
"""

import time
from collections import defaultdict
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from flask import current_app
from sqlalchemy import exists, func, insert, select, update

from portal import batch_facts, batches, clock, invitations, mailed_links, outbox, rehearsal
from portal.access import SELF, default_permissions
from portal.addresses import address_key
from portal.batches import PUT_OFF, mails
from portal.database import db, transact
from portal.errors import Busy
from portal.ids import public_id
from portal.models import BatchRow, Invitation, InvitationBatch, LedgerLine, MailedLink, OutboxMail, Profile
from portal.models.invitation import UNANSWERED

PORTION = 20  # rows; one portion keeps others who write waiting for a hundredth of a second or two
MOST_PAUSE_SECONDS = 0.03
_WAITING = ("queued", "sending", "held")


def work(now: datetime | None = None) -> int:
    """Queue what was started, tell whose sending is done. `now`: a frozen one, for tests. Answers how many portions were queued."""
    done = 0
    for batch in _unfinished():
        if not batches.may_send(batch.sender):
            transact(batches.pause, batch, now or clock.now())
    for batch_id in _started():
        while True:
            began = time.perf_counter()
            try:
                more = transact(queue_some, batch_id, now or clock.now())
            except (Busy, invitations.AlreadyInvited):  # somebody was invited by hand in this very moment; the next round sees it
                break
            if not more:
                break
            done += 1
            time.sleep(min(time.perf_counter() - began, MOST_PAUSE_SECONDS))  # others get their turn
    for batch_id in _queued():
        transact(tell, batch_id, now or clock.now())
    return done


def queue_some(batch_id: int, now: datetime, portion: int = PORTION) -> bool:
    """One portion; False when nothing is left to queue. A use case."""
    batch = db.session.get(InvitationBatch, batch_id, with_for_update=True, populate_existing=True)
    if batch is None or not batch.started_at or batch.paused_at or batch.queued_at:
        return False
    by = batch.sender
    if not batches.may_send(by):  # somebody else has to look at it, and go on in their own name
        batches.pause(batch, now)
        return False
    rows = _next(batch, portion)
    if not rows:
        batch.queued_at = now
        return False
    _lock_people(rows)
    on = now.astimezone(ZoneInfo(by.practice.zone)).date()
    known = batch_facts.people({row.profile_id for row in rows}, on)
    due = _due(batch, now)
    asked = [row for row in rows if row.invitation_id]
    with db.session.no_autoflush:  # the rows are written once
        standing = [row for row in rows if not row.invitation_id and _stands(row, known, by.practice.youngest_account_years, on)]
        _invite(batch, _each_once(standing), due, now)
        _remind(batch, [row for row in asked if not rehearsal.objection_again(known[row.profile_id], address_key(row.email))], due, now)
        for row in rows:
            row.done_at = now
    return True


def tell(batch_id: int, now: datetime) -> bool:
    """Write to who sent them once nothing of it waits. A use case."""
    batch = db.session.get(InvitationBatch, batch_id, with_for_update=True, populate_existing=True)
    if (
        not batch.queued_at
        or batch.told_at
        or batch.paused_at
        or db.session.scalar(select(exists().where(OutboxMail.state.in_(_WAITING), mails(batch.id))))
    ):
        return False
    batch.told_at, reader = now, batch.sender.account
    dedupe = f"batch_done:{batch.id}:{int(batch.queued_at.timestamp())}"
    common = {"refs": {"batch": batch.id, "by": batch.sender.id}, "about": f"batch:{batch.id}", "practice_id": batch.practice_id}
    outbox.enqueue("batch_done", to=reader.email, dedupe=dedupe, now=now, account=reader, **common)
    return True


def _unfinished() -> list[InvitationBatch]:
    """Mails of them may still wait."""
    return list(db.session.scalars(select(InvitationBatch).where(*batches.GOING_ON)))


def _started() -> list[int]:
    going = (InvitationBatch.started_at.is_not(None), InvitationBatch.queued_at.is_(None), InvitationBatch.paused_at.is_(None))
    return list(db.session.scalars(select(InvitationBatch.id).where(*going).order_by(InvitationBatch.started_at)))


def _queued() -> list[int]:
    untold = (InvitationBatch.queued_at.is_not(None), InvitationBatch.told_at.is_(None), InvitationBatch.paused_at.is_(None))
    waiting = exists().where(OutboxMail.state.in_(_WAITING), mails(InvitationBatch.id))
    return list(db.session.scalars(select(InvitationBatch.id).where(*untold, ~waiting)))


def _next(batch: InvitationBatch, portion: int) -> list[BatchRow]:
    """The next rows, and all that go out in the same mails."""
    waiting = select(BatchRow).where(BatchRow.batch_id == batch.id, BatchRow.done_at.is_(None), BatchRow.problem == "")
    first = db.session.scalars(waiting.order_by(BatchRow.position).limit(portion)).all()
    with_them = waiting.where(BatchRow.email.in_({row.email for row in first}), BatchRow.id.not_in([row.id for row in first]))
    return [*first, *db.session.scalars(with_them.order_by(BatchRow.position))] if first else []


def _lock_people(rows: list[BatchRow]) -> None:
    """Whoever invites one of them by hand takes turns with us. While we wait, a merge may lead rows to other people."""
    ids = sorted({row.profile_id for row in rows})
    db.session.execute(select(Profile.id).where(Profile.id.in_(ids)).order_by(Profile.id).with_for_update())
    found = select(BatchRow).where(BatchRow.id.in_([row.id for row in rows])).execution_options(populate_existing=True)
    if {row.profile_id for row in db.session.scalars(found)} - set(ids):
        _lock_people(rows)


def _stands(row: BatchRow, known: dict[int, rehearsal.Person], youngest: int, on: date) -> bool:
    """Whether the row may still be invited; what came between is written down."""
    person = known[row.profile_id]
    if row.relationship == SELF:  # days may have gone by since the rehearsal
        row.relationship = rehearsal.relationship(person, row.profile_id, youngest, on)
    row.problem = rehearsal.objection(person, address_key(row.email), row.relationship)
    return not row.problem


def _each_once(rows: list[BatchRow]) -> list[BatchRow]:
    """Two rows may be of one person since a merge: the second is not invited beside the first."""
    seen: dict[tuple[int, str], BatchRow] = {}
    for row in rows:
        first = seen.setdefault((row.profile_id, "" if row.relationship == SELF else address_key(row.email)), row)
        row.problem = "" if first is row else f"{rehearsal.SAME_AS} {first.position}"
    return [row for row in rows if not row.problem]


def _due(batch: InvitationBatch, now: datetime) -> datetime:
    """After what waits of this practice's invitations already."""
    mine = (OutboxMail.state == "queued", OutboxMail.template == "invitation", OutboxMail.practice_id == batch.practice_id)
    last = db.session.scalar(select(func.max(OutboxMail.due_at)).where(*mine, OutboxMail.due_at > now, OutboxMail.due_at < PUT_OFF))
    return last + timedelta(seconds=1) if last else now


def _invite(batch: InvitationBatch, rows: list[BatchRow], due: datetime, now: datetime) -> None:
    if not rows:
        return
    same = {"practice_id": batch.practice_id, "batch_id": batch.id, "why": batch.why, "life_hours": batch.life_hours, "created_at": now}
    sent = {
        "sent_count": 1,
        "sent_at": now,
        "expires_at": now + timedelta(hours=batch.life_hours),
        "invited_by_id": batch.sender.account_id,
    }
    made = [
        {
            "public_id": public_id(),
            "profile_id": row.profile_id,
            "email": row.email,
            "email_key": address_key(row.email),
            "relationship": row.relationship,
            "permissions": list(default_permissions(row.relationship)),
            **same,
            **sent,
        }
        for row in rows
    ]
    db.session.execute(insert(Invitation.__table__), made)  # without RETURNING: SQLite would take them one by one
    ids = dict(
        db.session.execute(
            select(Invitation.public_id, Invitation.id).where(Invitation.public_id.in_([one["public_id"] for one in made]))
        ).all()
    )
    for row, one in zip(rows, made, strict=True):
        row.invitation_id = ids[one["public_id"]]
    _send(batch, rows, due, now)
    _write_down("invited", batch, rows, now)


def _remind(batch: InvitationBatch, rows: list[BatchRow], due: datetime, now: datetime) -> None:
    """Another link to those who have not answered meanwhile, and were not written to by hand. `rows` are those nothing objects to."""
    before = now - timedelta(minutes=current_app.config["RESEND_PAUSE_MINUTES"])
    mine = (Invitation.id.in_([row.invitation_id for row in rows]), *UNANSWERED, Invitation.sent_at <= before)
    silent = set(db.session.scalars(select(Invitation.id).where(*mine).order_by(Invitation.id).with_for_update())) if rows else ()
    rows = [row for row in rows if row.invitation_id in silent]
    if not rows:
        return
    mailed_links.end_open(MailedLink.invitation_id.in_(silent), MailedLink.purpose == mailed_links.CLAIM, replaced_at=now)
    abouts = [f"invitation:{one}" for one in silent]
    db.session.execute(
        update(OutboxMail).where(OutboxMail.about.in_(abouts), OutboxMail.state.in_(("queued", "held"))).values(state="superseded")
    )
    again = {"sent_count": Invitation.sent_count + 1, "tries": 0, "sent_at": now, "expires_at": now + timedelta(hours=batch.life_hours)}
    db.session.execute(update(Invitation).where(Invitation.id.in_(silent)).values(**again).execution_options(synchronize_session=False))
    _send(batch, rows, due, now)
    _write_down("invited_again", batch, rows, now)


def _send(batch: InvitationBatch, rows: list[BatchRow], due: datetime, now: datetime) -> None:
    """A link for each invitation, a mail for each address; one after another, so many a second."""
    sharing, rate = defaultdict(list), current_app.config["BULK_MAILS_A_SECOND"]
    ends = now + timedelta(hours=batch.life_hours)
    link_rows = [
        {"purpose": mailed_links.CLAIM, "invitation_id": row.invitation_id, "sent_to": row.email, "created_at": now, "expires_at": ends}
        for row in rows
    ]
    db.session.execute(insert(MailedLink.__table__), link_rows)
    newest = select(MailedLink.invitation_id, func.max(MailedLink.id)).where(
        MailedLink.invitation_id.in_([row.invitation_id for row in rows])
    )
    links = dict(db.session.execute(newest.group_by(MailedLink.invitation_id)).all())
    for row in rows:
        sharing[row.email].append((row.relationship != SELF, row.invitation_id, links[row.invitation_id]))
    letters = []
    for number, (email, group) in enumerate(sharing.items()):
        (_first, invitation_id, link_id), *others = sorted(group)  # their own first
        refs = {"link": link_id, "batch": batch.id} | ({"also": [one for _rest, one, _link in others]} if others else {})
        at = due + timedelta(seconds=number // rate)
        letters.append(
            outbox.Mail("invitation", to=email, dedupe=f"invitation:{link_id}", refs=refs, due_at=at, about=f"invitation:{invitation_id}")
        )
    outbox.enqueue_all(letters, now=now, about="", practice_id=batch.practice_id)


def _write_down(verb: str, batch: InvitationBatch, rows: list[BatchRow], now: datetime) -> None:
    same = {"practice_id": batch.practice_id, "account_id": batch.sender.account_id, "link_id": None, "verb": verb, "at": now}
    lines = []
    for row in rows:
        facts = {"to": invitations.masked(row.email), "invitation": row.invitation_id, "as": "staff"}
        facts |= {"relationship": row.relationship} if verb == "invited" else {}
        lines.append({"profile_id": row.profile_id, "facts": facts, **same})
    db.session.execute(insert(LedgerLine.__table__), lines)
