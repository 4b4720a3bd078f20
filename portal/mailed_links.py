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
from portal.models import Account, MailedLink, Signup

VERIFY, RESET, CHANGE_ADDRESS = "verify", "reset", "change_address"
MINUTES = {VERIFY: "VERIFY_LINK_MINUTES", RESET: "RESET_LINK_MINUTES", CHANGE_ADDRESS: "VERIFY_LINK_MINUTES"}


class LinkEnded(DomainError):
    """`facts["state"]`: used, replaced, revoked, expired, deleted (ours, long ago), or forged (nothing we ever sent)."""

    status = 410
    message = _("This link no longer works. Ask for a new one.")


def make(purpose: str, now: datetime, *, to: str, signup: Signup | None = None, account: Account | None = None) -> MailedLink:
    """A new link to the address `to`; the one it takes the place of says "replaced" from now on. A use case."""
    subject = MailedLink.signup_id == signup.id if signup else MailedLink.account_id == account.id
    end_open(subject, MailedLink.purpose == purpose, replaced_at=now)
    link = MailedLink(
        purpose=purpose,
        sent_to=to,
        signup_id=signup.id if signup else None,
        account_id=account.id if account else None,
        created_at=now,
        expires_at=now + timedelta(minutes=current_app.config[MINUTES[purpose]]),
    )
    db.session.add(link)
    db.session.flush()
    return link


def end_open(*which, **how) -> None:
    """End every link of `which` that still works: `end_open(MailedLink.account_id == 7, revoked_at=now)`. A use case."""
    working = (MailedLink.used_at.is_(None), MailedLink.replaced_at.is_(None), MailedLink.revoked_at.is_(None))
    db.session.execute(update(MailedLink).where(*which, *working).values(**how))


def token(link: MailedLink, channel: str = "mailed") -> str:
    """What stands in the address of the mail. `channel` "mailed" proves the mailbox, "copied" does not."""
    return tokens.sign(f"link.{link.purpose}", [link.id, link.nonce, channel])


def code(link: MailedLink) -> str:
    """The six digits of the same mail."""
    return tokens.six_digits(link.purpose, link.id, link.nonce)


def is_code(link: MailedLink, typed: str) -> bool:
    return tokens.is_six_digits(link.purpose, link.id, link.nonce, typed)


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
