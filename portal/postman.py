"""The postman: takes what is due out of the outbox, has it written, sends it, and notes what became of it (SAFETY §5).

Claim, write, send and mark are separate steps. A claim is one short transaction with a lease and a fence; sending happens
outside any transaction; whoever was killed in between loses the lease and another takes the mail again. So nothing is
lost, and a reader gets at most one copy more for each kill, with the same Message-ID.
"""

import logging
import random
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage

from sqlalchemy import and_, or_, select, update

from portal import clock, letters, text_answers, texting, transport
from portal import access_emails, batch_emails, emails, forget_emails, invitation_emails, staff_emails  # noqa: F401 (whoever delivers knows the letters)
from portal.database import db, transact
from portal.errors import Busy
from portal.letters import Text
from portal.models import OutboxMail
from portal.models.outbox_mail import EMAIL, SMS

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=5)  # longer than a try can take: each step of it ends at MAIL_TIMEOUT_SECONDS or SMS_TIMEOUT_SECONDS
PAUSES = [timedelta(minutes=pause) for pause in (1, 5, 15, 60, 240, 720)]  # the last one again and again
STOP_AFTER = timedelta(hours=48)


@dataclass(frozen=True)
class Claim:
    """A mail of mine until the lease ends; only who holds the latest fence may mark it."""

    mail_id: int
    fence: int
    attempt: int


def deliver_due(now: datetime | None = None, limit: int = 100) -> int:
    """Deal with what is due at `now` (a frozen one, for tests; else as the clock goes on). Answers how many mails were touched."""
    ways = open_ways()
    shut = {EMAIL, SMS} - ways
    done = _in_write(hold_due, now or clock.now(), shut) if shut and _anything(now or clock.now(), shut) else 0
    with transport.Post() as post, texting.Line() as line:
        while done < limit and ways and _anything(now or clock.now(), ways):
            claimed = _in_write(claim, now or clock.now())
            if claimed is None:
                break
            _deliver(claimed, post, line, now)
            done += 1
    return done


def open_ways() -> set[str]:
    """The channels that lead somewhere: there is a mail server, a provider of text messages, or this is the demo."""
    kinds = {EMAIL: transport.kind(), SMS: texting.kind()}
    return {channel for channel, kind in kinds.items() if kind != "none"}


def _deliver(claimed: Claim, post: transport.Post, line: texting.Line, now: datetime | None) -> None:
    message = None
    try:
        message = _written(claimed, now or clock.now())
        if message is not None:
            (line if isinstance(message, Text) else post).send(message)
        state = {"state": "sent", "sent_at": now or clock.now()} if message is not None else {"state": "aborted"}
    except letters.Later as later:
        state = {"state": "queued", "due_at": later.at}
    except texting.Stopped as error:
        db.session.rollback()
        _in_write(stopped, claimed, message.to, now or clock.now(), str(error))
        return
    except transport.NotSent as error:
        state = after_failure(claimed.attempt, now or clock.now(), str(error), error.for_good)
    except Exception as error:  # a letter that cannot be written must not stop the others
        log.exception("mail %s could not be written", claimed.mail_id)
        state = after_failure(claimed.attempt, now or clock.now(), f"{type(error).__name__}: {error}")
    finally:
        db.session.rollback()
    _in_write(mark, claimed, **state)


def _written(claimed: Claim, now: datetime) -> EmailMessage | Text | None:
    """The message as things stand at this moment, in plain values; the reading transaction is over afterwards."""
    db.session.expunge_all()  # nothing read before counts
    mail = db.session.get(OutboxMail, claimed.mail_id)
    letter = letters.write(mail, now)
    build = texting.build if mail.channel == SMS else transport.build
    message = build(mail, letter, now) if letter is not None else None
    db.session.rollback()
    return message


def _anything(now: datetime, ways: Collection[str]) -> bool:
    """A cheap look before asking for the write lock."""
    found = db.session.scalar(select(OutboxMail.id).where(_due(now), OutboxMail.channel.in_(ways)).limit(1)) is not None
    db.session.rollback()
    return found


