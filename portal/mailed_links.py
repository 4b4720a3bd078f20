"""A mailed link: made, named by a token and a six-digit code, opened, used once (SAFETY §2).

The token in the mail is `[row id, nonce, channel]`, signed with a salt of its purpose: a leaked database alone or a leaked
key alone opens nothing. When it ends is the row's business, so the same link can be made again from its id. What a browser has
opened is kept without the signature (`said`): sessions lie in the database too.
"""

from datetime import datetime, timedelta

from flask import current_app
from flask_babel import lazy_gettext as _
from sqlalchemy import select, update

from portal import tokens
from portal.database import db
from portal.errors import DomainError
from portal.models import Account, Invitation, MailedLink, Signup, StaffInvitation

VERIFY, RESET, CHANGE_ADDRESS, CLAIM, JOIN = "verify", "reset", "change_address", "claim", "join"
MAILED, COPIED = "mailed", "copied"
MINUTES = {VERIFY: "VERIFY_LINK_MINUTES", RESET: "RESET_LINK_MINUTES", CHANGE_ADDRESS: "VERIFY_LINK_MINUTES", JOIN: "STAFF_LINK_MINUTES"}


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


def make_join(invitation: StaffInvitation, now: datetime) -> MailedLink:
    """A new link for somebody invited to work at a practice; an earlier one says "replaced". A use case."""
    return _make(JOIN, now, invitation.email, now + timedelta(minutes=current_app.config[MINUTES[JOIN]]), staff_invitation_id=invitation.id)


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
    return tokens.sign(f"link.{link.purpose}", said(link, channel))


def said(link: MailedLink, channel: str = MAILED) -> list:
    """What a token says without its signature, `[row id, nonce, channel]`: nobody gets in with it from outside."""
    return [link.id, link.nonce, channel]


def read(purpose: str, token: str) -> list:
    """What a token of this house says; nothing when it was forged, cut off, or made for another purpose."""
    try:
        row_id, nonce, channel = tokens.read(f"link.{purpose}", token)
    except (tokens.BadToken, ValueError, TypeError):
        return []
    return [row_id, nonce, channel]


def code(link: MailedLink) -> str:
    """The six digits of the same mail."""
    return tokens.six_digits(link.purpose, link.id, link.nonce)


def is_code(link: MailedLink, typed: str) -> bool:
    return tokens.is_six_digits(link.purpose, link.id, link.nonce, typed)


def channel(said: list) -> str:
    """How a token that says this left the house. Anything that is not plainly mailed proves no mailbox."""
    return MAILED if said[2:] == [MAILED] else COPIED


def open_link(purpose: str, token: str) -> MailedLink:
    """The row behind a token, whatever became of it: see `MailedLink.state`. Raises LinkEnded when there is none."""
    return find(purpose, read(purpose, token))


def find(purpose: str, said: list) -> MailedLink:
    """The row behind what a token said when it arrived (`read`). Raises LinkEnded: forged, or deleted."""
    if not said:
        raise LinkEnded(state="forged")
    row_id, nonce, _channel = said
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
