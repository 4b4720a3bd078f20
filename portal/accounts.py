"""What an account changes about itself: password, address, language and zone. Use cases: run them through `transact`.

A new password or address ends every other session and every other open link, and both mailboxes are told (SAFETY §3).
"""

from datetime import datetime

from flask_babel import lazy_gettext as _
from sqlalchemy import select

from portal import ledger, mailed_links, outbox, sessions, throttle
from portal.access import SELF
from portal.addresses import address_key
from portal.database import db
from portal.errors import DomainError, TooManyTries
from portal.mailed_links import CHANGE_ADDRESS, RESET, LinkEnded
from portal.models import Account, Link, MailedLink, Profile
from portal.signup import AlreadyHere, account_at

MOST_MAILS, MAIL_MINUTES = 3, 10
MOST_FROM_ONE_PLACE = 30  # asked for by one network in MAIL_MINUTES, for whatever addresses


class TooManyLinks(DomainError):
    status = 429
    message = _("We have sent 3 messages. Use the latest one, or wait 10 minutes before asking again.")


class NotYourLink(DomainError):
    """The link belongs to another account than the one signed in."""

    status = 404
    message = _("This link belongs to another account. Sign in with the account that asked for it.")


def ask_reset(key: str, now: datetime, network: str) -> None:
    """Mail a link to choose a new password, if there is such an account. The asker learns nothing: known or unknown, too
    often for this address or not. The latest link sent keeps working, so asking again and again keeps no owner out.

    Raises TooManyTries when one place asks for too many addresses.
    """
    throttle.allow(throttle.key("reset-from", network), now, MOST_FROM_ONE_PLACE, MAIL_MINUTES)
    counter = throttle.count(throttle.key("reset", key), now, MAIL_MINUTES)
    account = account_at(key)
    if account and account.is_active and counter <= MOST_MAILS:
        link = mailed_links.make(RESET, now, to=account.email, account=account)
        _mail_link("reset", link, account, now)


def of(link: MailedLink) -> Account:
    """Whose link it is."""
    return db.session.get(Account, link.account_id)


def reset(link_id: int, new_hash: str, now: datetime) -> Account:
    """Spend a reset link for a new password; every session ends. Raises LinkEnded: of simultaneous tries one wins."""
    link = mailed_links.use(link_id, now)
    account = db.session.get(Account, link.account_id)
    if not account.is_active:
        raise LinkEnded(state="revoked")
    _new_password(account, new_hash, now, but=None)
    return account


def change_password(account: Account, new_hash: str, now: datetime, this_session: int) -> None:
    """A new password for someone signed in, who has just proven the old one."""
    _new_password(db.session.get(Account, account.id), new_hash, now, but=this_session)


def _new_password(account: Account, new_hash: str, now: datetime, but: int | None) -> None:
    account.password_hash = new_hash
    sessions.end_all(account.id, but)
    mailed_links.end_open(MailedLink.account_id == account.id, revoked_at=now)
    ledger.record("password_changed", now, account=account)
    dedupe = f"password_changed:{account.id}:{int(now.timestamp())}"
    outbox.enqueue("password_changed", to=account.email, refs={"account": account.id}, dedupe=dedupe, now=now, account=account)


def ask_address(account: Account, email: str, now: datetime) -> MailedLink:
    """Mail a link to the new address. Whether somebody has it already is told to nobody but its owner. Raises TooManyLinks."""
    try:
        throttle.allow(throttle.key("change-address", account.public_id), now, MOST_MAILS, MAIL_MINUTES)
        throttle.allow(throttle.key("change-address-to", address_key(email)), now, MOST_MAILS, MAIL_MINUTES)
    except TooManyTries as error:
        raise TooManyLinks() from error
    link = mailed_links.make(CHANGE_ADDRESS, now, to=email, account=account)
    _mail_link("address_change", link, account, now)
    return link


def confirm_address(account: Account, link_id: int, now: datetime, this_session: int) -> None:
    """The new address is proven: it is the one *this link was sent to*, whatever was asked for since.

    Raises LinkEnded, NotYourLink, AlreadyHere.
    """
    link = mailed_links.use(link_id, now)
    if link.account_id != account.id:
        raise NotYourLink()
    account, key = db.session.get(Account, account.id), address_key(link.sent_to)
    holder, old = account_at(key), account.email
    if holder is not None and holder.id != account.id:
        raise AlreadyHere()
    account.former_keys = sorted(account.keys - {key})  # access that ends or shrinks still counts for the mailbox left behind
    account.email, account.email_key, account.verified_at = link.sent_to, key, now
    sessions.end_all(account.id, this_session)
    mailed_links.end_open(MailedLink.account_id == account.id, revoked_at=now)
    ledger.record("address_changed", now, account=account)
    for which, to in (("old", old), ("new", link.sent_to)):
        refs, dedupe = {"account": account.id, "link": link.id}, f"address_changed:{link.id}:{which}"
        outbox.enqueue("address_changed", to=to, refs=refs, dedupe=dedupe, now=now, account=account)


def _mail_link(template: str, link: MailedLink, account: Account, now: datetime) -> None:
    """The mail that carries a link; one of the same kind that still waits says nothing true any more."""
    about = f"{link.purpose}:{account.id}"
    outbox.supersede(about)
    refs, dedupe = {"link": link.id}, f"{template}:{link.id}"
    outbox.enqueue(template, to=link.sent_to, refs=refs, dedupe=dedupe, now=now, about=about, account=account)


def choose_language_and_zone(account: Account, language: str, zone: str) -> None:
    """`zone` is an IANA name, or empty for each practice's own. One's own records go along, where staff did not set something else."""
    account = db.session.get(Account, account.id)
    own = select(Profile).join(Link, Link.profile_id == Profile.id)
    own = own.where(Link.account_id == account.id, Link.relationship == SELF, Link.revoked_at.is_(None), Profile.merged_at.is_(None))
    for profile in db.session.scalars(own.order_by(Profile.id)):
        profile.language = language if profile.language in ("", account.language) else profile.language
        profile.zone = zone if profile.zone in ("", account.zone) else profile.zone
    account.language, account.zone = language, zone