def _due(now: datetime):
    """Waiting, or with somebody whose lease has ended; a lease from a clock that ran ahead has ended too."""
    lapsed = or_(OutboxMail.lease_until <= now, OutboxMail.lease_until > now + 2 * LEASE)
    return or_(
        and_(OutboxMail.state == "queued", OutboxMail.due_at <= now),
        and_(OutboxMail.state == "sending", lapsed),
    )


def claim(now: datetime) -> Claim | None:
    """Take the mail or text that has been due longest, in one statement, so that two postmen never take the same. A use case."""
    first = select(OutboxMail.id).where(_due(now), OutboxMail.channel.in_(open_ways())).order_by(OutboxMail.due_at, OutboxMail.id).limit(1)
    first = first.with_for_update(skip_locked=True).scalar_subquery()
    taking = update(OutboxMail).where(OutboxMail.id == first).execution_options(synchronize_session=False)
    changes = {"fence": OutboxMail.fence + 1, "attempts": OutboxMail.attempts + 1, "lease_until": now + LEASE}
    row = db.session.execute(
        taking.values(state="sending", **changes).returning(OutboxMail.id, OutboxMail.fence, OutboxMail.attempts)
    ).one_or_none()
    return Claim(*row) if row else None


def mark(claimed: Claim, **outcome) -> bool:
    """Note what became of it; False if the lease was lost to another, whose word counts. A use case."""
    mine = update(OutboxMail).where(OutboxMail.id == claimed.mail_id, OutboxMail.fence == claimed.fence, OutboxMail.state == "sending")
    mine = mine.values(lease_until=None, **outcome).execution_options(synchronize_session=False)
    return db.session.execute(mine).rowcount == 1


def stopped(claimed: Claim, number: str, now: datetime, reason: str) -> None:
    """The provider sends nothing to a number that said STOP there: that is a withdrawn consent, not a failure. A use case."""
    if mark(claimed, state="aborted", last_error=reason[:500]):
        text_answers.stop(number, now)


def after_failure(attempt: int, now: datetime, reason: str, for_good: bool = False) -> dict:
    """When to try again: after 1, 5, 15 minutes, 1, 4, 12 hours, each ±20 %; never later than 48 hours after the first try."""
    waited = sum((_pause(one) for one in range(1, attempt + 1)), timedelta())
    if for_good or waited > STOP_AFTER:
        return {"state": "failed", "last_error": reason[:500]}
    return {"state": "queued", "due_at": now + _pause(attempt) * random.uniform(0.8, 1.2), "last_error": reason[:500]}


def _pause(attempt: int) -> timedelta:
    return PAUSES[min(attempt, len(PAUSES)) - 1]


def hold_due(now: datetime, shut: Collection[str] = (EMAIL, SMS)) -> int:
    """There is nowhere to send these channels to: what is due waits until there is, and staff can see how much. A use case."""
    due = update(OutboxMail).where(_due(now), OutboxMail.channel.in_(shut)).execution_options(synchronize_session=False)
    return db.session.execute(due.values(state="held", lease_until=None)).rowcount


def take_up_again(now: datetime) -> int:
    """What was given up as too late before it was even due was given up by a clock that ran ahead: it is judged anew in its time. A use case."""
    early = update(OutboxMail).where(OutboxMail.state == "aborted", OutboxMail.due_at > now).execution_options(synchronize_session=False)
    return db.session.execute(early.values(state="queued")).rowcount


def release_held() -> int:
    """There is a mail server or a provider now: what was held goes on its way, if it is still true by then. A use case."""
    held = (
        update(OutboxMail)
        .where(OutboxMail.state == "held", OutboxMail.channel.in_(open_ways()))
        .execution_options(synchronize_session=False)
    )
    return db.session.execute(held.values(state="queued")).rowcount


def _in_write(use_case, *args, **kwargs):
    """In its own transaction; a database that is busy for long is waited for, as nothing else is to be done here."""
    for _ in range(3):
        try:
            return transact(use_case, *args, **kwargs)
        except Busy:
            log.warning("the database is busy; the postman waits")
    return transact(use_case, *args, **kwargs)
