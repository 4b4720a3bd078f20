"""The private calendar address of an account: off until asked for, one at a time, gone at once when revoked."""

from datetime import datetime, timedelta

from sqlalchemy import select

from booking.disclosure import Told, told
from booking.models import Appointment, Feed
from booking.queries import seen_by
from portal import tokens
from portal.database import db
from portal.filters import local
from portal.models import Account, Link

RECENT = timedelta(days=90)  # how long past appointments stay in a subscribed calendar


def feed_of(account: Account) -> Feed | None:
    """The account's open feed."""
    return db.session.scalar(select(Feed).where(Feed.account_id == account.id, Feed.revoked_at.is_(None)).order_by(Feed.id.desc()))


def open_feed(account: Account, now: datetime) -> Feed:
    """A new private address; an older one stops working. A use case."""
    close_feed(account, now)
    feed = Feed(account_id=account.id, created_at=now)
    db.session.add(feed)
    db.session.flush()
    return feed


def close_feed(account: Account, now: datetime) -> None:
    """The address opens nothing from now on. A use case."""
    for feed in db.session.scalars(select(Feed).where(Feed.account_id == account.id, Feed.revoked_at.is_(None))):
        feed.revoked_at = now
    db.session.flush()


def feed_token(feed: Feed) -> str:
    return tokens.sign("feed", [feed.id, feed.nonce])


def reader_of(token: str) -> Account | None:
    """Whose feed a token opens; None if it is forged, revoked, or the account is closed."""
    try:
        feed_id, nonce = tokens.read("feed", token)
    except (tokens.BadToken, TypeError, ValueError):
        return None
    feed = db.session.get(Feed, feed_id)
    if feed is None or feed.nonce != nonce or feed.revoked_at is not None:
        return None
    account = db.session.get(Account, feed.account_id)
    return account if account.is_active else None


def contents(account: Account, now: datetime) -> list[tuple[Appointment, Told, Link]]:
    """The account's appointments with what may be told of each, and through which link; what a link no longer shows is not in it."""
    recent = [one for one in seen_by(account, now, past=True) if one.appointment.ends_at > now - RECENT]
    return [(one, told(one, link, local(now, one.practice.zone).date()), link) for one, link, _how in (*seen_by(account, now), *recent)]
