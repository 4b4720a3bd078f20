"""A mailed link: made, named by a token and a six-digit code, opened, used once (SAFETY §2).

The token in the mail is `[row id, nonce, channel]`, signed with a salt of its purpose: a leaked database alone or a leaked
key alone opens nothing. When it ends is the row's business, so the same link can be made again from its id.
"""

from datetime import datetime, timedelta

from flask import current_app
from flask_babel import lazy_gettext as _
from sqlalchemy import select, update

from portal import tokens
from portal.database import db
from portal.errors import DomainError
from portal.models import Account, Invitation, MailedLink, Signup

VERIFY, RESET, CHANGE_ADDRESS, CLAIM = "verify", "reset", "change_address", "claim"
MAILED, COPIED = "mailed", "copied"
MINUTES = {VERIFY: "VERIFY_LINK_MINUTES", RESET: "RESET_LINK_MINUTES", CHANGE_ADDRESS: "VERIFY_LINK_MINUTES"}


class LinkEnded(DomainError):
    """`facts["state"]`: used, replaced, revoked, expired, deleted (ours, long ago), or forged (nothing we ever sent)."""

    status = 410
    message = _("This link no longer works. Ask for a new one.")


def make(purpose: str, now: datetime, *, to: str, signup: Signup | None = None, account: Account | None = None) -> MailedLink:
    """A new link to the address `to`; the one it takes the place of says "replaced" from now on. A use case."""
    subject = {"signup_id": signup.id} if signup else {"account_id": account.id}
    return _make(purpose, now, to, now + timedelta(minutes=current_app.config[MINUTES[purpose]]), **subject)


def make_claim(invitation: Invitation, now: datetime) -> MailedLink:
    """A new link for an invitation, to its address and for its own life time; an earlier one says "replaced". A use case."""
    return _make(CLAIM, now, invitation.email, now + timedelta(hours=invitation.life_hours), invitation_id=invitation.id)


def _make(purpose: str, now: datetime, to: str, expires_at: datetime, **subject: int) -> MailedLink:
    [(column, subject_id)] = subject.items()
    end_open(getattr(MailedLink, column) == subject_id, MailedLink.purpose == purpose, replaced_at=now)
    link = MailedLink(purpose=purpose, sent_to=to, created_at=now, expires_at=expires_at, **subject)
    db.session.add(link)
    db.session.flush()
    return link


def end_open(*which, **how) -> None:
    """End every link of `which` that still works: `end_open(MailedLink.account_id == 7, revoked_at=now)`. A use case."""
    working = (MailedLink.used_at.is_(None), MailedLink.replaced_at.is_(None), MailedLink.revoked_at.is_(None))
    db.session.execute(update(MailedLink).where(*which, *working).values(**how))


def token(link: MailedLink, channel: str = MAILED) -> str:
    """What stands in the address of the mail. `channel` "mailed" proves the mailbox, "copied" does not."""
    return tokens.sign(f"link.{link.purpose}", [link.id, link.nonce, channel])


def code(link: MailedLink) -> str:
    """The six digits of the same mail."""
    return tokens.six_digits(link.purpose, link.id, link.nonce)


def is_code(link: MailedLink, typed: str) -> bool:
    return tokens.is_six_digits(link.purpose, link.id, link.nonce, typed)


def channel(purpose: str, token: str) -> str:
    """How a token left the house. Anything that is not plainly mailed proves no mailbox."""
    try:
        return MAILED if tokens.read(f"link.{purpose}", token)[2] == MAILED else COPIED
    except (tokens.BadToken, IndexError, TypeError):
        return COPIED


def open_link(purpose: str, token: str) -> MailedLink:
    """The row behind a token, whatever became of it: see `MailedLink.state`. Raises LinkEnded when there is none."""
    try:
        row_id, nonce, _channel = tokens.read(f"link.{purpose}", token)
    except (tokens.BadToken, ValueError, TypeError) as error:
        raise LinkEnded(state="forged") from error
    link = db.session.get(MailedLink, row_id)
    if link is None or link.nonce != nonce or link.purpose != purpose:
        raise LinkEnded(state="deleted")
    return link


def latest_claim(invitation: Invitation) -> MailedLink | None:
    """The newest link of an invitation."""
    query = select(MailedLink).where(MailedLink.purpose == CLAIM, MailedLink.invitation_id == invitation.id)
    return db.session.scalar(query.order_by(MailedLink.id.desc()).limit(1))


def latest(purpose: str, signup: Signup) -> MailedLink | None:
    """The newest link of a sign-up."""
    query = select(MailedLink).where(MailedLink.purpose == purpose, MailedLink.signup_id == signup.id)
    return db.session.scalar(query.order_by(MailedLink.id.desc()).limit(1))


def use(link_id: int, now: datetime) -> MailedLink:
    """Spend the link: of any number of simultaneous tries one wins. Raises LinkEnded. A use case."""
    mine = update(MailedLink).where(
        MailedLink.id == link_id,
        MailedLink.used_at.is_(None),
        MailedLink.replaced_at.is_(None),
        MailedLink.revoked_at.is_(None),
        MailedLink.expires_at > now,
    )
    won = db.session.execute(mine.values(used_at=now).execution_options(synchronize_session=False)).rowcount == 1
    link = db.session.get(MailedLink, link_id, populate_existing=True)
    if not won:
        raise LinkEnded(state=link.state(now) if link else "deleted")
    return link
