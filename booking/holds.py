"""A time kept for some minutes while somebody confirms (AVAILABILITY §10). Use cases: run them through `transact`."""

from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import bindparam, delete, select
from sqlalchemy.orm.attributes import instance_state

from booking.errors import HoldEnded
from booking.models import Hold
from booking.placing import lock, secure
from booking.queries import objection
from booking.wishes import Wish
from portal import throttle
from portal.database import UtcDateTime, db
from portal.models import Practice

_LIVE = select(Hold).where(Hold.owner == bindparam("holder"), Hold.expires_at > bindparam("now", type_=UtcDateTime()))
_RELEASE = delete(Hold.__table__).where(Hold.owner == bindparam("holder"))


def hold(practice: Practice, wish: Wish, start: int, now: datetime) -> Hold:
    """Keep `start` (epoch seconds) for `wish.owner`; the owner's former hold goes in the same transaction.

    Raises SlotTaken, NotOffered, PersonLimit, or what `queries.objection` says; a refusal leaves the former hold alone.
    """
    if not wish.owner:
        raise ValueError("a hold needs an owner")
    table, wish = lock(practice, wish)
    reason = objection(practice, wish, now)
    if reason is not None:
        raise reason
    place = secure(practice, table, wish, start, now)
    release(wish.owner)
    kept = Hold(
        practice_id=practice.id,
        owner=wish.owner,
        location_id=place.location.id,
        service_id=wish.service.id,
        practitioner_id=place.practitioner_id,
        room_id=place.room_id,
        any_practitioner=wish.practitioner is None,
        starts_at=place.starts_at,
        ends_at=place.ends_at,
        before_minutes=wish.service.before_minutes,
        after_minutes=wish.service.after_minutes,
        room_before_minutes=wish.service.room_before_minutes,
        room_after_minutes=wish.service.room_after_minutes,
        created_at=now,
        expires_at=now + _length(),
    )
    db.session.add(kept)
    db.session.flush()
    return kept


def hold_for_stranger(practice: Practice, wish: Wish, start: int, now: datetime, network: str) -> Hold:
    """`hold` for a browser we see for the first time. Raises TooManyTries when one network sends too many of them: with no
    account to ask, a program that forgets its cookie could otherwise hold every open time."""
    throttle.allow(throttle.key("hold", network), now, current_app.config["STRANGERS_HOLDING"], current_app.config["HOLD_MINUTES"])
    return hold(practice, wish, start, now)


def live_hold(owner: str, now: datetime) -> Hold | None:
    """What this visitor holds now. A read: no transaction needed."""
    return db.session.scalar(_LIVE, {"holder": owner, "now": now}) if owner else None


def renew(hold: Hold, now: datetime) -> Hold:
    """The full time once more after the present end, once. Raises HoldEnded when it ended or was renewed before."""
    kept = as_it_is(hold)
    if kept is None or not kept.is_live(now) or kept.renewed_at is not None:
        raise HoldEnded()
    kept.expires_at, kept.renewed_at = kept.expires_at + _length(), now
    db.session.flush()
    return kept


def as_it_is(hold: Hold) -> Hold | None:
    """The hold as the database has it now, locked; None if it is gone."""
    return db.session.get(Hold, instance_state(hold).identity, populate_existing=True, with_for_update={"key_share": True})


def release(owner: str) -> None:
    """Give the time back."""
    db.session.execute(_RELEASE, {"holder": owner})


def sweep(now: datetime) -> int:
    """Forget holds that ended; how many."""
    return db.session.execute(delete(Hold.__table__).where(Hold.expires_at <= now)).rowcount


def _length() -> timedelta:
    return timedelta(minutes=current_app.config["HOLD_MINUTES"])
